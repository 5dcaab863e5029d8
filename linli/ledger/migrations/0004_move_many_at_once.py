"""
On PostgreSQL a batch of bookings moves each account once: docs/decisions/0018-the-database-keeps-the-book.md.

Plain bookings move their accounts together, whatever one INSERT or COPY brought; holds and corrections
row by row, as before. An account may then take the sum of several new bookings: its keeper adds them up
anew, all of its bookings above the last it took and up to the one it names, and lets only that through.
``ledger.first`` only says from where on to look: of bookings an account has not taken there are none but
within the statement that brought them, so whoever sets it by hand finds nothing.
"""

from importlib import import_module

from django.db import migrations

kept = import_module("linli.ledger.migrations.0002_keep_the_book")

PLAIN = "t.expires_at IS NULL AND t.corrects_id IS NULL"
ROW_BY_ROW = "NEW.expires_at IS NOT NULL OR NEW.corrects_id IS NOT NULL"
RAISE = "USING ERRCODE = 'integrity_constraint_violation'"

# One booking as ``ledger_move`` does it; many by two statements, planned for as many as there are.
MOVE_MANY = """
CREATE FUNCTION ledger_move_many() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = {schema}, pg_temp AS $move$
DECLARE
  many bigint; beginning bigint; its_amount bigint; its_district bigint; its_unit bigint;
  payer bigint; payee bigint; payer_line bigint; payee_line bigint; payer_stage text;
  payee_stage text; sides bigint; lines bigint;
BEGIN
  SELECT count(*), min(t.id), min(t.amount), min(t.district), min(t.unit_id), min(t.payer_id),
      min(t.payee_id)
    INTO many, beginning, its_amount, its_district, its_unit, payer, payee
    FROM booked t WHERE {plain};
  IF many = 0 THEN
    RETURN NULL;
  ELSIF many = 1 THEN
    -- Always in the order of ids: two opposite transfers cannot wait for each other.
    FOR turn IN 1..2 LOOP
      IF (turn = 1) = (payer < payee) THEN
        UPDATE ledger_account SET posted_out = posted_out + its_amount, last_transfer = beginning
          WHERE id = payer AND district = its_district AND unit_id = its_unit
          RETURNING line_id, stage INTO payer_line, payer_stage;
      ELSE
        UPDATE ledger_account SET posted_in = posted_in + its_amount, last_transfer = beginning
          WHERE id = payee AND district = its_district AND unit_id = its_unit
          RETURNING line_id, stage INTO payee_line, payee_stage;
      END IF;
      IF NOT FOUND THEN
        RAISE EXCEPTION 'ledger: no such account in this district and unit' {coded};
      END IF;
    END LOOP;
    IF (payer_line IS NOT NULL OR payee_line IS NOT NULL)
       AND (payer_stage || '>' || payee_stage NOT IN ({ways}) OR payer_line <> payee_line) THEN
      RAISE EXCEPTION 'ledger: a budget line goes from stage to stage' {coded};
    END IF;
    RETURN NULL;
  END IF;
  PERFORM set_config('ledger.first', beginning::text, true);
  -- Planned for as many as there are. An account that does not fit its booking is not found.
  EXECUTE $many$
    WITH moved AS (UPDATE ledger_account a SET posted_in = a.posted_in + s.came,
        posted_out = a.posted_out + s.went, last_transfer = s.newest
      FROM (SELECT side, district, unit_id, sum(came)::bigint AS came, sum(went)::bigint AS went,
          max(id) AS newest, count(*) AS times
        FROM (SELECT t.payer_id AS side, t.district, t.unit_id, 0 AS came, t.amount AS went, t.id
            FROM booked t WHERE {plain}
          UNION ALL SELECT t.payee_id, t.district, t.unit_id, t.amount, 0, t.id
            FROM booked t WHERE {plain}) one
        GROUP BY side, district, unit_id ORDER BY side) s
      WHERE a.id = s.side AND a.district = s.district AND a.unit_id = s.unit_id
      RETURNING s.times, a.line_id)
    SELECT sum(times), count(line_id) FROM moved $many$ INTO sides, lines;
  IF sides IS DISTINCT FROM 2 * many THEN
    RAISE EXCEPTION 'ledger: no such account in this district and unit' {coded};
  END IF;
  IF lines > 0 AND EXISTS (SELECT 1 FROM booked t JOIN ledger_account a ON a.id = t.payer_id
      JOIN ledger_account b ON b.id = t.payee_id
      WHERE {plain} AND (a.line_id IS NOT NULL OR b.line_id IS NOT NULL)
      AND (a.stage || '>' || b.stage NOT IN ({ways}) OR a.line_id <> b.line_id)) THEN
    RAISE EXCEPTION 'ledger: a budget line goes from stage to stage' {coded};
  END IF;
  RETURN NULL;
END $move$
"""

KEEP = """
CREATE OR REPLACE FUNCTION ledger_keep_account() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  t {schema}.ledger_transfer%ROWTYPE; o {schema}.ledger_outcome%ROWTYPE; fits boolean;
BEGIN
  IF {owned_changed} THEN
    RAISE EXCEPTION 'ledger: whose an account is never changes' {coded};
  END IF;
  IF NEW.closed_at IS NOT NULL AND (NEW.posted_in <> NEW.posted_out OR NEW.held <> 0) THEN
    RAISE EXCEPTION 'ledger: a closed account is empty' {coded};
  END IF;
  IF NOT ({counts_changed}) THEN
    RETURN NEW;
  END IF;
  IF NOT ({limits_changed}) AND NEW.last_transfer > OLD.last_transfer
     AND NEW.last_outcome = OLD.last_outcome THEN
    SELECT * INTO t FROM {schema}.ledger_transfer WHERE id = NEW.last_transfer;
    IF t.district = OLD.district AND t.unit_id = OLD.unit_id AND {by_transfer} THEN
      RETURN NEW;
    END IF;
    SELECT bool_and(n.district = OLD.district AND n.unit_id = OLD.unit_id AND n.expires_at IS NULL)
        AND max(n.id) = NEW.last_transfer AND NEW.held = OLD.held
        AND sum(CASE WHEN n.payee_id = OLD.id THEN n.amount ELSE 0 END)
          = NEW.posted_in - OLD.posted_in
        AND sum(CASE WHEN n.payer_id = OLD.id THEN n.amount ELSE 0 END)
          = NEW.posted_out - OLD.posted_out
      INTO fits
      FROM (SELECT * FROM {schema}.ledger_transfer WHERE id <= NEW.last_transfer
        AND id >= greatest(OLD.last_transfer + 1,
          nullif(current_setting('ledger.first', true), '')::bigint) OFFSET 0) n
      WHERE n.payer_id = OLD.id OR n.payee_id = OLD.id;
    IF fits THEN
      RETURN NEW;
    END IF;
  ELSIF NOT ({limits_changed}) AND NEW.last_outcome > OLD.last_outcome
     AND NEW.last_transfer = OLD.last_transfer THEN
    SELECT * INTO o FROM {schema}.ledger_outcome WHERE id = NEW.last_outcome;
    SELECT * INTO t FROM {schema}.ledger_transfer WHERE id = o.transfer_id;
    IF {by_outcome} THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'ledger: only a new transfer moves an account' {coded};
END $$
"""


def _words(schema):
    different = "IS DISTINCT FROM"
    return {
        "schema": schema,
        "plain": PLAIN,
        "coded": RAISE,
        "ways": ", ".join(kept.WAYS),
        "owned_changed": kept._changed(kept.OWNED, different),
        "counts_changed": kept._changed(kept.COUNTS, different),
        "limits_changed": kept._changed(" ".join(kept.LIMITS), different),
        "by_transfer": kept.MOVED_BY_TRANSFER,
        "by_outcome": kept.MOVED_BY_OUTCOME,
    }


def _statements(words):
    yield MOVE_MANY.format(**words)
    yield KEEP.format(**words)
    yield "REVOKE ALL ON FUNCTION ledger_move_many() FROM PUBLIC"
    yield "DROP TRIGGER ledger_move ON ledger_transfer"
    yield (
        "CREATE TRIGGER ledger_move AFTER INSERT ON ledger_transfer FOR EACH ROW "
        f"WHEN ({ROW_BY_ROW}) EXECUTE FUNCTION ledger_move()"
    )
    yield (
        "CREATE TRIGGER ledger_move_many AFTER INSERT ON ledger_transfer "
        "REFERENCING NEW TABLE AS booked FOR EACH STATEMENT EXECUTE FUNCTION ledger_move_many()"
    )


def _statements_back(words):
    """Each booking by itself again, as 0002 left it."""
    yield "DROP TRIGGER ledger_move_many ON ledger_transfer"
    yield "DROP TRIGGER ledger_move ON ledger_transfer"
    yield "DROP FUNCTION ledger_move_many()"
    yield kept.PG_KEEP.format(**words).replace("CREATE", "CREATE OR REPLACE", 1)
    yield (
        "CREATE TRIGGER ledger_move AFTER INSERT ON ledger_transfer "
        "FOR EACH ROW EXECUTE FUNCTION ledger_move()"
    )


def _run(editor, statements):
    if editor.connection.vendor != "postgresql":
        return
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(current_schema())")
        [schema] = cursor.fetchone()
    for statement in statements(_words(schema)):
        editor.execute(statement, params=None)


def forwards(apps, editor):
    _run(editor, _statements)


def backwards(apps, editor):
    _run(editor, _statements_back)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_book_at_once")]

    operations = [migrations.RunPython(forwards, backwards, elidable=False)]

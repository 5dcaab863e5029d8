"""
The database keeps the book by itself: docs/decisions/0018-the-database-keeps-the-book.md.

A transfer moves both accounts; an outcome settles a hold; nothing else moves a count; nothing
is changed or deleted. On PostgreSQL the movement runs with the owner's rights, so that whoever
only runs the house needs no right to change a count.
"""

from django.db import migrations

LIMITS = ("floor", "ceiling", "closed_at", "salt")  # what an act may change on an account
WAYS = (
    "'>appropriated'",
    "'appropriated>'",
    "'appropriated>reserved'",
    "'reserved>appropriated'",
    "'reserved>committed'",
    "'committed>reserved'",
    "'committed>paid'",
)
BAD_STAGE = (
    "(NEW.line_id IS NULL AND NEW.stage <> '') OR (NEW.line_id IS NOT NULL AND NEW.stage NOT IN "
    "('appropriated', 'reserved', 'committed', 'paid'))"
)
MOST_COUNT = 4 * 10**18  # SQLite turns what is larger than 64 bits into a fraction
OWNED = "id district unit_id person_id party_id place_id line_id stage above purpose opened_at"
COUNTS = "posted_in posted_out held last_transfer last_outcome"
TABLES = ("ledger_account", "ledger_transfer", "ledger_outcome")

# PostgreSQL ------------------------------------------------------------------

PG_MOVE = """
CREATE FUNCTION ledger_move() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = {schema}, pg_temp AS $$
DECLARE
  payer_line bigint; payee_line bigint; payer_stage text; payee_stage text;
  now_posted bigint := CASE WHEN NEW.expires_at IS NULL THEN NEW.amount ELSE 0 END;
  way text; origin ledger_transfer%ROWTYPE; posted bigint; back bigint;
BEGIN
  IF NEW.expires_at <= NEW.at OR (NEW.expires_at IS NOT NULL AND NEW.corrects_id IS NOT NULL) THEN
    RAISE EXCEPTION 'ledger: a hold ends later than it begins, and corrects nothing'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  -- Always in the order of ids: two opposite transfers cannot wait for each other.
  FOR turn IN 1..2 LOOP
    IF (turn = 1) = (NEW.payer_id < NEW.payee_id) THEN
      UPDATE ledger_account SET posted_out = posted_out + now_posted,
        held = held + NEW.amount - now_posted, last_transfer = NEW.id
        WHERE id = NEW.payer_id AND district = NEW.district AND unit_id = NEW.unit_id
        RETURNING line_id, stage INTO payer_line, payer_stage;
    ELSIF NEW.expires_at IS NULL THEN
      UPDATE ledger_account SET posted_in = posted_in + NEW.amount, last_transfer = NEW.id
        WHERE id = NEW.payee_id AND district = NEW.district AND unit_id = NEW.unit_id
        RETURNING line_id, stage INTO payee_line, payee_stage;
    ELSE
      SELECT line_id, stage INTO payee_line, payee_stage FROM ledger_account
        WHERE id = NEW.payee_id AND district = NEW.district AND unit_id = NEW.unit_id;
    END IF;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'ledger: no such account in this district and unit'
        USING ERRCODE = 'integrity_constraint_violation';
    END IF;
  END LOOP;
  IF payer_line IS NOT NULL OR payee_line IS NOT NULL THEN
    way := CASE WHEN NEW.corrects_id IS NULL THEN payer_stage || '>' || payee_stage
                ELSE payee_stage || '>' || payer_stage END;
    IF way NOT IN ({ways}) OR NEW.expires_at IS NOT NULL OR payer_line <> payee_line THEN
      RAISE EXCEPTION 'ledger: a budget line goes from stage to stage'
        USING ERRCODE = 'integrity_constraint_violation';
    END IF;
  END IF;
  IF NEW.corrects_id IS NOT NULL THEN
    SELECT * INTO origin FROM ledger_transfer WHERE id = NEW.corrects_id;
    IF NOT FOUND OR origin.payer_id <> NEW.payee_id OR origin.payee_id <> NEW.payer_id
       OR origin.corrects_id IS NOT NULL THEN
      RAISE EXCEPTION 'ledger: a correction turns the two sides of one booking round'
        USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    SELECT CASE WHEN origin.expires_at IS NULL THEN origin.amount ELSE coalesce(
      (SELECT amount FROM ledger_outcome WHERE transfer_id = origin.id), 0) END INTO posted;
    SELECT sum(amount) INTO back FROM ledger_transfer WHERE corrects_id = origin.id;
    IF back > posted THEN
      RAISE EXCEPTION 'ledger: more is taken back than was booked'
        USING ERRCODE = 'integrity_constraint_violation';
    END IF;
  END IF;
  RETURN NULL;
END $$
"""

PG_SETTLE = """
CREATE FUNCTION ledger_settle() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = {schema}, pg_temp AS $$
DECLARE hold ledger_transfer%ROWTYPE;
BEGIN
  SELECT * INTO hold FROM ledger_transfer
    WHERE id = NEW.transfer_id AND district = NEW.district AND expires_at IS NOT NULL;
  IF NOT FOUND OR NEW.amount > hold.amount THEN
    RAISE EXCEPTION 'ledger: no such hold, or not so much of it'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF (NEW.kind = 'posted' AND NEW.at >= hold.expires_at)
     OR (NEW.kind = 'expired' AND NEW.at < hold.expires_at) THEN
    RAISE EXCEPTION 'ledger: a hold is posted before its end, and expires at it'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  FOR turn IN 1..2 LOOP
    IF (turn = 1) = (hold.payer_id < hold.payee_id) THEN
      UPDATE ledger_account SET posted_out = posted_out + NEW.amount,
        held = held - hold.amount, last_outcome = NEW.id WHERE id = hold.payer_id;
    ELSIF NEW.amount > 0 THEN
      UPDATE ledger_account SET posted_in = posted_in + NEW.amount,
        last_outcome = NEW.id WHERE id = hold.payee_id;
    END IF;
  END LOOP;
  RETURN NULL;
END $$
"""

# One row looked up by its number at a time: a question with EXISTS in it is planned anew each time.
PG_KEEP = """
CREATE FUNCTION ledger_keep_account() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE t {schema}.ledger_transfer%ROWTYPE; o {schema}.ledger_outcome%ROWTYPE;
BEGIN
  IF {owned_changed} THEN
    RAISE EXCEPTION 'ledger: whose an account is never changes'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF NEW.closed_at IS NOT NULL AND (NEW.posted_in <> NEW.posted_out OR NEW.held <> 0) THEN
    RAISE EXCEPTION 'ledger: a closed account is empty'
      USING ERRCODE = 'integrity_constraint_violation';
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
  ELSIF NOT ({limits_changed}) AND NEW.last_outcome > OLD.last_outcome
     AND NEW.last_transfer = OLD.last_transfer THEN
    SELECT * INTO o FROM {schema}.ledger_outcome WHERE id = NEW.last_outcome;
    SELECT * INTO t FROM {schema}.ledger_transfer WHERE id = o.transfer_id;
    IF {by_outcome} THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'ledger: only a new transfer moves an account'
    USING ERRCODE = 'integrity_constraint_violation';
END $$
"""

PG_OPEN = """
CREATE FUNCTION ledger_open_account() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF {filled} THEN
    RAISE EXCEPTION 'ledger: an account is opened empty'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF num_nonnulls(NEW.person_id, NEW.party_id, NEW.place_id, NEW.line_id, nullif(NEW.above, '')) <> 1
     OR {bad_stage} THEN
    RAISE EXCEPTION 'ledger: an account is somebody''s, and one''s only'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$
"""

PG_REFUSE = """
CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  RAISE EXCEPTION 'ledger: % is never changed or deleted', TG_TABLE_NAME
    USING ERRCODE = 'integrity_constraint_violation';
END $$
"""

# What a count may do: exactly what the newest transfer, or the newest outcome, says.
MOVED_BY_TRANSFER = """
((t.payer_id = OLD.id AND t.expires_at IS NULL AND NEW.posted_in = OLD.posted_in
  AND NEW.posted_out = OLD.posted_out + t.amount AND NEW.held = OLD.held)
 OR (t.payer_id = OLD.id AND t.expires_at IS NOT NULL AND NEW.posted_in = OLD.posted_in
     AND NEW.posted_out = OLD.posted_out AND NEW.held = OLD.held + t.amount)
 OR (t.payee_id = OLD.id AND t.expires_at IS NULL AND NEW.posted_out = OLD.posted_out
     AND NEW.posted_in = OLD.posted_in + t.amount AND NEW.held = OLD.held))
"""
MOVED_BY_OUTCOME = """
((t.payer_id = OLD.id AND NEW.posted_in = OLD.posted_in
  AND NEW.posted_out = OLD.posted_out + o.amount AND NEW.held = OLD.held - t.amount)
 OR (t.payee_id = OLD.id AND o.amount > 0 AND NEW.posted_out = OLD.posted_out
     AND NEW.posted_in = OLD.posted_in + o.amount AND NEW.held = OLD.held))
"""
LITE_BY_TRANSFER = f"""
(NEW.last_transfer > OLD.last_transfer AND NEW.last_outcome = OLD.last_outcome AND EXISTS (
  SELECT 1 FROM ledger_transfer t WHERE t.id = NEW.last_transfer AND t.district = OLD.district
  AND t.unit_id = OLD.unit_id AND {MOVED_BY_TRANSFER}))
"""  # noqa: S608  # ours
LITE_BY_OUTCOME = f"""
(NEW.last_outcome > OLD.last_outcome AND NEW.last_transfer = OLD.last_transfer AND EXISTS (
  SELECT 1 FROM ledger_outcome o JOIN ledger_transfer t ON t.id = o.transfer_id
  WHERE o.id = NEW.last_outcome AND {MOVED_BY_OUTCOME}))
"""  # noqa: S608  # ours


def _changed(columns, different):
    return " OR ".join(f"OLD.{name} {different} NEW.{name}" for name in columns.split())


def _postgresql(schema):
    different = "IS DISTINCT FROM"
    words = {
        "schema": schema,
        "ways": ", ".join(WAYS),
        "owned_changed": _changed(OWNED, different),
        "counts_changed": _changed(COUNTS, different),
        "limits_changed": _changed(" ".join(LIMITS), different),
        "by_transfer": MOVED_BY_TRANSFER,
        "by_outcome": MOVED_BY_OUTCOME,
        "filled": " OR ".join(f"NEW.{name} <> 0" for name in COUNTS.split()),
        "bad_stage": BAD_STAGE,
    }
    yield PG_MOVE.format(**words)
    yield PG_SETTLE.format(**words)
    yield PG_KEEP.format(**words)
    yield PG_OPEN.format(**words)
    yield PG_REFUSE
    # Nobody calls the two with the owner's rights but the triggers themselves.
    yield "REVOKE ALL ON FUNCTION ledger_move(), ledger_settle() FROM PUBLIC"
    for table, name in (("transfer", "move"), ("outcome", "settle")):
        yield (
            f"CREATE TRIGGER ledger_{name} AFTER INSERT ON ledger_{table} "
            f"FOR EACH ROW EXECUTE FUNCTION ledger_{name}()"
        )
        yield (
            f"CREATE TRIGGER ledger_{table}_no_update BEFORE UPDATE ON ledger_{table} "
            "FOR EACH ROW EXECUTE FUNCTION ledger_refuse()"
        )
    yield (
        "CREATE TRIGGER ledger_account_keeps BEFORE UPDATE ON ledger_account "
        "FOR EACH ROW EXECUTE FUNCTION ledger_keep_account()"
    )
    yield (
        "CREATE TRIGGER ledger_account_opens BEFORE INSERT ON ledger_account "
        "FOR EACH ROW EXECUTE FUNCTION ledger_open_account()"
    )
    for table in TABLES:
        for event, each in (("DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
            yield (
                f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} "
                f"FOR EACH {each} EXECUTE FUNCTION ledger_refuse()"
            )


# SQLite ----------------------------------------------------------------------

LITE_MOVE = """
CREATE TRIGGER ledger_move AFTER INSERT ON ledger_transfer BEGIN
  SELECT RAISE(ABORT, 'ledger: a hold ends later than it begins, and corrects nothing')
    WHERE NEW.expires_at <= NEW.at
    OR (NEW.expires_at IS NOT NULL AND NEW.corrects_id IS NOT NULL);
  SELECT RAISE(ABORT, 'ledger: no such account in this district and unit') WHERE 2 <> (
    SELECT count(*) FROM ledger_account WHERE id IN (NEW.payer_id, NEW.payee_id)
    AND district = NEW.district AND unit_id = NEW.unit_id);
  SELECT RAISE(ABORT, 'ledger: a budget line goes from stage to stage') WHERE EXISTS (
    SELECT 1 FROM ledger_account a JOIN ledger_account b
      ON a.id = NEW.payer_id AND b.id = NEW.payee_id
    WHERE (a.line_id IS NOT NULL OR b.line_id IS NOT NULL) AND (
      a.line_id <> b.line_id OR NEW.expires_at IS NOT NULL
      OR (NEW.corrects_id IS NULL AND a.stage || '>' || b.stage NOT IN ({ways}))
      OR (NEW.corrects_id IS NOT NULL AND b.stage || '>' || a.stage NOT IN ({ways}))));
  UPDATE ledger_account SET last_transfer = NEW.id,
    posted_out = posted_out + CASE WHEN NEW.expires_at IS NULL THEN NEW.amount ELSE 0 END,
    held = held + CASE WHEN NEW.expires_at IS NULL THEN 0 ELSE NEW.amount END
    WHERE id = NEW.payer_id;
  UPDATE ledger_account SET last_transfer = NEW.id, posted_in = posted_in + NEW.amount
    WHERE id = NEW.payee_id AND NEW.expires_at IS NULL;
  SELECT RAISE(ABORT, 'ledger: a correction turns the two sides of one booking round')
    WHERE NEW.corrects_id IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM ledger_transfer o WHERE o.id = NEW.corrects_id AND o.corrects_id IS NULL
      AND o.payer_id = NEW.payee_id AND o.payee_id = NEW.payer_id);
  SELECT RAISE(ABORT, 'ledger: more is taken back than was booked')
    WHERE NEW.corrects_id IS NOT NULL AND
      (SELECT sum(amount) FROM ledger_transfer WHERE corrects_id = NEW.corrects_id) >
      (SELECT CASE WHEN o.expires_at IS NULL THEN o.amount ELSE coalesce(
         (SELECT amount FROM ledger_outcome WHERE transfer_id = o.id), 0) END
       FROM ledger_transfer o WHERE o.id = NEW.corrects_id);
END
"""

LITE_SETTLE = """
CREATE TRIGGER ledger_settle AFTER INSERT ON ledger_outcome BEGIN
  SELECT RAISE(ABORT, 'ledger: no such hold, or not so much of it') WHERE NOT EXISTS (
    SELECT 1 FROM ledger_transfer t WHERE t.id = NEW.transfer_id AND t.district = NEW.district
    AND t.expires_at IS NOT NULL AND NEW.amount <= t.amount);
  SELECT RAISE(ABORT, 'ledger: a hold is posted before its end, and expires at it') WHERE EXISTS (
    SELECT 1 FROM ledger_transfer t WHERE t.id = NEW.transfer_id AND (
      (NEW.kind = 'posted' AND NEW.at >= t.expires_at)
      OR (NEW.kind = 'expired' AND NEW.at < t.expires_at)));
  UPDATE ledger_account SET last_outcome = NEW.id, posted_out = posted_out + NEW.amount,
    held = held - (SELECT amount FROM ledger_transfer WHERE id = NEW.transfer_id)
    WHERE id = (SELECT payer_id FROM ledger_transfer WHERE id = NEW.transfer_id);
  UPDATE ledger_account SET last_outcome = NEW.id, posted_in = posted_in + NEW.amount
    WHERE NEW.amount > 0
    AND id = (SELECT payee_id FROM ledger_transfer WHERE id = NEW.transfer_id);
END
"""

# REPLACE deletes without a DELETE trigger: refuse whatever would take another row's place.
LITE_TAKEN = {
    "ledger_account": "id = NEW.id OR (district = NEW.district AND ("
    "(person_id = NEW.person_id AND unit_id = NEW.unit_id AND purpose = NEW.purpose)"
    " OR (party_id = NEW.party_id AND unit_id = NEW.unit_id AND purpose = NEW.purpose)"
    " OR (place_id = NEW.place_id AND unit_id = NEW.unit_id AND purpose = NEW.purpose)"
    " OR (line_id = NEW.line_id AND stage = NEW.stage)))",
    "ledger_transfer": "id = NEW.id OR (district = NEW.district AND key = NEW.key)",
    "ledger_outcome": "id = NEW.id OR (district = NEW.district AND transfer_id = NEW.transfer_id)",
}


def _sqlite():
    yield LITE_MOVE.format(ways=", ".join(WAYS))
    yield LITE_SETTLE
    owned, counts = _changed(OWNED, "IS NOT"), _changed(COUNTS, "IS NOT")
    limits = _changed(" ".join(LIMITS), "IS NOT")
    yield (
        "CREATE TRIGGER ledger_account_closed BEFORE UPDATE ON ledger_account "
        "WHEN NEW.closed_at IS NOT NULL AND (NEW.posted_in <> NEW.posted_out OR NEW.held <> 0) "
        "BEGIN SELECT RAISE(ABORT, 'ledger: a closed account is empty'); END"
    )
    yield (
        "CREATE TRIGGER ledger_account_bounded BEFORE UPDATE ON ledger_account "
        f"WHEN max(NEW.posted_in, NEW.posted_out, NEW.held) > {MOST_COUNT} "
        "BEGIN SELECT RAISE(ABORT, 'ledger: more than can be counted'); END"
    )
    yield (
        "CREATE TRIGGER ledger_account_owned BEFORE UPDATE ON ledger_account "
        f"WHEN {owned} "
        "BEGIN SELECT RAISE(ABORT, 'ledger: whose an account is never changes'); END"
    )
    yield (
        "CREATE TRIGGER ledger_account_keeps BEFORE UPDATE ON ledger_account "
        f"WHEN ({counts}) AND (({limits}) OR NOT ({LITE_BY_TRANSFER} OR {LITE_BY_OUTCOME})) "
        "BEGIN SELECT RAISE(ABORT, 'ledger: only a new transfer moves an account'); END"
    )
    filled = " OR ".join(f"NEW.{name} <> 0" for name in COUNTS.split())
    yield (
        f"CREATE TRIGGER ledger_account_empty BEFORE INSERT ON ledger_account WHEN {filled} "
        "BEGIN SELECT RAISE(ABORT, 'ledger: an account is opened empty'); END"
    )
    whose = " + ".join(
        f"(NEW.{name} IS NOT NULL)" for name in ("person_id", "party_id", "place_id", "line_id")
    )
    yield (
        "CREATE TRIGGER ledger_account_whose BEFORE INSERT ON ledger_account "
        f"WHEN {whose} + (NEW.above <> '') <> 1 OR {BAD_STAGE} "
        "BEGIN SELECT RAISE(ABORT, 'ledger: an account is somebody''s, and one''s only'); END"
    )
    for table in TABLES:
        refuse = f"BEGIN SELECT RAISE(ABORT, 'ledger: {table} is never changed or deleted'); END"
        taken = f"SELECT 1 FROM {table} WHERE {LITE_TAKEN[table]}"  # noqa: S608  # names of ours
        yield f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}"
        yield (
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN EXISTS ({taken}) "
            f"BEGIN SELECT RAISE(ABORT, 'UNIQUE: ledger: {table} is there already'); END"
        )
        if table != "ledger_account":
            yield f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}"


def forwards(apps, editor):
    if editor.connection.vendor == "sqlite":
        for statement in _sqlite():
            editor.execute(statement, params=None)
        return
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(current_schema())")
        [schema] = cursor.fetchone()
    for statement in _postgresql(schema):
        editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop, elidable=False)]

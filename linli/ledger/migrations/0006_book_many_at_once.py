"""
On PostgreSQL, many bookings and their lines in one call: docs/decisions/0018-the-database-keeps-the-book.md.

As ``ledger_book`` does with one: what is plainly allowed is booked, in the order given, and the numbers
are returned; of anything else nothing is done and nothing returned, and the act goes the long way. Plainly
allowed is a batch of one unit in which every account could give all it gives before it gets anything, and
take all it takes before it gives anything: then no order of the bookings passes a limit on the way. It has
the rights of whoever calls it and opens no door: every rule is kept by the triggers as before.
"""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION ledger_book_many(
  its_district bigint, its_payers bigint[], its_payees bigint[], its_amounts bigint[],
  its_kinds text, its_keys text, its_act bigint, its_at timestamptz, its_day date,
  its_salts bytea, row_text text, line_text text, subject text, line_version integer, whose text,
  who bigint, seat bigint, its_hat text, OUT transfers bigint[], OUT counted_in bigint
) LANGUAGE plpgsql AS $$
DECLARE
  plain boolean; numbers regclass := pg_get_serial_sequence('ledger_transfer', 'id');
  r text[] := string_to_array(row_text, chr(1));
  l text[] := string_to_array(line_text, chr(1));
BEGIN
  WITH locked AS MATERIALIZED (SELECT * FROM ledger_account WHERE district = its_district
      AND id = ANY (its_payers || its_payees) ORDER BY id FOR NO KEY UPDATE),
    sides AS (SELECT side, sum(went) AS went, sum(came) AS came
      FROM (SELECT side, went, 0 AS came FROM unnest(its_payers, its_amounts) one (side, went)
        UNION ALL SELECT side, 0, came FROM unnest(its_payees, its_amounts) one (side, came)) one
      GROUP BY side)
  SELECT min(unit_id), min(unit_id) = max(unit_id)
      AND bool_and(id IS NOT NULL AND closed_at IS NULL AND line_id IS NULL
        AND (floor IS NULL OR posted_in - posted_out - held - went >= floor)
        AND (ceiling IS NULL OR posted_in - posted_out + came <= ceiling))
    INTO counted_in, plain FROM sides LEFT JOIN locked ON id = side;
  IF plain IS NOT TRUE OR NOT EXISTS (SELECT 1 FROM ledger_unit WHERE id = counted_in
    AND valid_from <= its_day AND (valid_to IS NULL OR valid_to > its_day))
  THEN RETURN; END IF;
  WITH given AS MATERIALIZED (SELECT n, nextval(numbers) AS id, payer, payee, amount, kind, key,
      substring(its_salts FROM (16 * n - 15)::integer FOR 16) AS salt
    FROM unnest(its_payers, its_payees, its_amounts, string_to_array(its_kinds, chr(1)),
      string_to_array(its_keys, chr(1))) WITH ORDINALITY one (payer, payee, amount, kind, key, n)),
  booked AS (INSERT INTO ledger_transfer
      (id, district, salt, payer_id, payee_id, amount, unit_id, kind, act, key, at)
    SELECT id, its_district, salt, payer, payee, amount, counted_in, kind, its_act, key, its_at
      FROM given),
  told AS (INSERT INTO journal_line (district, kind, subject_kind, subject_id, act_id, version,
      actor_kind, actor_id, appointment, hat, at, body)
    SELECT its_district, 'TransferPosted', subject, id, its_act, line_version,
      whose, who, seat, its_hat, its_at, concat(l[1], amount, l[2], to_json(kind), l[3], payee,
        l[4], payer, l[5], id, l[6], counted_in, l[7], id, l[8], encode(sha256(salt || convert_to(
          concat(r[1], amount, r[2], id, r[3], to_json(key), r[4], to_json(kind), r[5], payee,
            r[6], payer, r[7], counted_in, r[8]), 'UTF8')), 'hex'), l[9])
      FROM given ORDER BY n)
  SELECT array_agg(id ORDER BY n) INTO transfers FROM given;
END $$
"""


def forwards(apps, editor):
    if editor.connection.vendor == "postgresql":
        editor.execute(FUNCTION, params=None)


def backwards(apps, editor):
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP FUNCTION ledger_book_many", params=None)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0005_floors_of_lines_stay"), ("journal", "0001_initial")]

    operations = [migrations.RunPython(forwards, backwards, elidable=False)]

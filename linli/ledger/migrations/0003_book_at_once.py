"""
On PostgreSQL, one booking and its line in one statement: docs/decisions/0018-the-database-keeps-the-book.md.

The function books what is plainly allowed and returns its number; of anything else it returns
nothing, and the act goes the long way, which knows the sentences. It runs with the rights of whoever
calls it, so it opens no door: every rule is kept by the triggers as before.
"""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION ledger_book(
  its_district bigint, its_payer bigint, its_payee bigint, its_amount bigint, its_kind text,
  its_act bigint, its_key text, its_at timestamptz, its_day date, its_salt bytea,
  row_text text, line_text text, subject text, line_version integer, whose text,
  who bigint, seat bigint, its_hat text, OUT transfer bigint, OUT counted_in bigint
) LANGUAGE plpgsql AS $$
DECLARE
  one ledger_account%ROWTYPE; seen integer := 0; bound text;
  row_parts text[] := string_to_array(row_text, chr(1));
  line_parts text[] := string_to_array(line_text, chr(1));
BEGIN
  FOR one IN SELECT * FROM ledger_account WHERE district = its_district
    AND id IN (its_payer, its_payee) ORDER BY id FOR NO KEY UPDATE
  LOOP
    IF one.closed_at IS NOT NULL OR counted_in <> one.unit_id
      OR (one.id = its_payer
          AND one.posted_in - one.posted_out - one.held - its_amount < one.floor)
      OR (one.id = its_payee AND one.posted_in - one.posted_out + its_amount > one.ceiling)
    THEN RETURN; END IF;
    counted_in := one.unit_id;
    seen := seen + 1;
  END LOOP;
  IF seen < 2 OR NOT EXISTS (SELECT 1 FROM ledger_unit WHERE id = counted_in
    AND valid_from <= its_day AND (valid_to IS NULL OR valid_to > its_day))
  THEN RETURN; END IF;
  INSERT INTO ledger_transfer
    (district, salt, payer_id, payee_id, amount, unit_id, kind, act, key, at)
    VALUES (its_district, its_salt, its_payer, its_payee, its_amount, counted_in, its_kind,
      its_act, its_key, its_at)
    RETURNING id INTO transfer;
  bound := encode(sha256(its_salt || convert_to(
    row_parts[1] || transfer || row_parts[2] || counted_in || row_parts[3], 'UTF8')), 'hex');
  INSERT INTO journal_line (district, kind, subject_kind, subject_id, act_id, version, actor_kind,
    actor_id, appointment, hat, at, body)
    VALUES (its_district, 'TransferPosted', subject, transfer, its_act, line_version, whose, who,
      seat, its_hat, its_at, line_parts[1] || transfer || line_parts[2] || counted_in
      || line_parts[3] || transfer || line_parts[4] || bound || line_parts[5]);
END $$
"""


def forwards(apps, editor):
    if editor.connection.vendor == "postgresql":
        editor.execute(FUNCTION, params=None)


def backwards(apps, editor):
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP FUNCTION ledger_book", params=None)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_keep_the_book"), ("journal", "0001_initial")]

    operations = [migrations.RunPython(forwards, backwards, elidable=False)]

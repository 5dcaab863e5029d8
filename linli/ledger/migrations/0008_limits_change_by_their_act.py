"""
How far an account may fall and rise changes by the act alone: after its line on the record, to what that says.

A trigger that wakes only when a limit is set to something else; no booking touches one. The newest
LimitsSet of the account must say just these limits, so an older one cannot be used again; whoever writes
such a line past the act has left it on the record. No line lets a stage of a budget line be capped.
"""

from django.db import migrations

SAID = "ledger: floor and ceiling of an account change by the act, with its line on the record"
CHANGED = "OLD.floor {different} NEW.floor OR OLD.ceiling {different} NEW.ceiling"
# The body of a line is canonical, the fields of its event sorted: its beginning says it all.
BEGINS = """
'{"event":{"account_id":' || CAST(NEW.id AS text)
  || ',"ceiling":' || coalesce(CAST(NEW.ceiling AS text), 'null')
  || ',"floor":' || coalesce(CAST(NEW.floor AS text), 'null') || '},'
"""
ON_RECORD = f"""
(NEW.line_id IS NULL OR NEW.ceiling IS NULL) AND EXISTS (
  SELECT 1 FROM SCHEMA.journal_line l
  WHERE l.district = NEW.district AND substr(l.body, 1, length({BEGINS})) = {BEGINS}
    AND l.id = (SELECT max(n.id) FROM SCHEMA.journal_line n
      WHERE n.subject_kind = 'account' AND n.subject_id = NEW.id AND n.kind = 'LimitsSet')
)
"""  # noqa: S608  # ours

PG_FUNCTION = """
CREATE FUNCTION ledger_set_limits() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF {on_record} THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION '{said}' USING ERRCODE = 'integrity_constraint_violation';
END $$
"""
TRIGGER = "CREATE TRIGGER ledger_set_limits BEFORE UPDATE OF floor, ceiling ON ledger_account FOR EACH ROW"


def forwards(apps, editor):
    if editor.connection.vendor == "sqlite":
        changed, on_record = CHANGED.format(different="IS NOT"), ON_RECORD.replace("SCHEMA.", "")
        refuse = f"BEGIN SELECT RAISE(ABORT, '{SAID}'); END"
        when = f"WHEN ({changed}) AND NOT ({on_record})"
        editor.execute(f"{TRIGGER} {when} {refuse}", params=None)
        return
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(current_schema())")
        [schema] = cursor.fetchone()
    on_record = ON_RECORD.replace("SCHEMA", schema)
    editor.execute(PG_FUNCTION.format(on_record=on_record, said=SAID), params=None)
    changed = CHANGED.format(different="IS DISTINCT FROM")
    done = "EXECUTE FUNCTION ledger_set_limits()"
    editor.execute(f"{TRIGGER} WHEN ({changed}) {done}", params=None)


def backwards(apps, editor):
    if editor.connection.vendor == "sqlite":
        editor.execute("DROP TRIGGER ledger_set_limits")
        return
    editor.execute("DROP TRIGGER ledger_set_limits ON ledger_account")
    editor.execute("DROP FUNCTION ledger_set_limits()")


class Migration(migrations.Migration):
    dependencies = [("ledger", "0007_smaller_amounts"), ("journal", "0001_initial")]

    operations = [migrations.RunPython(forwards, backwards, elidable=False)]

"""
No stage of a budget line may fall below nothing, nor keep anything back: its floor is 0 and stays so.

A trigger and no CHECK, which would be looked at again with every booking: this one wakes only when
somebody opens an account or sets its floor.
"""

from django.db import migrations

BAD = "NEW.line_id IS NOT NULL AND NEW.floor {different} 0"
EVENTS = (("opens", "INSERT"), ("set", "UPDATE OF floor"))
SAID = "ledger: the floor of a budget line is 0"

PG_REFUSE = f"""
CREATE FUNCTION ledger_refuse_floor() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  RAISE EXCEPTION '{SAID}' USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


def forwards(apps, editor):
    lite = editor.connection.vendor == "sqlite"
    bad = BAD.format(different="IS NOT" if lite else "IS DISTINCT FROM")
    if not lite:
        editor.execute(PG_REFUSE, params=None)
    refuse = (
        f"BEGIN SELECT RAISE(ABORT, '{SAID}'); END"
        if lite
        else "EXECUTE FUNCTION ledger_refuse_floor()"
    )
    for name, event in EVENTS:
        editor.execute(
            f"CREATE TRIGGER ledger_line_floor_{name} BEFORE {event} ON ledger_account "
            f"FOR EACH ROW WHEN ({bad}) {refuse}",
            params=None,
        )


def backwards(apps, editor):
    lite = editor.connection.vendor == "sqlite"
    for name, _event in EVENTS:
        on = "" if lite else " ON ledger_account"
        editor.execute(f"DROP TRIGGER ledger_line_floor_{name}{on}", params=None)
    if not lite:
        editor.execute("DROP FUNCTION ledger_refuse_floor()", params=None)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_move_many_at_once")]

    operations = [migrations.RunPython(forwards, backwards, elidable=False)]

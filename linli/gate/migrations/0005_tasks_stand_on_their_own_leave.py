"""
The database lets no task in but on the leave of its own request, and only where that was let in.

What is open needs a request that is admitted or under way; what is over may stand under one that has
ended since. Its leave is of the request's line, office, minutes, lane and last moment, names the
community, and bears no other request's task. A trigger, for the leave lies two tables away.
"""

from django.db import migrations

SAID = "gate: a task stands on the leave of its own request, and only once that is admitted"
STANDS = """
EXISTS (
  SELECT 1 FROM {schema}gate_request r
  JOIN {schema}catalogue_mandate m ON m.id = NEW.mandate_id AND m.district = r.district
  JOIN {schema}catalogue_duty_terms d ON d.line_id = m.duty_line_id
  JOIN {schema}catalogue_mandate_terms x ON x.mandate_id = m.id
  WHERE r.id = NEW.request_id AND r.district = NEW.district
    AND (r.state IN ('admitted', 'active')
      OR (r.state IN ('expired', 'revoked') AND NEW.state NOT IN ('given', 'begun')))
    AND m.origin = CASE r.lane WHEN 'emergency' THEN 'emergency' ELSE 'admitted' END
    AND d.code = r.line AND x.asked_by_id = r.asked_by_id AND m.minutes = r.minutes
    AND m.valid_to = r.valid_to AND {names_it}
) AND NOT EXISTS (
  SELECT 1 FROM {schema}gate_task t
  WHERE t.mandate_id = NEW.mandate_id AND t.request_id <> NEW.request_id
)
"""
LITE_NAMES = "NEW.community_id IN (SELECT value FROM json_each({0}.communities))"
PG_NAMES = "{0}.communities @> to_jsonb(NEW.community_id)"
MOVED = ("request_id", "community_id", "mandate_id", "district")

PG_FUNCTION = """
CREATE FUNCTION gate_task_stands() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF {stands} THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION '{said}' USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


def _events(different):
    moved = " OR ".join(f"OLD.{name} {different} NEW.{name}" for name in MOVED)
    return ("let_in", "INSERT", ""), ("moved", f"UPDATE OF {', '.join(MOVED)}", moved)


def forwards(apps, editor):
    if editor.connection.vendor == "sqlite":
        names = " AND ".join(map(LITE_NAMES.format, "rm"))
        stands = STANDS.format(schema="", names_it=names)
        for name, event, moved in _events("IS NOT"):
            when = f"({moved}) AND NOT ({stands})" if moved else f"NOT ({stands})"
            editor.execute(
                f"CREATE TRIGGER gate_task_{name} BEFORE {event} ON gate_task WHEN {when} "
                f"BEGIN SELECT RAISE(ABORT, '{SAID}'); END",
                params=None,
            )
        return
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(current_schema())")
        [schema] = cursor.fetchone()
    names = " AND ".join(map(PG_NAMES.format, "rm"))
    stands = STANDS.format(schema=f"{schema}.", names_it=names)
    editor.execute(PG_FUNCTION.format(stands=stands, said=SAID), params=None)
    for name, event, moved in _events("IS DISTINCT FROM"):
        editor.execute(
            f"CREATE TRIGGER gate_task_{name} BEFORE {event} ON gate_task FOR EACH ROW "
            f"{f'WHEN ({moved})' if moved else ''} EXECUTE FUNCTION gate_task_stands()",
            params=None,
        )


def backwards(apps, editor):
    lite = editor.connection.vendor == "sqlite"
    for name, _event, _moved in _events(""):
        editor.execute(f"DROP TRIGGER gate_task_{name}{'' if lite else ' ON gate_task'}")
    if not lite:
        editor.execute("DROP FUNCTION gate_task_stands()")


class Migration(migrations.Migration):
    dependencies = [
        ("gate", "0004_files_that_show_it"),
        ("catalogue", "0002_lists_of_places_and_who_asked"),
    ]

    operations = [migrations.RunPython(forwards, backwards, elidable=False)]

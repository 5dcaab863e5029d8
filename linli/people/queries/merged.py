"""Which records are one person's. A merge points nowhere but up, so undoing it parts them again."""

from collections.abc import Collection

from django.db import connection
from django.db.models.expressions import RawSQL

from linli.people.models import Person

_BELOW = (
    "WITH RECURSIVE whole(id, far) AS (SELECT CAST(%s AS bigint), 0 UNION ALL "
    "SELECT p.id, w.far + 1 FROM whole w JOIN people_person p ON p.merged_into_id = w.id) "
    "SELECT id FROM whole ORDER BY far, id"
)
_ABOVE = (
    "WITH RECURSIVE whole(id, far) AS (SELECT CAST(%s AS bigint), 0 UNION ALL "
    "SELECT p.merged_into_id, w.far + 1 FROM whole w JOIN people_person p ON p.id = w.id "
    "WHERE p.merged_into_id IS NOT NULL) SELECT id FROM whole ORDER BY far DESC"
)
_EVERY = (
    "WITH RECURSIVE above(id) AS (SELECT id FROM people_person WHERE id IN ({}) UNION "
    "SELECT p.merged_into_id FROM above a JOIN people_person p ON p.id = a.id "
    "WHERE p.merged_into_id IS NOT NULL), whole(id) AS (SELECT id FROM above UNION "
    "SELECT p.id FROM whole w JOIN people_person p ON p.merged_into_id = w.id) "
    "SELECT id FROM whole ORDER BY id"
)


def records_of(person: int) -> list[int]:
    """Return the record and all that were merged into it, however often; the record itself first."""
    return _ids(_BELOW, person)


def their_records(person: int) -> RawSQL:
    """Return ``records_of`` as part of another question, so that it is none of its own."""
    return RawSQL(f"SELECT id FROM ({_BELOW}) whole", [person])  # noqa: S608, S611  # our own


def standing_record(person: int) -> int:
    """Return the record that stands for a person: its own number unless it was merged."""
    return _ids(_ABOVE, person)[0]


def every_record(people: Collection[int]) -> list[int]:
    """Return all records that are one of these people's, above and below, in order of id."""
    if not people:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_EVERY.format(", ".join(["%s"] * len(people))), list(people))
        return [pk for (pk,) in cursor.fetchall()]


def standing_records(district: int) -> dict[int, int]:
    """Return every record of a district that was merged away, and the one that stands for it."""
    merged = Person.objects.filter(district=district).exclude(merged_into=None)
    above = {gone: kept for gone, kept in merged.values_list("pk", "merged_into") if kept}
    standing = {}
    for gone in above:
        kept = gone
        while kept in above:
            kept = above[kept]
        standing[gone] = kept
    return standing


def _ids(statement: str, person: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [person])
        return [pk for (pk,) in cursor.fetchall()]

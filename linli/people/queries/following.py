"""Who changed since a line of the record, so that columns held in memory need not be read anew."""

import json
from collections.abc import Collection
from datetime import date

from linli.fabric.numbers import read_numbers
from linli.journal import queries as journal

# Lines of acts under way at the same moment may appear out of order: so many are looked at again.
# A line of a whole load is drawn last in its act, and so hardly ever late.
BACK, BACK_WHOLE = 500, 20
SUBJECTS = ("person", "source", "place", "confirmation")
WHOLE = frozenset({"PeopleLoaded", "CommunityFollowed", "NotesLoaded"})


def changed_people(district: int, since: int) -> tuple[frozenset[int] | None, int]:
    """
    Return who may have changed after a line of the record, and the line to ask from next time.

    None is anybody: many were loaded or moved at once, the record is another one, or nothing was
    asked before (``since`` is 0).
    """
    last = journal.last_line(district)
    if not since or since > last:
        return None, last
    found: set[int] = set()
    lines = journal.lines_after(since - BACK, SUBJECTS, district=district)
    for line, kind, subject_kind, subject, body in lines:
        if kind in WHOLE and line > since - BACK_WHOLE:
            return None, last
        if subject_kind != "person":
            continue
        if "gone_id" in body:
            found.add(int(json.loads(body)["event"]["gone_id"]))
        found.add(subject)
    return frozenset(found), last


def turning_people(
    district: int, after: date, *, people: Collection[int] | None = None
) -> frozenset[int]:
    """
    Return those of whom something was said that begins or ends after a day.

    :param people: only among these; None is everybody
    """
    among = "" if people is None else f" IN ({', '.join(map(str, sorted(people))) or 'NULL'})"
    begins = read_numbers(
        ["person_id"],
        "FROM people_superseded WHERE +district = %s AND valid_to > %s"
        + (among and f" AND person_id{among}"),
        [district, after.isoformat()],
    )
    ends = read_numbers(
        ["id"],
        "FROM people_person WHERE +district = %s AND ended_on > %s" + (among and f" AND id{among}"),
        [district, after.isoformat()],
    )
    return frozenset(begins[0].tolist()) | frozenset(ends[0].tolist())

"""Who changed since a line of the record, so that columns held in memory need not be read anew."""

import json
from datetime import date

from linli.journal import queries as journal
from linli.people.models import Person, Superseded

# Lines of acts under way at the same moment may appear out of order: so many are looked at again.
# A line of a whole load is drawn last in its act, and so hardly ever late.
BACK, BACK_WHOLE = 500, 20
SUBJECTS = ("person", "source", "place")
WHOLE = frozenset({"PeopleLoaded", "CommunityFollowed"})


def changed_people(district: int, since: int) -> tuple[frozenset[int] | None, int]:
    """
    Return who may have changed after a line of the record, and the line to ask from next time.

    None is anybody: many were loaded or moved at once, or the record is another one.
    """
    last = journal.last_line(district)
    if since > last:
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


def turning_people(district: int, after: date) -> frozenset[int]:
    """Return those of whom something was said that begins or ends after a day."""
    past = Superseded.objects.filter(district=district, valid_to__gt=after)
    ended = Person.objects.filter(district=district, ended_on__gt=after)
    return frozenset(past.values_list("person", flat=True)) | frozenset(
        ended.values_list("pk", flat=True)
    )

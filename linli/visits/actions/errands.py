"""Doors that admitted work sends workers to; each carries its mandate, and ends with it."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from linli.basics import Actor, NoSuchThing
from linli.catalogue import queries as catalogue
from linli.fabric.bulk import insert_rows
from linli.fabric.writing import write_atomic
from linli.journal.actions import record
from linli.people import queries as people
from linli.people.domain import check_may_reach
from linli.visits import queries
from linli.visits.domain import NothingAsksThis, Permission, Subject
from linli.visits.events import VisitsAsked, VisitsWithdrawn
from linli.visits.models import Errand, Visit

CHUNK = 5_000  # rows in one UPDATE


@write_atomic
def ask_visits(
    *, by: Actor, mandate: int, form: str, doors: Collection[Subject], at: datetime
) -> list[Errand]:
    """
    Send workers to doors under a mandate; return the errands. Asked again, they carry the newer one.

    :param form: the number under which the work was admitted
    :raises NotAllowed: without ``visits.ask``, unless the house asks by itself
    :raises NoSuchThing: if there is no such door, or not for this actor
    :raises NothingAsksThis: if the mandate does not hold where the door is
    """
    if by.kind != "system":
        by.must(Permission.ASK)
    there = {
        (one.household_id is None, one.household_id or one.person_id): one
        for one in Errand.objects.select_for_update().filter(district=by.district, form=form)
    }
    held: dict[int, bool] = {}
    written: defaultdict[int, list[Errand]] = defaultdict(list)
    new: list[Errand] = []
    newer: list[Errand] = []
    for (alone, of), community in _communities(by, doors).items():
        if community not in held:
            found = catalogue.mandates_for(community, at, district=by.district)
            held[community] = any(one.pk == mandate for one in found)
        if not held[community]:
            raise NothingAsksThis
        row = there.get((alone, of))
        if row is None:
            row = Errand(
                district=by.district,
                form=form,
                household_id=None if alone else of,
                person_id=of if alone else None,
                community_id=community,
                asked_at=at,
            )
            new.append(row)
        else:
            newer.append(row)
        row.mandate_id = mandate
        written[community].append(row)
    insert_rows(new)
    for first in range(0, len(newer), CHUNK):
        some = Errand.objects.filter(pk__in=[row.pk for row in newer[first : first + CHUNK]])
        some.update(mandate=mandate)
    for community, rows in sorted(written.items()):
        event = VisitsAsked(at=at, community_id=community, form=form, asked=len(rows))
        record(event, by=by, rows=rows)
    return [row for rows in written.values() for row in rows]


def _communities(by: Actor, doors: Collection[Subject]) -> dict[Subject, int]:
    """
    Return where each door lies, in order.

    :raises NoSuchThing: if there is no such door, or not for this actor
    :raises NothingAsksThis: if a door lies in no community
    """
    alone = people.doors_of(by.district, (of for single, of in doors if single))
    houses = people.communities_of_households(
        by.district, (of for single, of in doors if not single)
    )
    found: dict[Subject, int] = {}
    for single, of in sorted(set(doors)):
        if of not in (alone if single else houses):
            raise NoSuchThing
        community = alone[of][1] if single else houses[of]
        check_may_reach(by, community=community, person=of if single else None)
        if community is None:
            raise NothingAsksThis
        found[single, of] = community
    return found


@write_atomic
def withdraw_visits(*, by: Actor, at: datetime, form: str, community: int) -> int:
    """
    Send nobody any more to the doors of a form in a community; return how many were still open.

    :raises NotAllowed: without ``visits.ask``, unless the house does it by itself
    """
    if by.kind != "system":
        by.must(Permission.ASK)
    rows = Errand.objects.select_for_update().filter(
        district=by.district, form=form, community_id=community, visit=None, withdrawn_at=None
    )
    gone = list(rows.order_by("id"))
    for row in gone:
        row.withdrawn_at = at
        row.save(update_fields=["withdrawn_at"])
    if gone:
        event = VisitsWithdrawn(at=at, community_id=community, form=form, withdrawn=len(gone))
        record(event, by=by, rows=gone)
    return len(gone)


def carry_out(visit: Visit) -> list[Errand]:
    """Close the errands at the door of a visit; belongs inside its act."""
    rows = queries.errands_at(
        visit.household_id, visit.person_id, visit.entered_at, district=visit.district
    )
    found = list(rows.select_for_update(of=("self",)))
    for row in found:
        row.visit = visit
        row.save(update_fields=["visit"])
    return found

"""What decisions give and goes on: written with the decision, brought in by roll, ended by an act."""

from collections.abc import Sequence
from datetime import date, datetime

from linli.basics import Actor, NoSuchThing, NotAllowed
from linli.cases.domain import (
    AwardEnd,
    End,
    NotAwarded,
    Permission,
    RollRead,
    check_award_end,
    read_roll,
)
from linli.cases.events import AwardEnded, AwardGiven, AwardsLoaded
from linli.cases.models import Award, Case
from linli.cases.queries import compare_roll, holders
from linli.catalogue import queries as catalogue
from linli.catalogue.domain import ItemDefinition
from linli.fabric.bulk import insert_rows, new_row, reserve_ids
from linli.fabric.writing import write_atomic
from linli.journal.actions import record, record_many
from linli.people import actions as people_actions
from linli.people import queries as people
from linli.rulebook.domain import local_date

CHUNK = 500


def settle_award(case: Case, item: ItemDefinition, *, by: Actor, at: datetime) -> None:
    """
    Let an award follow the answer of its case; belongs inside the act of the answer.

    “Solved” gives it to the person the case is about, unless they have it, on whichever of the
    records that were merged into one. Another answer, after
    the case was opened again, takes back what the first one gave.
    """
    if not item.award or case.subject_id is None:
        return
    whole = people.records_of(people.standing_record(case.subject_id))
    held = Award.objects.select_for_update().filter(
        district=case.district, person__in=whole, item=case.item, to_on=None
    )
    rows = list(held.order_by("id"))
    own = next((row for row in rows if row.case_id == case.pk), None)
    if case.end == End.SOLVED and not rows:
        given = Award.objects.create(
            district=case.district,
            person_id=case.subject_id,
            item=case.item,
            case=case,
            from_on=local_date(at),
        )
        event = AwardGiven(at=at, award_id=given.pk, case_id=case.pk, item=case.item)
        record(event, by=by, rows=[given])
    elif case.end != End.SOLVED and own is not None:
        _end(own, AwardEnd.REVOKED, by=by, on=max(own.from_on, local_date(at)), at=at)


def _end(row: Award, reason: AwardEnd, *, by: Actor, on: date, at: datetime) -> None:
    row.to_on, row.end_reason, row.ended_at = on, str(reason), at
    row.save(update_fields=["to_on", "end_reason", "ended_at"])
    event = AwardEnded(at=at, award_id=row.pk, item=row.item, reason=str(reason))
    record(event, by=by, rows=[row])


@write_atomic
def end_award(*, by: Actor, person: int, award: int, reason: str, on: date, at: datetime) -> Award:
    """
    End what a person has, from a day on, with its reason; what merged records brought along too.

    :param reason: one of ``domain.AwardEnd``
    :raises NotAllowed: without ``cases.end_awards``
    :raises NoSuchThing: if the person has none such, or is not in reach
    :raises AwardOver: if it has ended
    :raises Invalid: if the reason is not on the list, or the day cannot be
    """
    by.must(Permission.END_AWARDS)
    found = people.person_for(by, person)
    theirs = Award.objects.filter(district=by.district, person__in=people.records_of(found.pk))
    row = theirs.select_for_update().filter(pk=award).first()
    if row is None:
        raise NoSuchThing
    why = check_award_end(
        reason=reason,
        on=on,
        from_on=row.from_on,
        ended=row.to_on is not None,
        today=local_date(at),
    )
    _end(row, why, by=by, on=on, at=at)
    return row


@write_atomic
def end_awards_of(*, by: Actor, person: int, reason: str, at: datetime) -> int:
    """
    End all that one has whose record was closed, on that day; return how many there were.

    For the system alone, and for what merged records brought along too. Twice does nothing more.

    :raises NotAllowed: for anybody else
    :raises NoSuchThing: if there is no such person
    """
    if by.kind != "system":
        raise NotAllowed
    closed_on = people.person_for(by, person).ended_on or local_date(at)
    rows = Award.objects.select_for_update().filter(
        district=by.district, person__in=people.records_of(person), to_on=None
    )
    ended = list(rows.order_by("id"))
    for row in ended:
        _end(row, AwardEnd(reason), by=by, on=max(row.from_on, closed_on), at=at)
    return len(ended)


@write_atomic
def look_through_roll(
    *, by: Actor, item: str, rows: Sequence[Sequence[str]], at: datetime
) -> RollRead:
    """
    Say what a roll (名册) would bring, line by line. Whoever is found on record sees the look.

    :param rows: the cells as texts, the heads first
    :raises NotAllowed: without ``cases.load_awards``, or without an appointment; the house may
    :raises NoSuchThing: if there is no such item
    :raises NotAwarded: if its decision gives nothing that goes on
    :raises RollUnreadable: if the first line names not every column
    """
    found = _item_of_roll(by, item, at)
    lines, left = read_roll(rows, today=local_date(at))
    read = compare_roll(by, item, lines, left)
    if by.kind != "system":
        people_actions.note_reads(by=by, people=read.looked_at, purpose=found.purpose, at=at)
    return read


@write_atomic
def load_awards(*, by: Actor, item: str, roll: Sequence[tuple[int, date]], at: datetime) -> int:
    """
    Bring in the roll of those who have something already (名册): each person and the first day.

    From then on whoever may have it and does not can be told from whoever has it. Left out are
    those who have it on record, on whichever of their merged records; those whose record is
    closed; and those for whom it ended after that first day. Return how many are new.

    :raises NotAllowed: without ``cases.load_awards``; the house itself may
    :raises NoSuchThing: if there is no such item, or somebody is not in reach
    :raises NotAwarded: if its decision gives nothing that goes on
    """
    _item_of_roll(by, item, at)
    standing = people.standing_records(by.district)
    wanted = {standing.get(person, person): on for person, on in roll}
    if by.kind != "system":
        people_actions.hold_people(by=by, people=wanted)
    held, over = holders(by.district, item)
    left = held | people.closed_among(wanted)
    fresh = {
        person: on
        for person, on in wanted.items()
        if person not in left and on >= over.get(person, on)
    }
    ids = reserve_ids(Award, len(fresh))
    rows = [
        new_row(Award, id=pk, district=by.district, person_id=person, item=item, from_on=on)
        for pk, (person, on) in zip(ids, fresh.items(), strict=True)
    ]
    insert_rows(rows)
    parts = [rows[first : first + CHUNK] for first in range(0, len(rows), CHUNK)]
    record_many(
        [
            (AwardsLoaded(at=at, award_id=part[0].pk, item=item, awards=len(part)), part)
            for part in parts
        ],
        by=by,
    )
    return len(rows)


def _item_of_roll(by: Actor, item: str, at: datetime) -> ItemDefinition:
    """Return the item a roll is about, for those who may bring it in."""
    if by.kind != "system":
        by.must(Permission.LOAD_AWARDS)
    found = catalogue.current(item, local_date(at), district=by.district).definition
    if not found.award:
        raise NotAwarded(item=item)
    return found

"""What a roll is beside our records: who has it, had it, may not have it, and who is missing on it."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Count

from linli.basics import Actor
from linli.cases.domain import (
    HadAndEnded,
    Left,
    Matched,
    NobodyOfThatName,
    RecordClosed,
    RollLine,
    RollRead,
)
from linli.cases.models import Award
from linli.people import queries as people


def holders(district: int, item: str) -> tuple[set[int], dict[int, date]]:
    """
    Return who has an item now, and whose last one ended when; two queries.

    A person is the record that stands for them, however often theirs was merged on.
    """
    standing = people.standing_records(district)
    rows = Award.objects.filter(district=district, item=item).values_list("person", "to_on")
    now: set[int] = set()
    over: dict[int, date] = {}
    for record, to_on in rows:
        person = standing.get(record, record)
        if to_on is None:
            now.add(person)
        else:
            over[person] = max(over.get(person, to_on), to_on)
    return now, over


def holders_counted(by: Actor) -> dict[str, int]:
    """Return item → how many of the actor's communities have it on record now; one query."""
    rows = Award.objects.filter(
        district=by.district, to_on=None, person__community_id__in=by.communities
    )
    return dict(rows.values_list("item").annotate(Count("id")).order_by("item"))


def compare_roll(by: Actor, item: str, lines: Sequence[RollLine], left: Sequence[Left]) -> RollRead:
    """
    Return what each line of a roll is to us; nothing is written.

    It tells who is on record: ``actions.look_through_roll`` asks it and logs the look.
    """
    named = people.named_people(by, {(one.name, one.id_number) for one in lines})
    now, over = holders(by.district, item)
    matched: list[Matched] = []
    dropped = list(left)
    for one in lines:
        person = named.get((one.name, one.id_number))
        if person is None:
            dropped.append(Left(one.line, NobodyOfThatName()))
        elif person.ended_on is not None:
            dropped.append(Left(one.line, RecordClosed(on=person.ended_on)))
        elif person.id not in now and one.from_on < over.get(person.id, one.from_on):
            dropped.append(Left(one.line, HadAndEnded(on=over[person.id])))
        else:
            matched.append(Matched(one.line, person.id, one.from_on, person.id in now))
    looked_at = {one.id for one in named.values()}
    return RollRead(
        item=item,
        matched=tuple(matched),
        left=tuple(sorted(dropped, key=lambda one: one.line)),
        looked_at=tuple(sorted(looked_at)),
        missing=tuple(people.within_reach(by, now - looked_at)),
    )

"""Two records of one person become one, and can become two again."""

from datetime import date, datetime

from linli.basics import Actor, NoSuchThing
from linli.fabric.blanks import Bound
from linli.fabric.writing import write_atomic
from linli.journal.actions import record
from linli.people import domain, queries
from linli.people.domain import Permission
from linli.people.events import MergeUndone, PeopleMerged
from linli.people.models import Merge, Person
from linli.rulebook.domain import local_date

from .facts import change, change_links, reached

_LINKS = ("user_id", "guardian_id", "household_id")


@write_atomic
def merge_people(*, by: Actor, at: datetime, kept: int, gone: int) -> Merge:
    """
    Make ``gone`` a part of ``kept``, which takes over what it did not know itself.

    :raises NotAllowed: without ``people.merge``
    :raises NoSuchThing: if one of them is not there, or not for this actor
    :raises NotMergeable: if both are the same, one is closed, or the identity numbers differ
    """
    by.must(Permission.MERGE_PEOPLE)
    first, second = (reached(by, person) for person in sorted((kept, gone)))
    winner, loser = (first, second) if kept <= gone else (second, first)
    domain.check_merge(
        closed=winner.ended_on is not None or loser.ended_on is not None,
        same=kept == gone,
        numbers_differ=bool(
            winner.id_number_index
            and loser.id_number_index
            and bytes(winner.id_number_index) != bytes(loser.id_number_index)
        ),
    )
    today = local_date(at)
    taken = _missing(winner, loser)
    user = loser.user_id
    loser.merged_into, loser.ended_on, loser.end_reason = winner, today, "merged"
    if "user_id" in taken:
        loser.user_id = None
    loser.save()
    rows = _take(winner, loser, taken, user, today=today, at=at)
    merge = Merge.objects.create(
        district=by.district,
        kept=winner,
        gone=loser,
        filled=taken,
        gone_before={"user_id": user},
        merged_at=at,
    )
    record(
        PeopleMerged(at=at, person_id=kept, gone_id=gone),
        by=by,
        rows=[winner, loser, merge, *rows],
    )
    return merge


def _missing(winner: Person, loser: Person) -> list[str]:
    """Return which facts and links the loser has and the winner has not."""
    mine, theirs = queries.current_values(winner), queries.current_values(loser)
    facts = [name for name in queries.dictionary() if name not in mine and name in theirs]
    links = [
        name
        for name in _LINKS
        if getattr(winner, name) is None and getattr(loser, name) is not None
    ]
    if "guardian_id" in links and loser.guardian_id == winner.pk:
        links.remove("guardian_id")
    return [*facts, *links]


def _take(
    winner: Person,
    loser: Person,
    taken: list[str],
    user: int | None,
    *,
    today: date,
    at: datetime,
) -> list[Bound]:
    rows: list[Bound] = []
    for name in taken:
        if name == "household_id":
            rows += change_links(winner, valid_from=today, at=at, household=loser.household_id)
            continue
        if name in _LINKS:
            setattr(winner, name, user if name == "user_id" else getattr(loser, name))
            continue
        value = queries.current_value(loser, name)
        rows += change(winner, queries.fact(name), value, valid_from=today, at=at)
    winner.save()
    return rows


@write_atomic
def undo_merge(*, by: Actor, at: datetime, merge: int) -> Person:
    """
    Make two records of one again. What ``kept`` took over goes back unless it has changed since.

    :raises NotAllowed: without ``people.merge``
    :raises NoSuchThing: if there is no such merge, or not for this actor
    :raises UndoTooLate: if it was undone, or the kept record is closed
    """
    by.must(Permission.MERGE_PEOPLE)
    found = Merge.objects.select_for_update().filter(district=by.district, pk=merge).first()
    if found is None:
        raise NoSuchThing
    winner, loser = reached(by, found.kept_id), reached(by, found.gone_id)
    if found.undone_at is not None or winner.ended_on is not None:
        raise domain.UndoTooLate
    today = local_date(at)
    rows: list[Bound] = []
    before = {"user_id": found.gone_before["user_id"]}
    for name in found.filled:
        if name == "household_id":
            if winner.household_id == loser.household_id:
                rows += change_links(winner, valid_from=today, at=at, household=None)
        elif name in _LINKS:
            if getattr(winner, name) == before.get(name, getattr(loser, name)):
                setattr(winner, name, None)
                if name == "user_id":
                    loser.user_id = before[name]
        elif queries.current_value(winner, name) == queries.current_value(loser, name):
            rows += change(winner, queries.fact(name), None, valid_from=today, at=at)
    winner.save()
    loser.merged_into, loser.ended_on, loser.end_reason = None, None, ""
    loser.save()
    found.undone_at = at
    found.save(update_fields=["undone_at"])
    record(
        MergeUndone(at=at, person_id=winner.pk, gone_id=loser.pk),
        by=by,
        rows=[winner, loser, found, *rows],
    )
    return loser

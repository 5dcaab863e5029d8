"""Deciding between two values, and forgetting them with the person they speak of."""

from datetime import datetime

from linli.basics import Actor, Invalid, NoSuchThing, NotAllowed, gettext_noop
from linli.fabric.writing import write_atomic
from linli.files import actions as files
from linli.journal.actions import record
from linli.people import actions as people
from linli.people import queries as people_queries
from linli.people.domain import CHANGE_REASONS, ReasonMissing
from linli.visits import domain, queries
from linli.visits.domain import CHOICES, Permission
from linli.visits.events import ConflictDecided, ConflictsCleared
from linli.visits.models import Conflict, Photo

from .asking import close_answered

CLEARED = "forgotten"


@write_atomic
def decide_conflict(
    *, by: Actor, at: datetime, conflict: int, choice: str, reason: str, seen: int
) -> Conflict:
    """
    Choose between the value of a visit (``mine``) and the one that stands (``theirs``).

    :param reason: how it is known, from ``CHANGE_REASONS``
    :param seen: the version of the fact the decision was made on
    :raises NotAllowed: without ``visits.visit`` or ``people.keep_facts``
    :raises NoSuchThing: if there is none, or not for this actor
    :raises DecidedAlready: if somebody did
    :raises ChangedAgain: if the fact was changed since it was looked at
    :raises Invalid: if it is neither choice
    :raises ReasonMissing: if the reason is not on the list
    :raises PersonEnded: if the record is closed and the other value was chosen
    """
    by.must(Permission.VISIT)
    found = Conflict.objects.select_for_update(of=("self",)).select_related("visit")
    row = found.filter(district=by.district, pk=conflict).first()
    if row is None:
        raise NoSuchThing
    people.hold_people(by=by, people=[row.person_id])
    if row.decided_at is not None:
        raise domain.DecidedAlready
    if choice not in CHOICES:
        raise Invalid(field="choice", reason=gettext_noop("Choose one of the two."))
    if reason not in CHANGE_REASONS:
        raise ReasonMissing
    versions = people_queries.fact_versions([row.person_id])
    if versions.get((row.person_id, row.attribute), 0) != seen:
        raise domain.ChangedAgain
    if choice == "mine":
        people.record_fact(
            by=by,
            at=at,
            person=row.person_id,
            attribute=row.attribute,
            value=queries.value_kept(row),
            valid_from=row.visit.visited_on,
            reason=reason,
        )
    row.choice, row.reason, row.decided_at, row.appointment = choice, reason, at, by.appointment
    row.save(update_fields=["choice", "reason", "decided_at", "appointment"])
    closed = close_answered(by, at, {(row.person_id, row.attribute)})
    record(ConflictDecided(at=at, conflict_id=row.pk, choice=choice), by=by, rows=[row, *closed])
    return row


@write_atomic
def forget_photos(*, by: Actor, at: datetime, person: int) -> int:
    """
    Forget the pictures taken at the door of one who was erased; return how many there were.

    Pictures of a household are of others too and stay. For the system alone. Twice does nothing more.

    :raises NotAllowed: for anybody else
    """
    if by.kind != "system":
        raise NotAllowed
    taken = Photo.objects.filter(
        district=by.district,
        visit__person__in=people_queries.records_of(person),
        file__ended_at=None,
    )
    found = list(taken.order_by("file_id").values_list("file_id", flat=True))
    for file in found:
        files.forget_file(by=by, file_id=file, at=at)
    return len(found)


@write_atomic
def clear_conflicts(*, by: Actor, at: datetime, person: int) -> int:
    """
    Drop the values and salts of conflicts about one who was erased; return how many there were.

    For the system alone. Twice does nothing more.

    :raises NotAllowed: for anybody else
    """
    if by.kind != "system":
        raise NotAllowed
    rows = list(
        Conflict.objects.select_for_update()
        .filter(district=by.district, person__in=people_queries.records_of(person))
        .exclude(salt=None)
        .order_by("id")
    )
    for row in rows:
        row.code = row.number = row.day = row.sealed = row.salt = None
        if row.decided_at is None:
            row.decided_at, row.choice, row.reason = max(at, row.opened_at), "theirs", CLEARED
        row.save()
    if rows:
        event = ConflictsCleared(at=at, person_id=person, cleared=len(rows))
        record(event, by=by, rows=rows)
    return len(rows)

"""What people may ask about their own data (个人信息保护法 45–47, 50), and erasure itself."""

from datetime import datetime

from django.db.models import Q

from linli.basics import Actor, Invalid, NoSuchThing, gettext_noop
from linli.fabric.blanks import Bound
from linli.fabric.writing import write_atomic
from linli.identity import actions as identity
from linli.journal.actions import record
from linli.people import domain, queries
from linli.people.domain import Permission
from linli.people.events import PersonErased, RightAsked, RightDecided
from linli.people.models import Kin, Person, RightsRequest, SearchLog, Superseded, Trait
from linli.rulebook import queries as rulebook
from linli.rulebook.domain import due_at, local_date

from .facts import reached
from .reading import note_read

LONGEST = 1_000
PURPOSE = "own_request"  # why a look at whoever asked about their own data is logged
_EMPTY = (
    "id_number",
    "id_number_index",
    "phone",
    "phone_index",
    "birth_on",
    "sex",
    "hukou",
    "disability",
    "disability_grade",
    "dibao",
    "party_member",
    "home_id",
    "household_id",
    "community_id",
    "guardian_id",
    "user_id",
    "salt",
)


@write_atomic
def request_right(
    *, by: Actor, at: datetime, person: int, kind: str, details: str = ""
) -> RightsRequest:
    """
    Ask for a correction, a copy (``export``) or erasure; the clock starts.

    The person asks, a guardian for a child, a near relative of one who died (49), or staff for
    one who came to the window.

    :raises NotAllowed: for staff without ``people.register``
    :raises NoSuchThing: if there is no such person, or not for this actor
    :raises Invalid: if the kind is another
    :raises WordsMissing: if a correction says nothing, or it is too long
    :raises ArrangedOtherwise: if one who died had arranged that relatives may not ask
    :raises InterestNeeded: if a relative does not say what for
    :raises AlreadyAsked: if the same is open
    """
    if by.kind == "staff":
        by.must(Permission.REGISTER_PEOPLE)
    if kind not in queries.rights():
        raise Invalid(field="kind", reason=gettext_noop("Choose what you ask for from the list."))
    words = details.strip()
    if len(words) > LONGEST or (kind == "correction" and not words):
        raise domain.WordsMissing
    found = _person_asked_about(by, person, words)
    same = RightsRequest.objects.filter(district=by.district, person=found, kind=kind, state="open")
    if same.exists():
        raise domain.AlreadyAsked
    within = queries.answer_within(kind, on=local_date(at))
    request = RightsRequest.objects.create(
        district=by.district,
        person=found,
        kind=kind,
        details=words,
        state="open",
        asked_at=at,
        due_at=due_at(at, within, rulebook.calendar(by.district)),
        user=by.user if by.kind == "resident" else found.user_id,
    )
    record(
        RightAsked(at=at, person_id=person, request_id=request.pk, right=kind),
        by=by,
        rows=[request],
    )
    return request


def _person_asked_about(by: Actor, person: int, words: str) -> Person:
    """Return the person, also to a near relative of one who died (个人信息保护法 49)."""
    rows = Person.objects.select_for_update().filter(district=by.district, pk=person)
    gone = rows.filter(end_reason="died").first()
    if gone is not None and queries.check_relative(by, gone):
        if not words:
            raise domain.InterestNeeded
        return gone
    return reached(by, person)


@write_atomic
def decide_right(
    *, by: Actor, at: datetime, request: int, grant: bool, reasons: str = ""
) -> RightsRequest:
    """
    Answer a request. Granting erasure erases in the same act.

    :param reasons: required when refusing; the person reads them (个人信息保护法 50)
    :raises NotAllowed: without ``people.decide_rights``
    :raises NoSuchThing: if there is no such request, or not for this actor
    :raises AlreadyDecided: if it is answered
    :raises ReasonsNeeded: if it is refused without a word
    """
    by.must(Permission.DECIDE_RIGHTS)
    found = _request(by, request)
    words = reasons.strip()[:LONGEST]
    if not grant and not words:
        raise domain.ReasonsNeeded
    _close(found, "granted" if grant else "refused", words, by=by, at=at)
    if grant and found.kind == "erasure":
        erase_person(by=by, at=at, person=queries.standing_record(found.person_id))
        found.refresh_from_db()
    return found


@write_atomic
def open_asker(*, by: Actor, at: datetime, request: int) -> tuple[str, str]:
    """
    Open name and telephone of whom a request is about, to tell them of it; they see who looked.

    :raises NotAllowed: without ``people.decide_rights``
    :raises NoSuchThing: if there is no such request, or not for this actor
    """
    _, person = queries.request_for(by, request)
    note_read(by=by, person=person.pk, purpose=PURPOSE, at=at)
    return person.name, person.phone.open() if person.phone else ""


@write_atomic
def withdraw_right(*, by: Actor, at: datetime, request: int) -> RightsRequest:
    """
    Take a request back: who asked, the person, the guardian, or staff for one at the window.

    :raises NotAllowed: for staff without ``people.register``
    :raises NoSuchThing: if there is no such request, or it is another's
    :raises AlreadyDecided: if it is answered
    """
    if by.kind == "staff":
        by.must(Permission.REGISTER_PEOPLE)
    found = _request(by, request)
    _close(found, "withdrawn", "", by=by, at=at)
    return found


def _request(by: Actor, request: int) -> RightsRequest:
    found = (
        RightsRequest.objects.select_for_update().filter(district=by.district, pk=request).first()
    )
    if found is None:
        raise NoSuchThing
    if not queries.asked_by(by, found):
        reached(by, queries.standing_record(found.person_id))
    if found.state != "open":
        raise domain.AlreadyDecided
    return found


def _close(request: RightsRequest, state: str, reasons: str, *, by: Actor, at: datetime) -> None:
    request.state, request.reasons, request.decided_at = state, reasons, at
    request.appointment = by.appointment
    request.save()
    record(
        RightDecided(
            at=at,
            person_id=request.person_id,
            request_id=request.pk,
            right=request.kind,
            state=state,
        ),
        by=by,
        rows=[request],
    )


@write_atomic
def erase_person(*, by: Actor, at: datetime, person: int) -> Person:
    """
    Anonymise a person and all records merged into theirs: clear every value, drop the salts.

    Rows and lines stay and say nothing any more. Storeys above follow ``PersonErased``.

    :raises NotAllowed: without ``people.decide_rights``
    :raises NoSuchThing: if there is no such person, or not for this actor
    :raises PersonEnded: if the record is merged or erased; erase the kept one
    """
    by.must(Permission.DECIDE_RIGHTS)
    found = reached(by, person)
    if found.end_reason in ("merged", "erased"):
        raise domain.PersonEnded
    if found.ended_on is None:
        found.ended_on = local_date(at)
    found.end_reason = "erased"
    merged = Person.objects.select_for_update().filter(pk__in=queries.records_of(person)[1:])
    people = [found, *merged.order_by("id")]
    _leave_unanswered(people, by=by, at=at)
    names = {one.name for one in people}
    signs_in = [one.user_id for one in people if one.user_id is not None]
    unreachable = identity.forget_emails(by=by, user_ids=signs_in)
    for one in people:
        one.name = ""
        for column in _EMPTY:
            setattr(one, column, None)
        one.save()
    SearchLog.objects.filter(district=by.district, term__in=names).update(term="")
    rows = [*people, *unreachable, *_emptied(people)]
    record(PersonErased(at=at, person_id=person), by=by, rows=rows)
    return found


def _leave_unanswered(people: list[Person], *, by: Actor, at: datetime) -> None:
    """Close what else was asked: of one who is erased nothing is left to correct or to copy."""
    asked = RightsRequest.objects.select_for_update().filter(person__in=people, state="open")
    for one in asked.order_by("id"):
        _close(one, "withdrawn", "", by=by, at=at)


def _emptied(people: list[Person]) -> list[Bound]:
    """Clear what hangs on the people, and return the rows."""
    ids = [one.pk for one in people]
    RightsRequest.objects.filter(person__in=ids, state="refused").update(reasons=domain.GONE)
    rows: list[Bound] = []
    for model, cleared in (
        (Trait, {"code": None, "number": None, "day": None}),
        (Superseded, {"code": None, "number": None, "day": None, "sealed": None}),
        (RightsRequest, {"details": ""}),
    ):
        found = model.objects.filter(person__in=ids)
        found.update(**cleared, salt=None)
        rows += found.order_by("id")
    kin = Kin.objects.filter(Q(person__in=ids) | Q(relative__in=ids))
    kin.update(kinship="", salt=None)
    return [*rows, *kin.order_by("id")]

"""What people ask about their own data: the open list with its clocks, one request, its answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from django.db.models import Count, Q
from django.utils.translation import gettext

from linli.basics import Actor, NoSuchThing
from linli.fabric.jinja import day, local_text, moment, span_words
from linli.fabric.keyset import Order, Page, page_of
from linli.people.domain import (
    AMBER,
    REQUEST_STATES,
    RIGHT_WORDS,
    MaskedPerson,
    Permission,
    mask_name,
    mask_phone,
    request_clock,
)
from linli.people.models import Person, RightsRequest, Superseded
from linli.rulebook import queries as rulebook
from linli.rulebook.domain import local_date

from .consenting import check_relative
from .dictionaries import remedies, rights
from .merged import standing_record, their_records
from .register import masked, masked_names, open_requests, person_for
from .screens import fact_label

MOST_URGENT = Order(name="rights", column="due_at", down=False)
AMBER_RULE = "cases.amber"  # one share for every clock of the house


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock as it is drawn."""

    state: str
    words: str
    due: str
    run: int
    end: int


@dataclass(frozen=True, slots=True)
class RequestLine:
    """One open request on the list; the name is masked."""

    id: int
    kind: str
    name: str
    asked: str
    clock: Clock


@dataclass(frozen=True, slots=True)
class RequestPage:
    """
    One request as whoever decides it reads it.

    ``way`` is how the answer reaches whoever asked: ``user``, ``phone`` or nothing. ``by_other``: a
    guardian or a near relative asked. ``changed`` are the facts changed since it was asked.
    """

    id: int
    kind: str
    kind_words: str
    person: MaskedPerson
    details: str
    asked: str
    clock: Clock
    state: str
    state_words: str
    reasons: str
    decided: str
    article: str
    says: str
    remedies: tuple[tuple[str, str], ...]
    way: str
    phone: str
    by_other: bool
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What is told of a request, to whom: a sign-in, or a telephone, or nobody."""

    kind: str
    state: str
    due_at: datetime
    reasons: str
    user: int | None
    phone: str


def right_words(kind: str) -> str:
    """Return what is asked for, in words."""
    return gettext(RIGHT_WORDS.get(kind, kind))


def state_words(state: str) -> str:
    """Return where a request stands, in words."""
    return gettext(REQUEST_STATES.get(state, state))


def remedy_words() -> list[tuple[str, str]]:
    """Return what may be done against a refusal: words and article."""
    return [(local_text(dict(one.says)), one.article) for one in remedies()]


def asked_by(by: Actor, request: RightsRequest) -> bool:
    """Return whether the signed-in resident is the one who asked."""
    return by.kind == "resident" and by.user is not None and request.user == by.user


def requests_by(by: Actor) -> Sequence[RightsRequest]:
    """Return what the signed-in resident asked, for whomever, newest first: an erasure's too."""
    if by.kind != "resident" or by.user is None:
        return []
    return list(RightsRequest.objects.filter(district=by.district, user=by.user).order_by("-id"))


def requests_page(
    by: Actor, *, at: datetime, after: str = "", limit: int = 30
) -> Page[RequestLine]:
    """
    Return the open requests of the actor's communities, the most urgent first; two queries.

    :raises NotAllowed: without ``people.decide_rights``
    :raises Invalid: if the cursor was altered
    """
    found = requests_listed(by, after=after, limit=limit)
    names = masked_names({one.person_id for one in found.rows})
    lines = [
        RequestLine(
            id=one.pk,
            kind=right_words(one.kind),
            name=names[one.person_id],
            asked=day(one.asked_at),
            clock=_clock(one, at),
        )
        for one in found.rows
    ]
    return Page(lines, found.next, found.previous)


def requests_listed(by: Actor, *, after: str = "", limit: int = 30) -> Page[RightsRequest]:
    """
    Return the rows of ``requests_page``, for a machine.

    :raises NotAllowed: without ``people.decide_rights``
    :raises Invalid: if the cursor was altered
    """
    by.must(Permission.DECIDE_RIGHTS)
    filters = {"appointment": by.appointment}
    return page_of(open_requests(by), order=MOST_URGENT, filters=filters, after=after, limit=limit)


def requests_waiting(by: Actor, *, at: datetime) -> tuple[int, int]:
    """Return how many requests are open and how many of them late; nothing for other hats."""
    if Permission.DECIDE_RIGHTS not in by.permissions:
        return 0, 0
    found = (
        open_requests(by)
        .order_by()
        .aggregate(all=Count("id"), late=Count("id", filter=Q(due_at__lt=at)))
    )
    return found["all"], found["late"]


def request_for(by: Actor, request: int) -> tuple[RightsRequest, Person]:
    """
    Return one request and the record it is about, for whoever decides it.

    :raises NotAllowed: without ``people.decide_rights``
    :raises NoSuchThing: if there is none, or not for this actor; so after an erasure
    """
    by.must(Permission.DECIDE_RIGHTS)
    found = RightsRequest.objects.filter(district=by.district, pk=request).first()
    if found is None:
        raise NoSuchThing
    return found, person_for(by, standing_record(found.person_id))


def asked_about(requests: Sequence[int]) -> dict[int, str]:
    """Return whom requests are about, by their ids: masked names; no query for none."""
    rows = RightsRequest.objects.filter(pk__in=requests).values_list("pk", "person__name")
    return {pk: mask_name(name) for pk, name in rows} if requests else {}


def requests_about(person: int) -> list[int]:
    """Return the ids of all that was asked about a person, on whichever of their records."""
    rows = RightsRequest.objects.filter(person__in=their_records(person))
    return list(rows.order_by("id").values_list("pk", flat=True))


def request_page(by: Actor, request: int, *, at: datetime) -> RequestPage:
    """
    Return one request, the person masked.

    :raises NotAllowed: without ``people.decide_rights``
    :raises NoSuchThing: if there is none, or not for this actor; so after an erasure
    """
    found, person = request_for(by, request)
    right, phone = rights()[found.kind], person.phone.open() if person.phone else ""
    return RequestPage(
        id=found.pk,
        kind=found.kind,
        kind_words=right_words(found.kind),
        person=masked(person),
        details=found.details,
        asked=day(found.asked_at),
        clock=_clock(found, at),
        state=found.state,
        state_words=state_words(found.state),
        reasons=found.reasons,
        decided=moment(found.decided_at),
        article=right.article,
        says=local_text(dict(right.says)),
        remedies=tuple(remedy_words()),
        way="user" if found.user is not None else "phone" if phone else "",
        phone=mask_phone(phone) if phone else "",
        by_other=found.user is not None and found.user != person.user_id,
        changed=_changed(person, found.asked_at),
    )


def granted_copy(by: Actor, request: int) -> Person:
    """
    Return whose copy was granted: for whoever asked, the person, a guardian, or staff at the window.

    :raises NotAllowed: for staff without ``people.decide_rights``
    :raises NoSuchThing: if no copy was granted, or not to this actor
    """
    if by.kind == "staff":
        by.must(Permission.DECIDE_RIGHTS)
    found = RightsRequest.objects.filter(
        district=by.district, pk=request, kind="export", state="granted"
    ).first()
    if found is None:
        raise NoSuchThing
    standing = standing_record(found.person_id)
    gone = Person.objects.get(pk=standing)
    if asked_by(by, found) and check_relative(by, gone):  # of one who died (个人信息保护法 49)
        return gone
    return person_for(by, standing)


def answer_of(request: int, *, district: int) -> Answer:
    """
    Return what is told of a request and to whom. For letters, not for eyes.

    :raises NoSuchThing: if there is no such request
    """
    found = RightsRequest.objects.filter(district=district, pk=request).first()
    if found is None:
        raise NoSuchThing
    person = Person.objects.get(pk=standing_record(found.person_id))
    phone = person.phone.open() if found.user is None and person.phone else ""
    return Answer(found.kind, found.state, found.due_at, found.reasons, found.user, phone)


def _changed(person: Person, since: datetime) -> tuple[str, ...]:
    rows = Superseded.objects.filter(person__in=their_records(person.pk), known_to__gte=since)
    return tuple(fact_label(one) for one in rows.order_by("id").values_list("attribute", flat=True))


def _clock(request: RightsRequest, at: datetime) -> Clock:
    rule = rulebook.find_rule(AMBER_RULE, on=local_date(at))
    amber = rule.value if rule and isinstance(rule.value, Fraction) else AMBER
    stood = request.decided_at or at
    shown = request_clock(asked_at=request.asked_at, due_at=request.due_at, at=stood, amber=amber)
    span = span_words(abs(shown.left))
    words = (gettext("%(span)s late") if shown.state == "late" else gettext("%(span)s left")) % {
        "span": span
    }
    due = rulebook.by_guess(moment(request.due_at), request.due_at)
    state, words = (
        ("done", state_words(request.state)) if request.decided_at else (shown.state, words)
    )
    return Clock(state, words, gettext("by %(moment)s") % {"moment": due}, shown.run, shown.end)

"""Requests and tasks, by who may see them. What has lapsed is over, whether or not swept."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from django.db.models import Q, QuerySet

from linli.basics import Actor, NoSuchThing
from linli.gate.domain import AT_WORK, RUNNING, Permission, State
from linli.gate.models import Request, Task
from linli.parties import queries as parties
from linli.parties.domain import Kind as PartyKind
from linli.places import queries as places

_RUNNING = [str(one) for one in RUNNING]
_AT_WORK = [str(one) for one in AT_WORK]


def requests_for(actor: Actor) -> QuerySet[Request]:
    """
    Return the requests an actor may see, the newest first.

    Drafts are the asking office's own; what was submitted is open to everybody of the district who
    may see the gate.
    """
    mine = Q(asked_by=actor.party) if Permission.ASK in actor.permissions else Q(pk=None)
    if Permission.SEE in actor.permissions:
        mine |= ~Q(state=str(State.DRAFT))
    rows = Request.objects.filter(mine, district=actor.district)
    return rows.select_related("asked_by", "budget_line").order_by("-id")


def request_for(actor: Actor, number: str) -> Request:
    """:raises NoSuchThing: if there is none, or it is not theirs to see"""
    found = requests_for(actor).filter(number=number).first()
    if found is None:
        raise NoSuchThing
    return found


def request_numbers(district: int, ids: Sequence[int]) -> dict[int, str]:
    """Return the numbers of requests by id, for letters about them; no query for none."""
    rows = Request.objects.filter(district=district, pk__in=ids)
    return dict(rows.values_list("pk", "number")) if ids else {}


def asked_it(actor: Actor, request: Request) -> bool:
    """Return whether an actor asked for it: is of that office, or handed it in, under whatever hat."""
    return actor.party == request.asked_by_id or own_hand(actor, request.submitted_by)


def own_hand(actor: Actor, seat: int | None) -> bool:
    """Return whether what was done under an appointment was the actor's own deed, under whatever hat."""
    if not seat:  # 0 stood for nobody by name, before emergencies had to have one
        return False
    return actor.appointment == seat or (
        actor.user is not None and actor.user == parties.appointment(seat).user_id
    )


def live_tasks(
    at: datetime, *, district: int, states: Collection[str] = _AT_WORK
) -> QuerySet[Task]:
    """Return the tasks that may be worked on at a moment: every condition, no sweep."""
    return Task.objects.filter(
        Q(mandate__revoked_at=None) | Q(mandate__revoked_at__gt=at),
        district=district,
        state__in=states,
        request__state__in=_RUNNING,
        request__valid_from__lte=at,
        request__valid_to__gt=at,
        mandate__valid_from__lte=at,
        mandate__valid_to__gt=at,
    )


def tasks_for(actor: Actor, at: datetime) -> QuerySet[Task]:
    """Return what the actor's communities have been given and may work on now, first to end first."""
    actor.must(Permission.WORK)
    rows = live_tasks(at, district=actor.district).filter(community__in=actor.communities)
    return rows.select_related("request__asked_by").order_by("request__valid_to", "id")


def task_for(actor: Actor, task: int) -> Task:
    """:raises NoSuchThing: if there is none at the actor's communities"""
    found = Task.objects.filter(
        district=actor.district, pk=task, community__in=actor.communities
    ).first()
    if found is None:
        raise NoSuchThing
    return found


def tasks_of(request: Request) -> list[Task]:
    """Return the tasks of a request, in order of community."""
    found = list(request.tasks.select_related("community").order_by("community_id"))
    for each in found:
        each.request = request
    return found


def streets_of(request: Request) -> frozenset[int]:
    """Return the streets whose communities a request concerns."""
    tree = places.tree(request.district)
    found = (tree.street_of(one) for one in request.communities if one in tree)
    return frozenset(one for one in found if one is not None)


def cosigned(request: Request) -> frozenset[int]:
    """Return the streets that have signed."""
    return frozenset(request.cosignatures.values_list("street_id", flat=True))


def to_cosign(actor: Actor) -> list[Request]:
    """Return what waits for the name of the actor's street, the first due first."""
    actor.must(Permission.COSIGN)
    street = parties.party(actor.office()).place_id
    rows = Request.objects.filter(district=actor.district, state=str(State.SUBMITTED))
    return [
        one
        for one in rows.select_related("asked_by").order_by("decide_by_on", "id")
        if street in streets_of(one) - cosigned(one)
    ]


def open_to_decide(actor: Actor) -> QuerySet[Request]:
    """Return what waits for a decision, or could be an emergency; the first due first."""
    actor.must(Permission.DECIDE)
    waiting = Q(state__in=[str(State.SUBMITTED), str(State.UNDER_REVIEW)])
    unreviewed = Q(state=str(State.ACTIVE), lane="emergency")
    rows = Request.objects.filter(waiting | unreviewed, district=actor.district)
    return rows.select_related("asked_by").order_by("decide_by_on", "id")


def to_lapse(at: datetime, *, district: int, most: int) -> list[int]:
    """Return requests whose time is over and that were not swept yet."""
    rows = Request.objects.filter(district=district, state__in=_RUNNING, valid_to__lte=at)
    return list(rows.order_by("id").values_list("id", flat=True)[: max(most, 0)])


def to_pay(on: date, *, district: int, most: int) -> list[int]:
    """Return tasks that should have been paid before a day."""
    rows = Task.objects.filter(district=district, pay_by_on__lt=on, paid_at=None)
    return list(rows.order_by("id").values_list("id", flat=True)[: max(most, 0)])


def department_choices(
    district: int, *, kinds: Collection[str] = (PartyKind.OFFICE,)
) -> list[tuple[int, str]]:
    """Return the offices that may have come with something, by name."""
    rows = parties.directory(district).parties.values()
    found = [(one.pk, parties.party_words(one)) for one in rows if one.kind in kinds]
    return sorted(found, key=lambda row: row[1])

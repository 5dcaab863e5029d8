"""
Figures that open to their records.

A figure is one condition on the docket of an office. What is counted and what is listed ask with
the same condition, so a number and the records behind it cannot differ.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL

from linli.basics import Actor, NoSuchThing
from linli.cases.domain import (
    ANSWERS,
    RUNNING,
    Bounds,
    Channel,
    End,
    Mark,
    Permission,
    Status,
    StepState,
    bounds,
)
from linli.cases.models import Case, Docket, Pause, Ruling, Step, StepMove
from linli.fabric.composed import composed, slot
from linli.fabric.keyset import Order, Page, page_of
from linli.people.domain import Permission as People

from .calls import calls_due, calls_for_office, office_calls
from .lists import UNRULED
from .windows import windows_at

HELD = (StepState.OFFERED, StepState.ACCEPTED, StepState.RETURNED)
TURNED = (Mark.RED, Mark.ESCALATED)
WRONG = ("late", "escalated", "stuck", "nobody", "reopened")
BY_DUE = Order("due", "due_at", down=False)
BY_DAY = Order("opened", "opened_at", down=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """
    What one number counts in the docket of the actor's office.

    ``since`` and ``until`` bound the moment of opening; without them the figure is of now, and of
    open cases. ``community`` 0 stands for cases that lie in none.
    """

    figure: str
    at: datetime
    since: datetime | None = None
    until: datetime | None = None
    community: int | None = None
    item: str = ""
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Course:
    """One answered case from its first day to its answer: its moves and its pauses, oldest first."""

    case_id: int
    opened_at: datetime
    told_at: datetime
    moves: tuple[StepMove, ...]
    pauses: tuple[Pause, ...]


def _wrong(at: datetime) -> dict[str, Q]:
    """Return what is wrong with an open case, by name."""
    held = Step.objects.filter(case=OuterRef("case"), state__in=HELD)
    returned = Ruling.objects.filter(
        UNRULED,
        case=OuterRef("case"),
        returned_at__lt=at - timedelta(hours=windows_at(at).ruling_hours),
    )
    still = Q(open=True)
    asked_for = Q(case__first_due_at=None) | Q(case__first_due_at__lt=at)
    # What was brought from elsewhere, and no rule sets a time for, is history that waits for nobody.
    history = Q(case__channel=Channel.IMPORT, case__first_due_at=None)
    found = {
        "late": _late(at),
        "escalated": still
        & (
            Q(case__mark=Mark.ESCALATED)
            | Q(case__first_mark=Mark.ESCALATED, case__responded_at=None)
            | Q(Exists(held.filter(mark=Mark.ESCALATED)))
        ),
        "stuck": still & Q(Exists(returned)),
        "nobody": still
        & Q(status__in=RUNNING, case__owner_appointment=None)
        & asked_for
        & ~history
        & ~Q(Exists(held.exclude(appointment=None))),
        "reopened": still & Q(case__reopened__gt=0),
    }
    found["any"] = (
        found["late"] | found["escalated"] | found["stuck"] | found["nobody"] | found["reopened"]
    )
    return found


def _late(at: datetime | RawSQL, *, turned: Q | None = None) -> Q:
    """
    Return which open cases are late, for the desk and the cockpit alike.

    A clock that was stopped in time is not late; one that was stopped only afterwards still is.

    :param turned: how the mark of the case is looked up; by default it is joined
    """
    marked = turned or Q(case__mark__in=TURNED)
    return Q(open=True) & Q(due_at__lt=at) & (Q(status__in=RUNNING) | marked)


def _of_month(at: datetime) -> dict[str, Q]:
    """Return what may be said of the cases received in a month, by name."""
    told, unasked = _told()
    # A question answered on the spot is answered in time, whether or not its item sets one.
    at_once = unasked & Q(case__answered_at=F("opened_at")) & ~Q(case__channel=Channel.IMPORT)
    in_time = Q(case__responded_at__lte=F("case__first_due_at")) | at_once
    too_late = Q(case__first_due_at__isnull=False) & (
        Q(case__responded_at__gt=F("case__first_due_at"))
        | Q(case__responded_at=None, case__first_due_at__lt=at)
    )
    return {
        "opened": Q(),
        "over": Q(status=Status.ENDED),
        "told": Q(status=Status.ANSWERED),
        "open": Q(open=True),
        "responded_yes": in_time,
        "responded_no": too_late,
        "responded_all": in_time | too_late,
        "solved_yes": told & Q(case__confirmed=True),
        "solved_no": Q(case__confirmed=False),
        "solved_unknown": told & Q(case__confirmed=None),
        "solved_all": told | Q(case__confirmed=False),
        "content_yes": told & Q(case__rating__gte=4),
        "content_no": told & Q(case__rating__lt=4),
        "content_unknown": told & Q(case__rating=None),
        "content_all": told,
        "unasked": unasked,
        "timed": Q(
            status__in=[Status.ANSWERED, Status.ENDED],
            case__end__in=ANSWERS,
            case__reopened=0,
            case__answered_at__isnull=False,
        ),
    }


def _told() -> tuple[Q, Q]:
    """
    Return which answers a resident is asked about, and which nobody asks about.

    A question answered on the spot, or a reply taken over from an earlier system, ends the case in
    the moment it is given: there is no time in which anybody could have said a word.
    """
    answers = [End.SOLVED, End.EXPLAINED]
    told = Q(status=Status.ANSWERED, case__end__in=answers)
    over = Q(status=Status.ENDED, case__end__in=answers)
    told |= over & Q(case__ended_at__gt=F("case__answered_at"))
    told |= over & Q(case__confirmed__isnull=False)
    return told, over & Q(case__confirmed=None, case__ended_at=F("case__answered_at"))


def _docket(actor: Actor) -> QuerySet[Docket]:
    return Docket.objects.filter(district=actor.district, party_id=actor.office())


def _received(actor: Actor, since: datetime, until: datetime) -> QuerySet[Docket]:
    return _docket(actor).filter(opened_at__gte=since, opened_at__lt=until)


def due_counts(actor: Actor, *, at: datetime, soon: datetime) -> dict[str, int]:
    """Return how many open cases of the office are late, due before ``soon``, and open at all."""
    return _counted(actor, at, soon, calls=False) or {"late": 0, "soon": 0, "open": 0}


def morning_counts(actor: Actor, *, at: datetime, soon: datetime) -> dict[str, int]:
    """
    Return ``due_counts``, and the ``calls`` the actor owes, up to ``SEVERAL``.

    One query; two where no case is open, and for those who decide on requests about data.
    """
    here = calls_for_office(actor) and People.DECIDE_RIGHTS not in actor.permissions
    if here and (found := _counted(actor, at, soon, calls=True)):
        return found
    return {**due_counts(actor, at=at, soon=soon), "calls": calls_due(actor)}


def _counted(actor: Actor, at: datetime, soon: datetime, *, calls: bool) -> dict[str, int]:
    asked = {"district": actor.district, "party_id": actor.office(), "at": at, "soon": soon}
    names = ("late", "soon", "open", "calls") if calls else ("late", "soon", "open")
    for row in _due_counts.rows(asked, calls):
        return dict(zip(names, row, strict=True))
    return {}  # nothing is open


@composed
def _due_counts(calls: bool) -> QuerySet[Docket, Any]:
    at, soon = (slot(Docket, "due_at", name=name) for name in ("at", "soon"))
    rows = Docket.objects.filter(party_id=slot(Docket, "party_id"), open=True)
    # Few clocks stand still past their end: their cases are looked up one by one, not joined to all.
    turned = Exists(Case.objects.filter(id=OuterRef("case_id"), mark__in=TURNED))
    counted = rows.values("party_id").annotate(
        late_now=Count("id", filter=_late(at, turned=Q(turned))),
        due_soon=Count("id", filter=Q(status__in=RUNNING, due_at__gte=at, due_at__lt=soon)),
        all_open=Count("id"),
    )
    named = counted.values_list("late_now", "due_soon", "all_open")
    return named.annotate(calls=office_calls()) if calls else named


def load_by_person(actor: Actor) -> list[dict[str, Any]]:
    """Return how many steps each appointment of the office has in hand; None is nobody yet."""
    actor.must(Permission.SEE)
    rows = Step.objects.filter(party_id=actor.office(), state__in=["offered", "accepted"])
    counted = rows.values("appointment").annotate(steps=Count("id")).order_by("-steps")
    return [dict(row) for row in counted]


def what_is_wrong(actor: Actor, *, at: datetime) -> list[dict[str, Any]]:
    """
    Return, for each community with something wrong, how many open cases each figure counts.

    Keys: ``community_id``, the names in ``WRONG``, ``any``, and ``first_due_at``, the earliest end
    of a clock among the late. One query.

    :raises NotAllowed: unless the hat may supervise
    """
    actor.must(Permission.SUPERVISE)
    wrong = _wrong(at)
    rows = _docket(actor).filter(wrong["any"], open=True).values("community_id")
    counts = {name: Count("id", filter=wrong[name]) for name in WRONG}
    late_since = Min("due_at", filter=wrong["late"])
    found = rows.annotate(any=Count("id"), first_due_at=late_since, **counts)
    return [dict(row) for row in found.order_by("-any", "community_id")]


def volumes(actor: Actor, *, since: datetime, until: datetime) -> list[dict[str, Any]]:
    """
    Return how many cases were received, and how they stand now, by community, item and channel.

    Keys: ``community_id``, ``item``, ``channel``, ``opened`` = ``over`` + ``told`` + ``open``,
    and ``timed``, those whose time can be told apart. One query.

    :raises NotAllowed: unless the hat may supervise
    """
    actor.must(Permission.SUPERVISE)
    stand = {
        "opened": Count("id"),
        "over": Count("id", filter=Q(status=Status.ENDED)),
        "told": Count("id", filter=Q(status=Status.ANSWERED)),
        "open": Count("id", filter=Q(open=True)),
        "timed": Count("id", filter=_of_month(until)["timed"]),
    }
    rows = _received(actor, since, until).values("community_id", "item", channel=F("case__channel"))
    return [dict(row) for row in rows.annotate(**stand).order_by()]


def rates(actor: Actor, *, since: datetime, until: datetime, at: datetime) -> dict[str, Bounds]:
    """
    Return 响应率, 解决率 and 满意率 of the cases received in a span, with bounds; one query.

    Whom nobody asks widens no bounds: beside 解决率 and 满意率 stands how many they are.

    :raises NotAllowed: unless the hat may supervise
    """
    actor.must(Permission.SUPERVISE)
    asked = _of_month(at)
    names = [name for name in asked if name.partition("_")[2] in ("yes", "no", "unknown")]
    names.append("unasked")
    n: Mapping[str, int] = _received(actor, since, until).aggregate(
        **{name: Count("id", filter=asked[name]) for name in names}
    )
    return {
        rate: bounds(
            yes=n[f"{rate}_yes"],
            no=n[f"{rate}_no"],
            unknown=n.get(f"{rate}_unknown", 0),
            unasked=0 if rate == "responded" else n["unasked"],
        )
        for rate in ("responded", "solved", "content")
    }


def list_cut(actor: Actor, cut: Cut, *, after: str = "", limit: int = 20) -> Page[Docket]:
    """
    Return one page of the records a number counts, with their cases and places; one query.

    :raises NotAllowed: unless the hat may supervise
    :raises NoSuchThing: if there is no such figure, or a figure of a month comes without one
    :raises Invalid: if the cursor does not fit
    """
    actor.must(Permission.SUPERVISE)
    order = BY_DUE if cut.since is None else BY_DAY
    filters = {
        "figure": cut.figure,
        "since": cut.since.isoformat() if cut.since else "",
        "community": cut.community,
        "item": cut.item,
        "channel": cut.channel,
    }
    rows = _cut_rows(actor, cut).select_related("case", "case__place")
    return page_of(rows, order=order, filters=filters, after=after, limit=min(max(limit, 1), 100))


def _cut_rows(actor: Actor, cut: Cut) -> QuerySet[Docket]:
    if cut.since is None or cut.until is None:
        rows, asked = _docket(actor).filter(open=True), _wrong(cut.at)
    else:
        rows, asked = _received(actor, cut.since, cut.until), _of_month(cut.at)
    if cut.figure not in asked:
        raise NoSuchThing
    rows = rows.filter(asked[cut.figure])
    if cut.community is not None:
        rows = rows.filter(community_id=cut.community or None)
    if cut.item:
        rows = rows.filter(item=cut.item)
    if cut.channel:
        rows = rows.filter(case__channel=cut.channel)
    return rows


def courses(
    actor: Actor, *, since: datetime, until: datetime, at: datetime, most: int
) -> list[Course]:
    """
    Return the newest answered cases received in a span, whole, to see where their time went.

    Reopened ones are left out: what happened before their last answer is not one course. At most
    ``most``; three queries.

    :raises NotAllowed: unless the hat may supervise
    """
    actor.must(Permission.SUPERVISE)
    rows = (
        _received(actor, since, until).filter(_of_month(at)["timed"]).order_by("-opened_at", "-id")
    )
    told = {
        case: (opened, answered)
        for case, opened, answered in rows.values_list("case_id", "opened_at", "case__answered_at")[
            :most
        ]
    }
    moves: dict[int, list[StepMove]] = {case: [] for case in told}
    pauses: dict[int, list[Pause]] = {case: [] for case in told}
    for move in StepMove.objects.filter(case__in=list(told)).order_by("id"):
        moves[move.case_id].append(move)
    for pause in Pause.objects.filter(case__in=list(told)).order_by("begun_at", "id"):
        pauses[pause.case_id].append(pause)
    return [
        Course(case, opened, answered, tuple(moves[case]), tuple(pauses[case]))
        for case, (opened, answered) in told.items()
        if answered is not None
    ]

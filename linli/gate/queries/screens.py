"""What the screens of the gate show."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils.translation import gettext

from linli.basics import Actor
from linli.catalogue import queries as catalogue
from linli.fabric.jinja import day, language, local_text
from linli.gate.domain import (
    STATE_WORDS,
    Lane,
    Permission,
    State,
)
from linli.gate.models import Request, Task
from linli.ledger import queries as ledger
from linli.parties import queries as parties
from linli.places import queries as places
from linli.reports import queries as reports
from linli.rulebook.domain import local_date

from . import asking, composing, doors, situation
from .numbers import WHOLE
from .task_rows import TaskRow, asked_and_met, knows_exactly, task_row, unasked_words
from .words import basis_words, findings_words, place_words, whom_words

NEWEST = 12
WAITING = (State.SUBMITTED, State.UNDER_REVIEW)
ICONS = {
    State.DRAFT: ("edit", ""),
    State.SUBMITTED: ("clock", "wait"),
    State.UNDER_REVIEW: ("clock", "wait"),
    State.ADMITTED: ("check", "act"),
    State.RETURNED: ("return", ""),
    State.ACTIVE: ("handover", "act"),
    State.EXPIRED: ("overdue", ""),
    State.REVOKED: ("cross", ""),
    State.ANSWERED: ("done", "act"),
}
MAY: dict[str, tuple[str, frozenset[State]]] = {
    "submit": (Permission.ASK, frozenset({State.DRAFT})),
    "cosign": (Permission.COSIGN, frozenset({State.SUBMITTED})),
    "admit": (Permission.DECIDE, frozenset({State.UNDER_REVIEW})),
    "return": (Permission.DECIDE, frozenset({State.SUBMITTED, State.UNDER_REVIEW})),
    "declare": (Permission.DECIDE, frozenset({State.SUBMITTED, State.UNDER_REVIEW})),
    "revoke": (Permission.DECIDE, frozenset({State.ADMITTED, State.ACTIVE})),
}


CLOSED = frozenset({"taken_back", "negative"})


@dataclass(frozen=True, slots=True)
class Row:
    """One request in a list; ``late``: its days for the decision are over, and nothing is decided."""

    number: str
    title: str
    office: str
    detail: str
    chip: tuple[str, str, str]
    urgent: bool
    late: bool


@dataclass(frozen=True, slots=True)
class Home:
    """The start page: what waits for this hat, and the newest requests of the district."""

    tasks: Sequence[TaskRow]
    to_cosign: Sequence[Row]
    to_decide: Sequence[Row]
    mine: Sequence[Row]
    newest: Sequence[Row]
    to_pay: Sequence[TaskRow]


def home(actor: Actor, *, at: datetime) -> Home:
    """Return the start page of whoever may see the gate."""
    actor.must(Permission.SEE)
    may = actor.permissions
    works, asks = Permission.WORK in may, Permission.ASK in may
    visible = asking.requests_for(actor)
    mine = visible.filter(asked_by=actor.party)[:NEWEST] if asks else []
    owed = Task.objects.filter(
        district=actor.district,
        request__asked_by=actor.party,
        paid_at=None,
        pay_by_on__isnull=False,
    ).select_related("request__asked_by")
    return Home(
        tasks=[task_row(one, actor, at) for one in asking.tasks_for(actor, at)] if works else [],
        to_cosign=rows(asking.to_cosign(actor)) if Permission.COSIGN in may else [],
        to_decide=rows(asking.open_to_decide(actor)[:60]) if Permission.DECIDE in may else [],
        mine=rows(mine),
        newest=rows(visible.exclude(state=str(State.DRAFT))[:NEWEST]),
        to_pay=[task_row(one, actor, at) for one in owed.order_by("pay_by_on", "id")[:30]]
        if asks
        else [],
    )


def rows(found: Iterable[Request]) -> list[Row]:
    return [row(one) for one in found]


def row(one: Request) -> Row:
    """Return a request as one row of a list."""
    state = State(one.state)
    icon, kind = ICONS[state]
    return Row(
        number=one.number,
        title=one.title,
        office=parties.party_words(one.asked_by),
        detail=scope_words(one),
        chip=(gettext(STATE_WORDS[state]), icon, kind),
        urgent=one.lane == Lane.EMERGENCY,
        late=one.escalated_at is not None and state in WAITING,
    )


def scope_words(one: Request) -> str:
    """Return where, and how much of it."""
    count = len(one.communities)
    where = (
        place_words(one.communities[0], one.district)
        if count == 1
        else gettext("%(count)s communities") % {"count": count}
    )
    if one.state == State.ANSWERED:
        return gettext("%(where)s, 0 minutes") % {"where": where}
    return gettext("%(where)s, %(minutes)s minutes each") % {
        "where": where,
        "minutes": one.minutes,
    }


@dataclass(frozen=True, slots=True)
class Page:
    """One request, with its five checks, its tasks, and what this hat may do with it."""

    row: Row
    request: Request
    basis: str
    line: str
    places: str
    tests: Sequence[dict[str, object]]
    closed: bool  # the line was taken back, or no community may do it: no other words help
    signed: Sequence[tuple[str, datetime]]
    missing: Sequence[str]
    declared: str
    decided: str
    tasks: Sequence[TaskRow]
    numbers: Sequence[tuple[str, int | None, bool]]
    acts: Sequence[str]
    review: bool
    whom: str
    progress: tuple[int, int] | None
    in_fives: bool
    unasked: str


def page(actor: Actor, number: str, *, at: datetime) -> Page:
    """
    Return one request.

    :raises NoSuchThing: if there is none, or it is not theirs to see
    """
    one = asking.request_for(actor, number)
    data = one.reasons
    if one.state in (State.DRAFT, *WAITING):
        data = [found.data() for found in situation.findings(one, at=at)]
    wanted, signed = asking.streets_of(one), asking.cosigned(one)
    tasks = asking.tasks_of(one)
    review = one.state == State.ACTIVE and one.lane == Lane.EMERGENCY
    return Page(
        row=row(one),
        request=one,
        basis=basis_words(one.basis),
        line=line_words(one),
        places=gettext(", ").join(place_words(each, one.district) for each in one.communities[:60]),
        tests=findings_words(data, district=one.district, line=line_words(one)),
        closed=any(not each["passed"] and each["reason"] in CLOSED for each in data),
        signed=[
            (place_words(each.street_id, one.district), each.signed_at)
            for each in one.cosignatures.order_by("id")
        ],
        missing=[place_words(each, one.district) for each in sorted(wanted - signed)],
        declared=staff_name(one.declared_by),
        decided=staff_name(one.decided_by),
        tasks=[task_row(each, actor, at) for each in _theirs(one, tasks, actor)],
        numbers=_numbers(one),
        acts=_acts(actor, one, review=review),
        review=review,
        whom=whom_words(doors.whom_of(one)),
        progress=_progress(tasks, actor),
        in_fives=any(
            task.asked is not None and not knows_exactly(actor, task.community_id) for task in tasks
        ),
        unasked=unasked_words(tasks, exact=False),
    )


def _progress(tasks: Iterable[Task], actor: Actor) -> tuple[int, int] | None:
    """
    Return how many questions are answered or doors visited, of how many.

    None if none is asked, or if a part of it is not this hat's to know: the rest would tell it.
    """
    told = [
        asked_and_met(task, exact=knows_exactly(actor, task.community_id))
        for task in tasks
        if task.asked is not None
    ]
    found = [each for each in told if each is not None]
    if not found or len(found) < len(told):
        return None
    return sum(met for met, _ in found), sum(asked for _, asked in found)


def _theirs(one: Request, tasks: Iterable[Task], actor: Actor) -> list[Task]:
    """Return the tasks of a request that a hat is shown: its own communities', or all."""
    mine = one.asked_by_id == actor.party or Permission.DECIDE in actor.permissions
    return [each for each in tasks if mine or each.community_id in actor.communities]


def _acts(actor: Actor, one: Request, *, review: bool) -> list[str]:
    own, others = one.asked_by_id == actor.party, not asking.asked_it(actor, one)
    found = []
    for act, (permission, states) in MAY.items():
        theirs = own if act == "submit" else others
        if permission in actor.permissions and theirs and State(one.state) in states:
            found.append(act)
    if review and Permission.DECIDE in actor.permissions and others:
        found += [] if asking.own_hand(actor, one.declared_by) else ["admit"]
    return found


def line_words(one: Request) -> str:
    """Return the line of the duty list a request names, by its name."""
    if not one.communities or not one.line:
        return one.line
    duty = catalogue.duty_list(one.communities[0], one.from_on, district=one.district).get(one.line)
    return local_text(duty.name) if duty else one.line


def _numbers(one: Request) -> list[tuple[str, int | None, bool]]:
    """Return by place the number, and whether hardly anything was on record when it was nought."""
    kept = one.numbers.first()
    if kept is None:
        return []
    told = json.loads(kept.numbers)
    untold = told.get("untold", {})
    found = [
        (place_words(int(place), one.district), number, place in untold)
        for place, number in told.items()
        if place.isdecimal()
    ]
    groups = group_rows(told.get("by", ""), told.get("groups", {}))
    found += [(words, number, WHOLE in untold) for words, number in groups]
    return [*found, (gettext("All together"), told.get(WHOLE), WHOLE in untold)]


def group_rows(split_by: str, groups: Mapping[str, int | None]) -> list[tuple[str, int | None]]:
    """Return the groups of a number that is split, by name."""
    names = [one for one in groups if one != "unknown"]
    words = dict(zip(names, reports.code_names(split_by, names), strict=True))
    words["unknown"] = gettext("not on record")
    return [
        (f"{reports.fact_name(split_by)}: {words[code]}", number) for code, number in groups.items()
    ]


def staff_name(appointment: int | None) -> str:
    """Return who, by the name staff show: an officer answers for an exception by name."""
    return parties.staff_words(appointment).name if appointment else ""


@dataclass(frozen=True, slots=True)
class Choices:
    """What a request may be filled in with."""

    streets: Sequence[tuple[str, Sequence[tuple[int, str]]]]
    lines: Sequence[tuple[str, str]]
    money: Sequence[tuple[str, str]]
    count: int
    minute_fen: int = 0
    whom: Sequence[tuple[str, str]] = field(default_factory=list)
    offices: Sequence[tuple[int, str]] = field(default_factory=list)


def choices(actor: Actor, *, at: datetime) -> Choices:
    """Return the communities a hat reaches by street, the lines open to it, and its money."""
    tree, on = places.tree(actor.district), local_date(at)
    reach = sorted(one for one in actor.communities if one in tree and not tree.node(one).ended)
    by_street: dict[int | None, list[tuple[int, str]]] = {}
    for one in reach:
        by_street.setdefault(tree.street_of(one), []).append(
            (one, tree.node(one).words(language()))
        )
    lines = catalogue.duty_list(reach[0], on, district=actor.district) if reach else {}
    return Choices(
        streets=[
            (tree.node(street).words(language()) if street else "", found)
            for street, found in by_street.items()
        ],
        lines=[(code, local_text(duty.name)) for code, duty in lines.items()],
        money=[
            (line.code, f"{local_text(line.name)} · {_from_to(line.from_on, line.to_on)}")
            for line in ledger.budget_lines_for(actor)
            if line.owner_id == actor.party and line.from_on <= on <= line.to_on
        ],
        count=len(reach),
        minute_fen=situation.terms_at(at).minute_fen,
        whom=composing.whom_choices(district=actor.district, on=on),
    )


def _from_to(first: date, last: date) -> str:
    """Return the days a line holds: each year's has the same name."""
    return f"{day(first, whole=True)} – {day(last, whole=True)}"

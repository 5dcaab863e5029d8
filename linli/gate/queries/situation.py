"""What a request is checked against: the lists, what runs, the money, the time that is left."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import partial

from django.conf import settings
from django.db.models import Sum

from linli.catalogue import queries as catalogue
from linli.catalogue.domain import DutyKind, read_citation
from linli.fabric import versions
from linli.gate.domain import (
    RUNNING,
    TERM_KEYS,
    Asked,
    Finding,
    Kind,
    Line,
    Running,
    Situation,
    TaskState,
    Terms,
    check_request,
    month_of,
    next_month,
)
from linli.gate.models import Request, Task
from linli.ledger import queries as ledger
from linli.parties import queries as parties
from linli.parties.domain import COMMUNITY_KINDS
from linli.places import queries as places
from linli.rulebook import queries as rulebook
from linli.rulebook.domain import NATION, local_date

from . import doors


def terms_at(at: datetime) -> Terms:
    """Return what the rulebook sets on the day of a moment."""
    return _terms(settings.DISTRICT, local_date(at))


@versions.cached(rulebook.VERSION)
def _terms(district: int, on: date) -> Terms:
    roots = places.tree(district).roots()
    where = roots[0].code if roots else NATION
    ask = partial(rulebook.find_rule, on=on, jurisdiction=where, district=district)
    found = {name: ask(key) for name, key in TERM_KEYS.items()}
    return Terms(
        **{name: row.value for name, row in found.items() if row and isinstance(row.value, int)}
    )


def lines_of(code: str, communities: list[int], on: date, *, district: int) -> tuple[Line, ...]:
    """Return what each community's own list says of a line on a day."""
    found = []
    for community in communities:
        duty = catalogue.duty_list(community, on, district=district).get(code)
        if duty is None:
            found.append(Line(community, None))
        else:
            found.append(Line(community, duty.kind, duty.basis, duty.names))
    return tuple(found)


def findings(request: Request, *, at: datetime, known: bool = False) -> tuple[Finding, ...]:
    """
    Return the five findings of a request as things stand at a moment.

    :param known: what ``known_already`` says, where it is being decided
    """
    return check_request(_asked(request), _situation(request, at, known))


def known_already(request: Request, *, at: datetime) -> bool:
    """Return whether the facts tell of everybody what a question asks. It reads all who live there."""
    question = request.kind == Kind.DATA
    return question and not doors.unknown_of(request, request.communities, at=at)


def _asked(request: Request) -> Asked:
    communities = sorted(request.communities)
    return Asked(
        code=request.line,
        lines=lines_of(request.line, communities, request.from_on, district=request.district),
        basis=request.basis,
        record=_on_record(request),
        purpose=request.purpose,
        with_names=request.with_names,
        communities=frozenset(communities),
        from_on=request.from_on,
        to_on=request.to_on,
        minutes=request.minutes,
        amount_fen=request.amount_fen,
        question=request.kind == Kind.DATA,
    )


def _on_record(request: Request) -> str:
    cited = read_citation(request.basis)
    if cited is None:
        return ""
    return catalogue.law_on_record(*cited, request.from_on, district=request.district)


def _situation(request: Request, at: datetime, known: bool) -> Situation:
    rows = Request.objects.filter(
        district=request.district,
        line=request.line,
        state__in=[str(one) for one in RUNNING],
        valid_to__gt=at,
    ).exclude(pk=request.pk)
    line, free, days = request.budget_line, None, (date.min, date.max)
    if line is not None:
        free = ledger.line_balance(line.pk, district=request.district).appropriated
        days = line.from_on, line.to_on
    return Situation(
        on=local_date(at),
        running=[
            Running(one.number, frozenset(one.communities), one.from_on, one.to_on)
            for one in rows.order_by("id")
        ],
        free_fen=free,
        line_days=days,
        left=_minutes_left(request, at),
        known=known,
    )


def _minutes_left(request: Request, at: datetime) -> dict[int, int]:
    """Return what each community has left in the month in which the work begins."""
    month = month_of(request.from_on)
    taken: dict[int, int] = dict(
        Task.objects.filter(
            district=request.district,
            community__in=request.communities,
            request__from_on__gte=month,
            request__from_on__lt=next_month(month),
        )
        .exclude(state=str(TaskState.LAPSED))
        .exclude(request=request)
        .values_list("community_id")
        .annotate(total=Sum("request__minutes"))
    )
    whole = terms_at(at).month_minutes
    return {one: whole - taken.get(one, 0) for one in request.communities}


def office_in(community: int) -> int:
    """Return the party of a community that gets its tasks: its committee, else its station."""
    found = parties.unit_for("community.committee", community)
    if found.kind not in COMMUNITY_KINDS.values():
        found = parties.unit_for("community.station", community)
    return found.pk


def worst_kind(lines: Iterable[Line]) -> str:
    """Return the kind of the line that holds for all: a community whose list says no decides."""
    kinds = {one.kind for one in lines}
    order = (None, DutyKind.NEGATIVE, DutyKind.TAKEN_BACK, DutyKind.COOPERATE, DutyKind.BASIC)
    found = next((kind for kind in order if kind in kinds), None)
    return "" if found is None else found.value

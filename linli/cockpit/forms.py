"""Reading what a link of the cockpit asks for."""

from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict

from linli.basics import NoSuchThing
from linli.cases.queries import Cut
from linli.fabric import asked
from linli.fabric.asked import is_id

from .domain import OF_MONTH, OF_NOW, STEPS, Month, month_of, read_month


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list of records is asked for: the cut, its month if it has one, and the cursor."""

    cut: Cut
    month: Month | None
    after: str


def read_asked(sent: QueryDict, *, at: datetime) -> Asked:
    """
    Return what the list of records is asked for.

    :raises NoSuchThing: if there is no such figure, month or community
    """
    figure, month = sent.get("figure", ""), read_month(sent.get("month", ""))
    if figure not in (OF_MONTH if month else OF_NOW):
        raise NoSuchThing
    community = sent.get("community", "")
    if community and not is_id(community):
        raise NoSuchThing
    cut = Cut(
        figure=figure,
        at=at,
        since=month.since if month else None,
        until=month.until if month else None,
        community=int(community) if community else None,
        item=sent.get("item", "")[:60],
        channel=sent.get("channel", "")[:10],
    )
    return Asked(cut, month, sent.get("after", ""))


@dataclass(frozen=True, slots=True)
class AskedMoney:
    """Which figure of an office is asked for, in which month and unit, and the cursor."""

    figure: str
    month: Month
    office: int
    unit: int
    after: str


def read_behind(sent: QueryDict) -> AskedMoney:
    """
    Return what the list behind a figure of money is asked for.

    :raises NoSuchThing: if there is no such figure or month, or no office is named
    """
    figure, month = sent.get("figure", ""), read_month(sent.get("month", ""))
    office, unit = asked.number(sent, "office"), asked.number(sent, "unit")
    if figure not in STEPS or month is None or office is None:
        raise NoSuchThing
    return AskedMoney(figure, month, office, unit or 0, sent.get("after", ""))


def read_chosen_month(sent: QueryDict, *, at: datetime) -> Month:
    """Return the month chosen; this one if none was, or one that has not begun."""
    this = month_of(at)
    chosen = read_month(sent.get("month", ""))
    return chosen if chosen and chosen <= this else this

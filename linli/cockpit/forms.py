"""Reading what a link of the cockpit asks for."""

from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict

from linli.basics import NoSuchThing
from linli.cases.queries import Cut
from linli.fabric.asked import is_id

from .domain import OF_MONTH, OF_NOW, Month, month_of, read_month


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


def read_chosen_month(sent: QueryDict, *, at: datetime) -> Month:
    """Return the month chosen; this one if none was, or one that has not begun."""
    this = month_of(at)
    chosen = read_month(sent.get("month", ""))
    return chosen if chosen and chosen <= this else this

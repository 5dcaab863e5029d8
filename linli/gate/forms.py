"""From what a browser sends to the values of the actions."""

from collections.abc import Iterable
from datetime import date, datetime

from django.http import QueryDict

from linli.basics import Invalid, gettext_noop
from linli.fabric.asked import day, is_id, text
from linli.rulebook.domain import local_date

from .domain import Effort, Kind, Wanted, month_of

MOST_WORDS = 2_000
MOST_COMMUNITIES = 300
_MINUTES = gettext_noop("Write a whole number of minutes.")
_CHOICE = gettext_noop("Choose one.")


def communities(sent: QueryDict, reach: Iterable[int]) -> frozenset[int]:
    """Return the communities that were ticked, of those the hat reaches; ``all`` is all of them."""
    within = frozenset(reach)
    if sent.get("all"):
        return within
    ticked = sent.getlist("community")[:MOST_COMMUNITIES]
    return within & frozenset(int(one) for one in ticked if is_id(one))


def wanted(sent: QueryDict, reach: Iterable[int]) -> Wanted:
    """
    Return the request that was filled in.

    :raises Invalid: for a number or a day that cannot be read
    """
    return Wanted(
        kind=Kind.DATA if sent.get("kind") == "data" else Kind.WORK,
        title=text(sent, "title", most=120),
        words=text(sent, "words", most=MOST_WORDS),
        purpose=text(sent, "purpose", most=300),
        basis=text(sent, "basis", most=120),
        duty_line=text(sent, "duty_line", most=60),
        communities=communities(sent, reach),
        from_on=day(sent, "from_on"),
        to_on=day(sent, "to_on"),
        minutes=minutes(sent),
        evidence=text(sent, "evidence", most=200),
        budget_line=text(sent, "budget_line", most=60),
        with_names=bool(sent.get("with_names")),
    )


def minutes(sent: QueryDict) -> int:
    """:raises Invalid: unless it is a whole number"""
    typed = text(sent, "minutes", most=8)
    if not is_id(typed):
        raise Invalid(field="minutes", reason=_MINUTES)
    return int(typed)


def effort(sent: QueryDict) -> Effort:
    """:raises Invalid: unless one was chosen"""
    try:
        return Effort(sent.get("effort", ""))
    except ValueError as wrong:
        raise Invalid(field="effort", reason=_CHOICE) from wrong


def month(sent: QueryDict, *, at: datetime) -> date:
    """Return the first day of the month chosen; this month's if none was, or one to come."""
    this = month_of(local_date(at))
    typed = text(sent, "month", most=7)
    try:
        chosen = date.fromisoformat(f"{typed}-01")
    except ValueError:
        return this
    return min(chosen, this)

"""By when a form is owed, and whether it is owed at all: the line of the duty list it rests on."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from linli.basics import Refused, gettext_noop
from linli.catalogue.domain import Duty, DutyKind
from linli.rulebook.domain import Calendar, Period, Unit, due_on

NOTICE = "reports.notice"
NOTICE_DAYS = 3  # until the rulebook sets it; an example (示例)
MOST_DAYS = 60  # after the end of its period
NO_LINE = "城市居民委员会组织法 第四十三条第二款"


class BadDays(Refused):
    """So many working days after its period no form is due."""

    status = 422
    message = gettext_noop("Write a whole number of working days from 0 to 60.")


class RestsOnALine(Refused):
    """Only what the duty list does not bear is sent back."""

    message = gettext_noop(
        "This form rests on a line of your duty list. Send it; what cannot be told stays empty."
    )


class SentBack(Refused):
    """Sent back is sent back; the office may ask again under a line."""

    message = gettext_noop("This form was sent back. It cannot be sent, or sent back once more.")


class WhyUnowed(StrEnum):
    """Why a community need not fill in a form."""

    NO_LINE = "no_line"
    NOT_LISTED = "not_listed"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Unowed:
    """A form a community need not fill in. ``basis`` is the law and article it is sent back with."""

    why: WhyUnowed
    basis: str = NO_LINE
    kind: DutyKind | None = None


def check_days(days: int) -> None:
    """:raises BadDays: unless a form may be due so many working days after its period"""
    if not 0 <= days <= MOST_DAYS:
        raise BadDays


def due_day(as_of: date, days: int, opened_on: date, notice: int, calendar: Calendar) -> date:
    """
    Return by when a form is due: so many working days after its period.

    Never fewer than ``notice`` after it was opened: nobody is late with what came late.
    """
    return max(_after(as_of, days, calendar), _after(opened_on, notice, calendar))


def _after(start: date, days: int, calendar: Calendar) -> date:
    return due_on(start, Period(days, Unit.WORKING_DAYS), calendar) if days else start


def unowed(line: str | None, duty: Duty | None) -> Unowed | None:
    """
    Return why a community need not fill in a form, None where it owes it.

    :param line: the code of the line the form rests on
    :param duty: what the community's own list says of it today
    """
    if line is None:
        return Unowed(WhyUnowed.NO_LINE)
    if duty is None:
        return Unowed(WhyUnowed.NOT_LISTED)
    if duty.open:
        return None
    return Unowed(WhyUnowed.CLOSED, next(iter(duty.basis), NO_LINE), duty.kind)


def grants_exact(duty: Duty | None) -> bool:
    """Return whether a form under a line may tell numbers below five."""
    return duty is not None and duty.open and duty.exact_counts

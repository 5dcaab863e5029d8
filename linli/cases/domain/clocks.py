"""
The marks on a clock: amber before it is due, red when it is, escalation after.

``MARKS`` are taken one after another; each is turned once, by the worker, within a minute.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from linli.basics import Refused, gettext_noop

from .windows import USUAL, Windows


class Mark(StrEnum):
    AMBER = "amber"
    RED = "red"
    ESCALATED = "escalated"


class PauseReason(StrEnum):
    """Why a clock may stand still. Every reason is told to the resident and capped."""

    PAPERS = "papers"  # waits for what only the resident can bring
    EXPERT = "expert"  # 检验、检测、鉴定、专家评审: 行政许可法 art. 45
    WEATHER = "weather"
    OTHER_CASE = "other_case"  # depends on another decision


class PauseTooLong(Refused):
    """A pause has a cap."""

    status = 422
    message = gettext_noop(
        "A clock may stand still for %(days)s days at most. Choose an earlier day."
    )

    def __init__(self, *, days: int) -> None:
        super().__init__(days)
        self.days = days


class ExtensionRefused(Refused):
    """An extension moves the end later, once, by no more than a share of the time given."""

    status = 422
    message = gettext_noop(
        "A deadline can be moved once, to a later day, by at most %(per_cent)s per cent of the "
        "time given at first."
    )

    def __init__(self, *, per_cent: int) -> None:
        super().__init__(per_cent)
        self.per_cent = per_cent


@dataclass(frozen=True, slots=True)
class Next:
    """The mark that comes next, and when."""

    mark: Mark
    at: datetime


def next_mark(
    *, began_at: datetime, due_at: datetime, turned: Mark | None, windows: Windows = USUAL
) -> Next | None:
    """Return what the clock shows next after ``turned``; None once it has escalated."""
    span = due_at - began_at
    if turned is None:
        return Next(Mark.AMBER, began_at + _share(span, windows.amber))
    if turned == Mark.AMBER:
        return Next(Mark.RED, due_at)
    if turned == Mark.RED:
        return Next(Mark.ESCALATED, due_at + _share(span, windows.escalation))
    return None


def check_pause(*, at: datetime, review_at: datetime, windows: Windows = USUAL) -> None:
    """:raises PauseTooLong: if the review lies in the past or beyond the cap"""
    if not timedelta(0) < review_at - at <= timedelta(days=windows.pause_days):
        raise PauseTooLong(days=windows.pause_days)


def check_extension(
    *,
    began_at: datetime,
    due_at: datetime,
    new_due_at: datetime,
    extended: bool,
    windows: Windows = USUAL,
) -> None:
    """:raises ExtensionRefused: if it is the second, moves nothing, or goes beyond the share"""
    most = (due_at - began_at) * windows.extension / 100
    if extended or not due_at < new_due_at <= due_at + most:
        raise ExtensionRefused(per_cent=windows.extension)


def _share(span: timedelta, share: Fraction) -> timedelta:
    return span * share.numerator // share.denominator

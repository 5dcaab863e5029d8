"""
What a decision gave and goes on: who has it, from when, and by what act it ends.

An award holds from its first day up to, and without, its last. Nobody has the same thing twice.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from linli.basics import Invalid, Refused, gettext_noop


class AwardEnd(StrEnum):
    """Why an award ended."""

    DIED = "died"
    MOVED = "moved"
    REVOKED = "revoked"
    GIVEN_UP = "given_up"


AWARD_ENDS: Mapping[str, str] = {
    AwardEnd.DIED: gettext_noop("the person died"),
    AwardEnd.MOVED: gettext_noop("they moved out of the district"),
    AwardEnd.REVOKED: gettext_noop("the conditions are not met any more"),
    AwardEnd.GIVEN_UP: gettext_noop("they gave it up"),
}


class AwardOver(Refused):
    """The award has ended."""

    message = gettext_noop("This has ended already.")


class NotAwarded(Refused):
    """The item is none whose decision gives something that goes on."""

    status = 422
    message = gettext_noop("The item %(item)s awards nothing.")

    def __init__(self, *, item: str) -> None:
        super().__init__(item)
        self.item = item


def check_award_end(*, reason: str, on: date, from_on: date, ended: bool, today: date) -> AwardEnd:
    """
    Return why an award ends.

    :raises AwardOver: if it has ended
    :raises Invalid: if the reason is not on the list, or the day before the first or yet to come
    """
    if ended:
        raise AwardOver
    if reason not in AWARD_ENDS:
        raise Invalid(field="reason", reason=gettext_noop("Choose a reason from the list."))
    if on > today:
        raise Invalid(field="on", reason=gettext_noop("This day has not come yet."))
    if on < from_on:
        raise Invalid(field="on", reason=gettext_noop("It had not begun on this day."))
    return AwardEnd(reason)

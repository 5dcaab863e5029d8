"""
What an account holds and may do. Plain values in, a verdict out; amounts are whole parts of a unit.

One transfer is one row with two sides: what leaves one account arrives at the other, so that
the sum over all accounts of a unit never moves.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from linli.basics import Refused, gettext_noop

from .units import UnitData

# Of one booking: ten billion yuan in fen. Four million of the largest fit into an account's counts.
MOST_AMOUNT = 10**12


@dataclass(frozen=True, slots=True)
class Balance:
    """
    What an account holds, and between which limits it must stay.

    ``floor`` is how far it may fall, what is held counted as gone; ``ceiling`` how far it may rise.
    None is no limit. ``lapsed`` is the part of ``held`` whose time is over: it counts as free.
    """

    posted_in: int = 0
    posted_out: int = 0
    held: int = 0
    floor: int | None = 0
    ceiling: int | None = None
    lapsed: int = 0

    @property
    def posted(self) -> int:
        return self.posted_in - self.posted_out

    @property
    def available(self) -> int | None:
        """How much may still leave; None without a floor."""
        if self.floor is None:
            return None
        return self.posted - self.held + self.lapsed - self.floor

    @property
    def room(self) -> int | None:
        """How much may still arrive; None without a ceiling."""
        return None if self.ceiling is None else self.ceiling - self.posted


class NothingToMove(Refused):
    """An amount is at least one."""

    message = gettext_noop("There is nothing to move. Give an amount above zero.")


class TooLarge(Refused):
    """An amount is at most ``MOST_AMOUNT``."""

    message = gettext_noop(
        "No single booking is that large. Look at the amount again; if it is right, book it in parts."
    )


class SameAccount(Refused):
    """A transfer has two sides."""

    message = gettext_noop("Both sides are the same account. Choose another one to pay to.")


class OtherUnit(Refused):
    """Minutes are not money: both sides count in one unit."""

    message = gettext_noop("The two accounts do not count in the same unit. Choose another one.")


class NotEnough(Refused):
    """The payer may not fall below its floor."""

    message = gettext_noop(
        "Only %(left)s %(unit)s are left to spend here: %(short)s less than the %(asked)s asked for."
    )

    def __init__(self, *, asked: int, left: int, unit: UnitData) -> None:
        super().__init__(asked, left)
        self.asked = unit.shown(asked)
        self.left = unit.shown(max(0, left))
        self.short = unit.shown(asked - max(0, left))
        self.unit = unit.words


class TooMuch(Refused):
    """The payee may not rise above its ceiling."""

    message = gettext_noop(
        "This account takes only %(room)s %(unit)s more: %(over)s less than the %(asked)s sent."
    )

    def __init__(self, *, asked: int, room: int, unit: UnitData) -> None:
        super().__init__(asked, room)
        self.asked = unit.shown(asked)
        self.room = unit.shown(max(0, room))
        self.over = unit.shown(asked - max(0, room))
        self.unit = unit.words


class AlreadyPosted(Refused):
    """The key was used before: the same transfer must not be made twice."""

    message = gettext_noop("This was booked already. It is not booked a second time.")


class AccountClosed(Refused):
    """A closed account moves no more."""

    message = gettext_noop("This account is closed. Choose another one.")


class NotEmpty(Refused):
    """Only an account that holds nothing can be closed."""

    message = gettext_noop(
        "There is still something on this account. Move it first, then close it."
    )


class LimitsCross(Refused):
    """A floor above the ceiling, or limits the account already breaks."""

    message = gettext_noop(
        "The account already holds %(posted)s %(unit)s: these limits do not fit."
    )

    def __init__(self, *, posted: int, unit: UnitData) -> None:
        super().__init__(posted)
        self.posted = unit.shown(posted)
        self.unit = unit.words


class LineFloor(Refused):
    """No stage of a budget line falls below nothing: what is not there is not given away."""

    status = 422
    message = gettext_noop(
        "An account of a budget line cannot go below 0: nothing is spent that is not there. Leave "
        "its lowest amount at 0."
    )


class LineCeiling(Refused):
    """No stage of a budget line is capped: what was earned under it could not be committed or paid."""

    status = 422
    message = gettext_noop(
        "An account of a budget line has no highest amount: with one, what is owed could not be "
        "paid. Leave it empty."
    )


class HoldSettled(Refused):
    """A hold ends once: posted, voided or expired."""

    message = gettext_noop("What was set aside here is settled already.")


class HoldLapsed(Refused):
    """A hold is posted before its time is over."""

    message = gettext_noop("The time of what was set aside is over. Set it aside anew.")


class HoldEndsTooEarly(Refused):
    """A hold ends later than it begins."""

    message = gettext_noop("What is set aside must end later than now. Choose a later time.")


class TooMuchCorrected(Refused):
    """Corrections never take back more than was booked."""

    message = gettext_noop(
        "Only %(left)s %(unit)s of this booking can still be taken back, not %(asked)s."
    )

    def __init__(self, *, asked: int, left: int, unit: UnitData) -> None:
        super().__init__(asked, left)
        self.asked = unit.shown(asked)
        self.left = unit.shown(left)
        self.unit = unit.words


class BookedAbove(Refused):
    """Whoever booked it keeps sums of it; a correction here would leave them behind."""

    message = gettext_noop(
        "This was booked with a task, and its sums stand there too. Correct it where it was booked."
    )


def check_amount(amount: int) -> None:
    """
    Return quietly if there can be one booking of so much.

    :raises NothingToMove: for zero or less
    :raises TooLarge: for more than ``MOST_AMOUNT``
    """
    if amount <= 0:
        raise NothingToMove
    if amount > MOST_AMOUNT:
        raise TooLarge


def check_transfer(payer: Balance, payee: Balance, *, amount: int, unit: UnitData) -> None:
    """
    Return quietly if ``amount`` may go from one account to the other.

    :raises NothingToMove: for zero or less
    :raises TooLarge: for more than one booking may carry
    :raises NotEnough: if the payer would fall below its floor
    :raises TooMuch: if the payee would rise above its ceiling
    """
    check_hold(payer, amount=amount, unit=unit)
    if payee.room is not None and amount > payee.room:
        raise TooMuch(asked=amount, room=payee.room, unit=unit)


def check_hold(payer: Balance, *, amount: int, unit: UnitData) -> None:
    """
    Return quietly if ``amount`` may be set aside.

    :raises NothingToMove: for zero or less
    :raises TooLarge: for more than one booking may carry
    :raises NotEnough: if the payer would fall below its floor
    """
    check_amount(amount)
    if payer.available is not None and amount > payer.available:
        raise NotEnough(asked=amount, left=payer.available, unit=unit)


def check_settled(*, settled: bool, expires_at: datetime, at: datetime) -> None:
    """
    Return quietly if a hold may be posted at this moment.

    :raises HoldSettled: if it has its outcome
    :raises HoldLapsed: if its time is over, swept or not
    """
    if settled:
        raise HoldSettled
    if at >= expires_at:
        raise HoldLapsed


def check_correction(*, posted: int, corrected: int, amount: int, unit: UnitData) -> None:
    """
    Return quietly if ``amount`` of a booking may be taken back.

    :raises TooMuchCorrected: if less than that is left of it
    """
    check_amount(amount)
    if amount > posted - corrected:
        raise TooMuchCorrected(asked=amount, left=posted - corrected, unit=unit)


def check_limits(
    balance: Balance,
    *,
    floor: int | None,
    ceiling: int | None,
    unit: UnitData,
    of_line: bool = False,
) -> None:
    """
    Return quietly if the account may stand between these limits.

    :param of_line: whether it is a stage of a budget line
    :raises LineFloor: if it is one, and might fall below 0 or would have to keep something back
    :raises LineCeiling: if it is one, and might not rise
    :raises LimitsCross: if it stands outside of them already, or they exclude each other
    """
    if of_line and floor != 0:
        raise LineFloor
    if of_line and ceiling is not None:
        raise LineCeiling
    free = replace(balance, floor=floor, ceiling=ceiling, lapsed=0)
    crossed = floor is not None and ceiling is not None and floor > ceiling
    low = free.available is not None and free.available < 0
    if crossed or low or (free.room is not None and free.room < 0):
        raise LimitsCross(posted=balance.posted, unit=unit)


def moved(payer: Balance, payee: Balance, amount: int) -> tuple[Balance, Balance]:
    """Return both balances after ``amount`` went over."""
    return (
        replace(payer, posted_out=payer.posted_out + amount),
        replace(payee, posted_in=payee.posted_in + amount),
    )


def held(payer: Balance, amount: int) -> Balance:
    """Return the balance after ``amount`` was set aside."""
    return replace(payer, held=payer.held + amount)


def settled(
    payer: Balance, payee: Balance, *, held_amount: int, posted_amount: int
) -> tuple[Balance, Balance]:
    """Return both balances after a hold ended with so much of it posted (0: voided or expired)."""
    return moved(replace(payer, held=payer.held - held_amount), payee, posted_amount)

"""Many bookings at once: each may spend what one before it brought."""

from dataclasses import dataclass

from .balances import AccountClosed, NotEnough, OtherUnit, SameAccount, TooMuch, check_amount
from .units import UnitData


@dataclass(frozen=True, slots=True)
class Booking:
    """One transfer to be made: accounts by id, whole parts of their unit, and its own key."""

    payer: int
    payee: int
    amount: int
    kind: str
    key: str


@dataclass(slots=True)
class Standing:
    """
    An account while a batch goes through: its unit, and what it may still give and take.

    ``left`` and ``room`` are whole parts of the unit and move with each booking; None is no limit.
    """

    unit_id: int
    left: int | None
    room: int | None
    closed: bool = False

    def moves(self, amount: int) -> None:
        """Let ``amount`` arrive; below zero, leave."""
        if self.left is not None:
            self.left += amount
        if self.room is not None:
            self.room -= amount


def check_sides(payer: Standing, payee: Standing) -> None:
    """
    Return quietly if the two can be sides of one booking.

    :raises SameAccount: if they are one
    :raises OtherUnit: if they count different things
    :raises AccountClosed: if one of them is closed
    """
    if payer is payee:
        raise SameAccount
    if payer.unit_id != payee.unit_id:
        raise OtherUnit
    if payer.closed or payee.closed:
        raise AccountClosed


def pass_over(payer: Standing, payee: Standing, *, amount: int, unit: UnitData) -> None:
    """
    Let ``amount`` go from one to the other, if it may.

    :raises NothingToMove: for zero or less
    :raises TooLarge: for more than one booking may carry
    :raises NotEnough: if the payer would fall below its floor
    :raises TooMuch: if the payee would rise above its ceiling
    """
    check_amount(amount)
    if payer.left is not None and amount > payer.left:
        raise NotEnough(asked=amount, left=payer.left, unit=unit)
    if payee.room is not None and amount > payee.room:
        raise TooMuch(asked=amount, room=payee.room, unit=unit)
    payer.moves(-amount)
    payee.moves(amount)

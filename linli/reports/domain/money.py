"""
In which unit a form wants its money: the book keeps fen, forms ask for yuan or ten thousand of them.

A number is never rounded: 12,345.67 yuan are 1.234567 万元.
"""

from decimal import Decimal
from enum import StrEnum

from linli.rulebook.domain import And, InSet

from .indicators import Cell


class MoneyUnit(StrEnum):
    """How a number is written; what is counted is the same."""

    AS_COUNTED = ""
    YUAN = "yuan"
    WAN_YUAN = "wan_yuan"


_PLACES = {MoneyUnit.AS_COUNTED: 0, MoneyUnit.YUAN: 2, MoneyUnit.WAN_YUAN: 6}
_LEAST_PLACES = 2
_MONEY = InSet("unit", frozenset({"cny"}))


def is_money(cell: Cell) -> bool:
    """Return whether a cell adds up money, in fen."""
    parts = cell.where.parts if isinstance(cell.where, And) else (cell.where,)
    return cell.total is not None and _MONEY in parts


def amount(number: int, unit: MoneyUnit) -> int | Decimal:
    """Return a number as its form wants it: 120050 fen are 1200.50 yuan, 12.005 万元."""
    if unit is MoneyUnit.AS_COUNTED:
        return number
    exact = Decimal(number).scaleb(-_PLACES[unit])
    short = exact.normalize()
    places = max(-int(short.as_tuple().exponent), _LEAST_PLACES)
    return exact.quantize(Decimal(1).scaleb(-places))


def figure(number: int, unit: MoneyUnit) -> str:
    """Return the same for eyes: 1,200.50."""
    found = amount(number, unit)
    return str(found) if isinstance(found, int) else f"{found:,f}"

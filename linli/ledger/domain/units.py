"""What is counted: money, minutes, vouchers. Always whole parts, never fractions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from linli.basics import Invalid, Refused, gettext_noop

from .given import UNIT_LENGTH, CodeUnfit, check_code, check_words


class UnitKind(StrEnum):
    MONEY = "money"
    WORK = "work"
    VOLUNTEER = "volunteer"
    VOUCHER = "voucher"


# What a refusal calls it after a figure.
WORDS: Mapping[UnitKind, str] = {
    UnitKind.MONEY: gettext_noop("yuan"),
    UnitKind.WORK: gettext_noop("minutes of work"),
    UnitKind.VOLUNTEER: gettext_noop("volunteer minutes"),
    UnitKind.VOUCHER: gettext_noop("vouchers"),
}
MOST_PLACES = 4


@dataclass(frozen=True, slots=True)
class UnitData:
    """
    One unit, dated: accounts move in it from ``valid_from`` up to but without ``valid_to``.

    ``places`` are the decimal places shown: 2 for fen shown as yuan, 0 for minutes.
    """

    code: str
    kind: UnitKind
    name: Mapping[str, str]
    places: int
    valid_from: date
    valid_to: date | None = None

    def shown(self, amount: int) -> str:
        """Return an amount as it is written: 48000 fen as ``480.00``."""
        return shown(amount, self.places)

    @property
    def words(self) -> str:
        """The word after a figure, for the translators."""
        return WORDS[self.kind]


def shown(amount: int, places: int) -> str:
    """Return whole parts as a decimal figure with ``places`` places and grouped thousands."""
    sign = "−" if amount < 0 else ""
    whole, rest = divmod(abs(amount), 10**places)
    return f"{sign}{whole:,}.{rest:0{places}d}" if places else f"{sign}{whole:,}"


class UnitNotInUse(Refused):
    """The unit is not known, or not in use on that day."""

    message = gettext_noop("The unit %(code)s is not in use on %(day)s. Choose another one.")

    def __init__(self, *, code: str, day: date) -> None:
        super().__init__(code, day)
        self.code = code
        self.day = day


def check_unit(unit: UnitData | None, *, code: str, on: date) -> UnitData:
    """
    Return the unit, if it is in use on that day.

    :raises UnitNotInUse: if it is not
    """
    if unit is None or on < unit.valid_from or (unit.valid_to is not None and on >= unit.valid_to):
        raise UnitNotInUse(code=code, day=on)
    return unit


def read_units(rows: Iterable[Mapping[str, Any]]) -> list[UnitData]:
    """
    Return the units of a file: code, kind, name, places, valid_from and perhaps valid_to.

    :raises Invalid: naming the unit that cannot be read
    """
    return [_read(row) for row in rows]


def _read(row: Mapping[str, Any]) -> UnitData:
    try:
        unit = UnitData(
            code=str(row["code"]),
            kind=UnitKind(row["kind"]),
            name={"zh-Hans": str(row["name"]["zh-Hans"]), "en": str(row["name"]["en"])},
            places=int(row["places"]),
            valid_from=_day(row["valid_from"]),
            valid_to=_day(row["valid_to"]) if row.get("valid_to") else None,
        )
    except (KeyError, TypeError, ValueError) as trouble:
        raise Invalid(field="units", reason=f"{row!r}: {trouble}") from trouble
    check_unit_data(unit)
    return unit


def check_unit_data(unit: UnitData) -> None:
    """:raises Invalid: naming the unit, if no table could hold it"""
    ends_too_early = unit.valid_to is not None and unit.valid_to < unit.valid_from
    if not 0 <= unit.places <= MOST_PLACES or ends_too_early:
        raise Invalid(field="units", reason=f"{unit!r}")
    try:
        check_code(unit.code, most=UNIT_LENGTH)
        check_words([*unit.name, *unit.name.values()])
    except CodeUnfit as trouble:
        raise Invalid(field="units", reason=f"{unit!r}") from trouble


def _day(value: object) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))

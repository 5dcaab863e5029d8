"""
Law as dated rows: a key, a value, where and from when to when it holds, and the article.

The row in force is chosen from the nation down: a more local row takes the place of the one
above it only where that one is marked ``overridable``, or where there is none above.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise

from linli.basics import Refused, gettext_noop

from .periods import Period, Unit
from .thresholds import Threshold

NATION = "CN"
OPERATORS = ("=", ">", ">=", "<", "<=", "between", "usually")
Value = int | Fraction | tuple[int, int]

_KEY = re.compile(r"[a-z]+(\.[a-z0-9_]+)+")
_JURISDICTION = re.compile(r"CN|\d{6}")
_COLUMNS = frozenset(
    [
        "key",
        "value",
        "operator",
        "unit",
        "of",
        "jurisdiction",
        "valid_from",
        "valid_to",
        "law",
        "article",
        "overridable",
        "verified",
    ]
)


class BadRule(Refused):
    """A row of the rule file cannot be read."""

    status = 422
    message = gettext_noop(
        "Rule row %(path)s: %(column)s cannot be read. Correct it and load again."
    )

    def __init__(self, *, path: str, column: str) -> None:
        super().__init__(path, column)
        self.path = path
        self.column = column


class RulesOverlap(Refused):
    """Two rows of one key and jurisdiction hold on the same day."""

    status = 422
    message = gettext_noop(
        "Two rows of the rule %(key)s hold at once in %(jurisdiction)s on %(on)s. End one of them."
    )

    def __init__(self, *, key: str, jurisdiction: str, on: date) -> None:
        super().__init__(key, jurisdiction, on)
        self.key = key
        self.jurisdiction = jurisdiction
        self.on = on


class NoRuleThen(Refused):
    """No row of this key was in force."""

    message = gettext_noop(
        "No rule %(key)s was in force on %(on)s, so nothing can be judged by it."
    )

    def __init__(self, *, key: str, on: date) -> None:
        super().__init__(key, on)
        self.key = key
        self.on = on


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """
    One dated row.

    ``value`` is a whole number, a fraction or a pair (least, most); ``usually`` marks a pair the
    law calls the normal case (一般) and which therefore refuses nobody. Both ends of its time
    count in. ``verified`` says that the article itself was read when the row was entered.
    """

    key: str
    value: Value
    operator: str
    unit: str
    of: str = ""
    jurisdiction: str = NATION
    valid_from: date
    valid_to: date | None = None
    law: str = ""
    article: str = ""
    overridable: bool = False
    verified: bool = False

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day <= (self.valid_to or date.max)

    @property
    def threshold(self) -> Threshold:
        """:raises TypeError: if the rule is no share"""
        if not isinstance(self.value, Fraction):
            raise TypeError(f"{self.key} is no share")
        return Threshold(self.value, self.operator, self.of)

    @property
    def period(self) -> Period:
        """:raises TypeError: if the rule is no period"""
        if not isinstance(self.value, int):
            raise TypeError(f"{self.key} is no period")
        return Period(self.value, Unit(self.unit))

    def allows(self, count: int) -> bool:
        """
        Return whether a count keeps to the rule.

        :raises TypeError: if the rule is a share, which needs a whole to be taken of
        """
        if isinstance(self.value, tuple):
            return self.operator == "usually" or self.value[0] <= count <= self.value[1]
        if isinstance(self.value, Fraction):
            raise TypeError(f"{self.key} is a share")
        return {
            "=": count == self.value,
            ">": count > self.value,
            ">=": count >= self.value,
            "<": count < self.value,
            "<=": count <= self.value,
        }[self.operator]


def rule_in_force(
    rows: Iterable[Rule], key: str, on: date, jurisdiction: str = NATION
) -> Rule | None:
    """Return the row of ``key`` that holds on a day in a jurisdiction, None where there is none."""
    chosen: Rule | None = None
    standing = [
        row
        for row in rows
        if row.key == key and row.holds_on(on) and covers(row.jurisdiction, jurisdiction)
    ]
    for row in sorted(standing, key=lambda row: len(_stem(row.jurisdiction))):
        if chosen is None or chosen.overridable:
            chosen = row
    return chosen


def covers(outer: str, inner: str) -> bool:
    """Return whether one jurisdiction is, or lies within, another: 330000 covers 330102."""
    return _stem(inner).startswith(_stem(outer))


def _stem(code: str) -> str:
    """Strip the empty levels of a division code of 6 or 12 digits: 330100 → 3301."""
    if code == NATION:
        return ""
    levels = [code[0:2], code[2:4], code[4:6], code[6:9], code[9:12]]
    while levels and not levels[-1].strip("0"):
        levels.pop()
    return "".join(levels)


def check_rows(rows: Sequence[Rule]) -> None:
    """
    Return quietly if each row can be, and at most one of each key and place holds on any day.

    :raises BadRule: naming the key and the column
    :raises RulesOverlap: if two rows of one key hold at once
    """
    by_place: dict[tuple[str, str], list[Rule]] = {}
    for row in rows:
        _check_row(row, row.key)
        by_place.setdefault((row.key, row.jurisdiction), []).append(row)
    for (key, jurisdiction), same in by_place.items():
        same.sort(key=lambda row: row.valid_from)
        for earlier, later in pairwise(same):
            if earlier.holds_on(later.valid_from):
                raise RulesOverlap(key=key, jurisdiction=jurisdiction, on=later.valid_from)


def read_rules(data: object) -> list[Rule]:
    """
    Return the rows of a rule file: a list of mappings with the columns of ``Rule``.

    :raises BadRule: naming the row and the column
    :raises RulesOverlap: if two rows of one key hold at once
    """
    if not isinstance(data, Sequence) or isinstance(data, str):
        raise BadRule(path="0", column="rows")
    rows = [_read_row(entry, f"{number}") for number, entry in enumerate(data, start=1)]
    check_rows(rows)
    return rows


def _read_row(entry: object, number: str) -> Rule:
    if not isinstance(entry, Mapping):
        raise BadRule(path=number, column="key")
    path = f"{number} ({entry.get('key', '?')})"
    for column in entry:
        if column not in _COLUMNS:
            raise BadRule(path=path, column=str(column))
    operator = str(entry.get("operator", "="))
    jurisdiction = str(entry.get("jurisdiction", NATION))
    valid_from = _day(entry, "valid_from", path)
    if valid_from is None:
        raise BadRule(path=path, column="valid_from")
    rule = Rule(
        key=str(entry.get("key", "")),
        value=_value(entry.get("value"), path),
        operator=operator,
        unit=str(entry.get("unit", "")),
        of=str(entry.get("of", "")),
        jurisdiction=jurisdiction,
        valid_from=valid_from,
        valid_to=_day(entry, "valid_to", path),
        law=str(entry.get("law", "")),
        article=str(entry.get("article", "")),
        overridable=entry.get("overridable") is True,
        verified=entry.get("verified") is True,
    )
    _check_row(rule, path)
    return rule


def _check_row(rule: Rule, path: str) -> None:
    pair, share = isinstance(rule.value, tuple), isinstance(rule.value, Fraction)
    faults = {
        "key": _KEY.fullmatch(rule.key) is None,
        "jurisdiction": _JURISDICTION.fullmatch(rule.jurisdiction) is None,
        "operator": rule.operator not in OPERATORS
        or pair != (rule.operator in ("between", "usually"))
        or (share and rule.operator not in (">", ">=")),
        "unit": not rule.unit,
        "of": share and not rule.of,
        "law": not rule.law,
        "valid_to": rule.valid_to is not None and rule.valid_to < rule.valid_from,
    }
    for column, wrong in faults.items():
        if wrong:
            raise BadRule(path=path, column=column)


def read_value(text: str) -> Value:
    """
    Return the value written ``20``, ``1/2`` or ``5..9``.

    :raises ValueError: if it is written in any other way
    """
    if ".." in text:
        least, most = (int(part) for part in text.split(".."))
        if least > most:
            raise ValueError(text)
        return least, most
    if "/" in text:
        above, below = (int(part) for part in text.split("/"))
        if not 0 < above <= below:
            raise ValueError(text)
        return Fraction(above, below)
    return int(text)


def written(value: Value) -> str:
    """Return a value as ``read_value`` reads it."""
    if isinstance(value, tuple):
        return f"{value[0]}..{value[1]}"
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    return str(value)


def _value(found: object, path: str) -> Value:
    try:
        return read_value(str(found))
    except ValueError:
        raise BadRule(path=path, column="value") from None


def _day(entry: Mapping[str, object], column: str, path: str) -> date | None:
    found = entry.get(column)
    if found is None:
        return None
    try:
        return date.fromisoformat(str(found))
    except ValueError:
        raise BadRule(path=path, column=column) from None

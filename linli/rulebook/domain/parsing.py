"""
From YAML or JSON to a typed tree, and back.

    {all: [{age: {from: 80}}, {hukou: local}, {not: {allowance: {in: [national, city]}}}, {known: phone}]}

``from`` and ``to`` count in (以上, 以下); ``over`` and ``under`` do not (超过, 不满; 民法典 1259).
Every error names the place, so that a pack's author finds the line.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from difflib import get_close_matches

from linli.basics import Refused, gettext_noop

from .expressions import (
    NO,
    YES,
    And,
    AttributeType,
    DateInterval,
    Expression,
    InSet,
    Interval,
    Kind,
    Known,
    Not,
    Or,
    YearsSince,
)

Dictionary = Mapping[str, AttributeType]
Steps = tuple[str | int, ...]
WORDS = ("all", "any", "not", "known")
DEEPEST = 20
MOST_YEARS = 150
_ENDS = ("from", "to", "over", "under")
_ONE_DAY = timedelta(days=1)


class BadExpression(Refused):
    """An expression cannot be read. ``steps`` leads to the place; ``path`` is the same in words."""

    status = 422

    def __init__(
        self, steps: Steps, *, name: str = "", found: object = "", other: str = ""
    ) -> None:
        super().__init__(steps, name, found, other)
        self.steps = steps
        self.path = written_path(steps)
        self.name = name
        self.found = str(found)
        self.other = other


class NotACondition(BadExpression):
    message = gettext_noop(
        "At %(path)s: write exactly one condition here, or all, any, not or known."
    )


class NothingListed(BadExpression):
    message = gettext_noop("At %(path)s: this list needs at least one entry.")


class TooDeep(BadExpression):
    message = gettext_noop("At %(path)s: conditions lie too deep inside one another.")


class UnknownAttribute(BadExpression):
    message = gettext_noop(
        "At %(path)s: the fact dictionary has no %(name)s. The nearest is %(other)s."
    )


class PurposeNotAllowed(BadExpression):
    message = gettext_noop("At %(path)s: the fact %(name)s may not be used for %(other)s.")


class UnknownCode(BadExpression):
    message = gettext_noop("At %(path)s: %(found)s is no value of %(name)s. It may be: %(other)s.")


class WrongWay(BadExpression):
    message = gettext_noop("At %(path)s: %(name)s is of the kind %(other)s; ask it in another way.")


class BadBound(BadExpression):
    message = gettext_noop("At %(path)s: %(found)s is no value of the kind %(other)s.")


class NobodyMeant(BadExpression):
    message = gettext_noop("At %(path)s: the lower end lies above the upper one. Nobody is meant.")


def written_path(steps: Steps) -> str:
    """Return ``all[0].age.from`` for ("all", 0, "age", "from"); the whole is ``(whole)``."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    return text.removeprefix(".") or "(whole)"


def parse(
    data: object, dictionary: Dictionary, purpose: str | None = None, *, steps: Steps = ()
) -> Expression:
    """
    Return the expression that ``data`` writes down.

    :param purpose: what the answer is for; every attribute must allow it. None asks nothing.
    :param steps: where ``data`` lies in its document
    :raises BadExpression: naming the place and what is wrong there
    """
    if clash := set(WORDS) & set(dictionary):
        raise ValueError(f"attributes may not be called {sorted(clash)}")
    return _Reader(dictionary, purpose, len(steps)).expression(data, steps)


@dataclass(frozen=True, slots=True)
class _Reader:
    dictionary: Dictionary
    purpose: str | None
    start: int

    def expression(self, data: object, steps: Steps) -> Expression:
        # Two steps a level: a word and a place in its list.
        if len(steps) - self.start > 2 * DEEPEST:
            raise TooDeep(steps)
        if not isinstance(data, Mapping) or len(data) != 1:
            raise NotACondition(steps)
        [(word, inside)] = data.items()
        here = (*steps, str(word))
        match word:
            case "all":
                return And(self._parts(inside, here))
            case "any":
                return Or(self._parts(inside, here))
            case "not":
                return Not(self.expression(inside, here))
            case "known":
                self._attribute(inside, here)
                return Known(self._fact(str(inside)))
            case _:
                return self._condition(word, inside, here)

    def _parts(self, data: object, steps: Steps) -> tuple[Expression, ...]:
        if not isinstance(data, list | tuple):
            raise NotACondition(steps)
        if not data:
            raise NothingListed(steps)
        return tuple(self.expression(part, (*steps, place)) for place, part in enumerate(data))

    def _attribute(self, name: object, steps: Steps) -> AttributeType:
        """Return what the dictionary says of a name, if it is there and the purpose is allowed."""
        kind = self.dictionary.get(name) if isinstance(name, str) else None
        if kind is None:
            near = get_close_matches(str(name), list(self.dictionary), n=1, cutoff=0.0)
            raise UnknownAttribute(steps, name=str(name), other="".join(near) or "—")
        looked_up = [kind, self.dictionary[kind.of]] if kind.of else [kind]
        for one in looked_up:
            if self.purpose and one.purposes is not None and self.purpose not in one.purposes:
                raise PurposeNotAllowed(steps, name=str(name), other=self.purpose)
        return kind

    def _fact(self, name: str) -> str:
        return self.dictionary[name].of or name

    def _condition(self, name: object, inside: object, steps: Steps) -> Expression:
        kind = self._attribute(name, steps)
        name = str(name)
        if kind.kind in (Kind.BOOL, Kind.CODE):
            return InSet(name, self._codes(name, kind, inside, steps))
        if isinstance(inside, Mapping):
            return self._span(name, kind, inside, steps)
        if kind.kind is Kind.YEARS or isinstance(inside, list | tuple):
            raise WrongWay(steps, name=name, other=kind.kind)
        return self._span(name, kind, {"from": inside, "to": inside}, steps)

    def _codes(
        self, name: str, kind: AttributeType, inside: object, steps: Steps
    ) -> frozenset[str]:
        if isinstance(inside, Mapping):
            if set(inside) != {"in"}:
                raise WrongWay(steps, name=name, other=kind.kind)
            inside, steps = inside["in"], (*steps, "in")
        entries = inside if isinstance(inside, list | tuple) else [inside]
        if not entries:
            raise NothingListed(steps)
        allowed = frozenset((YES, NO)) if kind.kind is Kind.BOOL else kind.codes
        return frozenset(
            _code(entry, name, allowed, (*steps, place) if entries is inside else steps)
            for place, entry in enumerate(entries)
        )

    def _span(
        self, name: str, kind: AttributeType, inside: Mapping[object, object], steps: Steps
    ) -> Expression:
        ends = {str(end): value for end, value in inside.items()}
        if not ends or not set(ends) <= set(_ENDS) or {"from", "over"} <= set(ends):
            raise WrongWay(steps, name=name, other=kind.kind)
        if {"to", "under"} <= set(ends) or (kind.kind is Kind.YEARS and "over" in ends):
            raise WrongWay(steps, name=name, other=kind.kind)
        if kind.kind is Kind.DATE:
            first, last = _date_ends(ends, steps)
            if first and last and first > last:
                raise NobodyMeant(steps)
            return DateInterval(name, first, last)
        least, most = _number_ends(ends, kind.kind, steps)
        if least is not None and most is not None and least > most:
            raise NobodyMeant(steps)
        if kind.kind is Kind.YEARS:
            return YearsSince(name, kind.of, least, most)
        return Interval(name, least, most)


def _code(entry: object, name: str, allowed: frozenset[str], steps: Steps) -> str:
    if isinstance(entry, bool):  # YAML reads yes and no as true and false
        entry = YES if entry else NO
    if not isinstance(entry, str):
        # An unquoted number may have lost its leading zeros, so it is not taken for a code.
        raise BadBound(steps, found=entry, other=Kind.CODE)
    if allowed and entry not in allowed:
        raise UnknownCode(steps, name=name, found=entry, other=", ".join(sorted(allowed)))
    return entry


def _number_ends(
    ends: Mapping[str, object], kind: Kind, steps: Steps
) -> tuple[int | None, int | None]:
    numbers: dict[str, int] = {}
    for end, value in ends.items():
        if type(value) is not int or (kind is Kind.YEARS and not 0 <= value <= MOST_YEARS):
            raise BadBound((*steps, end), found=value, other=kind)
        numbers[end] = value
    least = numbers["over"] + 1 if "over" in numbers else numbers.get("from")
    most = numbers["under"] - 1 if "under" in numbers else numbers.get("to")
    if kind is Kind.YEARS and most == -1:
        raise NobodyMeant(steps)
    return least, most


def _date_ends(ends: Mapping[str, object], steps: Steps) -> tuple[date | None, date | None]:
    days: dict[str, date] = {}
    for end, value in ends.items():
        try:
            # A moment is no day: which day it is depends on where one stands.
            day = None if isinstance(value, datetime) else value
            days[end] = day if isinstance(day, date) else date.fromisoformat(str(day))
        except ValueError:
            raise BadBound((*steps, end), found=value, other=Kind.DATE) from None
    first = days["over"] + _ONE_DAY if "over" in days else days.get("from")
    last = days["under"] - _ONE_DAY if "under" in days else days.get("to")
    return first, last


def to_data(expression: Expression) -> dict[str, object]:
    """Return the plain data that ``parse`` reads back to the same tree; dates as text."""
    found: dict[str, object]
    match expression:
        case And(parts):
            found = {"all": [to_data(part) for part in parts]}
        case Or(parts):
            found = {"any": [to_data(part) for part in parts]}
        case Not(part):
            found = {"not": to_data(part)}
        case Known(name):
            found = {"known": name}
        case InSet(name, codes):
            found = {name: {"in": sorted(codes)}}
        case DateInterval(name, first, last):
            found = {name: _ends_of(first and first.isoformat(), last and last.isoformat())}
        case Interval(name, least, most) | YearsSince(name, _, least, most):
            found = {name: _ends_of(least, most)}
    return found


def _ends_of(least: object, most: object) -> dict[str, object]:
    return {end: value for end, value in (("from", least), ("to", most)) if value is not None}


def read_facts(data: Mapping[str, object], dictionary: Dictionary) -> dict[str, object]:
    """
    Return facts as ``evaluate`` wants them: dates from text, null dropped.

    :raises BadExpression: if an attribute is not in the dictionary or its value not of its kind
    """
    facts: dict[str, object] = {}
    for name, value in data.items():
        kind = dictionary.get(name)
        if kind is None or kind.kind is Kind.YEARS:
            near = get_close_matches(str(name), list(dictionary), n=1, cutoff=0.0)
            raise UnknownAttribute((name,), name=name, other="".join(near) or "—")
        if value is not None:
            facts[name] = _fact_value(value, name, kind)
    return facts


def _fact_value(value: object, name: str, kind: AttributeType) -> object:
    match kind.kind:
        case Kind.DATE:
            return _date_ends({"from": value}, (name,))[0]
        case Kind.INT | Kind.YEARS:
            return _number_ends({"from": value}, Kind.INT, (name,))[0]
        case Kind.BOOL:
            return _code(value, name, frozenset((YES, NO)), (name,))
        case Kind.CODE:
            return _code(value, name, kind.codes, (name,))

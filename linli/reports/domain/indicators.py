"""
What a number on a form means: whom it counts, which of them, and what of them is added up.

An indicator (指标) is data of a pack; a cell is what is left of it once names are forgotten. Cells
that mean the same are equal, so that 468 forms ask each of them once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from linli.basics import Refused, gettext_noop
from linli.rulebook.domain import (
    And,
    AttributeType,
    Expression,
    InSet,
    Interval,
    Kind,
    Known,
    Not,
    Or,
    YearsSince,
    parse,
)

SUBJECTS = ("people", "households", "buildings", "organisations", "cases", "visits", "ledger")
PURPOSE = "statistics"
_KEYS = frozenset({"code", "name", "definition", "of", "where", "total", "by", "example"})
Dictionary = Mapping[str, AttributeType]
Ends = tuple[int | None, int | None]


class BadIndicator(Refused):
    """A definition cannot be read."""

    message = gettext_noop("%(code)s: %(field)s cannot be read. Correct it and load again.")
    status = 422

    def __init__(self, *, code: str, field: str) -> None:
        super().__init__(code, field)
        self.code = code
        self.field = field


class DefinedElsewhere(Refused):
    """Another pack defines the same; two answers to one heading would be one too many."""

    message = gettext_noop(
        "%(code)s is defined in the pack %(pack)s already. Take it from there, or call it otherwise."
    )
    status = 422

    def __init__(self, *, code: str, pack: str) -> None:
        super().__init__(code, pack)
        self.code = code
        self.pack = pack


@dataclass(frozen=True, slots=True)
class Cell:
    """
    One number for each community: how many ``of`` fulfil ``where``, or the sum of ``total``.

    ``where`` None means all of them. Whoever cannot be told is not counted, but stated beside.
    """

    of: str
    where: Expression | None = None
    total: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """
    A named definition (口径). ``by`` splits the number by the codes of an attribute.

    ``example``: the definition is ours (示例), no statute or standard gives it.
    """

    code: str
    name: Mapping[str, str]
    definition: Mapping[str, str]
    cell: Cell
    by: str | None = None
    example: bool = True


def read_indicator(data: Mapping[str, object], dictionaries: Mapping[str, Dictionary]) -> Indicator:
    """
    Return the indicator that an entry of a pack writes down.

    :param dictionaries: subject → what may be asked of it
    :raises BadIndicator: naming the field
    :raises BadExpression: naming the place within ``where``
    """
    code = str(data.get("code") or "?")
    if code == "?":
        raise BadIndicator(code=code, field="code")
    for field in data:
        if field not in _KEYS:
            raise BadIndicator(code=code, field=str(field))
    of = data.get("of")
    if not isinstance(of, str) or of not in dictionaries:
        raise BadIndicator(code=code, field="of")
    dictionary = dictionaries[of]
    where = data.get("where")
    total, by = data.get("total"), data.get("by")
    if total is not None and (
        not isinstance(total, str)
        or total not in dictionary
        or dictionary[total].kind is not Kind.INT
    ):
        raise BadIndicator(code=code, field="total")
    if by is not None and (not isinstance(by, str) or not codes_of(dictionary.get(by))):
        raise BadIndicator(code=code, field="by")
    expression = None
    if where is not None:
        expression = canonical(parse(where, dictionary, PURPOSE, steps=(code, "where")))
    return Indicator(
        code=code,
        name=_words(data, "name", code),
        definition=_words(data, "definition", code),
        cell=Cell(of, expression, total if isinstance(total, str) else None),
        by=by if isinstance(by, str) else None,
        example=data.get("example") is not False,
    )


def _words(data: Mapping[str, object], field: str, code: str) -> dict[str, str]:
    words = data.get(field)
    if not isinstance(words, Mapping) or not words.get("zh-Hans") or not words.get("en"):
        raise BadIndicator(code=code, field=field)
    return {language: str(words[language]) for language in ("zh-Hans", "en")}


def codes_of(kind: AttributeType | None) -> tuple[str, ...]:
    """Return the values an attribute can be split by; none where the list is open."""
    if kind is None:
        return ()
    return ("no", "yes") if kind.kind is Kind.BOOL else tuple(sorted(kind.codes))


def split(indicator: Indicator, dictionary: Dictionary) -> list[tuple[str | None, Cell]]:
    """Return the cells of an indicator: one, or one for each code of ``by`` and one for unknown."""
    if indicator.by is None:
        return [(None, indicator.cell)]
    codes = codes_of(dictionary[indicator.by])
    cells: list[tuple[str | None, Cell]] = [
        (code, narrowed(indicator.cell, InSet(indicator.by, frozenset({code})))) for code in codes
    ]
    return [*cells, ("unknown", narrowed(indicator.cell, Not(Known(indicator.by))))]


def narrowed(cell: Cell, condition: Expression) -> Cell:
    """Return the cell that counts only who fulfils the condition too."""
    both = condition if cell.where is None else And((cell.where, condition))
    return replace(cell, where=canonical(both))


def canonical(expression: Expression) -> Expression:
    """
    Return an equal expression in one order, without nesting or repeats.

    Two ways to write the same usually become one; ``compare`` decides the rest.
    """
    match expression:
        case Not(part):
            inner = canonical(part)
            return inner.part if isinstance(inner, Not) else Not(inner)
        case And(parts):
            return _gathered(And, parts)
        case Or(parts):
            return _gathered(Or, parts)
        case _:
            return expression


def _gathered(kind: type[And] | type[Or], parts: tuple[Expression, ...]) -> Expression:
    flat: list[Expression] = []
    for part in map(canonical, parts):
        inner = part.parts if isinstance(part, kind) else (part,)
        for one in inner:
            _put(one, flat, narrowing=kind is And)
    ordered = tuple(sorted(flat, key=_written))
    return ordered[0] if len(ordered) == 1 else kind(ordered)


def _put(part: Expression, flat: list[Expression], *, narrowing: bool) -> None:
    """Add a part, making one condition of two that narrow the same attribute."""
    for place, there in enumerate(flat):
        both = there if part == there else _both(part, there) if narrowing else None
        if both is not None:
            del flat[place]
            _put(both, flat, narrowing=narrowing)
            return
    flat.append(part)


def _both(one: Expression, other: Expression) -> Expression | None:
    """Return the one condition that says what two say together, None if there is none."""
    match one, other:
        case InSet(name, codes), InSet(same, others) if name == same and codes & others:
            return InSet(name, codes & others)
        case YearsSince(name, of, a, b), YearsSince(same, _, c, d) if name == same:
            met = _met((a, b), (c, d))
            return YearsSince(name, of, *met) if met else None
        case Interval(name, a, b), Interval(same, c, d) if name == same:
            met = _met((a, b), (c, d))
            return Interval(name, *met) if met else None
    return None


def _met(one: Ends, other: Ends) -> Ends | None:
    """Return where two spans overlap, None if nowhere."""
    least = max((end for end in (one[0], other[0]) if end is not None), default=None)
    most = min((end for end in (one[1], other[1]) if end is not None), default=None)
    return None if least is not None and most is not None and least > most else (least, most)


def _written(expression: Expression) -> str:
    """Return a text that orders expressions; a set has no order of its own."""
    match expression:
        case InSet(name, codes):
            return f"in {name} {sorted(codes)}"
        case And(parts) | Or(parts):
            return f"{type(expression).__name__} {[_written(part) for part in parts]}"
        case Not(part):
            return f"not {_written(part)}"
        case _:
            return repr(expression)

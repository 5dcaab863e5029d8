"""Definitions, differences and reasons in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext, ngettext

from linli.basics import gettext_noop
from linli.fabric.jinja import local_text
from linli.places import queries as places
from linli.reports.domain import (
    Answer,
    Cell,
    Comparison,
    Difference,
    Field,
    MoneyUnit,
    Unmatched,
    WhyNot,
    is_money,
)
from linli.rulebook.domain import (
    And,
    Condition,
    Expression,
    InSet,
    Known,
    Not,
    Or,
    attributes,
    phrase,
)

from .definitions import Nearest, dictionaries, nearest
from .naming import SUBJECT_WORDS, code_names, fact_name, span_name

WHY_NOT: Mapping[WhyNot, str] = {
    WhyNot.UNKNOWN_WORDS: gettext_noop("We do not know what “%(words)s” means."),
    WhyNot.JOINS_GROUPS: gettext_noop("“%(words)s” joins groups. Which of them is meant?"),
    WhyNot.CONTRADICTS_ITSELF: gettext_noop("“%(words)s” contradicts itself: nobody can be that."),
    WhyNot.OWN_DEFINITION: gettext_noop(
        "The form explains “%(words)s” in its own way, which we do not count by."
    ),
    WhyNot.SEVERAL_SUBJECTS: gettext_noop("“%(words)s” asks about different things at once."),
    WhyNot.PERIOD_UNCLEAR: gettext_noop(
        "“%(words)s” does not say plainly what is counted over which time."
    ),
    WhyNot.NO_SUBJECT: gettext_noop("“%(words)s” does not say what is to be counted."),
    WhyNot.UNIT_UNCLEAR: gettext_noop(
        "“%(words)s” does not say plainly in which unit the number is wanted, or in one we do not write."
    ),
    WhyNot.LIST_OF_PERSONS: gettext_noop(
        "“%(words)s” is a list of persons. A form takes numbers only; names need a request of their own."
    ),
    WhyNot.ELSEWHERE: gettext_noop(
        "“%(words)s” in the title is no place here, and no word we know."
    ),
    WhyNot.GROUP_UNCLEAR: gettext_noop(
        "“%(words)s” does not say of whom: of all, or of those named before it."
    ),
    WhyNot.UNNAMED_ROW: gettext_noop("The line under “%(words)s” bears no name."),
}
IS_NOT = gettext_noop("%(name)s is not %(codes)s")
UNIT_WORDS: Mapping[MoneyUnit, str] = {
    MoneyUnit.AS_COUNTED: gettext_noop("fen"),
    MoneyUnit.YUAN: gettext_noop("yuan"),
    MoneyUnit.WAN_YUAN: gettext_noop("ten thousand yuan"),
}


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a number means, in words, and the definition in force that comes closest."""

    counted: str
    conditions: tuple[str, ...]
    named: str = ""
    definition: str = ""
    same: bool = False
    example: bool = False
    more: tuple[str, ...] = ()
    less: tuple[str, ...] = ()


def meaning(cell: Cell, near: Nearest | None) -> Meaning:
    """Return a cell in words."""
    where = cell.where
    parts = where.parts if isinstance(where, And) else (where,) if where is not None else ()
    counted = gettext(SUBJECT_WORDS[cell.of])
    if cell.total is not None:
        counted = gettext("%(what)s, added up over: %(of)s") % {
            "what": fact_name(cell.total),
            "of": counted,
        }
    conditions = tuple(map(condition_words, parts))
    if near is None:
        return Meaning(counted, conditions)
    comparison: Comparison = near.comparison
    return Meaning(
        counted,
        conditions,
        named=local_text(near.indicator.name),
        definition=local_text(near.indicator.definition),
        same=comparison.more is None and comparison.less is None,
        example=near.indicator.example,
        more=difference_words(comparison.more),
        less=difference_words(comparison.less),
    )


def counted_words(said: Meaning, field: Field) -> str:
    """Return what a number counts, and of money in which unit."""
    if not (isinstance(field.found, Cell) and is_money(field.found)):
        return said.counted
    return gettext("%(what)s, in %(unit)s") % {
        "unit": gettext(UNIT_WORDS[field.unit]),
        "what": said.counted,
    }


def difference_words(side: Difference | None) -> tuple[str, ...]:
    """Return whom one side counts and the other does not: what is so of all of them."""
    if side is None:
        return ()
    return tuple(map(_any_words, side.parts))


def _any_words(part: Sequence[Expression]) -> str:
    """Return what is so of one fact or of another."""
    facts: dict[frozenset[str], list[Expression]] = {}
    for one in part:
        facts.setdefault(attributes(one), []).append(one)
    return gettext("; or ").join(map(_fact_words, facts.values()))


def _fact_words(part: Sequence[Expression]) -> str:
    """Return what one fact is: some of its values, or not on record."""
    told = [one for one in part if not isinstance(one, Not)]
    if len(told) in (0, len(part)):
        return gettext(" or ").join(map(condition_words, part))
    said = gettext(" or ").join(map(condition_words, told))
    return gettext("%(condition)s, or it is not on record") % {"condition": said}


def condition_words(expression: Expression) -> str:
    """Return what an expression asks, in one sentence."""
    match expression:
        case And(parts):
            return gettext(" and ").join(map(condition_words, parts))
        case Or(parts):
            return gettext(" or ").join(map(condition_words, parts))
        case Not(Known(name)):
            return gettext("%(name)s is not on record") % {"name": fact_name(name)}
        case Not(part):
            return gettext("not: %(condition)s") % {"condition": condition_words(part)}
        case _:
            return _condition(expression)


def _condition(condition: Condition) -> str:
    if isinstance(condition, InSet) and (span := span_name(condition.name)):
        inside = condition.codes == {"yes"}
        msgid = phrase(condition).msgid if inside else IS_NOT
        return gettext(msgid) % {"name": fact_name(condition.name), "codes": span}
    if isinstance(condition, InSet) and condition.codes == {"yes"}:
        return fact_name(condition.name)
    if isinstance(condition, InSet) and condition.codes == {"no"}:
        return gettext("%(name)s: no") % {"name": fact_name(condition.name)}
    if isinstance(condition, InSet) and (others := _shorter(condition)):
        return gettext(IS_NOT) % {
            "name": fact_name(condition.name),
            "codes": gettext(" or ").join(code_names(condition.name, others)),
        }
    asked = phrase(condition)
    return gettext(asked.msgid) % {
        "name": fact_name(asked.name),
        "least": asked.least,
        "most": asked.most,
        "codes": gettext(" or ").join(code_names(asked.name, asked.codes)),
    }


def _shorter(condition: InSet) -> frozenset[str]:
    """Return the values left out, where they are one of several and so said sooner."""
    kinds = (kinds.get(condition.name) for kinds in dictionaries().values())
    every = next((frozenset(kind.codes) for kind in kinds if kind is not None), frozenset())
    others = every - condition.codes
    return others if len(others) == 1 < len(condition.codes) else frozenset()


def why_words(why: Unmatched) -> str:
    """Return why a place of a form was not understood."""
    return gettext(WHY_NOT[why.why]) % {"words": why.words}


def mark_words(one: Answer, *, exactly: bool) -> list[str]:
    """
    Return what is to be said beside a number.

    :param exactly: whether the reader may learn how many
    """
    if one.why is not None:
        return [why_words(one.why)]
    said = []
    if one.hidden:
        said.append(gettext("Small, or told by the numbers beside it: this number is not sent."))
    if one.unknown:
        words = ngettext(
            "Of %(n)s it cannot be told: a fact is missing.",
            "Of %(n)s it cannot be told: facts are missing.",
            one.unknown,
        )
        said.append(
            words % {"n": one.unknown}
            if exactly
            else gettext("Of some it cannot be told: facts are missing.")
        )
    if one.unknown > (one.number or 0) and not one.hidden:
        said.append(gettext("They are more than are counted: this number is not sent."))
    if one.stale:
        words = ngettext(
            "%(n)s is counted on a fact nobody has looked at for too long.",
            "%(n)s are counted on facts nobody has looked at for too long.",
            one.stale,
        )
        said.append(
            words % {"n": one.stale}
            if exactly
            else gettext("Some are counted on facts nobody has looked at for too long.")
        )
    return said


@dataclass(frozen=True, slots=True)
class Understood:
    """One place of a form as its office sees it: its words, and what they mean or why not."""

    sheet: str
    name: str
    heading: str
    place: str
    meaning: Meaning | None
    why: str


def understood(
    district: int, fields: Sequence[Field], *, form: str, on: date
) -> dict[str, list[Understood]]:
    """
    Return the places of a form of this name: ``same`` as a definition in force, ``other``, ``not``.

    Places of several lines with the same meaning are given once.
    """
    found: dict[str, list[Understood]] = {"same": [], "other": [], "not": []}
    seen: set[tuple[str, Cell | Unmatched]] = set()
    tree = places.tree(district)
    for field in fields:
        heading = field.heading(form)
        if (heading, field.found) in seen:
            continue
        seen.add((heading, field.found))
        here = "" if field.community is None else local_text(tree.node(field.community).name)
        if isinstance(field.found, Unmatched):
            why = why_words(field.found)
            found["not"].append(Understood(field.sheet, field.name, heading, here, None, why))
            continue
        said = meaning(field.found, nearest(district, field.found, on=on))
        kind = "same" if said.same else "other"
        found[kind].append(Understood(field.sheet, field.name, heading, here, said, ""))
    return found

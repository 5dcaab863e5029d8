"""Whether an item is for this person, why, and what is still to bring."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from linli.rulebook.domain import And, Expression, Not, Or, Reason, evaluate, explain, fact_of

from .definitions import ItemDefinition, PaperDefinition

ANSWER = {True: "yes", False: "no", None: "unknown"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """
    ``yes``, ``no`` or ``unknown``, with the conditions that decide.

    With ``unknown``, ``missing`` names the facts or fields which, once known, bring an answer.
    """

    answer: str
    reasons: tuple[Reason, ...] = ()
    missing: tuple[str, ...] = ()


def eligibility(item: ItemDefinition, facts: Mapping[str, object], *, on: date) -> Verdict:
    """
    Say whether the item is for the person.

    :param facts: attribute → value, and this item's own answers by field code
    :param on: the day on which ages are taken
    """
    if item.eligibility is None:
        return Verdict("yes")
    found = explain(item.eligibility, facts, on=on)
    return Verdict(ANSWER[found.verdict], found.reasons, found.missing)


def told_by_facts(rule: Expression, known: Collection[str], *, yes: bool = True) -> bool:
    """
    Return whether facts alone can ever come to yes, or to no; else somebody must be asked.

    :param known: the facts of the dictionary; whatever else the rule asks is the item's own answer
    """
    match rule:
        case And(parts) | Or(parts):
            told = [told_by_facts(part, known, yes=yes) for part in parts]
            return all(told) if isinstance(rule, And) is yes else any(told)
        case Not(part):
            return told_by_facts(part, known, yes=not yes)
        case _:
            return fact_of(rule) in known


def missing_papers(
    item: ItemDefinition, facts: Mapping[str, object], on_file: Collection[str], *, on: date
) -> tuple[PaperDefinition, ...]:
    """
    Return the papers still to bring.

    Not asked: what is on file, what a known fact replaces (国务院令716 art.7; 社会救助法 62), and
    what is needed only in a case that is not this one.
    """
    return tuple(
        paper
        for paper in item.papers
        if paper.code not in on_file
        and not (paper.replaced_by and facts.get(paper.replaced_by) is not None)
        and (paper.needed_when is None or evaluate(paper.needed_when, facts, on=on) is not False)
    )

"""
What a resident may do against a “no”, in words composed from dated rows.

Only a decision of an office of the street or district is an administrative decision; a community
decides nothing of the kind. Everything else is complained of, and opened again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from linli.basics import Refused, gettext_noop
from linli.catalogue.domain import ItemDefinition, StepKind
from linli.rulebook.domain import Rule

from .flow import End

REFUSALS = (End.EXPLAINED, End.NOT_OURS)
AID = "社会救助法"
DECIDERS = ("street.", "district.")

REVIEW = gettext_noop(
    "If you do not agree with this decision, you may ask for administrative review within "
    "%(amount)s days of learning of it (%(law)s, art. %(article)s)."
)
SUIT = gettext_noop(
    "Or you may sue before the people's court within %(amount)s months of learning of it "
    "(%(law)s, art. %(article)s)."
)
AIDED = gettext_noop(
    "Decisions about social assistance are open to both ways (%(law)s, art. %(article)s)."
)
UNCHECKED = gettext_noop(
    "The periods have not been checked against the text of the law yet. Ask us if in doubt."
)
REOPEN = gettext_noop(
    "If this does not settle it, say “not solved” within %(amount)s days: it goes back to the same "
    "office; number and first day stay, and its time is counted anew from then."
)
COMPLAIN = gettext_noop(
    "You may also complain to the center above that office; one call is enough, and the record is "
    "open to them."
)


class ReasonsMissing(Refused):
    """An administrative “no” needs its reasons in writing."""

    status = 422
    message = gettext_noop(
        "A “no” from an office needs its reasons in writing: name the rule and what is not met, "
        "in %(signs)s signs at least."
    )

    def __init__(self, *, signs: int) -> None:
        super().__init__(signs)
        self.signs = signs


@dataclass(frozen=True, slots=True)
class Advice:
    """One sentence with its values; ``law`` and ``article`` are empty where none is quoted."""

    words: str
    amount: int = 0
    law: str = ""
    article: str = ""


def administrative(item: ItemDefinition) -> bool:
    """Return whether the item ends in a decision of an office of the street or district."""
    return any(
        step.kind is StepKind.DECIDE and step.performer.startswith(DECIDERS) for step in item.steps
    )


def check_reasons(item: ItemDefinition, end: End, words: str, *, signs: int) -> None:
    """:raises ReasonsMissing: if an administrative “no” says less than a sentence"""
    if end in REFUSALS and administrative(item) and len("".join(words.split())) < signs:
        raise ReasonsMissing(signs=signs)


def remedies(
    item: ItemDefinition, end: str, *, row: Callable[[str], Rule | None], reopen_days: int
) -> Sequence[Advice]:
    """
    Return what the resident is told to do against a “no”; empty for any other end.

    :param row: key → the rule in force on the day of the answer, or None
    """
    if end not in REFUSALS:
        return ()
    again = Advice(REOPEN, amount=reopen_days)
    if not administrative(item):
        return (again, Advice(COMPLAIN))
    aided = any(basis.law.startswith(AID) for basis in item.basis)
    asked = [("remedy.review", REVIEW), ("remedy.suit", SUIT)]
    rows = [(rule, words) for key, words in asked if (rule := row(key)) is not None]
    found = [_quoted(rule, words) for rule, words in rows]
    aid = row("remedy.aid") if aided and found else None
    if aid is not None:
        found.append(_quoted(aid, AIDED))
    if not all(rule.verified for rule, _ in rows):
        found.append(Advice(UNCHECKED))
    return (*found, again)


def _quoted(rule: Rule, words: str) -> Advice:
    amount = rule.value if isinstance(rule.value, int) else 0
    return Advice(words, amount=amount, law=rule.law, article=rule.article)

"""The morning list (晨单): who to see today and why, heaviest reason first, then as one walks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from linli.basics import gettext_noop


class Reason(StrEnum):
    ADMITTED = "admitted"
    ELDER_ALONE = "elder_alone"
    ENTITLED = "entitled"
    OPEN_CASE = "open_case"
    QUESTION = "question"
    UNSEEN = "unseen"
    DUE = "due"


REASON_WORDS: Mapping[str, str] = {
    Reason.ADMITTED: gettext_noop("an admitted task"),
    Reason.ELDER_ALONE: gettext_noop("an older person living alone"),
    Reason.ENTITLED: gettext_noop("entitled to something, and without it"),
    Reason.OPEN_CASE: gettext_noop("a case is open"),
    Reason.QUESTION: gettext_noop("a question we cannot answer"),
    Reason.UNSEEN: gettext_noop("not seen for long"),
    Reason.DUE: gettext_noop("what we know is old"),
}


Subject = tuple[bool, int]  # alone, and the id of the person or household


@dataclass(frozen=True, slots=True, kw_only=True)
class Rounds:
    """
    How often doors are knocked at; see ``data/rounds.yaml``. ``example``: some are ours (示例).

    ``draft_days`` is how long a phone keeps a card that was not sent.
    """

    elder_years: int
    elder_alone_days: int
    household_days: int
    after_refusal_days: int
    capacity: int
    draft_days: int
    weights: Mapping[str, int]
    example: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """
    A household, or one person who belongs to none, and why somebody should knock.

    ``why`` is reason → how much of it: days since the last visit, cases, questions or old facts.
    ``walk`` orders doors as one walks; ``of`` is the id with ``alone`` telling whose.
    """

    of: int
    alone: bool
    home: int
    walk: tuple[int, str, int]
    why: Mapping[str, int]

    def weight(self, weights: Mapping[str, int]) -> int:
        """Return the weight of the heaviest reason."""
        return max((weights[reason] for reason in self.why), default=0)


def in_order(doors: Iterable[Door], weights: Mapping[str, int]) -> list[Door]:
    """Return the doors that have a reason: the heaviest first, those alike as one walks."""
    wanted = [one for one in doors if one.why]
    return sorted(wanted, key=lambda one: (-one.weight(weights), one.walk, one.of))

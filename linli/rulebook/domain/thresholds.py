"""
Shares that decide: a fraction, whether reaching it is enough, and of what.

Counting words of 民法典 1259: 以上, 以内, 届满 include the number; 超过, 不满, 以外 exclude it.
过半数 is strictly more than half. Everything is counted in whole numbers.
"""

import re
from dataclasses import dataclass
from fractions import Fraction

from linli.basics import Refused, gettext_noop

_WRITTEN = re.compile(r"\s*(>=|≥|>)\s*(\d{1,4})\s*/\s*(\d{1,4})\s*")


class BadThreshold(Refused):
    """What stands there is no threshold."""

    status = 422
    message = gettext_noop("Write a share as >1/2 or >=2/3. This stands there: %(text)s")

    def __init__(self, *, text: str) -> None:
        super().__init__(text)
        self.text = text


class ImpossibleCount(Refused):
    """More were counted than there are."""

    status = 422
    message = gettext_noop("%(votes)s of %(total)s is impossible. Count again.")

    def __init__(self, *, votes: int, total: int) -> None:
        super().__init__(votes, total)
        self.votes = votes
        self.total = total


@dataclass(frozen=True, slots=True)
class Threshold:
    """``operator`` is ``>`` (超过, 过半数) or ``>=`` (以上, 不少于); ``of`` names the whole."""

    share: Fraction
    operator: str
    of: str = ""

    def __post_init__(self) -> None:
        if self.operator not in (">", ">=") or not 0 < self.share <= 1:
            raise ValueError(f"no threshold: {self.operator}{self.share}")

    def __str__(self) -> str:
        return f"{self.operator}{self.share.numerator}/{self.share.denominator}"

    def met(self, votes: int, total: int) -> bool:
        """
        Return whether ``votes`` of ``total`` are enough. Of nobody nothing is ever enough.

        :raises ImpossibleCount: if a count is negative or the part is greater than the whole
        """
        if not 0 <= votes <= total:
            raise ImpossibleCount(votes=votes, total=total)
        have, need = votes * self.share.denominator, total * self.share.numerator
        return total > 0 and (have > need if self.operator == ">" else have >= need)

    def least(self, total: int) -> int:
        """
        Return the smallest count that is enough: what to show before anybody has voted.

        It is greater than ``total`` where no count can be enough.

        :raises ImpossibleCount: if ``total`` is negative
        """
        if total < 0:
            raise ImpossibleCount(votes=0, total=total)
        need = total * self.share.numerator
        least = need // self.share.denominator + 1
        if self.operator == ">=" and need % self.share.denominator == 0:
            least -= 1
        return max(least, 1)


def read_threshold(text: str, of: str = "") -> Threshold:
    """
    Return the threshold written ``>1/2``, ``>=2/3`` or ``≥2/3``.

    :raises BadThreshold: if it is written in any other way
    """
    found = _WRITTEN.fullmatch(text)
    if found is None or not 0 < int(found[2]) <= int(found[3]):
        raise BadThreshold(text=text)
    operator = ">" if found[1] == ">" else ">="
    return Threshold(Fraction(int(found[2]), int(found[3])), operator, of)

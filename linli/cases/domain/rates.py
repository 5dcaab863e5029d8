"""
响应率, 解决率, 满意率, with those nobody reached drawn as bounds instead of left out.

The three rates are those of 北京市接诉即办工作条例 art. 32; the formula is ours and printed beside them.
"""

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Bounds:
    """
    A rate between its worst and best reading, each an exact fraction of ``total``.

    ``unasked`` are those nobody asks: they stand beside the rate and move neither end.
    """

    yes: int
    unknown: int
    total: int
    unasked: int = 0

    @property
    def no(self) -> int:
        return self.total - self.yes - self.unknown

    @property
    def low(self) -> Fraction | None:
        """Everyone not reached said no."""
        return Fraction(self.yes, self.total) if self.total else None

    @property
    def high(self) -> Fraction | None:
        """Everyone not reached said yes."""
        return Fraction(self.yes + self.unknown, self.total) if self.total else None


def bounds(*, yes: int, no: int, unknown: int, unasked: int = 0) -> Bounds:
    """
    Return the bounds of one rate.

    :param unknown: who was asked, or is to be asked, and has not said a word
    :param unasked: whom nobody asks

    :raises ValueError: if a count is negative
    """
    if min(yes, no, unknown, unasked) < 0:
        raise ValueError("a count cannot be negative")
    return Bounds(yes=yes, unknown=unknown, total=yes + no + unknown, unasked=unasked)

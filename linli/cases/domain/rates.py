"""
响应率, 解决率, 满意率, with those nobody reached drawn as bounds instead of left out.

The three rates are those of 北京市接诉即办工作条例 art. 32; the formula is ours and printed beside them.
"""

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Bounds:
    """A rate between its worst and best reading, each an exact fraction of ``total``."""

    yes: int
    unknown: int
    total: int

    @property
    def low(self) -> Fraction | None:
        """Everyone not reached said no."""
        return Fraction(self.yes, self.total) if self.total else None

    @property
    def high(self) -> Fraction | None:
        """Everyone not reached said yes."""
        return Fraction(self.yes + self.unknown, self.total) if self.total else None


def bounds(*, yes: int, no: int, unknown: int) -> Bounds:
    """
    Return the bounds of one rate.

    :raises ValueError: if a count is negative
    """
    if min(yes, no, unknown) < 0:
        raise ValueError("a count cannot be negative")
    return Bounds(yes=yes, unknown=unknown, total=yes + no + unknown)

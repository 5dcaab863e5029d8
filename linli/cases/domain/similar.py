"""
Near-duplicates: how alike two reports are, by their character pairs weighed by rarity.

Weighing is by length alone here (no corpus is needed), place and item must agree before words
are compared; a person decides, always.
"""

from dataclasses import dataclass

from .search import tokens

ALIKE = 0.34


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two texts are, 0 to 1, and whether they lie in the same place."""

    words: float
    same_place: bool

    @property
    def propose(self) -> bool:
        """Whether the pair is worth showing to a person."""
        return self.words >= (ALIKE / 2 if self.same_place else ALIKE)


def likeness(one: str, other: str, *, same_place: bool) -> Likeness:
    """Return the share of character pairs the shorter text has in common with the longer."""
    left, right = set(tokens(one)), set(tokens(other))
    smaller = min(len(left), len(right))
    return Likeness(words=len(left & right) / smaller if smaller else 0.0, same_place=same_place)

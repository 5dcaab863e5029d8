"""What was held of a person on a day, as known at a moment (two times, decisions 16)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

Value = bool | int | str | date


@dataclass(frozen=True, slots=True)
class Past:
    """
    One value that was superseded.

    It was said of the days from ``valid_from`` (None: of all days) and believed from
    ``known_from`` until ``known_to``, when another was said of the days from ``valid_to`` on.
    """

    value: Value | None
    valid_from: date | None
    valid_to: date
    known_from: datetime
    known_to: datetime


def value_at(
    current: Value | None, past: Sequence[Past], *, on: date, known_at: datetime
) -> Value | None:
    """
    Return the value of day ``on`` as we knew it at ``known_at``; None is unknown.

    Everything said stands until something later was said of the same day: the last word said by
    ``known_at`` about ``on`` counts.

    :param past: all superseded values of the attribute, in any order
    """
    said = sorted(past, key=lambda one: (one.known_to, one.known_from))
    if not said:
        return current
    words: list[tuple[date | None, datetime, Value | None]] = [
        (one.valid_from, one.known_from, one.value) for one in said
    ]
    words.append((said[-1].valid_to, said[-1].known_to, current))
    for valid_from, known_from, value in reversed(words):
        if known_from <= known_at and (valid_from is None or valid_from <= on):
            return value
    return None

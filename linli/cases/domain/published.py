"""What of a month's figures everybody may see: small counts are hidden, and what would give them away."""

from dataclasses import dataclass

FEWEST = 5  # as in reports: fewer might be somebody


@dataclass(frozen=True, slots=True)
class Published:
    """A month: cases received, answered, and first responses in time. None: too few to say."""

    received: int | None
    answered: int | None
    in_time: int | None


def publish(*, received: int, answered: int, in_time: int) -> Published:
    """Return the counts of a month as they may be shown; ``answered`` and ``in_time`` are parts."""
    if received < FEWEST:
        return Published(None, None, None)
    return Published(received, _part(answered, received), _part(in_time, received))


def _part(n: int, whole: int) -> int | None:
    """Return a part, None if it or what is left beside it is small but not nothing."""
    return n if all(one == 0 or one >= FEWEST for one in (n, whole - n)) else None

"""Moments: one that stands for none, and now for those who act after something happened."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

# So that indexed columns need not be null.
END_OF_TIME = datetime(9999, 1, 1, tzinfo=UTC)
_reacting: ContextVar[datetime | None] = ContextVar("reacting_at", default=None)


@contextmanager
def reacting(at: datetime) -> Iterator[None]:
    """Let reactions run within know what moment it is."""
    before = _reacting.set(at)
    try:
        yield
    finally:
        _reacting.reset(before)


def now_after(happened: datetime) -> datetime:
    """Return what moment it is for a reaction to what happened then: it may be late."""
    return max(_reacting.get() or happened, happened)

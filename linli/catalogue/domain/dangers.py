"""Words after which a life may be at stake: whoever says them is asked to ring before all else."""

from collections.abc import Iterable

from .search import normal


def tells_of_danger(text: str, words: Iterable[str]) -> bool:
    """Whether one of ``words`` stands in ``text``, however it is spaced and in whatever letters."""
    said = normal(text)
    return any(normal(word) in said for word in words)

"""Rate limits on what strangers may try, kept in the cache; decided: no service of its own."""

import hashlib
from typing import ClassVar

from django.core.cache import cache

from linli.basics import Refused, gettext_noop


class TooManyTries(Refused):
    """Somebody tries too often from one place."""

    status: ClassVar[int] = 429
    message = gettext_noop(
        "That was tried too often. Wait %(minutes)s minutes, or ring us; nothing you sent is lost."
    )

    def __init__(self, *, minutes: int) -> None:
        super().__init__(minutes)
        self.minutes = minutes


def check_tries(name: str, who: str, *, most: int, minutes: int) -> None:
    """:raises TooManyTries: if ``most`` tries of this kind were counted within the time"""
    if cache.get(_key(name, who), 0) >= most:
        raise TooManyTries(minutes=minutes)


def count_try(name: str, who: str, *, minutes: int) -> None:
    """Count one try; the count is forgotten ``minutes`` after the first."""
    key = _key(name, who)
    if not cache.add(key, 1, timeout=minutes * 60):
        try:
            cache.incr(key)
        except ValueError:  # it ran out between the two
            cache.add(key, 1, timeout=minutes * 60)


def _key(name: str, who: str) -> str:
    # Hashed: what a person typed must not make a key the cache cannot hold.
    return f"tries:{name}:{hashlib.sha256(who.encode()).hexdigest()[:32]}"

"""Process caches behind version rows: one small query a request says whether anything moved."""

import functools
import secrets
from collections.abc import Callable
from contextvars import ContextVar
from typing import ParamSpec, TypeVar

from django.db import connection

from .writing import act_id, in_act

# Its row says that the demo district was built to its end.
DEMO_LOADED = "demo-loaded"

P = ParamSpec("P")
T = TypeVar("T")

# Set while a request runs: the versions as they were when it first asked.
_seen: ContextVar[dict[str, int] | None] = ContextVar("versions_seen", default=None)
# What the act under way has moved: not to be cached, for the act may yet be undone.
_moved: ContextVar[frozenset[tuple[int, str]]] = ContextVar("versions_moved", default=frozenset())
_caches: list[dict[object, tuple[int, object]]] = []


def current(name: str) -> int:
    """Return the version of one kind of cached data, reading all versions at most once a request."""
    seen = _seen.get()
    if seen:
        return seen.get(name, 0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, number FROM fabric_version")
        found: dict[str, int] = dict(cursor.fetchall())
    if seen is not None:
        seen.update(found or {"": 0})
    return found.get(name, 0)


def bump(name: str) -> None:
    """Say that this kind of data changed. Belongs inside the act that changes it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO fabric_version (name, number) VALUES (%s, %s) "
            "ON CONFLICT (name) DO UPDATE SET number = excluded.number",
            # Random, not counted: a number that was rolled back must never come again.
            [name, secrets.randbits(62) + 1],
        )
    seen = _seen.get()
    if seen is not None:
        seen.clear()
    if in_act():
        _moved.set(frozenset({*_moved.get(), (act_id(), name)}))


def cached(name: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Keep what a loader returned, per argument, until the version of ``name`` moves."""

    def decorate(load: Callable[P, T]) -> Callable[P, T]:
        kept: dict[object, tuple[int, T]] = {}
        _caches.append(kept)  # type: ignore[arg-type]

        @functools.wraps(load)
        def ask(*args: P.args, **kwargs: P.kwargs) -> T:
            if in_act() and (act_id(), name) in _moved.get():
                return load(*args, **kwargs)
            key = (args, tuple(sorted(kwargs.items())))
            version = current(name)
            if key in kept and kept[key][0] == version and version:
                return kept[key][1]
            value = load(*args, **kwargs)
            kept[key] = (version, value)
            return value

        return ask

    return decorate


def forget_everything() -> None:
    """Empty every cache; for tests, whose undone work leaves numbers that are used again."""
    for kept in _caches:
        kept.clear()


def remember_for_this_request() -> object:
    """Begin a request; give what this returns to ``forget``."""
    return _seen.set({})


def forget(token: object) -> None:
    """End the request begun with ``remember_for_this_request``."""
    _seen.reset(token)  # type: ignore[arg-type]

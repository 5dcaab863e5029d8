"""One outermost transaction per request, and the number that binds all it wrote."""

import fcntl
import functools
import os
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import ParamSpec, TypeVar

from django.db import connection, transaction

P = ParamSpec("P")
R = TypeVar("R")


class HalfDone(RuntimeError):
    """An act went on after a part of it had failed. Nothing was written; this is a bug."""


@dataclass(slots=True)
class Act:
    """One outermost transaction: its number, and whether a part of it failed."""

    id: int
    broken: bool = False


_act: ContextVar[Act | None] = ContextVar("act", default=None)
_lock_files = threading.local()


def act_id() -> int:
    """
    Return the number of the act under way; every journal line of it carries this number.

    :raises RuntimeError: outside ``write_atomic``
    """
    act = _act.get()
    if act is None:
        raise RuntimeError("Nothing is written outside write_atomic.")
    return act.id


def in_act() -> bool:
    """Whether an act is under way."""
    return _act.get() is not None


def write_atomic(action: Callable[P, R]) -> Callable[P, R]:
    """
    Make an action one transaction; inside another action it joins that one's.

    There are no savepoints: a refusal anywhere undoes the whole act, so nothing is half done.

    :raises HalfDone: if the action caught a refusal of a part of it and went on
    """

    @functools.wraps(action)
    def inside(*args: P.args, **kwargs: P.kwargs) -> R:
        under_way = _act.get()
        if under_way is not None:
            try:
                return action(*args, **kwargs)
            except BaseException:
                under_way.broken = True
                raise
        with _queue_of_writers(), transaction.atomic():
            act = Act(secrets.randbits(62))
            token = _act.set(act)
            try:
                result = action(*args, **kwargs)
            finally:
                _act.reset(token)
            if act.broken:
                raise HalfDone
            return result

    inside.writes_atomically = True  # type: ignore[attr-defined]
    return inside


@contextmanager
def one_statement() -> Iterator[bool]:
    """
    Yield whether the one statement that follows is a whole act by itself, without BEGIN and COMMIT.

    It is if nothing is under way: the database commits or undoes a statement as a whole. Within an
    act, or on SQLite, whose writers queue first, this is not the way.
    """
    alone = _act.get() is None and not connection.in_atomic_block
    if not alone or connection.vendor != "postgresql":
        yield False
        return
    token = _act.set(Act(secrets.randbits(62)))
    try:
        yield True
    finally:
        _act.reset(token)


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


class _QueueFile:
    """The file a thread queues at; closed when the thread ends and lets go of it."""

    def __init__(self, path: Path) -> None:
        self._number = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)

    def fileno(self) -> int:
        return self._number

    def __del__(self) -> None:
        os.close(self._number)


def _lock_file(database: Path) -> _QueueFile:
    held: dict[Path, _QueueFile] = _lock_files.__dict__.setdefault("held", {})
    if database not in held:
        held[database] = _QueueFile(database.with_name(database.name + ".queue"))
    return held[database]

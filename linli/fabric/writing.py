"""One outermost transaction per request, and the number that binds all it wrote."""

import fcntl
import functools
import os
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from django.db import connection, transaction

from linli.basics import Invalid, gettext_noop

from .clock import END_OF_TIME

LARGEST = 2**63  # no column holds this many
EARLIEST = 1900  # nobody of whom anything is written was born before
# type → whether some column can hold the value, and what to say if none can
HELD: Mapping[type, tuple[Callable[[Any], bool], str]] = {
    str: (
        lambda text: "\x00" not in text,
        gettext_noop("There is a sign in it that no text can hold."),
    ),
    int: (lambda number: -LARGEST <= number < LARGEST, gettext_noop("This number is too large.")),
    datetime: (
        lambda at: at.tzinfo is not None and at.year >= EARLIEST and at <= END_OF_TIME,
        gettext_noop("Say the moment with its time zone."),
    ),
}

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

    :raises Invalid: if a moment, a number or a text that is given cannot be one
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
        for name, value in kwargs.items():
            if name != "by":  # the edge says who acts; the rest somebody gave
                _check_given(name, value)
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


def _check_given(name: str, value: object) -> None:
    """:raises Invalid: if some of it is of the right type, and yet no column could ever hold it"""
    held = HELD.get(type(value))
    if held is not None:
        if not held[0](value):
            raise Invalid(field=name, reason=held[1])
    elif isinstance(value, tuple | list | set | frozenset):
        for one in value:
            _check_given(name, one)
    elif isinstance(value, dict):
        for key, one in value.items():
            _check_given(str(key), one)
    else:  # a load brings many rows of a kind: most of their parts are empty, or plain text
        kind: Any = type(value)
        for part in _fields(kind):
            one = getattr(value, part)
            if one and (type(one) is not str or "\x00" in one):
                _check_given(part, one)


@functools.cache
def _fields(kind: type) -> tuple[str, ...]:
    return tuple(getattr(kind, "__dataclass_fields__", ()))


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

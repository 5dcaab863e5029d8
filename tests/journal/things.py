"""Events and reactions that only these tests know."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from linli.basics import Event
from linli.fabric.blanks import plain
from linli.journal.domain import canonical, leaf_hash
from linli.journal.models import Line
from linli.journal.queries import COLUMNS


@dataclass(frozen=True, slots=True, kw_only=True)
class LampLit(Event):
    SUBJECT: ClassVar[str] = "lamp"

    lamp_id: int
    due_at: datetime | None = None
    seen_at: datetime | None = None
    due_on: date | None = None
    doors: tuple[int, ...] = ()
    level: str = "green"


@dataclass(frozen=True, slots=True, kw_only=True)
class LampOut(Event):
    SUBJECT: ClassVar[str] = "lamp"

    lamp_id: int


told: list[tuple[str, Event, int]] = []
broken: set[str] = set()


def tell_first(event: Event, line: int) -> None:
    _tell("first", event, line)


def tell_second(event: Event, line: int) -> None:
    _tell("second", event, line)


def shout(event: Event, line: int) -> None:
    raise ValueError("坏" * 1000)


def _tell(name: str, event: Event, line: int) -> None:
    told.append((name, event, line))
    if name in broken:
        raise ValueError(f"{name} is broken")


REACTIONS = {LampLit: (tell_first, tell_second)}


@contextmanager
def fresh() -> Iterator[None]:
    told.clear()
    broken.clear()
    yield
    told.clear()
    broken.clear()


def leaf_of(line: Line) -> bytes:
    """Return the leaf of a line as its model holds it."""
    return leaf_hash(canonical({name: plain(getattr(line, name)) for name in COLUMNS}).encode())

"""The one event that only benches know."""

from dataclasses import dataclass
from typing import ClassVar

from linli.basics import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured(Event):
    SUBJECT: ClassVar[str] = "case"

    case_id: int

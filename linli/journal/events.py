"""What happens to the keys of the house. Who made them stands on the line."""

from dataclasses import dataclass
from typing import ClassVar

from linli.basics import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldKeyChanged(Event):
    """A new key seals personal values from now on; ``key_id`` is its number on the ring."""

    SUBJECT: ClassVar[str] = "key"

    key_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ValuesResealed(Event):
    """``rows`` rows of one table now lie under the key of this number, and say what they said."""

    SUBJECT: ClassVar[str] = "key"

    key_id: int
    table: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SignerChanged(Event):
    """Seals are signed with another key from now on: the ``signer_id``-th, of this fingerprint."""

    SUBJECT: ClassVar[str] = "signer"

    signer_id: int
    fingerprint: str

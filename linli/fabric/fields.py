"""Column kinds of our own: values that lie sealed, and texts in two languages."""

import hmac
from typing import Any

from django.db import models

from .keyring import keyring


class Sealed:
    """
    A personal value as it lies in the database. It shows nothing until it is opened.

    ``str(value)`` is a mask, so that a forgotten template or log line gives nothing away.
    """

    __slots__ = ("token",)

    def __init__(self, token: bytes) -> None:
        self.token = token

    @classmethod
    def of(cls, text: str) -> "Sealed":
        """Seal ``text`` with the current key."""
        return cls(keyring().seal(text))

    def open(self) -> str:
        """Return the value. The caller answers for the read being logged."""
        return keyring().open(self.token)

    def __str__(self) -> str:
        return "••••"

    __repr__ = __str__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sealed) and self.token == other.token

    def __hash__(self) -> int:
        return hash(self.token)


class SealedField(models.BinaryField):  # type: ignore[type-arg]
    """A column that holds ``Sealed`` values (authenticated encryption with a key id)."""

    def from_db_value(self, value: Any, expression: object, connection: object) -> Sealed | None:  # noqa: ARG002
        return None if value is None else Sealed(bytes(value))

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        token = value.token if isinstance(value, Sealed) else value
        return super().get_db_prep_value(token, connection, prepared)


def blind_index(text: str) -> bytes:
    """Return the keyed hash that stands beside a sealed column for equality."""
    return keyring().blind(text)


def blind_indexes(text: str) -> list[bytes]:
    """Return the keyed hashes a value may have in its column, while keys are being changed."""
    return keyring().blinds(text)


def fits_index(text: str, index: bytes | memoryview) -> bool:
    """Whether the keyed hash is one of this text, whichever index key made it."""
    return any(hmac.compare_digest(bytes(index), one) for one in blind_indexes(text))

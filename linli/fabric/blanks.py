"""The blank every bound table is cut from: a district, and the salt of its digest."""

import functools
import hashlib
import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any, ClassVar, TypeVar

from django.db import models

from linli.basics import Invalid, gettext_noop

from .fields import Sealed

TOO_LONG = gettext_noop("This is too long.")


def new_salt() -> bytes:
    """Return 16 random bytes."""
    return secrets.token_bytes(16)


R = TypeVar("R", bound=models.Model)


def fitting(row: R) -> R:
    """
    Return the row, whose texts fit their columns. (SQLite would take longer ones.)

    :raises Invalid: naming the column
    """
    for column in row._meta.concrete_fields:
        text = getattr(row, column.attname)
        if (
            column.max_length is not None
            and isinstance(text, str)
            and len(text) > column.max_length
        ):
            raise Invalid(field=column.name, reason=TOO_LONG)
    return row


class Bound(models.Model):
    """
    A row whose every version is bound by a journal line (its digest stands there).

    The salt goes when the row is anonymised: the digest then reveals nothing and proves nothing.
    ``PERSONAL`` declares each personal field as sealed, counted or open; the rest is public.
    ``LOOSE`` names columns that are not bound because they are derived and refreshed silently.
    ``HASHED`` names text columns bound by their SHA-256 alone, so that no package holds them.
    ``SETTABLE`` names the only columns acts may change; the rest the database moves by itself.
    """

    PERSONAL: ClassVar[Mapping[str, str]] = {}
    LOOSE: ClassVar[frozenset[str]] = frozenset()
    HASHED: ClassVar[frozenset[str]] = frozenset()
    SETTABLE: ClassVar[tuple[str, ...]] = ()

    district = models.BigIntegerField(editable=False)
    salt = models.BinaryField(max_length=16, null=True, default=new_salt, editable=False)

    class Meta:
        abstract = True

    @classmethod
    def bound_columns(cls) -> tuple[str, ...]:
        """The attribute names a digest covers, in alphabetical order."""
        found: tuple[str, ...] | None = cls.__dict__.get("_bound_columns")
        if found is None:
            found = tuple(
                sorted(
                    field.attname
                    for field in cls._meta.concrete_fields
                    if field.attname != "salt" and field.attname not in cls.LOOSE
                )
            )
            cls._bound_columns = found  # type: ignore[attr-defined]
        return found

    def canonical_row(self) -> dict[str, Any]:
        """
        Return column → plain value (text, whole number, true/false, JSON), without what is null.

        So a table may gain a column: the digests of the rows before it still fit.
        """
        held = ((name, getattr(self, name)) for name in self.bound_columns())
        return {
            name: hashed(value) if name in self.HASHED else plain(value)
            for name, value in held
            if value is not None
        }


def hashed(text: object) -> str:
    """Return the SHA-256 of a text in hex."""
    return hashlib.sha256(str(text).encode("utf-8", "surrogatepass")).hexdigest()


def plain(value: Any) -> Any:
    """Return ``value`` as JSON holds it; moments in UTC to the microsecond, bytes in hex."""
    convert = _PLAIN.get(type(value))
    return value if convert is None else convert(value)


@functools.lru_cache(maxsize=32_768)  # the rows and lines of one act share their moments
def _moment(value: datetime) -> str:
    text = value.astimezone(UTC).isoformat()  # asked for a "timespec" it takes twice as long
    return f"{text[:26]}Z" if value.microsecond else f"{text[:19]}.000000Z"


_PLAIN: dict[type, Callable[[Any], Any]] = {
    datetime: _moment,
    date: date.isoformat,
    Sealed: lambda value: value.token.hex(),
    bytes: bytes.hex,
    bytearray: lambda value: bytes(value).hex(),
    memoryview: lambda value: bytes(value).hex(),
}

"""One mapping of a pack, taken apart key by key; what nobody asked for is a slip of the pen."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar

from linli.basics import gettext_noop
from linli.rulebook.domain import BadPeriod, Period, read_period

from .definitions import Basis, Text
from .yaml_marks import Flaw, Path

E = TypeVar("E", bound=StrEnum)
CODE = re.compile(r"[a-z][a-z0-9_]{0,59}")
LANGUAGES = frozenset({"zh-Hans", "en"})
MISSING: Any = object()


class Entry:
    """
    A mapping and where it lies. Every reader takes one key; ``done`` refuses what is left.

    :raises Flaw: from every reader, where the value is missing or of the wrong shape
    """

    def __init__(self, data: object, path: Path) -> None:
        if not isinstance(data, Mapping):
            raise Flaw(path, gettext_noop("Write keys and values here."))
        self.data = data
        self.path = path
        self.left = {str(key) for key in data}

    def at(self, key: str) -> Path:
        return (*self.path, key)

    def flaw(self, key: str, reason: str, **values: object) -> Flaw:
        return Flaw(self.at(key), reason, **values)

    def raw(self, key: str, default: Any = MISSING) -> Any:
        self.left.discard(key)
        value = self.data.get(key)
        if value is not None:
            return value
        if default is MISSING:
            raise Flaw(self.path, gettext_noop("The key %(key)s is missing."), key=key)
        return default

    def code(self, key: str, default: Any = MISSING) -> str:
        value = self.raw(key, default)
        if value == default and default is not MISSING:
            return str(value)
        if not isinstance(value, str) or not CODE.fullmatch(value):
            raise self.flaw(
                key,
                gettext_noop("%(value)s is no code. Use small letters, digits and _."),
                value=value,
            )
        return value

    def words(self, key: str, default: Any = MISSING) -> str:
        value = self.raw(key, default)
        if not isinstance(value, str):
            raise self.flaw(
                key, gettext_noop("%(value)s is no text. Put it in quotation marks."), value=value
            )
        return value

    def text(self, key: str, default: Any = MISSING) -> Text:
        """Words in two languages; plain words are Chinese."""
        value = self.raw(key, default)
        if isinstance(value, str):
            value = {"zh-Hans": value}
        if value is default and default is not MISSING:
            return dict(value)
        if not isinstance(value, Mapping) or not set(value) <= LANGUAGES:
            raise self.flaw(key, gettext_noop("Write words, or zh-Hans: and en: with words."))
        if not value.get("zh-Hans") or not all(isinstance(one, str) for one in value.values()):
            raise self.flaw(key, gettext_noop("The Chinese words (zh-Hans) are missing."))
        return dict(value)

    def one_of(self, key: str, kind: type[E], default: Any = MISSING) -> E:
        value = self.raw(key, default)
        try:
            return kind(value)
        except ValueError:
            listed = ", ".join(one.value for one in kind)
            raise self.flaw(
                key, gettext_noop("%(value)s is none of: %(listed)s."), value=value, listed=listed
            ) from None

    def many_of(self, key: str, kind: type[E]) -> tuple[E, ...]:
        listed = ", ".join(one.value for one in kind)
        try:
            return tuple(kind(one) for one in self.list(key))
        except ValueError as wrong:
            raise self.flaw(
                key,
                gettext_noop("%(code)s. It may be: %(listed)s."),
                code=wrong.args[0],
                listed=listed,
            ) from None

    def list(self, key: str, default: Any = ()) -> list[Any]:
        value = self.raw(key, default)
        if not isinstance(value, list | tuple):
            raise self.flaw(key, gettext_noop("Write a list here."))
        return list(value)

    def codes(self, key: str, default: Any = ()) -> tuple[str, ...]:
        found = self.list(key, default)
        for place, one in enumerate(found):
            if not isinstance(one, str) or not one:
                raise Flaw(
                    (*self.at(key), place),
                    gettext_noop("%(one)s is no text. Put it in quotation marks."),
                    one=one,
                )
        if len(set(found)) != len(found):
            raise self.flaw(key, gettext_noop("One of these stands here twice."))
        return tuple(found)

    def entries(self, key: str, default: Any = ()) -> "tuple[Entry, ...]":
        return tuple(
            Entry(one, (*self.at(key), place)) for place, one in enumerate(self.list(key, default))
        )

    def yes(self, key: str) -> bool:
        value = self.raw(key, default=False)
        if not isinstance(value, bool):
            raise self.flaw(key, gettext_noop("Write true or false."))
        return value

    def number(self, key: str) -> int | None:
        value = self.raw(key, None)
        if value is not None and (type(value) is not int or value < 0):
            raise self.flaw(
                key, gettext_noop("%(value)s is no whole number from 0 up."), value=value
            )
        return value

    def day(self, key: str) -> date | None:
        value = self.raw(key, None)
        if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            raise self.flaw(
                key, gettext_noop("%(value)s is no date such as 2026-01-01."), value=value
            ) from None

    def period(self, key: str) -> Period | None:
        value = self.raw(key, None)
        try:
            return None if value is None else read_period(value)
        except BadPeriod:
            raise self.flaw(
                key,
                gettext_noop(
                    "%(value)s is no period. Write a number and a unit, such as 5 working_days."
                ),
                value=value,
            ) from None

    def basis(self, key: str = "basis") -> tuple[Basis, ...]:
        """Lines such as ``社会救助法 第三十七条``."""
        found = []
        for place, one in enumerate(self.codes(key)):
            law, _, article = one.partition(" ")
            if not article:
                raise Flaw(
                    (*self.at(key), place),
                    gettext_noop("Write the law, a space, and the article after it."),
                )
            found.append(Basis(law, article))
        return tuple(found)

    def done(self) -> None:
        for key in self.data:
            if str(key) in self.left:
                raise self.flaw(
                    str(key), gettext_noop("This key is not known here. Mend its spelling.")
                )

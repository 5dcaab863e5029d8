"""
Numbers that carry their own check: identity number, unified social credit code, division code.

The refusals say what is wrong and never repeat the number. A right check digit proves care in
typing and nothing about a person or an organisation.
"""

import unicodedata
from dataclasses import dataclass, field
from datetime import date
from operator import mul
from typing import ClassVar

from linli.basics import Refused, gettext_noop

# GB 11643: weights of the first 17 digits, and the check character for each remainder by 11.
_IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_IDENTITY_CHECKS = "10X98765432"
# GB 32100: 31 characters (no I, O, S, V, Z); the weights are the powers of 3 by 31.
_CREDIT_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_DIGITS = frozenset("0123456789")
_EARLIEST_BIRTH = date(1850, 1, 1)


class BadNumber(Refused):
    """A number cannot be right."""

    status = 422


class WrongLength(BadNumber):
    """Too many or too few characters."""

    def __init__(self, *, found: int) -> None:
        super().__init__(found)
        self.found = found


class IdentityNumberLength(WrongLength):
    message = gettext_noop("An identity number has 18 characters. This one has %(found)s.")


class IdentityNumberCharacters(BadNumber):
    message = gettext_noop(
        "An identity number has digits only; the last may be X. Please look at it again."
    )


class IdentityNumberDate(BadNumber):
    message = gettext_noop(
        "Digits 7 to 14 of an identity number are the birth date. There is no such day here."
    )


class IdentityNumberCheck(BadNumber):
    message = gettext_noop("One digit of this identity number is wrong. Please compare it again.")


class CreditCodeLength(WrongLength):
    message = gettext_noop(
        "A unified social credit code has 18 characters. This one has %(found)s."
    )


class CreditCodeCharacters(BadNumber):
    message = gettext_noop(
        "A unified social credit code has digits and capital letters, but never I, O, S, V or Z."
    )


class CreditCodeCheck(BadNumber):
    message = gettext_noop(
        "One character of this unified social credit code is wrong. Please compare it again."
    )


class DivisionCodeLength(WrongLength):
    message = gettext_noop("A division code has 12 digits. This one has %(found)s characters.")


class DivisionCodeShape(BadNumber):
    message = gettext_noop(
        "This division code skips a level. It goes province, city, district, street, community, "
        "and zeros stand only at the end."
    )


def tidied(typed: str) -> str:
    """Return what was typed without spaces and hyphens, in plain and capital characters."""
    if typed.isascii() and typed.isalnum():  # nearly always
        return typed.upper()
    plain = unicodedata.normalize("NFKC", typed).upper()
    return "".join(one for one in plain if not one.isspace() and one not in "-‐–—")


@dataclass(frozen=True, slots=True)
class IdentityNumber:
    """A citizen's identity number (GB 11643). Region codes are not looked up: old ones are valid."""

    text: str = field(repr=False)
    born_on: date
    sex: str

    @property
    def region(self) -> str:
        return self.text[:6]


def read_identity_number(typed: str, *, on: date) -> IdentityNumber:
    """
    Return the number with what it says: birth date, and sex as ``male`` or ``female``.

    :raises BadNumber: saying which part is wrong; a birth after ``on`` is no birth date
    """
    text = tidied(typed)
    if len(text) != 18:
        raise IdentityNumberLength(found=len(text))
    if not set(text[:17]) <= _DIGITS or text[17] not in _IDENTITY_CHECKS:
        raise IdentityNumberCharacters
    try:
        born_on = date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        raise IdentityNumberDate from None
    if not _EARLIEST_BIRTH <= born_on <= on:
        raise IdentityNumberDate
    if identity_check(text[:17]) != text[17]:
        raise IdentityNumberCheck
    return IdentityNumber(text, born_on, "male" if int(text[16]) % 2 else "female")


def identity_check(first: str) -> str:
    """Return the check character for the first 17 digits."""
    total = sum(map(mul, map(int, first), _IDENTITY_WEIGHTS))
    return _IDENTITY_CHECKS[total % 11]


def read_credit_code(typed: str) -> str:
    """
    Return the unified social credit code (GB 32100) as it is written down.

    :raises BadNumber: saying what is wrong
    """
    text = tidied(typed)
    if len(text) != 18:
        raise CreditCodeLength(found=len(text))
    if not set(text) <= set(_CREDIT_CHARACTERS) or not set(text[2:8]) <= _DIGITS:
        raise CreditCodeCharacters
    if credit_check(text[:17]) != text[17]:
        raise CreditCodeCheck
    return text


def credit_check(first: str) -> str:
    """Return the check character for the first 17 characters."""
    pairs = zip(first, _CREDIT_WEIGHTS, strict=True)
    total = sum(_CREDIT_CHARACTERS.index(one) * weight for one, weight in pairs)
    return _CREDIT_CHARACTERS[-total % 31]


@dataclass(frozen=True, slots=True)
class DivisionCode:
    """A statistical division code of 12 digits. It has no check digit; only its shape is known."""

    LEVELS: ClassVar[tuple[str, ...]] = ("province", "city", "district", "street", "community")

    text: str

    @property
    def parts(self) -> tuple[str, ...]:
        text = self.text
        return text[0:2], text[2:4], text[4:6], text[6:9], text[9:12]

    @property
    def level(self) -> str:
        """Return the lowest level that is not zeros."""
        return max(
            (number, name)
            for number, (part, name) in enumerate(zip(self.parts, self.LEVELS, strict=True))
            if int(part)
        )[1]

    def lies_in(self, other: "DivisionCode") -> bool:
        """Return whether this is, or lies within, the other."""
        return all(
            mine == theirs
            for mine, theirs in zip(self.parts, other.parts, strict=True)
            if int(theirs)
        )


def read_division_code(typed: str) -> DivisionCode:
    """
    Return a division code of 12 digits; the 6 of a district are filled up with zeros.

    :raises BadNumber: saying what is wrong
    """
    text = tidied(typed)
    if len(text) == 6:
        text += "000000"
    if len(text) != 12 or not set(text) <= _DIGITS:
        raise DivisionCodeLength(found=len(text))
    province, city, district, street, community = (int(p) for p in DivisionCode(text).parts)
    # A few cities have streets and no districts (4419 00 003), so that zero may stand inside.
    skips = (not city and (district or street)) or (not street and community)
    if not province or skips:
        raise DivisionCodeShape
    return DivisionCode(text)

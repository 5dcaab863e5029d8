"""What the book can keep of what is given: codes, keys, limits, numbers and days. Each says no by itself."""

from collections.abc import Iterable
from datetime import date

from linli.basics import NoSuchThing, Refused, gettext_noop

MOST_NUMBER = 2**63 - 1  # of a row
MOST_LIMIT = 10**18  # a thousand of the largest bookings: counts and limits add up within 64 bits
MOST_WORDS = 300
CODE_LENGTH, KEY_LENGTH, KIND_LENGTH, PURPOSE_LENGTH, UNIT_LENGTH = 60, 64, 30, 30, 30


class CodeUnfit(Refused):
    """A code, key or name the book cannot keep."""

    status = 422
    message = gettext_noop(
        "A code here has 1 to %(most)s characters that can be read. Choose another one."
    )

    def __init__(self, *, most: int) -> None:
        super().__init__(most)
        self.most = most


class LimitTooFar(Refused):
    """A limit no account could ever reach."""

    status = 422
    message = gettext_noop("This limit is too far away. Give a smaller one, or none.")


class LineEndsTooEarly(Refused):
    """A budget line ends on the day it begins, or later."""

    status = 422
    message = gettext_noop("A budget line cannot end before it begins. Choose a later day.")


class CodeTaken(Refused):
    """No two budget lines of a district have one code."""

    message = gettext_noop("There is a budget line with this code already. Choose another code.")


def check_number(number: int) -> None:
    """:raises NoSuchThing: if no row can have this number"""
    if not 0 < number <= MOST_NUMBER:
        raise NoSuchThing


def check_code(text: str, *, most: int) -> None:
    """:raises CodeUnfit: if it is empty, too long, or holds what no database keeps"""
    if not 0 < len(text) <= most or "\0" in text or not _encodes(text):
        raise CodeUnfit(most=most)


def check_limit(limit: int | None) -> None:
    """:raises LimitTooFar: if it lies beyond ``MOST_LIMIT``"""
    if limit is not None and not -MOST_LIMIT <= limit <= MOST_LIMIT:
        raise LimitTooFar


def check_span(from_on: date, to_on: date) -> None:
    """:raises LineEndsTooEarly: if a budget line would end before it begins"""
    if to_on < from_on:
        raise LineEndsTooEarly


def check_words(words: Iterable[str]) -> None:
    """:raises CodeUnfit: if one of them holds what no database keeps"""
    for text in words:
        check_code(text, most=MOST_WORDS)


def _encodes(text: str) -> bool:
    """Whether it is text: half of a pair of surrogates is none."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True

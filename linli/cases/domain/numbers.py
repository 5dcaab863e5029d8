"""
Public numbers and receipt codes, drawn from GB 32100's 31 signs (no I O S V Z to misread).

A number is yymmdd (Shanghai), five random signs and a check sign; it says nothing of the matter.
"""

import re
import secrets
import unicodedata
from datetime import datetime

from linli.basics import Refused, gettext_noop
from linli.rulebook.domain import SHANGHAI

SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
RANDOM_SIGNS = 5
CODE_SIGNS = 6
BETWEEN = re.compile(r"[\s·‐-―-]")


class BadNumber(Refused):
    """A case number was mistyped."""

    status = 404
    message = gettext_noop(
        "There is no case %(number)s. The number has 12 signs; check it against the receipt."
    )

    def __init__(self, *, number: str) -> None:
        super().__init__(number)
        self.number = number


def new_number(at: datetime) -> str:
    """Return a fresh number for a case opened at ``at``; the database refuses a repeat."""
    body = at.astimezone(SHANGHAI).strftime("%y%m%d") + _random(RANDOM_SIGNS)
    return body + check_sign(body)


def new_code() -> str:
    """Return the 6-sign code that opens the words of a case without signing in."""
    return _random(CODE_SIGNS)


def check_sign(body: str) -> str:
    """Return the sign that catches any one wrong sign and any two neighbours swapped."""
    total = sum((place + 1) * SIGNS.index(sign) for place, sign in enumerate(body))
    return SIGNS[total % len(SIGNS)]


def read_number(typed: str) -> str:
    """
    Return the number as stored; spaces, dashes, small letters and full-width signs are forgiven.

    :raises BadNumber: if a sign is wrong, missing or out of place
    """
    number = BETWEEN.sub("", unicodedata.normalize("NFKC", typed)).upper()
    known = len(number) == 12 and all(sign in SIGNS for sign in number)
    if not known or check_sign(number[:-1]) != number[-1]:
        raise BadNumber(number=typed[:20])
    return number


def spoken(number: str) -> str:
    """Return the number in three groups, as it is printed and read aloud."""
    return f"{number[:6]}-{number[6:9]}-{number[9:]}"


def _random(count: int) -> str:
    return "".join(secrets.choice(SIGNS) for _ in range(count))

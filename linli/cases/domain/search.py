"""
Full-text tokens: pairs of neighbouring Han characters, and whole Latin words and figures.

Pairs find 99 % of what a character-by-character scan finds; a word segmenter finds 91 %, because
it cuts a query and a document differently.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress

from linli.basics import Invalid, gettext_noop

from .numbers import BadNumber, read_number

RUNS = re.compile(r"[㐀-鿿]+|[a-z0-9]+")
NUMBERS = re.compile(r"(?<![0-9a-zA-Z])[0-9]{6}(?:[\s·‐-―-]*[0-9a-zA-Z]){6}(?![0-9a-zA-Z])")
MOST_TOKENS = 400


def tokens(text: str) -> list[str]:
    """Return the tokens of ``text``, each once, in order of appearance."""
    found: dict[str, None] = {}
    for run in RUNS.findall(text.lower()):
        for token in _of_run(run):
            found.setdefault(token)
    return list(found)[:MOST_TOKENS]


def number_in(text: str) -> str | None:
    """Return the first case number in a text, in whatever form it is written; None without one."""
    for typed in (text, *NUMBERS.findall(text)):
        with suppress(BadNumber):
            return read_number(typed)
    return None


def asked_tokens(text: str) -> tuple[list[str], list[str]]:
    """
    Return the tokens a case must have, and the single Han signs its words must hold besides.

    A number, in any of the forms it is written in, says all by itself. A sign by itself is no
    token, for every neighbour makes another pair of it.

    :raises Invalid: if there is nothing but single signs to go by
    """
    number = number_in(text)
    if number is not None:
        return [number.lower()], []
    found = tokens(text)
    signs = [one for one in found if len(one) == 1 and one >= "㐀"]
    if len(signs) == len(found):
        reason = gettext_noop("Write at least two signs next to each other, or a number.")
        raise Invalid(field="q", reason=reason)
    return [one for one in found if one not in signs], signs


def _of_run(run: str) -> Iterator[str]:
    if run[0] < "㐀" or len(run) == 1:
        yield run
        return
    for place in range(len(run) - 1):
        yield run[place : place + 2]


def scope_token(kind: str, number: int) -> str:
    """Return the token that stands for a street, community or party in the same index."""
    return f"{kind}x{number}"


def joined(parts: Iterable[str]) -> str:
    """Return the token string that both engines index."""
    return " ".join(parts)

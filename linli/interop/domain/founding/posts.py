"""The posts of a framework: P1, P2 … and +1, +2 …, with the names the district gives them."""

import re
from collections.abc import Iterable

from .cells import Texts, name
from .words import BAD_POST, POST_COLUMNS, Wrong

_POST = re.compile(r"(P|\+)([1-9]\d?)")
_COLUMN = POST_COLUMNS["code"][0]


def read_post(texts: Texts) -> tuple[str, str]:
    """
    Return code and name of a post.

    :raises Wrong: if the code is none, or the name is missing
    """
    code = texts["code"].upper().replace("＋", "+")
    if not _POST.fullmatch(code):
        raise Wrong(column=_COLUMN, cell=texts["code"], reason=BAD_POST)
    return code, name(texts, "name", POST_COLUMNS["name"][0])


def tell_gap(codes: Iterable[str]) -> Wrong | None:
    """Return the complaint about posts that are not P1, P2 … and +1, +2 …, each once."""
    left = list(codes)
    for sign in ("P", "+"):
        numbers = sorted(int(code[1:]) for code in left if code[0] == sign)
        if numbers != list(range(1, len(numbers) + 1)):
            told = ", ".join(f"{sign}{number}" for number in numbers)
            return Wrong(column=_COLUMN, cell=told, reason=BAD_POST)
    return None

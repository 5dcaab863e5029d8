"""
Full-text tokens: pairs of neighbouring Han characters, and whole Latin words and figures.

Pairs find 99 % of what a character-by-character scan finds; a word segmenter finds 91 %, because
it cuts a query and a document differently.
"""

import re
from collections.abc import Iterable, Iterator

RUNS = re.compile(r"[㐀-鿿]+|[a-z0-9]+")
MOST_TOKENS = 400


def tokens(text: str) -> list[str]:
    """Return the tokens of ``text``, each once, in order of appearance."""
    found: dict[str, None] = {}
    for run in RUNS.findall(text.lower()):
        for token in _of_run(run):
            found.setdefault(token)
    return list(found)[:MOST_TOKENS]


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

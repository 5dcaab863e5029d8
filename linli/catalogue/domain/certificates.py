"""Papers a community must not issue (民发〔2020〕20号), told at the window with the citation."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from .search import normal
from .spans import holds

ASKED = ("证明", "开证", "开具", "盖章", "盖个章", "介绍信", "开个证", "开一张", "出具")
OPENED = re.compile("开(?:[一两]?[个份张])?$")  # right before the word: 开个无犯罪记录


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """One line of the negative list. ``instead`` says where to go; empty until the operator says."""

    code: str
    name: Mapping[str, str]
    words: tuple[str, ...]
    basis: str
    instead: Mapping[str, str]
    valid_from: date
    valid_to: date | None = None


def refused_certificate(
    text: str, certificates: Iterable[Certificate], *, on: date
) -> Certificate | None:
    """Return the line of the list that ``text`` asks for on a day, None where it asks for none."""
    said = normal(text)
    asked = any(word in said for word in ASKED)
    best: tuple[int, Certificate] | None = None
    for one in certificates:
        if not holds(one, on):
            continue
        longest = max(
            (
                len(word)
                for word in (one.name["zh-Hans"], *one.words)
                if word in said and (asked or OPENED.search(said.partition(word)[0]))
            ),
            default=0,
        )
        if longest and (best is None or longest > best[0]):
            best = (longest, one)
    return best[1] if best else None

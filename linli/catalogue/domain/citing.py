"""A law as it is cited: read from what somebody typed, and said in English."""

import re
from collections.abc import Mapping

from linli.rulebook.domain import NUMERALS, number_of

PART = re.compile(rf"第([{NUMERALS}0-9]+)([条款项])")
CITATION = re.compile(rf"《?([^《》]+?)》?\s*(第[{NUMERALS}0-9]+条.*)")
PARTS: Mapping[str, str] = {"条": "art.", "款": "para.", "项": "item"}
OTHER: Mapping[str, str] = {"清单": "the list"}


def read_citation(words: str) -> tuple[str, str] | None:
    """Return law and article of 《社会救助法》第三十七条第一款; None where there are not both."""
    found = CITATION.fullmatch(words.strip())
    return (found[1].strip(), found[2].strip()) if found else None


def article_in_english(article: str) -> str:
    """Return ``art. 10, item 8`` for 第十条第八项; what it cannot read stays as it is."""
    if article in OTHER:
        return OTHER[article]
    found = PART.findall(article)
    if not found or PART.sub("", article).strip("、 "):
        return article
    return ", ".join(f"{PARTS[kind]} {number_of(number)}" for number, kind in found)

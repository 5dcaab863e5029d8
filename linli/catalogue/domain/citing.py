"""A law cited in English: its name, and its article with a number one can look up."""

import re
from collections.abc import Mapping

DIGITS = {sign: number for number, sign in enumerate("零一二三四五六七八九")}
PART = re.compile(r"第([零一二三四五六七八九十百0-9]+)([条款项])")
PARTS: Mapping[str, str] = {"条": "art.", "款": "para.", "项": "item"}
OTHER: Mapping[str, str] = {"清单": "the list"}


def number_of(words: str) -> int:
    """Return the number 三十七 says: below a thousand, as articles are counted."""
    if words.isdigit():
        return int(words)
    total, last = 0, 0
    for sign in words:
        if sign in "十百":
            total += (last or 1) * (10 if sign == "十" else 100)
            last = 0
        else:
            last = DIGITS[sign]
    return total + last


def article_in_english(article: str) -> str:
    """Return ``art. 10, item 8`` for 第十条第八项; what it cannot read stays as it is."""
    if article in OTHER:
        return OTHER[article]
    found = PART.findall(article)
    if not found or PART.sub("", article).strip("、 "):
        return article
    return ", ".join(f"{PARTS[kind]} {number_of(number)}" for number, kind in found)

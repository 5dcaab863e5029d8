"""
How often words nobody tuned the search on find their item.

The sentences were written before the synonyms were looked at. What misses in the half ``train`` was
mended; the half ``held`` was counted once, at the end. Each count reached is the least from now on.
"""

import csv
from pathlib import Path

import pytest

from linli.catalogue.domain import match

from .test_everyday_words import INDEX

DATA = Path(__file__).parent / "data"
MESSAGES = Path(__file__).parents[3] / "shared" / "data" / "messages" / "open.csv"


def reached(file: str, half: str, said: dict[str, str] | None = None) -> tuple[int, int, int]:
    """Return how many sentences there are, how often the first fits, and one of the first three."""
    with (DATA / file).open(encoding="utf-8", newline="") as rows:
        asked = [row for row in csv.DictReader(rows) if row["half"] == half]
    first = among = 0
    for row in asked:
        found = [one.code for one in match(INDEX, said[row["id"]] if said else row["words"])]
        fit = [code in row["items"].split() for code in found]
        first += fit[:1] == [True]
        among += any(fit)
    return len(asked), first, among


@pytest.mark.parametrize(("half", "first", "among"), [("train", 74, 75), ("held", 64, 68)])
def test_of_seventy_five_sentences_so_many_find_their_item(
    half: str, first: int, among: int
) -> None:
    asked, is_first, is_among = reached("unseen_words.csv", half)
    assert (asked, is_first >= first, is_among >= among) == (75, True, True), (is_first, is_among)


@pytest.mark.shared
@pytest.mark.skipif(not MESSAGES.exists(), reason="the shared data is not here")
def test_of_thirty_real_titles_all_find_their_item() -> None:
    with MESSAGES.open(encoding="utf-8-sig", newline="") as rows:
        titles = {row["id"]: row["title"] for row in csv.DictReader(rows)}
    for half in ("train", "held"):
        assert reached("real_words.csv", half, titles) == (15, 15, 15)

"""
Near-duplicates on real messages: how many of the known ones are proposed, and how many rightly.

The labels are ids only. ``same_reporter`` pairs were drawn from what one person wrote within 30
days and judged by hand; groups were found by the name of the place and a word for the matter;
``proposed`` pairs are 100 drawn by lot from what was proposed, and judged by hand, doubt as no.
"""

import csv
import re
from bisect import bisect_left
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from linli.cases.domain import similar
from linli.cases.domain.imports import Imported, read_message
from linli.cases.domain.similar import ALIKE, likenesses

SHARED = Path(__file__).parents[3] / "shared" / "data" / "messages" / "open.csv"
LABELS = Path(__file__).parent / "data"
NOW = datetime(2026, 11, 22, tzinfo=UTC)
MOST = 3
DISTRICT = re.compile(r"[A-M]\d+[区县市]")  # as the places are masked in these messages

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not SHARED.exists(), reason="the shared data is not here"),
]


@pytest.fixture(autouse=True, scope="module")
def each_read_once():
    """A text is compared with many others; what is read in it stays the same."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(similar, "pairs", cache(similar.pairs))
        yield


def labels(name: str) -> list[dict[str, str]]:
    with (LABELS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def messages() -> tuple[list[Imported], list[str], dict[str, int]]:
    """All messages by time and id, who wrote each, and where each stands."""
    with SHARED.open(encoding="utf-8-sig", newline="") as file:
        rows = [(read_message(row, now=NOW), row["user"]) for row in csv.DictReader(file)]
    rows.sort(key=lambda row: (row[0].opened_at, row[0].key))
    found = [message for message, _ in rows]
    places = {message.key.removeprefix("message:"): n for n, message in enumerate(found)}
    return found, [user for _, user in rows], places


@cache
def districts(n: int) -> set[str]:
    found, _, _ = messages()
    return set(DISTRICT.findall(found[n].words[:400]))


def earlier(later: int) -> list[int]:
    """What was said in the 30 days before, but for what names other districts only."""
    found, _, _ = messages()
    first = bisect_left(
        found, found[later].opened_at - timedelta(days=30), key=lambda one: one.opened_at
    )
    mine = districts(later)
    near = ((n, districts(n)) for n in range(first, later))
    return [n for n, theirs in near if not (mine and theirs and not mine & theirs)]


@cache
def proposed(later: int) -> frozenset[int]:
    """The likest earlier messages that are shown for one, at most three."""
    found, _, _ = messages()
    near = earlier(later)
    scores = likenesses(found[later].words, [found[n].words for n in near])
    best = sorted(zip(scores, near, strict=True), reverse=True)[:MOST]
    return frozenset(n for score, n in best if score >= ALIKE)


def was_proposed(pair: dict[str, str]) -> bool:
    _, _, places = messages()
    return places[pair["earlier"]] in proposed(places[pair["later"]])


def test_what_one_person_said_again_is_found():
    pairs = [row for row in labels("same_matter.csv") if row["found_by"] == "same_reporter"]
    same = [row for row in pairs if row["same"] == "1"]

    assert (sum(map(was_proposed, same)), len(same)) == (59, 66)


def test_what_one_person_said_of_another_matter_is_seldom_proposed():
    pairs = [row for row in labels("same_matter.csv") if row["found_by"] == "same_reporter"]
    other = [row for row in pairs if row["same"] == "0"]

    assert (sum(map(was_proposed, other)), len(other)) == (11, 50)


def test_what_other_people_said_of_one_matter_is_found():
    _, users, places = messages()
    group = {places[row["message"]]: row["group"] for row in labels("one_matter_groups.csv")}
    asked = hit = 0
    for later in sorted(group):
        others = {
            n for n in earlier(later) if group.get(n) == group[later] and users[n] != users[later]
        }
        asked += bool(others)
        hit += bool(others & proposed(later))

    assert (hit, asked) == (129, 148)


def test_three_of_four_proposals_are_right():
    pairs = [row for row in labels("same_matter.csv") if row["found_by"] == "proposed"]
    shown = [row for row in pairs if was_proposed(row)]

    assert (sum(row["same"] == "1" for row in shown), len(shown)) == (71, 96)

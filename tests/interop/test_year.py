"""The demo's year keeps the figures it is drawn from: each share of the calibration comes out again."""

from collections import Counter
from datetime import UTC, date, datetime
from math import sqrt
from pathlib import Path
from random import Random

import pytest
import yaml

import linli.interop
from linli.cases.domain.lives import Deed
from linli.interop.domain.year import Area, Offered, Year
from tests.catalogue.test_packs import ITEMS

NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)
CALIBRATION = yaml.safe_load(
    (Path(linli.interop.__file__).parent / "data" / "calibration.yaml").read_text("utf-8")
)
CONTACTS = 12_000


@pytest.fixture(scope="module")
def year():
    offered = [
        Offered(version_id=number, definition=item, since=date(2025, 1, 1))
        for number, item in enumerate(ITEMS, 1)
    ]
    areas = [Area(number, ((number * 10, "1幢"),), ()) for number in range(1, 55)]
    drawn = Year(CALIBRATION, offered, areas, NOW, Random(11))  # noqa: S311  # the same each time
    return {one.version_id: one for one in offered}, list(drawn.lives(CONTACTS, 0))


def near(found: int, of: int, share: float) -> bool:
    """Whether a share lies within what chance does to it once in ten thousand years."""
    return abs(found / of - share) < 4 * sqrt(share * (1 - share) / of)


def deeds(life) -> Counter[Deed]:
    return Counter(one.deed for one in life.after)


def test_half_of_all_contacts_are_answered_at_once(year) -> None:
    _, lives = year
    asked = [one for one in lives if one.answer]
    assert near(len(asked), CONTACTS, CALIBRATION["demand"]["answered_at_once"])
    told = [one for one in lives if not one.answer]
    merged = sum(deeds(one)[Deed.MERGE] for one in told)
    assert len(asked) + len(told) - merged == CONTACTS


def whole(lives):
    """Return the cases that had the time to come to their end."""
    return [one for one in lives if one.after and one.after[-1].deed is Deed.END]


def test_returns_and_rulings_are_as_many_as_the_figures_say(year) -> None:
    offered, lives = year
    process = CALIBRATION["process"]
    rulings = [one for life in lives for one in life.after if one.deed is Deed.RULE]
    assert near(sum(bool(one.upheld) for one in rulings), len(rulings), process["upheld"])
    could = [one for one in whole(lives) if offered[one.version_id].definition.clauses]
    returned = sum(bool(deeds(one)[Deed.RETURN]) for one in could)
    assert near(returned, len(could), process["returned"])


def test_the_three_rates_are_those_of_the_callback(year) -> None:
    """响应 is of the clocks; 解决 and 满意 as the cockpit counts them, before anybody reopens."""
    _, lives = year
    callback = CALIBRATION["callback"]
    once = [one for one in whole(lives) if not deeds(one)[Deed.REOPEN]]
    ends = [one.after[-1] for one in once]
    reached = [one for one in ends if one.confirmed]
    rated = [one for one in reached if one.rating is not None]
    content = [one for one in rated if one.rating >= 4]
    assert near(len(rated), len(reached), 0.7)
    assert near(len(content), len(rated), callback["satisfied"])
    told = [one for one in lives if deeds(one)[Deed.ANSWER] == 1 and not deeds(one)[Deed.REOPEN]]
    over = [one for one in told if (NOW - one.after[-1].at).days > 8]
    said = sum(bool(one.after[-1].confirmed) for one in over if one.after[-1].deed is Deed.END)
    assert near(said, len(over), callback["reached"])


@pytest.mark.parametrize(
    ("turn", "deed"),
    [("withdrawn", Deed.WITHDRAW), ("reopened", Deed.REOPEN)],
)
def test_turns_are_as_many_as_the_figures_say(year, turn, deed) -> None:
    _, lives = year
    old = [one for one in lives if not one.answer and (NOW - one.opened_at).days > 60]
    old = [one for one in old if not deeds(one)[Deed.MERGE]]
    if turn == "reopened":
        old = [one for one in old if not deeds(one)[Deed.WITHDRAW]]
    found = sum(bool(deeds(one)[deed]) for one in old)
    assert near(found, len(old), CALIBRATION["turns"][turn])


def test_mondays_are_busiest_and_each_matter_comes_by_its_weight(year) -> None:
    offered, lives = year
    days = Counter(one.opened_at.weekday() for one in lives)
    assert max(days, key=days.__getitem__) == 0
    matters = CALIBRATION["matters"]
    seen = Counter(
        offered[one.version_id].definition.code
        for one in lives
        if not one.answer and not deeds(one)[Deed.MERGE]
    )
    flat = {code: one["weight"] for code, one in matters.items() if "season" not in one}
    of = sum(seen[code] for code in flat)
    for code, weight in flat.items():
        assert near(seen[code], of, weight / sum(flat.values())), code

"""The demo's year keeps the figures it is drawn from: each share of the calibration comes out again."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from math import sqrt
from pathlib import Path
from random import Random

import pytest
import yaml

import linli.interop
from linli.cases import actions as cases
from linli.cases.domain.lives import Deed
from linli.cases.models import Case
from linli.cases.queries import rates as figures_of
from linli.cases.queries import verify_lists
from linli.catalogue import queries as catalogue
from linli.interop.domain.year import (
    JUST_SAID,
    Area,
    Offered,
    Year,
    _first_hours,
    _least_hours,
)
from linli.journal.queries import verify_live
from tests.catalogue.test_packs import ITEMS
from tests.world import GREEN, HOUSE_ITSELF, NOON, build_world

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
    """响应 is of the clocks; 解决 and 满意 as the cockpit counts what was sent on to an office."""
    _, lives = year
    callback = CALIBRATION["callback"]
    told = [one.after for one in lives if deeds(one)[Deed.ANSWER]]
    over = [after for after in told if (NOW - answered(after)).days >= 8]
    reached = [after[-1] for after in over if after[-1].confirmed]
    content = [one for one in reached if (one.rating or 0) >= 4]
    assert len(over) > 5_000
    assert all(one.rating for one in reached)
    assert near(len(reached), len(over), callback["reached"])
    assert near(len(content), len(reached), callback["satisfied"])
    assert near(len(content), len(over), callback["reached"] * callback["satisfied"])
    again = [after for after in over if any(one.deed is Deed.REOPEN for one in after)]
    assert near(sum(bool(one[-1].confirmed) for one in again), len(again), callback["reached"])


def test_the_cockpit_counts_the_rates_the_year_was_drawn_from(db) -> None:
    """Loaded as cases and counted on a docket, with those nobody asks beside the rates."""
    world, callback = build_world(), CALIBRATION["callback"]
    figures = {**CALIBRATION, "matters": {"shared_leak": {"weight": 1}}}
    offered = [
        Offered(one.version_id, one.definition, one.valid_from)
        for one in catalogue.items(NOON.date())
    ]
    areas = [Area(world.place(GREEN), (), ())]
    drawn = Year(figures, offered, areas, NOON, Random(5))  # noqa: S311  # the same each time
    lives = list(drawn.lives(800, 0))
    cases.load_cases(by=HOUSE_ITSELF, rows=lives, at=NOON)

    since, until = NOON - timedelta(days=370), NOON - timedelta(days=40)
    found = figures_of(world.at("street"), since=since, until=until, at=NOON)
    solved, content = found["solved"], found["content"]
    at_once = sum(bool(one.answer) for one in lives if one.opened_at < until)

    assert (solved.unasked, content.unasked) == (at_once, at_once)
    assert near(at_once, at_once + solved.total, CALIBRATION["demand"]["answered_at_once"])
    assert near(solved.yes, solved.total, callback["reached"])
    assert near(content.yes, content.total, callback["reached"] * callback["satisfied"])
    assert near(content.no, content.total, callback["reached"] * (1 - callback["satisfied"]))
    assert found["responded"].yes >= at_once > 300


def answered(after):
    """Return when it was answered last."""
    return max(one.at for one in after if one.deed is Deed.ANSWER)


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


def test_a_sub_case_is_told_of_whenever_what_it_waits_for_is_done_and_its_step_waits_for_it(
    year,
) -> None:
    offered, lives = year
    answered = 0
    for life in lives:
        done = {one.step: one.at for one in life.after if one.deed is Deed.FINISH}
        steps = [one for one in offered[life.version_id].definition.steps if one.item]
        opened = {
            one.code: max(done[code] for code in one.after)
            for one in steps
            if done.keys() >= set(one.after)
        }
        assert life.parts.keys() == opened.keys()
        for code, part in life.parts.items():
            moments = [opened[code], *(one.at for one in part.after), NOW]
            assert moments == sorted(moments)
            told = [one.at for one in part.after if one.deed is Deed.ANSWER]
            answered += bool(told and code in done)
            assert code not in done or done[code] >= told[0]
    assert answered > 50


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


def test_what_the_year_tells_of_sub_cases_is_loaded_as_it_was_told(db) -> None:
    world = build_world()
    figures = {**CALIBRATION, "matters": {"roof_renewal": {"weight": 1}}}
    offered = [
        Offered(one.version_id, one.definition, one.valid_from)
        for one in catalogue.items(NOON.date())
    ]
    areas = [Area(world.place(GREEN), (), ())]
    drawn = Year(figures, offered, areas, NOON, Random(3))  # noqa: S311  # the same each time
    lives = list(drawn.lives(60, 0))
    parts = {part.number: life.number for life in lives for part in life.parts.values()}

    loaded = cases.load_cases(by=HOUSE_ITSELF, rows=lives, at=NOON)
    found = Case.objects.exclude(parent_step=None)

    assert len(parts) > 20
    assert dict(found.values_list("number", "parent_step__case__number")) == parts
    assert loaded.cases == len(lives) + len(parts) == Case.objects.count()
    assert [*verify_live(), *verify_lists()] == []


def test_what_is_said_names_the_place_the_case_is_at() -> None:
    offered = [Offered(number, item, date(2025, 1, 1)) for number, item in enumerate(ITEMS, 1)]
    stairwells = [(10, "1幢1单元"), (20, "2幢3单元"), (30, "9幢2单元")]
    drawn = Year(CALIBRATION, offered, [Area(1, stairwells, ())], NOW, Random(3))  # noqa: S311
    told = {words: [] for _, words in stairwells}
    for life in drawn.lives(600, 20):
        for words, places in told.items():
            if life.words.startswith(words):
                places.append(life.place_id)
    assert {words: set(places) for words, places in told.items()} == {
        "1幢1单元": {10},
        "2幢3单元": {20},
        "9幢2单元": {30},
    }


def share_late(lives, items) -> float:
    """Return which share was answered later than its item's least time; waits left out."""
    late = [
        (told_at(life) - life.opened_at).total_seconds() / 3600
        > _least_hours(items[life.version_id].definition)
        for life in lives
        if told_at(life) and not deeds(life).keys() & {Deed.PAUSE, Deed.ASK, Deed.REOPEN}
    ]
    return sum(late) / len(late)


def told_at(life) -> datetime | None:
    return max((one.at for one in life.after if one.deed is Deed.ANSWER), default=None)


def test_a_decently_run_district_answers_most_in_time(year) -> None:
    items, lives = year
    told = [one for one in lives if not one.answer]
    assert 0.02 < share_late(told, items) < CALIBRATION["process"]["late"] + 0.04


def test_at_the_clerks_station_most_has_hardly_begun_and_a_little_is_late() -> None:
    offered = [Offered(number, item, date(2025, 1, 1)) for number, item in enumerate(ITEMS, 1)]
    by_version = {one.version_id: one for one in offered}
    drawn = Year(CALIBRATION, offered, [Area(1, [(10, "1幢")], ())], NOW, Random(5))  # noqa: S311
    pile = list(drawn.lives(0, 400))
    gone = [
        (NOW - one.opened_at).total_seconds()
        / 3600
        / _least_hours(by_version[one.version_id].definition)
        for one in pile
    ]
    assert near(sum(one <= 0.51 for one in gone), 400, 0.84)
    waiting = [one for one in pile if not one.after]
    overdue = [
        one
        for one in waiting
        if NOW - one.opened_at
        > timedelta(hours=_first_hours(by_version[one.version_id].definition))
    ]
    assert len(waiting) > 400 * JUST_SAID
    assert len(overdue) < 0.15 * len(waiting)
    assert near(sum(0.79 < one < 1.01 for one in gone), 400, 0.12)
    assert near(sum(one > 1.9 for one in gone), 400, 0.04)
    assert [one.opened_at for one in pile] == sorted(one.opened_at for one in pile)

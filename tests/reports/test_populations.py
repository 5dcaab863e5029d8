"""
What is counted beside people: every number of the packs' definitions is counted once more here, in
plain Python over what was done, of any day as known at any moment.
"""

from datetime import date, datetime

import pytest

from linli.reports import queries
from linli.reports.domain import Cell, Unmatched, WhyNot, match, split
from tests.world import GREEN, NOON, STREET, WILLOW, World

from .things import Things, at

pytestmark = pytest.mark.django_db
MID = date(2026, 11, 16)


def said(words: str, on: date = MID, period: str | None = None) -> Cell:
    found = match([words], queries.lexicon(1, on), on=on, period=period)
    assert isinstance(found, Cell), found
    return found


def number(
    world: World, words: str, community: str = GREEN, *, on: date = MID, known: datetime = NOON
) -> int:
    counts = queries.Counts(1, on, known, {world.place(GREEN), world.place(WILLOW)})
    cell = said(words, on)
    order = counts.order(cell.of)
    return int(counts.count(cell).value[order.index(world.place(community))])


# --- matters ----------------------------------------------------------------------------------


def test_matters_are_counted_over_the_period_the_words_name(busy: World, things: Things) -> None:
    numbers = [
        ("本月受理件数", MID, (2, 1)),
        ("本月受理件数", date(2026, 10, 31), (1, 0)),
        ("本季度受理件数", MID, (3, 1)),
        ("本年受理件数", MID, (4, 1)),
        ("累计受理件数", MID, (4, 1)),
        ("本周受理件数", date(2026, 11, 15), (1, 0)),
        ("本月窗口受理件数", MID, (1, 0)),
        ("本月电话受理件数", MID, (1, 0)),
        ("本月网上受理件数", MID, (0, 1)),
        ("本月反映问题件数", MID, (2, 1)),
        ("本月办结件数", MID, (1, 1)),
        ("本年办结件数", MID, (2, 1)),
        ("在办件数", MID, (2, 0)),
        ("已解释", MID, (2, 1)),
    ]
    assert [
        (words, on, (number(busy, words, on=on), number(busy, words, WILLOW, on=on)))
        for words, on, _ in numbers
    ] == numbers


def test_a_matter_stands_as_it_stood_though_it_was_opened_anew(busy: World, things: Things) -> None:
    numbers = [
        (date(2026, 11, 1), NOON, (1, 0)),  # before the first answer
        (date(2026, 11, 5), NOON, (1, 1)),  # answered, and not opened anew yet
        (date(2026, 11, 12), NOON, (2, 0)),  # opened anew: the answer of then is none
        (date(2026, 11, 14), NOON, (1, 1)),
        (date(2026, 11, 14), at(11, 13), (2, 0)),  # the second answer was not known yet
        (date(2026, 11, 5), at(11, 3, 1), (2, 0)),  # nor the first
    ]
    for on, known, told in numbers:
        found = [number(busy, words, on=on, known=known) for words in ("在办件数", "本月办结件数")]
        assert (on, known, *found) == (on, known, *told)


def test_a_matter_is_late_when_its_answer_or_the_day_comes_after_the_end(
    busy: World, things: Things
) -> None:
    names = {one.case.pk: name for name, one in things.cases.items()}
    for on, known, late in (
        # Each is due a day after it was received.
        (date(2026, 10, 5), NOON, {"old"}),
        (date(2026, 11, 2), NOON, {"old", "again"}),
        (date(2026, 11, 10), at(11, 10, 5), {"old", "waits"}),  # opened anew: a new day begins
        (date(2026, 11, 12), at(11, 12), {"old", "waits", "again"}),
        (MID, NOON, {"old", "waits", "again"}),
    ):
        counts = queries.Counts(1, on, known)
        found = {names[int(pk)] for pk in counts.who(said("超期件数", on))}
        assert (on, known, found) == (on, known, late)
        assert not len(counts.undecided(said("超期件数", on)))


# --- visits -----------------------------------------------------------------------------------


def test_a_door_counts_once_a_period_and_a_visit_each_time(busy: World, things: Things) -> None:
    numbers = [
        ("本月走访户数", 2, 1),
        ("本月走访次数", 3, 1),
        ("本季度走访户数", 2, 1),
        ("本年走访户数", 2, 1),
        ("本年走访次数", 4, 1),
        ("累计走访户数", 2, 1),
        ("本周走访户数", 0, 0),
        ("本月敲门未遇次数", 1, 0),
        ("本月拒访次数", 0, 0),
        ("本月走访分钟数", 59, 9),
    ]
    told = [(words, number(busy, words), number(busy, words, WILLOW)) for words, *_ in numbers]
    assert told == numbers


def test_a_visit_on_paper_counts_from_when_it_was_keyed_in(busy: World, things: Things) -> None:
    on = date(2026, 11, 15)
    assert number(busy, "本月走访户数", WILLOW, on=on, known=at(11, 15, 12)) == 0
    assert number(busy, "本月走访户数", WILLOW, on=on, known=NOON) == 1
    assert number(busy, "本周走访户数", GREEN, on=on) == 2


# --- organisations, buildings, the book --------------------------------------------------------


def test_bodies_are_counted_as_they_stood_and_were_known(busy: World, things: Things) -> None:
    assert number(busy, "社会组织数") == 2
    assert number(busy, "社会组织数", WILLOW) == 0
    assert number(busy, "法人社会组织") == 1
    assert number(busy, "驻区企业数") == 1
    assert number(busy, "本月新登记社会组织数") == 1
    assert number(busy, "社会组织数", on=date(2026, 11, 3)) == 1
    assert number(busy, "社会组织数", known=at(11, 4)) == 0  # they were entered on the 5th


def test_houses_are_counted_as_they_stood_and_were_known(busy: World, things: Things) -> None:
    assert number(busy, "楼栋数") == 2  # one of three went into another
    assert number(busy, "楼栋数", on=date(2026, 11, 12)) == 3
    assert number(busy, "楼栋数", known=at(11, 13)) == 3  # nobody knew of it yet
    assert number(busy, "楼栋数", known=at(11, 5)) == 1
    assert number(busy, "院落数") == 0
    assert number(busy, "住房套数") == 1


def test_money_is_counted_as_it_had_been_booked(busy: World, things: Things) -> None:
    for on, known, paid in (
        (MID, NOON, 120_050),
        (date(2026, 11, 11), NOON, 0),
        (MID, at(11, 11), 0),
    ):
        told = {
            words: number(busy, words, on=on, known=known)
            for words in (
                *("支出经费", "下达经费", "已用工时（分钟）", "安排工时（分钟）", "预算项目数"),
            )
        }
        assert told == {
            "支出经费": paid,
            "下达经费": 500_000,
            "已用工时（分钟）": 0,
            "安排工时（分钟）": 500_000,
            "预算项目数": 2,  # the street's lies in no community
        }


# --- definitions ------------------------------------------------------------------------------


NUMBERS: dict[str, dict[str | None, int]] = {
    "cases_received_month": {None: 2},
    "cases_received_year": {None: 4},
    "cases_answered_month": {None: 1},
    "cases_open": {None: 2},
    "cases_by_end": {
        "solved": 0,
        "explained": 2,
        "not_ours": 0,
        "merged": 0,
        "withdrawn": 0,
        "unknown": 0,
    },
    "doors_visited_month": {None: 2},
    "visits_month": {None: 3},
    "visits_by_outcome": {"done": 3, "not_home": 1, "refused": 0, "unknown": 0},
    "visit_minutes_month": {None: 59},
    "social_organisations": {None: 2},
    "resident_bodies": {None: 0},
    "bodies_by_kind": {
        "autonomous_body": 0,
        "committee": 1,
        "office": 0,
        "organisation": 3,
        "oversight": 0,
        "party_org": 0,
        "station": 1,
        "unknown": 0,
    },
    "buildings": {None: 2},
    "flats": {None: 1},
    "budget_given": {None: 500_000},
    "budget_paid": {None: 120_050},
    "work_minutes_paid": {None: 0},
}


def test_every_definition_counts_exactly_what_was_done(busy: World, things: Things) -> None:
    counts = queries.Counts(1, MID, NOON, {busy.place(GREEN)})
    found = {}
    for code in NUMBERS:
        indicator = queries.indicators(1, MID)[code]
        row = counts.order(indicator.cell.of).index(busy.place(GREEN))
        cells = split(indicator, queries.dictionaries()[indicator.cell.of])
        found[code] = {part: int(counts.count(cell).value[row]) for part, cell in cells}

    assert found == NUMBERS


def test_every_definition_of_the_packs_counts_a_population_of_its_storey(busy: World) -> None:
    told = {one.cell.of for one in queries.indicators(1, MID).values()}

    assert told == {
        *("people", "households", "buildings", "organisations", "cases", "visits", "ledger"),
    }


def test_words_that_leave_the_time_or_the_thing_open_get_no_number(busy: World) -> None:
    lexicon = queries.lexicon(1, MID)
    for words, period, told in (
        ("受理件数", None, WhyNot.PERIOD_UNCLEAR),
        ("本月老年人", None, WhyNot.PERIOD_UNCLEAR),
        ("本月本年受理件数", None, WhyNot.PERIOD_UNCLEAR),
        ("本月受理办结件数", None, WhyNot.PERIOD_UNCLEAR),
        ("本月受理走访户数", None, WhyNot.SEVERAL_SUBJECTS),
        ("人均支出经费", None, WhyNot.UNKNOWN_WORDS),
        ("老年人受理件数", "month", WhyNot.SEVERAL_SUBJECTS),
    ):
        found = match([words], lexicon, on=MID, period=period)
        assert isinstance(found, Unmatched)
        assert (words, found.why) == (words, told)


def test_the_period_comes_from_the_words_else_the_title_else_the_form(busy: World) -> None:
    lexicon = queries.lexicon(1, MID)
    this = {name: said(f"{word}受理件数") for name, word in (("month", "本月"), ("year", "本年"))}

    assert match(["受理件数"], lexicon, on=MID, period="month") == this["month"]
    assert match(["民生服务年报", "受理件数"], lexicon, on=MID, period="month") == this["year"]
    assert match(["民生服务年报", "本月受理件数"], lexicon, on=MID, period="week") == this["month"]
    assert queries.meaning(this["month"], None).conditions == ("收到的时间是本月",)


def test_a_place_of_a_street_is_told_of_its_communities_only(busy: World, things: Things) -> None:
    scope = queries.Counts(1, MID, NOON).order("cases")
    assert {busy.place(GREEN), busy.place(WILLOW)} <= set(scope)
    assert busy.place(STREET) not in scope

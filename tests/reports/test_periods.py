"""Earlier periods: understood beside the one they are earlier than, and counted by the calendar."""

from datetime import date, timedelta

import numpy as np
import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from linli.reports import queries
from linli.reports.domain import Cell, Field, Lexicon, Unmatched, WhyNot, read_fields, read_workbook
from linli.rulebook.domain import SPANS, InSet, dated_columns
from tests.world import GREEN, NOON, World

from .conftest import drawn
from .things import Things

ON = date(2026, 11, 16)
TITLE = "社区民生服务情况表"


def asked(
    lexicon: Lexicon, *heads: str, period: str | None = "month", title: str = TITLE
) -> list[Field]:
    rows = [[title, *[None] * len(heads)], ["社区", *heads], ["", *[""] * len(heads)]]
    [sheet] = read_workbook(drawn(rows, [(0, 0, 0, len(heads), title)]))
    return read_fields(sheet, lexicon, {}, on=ON, period=period)


def told(field: Field) -> object:
    """Return what is so of the matters counted, or why none are."""
    return field.found.why if isinstance(field.found, Unmatched) else field.found.where


def so(name: str) -> InSet:
    return InSet(name, frozenset({"yes"}))


def within(*codes: str, of: str = "opened") -> InSet:
    return InSet(f"{of}_in", frozenset(codes))


MONTH, QUARTER = within("month"), within("month", "quarter")
YEAR = within("month", "quarter", "half_year", "year")


@pytest.mark.parametrize(
    ("heads", "period", "meant"),
    [
        (["本月受理件数", "上月受理件数"], "month", [MONTH, so("opened_last_month")]),
        (["当月受理件数", "上个月受理件数"], "week", [MONTH, so("opened_last_month")]),
        (["上季度受理数", "本季度受理数"], "quarter", [so("opened_last_quarter"), QUARTER]),
        (["本季受理数", "上季受理数"], "month", [QUARTER, so("opened_last_quarter")]),
        (["今年受理件数", "去年受理件数"], "year", [YEAR, so("opened_last_year")]),
        (["本年度受理件数", "上年度受理件数"], "quarter", [YEAR, so("opened_last_year")]),
        (["上半年受理件数"], "half_year", [so("opened_first_half")]),
        (["上半年受理件数", "全年受理件数"], "year", [so("opened_first_half"), YEAR]),
        (["本年累计受理件数"], "month", [YEAR]),
        (["累计受理件数"], "month", [None]),
        (
            ["累计办结件数"],
            "month",
            [within("month", "quarter", "half_year", "year", "before", of="answered")],
        ),
    ],
)
def test_an_earlier_period_is_understood_beside_the_present_one(
    lexicon: Lexicon, heads: list[str], period: str, meant: list[object]
) -> None:
    assert [told(one) for one in asked(lexicon, *heads, period=period)] == meant


@pytest.mark.parametrize(
    ("heads", "period", "why"),
    [
        # In July's form, filled in in August: is it June, or July?
        (["上月受理件数"], "month", WhyNot.PERIOD_UNCLEAR),
        (["上月受理件数", "本年受理件数"], "month", WhyNot.PERIOD_UNCLEAR),
        (["上季度受理数"], "quarter", WhyNot.PERIOD_UNCLEAR),
        (["去年受理件数"], "year", WhyNot.PERIOD_UNCLEAR),
        (["上年受理件数", "本月受理件数"], "month", WhyNot.PERIOD_UNCLEAR),
        # In spring it is not over, and last year's may be meant.
        (["上半年受理件数"], "month", WhyNot.PERIOD_UNCLEAR),
        (["上半年受理件数"], "quarter", WhyNot.PERIOD_UNCLEAR),
        (["上半年受理件数"], None, WhyNot.PERIOD_UNCLEAR),
        # Who lived here then is another day's number.
        (["去年老年人", "今年受理件数"], "year", WhyNot.PERIOD_UNCLEAR),
        (["上月低保人员", "本月受理件数"], "month", WhyNot.PERIOD_UNCLEAR),
        (["上月本月受理件数"], "month", WhyNot.PERIOD_UNCLEAR),
        (["2025年受理件数", "2026年受理件数"], "year", WhyNot.PERIOD_UNCLEAR),
        (["截至2026年6月30日在办件数"], "month", WhyNot.PERIOD_UNCLEAR),
        (["去年同期受理件数", "今年受理件数"], "year", WhyNot.UNKNOWN_WORDS),
        (["上月末在办件数", "本月受理件数"], "month", WhyNot.UNKNOWN_WORDS),
        (["下半年受理件数"], "year", WhyNot.UNKNOWN_WORDS),
        (["比上月受理件数", "本月受理件数"], "month", WhyNot.JOINS_GROUPS),
    ],
)
def test_a_period_that_may_be_another_gets_no_number_and_says_why(
    lexicon: Lexicon, heads: list[str], period: str | None, why: WhyNot
) -> None:
    assert told(asked(lexicon, *heads, period=period)[0]) is why


def test_the_date_in_the_title_is_the_editions_own(lexicon: Lexicon) -> None:
    plain = [told(one) for one in asked(lexicon, "本月受理件数", "老年人")]
    titles = (f"2026年第三季度{TITLE}", f"{TITLE}（2026年6月）", f"２０２６ 年度{TITLE}")

    assert [
        [told(x) for x in asked(lexicon, "本月受理件数", "老年人", title=t)] for t in titles
    ] == [plain] * 3


@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)), st.lists(st.integers(0, 1_200), max_size=40))
def test_each_span_holds_just_its_days(on: date, back: list[int]) -> None:
    days = [on - timedelta(days=one) for one in back]
    found = dated_columns("seen", np.array([one.toordinal() for one in days], dtype=np.int64), on)

    def month(day: date) -> int:
        return day.year * 12 + day.month - 1

    def holds(span: str, day: date) -> bool:
        match span:
            case "this_week":
                return day.isocalendar()[:2] == on.isocalendar()[:2]
            case "last_month":
                return month(on) - month(day) == 1
            case "last_quarter":
                return month(on) // 3 - month(day) // 3 == 1
            case "first_half":
                return day.year == on.year and day.month <= 6
            case _:
                return on.year - day.year == 1

    for span in SPANS:
        told = found[f"seen_{span}"].values.astype(bool).tolist()
        assert told == [holds(span, day) for day in days]


@pytest.fixture
def green(busy: World, things: Things) -> int:
    return busy.place(GREEN)


@pytest.mark.django_db
def test_earlier_periods_are_counted_as_their_days_say(green: int, lexicon: Lexicon) -> None:
    for heads, (on, period), number in (
        (["上月受理件数", "本月受理件数"], (ON, "month"), 1),
        (["上季度受理件数", "本季度受理件数"], (ON, "quarter"), 1),
        (["上季度受理件数", "本季度受理件数"], (date(2026, 12, 31), "quarter"), 1),
        (["上半年受理件数", "全年受理件数"], (date(2026, 12, 31), "year"), 0),
        (["去年受理件数", "今年受理件数"], (ON, "year"), 0),
        (["去年受理件数", "今年受理件数"], (date(2027, 1, 31), "month"), 4),
        (["上月走访次数", "本月走访次数"], (date(2026, 12, 31), "month"), 3),
        (["上月走访户数", "本月走访户数"], (date(2026, 12, 31), "month"), 2),
        (["上季度走访户数", "本季度走访户数"], (ON, "quarter"), 1),
        (["上月走访分钟数", "本月走访分钟数"], (date(2026, 12, 31), "month"), 59),
        (["累计办结件数", "累计受理件数"], (ON, "month"), 2),
    ):
        cell = asked(lexicon, *heads, period=period)[0].found
        assert isinstance(cell, Cell)
        counted = queries.Counts(1, on, NOON, {green}).count(cell)
        assert (heads, counted.value.sum(), counted.unknown.sum()) == (heads, number, 0)


@pytest.mark.django_db
def test_an_earlier_period_is_said_in_words(busy: World, lexicon: Lexicon) -> None:
    cell = asked(lexicon, "上月受理件数", "本月受理件数")[0].found
    assert isinstance(cell, Cell)

    with override("zh-hans"):
        assert queries.meaning(cell, None).conditions == ("收到的时间是上月",)
    with override("en"):
        assert queries.meaning(cell, None).conditions == ("Time it was received is last month",)


@pytest.mark.django_db
def test_beside_last_months_number_stands_the_definition_of_this_months(
    busy: World, lexicon: Lexicon
) -> None:
    cell = asked(lexicon, "上月受理件数", "本月受理件数")[0].found
    assert isinstance(cell, Cell)
    near = queries.nearest(1, cell, on=ON)

    assert near is not None
    assert near.indicator.code == "cases_received_month"
    with override("zh-hans"):
        said = queries.meaning(cell, near)
    assert said.more == ("收到的时间不是本月，或没有记录",)
    assert said.less == ("收到的时间不是上月，或没有记录",)

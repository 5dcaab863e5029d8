"""Titles, particulars and lists as forms really have them: what says nothing is passed over, the rest is heard."""

from collections.abc import Sequence

import pytest

from linli.reports.domain import Cell, Lexicon, PeriodKind, Unmatched, WhyNot, read_fields
from linli.reports.domain.workbooks import read_workbook

from .conftest import Merge, drawn
from .ugly import COMMUNITIES, HOUSEHOLDS, MEMBERS, OLD, ON, POOR, Rows, fields, people_where, told

ALONE = people_where({"all": [{"age": {"from": 60}}, {"lives_alone": True}]})
MEN, WOMEN = people_where({"sex": "male"}), people_where({"sex": "female"})
OLD_MEN = people_where({"all": [{"age": {"from": 60}}, {"sex": "male"}]})
ABOVE = (
    "",
    "杭州市",
    "浙江省",
    "浙江省杭州市",
    "新疆维吾尔自治区",
    "西双版纳傣族自治州",
)
PLAIN = ["常住人口数", "女性", "60岁以上老年人", "独居老人", "持证残疾人数"]


def under(title: str, lexicon: Lexicon, heads: Sequence[str]) -> list[object]:
    """What these headings ask for under a title merged over them."""
    rows: Rows = [[None] * len(heads), heads, [""] * len(heads)]
    merges: list[Merge] = [(0, 0, 0, len(heads) - 1, title)]
    return [*told(drawn(rows, merges), lexicon).values()]


def here(title: str, lexicon: Lexicon, heads: Sequence[str]) -> list[object]:
    """What they ask for in 上城区, where there is a 望江街道."""
    rows: Rows = [[None] * len(heads), heads, [""] * len(heads)]
    [sheet] = read_workbook(drawn(rows, [(0, 0, 0, len(heads) - 1, title)]))
    names = ["上城区", "望江街道"]
    return [one.found for one in read_fields(sheet, lexicon, COMMUNITIES, on=ON, names=names)]


def plainly(lexicon: Lexicon) -> list[object]:
    return [*told(drawn([PLAIN, [""] * 5]), lexicon).values()]


# --- over the values -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "head",
    [
        *("数值", "数据", "填报数", "合计数"),
        *("本期", "本期数", "本期末", "期末数"),
    ],
)
def test_a_heading_over_the_values_says_nothing_more(lexicon: Lexicon, head: str) -> None:
    two = [["指标", head], *([name, ""] for name in PLAIN)]
    three = [["指标名称", "计量单位", head], *([name, "人", ""] for name in PLAIN)]

    for rows in (two, three):
        found = [*told(drawn(rows), lexicon).values()]
        assert found == plainly(lexicon)
        assert all(isinstance(one, Cell) for one in found)


def test_a_column_of_another_time_beside_it_stays_empty(lexicon: Lexicon) -> None:
    rows = [["指标", "本期数", "上期数", "去年同期", "增减"], ["党员", "", "", "", ""]]

    unknown = WhyNot.UNKNOWN_WORDS
    assert [*told(drawn(rows), lexicon).values()] == [MEMBERS, unknown, unknown, unknown]


def test_what_is_so_in_a_period_is_not_what_is_so_at_its_end(lexicon: Lexicon) -> None:
    unclear = WhyNot.PERIOD_UNCLEAR
    rows = [["指标", "本期", "累计"], ["低保", "", ""]]
    assert [*told(drawn(rows), lexicon).values()] == [unclear, unclear]  # the new ones, or all?

    [sheet] = read_workbook(drawn([["指标", "本期数", "期末数"], ["受理件数", "", ""]]))
    opened, at_the_end = read_fields(sheet, lexicon, COMMUNITIES, on=ON, period=PeriodKind.MONTH)
    assert isinstance(opened.found, Cell)
    assert at_the_end.found == Unmatched(unclear, "期末数受理件数")


# --- whose and when --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        *("××区", "XX街道", "＊＊社区", "某某区", "（××）社区", "____社区", "青年路社区"),
        *("××年×月××街道××社区", "20××年度", "　　年　　月", "2026年　月", "2026年10月"),
        "    区    街道",
    ],
)
def test_a_name_or_a_day_left_open_says_nothing_and_the_title_is_heard(
    lexicon: Lexicon, name: str
) -> None:
    assert under(f"{name}老年人情况表", lexicon, ["男", "独居"]) == [OLD_MEN, ALONE]


def test_a_year_left_open_takes_no_word_of_how_often_with_it(lexicon: Lexicon) -> None:
    found, members = under("2026年月报表", lexicon, ["受理件数", "党员"])

    assert isinstance(found, Cell)
    assert members == MEMBERS


@pytest.mark.parametrize("name", ["上城区", "杭州市上城区", "望江街道"])
def test_another_place_in_the_title_is_named_and_no_number_given(
    lexicon: Lexicon, name: str
) -> None:
    for title in (f"{name}人口情况月报表", f"{name}人口及老龄工作情况表"):
        form = drawn([[None] * 2, ["男", "党员"], ["", ""]], [(0, 0, 0, 1, title)])
        found = fields(form, lexicon).values()
        assert [one.found for one in found] == [Unmatched(WhyNot.ELSEWHERE, name)] * 2


@pytest.mark.parametrize(
    "title", ["空巢老人社区情况表", "住宅小区人口表", "行政村人口表", "城区人口表"]
)
def test_what_is_no_name_of_a_place_is_not_called_one(lexicon: Lexicon, title: str) -> None:
    assert under(title, lexicon, ["男", "党员"]) == [WhyNot.UNKNOWN_WORDS] * 2


@pytest.mark.parametrize(
    ("title", "found"),
    [
        *((f"{above}上城区望江街道青年路社区老年人情况表", [OLD_MEN, ALONE]) for above in ABOVE),
        ("附件2：杭州市望江街道老年人情况表", [OLD_MEN, ALONE]),
        ("杭州市老年人情况表", [Unmatched(WhyNot.ELSEWHERE, "杭州市")] * 2),
        ("杭州市下城区老年人情况表", [Unmatched(WhyNot.ELSEWHERE, "杭州市下城区")] * 2),
    ],
)
def test_the_own_district_what_it_lies_in_and_what_lies_in_it_say_nothing(
    lexicon: Lexicon, title: str, found: list[object]
) -> None:
    assert here(title, lexicon, ["男", "独居"]) == found


@pytest.mark.parametrize("title", ["独居老人城市上城区情况表", "空巢老人杭州市上城区情况表"])
def test_words_before_the_own_district_are_not_passed_over_with_what_it_lies_in(
    lexicon: Lexicon, title: str
) -> None:
    assert not any(isinstance(one, Cell) for one in here(title, lexicon, ["男", "党员"]))


def test_a_line_of_a_place_left_open_is_still_asked_back(lexicon: Lexicon) -> None:
    rows = [["社区", "党员"], ["××社区", ""]]

    assert told(drawn(rows), lexicon) == {"B2": WhyNot.UNKNOWN_WORDS}


# --- what a table is about -------------------------------------------------------------------


@pytest.mark.parametrize("joins", ["及", "和", "与", "、", "以及"])
def test_a_title_of_topics_narrows_no_heading_that_speaks_for_itself(
    lexicon: Lexicon, joins: str
) -> None:
    found = under(f"附件2：社区人口{joins}老龄工作情况统计表", lexicon, [*PLAIN, "户数", "数量"])

    assert found == [*plainly(lexicon), HOUSEHOLDS, WhyNot.JOINS_GROUPS]


def test_under_a_title_of_two_groups_only_what_lies_within_one_has_a_number(
    lexicon: Lexicon,
) -> None:
    heads = ["独居老人", "60岁以上老年人", "男", "低保", "常住人口数", "空巢老人"]
    joins = WhyNot.JOINS_GROUPS

    found = under("残疾人和老年人情况统计表", lexicon, heads)

    assert found == [ALONE, OLD, joins, joins, joins, WhyNot.UNKNOWN_WORDS]


@pytest.mark.parametrize(
    "title",
    [
        "低保老年人和残疾人情况表",  # are the disabled on allowance too?
        "独居老人及残疾人统计表",
        "80岁以上老年人和残疾人情况表",
        "视力残疾人残疾人和老年人情况统计表",
        "老年人口及就业、残疾情况统计表",  # of the elders?
        "残疾人及空巢老人统计表",
        "残疾人及新增低保统计表",
        "残疾人及工作人员情况表",
        "残疾人除老年人情况表",
        "老龄工作及低保家庭情况表",
    ],
)
def test_a_title_whose_topics_are_not_plain_leaves_the_numbers_empty(
    lexicon: Lexicon, title: str
) -> None:
    heads = ["残疾人", "男", "老年人", "就业"]
    assert under(title, lexicon, heads) == [WhyNot.JOINS_GROUPS] * 4


def test_a_title_of_topics_still_says_over_which_time(lexicon: Lexicon) -> None:
    found, again = under("社区人口及民政工作月报表", lexicon, ["受理件数", "本月受理件数"])

    assert isinstance(found, Cell)
    assert found == again


def test_a_title_of_one_group_narrows_and_another_line_over_it_does_not_stop_that(
    lexicon: Lexicon,
) -> None:
    rows: Rows = [["社区人口及老龄工作统计表"], ["老年人情况"], ["男", "独居"], ["", ""]]

    assert told(drawn(rows), lexicon) == {"A4": OLD_MEN, "B4": ALONE}


def test_a_topic_the_form_explains_in_its_own_way_leaves_its_numbers_empty(
    lexicon: Lexicon,
) -> None:
    rows: Rows = [
        ["残疾人及老年人情况表", None],
        ["残疾人", "独居老人"],
        ["", ""],
        ["注：老年人指65周岁以上人员", None],
    ]

    assert set(told(drawn(rows), lexicon).values()) == {WhyNot.JOINS_GROUPS}


def test_those_who_work_here_are_not_the_residents(lexicon: Lexicon) -> None:
    assert under("社区工作人员情况表", lexicon, ["男", "党员"]) == [WhyNot.UNKNOWN_WORDS] * 2
    assert under("社区人员情况表", lexicon, ["男", "服务人员"]) == [MEN, WhyNot.UNKNOWN_WORDS]


# --- particulars of the form -----------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        ["制表机关：区民政局  表号：民统1表  有效期至：2027年1月", None, None],
        ["批准文号：某统字〔2026〕1号", None, None],
        ["填报人：　负责人：　联系电话：", None, "报出日期：2026年11月5日"],
        [None, "表号：", "民统1表"],
        ["单位负责人：", "张某", "统计负责人："],
    ],
)
def test_particulars_of_the_form_say_nothing_of_its_numbers(
    lexicon: Lexicon, line: Sequence[str | None]
) -> None:
    rows: Rows = [
        ["老年人情况统计表", None, None],
        line,
        ["社区", "男", "独居"],
        ["青年路", "", ""],
    ]

    assert told(drawn(rows), lexicon) == {"B4": OLD_MEN, "C4": ALONE}


@pytest.mark.parametrize(
    "line", ["填报单位：（盖章）　2026年10月　单位：万人", "2026年10月　单位：户　填报日期："]
)
def test_a_unit_among_particulars_holds_for_the_sheet(lexicon: Lexicon, line: str) -> None:
    rows: Rows = [["情况统计表", None], [line, None], ["社区", "党员"], ["青年路", ""]]

    assert told(drawn(rows), lexicon) == {"B4": WhyNot.UNIT_UNCLEAR}


@pytest.mark.parametrize("corner", ["单位：", "填报单位："])
def test_a_heading_beside_such_a_word_is_no_value_of_it(lexicon: Lexicon, corner: str) -> None:
    rows: Rows = [["低保", None, None], [corner, "女", "男"], ["青年路", "", ""]]

    assert told(drawn(rows), lexicon) == {
        "B3": people_where({"all": [{"dibao": True}, {"sex": "female"}]}),
        "C3": people_where({"all": [{"dibao": True}, {"sex": "male"}]}),
    }


def test_particulars_at_the_foot_ask_for_no_number(lexicon: Lexicon) -> None:
    rows: Rows = [
        ["统计表", None, None, None],
        ["男", "", "女", ""],
        ["单位负责人：", "", "填表人：", ""],
        ["批准文号", "", "报出日期：", ""],
    ]

    assert told(drawn(rows), lexicon) == {"B2": MEN, "D2": WOMEN}


# --- lists without a head --------------------------------------------------------------------


def test_a_list_without_a_head_begins_with_its_first_line(lexicon: Lexicon) -> None:
    rows = [[name, ""] for name in PLAIN]
    assert [*told(drawn(rows), lexicon).values()] == plainly(lexicon)

    units: Rows = [["党员", "", "人"], ["总户数", "", "户"]]
    assert told(drawn(units), lexicon) == {"B1": MEMBERS, "B2": HOUSEHOLDS}
    assert told(drawn([["空巢老人", ""], ["低保", ""]]), lexicon) == {
        "B1": WhyNot.UNKNOWN_WORDS,
        "B2": POOR,
    }


def test_a_title_with_a_border_beside_it_is_still_a_title(lexicon: Lexicon) -> None:
    listed = [["老年人情况统计表", ""], ["男", ""]]
    headed = [["老年人", "", ""], ["社区", "男", "独居"], ["青年路", "", ""]]

    assert told(drawn(listed), lexicon) == {"B2": OLD_MEN}
    assert told(drawn(headed), lexicon) == {"B3": OLD_MEN, "C3": ALONE}


# --- numbers in words ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "age"),
    [
        ("六十岁以上人口", {"from": 60}),
        ("六十周岁及以上老年人数", {"from": 60}),
        ("60岁（含）以上", {"from": 60}),
        ("六十至六十九岁", {"from": 60, "to": 69}),
        ("六十岁以上不满八十岁", {"from": 60, "under": 80}),
        ("不满十八周岁", {"under": 18}),
        ("十四周岁以下", {"to": 14}),
        ("百岁以上老人", {"from": 100}),
        ("百岁老人", {"from": 100}),
        ("一百零五岁以上", {"from": 105}),
    ],
)
def test_years_in_chinese_numerals_are_years(
    lexicon: Lexicon, heading: str, age: dict[str, int]
) -> None:
    found = told(drawn([["社区", heading], ["青年路", ""]]), lexicon)["B2"]

    old = {"all": [{"age": age}, {"age": {"from": 60}}]}
    assert found == people_where(old if "老" in heading else {"age": age})


@pytest.mark.parametrize(
    "heading", ["二十零岁以上", "第三岁", "六七十岁以上", "空巢老人", "独居空巢老人"]
)
def test_what_is_no_number_of_years_stays_unknown(lexicon: Lexicon, heading: str) -> None:
    assert told(drawn([["社区", heading], ["青年路", ""]]), lexicon) == {"B2": WhyNot.UNKNOWN_WORDS}


@pytest.mark.parametrize("heading", ["总人口", "人口总数", "常住人口总数", "人口总量", "总人口数"])
def test_everybody_is_said_in_many_ways(lexicon: Lexicon, heading: str) -> None:
    assert told(drawn([["社区", heading], ["青年路", ""]]), lexicon) == {"B2": people_where()}

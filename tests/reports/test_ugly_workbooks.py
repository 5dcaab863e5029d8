"""Forms as they really come: what people hide, merge, number and abbreviate never makes a wrong number."""

import io
import zipfile
from collections.abc import Sequence

import pytest

from linli.reports.domain import (
    Cell,
    Filled,
    Lexicon,
    Unmatched,
    WhyNot,
    WorkbookTooLarge,
    fill_workbook,
)
from linli.reports.domain import layouts as layouts_module

from .conftest import Merge, drawn
from .ugly import MEMBERS, OLD, OLDEST, POOR, Rows, book, fields, people_where, told

# --- headings --------------------------------------------------------------------------------


def test_headings_merged_over_three_rows_are_all_heard(lexicon: Lexicon) -> None:
    merges: list[Merge] = [
        (0, 0, 2, 0, "社区"),
        (0, 1, 0, 3, "老年人"),
        (1, 1, 2, 1, "合计"),
        (1, 2, 1, 3, "其中"),
    ]
    rows: Rows = [[None] * 4, [None] * 4, [None, None, "女", "80岁以上"], ["青年路", "", "", ""]]

    assert told(drawn(rows, merges), lexicon) == {
        "B4": OLD,
        "C4": people_where({"all": [{"age": {"from": 60}}, {"sex": "female"}]}),
        "D4": OLDEST,  # of the elders, and not of the women among them
    }


def test_sixty_columns_of_which_are_read_at_once(lexicon: Lexicon) -> None:
    rows = [["社区", "低保", *["其中：女"] * 60], ["青年路", *[""] * 61]]

    found = told(drawn(rows), lexicon)

    women = people_where({"all": [{"dibao": True}, {"sex": "female"}]})
    assert list(found.values()) == [POOR, *[women] * 60]


@pytest.mark.parametrize(
    ("heading", "means"),
    [
        ("①60岁以上", OLD),  # as digits: 160
        ("60岁以上²", OLD),
        ("（1）低保", POOR),
        ("（二）党员", MEMBERS),
        ("2.党员", MEMBERS),
        ("一、二级残疾", people_where({"disability_grade": {"from": 1, "to": 2}})),
        ("党 员\n（人）", MEMBERS),
        ("1、60岁以上", WhyNot.UNKNOWN_WORDS),
        ("14周岁以下（不含14周岁）", people_where({"age": {"under": 14}})),
        ("14周岁以下（不含16周岁）", WhyNot.JOINS_GROUPS),
        ("60周岁以上（含60周岁）", OLD),
        ("60岁及以上（含本数）", OLD),
        ("60周岁以上（含65周岁）", WhyNot.UNKNOWN_WORDS),
    ],
)
def test_numbers_of_lists_and_notes_are_no_part_of_a_heading(
    lexicon: Lexicon, heading: str, means: object
) -> None:
    assert told(drawn([["社区", heading], ["青年路", ""]]), lexicon) == {"B2": means}


def test_a_line_that_numbers_the_columns_is_passed_over_and_grades_are_not(
    lexicon: Lexicon,
) -> None:
    form = drawn([["社区", "党员", "低保"], ["甲", "1", "2=3+4"], ["青年路", "", ""]])
    assert told(form, lexicon) == {"B3": MEMBERS, "C3": POOR}

    grades = drawn([["残疾人", None], ["1", "2"], ["", ""]], [(0, 0, 0, 1, "残疾人")])
    assert set(told(grades, lexicon).values()) == {WhyNot.UNKNOWN_WORDS}


@pytest.mark.parametrize(
    "between",
    [
        ["填报单位（盖章）：青年路社区　　填报人：　　日期：2026年11月5日", None, None],
        ["填报单位：青年路社区", None, "填报日期：2026年11月5日"],
        ["2026年10月", None, None],
        [None, None, "单位：人"],
        ["填表说明：请于每月5日前报送", None, None],
        ["甲", "1", "2"],
    ],
)
def test_a_line_between_title_and_headings_cuts_neither_off(
    lexicon: Lexicon, between: Sequence[str | None]
) -> None:
    rows: Rows = [
        ["附件2", None, None],
        ["老年人情况统计表", None, None],
        between,
        ["社区", "男", "党员"],
        ["青年路", "", ""],
    ]

    found = told(drawn(rows, [(1, 0, 1, 2, "老年人情况统计表")]), lexicon)

    men = people_where({"all": [{"age": {"from": 60}}, {"sex": "male"}]})
    assert found["B5"] == men  # not all men
    assert isinstance(found["C5"], Cell)


@pytest.mark.parametrize("appendix", [["附件2"], ["附件2", "老年人情况统计表"], [None]])
def test_a_title_speaks_of_columns_beyond_it_and_a_heading_of_its_own_alone(
    lexicon: Lexicon, appendix: Sequence[str | None]
) -> None:
    title = [] if len(appendix) > 1 else [["老年人情况统计表"]]
    form = drawn([appendix, *title, ["社区", "男"], ["青年路", ""]])
    men = people_where({"all": [{"age": {"from": 60}}, {"sex": "male"}]})
    assert list(told(form, lexicon).values()) == [men]

    rows: Rows = [["统计表"], [None, "低保", None], ["社区", "男", "党员"], ["青年路", "", ""]]
    assert told(drawn(rows), lexicon) == {
        "B4": people_where({"all": [{"dibao": True}, {"sex": "male"}]}),
        "C4": WhyNot.GROUP_UNCLEAR,  # 低保 may be drawn over both
    }


def test_sections_of_a_form_are_read_each_for_itself(lexicon: Lexicon) -> None:
    rows: Rows = [
        ["社区基本情况统计表", None, None, None],
        ["老年人", None, None, None],
        ["男", "", "独居", ""],
        ["残疾人", None, None, None],
        ["男", "", "女", ""],
    ]
    merges: list[Merge] = [(r, 0, r, 3, str(rows[r][0])) for r in (0, 1, 3)]
    any_kind = {"disability": {"in": ["visual", "hearing", "speech", "physical"]}}
    disabled = people_where(any_kind).where
    assert disabled is not None

    found = fields(drawn(rows, merges), lexicon)

    assert found["B3"].found == people_where({"all": [{"age": {"from": 60}}, {"sex": "male"}]})
    said = {name: one.texts for name, one in found.items()}
    assert said["B5"] == ("社区基本情况统计表", "老年人", "残疾人", "男")
    # 老年人 may be the title of all or of its own section: nothing is claimed.
    assert isinstance(found["B5"].found, Unmatched)

    rows[1] = rows[3] = [None] * 4
    plain = [rows[0], rows[2], ["残疾人", None, None, None], rows[4]]
    told_ = fields(drawn(plain, [merges[0], (2, 0, 2, 3, "残疾人")]), lexicon)
    assert told_["B2"].found == people_where({"sex": "male"})
    assert isinstance(told_["B4"].found, Cell)
    assert told_["B4"].texts[-2:] == ("残疾人", "男")


def test_a_table_under_another_has_its_own_headings(lexicon: Lexicon) -> None:
    rows: Rows = [
        ["情况统计表", None, None],
        ["社区", "男", "女"],
        ["青年路", "", ""],
        ["社区", "低保", "党员"],
        ["青年路", "", ""],
    ]

    assert told(drawn(rows), lexicon) == {
        "B3": people_where({"sex": "male"}),
        "C3": people_where({"sex": "female"}),
        "B5": POOR,
        "C5": MEMBERS,
    }


def test_where_words_further_up_may_be_headings_or_not_nothing_is_claimed(
    lexicon: Lexicon,
) -> None:
    stray: Rows = [
        ["情况统计表", None, None],
        ["社区", "低保", ""],  # a blank in the head, as if it asked for a number
        [None, "男", "备注"],
        ["青年路", "", ""],
    ]
    assert told(drawn(stray, [(1, 0, 2, 0, "社区")]), lexicon)["B4"] is WhyNot.SEVERAL_SUBJECTS

    part: Rows = [
        ["情况统计表", None],
        ["社区", "低保"],
        ["青年路", ""],
        ["其中：", None],
        ["女", ""],
    ]
    found = told(drawn(part), lexicon)
    assert (found["B3"], found["B5"]) == (POOR, WhyNot.SEVERAL_SUBJECTS)


def test_communities_may_stand_over_the_columns_and_bear_their_full_name(
    lexicon: Lexicon,
) -> None:
    rows = [["指标", "青年路社区居民委员会", "上羊市街", "合计"], ["党员", "", "", ""]]

    found = fields(drawn(rows), lexicon)

    assert [(one.name, one.community, one.found) for one in found.values()] == [
        ("B2", 11, MEMBERS),
        ("C2", 12, MEMBERS),
        ("D2", None, MEMBERS),
    ]


def test_a_line_and_a_column_of_different_communities_are_not_one(lexicon: Lexicon) -> None:
    rows = [["社区", None, "青年路社区"], ["上羊市街社区", "党员", ""]]
    assert told(drawn(rows), lexicon) == {"C2": WhyNot.SEVERAL_SUBJECTS}


def test_a_heading_that_explains_itself_is_still_a_heading(lexicon: Lexicon) -> None:
    title = "老年人情况统计表"
    rows = [[None] * 3, ["社区", "独居（指常年一人）", "党员"], ["青年路", "", ""]]

    found = told(drawn(rows, [(0, 0, 0, 2, title)]), lexicon)

    assert found["B3"] is WhyNot.UNKNOWN_WORDS  # and not all elders, as the title alone would say
    assert isinstance(found["C3"], Cell)


# --- what is hidden --------------------------------------------------------------------------


def test_hidden_lines_and_columns_ask_nothing_and_say_nothing(lexicon: Lexicon) -> None:
    rows = [
        ["低保", None, None, None],
        ["社区", "编码", "男", "党员"],
        ["样表", "XQ00", "", ""],
        ["青年路", "XQ01", "", ""],
        ["上羊市街", "XQ02", "", ""],
    ]

    found = told(book(rows, hidden_rows=[0, 2, 4], hidden_columns=[1, 3]), lexicon)

    assert found == {"C4": people_where({"sex": "male"})}


def test_a_hidden_sheet_asks_nothing_and_explains_nothing(lexicon: Lexicon) -> None:
    rows, choices = [["社区", "老年人"], ["青年路", ""]], [["老年人：65岁"], ["党员", ""]]

    assert told(book(rows, beside=choices, beside_hidden=True), lexicon) == {"B2": OLD}


# --- places ----------------------------------------------------------------------------------


@pytest.mark.parametrize("merge", [(1, 1, 2, 1, ""), (1, 1, 1, 2, "")])
def test_a_merged_place_of_two_lines_or_two_headings_stays_empty(
    lexicon: Lexicon, merge: Merge
) -> None:
    rows = [["社区", "党员", "低保"], ["青年路", "", ""], ["上羊市街", "", ""]]

    found = told(drawn(rows, [merge]), lexicon)

    assert found["B2"] is WhyNot.SEVERAL_SUBJECTS
    assert set(found) == {"B2", *({"C2", "C3"} if merge[2] == 2 else {"B3", "C3"})}


def test_a_word_leads_to_one_place_however_many_are_drawn_beside_it(lexicon: Lexicon) -> None:
    rows = [["表", None], ["总人口", "", "", ""], ["党员", "", "", ""]]

    assert told(drawn(rows), lexicon) == {"B2": people_where(), "B3": MEMBERS}


def test_a_list_of_persons_gets_no_counts(lexicon: Lexicon) -> None:
    rows: Rows = [
        ["独居老人花名册", *[None] * 4],
        ["序号", "姓名", "身份证号", "党员", "低保"],
        *([str(number), "", "", "", ""] for number in range(1, 9)),
    ]

    assert told(drawn(rows, [(0, 0, 0, 4, "独居老人花名册")]), lexicon) == {
        "B3": WhyNot.LIST_OF_PERSONS
    }


def test_whoever_answers_for_a_community_makes_no_list_of_it(lexicon: Lexicon) -> None:
    rows = [["社区", "姓名", "党员"], ["青年路", "", ""], ["上羊市街", "", ""]]

    assert told(drawn(rows), lexicon) == {
        "B2": WhyNot.UNKNOWN_WORDS,
        "C2": MEMBERS,
        "B3": WhyNot.UNKNOWN_WORDS,
        "C3": MEMBERS,
    }


def test_a_very_wide_list_is_read_and_one_that_is_no_form_refused(
    lexicon: Lexicon, monkeypatch: pytest.MonkeyPatch
) -> None:
    ages = [f"{age}岁以上" for age in range(1, 121)]
    wide = drawn([["社区", *ages], *[["青年路", *[""] * 120]] * 40])

    assert len(fields(wide, lexicon)) == 40 * 120
    monkeypatch.setattr(layouts_module, "MOST_FIELDS", 40 * 120 - 1)
    with pytest.raises(WorkbookTooLarge):
        fields(wide, lexicon)


# --- the file --------------------------------------------------------------------------------


def test_pictures_choices_protection_formulas_and_other_sheets_come_back_as_they_were() -> None:
    rows = [["社区", "男", "女", "合计"], ["青年路", "", "", "=B2+C2"]]
    before = book(rows, beside=[["说明"]], hidden_columns=[2])
    after = fill_workbook(before, {("表", 2, 2): Filled(7, "旧"), ("表", 2, 4): 99})

    with zipfile.ZipFile(io.BytesIO(before)) as old, zipfile.ZipFile(io.BytesIO(after)) as new:
        assert old.namelist() == new.namelist()
        changed = {name for name in old.namelist() if old.read(name) != new.read(name)}
        sheet = new.read("xl/worksheets/sheet1.xml").decode()
        was = old.read("xl/worksheets/sheet1.xml").decode()
    assert "xl/media/image1.png" in new.namelist()
    assert changed == {"xl/worksheets/sheet1.xml", "xl/styles.xml"}  # it asked to recount already
    [cell] = [one for one in sheet.split("<c ") if one.startswith('r="B2"')]
    [blank] = [one for one in was.split("<c ") if one.startswith('r="B2"')]
    assert sheet.replace(cell, blank) == was
    for part in ("<sheetProtection", "<dataValidation", "<f>B2+C2</f>", 'hidden="1"'):
        assert part in sheet

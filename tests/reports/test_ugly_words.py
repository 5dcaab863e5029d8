"""Units and notes as forms really have them: what they leave open gets no number."""

import pytest

from linli.reports.domain import Cell, Lexicon, MoneyUnit, WhyNot

from .conftest import drawn
from .ugly import HOUSEHOLDS, MEMBERS, OLD, POOR, Rows, book, fields, people_where, told

# --- units -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "means"),
    [
        # set for the whole sheet
        (
            [[None, None, "单位：万人"], ["社区", "居民", "户数"], ["青年路", "", ""]],
            {"B3": WhyNot.UNIT_UNCLEAR, "C3": WhyNot.UNIT_UNCLEAR},
        ),
        (
            [[None, None, "单位：人、户"], ["社区", "低保", "户数"], ["青年路", "", ""]],
            {"B3": POOR, "C3": HOUSEHOLDS},
        ),
        (
            [[None, None, "单位：户"], ["社区", "低保", "户数"], ["青年路", "", ""]],
            {"B3": WhyNot.UNIT_UNCLEAR, "C3": HOUSEHOLDS},
        ),
        # beside the place
        ([["表"], ["总人口", "", "万人"]], {"B2": WhyNot.UNIT_UNCLEAR}),
        ([["表"], ["党员", "", "%"]], {"B2": WhyNot.UNIT_UNCLEAR}),
        ([["低保", "", "户", "党员", "", "名"]], {"B1": WhyNot.UNIT_UNCLEAR, "E1": MEMBERS}),
        ([["总户数", "", "户", "低保", "", "人"]], {"B1": HOUSEHOLDS, "E1": POOR}),
        ([["户", "", "人", ""]], {"B1": HOUSEHOLDS, "D1": people_where()}),
        # in a line or a column of their own
        (
            [["党员", "户数", "低保"], ["人", "户", "人次"], ["", "", ""]],
            {"A3": MEMBERS, "B3": HOUSEHOLDS, "C3": WhyNot.UNIT_UNCLEAR},
        ),
        (
            [["指标", "计量单位", "数量"], ["总人口", "万人", ""], ["党员", "人", ""]],
            {"C2": WhyNot.UNIT_UNCLEAR, "C3": MEMBERS},
        ),
    ],
)
def test_a_number_is_written_only_in_a_unit_it_is_counted_in(
    lexicon: Lexicon, rows: Rows, means: dict[str, object]
) -> None:
    assert told(drawn(rows), lexicon) == means


def test_money_takes_its_unit_from_beside_the_place_or_from_its_own_line(lexicon: Lexicon) -> None:
    for rows in (
        [["表"], ["支出经费", "", "万元"]],
        [["支出经费", "万元", ""]],
        [["社区", "支出经费"], [None, "万元"], ["青年路", ""]],
        [[None, "单位：人、万元"], ["社区", "支出经费"], ["青年路", ""]],
    ):
        [found] = fields(drawn(rows), lexicon).values()
        assert (found.unit, isinstance(found.found, Cell)) == (MoneyUnit.WAN_YUAN, True)


# --- what a form says of its words -----------------------------------------------------------


@pytest.mark.parametrize(
    ("note", "old"),
    [
        ("老年人：65周岁以上人员", WhyNot.OWN_DEFINITION),
        ("1.老年人指65周岁以上人员；2.党员是指中共党员", WhyNot.OWN_DEFINITION),
        ("老年人：年满60周岁", OLD),
        ("本表所称老年人，是指户籍老人", WhyNot.OWN_DEFINITION),
    ],
)
def test_what_another_sheet_explains_holds_for_the_form(
    lexicon: Lexicon, note: str, old: object
) -> None:
    rows = [["社区", "老年人", "党员"], ["青年路", "", ""]]

    assert told(book(rows, beside=[["填表说明"], [note]]), lexicon) == {"B2": old, "C2": MEMBERS}


@pytest.mark.parametrize(
    ("note", "restricts"),
    [
        ("统计范围：户籍人口", True),
        ("口径：60岁以上", True),
        ("注：指低保人员", True),
        ("统计范围：辖区内常住人口", False),
        ("统计口径：截至10月31日", False),
        ("说明：为做好老龄工作，请按时填报", False),
    ],
)
def test_a_scope_of_its_own_leaves_a_form_empty(
    lexicon: Lexicon, note: str, restricts: bool
) -> None:
    found = told(drawn([["社区", "老年人"], ["青年路", ""], [note, None]]), lexicon)

    assert found == {"B2": WhyNot.OWN_DEFINITION if restricts else OLD}


def test_a_note_that_explains_a_word_in_other_ways_is_heard(lexicon: Lexicon) -> None:
    for note in (
        "注：老年人为65周岁以上人员。",
        "备注：老年人即65岁及以上",
        "说明：老年人是户籍老人",
    ):
        found = told(drawn([["社区", "老年人"], ["青年路", ""], [note, None]]), lexicon)
        assert found == {"B2": WhyNot.OWN_DEFINITION}, note

"""Forms as people draw them: where the numbers go, and what each means."""

import io
from datetime import date

import xlsxwriter

from linli.people import queries as people
from linli.reports.domain import (
    Cell,
    Field,
    Lexicon,
    Unmatched,
    WhyNot,
    canonical,
    read_fields,
    read_workbook,
)
from linli.rulebook.domain import parse

from .conftest import drawn

ON = date(2026, 11, 22)
COMMUNITIES = {"青年路社区": 11, "上羊市街社区": 12}


def fields(data: bytes, lexicon: Lexicon) -> dict[str, Field]:
    [sheet] = read_workbook(data)
    found = read_fields(sheet, lexicon, COMMUNITIES, on=ON, names=["清波街道", "上城区"])
    return {field.name: field for field in found}


def counting(where: object = None) -> Cell:
    expression = canonical(parse(where, people.attribute_types())) if where else None
    return Cell("people", expression)


def test_a_line_for_each_community(lexicon: Lexicon) -> None:
    found = fields(
        drawn(
            [
                [None] * 5,
                ["序号", "社区", "老年人", None, "备注"],
                [None, None, "60-79岁", "80岁以上", None],
                ["1", "青年路", "", "", ""],
                ["2", "上羊市街社区", "", "", ""],
                ["", "合计", "", "", ""],
                ["填报人：", "", "审核人（签字）：", "", ""],
            ],
            [
                (0, 0, 0, 4, "上城区清波街道2026年第四季度老年人口统计表"),
                (1, 0, 2, 0, "序号"),
                (1, 1, 2, 1, "社区"),
                (1, 2, 1, 3, "老年人"),
                (1, 4, 2, 4, "备注"),
            ],
        ),
        lexicon,
    )

    middle, oldest = counting({"age": {"from": 60, "to": 79}}), counting({"age": {"from": 80}})
    assert {name: (one.community, one.found) for name, one in found.items()} == {
        "C4": (11, middle),
        "D4": (11, oldest),
        "C5": (12, middle),
        "D5": (12, oldest),
        "C6": (None, middle),
        "D6": (None, oldest),
    }


def test_words_at_the_left_of_each_place(lexicon: Lexicon) -> None:
    found = fields(
        drawn(
            [
                ["社区基本情况表", None, None, None],
                ["总人口", "", "户籍人口", ""],
                ["男性", "", "女性", ""],
                ["空巢老人", "", "低保（人）", ""],
                ["填报单位：", "", "日期：", ""],
            ]
        ),
        lexicon,
    )

    assert {name: one.found for name, one in found.items() if isinstance(one.found, Cell)} == {
        "B2": counting(),
        "D2": counting({"hukou": "local"}),
        "B3": counting({"sex": "male"}),
        "D3": counting({"sex": "female"}),
        "D4": counting({"dibao": True}),
    }
    assert found["B4"].found == Unmatched(WhyNot.UNKNOWN_WORDS, "空巢老人")
    assert set(found) == {"B2", "D2", "B3", "D3", "B4", "D4"}


def test_words_above_and_at_the_left_together(lexicon: Lexicon) -> None:
    found = fields(
        drawn([["残疾人", "男", "女"], ["一级残疾", "", ""], ["二级残疾", "", ""]]), lexicon
    )

    assert found["C3"].found == counting({"all": [{"disability_grade": 2}, {"sex": "female"}]})
    assert len(found) == 4


def test_of_which_belongs_to_the_column_before(lexicon: Lexicon) -> None:
    found = fields(
        drawn(
            [["社区", "独居老人", "其中：女", "其中：80岁以上", "党员"], ["青年路", "", "", "", ""]]
        ),
        lexicon,
    )
    alone = {"lives_alone": True}

    assert found["C2"].found == counting({"all": [alone, {"age": {"from": 60}}, {"sex": "female"}]})
    assert found["D2"].found == counting({"all": [alone, {"age": {"from": 80}}]})
    assert found["E2"].found == counting({"party_member": True})


def test_the_forms_own_definition_wins_over_ours(lexicon: Lexicon) -> None:
    found = fields(
        drawn(
            [
                ["社区", "高龄老人", "党员"],
                ["青年路", "", ""],
                ["注：高龄老人指75岁以上老人", None, None],
            ]
        ),
        lexicon,
    )

    assert found["B2"].found == Unmatched(WhyNot.OWN_DEFINITION, "高龄老人")
    assert found["C2"].found == counting({"party_member": True})


def test_lines_still_to_be_named_are_asked_back(lexicon: Lexicon) -> None:
    found = fields(drawn([["社区名称", "党员"], ["", ""], ["", ""], ["", ""]]), lexicon)

    assert {name: one.found for name, one in found.items()} == {
        "B2": Unmatched(WhyNot.UNNAMED_ROW, "党员")
    }


def test_one_line_without_a_name_is_the_fillers_own(lexicon: Lexicon) -> None:
    found = fields(drawn([["社区名称", "党员", "低保"], ["", "", ""]]), lexicon)

    assert {name: one.found for name, one in found.items()} == {
        "B2": counting({"party_member": True}),
        "C2": counting({"dibao": True}),
    }


def test_a_title_with_a_word_nobody_explained_matches_nothing(lexicon: Lexicon) -> None:
    found = fields(
        drawn(
            [["空巢老人统计表", None], ["社区", "女"], ["青年路", ""]],
            [(0, 0, 0, 1, "空巢老人统计表")],
        ),
        lexicon,
    )

    assert isinstance(found["B3"].found, Unmatched)


def test_a_place_with_a_formula_asks_nothing(lexicon: Lexicon) -> None:
    into = io.BytesIO()
    book = xlsxwriter.Workbook(into, {"in_memory": True})
    sheet = book.add_worksheet("表")
    sheet.write_row(0, 0, ["社区", "男", "女", "合计"])
    sheet.write(1, 0, "青年路")
    sheet.write_blank(1, 1, None, book.add_format({"border": 1}))
    sheet.write_formula(1, 3, "=B2+C2")
    book.close()

    assert set(fields(into.getvalue(), lexicon)) == {"B2"}


def test_an_empty_line_parts_two_tables(lexicon: Lexicon) -> None:
    found = fields(
        drawn([["社区", "80岁以上"], ["青年路", ""], [None, None], ["党员", ""]]), lexicon
    )

    assert found["B4"].found == counting({"party_member": True})


def test_a_second_word_in_a_line_is_no_line_of_the_table_above(lexicon: Lexicon) -> None:
    found = fields(
        drawn([["社区", "男", "女", "80岁以上"], ["青年路", "", "", ""], ["党员", "", "低保", ""]]),
        lexicon,
    )

    assert found["D3"].found == counting({"dibao": True})

"""Lines and columns that part a group: of it where the form says so, and of nobody where it does not."""

from collections.abc import Sequence

import pytest

from linli.reports.domain import Cell, Lexicon, Unmatched, WhyNot

from .ugly import MEMBERS, OLD, book, fields, people_where, told

DISABLED = {
    "disability": {
        "in": ["visual", "hearing", "speech", "physical", "intellectual", "mental", "multiple"]
    }
}
WOMEN = people_where({"sex": "female"})
UNCLEAR = WhyNot.GROUP_UNCLEAR


def disabled(*more: object) -> Cell:
    return people_where({"all": [DISABLED, *more]})


@pytest.mark.parametrize(
    ("rows", "meant"),
    [
        # Lines and pairs of words and places: 其中 is of the group before it, and of no part of it.
        (
            [["残疾人", ""], ["其中：女", ""], ["（其中：60岁以上）", ""], ["党员", ""]],
            {
                "B1": disabled(),
                "B2": disabled({"sex": "female"}),
                "B3": disabled({"age": {"from": 60}}),
                "B4": MEMBERS,
            },
        ),
        (
            [["总人口", "", "残疾人", "", "其中：女", ""]],
            {
                "B1": people_where(),
                "D1": disabled(),
                "F1": disabled({"sex": "female"}),
            },
        ),
        # Wrapped to the next line: of those above, or of the last before it?
        (
            [["总人口", "", "残疾人", ""], ["其中：女", "", "党员", ""], ["其中：男", ""]],
            {
                "B1": people_where(),
                "D1": disabled(),
                "B2": UNCLEAR,
                "D2": MEMBERS,
                "B3": UNCLEAR,
            },
        ),
        (
            [
                ["总人口", "", "残疾人", "", "党员", ""],
                ["其中：女", "", "其中：女", "", "其中：女", ""],
            ],
            {
                "B1": people_where(),
                "D1": disabled(),
                "F1": MEMBERS,
                "B2": UNCLEAR,
                "D2": UNCLEAR,
                "F2": UNCLEAR,
            },
        ),
        # Of nobody at all: no word of the form says of whom.
        (
            [["总人口", "残疾人"], ["", ""], ["其中：女", "党员"], ["", ""]],
            {"A2": people_where(), "B2": disabled(), "A4": UNCLEAR, "B4": MEMBERS},
        ),
        ([["其中：女", ""], ["党员", ""]], {"B1": UNCLEAR, "B2": MEMBERS}),
        (
            [["残疾人情况表", None], ["其中：女", ""], ["其中：男", ""]],
            {"B2": disabled({"sex": "female"}), "B3": disabled({"sex": "male"})},
        ),
        (
            [["残疾人", "", "其中：女", ""], ["其中：60岁以上", "", "党员", ""]],
            {
                "B1": disabled(),
                "D1": disabled({"sex": "female"}),
                "B2": disabled({"age": {"from": 60}}),
                "D2": MEMBERS,
            },
        ),
        (
            [["总人口", "", "户籍人口", ""], ["男", "", "女", ""]],  # a pair is of one group
            {
                "B1": people_where(),
                "D1": people_where({"hukou": "local"}),
                "B2": people_where({"sex": "male"}),
                "D2": WOMEN,
            },
        ),
        (
            [["项目", "青年路", "合计"], ["老年人", "", ""], ["其中：女", "", ""]],
            {
                "B2": OLD,
                "C2": OLD,
                "B3": people_where({"all": [{"age": {"from": 60}}, {"sex": "female"}]}),
                "C3": people_where({"all": [{"age": {"from": 60}}, {"sex": "female"}]}),
            },
        ),
        # A sex alone, a line set in, or 1. under 一、: of the group before, or of all?
        ([["老年人", ""], ["男", ""], ["女", ""]], {"B1": OLD, "B2": UNCLEAR, "B3": UNCLEAR}),
        ([["总人口", ""], ["1.女", ""]], {"B1": people_where(), "B2": WOMEN}),
        (
            [["一、残疾人", ""], ["1.党员", ""], ["（2）女", ""]],
            {"B1": WhyNot.UNKNOWN_WORDS, "B2": UNCLEAR, "B3": UNCLEAR},
        ),
        (
            [["残疾人", "党员", ""], [None, "60岁以上", ""], [None, "女", ""]],
            {"C1": disabled({"party_member": True}), "C2": UNCLEAR, "C3": UNCLEAR},
        ),
        (
            [["社区", "老年人", "男", "女"], ["青年路", "", "", ""]],
            {"B2": OLD, "C2": UNCLEAR, "D2": UNCLEAR},
        ),
        (
            [
                ["社区", "残疾人", None, "党员", None],
                [None, "60岁以上", "80岁以上", "60岁以上", "80岁以上"],
                ["青年路", "", "", "", ""],
            ],
            {
                "B3": disabled({"age": {"from": 60}}),
                "C3": UNCLEAR,
                "D3": people_where({"all": [{"age": {"from": 60}}, {"party_member": True}]}),
                "E3": UNCLEAR,
            },
        ),
        (
            [["社区", "总人口", "男", "女"], ["青年路", "", "", ""]],
            {"B2": people_where(), "C2": people_where({"sex": "male"}), "D2": WOMEN},
        ),
    ],
)
def test_what_may_be_a_part_is_counted_of_its_group_or_not_at_all(
    lexicon: Lexicon, rows: Sequence[Sequence[str | None]], meant: dict[str, object]
) -> None:
    assert told(book(rows), lexicon) == meant


def test_the_words_of_a_part_name_its_group(lexicon: Lexicon) -> None:
    found = fields(book([["残疾人", ""], ["其中：女", ""]]), lexicon)

    assert found["B2"].texts == ("残疾人", "其中：女")


def test_visits_and_doors_said_together_are_neither(lexicon: Lexicon) -> None:
    rows = [["走访情况表", None, None], ["社区", "走访次数", "走访户数"], ["青年路", "", ""]]

    found = fields(book(rows), lexicon)

    assert found["B3"].found == Unmatched(WhyNot.PERIOD_UNCLEAR, "走访情况表走访次数")

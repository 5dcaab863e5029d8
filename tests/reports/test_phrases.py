"""Headings of forms: what each means, and which are asked back rather than guessed."""

from datetime import date

import pytest

from linli.people import queries as people
from linli.reports import queries
from linli.reports.domain import (
    BadIndicator,
    Cell,
    Dictionaries,
    Lexicon,
    Unmatched,
    WhyNot,
    canonical,
    match,
    own_definitions,
    read_lexicon,
)
from linli.rulebook.domain import parse

ON = date(2026, 11, 22)


def people_where(where: object) -> Cell:
    return Cell("people", canonical(parse(where, people.attribute_types())) if where else None)


AGED = [
    ("60岁以上老人", {"age": {"from": 60}}),
    ("70 周岁及以上老年人数", {"age": {"from": 70}}),
    ("６０－６９周岁", {"age": {"from": 60, "to": 69}}),
    ("60至69岁人口", {"age": {"from": 60, "to": 69}}),
    ("60周岁以上不满80周岁人数", {"age": {"from": 60, "under": 80}}),
    ("60岁以上70岁以下", {"age": {"from": 60, "to": 70}}),
    ("超过60周岁人数", {"age": {"from": 61}}),
    ("不满14周岁人数", {"age": {"under": 14}}),
    ("16岁以下", {"age": {"to": 16}}),
    ("满18周岁人数", {"age": {"from": 18}}),
]


@pytest.mark.parametrize(("words", "where"), AGED)
def test_and_above_counts_in_and_under_does_not(
    lexicon: Lexicon, words: str, where: object
) -> None:
    found = match([words], lexicon, on=ON)

    assert found == people_where(where)


@pytest.mark.parametrize(
    ("texts", "where"),
    [
        (["社区人口统计表", "总人口"], None),
        (["老年人情况", "独居"], {"all": [{"lives_alone": True}, {"age": {"from": 60}}]}),
        (
            ["独居老人", "其中：女"],
            {"all": [{"lives_alone": True}, {"age": {"from": 60}}, {"sex": "female"}]},
        ),
        (["常住人口", "户籍人口", "男"], {"all": [{"hukou": "local"}, {"sex": "male"}]}),
        (
            ["残疾人", "一级残疾"],
            {
                "all": [
                    {
                        "disability": {
                            "in": [
                                "visual",
                                "hearing",
                                "speech",
                                "physical",
                                "intellectual",
                                "mental",
                                "multiple",
                            ]
                        }
                    },
                    {"disability_grade": 1},
                ]
            },
        ),
        (["低保人员（人）"], {"dibao": True}),
        (["流动人口", "租住"], {"all": [{"hukou": "elsewhere"}, {"residence": "tenant"}]}),
    ],
)
def test_headings_from_the_top_down_narrow_the_meaning(
    lexicon: Lexicon, texts: list[str], where: object
) -> None:
    assert match(texts, lexicon, on=ON) == people_where(where)


@pytest.mark.parametrize(
    ("texts", "why"),
    [
        (["空巢老人"], WhyNot.UNKNOWN_WORDS),
        (["备注"], WhyNot.UNKNOWN_WORDS),
        (["低保和特困人员"], WhyNot.JOINS_GROUPS),
        (["老年人", "除党员"], WhyNot.JOINS_GROUPS),
        (["非党员"], WhyNot.JOINS_GROUPS),
        (["男", "女"], WhyNot.CONTRADICTS_ITSELF),
        (["80岁以上", "不满60岁"], WhyNot.CONTRADICTS_ITSELF),
        (["户籍老年人（含外来）"], WhyNot.CONTRADICTS_ITSELF),
        (["低保户数"], WhyNot.SEVERAL_SUBJECTS),
        (["合计"], WhyNot.NO_SUBJECT),
    ],
)
def test_a_wrong_number_is_worse_than_none(lexicon: Lexicon, texts: list[str], why: WhyNot) -> None:
    found = match(texts, lexicon, on=ON)

    assert isinstance(found, Unmatched)
    assert found.why is why


@pytest.mark.parametrize("texts", [["老年人"], ["80岁以上"], [""], []])
@pytest.mark.parametrize("dictionaries", [{}, queries.dictionaries()])
def test_where_there_are_no_words_yet_nothing_is_matched(
    texts: list[str], dictionaries: Dictionaries
) -> None:
    found = match(texts, read_lexicon([], dictionaries), on=ON)

    if texts == ["80岁以上"] and dictionaries:
        assert isinstance(found, Cell)  # an age needs no word
        return
    assert isinstance(found, Unmatched)
    assert found.why in {WhyNot.UNKNOWN_WORDS, WhyNot.NO_SUBJECT}


def test_a_form_with_its_own_definition_is_believed(lexicon: Lexicon) -> None:
    notes = ["注：1、高龄老人指70岁以上老人；2、独居指独自居住。3、常住指住满半年"]
    own = own_definitions(notes, lexicon, on=ON)

    assert set(own) == {"高龄老人", "独居", "常住"}
    assert own["常住"] is None
    differs = match(["高龄老人"], lexicon, on=ON, own=own)
    assert differs == Unmatched(WhyNot.OWN_DEFINITION, "高龄老人")
    assert match(["独居老人"], lexicon, on=ON, own=own) == match(["独居老人"], lexicon, on=ON)
    assert match(["常住人口"], lexicon, on=ON, own=own) == Unmatched(WhyNot.OWN_DEFINITION, "常住")


@pytest.mark.parametrize(
    ("entry", "field"),
    [
        ({"say": []}, "say"),
        ({"say": ["人"], "of": "planets"}, "of"),
        ({"say": ["人"], "whichever": ["mood"]}, "whichever"),
        ({"say": ["人"], "total": "mood"}, "total"),
    ],
)
def test_a_term_that_cannot_be_read_is_named(entry: dict[str, object], field: str) -> None:
    with pytest.raises(BadIndicator) as refused:
        read_lexicon([entry], {"people": people.attribute_types()})
    assert refused.value.field == field


def test_one_word_has_one_meaning() -> None:
    with pytest.raises(BadIndicator) as refused:
        read_lexicon(
            [{"say": ["男"], "of": "people"}, {"say": [" 男 "], "of": "people"}],
            {"people": people.attribute_types()},
        )
    assert (refused.value.code, refused.value.field) == ("男", "say")

from datetime import UTC, date, datetime

import pytest

from linli.rulebook.domain import (
    And,
    AttributeType,
    BadExpression,
    DateInterval,
    Expression,
    InSet,
    Interval,
    Kind,
    Known,
    Not,
    YearsSince,
    parse,
    read_facts,
)
from linli.rulebook.domain import parsing as p

CARE = frozenset({"eldercare"})
DICTIONARY = {
    "born_on": AttributeType(Kind.DATE, purposes=CARE),
    "age": AttributeType(Kind.YEARS, of="born_on"),
    "hukou": AttributeType(Kind.CODE, codes=frozenset({"local", "city", "other"})),
    "street": AttributeType(Kind.CODE),
    "disabled": AttributeType(Kind.BOOL, purposes=CARE),
    "children": AttributeType(Kind.INT),
    "moved_on": AttributeType(Kind.DATE),
}


@pytest.mark.parametrize(
    ("data", "tree"),
    [
        ({"age": {"from": 80}}, YearsSince("age", "born_on", 80, None)),
        ({"age": {"from": 60, "under": 80}}, YearsSince("age", "born_on", 60, 79)),
        ({"hukou": "local"}, InSet("hukou", frozenset({"local"}))),
        ({"hukou": ["local", "city"]}, InSet("hukou", frozenset({"local", "city"}))),
        ({"hukou": {"in": ["local"]}}, InSet("hukou", frozenset({"local"}))),
        ({"street": "湖滨"}, InSet("street", frozenset({"湖滨"}))),
        ({"disabled": True}, InSet("disabled", frozenset({"yes"}))),
        ({"disabled": {"in": [False]}}, InSet("disabled", frozenset({"no"}))),
        ({"disabled": "no"}, InSet("disabled", frozenset({"no"}))),
        ({"children": 2}, Interval("children", 2, 2)),
        ({"children": {"over": 2}}, Interval("children", 3, None)),
        ({"children": {"to": 2}}, Interval("children", None, 2)),
        ({"moved_on": {"to": "2026-01-01"}}, DateInterval("moved_on", None, date(2026, 1, 1))),
        (
            {"moved_on": {"over": date(2026, 1, 1), "under": date(2026, 2, 1)}},
            DateInterval("moved_on", date(2026, 1, 2), date(2026, 1, 31)),
        ),
        ({"known": "children"}, Known("children")),
        ({"known": "age"}, Known("born_on")),
        (
            {"all": [{"known": "hukou"}, {"not": {"hukou": "other"}}]},
            And((Known("hukou"), Not(InSet("hukou", frozenset({"other"}))))),
        ),
    ],
)
def test_an_expression_is_read(data: object, tree: Expression) -> None:
    assert parse(data, DICTIONARY) == tree


def too_deep() -> object:
    data: object = {"known": "hukou"}
    for _ in range(60):
        data = {"not": data}
    return data


@pytest.mark.parametrize(
    ("data", "refusal", "path"),
    [
        (None, p.NotACondition, "(whole)"),
        ("age", p.NotACondition, "(whole)"),
        ({}, p.NotACondition, "(whole)"),
        ([{"known": "age"}], p.NotACondition, "(whole)"),
        ({"hukou": "local", "disabled": True}, p.NotACondition, "(whole)"),
        ({"all": {"known": "age"}}, p.NotACondition, "all"),
        ({"any": []}, p.NothingListed, "any"),
        ({"hukou": {"in": []}}, p.NothingListed, "hukou.in"),
        ({"all": [{"known": "age"}, {"agee": {"from": 1}}]}, p.UnknownAttribute, "all[1].agee"),
        ({"known": "telephone"}, p.UnknownAttribute, "known"),
        ({"known": ["age"]}, p.UnknownAttribute, "known"),
        ({3: "x"}, p.UnknownAttribute, "3"),
        ({"not": {"hukou": ["local", "mars"]}}, p.UnknownCode, "not.hukou[1]"),
        ({"hukou": {"in": ["mars"]}}, p.UnknownCode, "hukou.in[0]"),
        ({"hukou": {"from": "local"}}, p.WrongWay, "hukou"),
        ({"street": 12}, p.BadBound, "street"),  # 012 would have lost its zero
        ({"disabled": "perhaps"}, p.UnknownCode, "disabled"),
        ({"age": 80}, p.WrongWay, "age"),
        ({"age": {"over": 60}}, p.WrongWay, "age"),
        ({"age": {"from": "80"}}, p.BadBound, "age.from"),
        ({"age": {"from": True}}, p.BadBound, "age.from"),
        ({"age": {"from": 151}}, p.BadBound, "age.from"),
        ({"age": {"under": 0}}, p.NobodyMeant, "age"),
        ({"age": {"from": 80, "under": 80}}, p.NobodyMeant, "age"),
        ({"children": {}}, p.WrongWay, "children"),
        ({"children": {"from": 1, "over": 1}}, p.WrongWay, "children"),
        ({"children": {"to": 1, "under": 1}}, p.WrongWay, "children"),
        ({"children": {"least": 1}}, p.WrongWay, "children"),
        ({"children": [1, 2]}, p.WrongWay, "children"),
        ({"children": {"from": 1.5}}, p.BadBound, "children.from"),
        ({"moved_on": {"from": "tomorrow"}}, p.BadBound, "moved_on.from"),
        ({"moved_on": {"from": datetime(2026, 1, 1, tzinfo=UTC)}}, p.BadBound, "moved_on.from"),
        ({"moved_on": {"from": "2026-02-01", "to": "2026-01-01"}}, p.NobodyMeant, "moved_on"),
        (too_deep(), p.TooDeep, "not" + ".not" * 40),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(
    data: object, refusal: type[BadExpression], path: str
) -> None:
    with pytest.raises(refusal) as found:
        parse(data, DICTIONARY)

    assert type(found.value) is refusal
    assert found.value.path == path
    assert found.value.message % vars(found.value)


def test_the_nearest_fact_is_named() -> None:
    with pytest.raises(p.UnknownAttribute) as found:
        parse({"hokou": "local"}, DICTIONARY, steps=("eligibility",))

    sentence = found.value.message % vars(found.value)
    assert sentence == (
        "At eligibility.hokou: the fact dictionary has no hokou. The nearest is hukou."
    )


@pytest.mark.parametrize(
    ("data", "path"),
    [
        ({"disabled": True}, "disabled"),
        ({"age": {"from": 80}}, "age"),  # the age shows the birth date
        ({"not": {"known": "born_on"}}, "not.known"),
    ],
)
def test_a_fact_serves_only_the_purposes_it_was_asked_for(data: object, path: str) -> None:
    parse(data, DICTIONARY, "eldercare")
    parse(data, DICTIONARY)

    with pytest.raises(p.PurposeNotAllowed) as found:
        parse(data, DICTIONARY, "election")
    assert (found.value.path, found.value.other) == (path, "election")


def test_a_fact_that_is_not_personal_serves_any_purpose() -> None:
    assert parse({"hukou": "local"}, DICTIONARY, "election") == InSet("hukou", frozenset({"local"}))


def test_an_attribute_may_not_be_called_like_a_word_of_the_language() -> None:
    with pytest.raises(ValueError, match="known"):
        parse({"known": "x"}, {"known": AttributeType(Kind.INT)})


def test_facts_are_read_from_plain_data() -> None:
    data = {"born_on": "1940-01-01", "disabled": True, "hukou": "city", "children": 2}

    assert read_facts(data | {"street": None}, DICTIONARY) == {
        "born_on": date(1940, 1, 1),
        "disabled": "yes",
        "hukou": "city",
        "children": 2,
    }


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        ({"age": 80}, p.UnknownAttribute),  # the birth date is the fact
        ({"born_on": "soon"}, p.BadBound),
        ({"children": "two"}, p.BadBound),
        ({"hukou": "mars"}, p.UnknownCode),
        ({"disabled": 1}, p.BadBound),
    ],
)
def test_facts_of_the_wrong_kind_are_refused(
    data: dict[str, object], refusal: type[BadExpression]
) -> None:
    with pytest.raises(refusal):
        read_facts(data, DICTIONARY)

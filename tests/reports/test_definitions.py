"""The definitions a pack brings: read whole or not at all, and those in force are found again."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from django.utils.translation import override

from linli.catalogue.domain import PackFlaw
from linli.journal.models import Line
from linli.people import queries as people
from linli.places import queries as places
from linli.reports import queries
from linli.reports.actions import load_definitions, read_definitions
from linli.reports.domain import (
    BadIndicator,
    Cell,
    DefinedElsewhere,
    Relation,
    compare,
    match,
    read_indicator,
    read_lexicon,
    split,
)
from linli.reports.models import Indicator, Term
from tests.world import DISTRICT, GREEN, HOUSE_ITSELF, NOON, WILLOW, World

ON = date(2026, 11, 16)
GOOD = {
    "code": "elders",
    "name": {"zh-Hans": "老年人", "en": "Elders"},
    "definition": {"zh-Hans": "60 周岁以上。", "en": "Of 60 or more."},
    "of": "people",
    "where": {"age": {"from": 60}},
}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"of": "planets"}, "of"),
        ({"total": "sex"}, "total"),
        ({"by": "birth_on"}, "by"),
        ({"name": {"zh-Hans": "老年人"}}, "name"),
        ({"definition": "60"}, "definition"),
        ({"wheer": {"age": {"from": 60}}}, "wheer"),  # it would have counted everybody
    ],
)
def test_an_entry_that_cannot_be_read_is_named(changed: dict[str, object], field: str) -> None:
    with pytest.raises(BadIndicator) as refused:
        read_indicator(GOOD | changed, queries.dictionaries())
    assert (refused.value.code, refused.value.field) == ("elders", field)


@pytest.mark.parametrize(
    ("file", "text", "line", "field"),
    [
        ("indicators.yaml", "- [", 2, "(whole file)"),
        ("indicators.yaml", "code: elders", 1, "(whole file)"),
        ("indicators.yaml", "- elders", 1, "(whole file)"),
        ("indicators.yaml", "- code: a\n  of: people\n  of: visits", 3, "[0].of"),
        ("indicators.yaml", "- code: a\n  of: people\n- of: visits\n  code: a", 4, "[1].code"),
        ("terms.yaml", "- say: [老人, 长者]\n- {say: [老年人, 老人]}", 2, "[1].say"),
    ],
)
def test_a_file_that_cannot_be_read_or_says_a_thing_twice_is_refused_by_its_line(
    tmp_path: Path, file: str, text: str, line: int, field: str
) -> None:
    (tmp_path / file).write_text(text, "utf-8")

    with pytest.raises(PackFlaw) as refused:
        read_definitions(tmp_path)
    found = refused.value
    assert (found.file, found.line, found.field) == (file, line, field)


def test_a_pack_may_have_neither_file(tmp_path: Path) -> None:
    assert read_definitions(tmp_path) == ([], [])


def test_what_another_pack_defines_is_not_defined_again(world: World) -> None:
    kept = Line.objects.count(), Indicator.objects.count(), Term.objects.count()
    term = {"say": ["新词", "老人"], "of": "people"}
    for indicators, terms, code in (
        ([GOOD], [], "elders"),
        ([], [term], "老人"),
    ):
        with pytest.raises(DefinedElsewhere) as refused:
            load_definitions(
                by=HOUSE_ITSELF, pack="mine", indicators=indicators, terms=terms, begins=ON, at=NOON
            )
        assert (refused.value.code, refused.value.pack) == (code, "common")
    for refused_ in ([GOOD | {"code": "mine"}] * 2, [GOOD | {"code": ""}]):
        with pytest.raises(BadIndicator):
            load_definitions(
                by=HOUSE_ITSELF, pack="mine", indicators=refused_, terms=[], begins=ON, at=NOON
            )
    assert (Line.objects.count(), Indicator.objects.count(), Term.objects.count()) == kept
    for wrong in ({"of": ["people"]}, {"total": {}}, {"note": "新的"}):
        with pytest.raises(BadIndicator):
            read_lexicon([{"say": ["新词"]} | wrong], queries.dictionaries())


def test_no_two_definitions_of_the_common_pack_mean_the_same(world: World) -> None:
    found = queries.indicators(1, ON)
    assert len(found) == 87
    plain = [one for one in found.values() if one.by is None]
    same = [
        (one.code, other.code)
        for place, one in enumerate(plain)
        for other in plain[place + 1 :]
        if one.cell.of == other.cell.of
        and compare(one.cell, other.cell, queries.dictionaries()[one.cell.of], on=ON).relation
        is Relation.SAME
    ]

    assert same == []


def test_a_definition_may_be_split_and_its_parts_name_the_unknown(world: World) -> None:
    sexes = queries.indicators(1, ON)["residents_by_sex"]

    found = split(sexes, people.column_types())

    assert [code for code, _ in found] == ["female", "male", "unknown"]


def test_every_name_of_a_definition_is_understood_as_that_definition_or_not_at_all(
    world: World,
) -> None:
    from linli.reports.domain import Cell, match  # noqa: PLC0415

    words, wrong, understood = queries.lexicon(1, ON), [], 0
    for code, one in queries.indicators(1, ON).items():
        found = match([one.name["zh-Hans"]], words, on=ON)
        if one.by is not None or not isinstance(found, Cell):
            continue
        understood += 1
        dictionary = queries.dictionaries()[found.of]
        if (
            found.of != one.cell.of
            or compare(one.cell, found, dictionary, on=ON).relation is not Relation.SAME
        ):
            wrong.append(code)
    assert wrong == []
    assert understood >= 50


def test_a_name_that_two_communities_bear_is_no_communitys(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, green = world.place(DISTRICT), world.place(GREEN)
    assert queries.communities_named(1, root)["青桐社区"] == green

    tree, node = places.tree(1), type(places.tree(1)).node
    twice = replace(tree.node(world.place(WILLOW)), name=tree.node(green).name)
    monkeypatch.setattr(
        type(tree), "node", lambda self, one: twice if one == twice.id else node(self, one)
    )
    assert "青桐社区" not in queries.communities_named(1, root)


def test_a_difference_is_said_in_the_fewest_plain_words(world: World) -> None:
    rented = match(["租住老年人"], queries.lexicon(1, ON), on=ON)
    assert isinstance(rented, Cell)
    near = queries.nearest(1, rented, on=ON)
    assert near is not None
    assert near.indicator.code == "elders"

    with override("zh-hans"):
        said = queries.meaning(rented, near)
        assert (said.more, said.less) == ((), ("居住情况不是租住，或没有记录",))
        wider = queries.difference_words(
            compare(rented, near.indicator.cell, queries.dictionaries()["people"], on=ON).more
        )
        assert wider == said.less
    with override("en"):
        assert queries.meaning(rented, near).less == (
            "How they live here is not tenant, or it is not on record",
        )

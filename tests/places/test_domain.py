"""Places as values: which may stand where, how they are coded, and the tree."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.basics import Actor, Invalid, NoSuchThing
from linli.places import domain
from linli.places.domain import Kind, PlaceNode, PlaceTree, joined


@pytest.mark.parametrize(
    ("kind", "parent", "legal"),
    [
        (Kind.DISTRICT, None, True),
        (Kind.DISTRICT, Kind.DISTRICT, False),
        (Kind.STREET, None, False),
        (Kind.STREET, Kind.DISTRICT, True),
        (Kind.COMMUNITY, Kind.STREET, True),
        (Kind.COMMUNITY, Kind.DISTRICT, False),
        (Kind.GRID, Kind.COMMUNITY, True),
        (Kind.COURTYARD, Kind.GRID, True),
        (Kind.BUILDING, Kind.COURTYARD, True),
        (Kind.BUILDING, Kind.STREET, False),
        (Kind.STAIRWELL, Kind.BUILDING, True),
        (Kind.STAIRWELL, Kind.COMMUNITY, False),
        (Kind.DOOR, Kind.STAIRWELL, True),
        (Kind.DOOR, Kind.COURTYARD, True),
        (Kind.DOOR, Kind.COMMUNITY, False),
    ],
)
def test_which_places_stand_where(kind, parent, legal):
    if legal:
        domain.check_parent(kind, parent)
    else:
        with pytest.raises(domain.WrongParent):
            domain.check_parent(kind, parent)


@pytest.mark.parametrize(
    ("kind", "code", "legal"),
    [
        (Kind.DISTRICT, "330102", True),
        (Kind.DISTRICT, "33010", False),
        (Kind.STREET, "330102001", True),
        (Kind.STREET, "330102", False),
        (Kind.COMMUNITY, "330102001012", True),
        (Kind.COMMUNITY, "030102001012", False),
        (Kind.GRID, "330102001012-G1", True),
        (Kind.DOOR, "330102001012-B12-S2-D301", True),
        (Kind.DOOR, "330102001012", False),
        (Kind.DOOR, "330102001012-d301", False),
    ],
)
def test_codes_have_the_form_of_their_kind(kind, code, legal):
    if legal:
        domain.check_code(kind, code)
    else:
        with pytest.raises(domain.WrongCode):
            domain.check_code(kind, code)


def test_a_local_code_hangs_on_the_one_above():
    assert domain.local_code("330102001012", Kind.BUILDING, 12) == "330102001012-B12"
    assert domain.local_code("330102001012-B12", Kind.STAIRWELL, 2) == "330102001012-B12-S2"


@given(st.integers(0, 99_999), st.integers(0, 99_999))
def test_names_sort_by_their_numbers(one, other):
    keys = [domain.sort_key_of(f"{number}幢") for number in (one, other)]
    assert (keys[0] < keys[1]) == (one < other)


@pytest.mark.parametrize(
    "names",
    [
        "一单元 二单元 三单元 十单元 十一单元 二十单元 一百零二单元",
        "1幢 二幢 3幢 十幢 11幢 １２幢 ⑬幢",
        "第一网格 第二网格 第三网格 第十网格",
        "一〇一室 二〇三室 三零二室 一千零一室",
        "一号楼三单元 二号楼一单元 二号楼二单元 十号楼",
    ],
)
def test_names_sort_by_their_numbers_however_they_are_written(names):
    words = names.split()
    assert sorted(sorted(words), key=domain.sort_key_of) == words
    keys = [domain.sort_key_of(one) for one in words]
    assert [domain.sort_key_of(key) for key in keys] == keys


@pytest.mark.parametrize("name", ["百合苑", "千岛社区", "清波街道"])
def test_what_is_no_number_of_a_name_stays(name):
    assert domain.sort_key_of(name) == name


def test_a_name_is_kept_trimmed_and_chinese_is_required():
    assert domain.check_name({"zh-Hans": " 清波街道 ", "en": "", "fr": "x"}) == {
        "zh-Hans": "清波街道"
    }
    with pytest.raises(Invalid):
        domain.check_name({"en": "Qingbo"})
    with pytest.raises(Invalid):
        domain.check_name({"zh-Hans": "长" * 61})


def test_an_outline_keeps_six_decimals():
    ring = [[120.16000049, 30.2], [120.17, 30.2], [120.17, 30.21, 5.0], [120.16000049, 30.2]]
    assert domain.check_outline({"type": "Polygon", "coordinates": [ring], "crs": "x"}) == {
        "type": "Polygon",
        "coordinates": [[[120.16, 30.2], [120.17, 30.2], [120.17, 30.21], [120.16, 30.2]]],
    }


@pytest.mark.parametrize(
    "outline",
    [
        {"type": "Point", "coordinates": [1, 2]},
        {"type": "Polygon"},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": [[[1, 2], [3, 4], [1, 2]]]},
        {"type": "Polygon", "coordinates": [[["a", 2], [3, 4], [3, 5], ["a", 2]]]},
        "POLYGON",
    ],
)
def test_what_is_no_polygon_is_refused(outline):
    with pytest.raises(Invalid):
        domain.check_outline(outline)


@pytest.mark.parametrize("point", [(1, None), (None, 1), (181_000_000, 0), (0, -90_000_001)])
def test_half_a_point_is_no_point(point):
    with pytest.raises(Invalid):
        domain.check_point(*point)


def test_staff_reach_their_own_communities_only():
    staff = Actor(kind="staff", district=1, communities=frozenset({7}))
    domain.check_within(staff, 7)
    domain.check_within(staff, None)
    domain.check_within(Actor(kind="system", district=1), 8)
    with pytest.raises(NoSuchThing):
        domain.check_within(staff, 8)


NODES = [
    (1, Kind.DISTRICT, None, None, "上城区", "Shangcheng", False, None),
    (2, Kind.STREET, 1, None, "清波街道", "Qingbo Street", False, None),
    (3, Kind.STREET, 1, None, "湖滨街道", "Hubin Street", False, None),
    (4, Kind.COMMUNITY, 2, 4, "柳翠井巷社区", "Liucuijing", False, None),
    (5, Kind.COMMUNITY, 2, 5, "旧社区", "Old", True, 6),
    (6, Kind.COMMUNITY, 3, 6, "东坡路社区", "Dongpo Road", False, None),
    (7, Kind.GRID, 4, 4, "第一网格", "Grid 1", False, None),
    (8, Kind.BUILDING, 7, 4, "12幢", "", False, None),
    (9, Kind.BUILDING, 7, 4, "9幢", "", False, None),
    (10, Kind.STAIRWELL, 8, 4, "2单元", "Stairwell 2", False, None),
]


def tree() -> PlaceTree:
    return PlaceTree(
        PlaceNode(
            id=pk,
            kind=kind,
            parent=parent,
            community=community,
            code=f"c{pk}",
            name={"zh-Hans": zh, **({"en": en} if en else {})},
            sort_key=domain.sort_key_of(zh),
            ended=ended,
            merged_into=into,
        )
        for pk, kind, parent, community, zh, en, ended, into in NODES
    )


def test_an_address_runs_from_the_street_without_the_grid():
    assert tree().path_words(10, "zh-hans") == "清波街道柳翠井巷社区12幢2单元"
    assert tree().path_words(10, "en") == "Stairwell 2, 12幢, Liucuijing, Qingbo Street"
    assert tree().path_words(7, "zh-Hans") == "清波街道柳翠井巷社区第一网格"
    assert tree().path_words(1, "en") == "Shangcheng"


def test_children_stand_in_order_and_the_ended_are_left_out():
    assert [node.id for node in tree().children(7)] == [9, 8]
    assert [node.id for node in tree().children(2)] == [4]
    assert tree().children(10) == ()


def test_a_scope_holds_the_communities_and_what_became_part_of_them():
    assert tree().communities_under(1) == {4, 5, 6}
    assert tree().communities_under(2) == {4, 5}
    assert tree().communities_under(6) == {5, 6}
    assert tree().communities_under(10) == {4}


def test_a_place_knows_its_street_and_its_code():
    assert tree().street_of(10) == 2
    assert tree().street_of(1) is None
    assert tree().community_of(10) == 4
    assert tree().by_code("c5").id == 5
    assert tree().by_code("none") is None
    assert sorted(tree().under(4)) == [4, 7, 8, 9, 10]
    with pytest.raises(NoSuchThing):
        tree().node(99)


def test_a_number_that_stands_apart_does_so_on_both_sides() -> None:
    assert joined(["青桐社区", "3 幢", "2 单元"], "zh-hans") == "青桐社区 3 幢 2 单元"
    assert joined(["甲社区", "12幢", "1单元"], "zh-hans") == "甲社区12幢1单元"
    assert joined(["3 幢", "501 室"], "zh-hans") == "3 幢 501 室"
    assert joined(["青桐社区", "3 幢"], "en") == "3 幢, 青桐社区"

"""Asking where things are."""

from dataclasses import replace
from datetime import date

import pytest

from linli.basics import NoSuchThing
from linli.journal.actions import system
from linli.places import actions, queries
from linli.places.domain import Home, Kind, Permission, PlaceRow, as_called
from linli.places.models import Place

FIRST, SECOND = "330102001001", "330102001002"
STAIRWELL = "330102001001-B1-S1"
ON = date(2026, 11, 10)


def square(west, south, side=0.01):
    ring = [
        [west, south],
        [west + side, south],
        [west + side, south + side],
        [west, south + side],
        [west, south],
    ]
    return {"type": "Polygon", "coordinates": [ring]}


def test_the_tree_is_kept_until_something_changes(district, django_assert_num_queries):
    kept = queries.tree(1)
    with django_assert_num_queries(1):
        assert queries.tree(1) is kept
    assert len(kept) == 6


def test_doors_are_found_by_their_plate_and_their_stairwell(district):
    door = district[f"{STAIRWELL}-D101"]
    assert len(door.door_token) == 16
    assert queries.place_by_token(1, door.door_token) == door
    found = queries.doors_of(1, district[STAIRWELL].pk)
    assert [one.name["zh-Hans"] for one in found] == ["101室", "102室"]
    for token in ("", "nobody", district[FIRST].door_token or ""):
        with pytest.raises(NoSuchThing):
            queries.place_by_token(1, token)
    with pytest.raises(NoSuchThing):
        queries.place_by_token(2, door.door_token)


def test_a_door_has_an_address_too(district, django_assert_num_queries):
    door = district[f"{STAIRWELL}-D101"].pk
    queries.tree(1)
    with django_assert_num_queries(3):  # the version twice, the door
        assert queries.place_words(1, door, "zh-hans") == "清波街道甲社区1幢1单元101室"
    assert queries.place_words(1, door, "en") == "101室, 1单元, 1幢, 甲社区, 清波街道"
    assert queries.community_of(1, door) == district[FIRST].pk
    assert queries.community_of(1, district["330102001"].pk) is None
    with pytest.raises(NoSuchThing):
        queries.place_words(1, 10**9, "en")
    with pytest.raises(NoSuchThing):
        queries.community_of(2, door)


def test_a_point_lies_in_the_community_whose_outline_holds_it(district, noon):
    added = []
    for number, west in ((3, 120.16), (4, 120.17)):
        added.append(
            actions.add_place(
                by=replace(system(1), permissions=frozenset(Permission)),
                at=noon,
                kind=Kind.COMMUNITY,
                parent=district["330102001"].pk,
                code=f"33010200100{number}",
                name={"zh-Hans": f"{number}社区"},
                valid_from=noon.date(),
                outline=square(west, 30.24),
            ).pk
        )
    at = {"latitude": 30_245_000}
    assert queries.place_at(1, longitude=120_165_000, **at) == added[0]
    assert queries.place_at(1, longitude=120_175_000, **at) == added[1]
    assert queries.place_at(1, longitude=120_170_000, **at) == added[0]  # on the border
    assert queries.place_at(1, longitude=120_185_000, **at) is None
    assert queries.place_at(1, longitude=120_165_000, kind=Kind.GRID, **at) is None


def test_near_a_building_a_point_is_at_it_else_in_its_community(district, noon):
    by = replace(system(1), permissions=frozenset(Permission))

    def add(kind, parent, code, **where):
        name = {"zh-Hans": code}
        return actions.add_place(
            by=by,
            at=noon,
            kind=kind,
            parent=parent,
            code=code,
            name=name,
            valid_from=noon.date(),
            **where,
        ).pk

    street = district["330102001"].pk
    here = add(Kind.COMMUNITY, street, "330102001003", outline=square(120.16, 30.24))
    north = 30_245_000
    first, second = (
        add(Kind.BUILDING, here, f"330102001003-B{number}", longitude=east, latitude=north)
        for number, east in ((1, 120_165_000), (2, 120_165_500))
    )

    def near(east, latitude=north):
        return queries.place_near(1, longitude=east, latitude=latitude)

    assert [near(120_165_000), near(120_165_240), near(120_165_260)] == [first, first, second]
    # A microdegree is 0.096 m from west to east here, and 0.111 m from south to north.
    assert [near(120_164_490), near(120_164_470)] == [first, here]
    assert [near(120_165_000, north + 440), near(120_165_000, north + 460)] == [first, here]
    assert near(120_185_000) is None
    actions.merge_places(by=by, at=noon, place=first, into=second, on=noon.date())
    assert near(120_165_000) == second


def test_a_door_of_a_house_elsewhere_counts_for_no_neighbour(district, noon, rows):
    house = f"{SECOND}-B1"
    loader = replace(system(1), permissions=frozenset(Permission))
    more = [
        PlaceRow(kind=kind, code=code, parent_code=above, name={"zh-Hans": "1"})
        for kind, code, above in (
            (Kind.BUILDING, house, SECOND),
            (Kind.DOOR, f"{house}-D1", house),
            (Kind.DOOR, f"{STAIRWELL}-D103", STAIRWELL),
        )
    ]
    actions.load_places(by=loader, at=noon, rows=more, on=ON)
    # A door that was counted to another community than the stairwell it lies in.
    door = Place.objects.filter(code=f"{STAIRWELL}-D103")
    door.update(community_id=district[SECOND].pk)

    def doors(*codes):
        here = [district[code].pk for code in codes]
        found = queries.population(ON, noon, district=1, communities=here)
        column = found.population.columns["doors"].values
        return dict(zip(found.ids.tolist(), column.tolist(), strict=True))

    first, second = district[f"{FIRST}-B1"].pk, district[house].pk
    assert doors(FIRST, SECOND) == {first: 3, second: 1}
    assert doors(SECOND) == {second: 1}
    assert doors(FIRST) == {first: 2}


def test_homes_are_called_by_code_and_by_address_without_grids(district, noon):
    grid = actions.add_place(
        by=district.keeper,
        at=noon,
        kind=Kind.GRID,
        parent=district[SECOND].pk,
        code=f"{SECOND}-G1",
        name={"zh-Hans": "一网格"},
        valid_from=ON,
    )
    house = actions.add_place(
        by=district.keeper,
        at=noon,
        kind=Kind.BUILDING,
        parent=grid.pk,
        code=f"{SECOND}-G1-B9",
        name={"zh-Hans": "9 幢"},
        valid_from=ON,
    )
    door = actions.add_place(
        by=district.keeper,
        at=noon,
        kind=Kind.DOOR,
        parent=house.pk,
        code=f"{SECOND}-G1-B9-D1",
        name={"zh-Hans": "1室"},
        valid_from=ON,
    )
    homes = queries.homes_by_words(1)
    mine = [Home(door.pk, district[SECOND].pk)]
    for said in (
        door.code,
        "乙社区9幢1室",
        "清波街道 乙社区 9 幢１室",
        "上城区清波街道乙社区9幢1室",
    ):
        assert homes[as_called(said)] == mine
    assert homes["甲社区"] == homes[FIRST] == [Home(None, district[FIRST].pk)]
    assert homes["甲社区1幢1单元101室"][0].door == district[f"{STAIRWELL}-D101"].pk
    assert {"1幢", "101室", "清波街道", house.code} & homes.keys() == set()


def test_doors_that_ended_are_no_home_and_two_alike_are_both_told(district, noon):
    first, second = (district[f"{STAIRWELL}-D{number}"] for number in (101, 102))
    actions.rename_place(
        by=district.keeper, at=noon, place=second.pk, name={"zh-Hans": "101室"}, on=ON
    )
    assert len(queries.homes_by_words(1)["甲社区1幢1单元101室"]) == 2
    actions.merge_places(by=district.keeper, at=noon, place=second.pk, into=first.pk, on=ON)
    assert queries.homes_by_words(1)["甲社区1幢1单元101室"] == [Home(first.pk, first.community_id)]
    assert second.code not in queries.homes_by_words(1)

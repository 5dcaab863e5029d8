"""Where the made-up buildings stand: in their community, side by side, their doors behind them."""

from itertools import combinations, islice, pairwise
from math import cos, hypot, isqrt, radians
from random import Random

import pytest
from shapely import Point
from shapely.geometry import shape

from linli.fabric.documents import read_yaml
from linli.interop.domain.district import CELL, place_rows
from linli.interop.domain.plots import plots
from linli.interop.management.commands.demo import CALIBRATION
from linli.places.domain import MICRO, Kind, sort_key_of

METRES = 111_320 / MICRO  # of a microdegree of latitude


def apart(one, other) -> float:
    """Return how many metres lie between two rows of places."""
    east = (one.longitude - other.longitude) * cos(radians(other.latitude / MICRO))
    return hypot(east, one.latitude - other.latitude) * METRES


@pytest.mark.parametrize(("doors", "houses", "least"), [(15_572, 12, 100), (155_720, 121, 35)])
def test_buildings_stand_in_their_community_and_doors_in_their_building(doors, houses, least):
    chance = Random(7)  # noqa: S311
    rows = list(islice(place_rows(read_yaml(CALIBRATION), doors, chance), 3_400))
    known = {row.code: row for row in rows}
    community = next(row for row in rows if row.kind is Kind.COMMUNITY)
    inside = [row for row in rows if row.code.startswith(f"{community.code}-")]
    standing = [row for row in inside if row.kind is not Kind.GRID]
    outline = shape(community.outline)
    assert all(
        outline.contains(Point(row.longitude / MICRO, row.latitude / MICRO)) for row in standing
    )
    for row in standing:
        if row.kind is Kind.STAIRWELL:
            assert apart(row, known[row.parent_code]) < 10
        if row.kind is Kind.DOOR:
            assert apart(row, known[row.parent_code]) == 0

    walked = sorted(
        (row for row in inside if row.kind is Kind.BUILDING),
        key=lambda row: (row.parent_code, sort_key_of(row.name["zh-Hans"])),
    )
    assert len(walked) == houses
    assert min(apart(one, other) for one, other in combinations(walked, 2)) > least
    # The next building on a walk stands beside the one before, or in the next row.
    assert max(apart(one, other) for one, other in pairwise(walked)) < 2 * METRES * CELL / isqrt(
        houses
    )


def test_rows_are_walked_to_and_fro():
    square = [(0, 0), (600, 0), (600, 600), (0, 600)]

    assert plots(square, 5) == [(100, 150), (300, 150), (500, 150), (500, 450), (300, 450)]
    assert plots(square, 1) == [(300, 300)]

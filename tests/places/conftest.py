"""A small district: one street, two communities, a building with a stairwell and two doors."""

from dataclasses import dataclass, replace
from datetime import date

import pytest

from linli.basics import Actor
from linli.journal.actions import system
from linli.places import actions
from linli.places.domain import Kind, Permission, PlaceRow
from linli.places.models import Place

ROWS = [
    (Kind.DISTRICT, "330102", None, "上城区"),
    (Kind.STREET, "330102001", "330102", "清波街道"),
    (Kind.COMMUNITY, "330102001001", "330102001", "甲社区"),
    (Kind.COMMUNITY, "330102001002", "330102001", "乙社区"),
    (Kind.BUILDING, "330102001001-B1", "330102001001", "1幢"),
    (Kind.STAIRWELL, "330102001001-B1-S1", "330102001001-B1", "1单元"),
    (Kind.DOOR, "330102001001-B1-S1-D101", "330102001001-B1-S1", "101室"),
    (Kind.DOOR, "330102001001-B1-S1-D102", "330102001001-B1-S1", "102室"),
]


@dataclass
class District:
    """The places by their codes, and one who keeps them."""

    keeper: Actor

    def __getitem__(self, code: str) -> Place:
        return Place.objects.get(district=1, code=code)


@pytest.fixture
def rows() -> list[PlaceRow]:
    return [
        PlaceRow(kind=kind, code=code, parent_code=above, name={"zh-Hans": name})
        for kind, code, above, name in ROWS
    ]


@pytest.fixture
def district(db, noon, clerk, rows) -> District:
    loader = replace(system(1), permissions=frozenset(Permission))
    actions.load_places(by=loader, at=noon, rows=rows, on=date(2020, 1, 1))
    held = District(clerk)
    communities = {held["330102001001"].pk, held["330102001002"].pk}
    held.keeper = replace(clerk, communities=frozenset(communities))
    return held

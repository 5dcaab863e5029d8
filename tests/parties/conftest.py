"""One street with two communities, the hats of one of them, and the people who wear them."""

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest

from linli.basics import Actor
from linli.fabric import versions
from linli.parties import actions
from linli.parties.domain import AppointmentRow, PartyRow
from linli.places import actions as places
from linli.places.domain import Kind as PlaceKind
from linli.places.domain import PlaceRow
from linli.places.queries import tree
from tests.conftest import Everything
from tests.kept import kept

DAY = date(2026, 1, 1)
HOUSE = Actor(kind="system", district=1, hat="system", permissions=Everything())
PLACES = [
    ("district", "330102", None, "上城区"),
    ("street", "330102001", "330102", "柳营街道"),
    ("community", "330102001005", "330102001", "青桐社区"),
    ("community", "330102001006", "330102001", "石桥社区"),
    ("grid", "330102001005-G1", "330102001005", "一网格"),
]
PARTIES = [
    ("330102.center", "office", "center", "330102", "", "区中心", "8000 0000"),
    ("330102.housing", "office", "housing", "330102", "330102.center", "区住建局", "8000 0002"),
    ("330102001.center", "office", "center", "330102001", "330102.center", "街道中心", "8000 1000"),
    ("330102001.civil", "office", "civil", "330102001", "330102001.center", "民政科", "8000 1001"),
    (
        "330102001005.station",
        "station",
        "",
        "330102001005",
        "330102001.center",
        "青桐工作站",
        "8000 1234",
    ),
    (
        "330102001005.committee",
        "committee",
        "",
        "330102001005",
        "330102001.center",
        "青桐居委会",
        "",
    ),
    ("330102001005.party_org", "party_org", "", "330102001005", "330102001.center", "青桐党委", ""),
    (
        "330102001005.oversight",
        "oversight",
        "",
        "330102001005",
        "330102001.center",
        "青桐居监委",
        "",
    ),
    (
        "330102001005.property",
        "organisation",
        "property",
        "330102001005",
        "",
        "青桐物业",
        "8000 5555",
    ),
]
PEOPLE = [
    # login, party, role, name, backup's place in this list
    ("zhou", "330102001005.station", "worker", "周敏", 1),
    ("wu", "330102001005.station", "clerk", "吴兰", None),
    ("head", "330102001005.station", "head", "郑军", None),
    ("civil", "330102001.civil", "street", "钱英", None),
    ("street", "330102001.center", "street", "孙平", None),
    ("district", "330102.center", "district", "李华", None),
]


@pytest.fixture(autouse=True)
def fresh():
    versions.forget_everything()


@pytest.fixture
def world(db, noon):
    return kept("parties", lambda: _found(noon))


def _found(noon):
    rows = [
        PlaceRow(kind=PlaceKind(kind), code=code, parent_code=above, name={"zh-Hans": name})
        for kind, code, above, name in PLACES
    ]
    places.load_places(by=HOUSE, at=noon, rows=rows, on=DAY)
    where = {code: tree(1).by_code(code).id for _, code, _, _ in PLACES}
    units = actions.load_parties(
        by=HOUSE,
        at=noon,
        rows=[
            PartyRow(
                code=code,
                kind=kind,
                office=office,
                place=where[place],
                parent=parent,
                name={"zh-Hans": name, "en": code},
                phone=phone,
            )
            for code, kind, office, place, parent, name, phone in PARTIES
        ],
    )
    party = {one.code: one.pk for one in units}
    users = actions.add_users(
        by=HOUSE,
        at=noon,
        usernames=[row[0] for row in PEOPLE],
        password="correct-horse",  # noqa: S106
    )
    made = actions.load_appointments(
        by=HOUSE,
        at=noon,
        rows=[
            AppointmentRow(
                user=user.pk,
                party=party[code],
                role=role,
                name=name,
                from_on=DAY,
                backup=backup,
            )
            for user, (_, code, role, name, backup) in zip(users, PEOPLE, strict=True)
        ],
    )
    names = [row[0] for row in PEOPLE]
    return SimpleNamespace(
        place=where,
        party=party,
        user=dict(zip(names, users, strict=True)),
        seat={name: one.pk for name, one in zip(names, made, strict=True)},
        grid=where["330102001005-G1"],
        community=where["330102001005"],
        other=where["330102001006"],
    )


@pytest.fixture
def clerk(clerk, world):
    """Give the one who may everything the whole district to do it in."""
    return replace(clerk, communities=frozenset({world.community, world.other}))

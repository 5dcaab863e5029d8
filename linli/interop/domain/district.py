"""The places, parties and staff of a demo district, from its size and a source of chance."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Any

from linli.parties.domain import AppointmentRow, PartyRow, Role
from linli.places.domain import MICRO, Kind, PlaceRow, local_code

from .names import (
    REGION,
    STREETS,
    community_names,
    named,
    office_telephone,
    person_name,
)
from .plots import Corner, entrance, plots

Calibration = Mapping[str, Any]  # as data/calibration.yaml holds it
WEST, SOUTH, CELL = 120_100_000, 30_200_000, 6_000  # microdegrees
FLATS_A_FLOOR = 2
GRID_WORDS = "一二三四五六七八九十"
# Login, kind and office of the party, role. The first of each role is whom `linli token` speaks for.
LOGINS: tuple[tuple[str, str, Role], ...] = (
    ("clerk", "community.station", Role.CLERK),
    ("worker", "community.committee", Role.WORKER),
    ("head", "community.station", Role.HEAD),
    ("street", "street.center", Role.STREET),
    ("department", "district.urban_management", Role.DEPARTMENT),
    ("arbiter", "district.arbitration", Role.ARBITER),
    ("district", "district.center", Role.DISTRICT),
    ("auditor", "district.center", Role.AUDITOR),
)
READER = "resident"  # who has matters of their own in every state
DOES = {
    "clerk": "受理 · takes in what people bring to the window",
    "worker": "走访 · has the morning list and the card at the door",
    "head": "站长 · assigns, fills forms, refuses what came past the gate",
    "street": "街道 · signs and watches its nine communities",
    "department": "部门 · asks for numbers and work at the gate",
    "arbiter": "裁决 · decides returned steps",
    "district": "区 · has the cockpit and the money",
    "auditor": "审计 · reads the books and the record",
    "civil": "民政局 · a second department, with the money the year's work is paid from",
    "provider": "物业 · mends what is handed on to the property company",
    READER: "居民 · has matters of their own in every state",
}
# Further hats of those logins, all in the demo community.
MORE_HATS: tuple[tuple[str, str, Role], ...] = (
    ("worker", "community.station", Role.CLERK),
    ("worker", "community.party", Role.WORKER),
    ("head", "community.party", Role.HEAD),
)
# Whom it takes to play what several offices do together.
OTHERS: tuple[tuple[str, str, Role], ...] = (
    ("civil", "district.civil_affairs", Role.DEPARTMENT),
    ("provider", "community.organisation_property", Role.PROVIDER),
)
# How many further people each kind of party has, by role.
CREW: Mapping[str, tuple[Role, ...]] = {
    "station": (Role.HEAD, Role.CLERK, Role.CLERK),
    "committee": (Role.HEAD, Role.WORKER, Role.WORKER),
    "party_org": (Role.HEAD,),
    "oversight": (Role.WORKER,),
    "organisation": (Role.PROVIDER,),
    "autonomous_body": (Role.PROVIDER,),
}
PER_COMMUNITY = ("property", "neighbours", "volunteers")
PER_STREET = ("canteen", "clinic", "elder_care", "social_work")
OWN_BODIES = frozenset({"neighbours", "volunteers", "association"})
FOR_PROFIT = frozenset({"property", "lift", "shop", "telecom", "elder_care", "canteen"})


def place_rows(calibration: Calibration, households: int, chance: Random) -> Iterator[PlaceRow]:
    """Yield the district, its streets, communities, grids, buildings, stairwells and doors."""
    yield PlaceRow(
        kind=Kind.DISTRICT,
        code=REGION,
        parent_code=None,
        name=named("邻里示范区", "Linli Demo District"),
    )
    names = community_names()
    each, over = divmod(households, len(names))
    corners = _corners(chance)
    for row, (zh, en) in enumerate(STREETS):
        street = f"{REGION}{row + 1:03d}"
        yield PlaceRow(
            kind=Kind.STREET,
            code=street,
            parent_code=REGION,
            name=named(f"{zh}街道", f"{en} Street"),
        )
        for column in range(9):
            number = row * 9 + column
            around = [
                corners[column, row],
                corners[column + 1, row],
                corners[column + 1, row + 1],
                corners[column, row + 1],
            ]
            ring = [[part / MICRO for part in corner] for corner in (*around, around[0])]
            yield PlaceRow(
                kind=Kind.COMMUNITY,
                code=f"{street}{column + 1:03d}",
                parent_code=street,
                name=names[number],
                longitude=WEST + CELL * column + CELL // 2,
                latitude=SOUTH + CELL * row + CELL // 2,
                outline={"type": "Polygon", "coordinates": [ring]},
            )
            doors = each + (number < over)
            yield from _inside(f"{street}{column + 1:03d}", doors, calibration["district"], around)


def _corners(chance: Random) -> dict[tuple[int, int], Corner]:
    """Return the corners neighbours share, each a little off the grid."""
    return {
        (column, row): (
            WEST + CELL * column + chance.randrange(-900, 900),
            SOUTH + CELL * row + chance.randrange(-900, 900),
        )
        for column in range(10)
        for row in range(7)
    }


def _inside(
    community: str, doors: int, figures: Mapping[str, Any], around: Sequence[Corner]
) -> Iterator[PlaceRow]:
    """Yield what stands in one community: as many doors as it has households."""
    grids = [
        local_code(community, Kind.GRID, f"{n + 1:02d}")
        for n in range(figures["grids_per_community"])
    ]
    for number, grid in enumerate(grids):
        name = named(f"第{GRID_WORDS[number]}网格", f"Grid {number + 1}")
        yield PlaceRow(kind=Kind.GRID, code=grid, parent_code=community, name=name)
    per_stairwell = figures["doors_per_stairwell"]
    houses = _stairwells(-(-doors // per_stairwell))
    # Grid after grid, as one walks: the buildings of a grid stand side by side.
    walked = sorted(houses, key=lambda building: (building % len(grids), building))
    points = dict(zip(walked, plots(around, len(walked)), strict=True))
    for building, inside in houses.items():
        grid = grids[building % len(grids)]
        house = local_code(grid, Kind.BUILDING, building)
        name = named(f"{building} 幢", f"Building {building}")
        yield _standing(Kind.BUILDING, house, grid, name, points[building])
        for number in range(1, inside + 1):
            stair = local_code(house, Kind.STAIRWELL, number)
            name = named(f"{number} 单元", f"Stairwell {number}")
            point = entrance(points[building], number, inside)
            yield _standing(Kind.STAIRWELL, stair, house, name, point)
            for place in range(min(per_stairwell, doors)):
                flat = f"{place // FLATS_A_FLOOR + 1}{place % FLATS_A_FLOOR + 1:02d}"
                code, name = local_code(stair, Kind.DOOR, flat), named(f"{flat} 室", f"Flat {flat}")
                yield _standing(Kind.DOOR, code, stair, name, point)
            doors -= per_stairwell


def _stairwells(left: int) -> dict[int, int]:
    """Return how many of the stairwells each building has, by its number; 2.4 on average."""
    houses: dict[int, int] = {}
    while left > 0:
        building = len(houses) + 1
        houses[building] = min(left, 2 + (building % 5 < 2))
        left -= houses[building]
    return houses


def _standing(
    kind: Kind, code: str, above: str, name: Mapping[str, str], point: Corner
) -> PlaceRow:
    longitude, latitude = point
    return PlaceRow(
        kind=kind,
        code=code,
        parent_code=above,
        name=name,
        longitude=longitude,
        latitude=latitude,
    )


@dataclass(frozen=True, slots=True)
class Ground:
    """Ids and Chinese names of the places that parties stand on, by code."""

    ids: Mapping[str, int]
    names: Mapping[str, Mapping[str, str]]
    streets: Sequence[str]
    communities: Sequence[str]


def party_rows(ground: Ground, units: Sequence[Mapping[str, Any]], on: date) -> list[PartyRow]:
    """Return every party; ``units`` are the offices and organisations the packs name."""
    district = f"{REGION}.center"
    rows = [
        _party(
            REGION,
            "office",
            "center",
            named("区社区服务中心", "District Service Centre"),
            ground,
            "",
        )
    ]
    offices = {unit["code"]: _both(unit["name"]) for unit in units}
    for code, name in offices.items():
        level, _, office = code.partition(".")
        if level == "district" and office != "center":
            rows.append(_party(REGION, "office", office, name, ground, district))
        elif level == "organisation" and office not in (*PER_COMMUNITY, *PER_STREET):
            rows.append(_organisation(REGION, office, name, ground, district))
    for street in ground.streets:
        label = ground.names[street]
        center = f"{street}.center"
        full = named(f"{label['zh-Hans']}社区服务中心", f"{label['en']} Service Centre")
        rows.append(_party(street, "office", "center", full, ground, district))
        for code, name in offices.items():
            level, _, office = code.partition(".")
            if level == "street" and office != "center":
                rows.append(_party(street, "office", office, _at(label, name), ground, center))
            elif level == "organisation" and office in PER_STREET:
                rows.append(_organisation(street, office, _at(label, name), ground, center))
    for community in ground.communities:
        rows += _of_community(community, offices, ground)
    return [_dated(row, number, on) for number, row in enumerate(rows)]


def _of_community(
    community: str, offices: Mapping[str, Mapping[str, str]], ground: Ground
) -> Iterator[PartyRow]:
    label, center = ground.names[community], f"{community[:9]}.center"
    hats = (
        ("station", "公共服务工作站", "Public Service Station"),
        ("committee", "居民委员会", "Residents' Committee"),
        ("party_org", "党组织", "Party Organisation"),
        ("oversight", "居务监督委员会", "Oversight Committee"),
    )
    for kind, zh, en in hats:
        yield _party(community, kind, "", _at(label, named(zh, en)), ground, center)
    for office in PER_COMMUNITY:
        name = offices.get(f"organisation.{office}")
        if name:
            yield _organisation(community, office, _at(label, name), ground, "")


def _both(name: Any) -> Mapping[str, str]:
    return name if isinstance(name, Mapping) else {"zh-Hans": str(name)}


def _at(label: Mapping[str, str], name: Mapping[str, str]) -> dict[str, str]:
    """Return a unit's name with its place in front instead of “of the street” and the like."""
    found = {
        "zh-Hans": label["zh-Hans"] + name["zh-Hans"].removeprefix("街道").removeprefix("社区")
    }
    if "en" in name:
        bare = name["en"].removesuffix(" of the street office").removesuffix(" of the street")
        found["en"] = f"{label['en']} {bare}"
    return found


def _party(  # noqa: PLR0917
    place: str, kind: str, office: str, name: Mapping[str, str], ground: Ground, parent: str
) -> PartyRow:
    return PartyRow(
        code=f"{place}.{office or kind}",
        kind=kind,
        office=office,
        name=name,
        place=ground.ids[place],
        parent=parent,
    )


def _organisation(
    place: str, office: str, name: Mapping[str, str], ground: Ground, parent: str
) -> PartyRow:
    own = office in OWN_BODIES
    return PartyRow(
        code=f"{place}.organisation_{office}",
        kind="autonomous_body" if own else "organisation",
        office=office,
        name=name,
        place=ground.ids[place],
        parent=parent,
        for_profit=office in FOR_PROFIT and not own,
    )


def _dated(row: PartyRow, number: int, on: date) -> PartyRow:
    return replace(row, phone=office_telephone(number), from_on=on)


@dataclass(frozen=True, slots=True)
class Seat:
    """One appointment to be made: who signs in, at which party, as what."""

    login: str
    party: str
    role: Role
    name: str


def seats(parties: Sequence[PartyRow], demo: str, chance: Random) -> list[Seat]:
    """Return the seats: those of the demo's logins first, at the community ``demo``, then all others."""
    where = {"community": demo, "street": demo[:9], "district": REGION}
    names: dict[str, str] = {}
    found = []

    def sit(login: str, performer: str, role: Role) -> None:
        level, _, office = performer.partition(".")
        code = f"{where[level]}.{'party_org' if office == 'party' else office}"
        names.setdefault(login, person_name(chance))
        found.append(Seat(login, code, role, names[login]))

    for seat in (*LOGINS, *MORE_HATS):
        sit(*seat)
    for number, party in enumerate(parties):
        for place, role in enumerate(_crew(party)):
            login = f"staff{number:04d}{'abcdef'[place]}"
            found.append(Seat(login, party.code, role, person_name(chance)))
    for seat in OTHERS:
        sit(*seat)
    return found


def _crew(party: PartyRow) -> tuple[Role, ...]:
    if party.kind != "office":
        return CREW[party.kind]
    if party.office == "arbitration":
        return (Role.ARBITER,)
    if party.code == f"{REGION}.center":
        return (Role.DISTRICT, Role.DEPARTMENT)
    return (
        (Role.DEPARTMENT, Role.DEPARTMENT)
        if party.code.startswith(f"{REGION}.")
        else (Role.STREET, Role.STREET)
    )


def appointment_rows(
    found: Sequence[Seat],
    users: Mapping[str, int],
    parties: Mapping[str, int],
    *,
    on: date,
    today: date,
) -> list[AppointmentRow]:
    """Return the seats as rows to be loaded; an auditor's time is limited to a year."""
    return [
        AppointmentRow(
            user=users[seat.login],
            party=parties[seat.party],
            role=seat.role.value,
            name=seat.name,
            from_on=on,
            to_on=today + timedelta(days=365) if seat.role is Role.AUDITOR else None,
        )
        for seat in found
    ]

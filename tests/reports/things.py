"""A small district in which something happened: matters, visits, bodies, houses and money."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

import yaml

import linli.ledger
from linli.cases import actions as cases
from linli.cases.actions import Receipt, Said
from linli.cases.domain import Channel, End
from linli.ledger import actions as ledger
from linli.ledger.domain import Owner, read_units
from linli.parties import actions as parties
from linli.parties.domain import PartyRow
from linli.people import actions as people
from linli.places import actions as places
from linli.places.domain import Kind
from linli.places.models import Place
from linli.visits import actions as visits
from linli.visits.domain import VisitCard
from tests.cases.errands import RESIDENT
from tests.world import DOOR, GREEN, GRID, HOUSE_ITSELF, STAIR, WILLOW, World

UNITS = Path(linli.ledger.__file__).parent / "data" / "units.yaml"


def at(month: int, day: int, hour: int = 4) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


@dataclass(slots=True)
class Things:
    """What was made, by a short name each."""

    cases: dict[str, Receipt] = field(default_factory=dict)
    doors: dict[str, int] = field(default_factory=dict)
    parties: dict[str, int] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)


def build_things(world: World) -> Things:
    """Let it happen, in the order of its days."""
    made = Things()
    _organisations(world, made)
    _buildings(world, made)
    _matters(world, made)
    _visits(world, made)
    _money(world, made)
    return made


def _matters(world: World, made: Things) -> None:
    opened = [
        ("old", at(8, 20), Channel.WINDOW, STAIR),
        ("again", at(10, 5), Channel.PORTAL, STAIR),
        ("waits", at(11, 2), Channel.PHONE, STAIR),
        ("willow", at(11, 4), Channel.PORTAL, WILLOW),
        ("last", at(11, 15), Channel.WINDOW, STAIR),
        ("more", at(11, 28), Channel.WINDOW, STAIR),  # after most of what the tests look at
    ]
    for name, when, channel, place in opened:
        said = Said(
            item="shared_leak",
            words="楼道漏水。",
            channel=channel,
            place_id=world.place(place),
        )
        made.cases[name] = cases.open_case(by=RESIDENT, said=said, at=when)
    _answer(world, made, "old", at(8, 25))
    _answer(world, made, "again", at(11, 3))
    _answer(world, made, "willow", at(11, 5), desk="neighbour")
    receipt = made.cases["again"]
    cases.reopen_case(by=RESIDENT, report=receipt.report, words="还漏", at=at(11, 10))
    _answer(world, made, "again", at(11, 14))


def _answer(
    world: World, made: Things, name: str, when: datetime, *, desk: str = "station"
) -> None:
    cases.answer_case(
        by=world.at(desk),
        case_id=made.cases[name].case.pk,
        end=End.EXPLAINED,
        words="已经看过，是户内的管子，告诉了房主怎么修。",
        at=when,
    )


def _visits(world: World, made: Things) -> None:
    house = people.register_household(
        by=HOUSE_ITSELF, at=at(1, 5), home=world.place(DOOR), kind="family"
    )
    made.doors["family"] = house.pk
    people.register_person(
        by=HOUSE_ITSELF, at=at(1, 5), name="陈秀英", home=world.place(DOOR), household=house.pk
    )
    for name, community in (("alone", GREEN), ("willow", WILLOW)):
        person = people.register_person(
            by=HOUSE_ITSELF, at=at(1, 5), name="张某", community=world.place(community)
        )
        made.doors[name] = person.pk
    worker = world.at("committee")
    neighbour = replace(worker, communities=frozenset({world.place(WILLOW)}))
    made_on = [
        ("family", date(2026, 9, 3), at(9, 3), "done", 20),
        ("family", date(2026, 11, 3), at(11, 3), "done", 12),
        ("family", date(2026, 11, 12), at(11, 12), "done", 15),
        ("alone", date(2026, 11, 4), at(11, 4), "not_home", 2),
        ("alone", date(2026, 11, 9), at(11, 9), "done", 30),
        ("willow", date(2026, 11, 10), at(11, 16), "done", 9),  # on paper, keyed in later
    ]
    for number, (door, on, when, outcome, minutes) in enumerate(made_on):
        card = VisitCard(
            key=f"k{number}",
            household=made.doors[door] if door == "family" else None,
            person=None if door == "family" else made.doors[door],
            outcome=outcome,
            visited_on=on,
            minutes=minutes,
        )
        visits.record_visit(by=neighbour if door == "willow" else worker, at=when, card=card)


def _organisations(world: World, made: Things) -> None:
    green = world.place(GREEN)
    rows = [
        PartyRow(
            code=f"{GREEN}.{code}",
            kind=kind,
            name={"zh-Hans": name, "en": code},
            place=green,
            office=code,
            sector="organisation" if kind == "organisation" else "",
            for_profit=profit,
            legal_person=legal,
            from_on=on,
        )
        for code, kind, name, profit, legal, on in (
            ("chess", "organisation", "棋友会", False, False, date(2026, 2, 1)),
            ("care", "organisation", "助老服务中心", False, True, date(2026, 11, 4)),
            ("property", "organisation", "物业公司", True, True, date(2026, 2, 1)),
        )
    ]
    for row in parties.load_parties(by=HOUSE_ITSELF, at=at(11, 5), rows=rows):
        made.parties[row.code.removeprefix(f"{GREEN}.")] = row.pk


def _buildings(world: World, made: Things) -> None:
    grid = world.place(GRID)
    for code, when, since in (
        ("B04", at(11, 6), date(2026, 1, 1)),
        ("B05", at(11, 6), date(2026, 1, 1)),
    ):
        place = places.add_place(
            by=HOUSE_ITSELF,
            at=when,
            kind=Kind.BUILDING,
            parent=grid,
            code=f"{GRID}-{code}",
            name={"zh-Hans": f"{code[2]} 幢", "en": f"Building {code[2]}"},
            valid_from=since,
        )
        made.places[code] = place.pk
    places.merge_places(
        by=HOUSE_ITSELF,
        at=at(11, 14),
        place=made.places["B05"],
        into=made.places["B04"],
        on=date(2026, 11, 13),
    )
    made.places["B03"] = Place.objects.get(code=f"{GRID}-B03").pk


def _money(world: World, made: Things) -> None:
    units = read_units(yaml.safe_load(UNITS.read_text("utf-8")))
    ledger.load_units(by=HOUSE_ITSELF, at=at(1, 2), units=units)
    year = {"from_on": date(2026, 1, 1), "to_on": date(2026, 12, 31)}
    for name, owner, unit in (
        ("garden", f"{GREEN}.committee", "cny"),
        ("minutes", f"{GREEN}.committee", "work"),
        ("street", "990101001.center", "cny"),
    ):
        line = ledger.open_budget_line(
            by=HOUSE_ITSELF,
            at=at(1, 3),
            code=name,
            name={"zh-Hans": name, "en": name},
            owner=world.party(owner),
            unit=unit,
            **year,
        )
        made.lines[name] = line.pk
        outside = ledger.open_account(
            by=HOUSE_ITSELF, at=at(1, 3), unit=unit, owner=Owner.above(f"from {name}"), floor=None
        )
        ledger.appropriate_budget(
            by=HOUSE_ITSELF,
            at=at(1, 4),
            line=line.pk,
            source=outside.pk,
            amount=500_000,
            key=f"given {name}",
        )
    for step, day in (
        (ledger.reserve_budget, at(11, 2)),
        (ledger.commit_budget, at(11, 6)),
        (ledger.pay_budget, at(11, 12)),
    ):
        step(by=HOUSE_ITSELF, at=day, line=made.lines["garden"], amount=120_050, key=f"g {day}")

"""A district with a duty list, money for the housing bureau, and a request it might make."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

import linli.ledger
import linli.rulebook
from linli.basics import Actor
from linli.catalogue import actions as catalogue
from linli.catalogue.domain import DutyKind, DutyLineData
from linli.fabric.documents import read_yaml
from linli.gate import actions
from linli.gate.domain import Kind, Wanted
from linli.gate.models import Request
from linli.ledger import actions as ledger
from linli.ledger.domain import Owner, read_units
from linli.rulebook import actions as rulebook
from linli.rulebook.domain import read_rules
from tests.kept import kept
from tests.world import GREEN, HOUSE_ITSELF, NOON, STREET, WILLOW, World, build_world

DAY = timedelta(days=1)
TODAY = date(2026, 11, 16)  # the day of NOON
LATER = datetime(2026, 11, 18, 2, tzinfo=UTC)
LAW = "城市居民委员会组织法 第四十三条"
BUDGET = "housing.2026"
GIVEN_FEN = 100_000


def duty(code: str, kind: DutyKind, *, names: bool = False, exact: bool = False) -> DutyLineData:
    return DutyLineData(
        code=code,
        kind=kind,
        name={"zh-Hans": code, "en": code},
        basis=(LAW,),
        department="district.housing",
        expected_minutes=30,
        evidence=("note",),
        exact_counts=exact,
        names=names,
        example=False,
    )


DUTIES = [
    duty("help", DutyKind.COOPERATE, names=True, exact=True),
    duty("home_safety", DutyKind.COOPERATE),
    duty("own", DutyKind.BASIC),
    duty("market_checks", DutyKind.TAKEN_BACK),
    duty("guarantees", DutyKind.NEGATIVE),
]


def furnish(world: World) -> World:
    """Give the street its duty list and the housing bureau 1,000 yuan; enter units and rules."""
    data = Path(linli.ledger.__file__).parent / "data" / "units.yaml"
    ledger.load_units(by=HOUSE_ITSELF, at=NOON, units=read_units(read_yaml(data)))
    rows = Path(linli.rulebook.__file__).parent / "data" / "rules.yaml"
    rulebook.load_rules(by=HOUSE_ITSELF, rules=read_rules(read_yaml(rows)), at=NOON)
    catalogue.import_duty_list(
        by=HOUSE_ITSELF, place=world.place(STREET), lines=DUTIES, begins=TODAY, at=NOON
    )
    give_money(world, "housing", BUDGET, GIVEN_FEN)
    return world


def give_money(world: World, desk: str, code: str, amount: int) -> int:
    outside = ledger.open_account(
        by=HOUSE_ITSELF, at=NOON, unit="cny", owner=Owner.above(f"outside {code}"), floor=None
    )
    line = ledger.open_budget_line(
        by=HOUSE_ITSELF,
        at=NOON,
        code=code,
        name={"zh-Hans": "住房安全（示例）", "en": "Home safety (example)"},
        owner=world.at(desk).office(),
        from_on=date(2026, 1, 1),
        to_on=date(2026, 12, 31),
    )
    ledger.appropriate_budget(
        by=HOUSE_ITSELF,
        at=NOON,
        line=line.pk,
        source=outside.pk,
        amount=amount,
        key=f"given {code}",
    )
    return line.pk


@pytest.fixture
def world(db) -> World:
    return furnished()


def furnished() -> World:
    return kept("gate", lambda: furnish(build_world()))


def wanted(world: World, **changes) -> Wanted:
    """Return work for both communities: 30 minutes each, 42 yuan together."""
    base = Wanted(
        kind=Kind.WORK,
        title="查看老楼外墙",
        words="每个社区看一遍老楼外墙，拍照。",
        purpose="排除外墙脱落的危险",
        basis=LAW,
        duty_line="home_safety",
        communities=frozenset({world.place(GREEN), world.place(WILLOW)}),
        from_on=TODAY,
        to_on=TODAY + 10 * DAY,
        minutes=30,
        evidence="照片",
        budget_line=BUDGET,
    )
    return replace(base, **changes)


def submitted(world: World, desk: str = "housing", at=NOON, **changes) -> Request:
    draft = actions.draft_request(by=world.at(desk), wanted=wanted(world, **changes), at=at)
    return actions.submit_request(by=world.at(desk), request=draft.pk, at=at)


def reviewed(world: World, at=NOON, **changes) -> Request:
    row = submitted(world, at=at, **changes)
    actions.cosign_request(by=world.at("street"), request=row.pk, at=at)
    row.refresh_from_db()
    return row


def admitted(world: World, at=NOON, **changes) -> Request:
    row = reviewed(world, at=at, **changes)
    return actions.admit_request(by=world.at("district"), request=row.pk, at=at)


def worker(world: World) -> Actor:
    return world.at("committee")


def colleague(world: World) -> Actor:
    """Return another officer of the district's center."""
    return replace(world.at("district"), user=999, appointment=999)


def task(row: Request, world: World, code: str = GREEN):
    return row.tasks.get(community=world.place(code))

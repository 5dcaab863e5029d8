"""
The small district, lived in: two cases, a return before the arbiter, and one person per role.

``things`` holds one of everything else an address can name, all of it in the green community.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from linli.cases import actions as cases
from linli.cases.domain import Channel
from linli.cases.models import Case, Ruling, Step
from linli.catalogue import queries as catalogue
from linli.identity import actions as identity
from linli.identity.models import User
from linli.parties import actions as parties
from linli.parties import queries as party_queries
from linli.parties.domain import AppointmentRow
from tests import tables
from tests.gate.conftest import furnish
from tests.kept import kept
from tests.world import FIRST_DAY, GREEN, HOUSE_ITSELF, STAIR, WILLOW, World, build_world

from . import houses
from .things import make_things

# Races need real connections; the database of the quick run lies in memory and has one.
collect_ignore = []
if "postgresql" not in settings.DATABASES["default"]["ENGINE"]:
    collect_ignore += ["test_races.py", "test_runtime_role.py"]  # and SQLite has no roles

# role of the table → the desk whose person holds it
DESKS = {
    "clerk": "station",
    "worker": "committee",
    "head": "head",
    "neighbour": "neighbour",
    "elsewhere": "elsewhere",
    "street": "street_city",
    "department": "housing",
    "arbiter": "arbiter",
    "district": "district",
    "auditor": "auditor",
    "provider": "provider",
}
ROLES = ("anonymous", "resident", *DESKS)
LAST_DAY = date(2030, 12, 31)


@dataclass(frozen=True)
class House:
    """A lived-in district. ``fresh`` was just opened; ``returned`` waits for the arbiter."""

    world: World
    fresh: Case
    returned: Case
    ruling: int
    code: str  # of the receipt of ``fresh``
    report: int
    resident: User
    things: Mapping[str, str]  # placeholder of a route → what stands for it
    steps: Mapping[str, int]  # code → step of the fresh case

    def step(self, code: str) -> int:
        """Return a step of the fresh case."""
        return self.steps[code]

    def browser(self, role: str, **options) -> Client:
        """Return the browser of a role, signed in unless nobody is."""
        client = Client(raise_request_exception=False, **options)
        if role != "anonymous":
            client.force_login(self.user(role))
        return client

    def user(self, role: str) -> User:
        if role == "resident":
            return self.resident
        return User.objects.get(pk=self.world.at(DESKS[role]).user)

    def machine(self, role: str) -> Client:
        """Return a client that carries the role's bearer token; anonymous and residents have none."""
        if role in ("anonymous", "resident"):
            return self.browser(role)
        return Client(raise_request_exception=False, headers=self.bearer(role))

    def bearer(self, role: str) -> dict[str, str]:
        actor, now = self.world.at(DESKS[role]), timezone.now()
        _, token = identity.give_token(
            by=HOUSE_ITSELF,
            at=now,
            user_id=actor.user,
            appointment_id=actor.appointment,
            expires_at=now + timedelta(days=30),
        )
        return {"authorization": f"Bearer {token}"}


@pytest.fixture(scope="session")
def built(tmp_path_factory) -> Path:
    """A folder with the small district in a SQLite file, as ``crash_house`` builds it."""
    home = tmp_path_factory.mktemp("built")
    tables.put(home / "linli.sqlite3")
    environment = houses.about(home, f"sqlite:///{home}/linli.sqlite3")
    houses.house("build", environment, home / "district.json")
    return home


@pytest.fixture
def house(db) -> House:
    return kept("house", live_in)


def live_in() -> House:
    """Build the district, give every role a person, open two cases and return one."""
    world = furnish(build_world())
    now = timezone.now()
    world = replace(world, staff=world.staff | _four_more(world, now))
    parties.mark_demo(by=HOUSE_ITSELF, at=now)
    resident = User.objects.create(username="resident")
    receipts = [open_leak(world, words, now) for words in ("楼道顶上漏水", "三单元的灯不亮了")]
    fresh, returned = (one.case for one in receipts)
    ruling = _return_one(world, returned, now)
    things = make_things(world, fresh, now)
    steps = dict(Step.objects.filter(case=fresh).values_list("code", "pk"))
    code, report = receipts[0].code, receipts[0].report.pk
    return House(world, fresh, returned, ruling, code, report, resident, things, steps)


def open_leak(world: World, words: str, now: datetime) -> cases.Receipt:
    """Open a case in the green community."""
    said = cases.Said(
        item="shared_leak",
        words=words,
        channel=Channel.WINDOW,
        place_id=world.place(STAIR),
        name="陈阿姨",
        phone="13800000521",
    )
    return cases.open_case(by=world.at("station"), said=said, at=now)


def _four_more(world: World, now: datetime) -> dict:
    seats = (
        ("auditor", "auditor", f"{GREEN}.station", "蒋明"),
        ("provider", "provider", f"{GREEN}.station", "沈芳"),
        ("head", "head", f"{GREEN}.station", "韩雪"),
        ("elsewhere", "worker", f"{WILLOW}.station", "杨帆"),
    )
    rows, users = [], {}
    for desk, role, party, name in seats:
        users[desk] = User.objects.create(username=desk, is_staff=True)
        rows.append(
            AppointmentRow(users[desk].pk, world.party(party), role, name, FIRST_DAY, LAST_DAY)
        )
    parties.load_appointments(by=HOUSE_ITSELF, at=now, rows=rows)
    today = party_queries.law_day(now)
    return {role: party_queries.actor_for(user, None, on=today) for role, user in users.items()}


def _return_one(world: World, case: Case, now: datetime) -> int:
    """Carry a case to the housing bureau and have it come back with a clause."""
    steps = {step.code: step.pk for step in Step.objects.filter(case=case)}
    for desk, code in (("station", "look"), ("street_city", "mend")):
        cases.accept_step(by=world.at(desk), step_id=steps[code], at=now)
        cases.finish_step(
            by=world.at(desk), step_id=steps[code], outcome="done", note="看过了", at=now
        )
    clause = party_clause(case)
    cases.return_step(
        by=world.at("housing"), step_id=steps["money"], clause=clause, note="不归我们", at=now
    )
    return Ruling.objects.get(case=case).pk


def party_clause(case: Case) -> str:
    """Return the first clause of the case's item that allows a return."""
    return next(iter(catalogue.definition(case.version_id).clauses))

"""The district of the walk: its people, its roles, its matters, and money that is not the gate's."""

from dataclasses import replace
from datetime import date, datetime

from django.conf import settings

from linli.cases import actions as cases
from linli.cases.domain import Channel
from linli.identity.models import User
from linli.ledger import actions as ledger
from linli.ledger.domain import Owner
from linli.parties import actions as parties
from linli.parties import queries as party_queries
from linli.parties.domain import AppointmentRow
from linli.people import actions as people
from linli.reports.actions import import_form, load_definitions, open_due_editions, read_definitions
from linli.reports.domain import PeriodKind
from tests.kept import kept
from tests.reports.conftest import COMMUNITY_FORM
from tests.world import DISTRICT, DOOR, FIRST_DAY, GREEN, HOUSE_ITSELF, NOON, STAIR, WILLOW, World

from .conftest import DAY, furnished, give_money

LAST_DAY = date(2030, 12, 31)
MORE_SEATS = (
    ("auditor", f"{GREEN}.station", "auditor", "蒋明"),
    ("provider", f"{GREEN}.station", "provider", "沈芳"),
    ("head", f"{WILLOW}.station", "head", "韩梅"),
    ("officer", f"{DISTRICT}.center", "district", "顾平"),
)


def settled() -> World:
    """Return the district of the walk; built once, and copied for every later test."""
    return kept("gate, settled", lambda: settle(furnished()))


def settle(world: World) -> World:
    """Let people live in the district, and give it all roles, a form, and money that is not the gate's."""
    rows, users = [], {}
    for desk, party, role, name in MORE_SEATS:
        users[desk] = User.objects.create(username=desk, is_staff=True)
        seat = AppointmentRow(users[desk].pk, world.party(party), role, name, FIRST_DAY, LAST_DAY)
        rows.append(seat)
    parties.load_appointments(by=HOUSE_ITSELF, at=NOON, rows=rows)
    parties.mark_demo(by=HOUSE_ITSELF, at=NOON)
    on = party_queries.law_day(NOON)
    seats = {desk: party_queries.actor_for(user, None, on=on) for desk, user in users.items()}
    found = replace(world, staff=world.staff | seats)
    give_money(found, "civil", "civil.2026", 50_000)
    give_money(found, "city", "walk.2026", 50_000)
    outside = Owner.above("walk")
    for purpose in ("one", "other"):
        ledger.open_account(
            by=HOUSE_ITSELF, at=NOON, unit="cny", owner=outside, purpose=purpose, floor=None
        )
    _people(found)
    _matters(found)
    indicators, terms = read_definitions(settings.BASE_DIR / "packs" / "common")
    load_definitions(
        by=HOUSE_ITSELF,
        pack="common",
        indicators=indicators,
        terms=terms,
        begins=FIRST_DAY,
        at=NOON,
    )
    import_form(
        by=found.at("street_civil"),
        code="MZ-01",
        name="老年人情况统计表",
        level="community",
        period=PeriodKind.MONTH,
        due_days=5,
        workbook=COMMUNITY_FORM,
        duty="public_affairs",
        at=NOON - 40 * DAY,
    )
    open_due_editions(by=HOUSE_ITSELF, at=NOON)
    return found


def _people(world: World) -> None:
    home = people.register_household(by=HOUSE_ITSELF, at=NOON, home=world.place(DOOR))
    for number in range(6):
        there = {"home": world.place(DOOR), "household": home.pk} if number < 3 else {}
        person = people.register_person(
            by=HOUSE_ITSELF,
            at=NOON,
            name=f"某{number}",
            community=None if there else world.place(WILLOW),
            facts={"birth_on": date(1940 + 9 * number, 1, 1)},
            **there,
        )
    user = User.objects.create(username="resident")
    people.link_user(by=HOUSE_ITSELF, at=NOON, person=person.pk, user=user.pk)


def somebody_comes(*, world: World, at: datetime) -> None:
    """Let somebody of 80 or more come to a community, of whom nobody knows whether they live alone."""
    people.register_person(
        by=HOUSE_ITSELF,
        at=at,
        name="某人",
        community=world.place(WILLOW if at.hour % 2 else GREEN),
        facts={"birth_on": date(1940, 1, 1)},
    )


def _matters(world: World) -> None:
    """Open a case, and book a time at a window."""
    said = cases.Said(
        item="shared_leak", words="楼道漏水", channel=Channel.WINDOW, place_id=world.place(STAIR)
    )
    cases.open_case(by=world.at("station"), said=said, at=NOON)
    cases.draw_number(
        by=world.at("station"),
        party_id=world.party(f"{GREEN}.station"),
        visitor=cases.Visitor(item="shared_leak", name="陈桂兰"),
        at=NOON,
    )

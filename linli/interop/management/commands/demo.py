"""``linli demo``: a synthetic district with a year of cases. Nobody in it exists."""

import time
from argparse import ArgumentParser
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from itertools import chain, islice
from pathlib import Path
from random import Random
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone
from tqdm import tqdm

from linli.basics import Actor
from linli.cases import actions as cases
from linli.catalogue import queries as catalogue
from linli.fabric.bulk import update_statistics, without_pauses
from linli.fabric.database import what_is_amiss
from linli.fabric.documents import read_yaml
from linli.identity import actions as identity
from linli.interop.domain import district, population
from linli.interop.domain.year import Area, Neighbour, Offered, Year
from linli.interop.management import books, doors, offices, past, sheets, tasks
from linli.journal.actions import system
from linli.ledger import queries as ledger
from linli.parties import actions as parties
from linli.parties import queries as party_queries
from linli.parties.domain import Permission as PartyPermission
from linli.people import actions as people
from linli.people.domain import HouseholdRow, PersonRow
from linli.people.domain import Permission as PeoplePermission
from linli.places import actions as places
from linli.places import queries as place_queries
from linli.places.domain import Kind
from linli.places.domain import Permission as PlacePermission
from linli.reports import queries as report_queries
from linli.rulebook.domain import SHANGHAI, local_date

CALIBRATION = Path(__file__).parents[2] / "data" / "calibration.yaml"
PASSWORD = "linli-demo-2026"  # noqa: S105  # printed on purpose; the database is marked as a demo
PLACES_AT_ONCE, PEOPLE_AT_ONCE, CASES_AT_ONCE = 5_000, 4_000, 2_000
NEIGHBOURS_KEPT = 40  # of a community, for the window
PILE = 64  # fresh cases of the demo clerk's station
NOTHING_TO_DO = "There are places here already; the demo is only for an empty district."


class Command(BaseCommand):
    help = "Build a synthetic district with a year of cases, and mark the database as a demo."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--residents", type=int, default=36_000, help="how many live here")
        parser.add_argument("--seed", type=int, default=1, help="the same seed, the same district")
        parser.add_argument(
            "--on", type=date.fromisoformat, help="the last day of the year of cases; today"
        )
        parser.add_argument(
            "--prepared", action="store_true", help="leave telling the logins to `linli prepare`"
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        if what_is_amiss():  # no tables yet, as in a database somebody just named
            call_command("prepare", bare=True, stdout=self.stdout)
        call_command("remove_demo", half_built=True, stdout=self.stdout)
        if place_queries.tree(settings.DISTRICT).roots():
            self.stdout.write(NOTHING_TO_DO)
            return
        began = time.perf_counter()
        builder = Builder(self, options["residents"], options["seed"], options["on"])
        with without_pauses():
            builder.build()
        identity.finish_demo(by=builder.by)
        update_statistics()
        self.stdout.write(f"the whole demo: {time.perf_counter() - began:.1f} s")
        text = builder.logins()
        if Path(settings.HOME).is_dir():
            (Path(settings.HOME) / "demo-logins.txt").write_text(text, encoding="utf-8")
        if not options["prepared"]:  # `linli prepare` ends with them
            self.stdout.write(text)


class Builder:
    """Builds the district from the ground up, each storey by its own front door."""

    def __init__(self, command: BaseCommand, residents: int, seed: int, on: date | None) -> None:
        self.command, self.residents = command, residents
        self.chance = Random(seed)  # noqa: S311  # the same seed, the same district
        self.before = Random(f"{seed} before")  # noqa: S311  # what came before leaves the rest be
        self.registers = Random(f"{seed} registers")  # noqa: S311
        self.now = (
            datetime.combine(on, clock(12), SHANGHAI).astimezone(UTC) if on else timezone.now()
        )
        self.today = local_date(self.now)
        self.first_day = self.today - timedelta(days=400)
        # Who lives where was taken over earlier: forms of last month were sent on it.
        self.taken_over = self.now - sheets.BEFORE
        self.calibration = read_yaml(CALIBRATION)
        permissions = frozenset({*PlacePermission, *PeoplePermission, *PartyPermission})
        self.by: Actor = replace(system(settings.DISTRICT), permissions=permissions)

    def build(self) -> None:
        """Mark the database, then load everything from the law to the cases."""
        parties.mark_demo(by=self.by, at=self.now)
        if not catalogue.items(self.today):
            call_command("load_rules", stdout=self.command.stdout)
            call_command("load_pack", stdout=self.command.stdout)
        sizes = population.household_sizes(
            self.calibration["district"], self.residents, self.chance
        )
        self._places(len(sizes))
        self._parties()
        areas = self._people(sizes)
        self._cases(areas)
        self._visits()
        self._reports()
        self._tasks()

    def logins(self) -> str:
        """Return the logins of the demo, one a line."""
        rows = [f"  {login:<11}{PASSWORD}   {does}" for login, does in district.DOES.items()]
        return "\n".join(rows) + "\n"

    def _tell(self, what: str, count: int, began: float) -> None:
        seconds = max(time.perf_counter() - began, 0.001)
        self.command.stdout.write(f"{what}: {count:,} in {seconds:.1f} s, {count / seconds:,.0f}/s")

    def _places(self, households: int) -> None:
        began = time.perf_counter()
        rows = list(district.place_rows(self.calibration, households, self.chance))
        for part in tqdm(list(population.chunks(rows, PLACES_AT_ONCE)), desc="places"):
            places.load_places(by=self.by, at=self.taken_over, rows=part, on=self.first_day)
        self._tell("places", len(rows), began)

    def _ground(self) -> district.Ground:
        tree = place_queries.tree(settings.DISTRICT)
        root = tree.roots()[0]
        streets = [tree.node(node.id) for node in tree.children(root.id)]
        communities = [node for street in streets for node in tree.children(street.id)]
        nodes = [root, *streets, *communities]
        return district.Ground(
            ids={node.code: node.id for node in nodes},
            names={node.code: node.name for node in nodes},
            streets=sorted(node.code for node in streets),
            communities=sorted(node.code for node in communities),
        )

    def _parties(self) -> None:
        began, ground = time.perf_counter(), self._ground()
        units = catalogue.entries("units", self.today)
        rows = district.party_rows(ground, units, self.first_day)
        made = parties.load_parties(by=self.by, at=self.taken_over, rows=rows)
        ids = {party.code: party.pk for party in made}
        seats = district.seats(rows, ground.communities[0], self.chance)
        names = list(dict.fromkeys(seat.login for seat in seats))
        users = parties.add_users(by=self.by, at=self.now, usernames=names, password=PASSWORD)
        logins = {user.username: user for user in users}
        self.worker, self.officer = logins["worker"], logins["district"]
        appointments = district.appointment_rows(
            seats,
            {name: user.pk for name, user in logins.items()},
            ids,
            on=self.first_day,
            today=self.today,
        )
        posts = offices.framework(by=self.by, at=self.now)
        stations = {ids[row.code]: row.code for row in rows if row.kind == "station"}
        made_seats = parties.load_appointments(
            by=self.by, at=self.now, rows=offices.with_posts(appointments, stations, posts)
        )
        offices.open_offices(by=self.by, at=self.now, rows=rows, ids=ids, on=self.first_day)
        home = ids[f"{ground.communities[0]}.station"]
        offices.put_on_duty(
            by=self.by,
            at=self.now,
            party=home,
            people=[one.pk for one in made_seats if one.party_id == home],
            today=self.today,
        )
        self._tell("parties and appointments", len(rows) + len(appointments), began)

    def _people(self, sizes: list[int]) -> list[Area]:
        began = time.perf_counter()
        drawn = population.Population(self.calibration, local_date(self.taken_over), self.chance)
        kept: dict[int, list[Neighbour]] = defaultdict(list)
        houses: list[HouseholdRow] = []
        rows: list[PersonRow] = []
        homes, [recorded, *_] = self._homes(), self._communities()
        with tqdm(total=self.residents, desc="residents") as bar:
            for number, (size, (home, community)) in enumerate(zip(sizes, homes, strict=True)):
                house, inside = drawn.household(f"h{number}", size, home=home, community=community)
                if community == recorded:  # the first has taken over the offices' registers
                    on, chance = drawn.today, self.registers
                    inside = [population.with_registers(row, on, chance) for row in inside]
                houses.append(house)
                rows += inside
                if len(rows) >= PEOPLE_AT_ONCE or number == len(sizes) - 1:
                    self._load(houses, rows, kept)
                    bar.update(len(rows))
                    houses, rows = [], []
        self._tell("residents", self.residents, began)
        tree = place_queries.tree(settings.DISTRICT)
        return [
            Area(
                id=community,
                stairwells=[
                    (place, "".join(node.words("zh-Hans") for node in tree.path(place)[-2:]))
                    for place in tree.under(community)
                    if place in tree and tree.node(place).kind is Kind.STAIRWELL
                ],
                neighbours=kept[community],
            )
            for community in self._communities()
        ]

    def _communities(self) -> list[int]:
        ground = self._ground()
        return [ground.ids[code] for code in ground.communities]

    def _homes(self) -> Iterator[tuple[int, int]]:
        """Yield every door with its community, in the order they were built."""
        tree = place_queries.tree(settings.DISTRICT)
        for community in self._communities():
            for place in sorted(tree.under(community)):
                if place in tree and tree.node(place).kind is Kind.STAIRWELL:
                    doors = place_queries.doors_of(settings.DISTRICT, place)
                    for door in doors.values_list("pk", flat=True):
                        yield door, community

    def _load(
        self, houses: list[HouseholdRow], rows: list[PersonRow], kept: dict[int, list[Neighbour]]
    ) -> None:
        loaded = people.load_people(
            by=self.by,
            at=self.taken_over,
            source="demo",
            on=self.today,
            households=houses,
            people=rows,
        )
        where = {house.key: house.community for house in houses}
        for row in rows:
            community = where[row.household or ""]
            if community and row.phone and len(kept[community]) < NEIGHBOURS_KEPT:
                kept[community].append(Neighbour(loaded.people[row.key], row.name))

    def _cases(self, areas: list[Area]) -> None:
        began = time.perf_counter()
        offered = [
            Offered(
                one.version_id,
                one.definition,
                one.valid_from,
                tuple(
                    (former.valid_from, former.version_id)
                    for former in catalogue.wordings(one.definition.code)
                    if former.version_id != one.version_id and former.valid_from < one.valid_from
                ),
            )
            for one in catalogue.items(self.today)
        ]
        year = Year(self.calibration, offered, areas, self.now, self.chance)
        reader = areas[0].neighbours[0]
        (user,) = parties.add_users(
            by=self.by, at=self.now, usernames=[district.READER], password=PASSWORD
        )
        people.link_user(by=self.by, at=self.now, person=reader.id, user=user.pk)
        contacts = round(self.residents * self.calibration["demand"]["contacts_per_1000"] / 1000)
        lives = chain(year.lives(contacts, PILE), year.own(reader, user.pk))
        done = lines = 0
        with tqdm(total=contacts + PILE, desc="cases") as bar:
            while part := list(islice(lives, CASES_AT_ONCE)):
                loaded = cases.load_cases(by=self.by, rows=part, at=self.now)
                done, lines = done + loaded.cases, lines + loaded.lines
                bar.update(len(part))
        self._tell(f"whole cases with {lines:,} lines", done, began)

    def _visits(self) -> None:
        began, communities = time.perf_counter(), self._communities()
        rolls = past.bring_in_rolls(
            by=self.by, at=self.now, communities=communities, chance=self.before
        )
        self._tell("people on rolls", rolls, began)
        began = time.perf_counter()
        made = past.visit_for_a_year(
            by=self.by, at=self.now, communities=communities, chance=self.before
        )
        made += past.visit_every_door(
            by=self.by, at=self.now, community=communities[0], chance=self.registers
        )
        self._tell("visits of the year", made, began)
        began = time.perf_counter()
        worker = party_queries.actor_for(self.worker, None, on=self.today)
        made = doors.visit_doors(by=worker, at=self.now, chance=self.chance)
        self._tell("visits", made, began)

    def _reports(self) -> None:
        began = time.perf_counter()
        worker = party_queries.actor_for(self.worker, None, on=self.today)
        if not report_queries.indicators(settings.DISTRICT, self.today):
            call_command("load_definitions", stdout=self.command.stdout)
        if not ledger.units(district=settings.DISTRICT):
            call_command("load_units", stdout=self.command.stdout)
        committee = party_queries.unit_for("community.committee", min(worker.communities))
        books.spend_for_a_year(by=self.by, at=self.now, committee=committee.pk)
        sent = sheets.ask_and_answer(by=self.by, now=self.now, place=min(worker.communities))
        self._tell("forms sent", sent, began)

    def _tasks(self) -> None:
        began = time.perf_counter()
        worker = party_queries.actor_for(self.worker, None, on=self.today)
        community = min(worker.communities)
        asking = {
            name: party_queries.unit_for(performer, community).pk
            for name, performer in (
                ("office", "district.civil_affairs"),
                ("street", "street.center"),
                ("district", "district.center"),
                ("committee", "community.committee"),
            )
        }
        officer = party_queries.actor_for(self.officer, None, on=self.today)
        who = tasks.hands(self.by, community=community, officer=officer, **asking)
        line = catalogue.duty_line_for(tasks.LINE, community, self.today)
        months = min(tasks.MONTHS, (self.today - line.valid_from).days // 30)
        asked = tasks.live_requests(who, now=self.now, months=months)
        asked += tasks.live_emergencies(who, now=self.now)
        asked += tasks.live_month(who, now=self.now)
        made = tasks.live_doors(who, worker, now=self.now, lines=tasks.AT_DOORS)
        self._tell("requests at the gate", asked + len(tasks.AT_DOORS), began)
        self._tell("visits for them", made, began)

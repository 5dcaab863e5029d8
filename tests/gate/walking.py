"""
A walk through the whole house: any role, any public act, any form, any moment, and raw SQL between.

What must hold after every step stands in ``holding``; what can be drawn in ``drawing`` (acts) and
``posting`` (forms). The acts of the gate are drawn by hand here besides: requests get somewhere.
"""

import inspect
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

from django.core.cache import cache
from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, connection, transaction
from django.db.models import Model

from config import chores
from linli.basics import Actor, Refused
from linli.cases import actions as cases
from linli.cases.domain import Channel
from linli.cases.models import Step
from linli.catalogue.models import DutyLine, Mandate
from linli.fabric import versions
from linli.gate import actions
from linli.gate.domain import Effort, Kind
from linli.gate.models import Request, Task
from linli.identity.models import User
from linli.journal import actions as journal
from linli.parties import queries as party_queries
from linli.people.models import Person
from linli.reports import queries as reports
from linli.reports.domain import read_cell
from linli.rulebook.domain import local_date
from linli.visits import actions as visits
from linli.visits.domain import OUTCOMES, Asked, Stated, VisitCard
from tests.world import GREEN, NOON, STAIR, WILLOW, World

from . import drawing
from .conftest import BUDGET, DAY, LAW, wanted
from .drawing import Hand, Nothing
from .holding import ATTACKS, EVERYTHING, Holding, Watch
from .posting import FIELDS, Browsers
from .settling import somebody_comes

MONEY = {"housing": BUDGET, "civil": "civil.2026"}
GATE_FORMS = tuple(one for one in FIELDS if one.startswith("tasks/"))
OTHER_FORMS = tuple(one for one in FIELDS if not one.startswith("tasks/"))
WHOLE_EVERY = 100


class Walk:
    """One district, one clock that only goes forward, and every role."""

    def __init__(self, world: World, draw: Random) -> None:
        self.world, self.at = world, NOON
        self.desks = sorted(world.staff)
        self.actors: dict[str, Actor] = dict(world.staff) | {
            "resident": self._resident(),
            "nobody": Actor(kind="resident", district=1),
            "house": Actor(kind="system", district=1, hat="system"),
        }
        self.ways: Counter[str] = Counter()
        self.acts: Counter[tuple[str, str]] = Counter()
        self.stumbled: Counter[tuple[str, str]] = Counter()
        self.steps = 0
        self.trail: deque[str] = deque(maxlen=8)
        self.known: dict[type[Model], list[int]] = {}
        self.hand = Hand(draw, self.newest)
        self.browsers = Browsers(self.hand, {k: v for k, v in self.actors.items() if k != "house"})
        self.watch, self.holding = Watch(), Holding()
        self.holding.look(self.at, [], whole=True)

    @property
    def draw(self) -> Random:
        return self.hand.draw

    @draw.setter
    def draw(self, draw: Random) -> None:
        self.hand.draw = draw

    def _resident(self) -> Actor:
        user = User.objects.get(username="resident")
        return party_queries.actor_for(user, None, on=local_date(NOON))

    def newest(self, table: type[Model]) -> list[int]:
        """Return the newest ids of a table, read again once it was written to."""
        if table not in self.known:
            rows = table._default_manager.order_by("-pk").values_list("pk", flat=True)
            self.known[table] = list(rows[:8])
        return self.known[table]

    def step(self) -> None:
        """Take one step of any kind, and look whether all still holds; if not, say what came before."""
        try:
            self._step()
        except Exception as trouble:
            trouble.add_note("\n".join(self.trail))
            raise

    def _step(self) -> None:
        [act] = self.draw.choices([getattr(self, name) for name in WEIGHTS], list(WEIGHTS.values()))
        self.steps += 1
        self.ways[act.__name__] += 1
        before = self.at
        touched = self.take(act)
        whole = self.at != before or self.steps % WHOLE_EVERY == 0
        self.holding.look(self.at, touched, whole=whole)

    def take(self, act: Callable[[], None]) -> set[str]:
        """Do something and return the tables it wrote to."""
        with connection.execute_wrapper(self.watch):
            act()
        touched = self.watch.taken()
        for table in list(self.known):
            if table._meta.db_table in touched or EVERYTHING in touched:
                del self.known[table]
        return touched

    def by(self) -> Actor:
        return self.actors[self.draw.choice(list(self.actors))]

    def often(self, desk: str) -> Actor:
        """Return the right person most of the time, so that the walk gets somewhere."""
        return self.world.at(desk) if self.draw.random() < 0.8 else self.by()

    def asker(self, request: int) -> str:
        """Return the desk whose request it is."""
        party = Request.objects.filter(pk=request).values_list("asked_by", flat=True).first()
        return next((desk for desk in MONEY if self.world.at(desk).party == party), "housing")

    def tried(self, act: Callable[..., object], **arguments: object) -> object | None:
        """Return what an act returned, None where it was refused."""
        name = NAMES.get(act, act.__name__)
        self.trail.append(f"{self.steps}: {name} {self._told(arguments)}")
        try:
            with transaction.atomic():
                found = act(**arguments)
                self._committed()
        except Refused:
            self.acts[name, "refused"] += 1
        except AssertionError:
            raise
        except Exception as stumble:  # no form lets through what this caller passes
            self.stumbled[name, type(stumble).__name__] += 1
            self.acts[name, "stumbled"] += 1
        else:
            self.acts[name, "done"] += 1
            return found
        if self.watch.touched:  # what was undone may have been read into what is kept
            versions.forget_everything()
        return None

    def _committed(self) -> None:
        """
        Look at foreign keys as a commit would; the walk itself never commits.

        :raises IntegrityError: if a row points nowhere
        """
        written = self.watch.touched
        if written:
            tables = None if EVERYTHING in written else sorted(written)
            connection.check_constraints(table_names=tables)

    def _told(self, arguments: Mapping[str, object]) -> str:
        by = arguments.get("by")
        who = next((k for k, one in self.actors.items() if one == by), "a colleague")
        rest = {name: value for name, value in arguments.items() if name not in ("by", "at")}
        return f"by {who}: {str(rest)[:300]}"

    def row(self, table: type[Request] | type[Task], **only: object) -> int:
        """Return the id of some row, mostly a recent one."""
        ids = list(table.objects.filter(**only).order_by("-pk").values_list("pk", flat=True)[:6])
        return self.draw.choice(ids) if ids else 0

    # Acts of the gate

    def ask(self) -> None:
        desk = self.draw.choice(list(MONEY))
        begins = local_date(self.at) + self.draw.randrange(3) * DAY
        some = self.draw.choice(([GREEN], [WILLOW], [GREEN, WILLOW]))
        plan = wanted(
            self.world,
            duty_line=self.draw.choice(LINES),
            basis=self.draw.choice((LAW, LAW, LAW, "")),
            communities=frozenset(self.world.place(one) for one in some),
            from_on=begins,
            to_on=begins + self.draw.randrange(12) * DAY,
            minutes=self.draw.choice((1, 1, 5, 10, 60, 3_000)),
            budget_line=self.draw.choice((*MONEY.values(), *[MONEY[desk]] * 8, "")),
            with_names=self.draw.random() < 0.1,
            **self.at_doors(),
        )
        self.tried(actions.draft_request, by=self.often(desk), wanted=plan, at=self.at)

    def at_doors(self) -> dict[str, Any]:
        """Return what makes a request one that is done at doors: a question, or visits."""
        if self.draw.random() < 0.6:
            return {}
        where = self.draw.choice(({"age": {"from": 70}}, {"lives_alone": True}))
        plain = {"of": "people", "where": where, "total": None}
        return {
            "kind": self.draw.choice(list(Kind)),
            "whom": read_cell(plain, reports.dictionaries()),
        }

    def submit(self) -> None:
        request = self.row(Request, state="draft")
        self.tried(
            actions.submit_request, by=self.often(self.asker(request)), request=request, at=self.at
        )

    def cosign(self) -> None:
        request = self.row(Request, state="submitted")
        self.tried(actions.cosign_request, by=self.often("street"), request=request, at=self.at)

    def decide(self) -> None:
        request = self.row(Request, state="under_review") or self.row(Request)
        act = self.draw.choice((actions.admit_request,) * 12 + (actions.return_request,))
        self.tried(act, by=self.officer(), request=request, at=self.at)

    def officer(self) -> Actor:
        """Return the district's officer, or a colleague who may review what the first declared."""
        by = self.often("district")
        if self.draw.random() < 0.5 and by == self.world.at("district"):
            return replace(by, appointment=999_999)
        return by

    def declare(self) -> None:
        request = self.row(Request, state="submitted") or self.row(Request)
        words = self.draw.choice(("台风", "台风", " "))
        self.tried(
            actions.declare_emergency, by=self.officer(), request=request, words=words, at=self.at
        )

    def call_off(self) -> None:
        request = self.row(Request, state__in=["admitted", "active"])
        self.tried(actions.revoke_request, by=self.often("district"), request=request, at=self.at)

    def begin(self) -> None:
        self.at_work(actions.begin_task, "given")

    def book(self) -> None:
        self.at_work(
            actions.book_minutes,
            "begun",
            effort=self.draw.choice(list(Effort)),
            minutes=self.draw.choice((0, 5, 90)),
            worked_on=local_date(self.at),
        )

    def finish(self) -> None:
        self.at_work(actions.finish_task, "begun", shown=self.draw.choice(("照片", "")))

    def at_work(self, act: Callable[..., object], state: str, **more: object) -> None:
        code, desk = self.draw.choice(((GREEN, "committee"), (WILLOW, "head")))
        mine = self.row(Task, state=state, community=self.world.place(code))
        task = mine if mine and self.draw.random() < 0.9 else self.row(Task)
        self.tried(act, by=self.often(desk), task=task, at=self.at, **more)

    def pay(self) -> None:
        task = self.row(Task, state="done", paid_at=None) or self.row(Task)
        request = Task.objects.filter(pk=task).values_list("request", flat=True).first()
        by = self.often(self.asker(request or 0))
        self.tried(actions.pay_task, by=by, task=task, at=self.at)

    def refuse(self) -> None:
        self.tried(
            actions.refuse_past_the_gate,
            by=self.often("committee"),
            asked_by=self.world.at("city").party,
            asked_words="",
            words="当天要表",
            at=self.at,
        )

    def sweep(self) -> None:
        """Let the house do by itself what it does every ten seconds, or one part of it."""
        chore = self.draw.choice(CHORES)
        if chore == "run_reactions":
            self.tried(journal.run_reactions, by=self.actors["house"], at=self.at)
        else:
            self.tried(getattr(chores, chore), at=self.at)

    def jump(self) -> None:
        hours = self.draw.choice((1, 1, 5, 5, 24, 24, 73, 24 * 8))
        self.at += timedelta(hours=hours)

    # Acts around it

    def come(self) -> None:
        self.tried(somebody_comes, world=self.world, at=self.at)

    def open_case(self) -> None:
        said = cases.Said(
            item="shared_leak",
            words="楼道漏水",
            channel=Channel.WINDOW,
            place_id=self.world.place(STAIR),
        )
        self.tried(cases.open_case, by=self.often("station"), said=said, at=self.at)

    def hand_down(self) -> None:
        """Try to give a community's office a step that the item gives to others."""
        steps = Step.objects.exclude(performer__startswith="community.").order_by("-pk")
        ids = list(steps.values_list("pk", "case_id")[:6])
        if not ids:
            return
        step, case = self.draw.choice(ids)
        party = self.world.party(self.draw.choice((f"{GREEN}.committee", f"{WILLOW}.station")))
        desk = self.draw.choice(("street_city", "housing"))
        self.draw.choice((self._handed_over, self._handed_over, self._invited, self._undone))(
            desk, step, case, party
        )

    def _handed_over(self, desk: str, step: int, case: int, party: int) -> None:
        by = self.often(desk)
        self.tried(
            cases.hand_over_step, by=by, step_id=step, to_party=party, note="去办", at=self.at
        )

    def _invited(self, desk: str, step: int, case: int, party: int) -> None:
        by = self.often("station")
        self.tried(
            cases.invite_office,
            by=by,
            case_id=case,
            to_party=party,
            lead=True,
            words="一起办",
            at=self.at,
        )

    def _undone(self, desk: str, step: int, case: int, party: int) -> None:
        holder = Step.objects.get(pk=step).party_id
        desks = [one for one in self.desks if self.world.at(one).party == holder]
        by = self.often(self.draw.choice([*desks, desk]))
        other = self.world.party("990101001.center")
        act = self.draw.choice((cases.accept_step, cases.undo_last_move, cases.hand_over_step))
        more = {"to_party": other, "note": "转回"} if act is cases.hand_over_step else {}
        self.tried(act, by=by, step_id=step, at=self.at, **more)

    def question(self) -> None:
        """Ask what a form lacks: on a line of the list, or on leave, whether or not it holds."""
        mandates = [None, None, *Mandate.objects.order_by("-pk").values_list("pk", flat=True)[:4]]
        one = Asked(
            person=self.draw.choice(list(Person.objects.values_list("pk", flat=True)[:8])),
            attribute=self.draw.choice(drawing.ATTRIBUTES),
            form="MZ-01",
            duty_line=self.draw.choice(drawing.DUTIES),
            mandate=self.draw.choice(mandates),
        )
        by = self.often(self.draw.choice(("street", "district")))
        self.tried(visits.ask_questions, by=by, asked=[one], at=self.at)

    def visit(self) -> None:
        """Knock at a door, under some leave or none; at times twice with one card."""
        mandates = [None, *Mandate.objects.order_by("-pk").values_list("pk", flat=True)[:4]]
        person = Person.objects.get(pk=self.draw.choice(self.newest(Person)))
        alone = person.household_id is None
        told = Stated(person=person.pk, attribute="lives_alone", value=True, seen=0)
        card = VisitCard(
            key=f"card {self.draw.randrange(200)}",
            household=person.household_id,
            person=person.pk if alone else None,
            outcome=self.draw.choice(OUTCOMES),
            visited_on=local_date(self.at),
            minutes=self.draw.choice((0, 5, 25)),
            mandate=self.draw.choice(mandates),
            stated=self.draw.choice(((), (told,))),
        )
        by = self.often(self.draw.choice(("committee", "head")))
        self.tried(visits.record_visit, by=by, card=card, at=self.at)

    def grant(self) -> None:
        """Whoever is not the district's officer is not let grant leave."""
        by = self.by()
        if "catalogue.grant_mandate" in by.permissions:
            return
        line = self.draw.choice(list(DutyLine.objects.values_list("pk", flat=True)))
        given = self.tried(
            actions.deciding.catalogue.grant_mandate,
            by=by,
            duty_line=line,
            origin="admitted",
            communities=[],
            minutes=5,
            asked_by=self.world.at("city").party,
            evidence=["x"],
            valid_from=self.at,
            valid_to=self.at + DAY,
            at=self.at,
        )
        assert given is None, f"{by.hat} granted leave"

    # Any act of any storey, any form of any address, and past them all

    def any_act(self) -> None:
        """Draw an act from all front doors, its arguments, and who does it."""
        self.one_act(self.draw.choice(DRAWN))

    def one_act(self, name: str) -> None:
        """Draw who does an act, and its arguments, and try it."""
        by = self.by()
        if name == drawing.KEY_OF_THE_GATE and "catalogue.grant_mandate" in by.permissions:
            return
        try:
            arguments = self.hand.arguments(name, self.at)
        except (Nothing, Refused, ObjectDoesNotExist, ValueError):
            self.acts[name, "nothing yet"] += 1
            return
        self.tried(drawing.acts()[name], by=by, **arguments)

    def any_form(self) -> None:
        """Send a form to any address, as anybody."""
        self._post(self.draw.choice(OTHER_FORMS), self.draw.choice(list(self.browsers.actors)))

    def gate_form(self) -> None:
        """Send a form to the gate, mostly as somebody who has business there."""
        desks = ("housing", "civil", "street", "district", "committee", "head")
        role = self.draw.choice((*desks, self.draw.choice(list(self.browsers.actors))))
        self._post(self.draw.choice(GATE_FORMS), role)

    def _post(self, route: str, role: str) -> None:
        self.trail.append(f"{self.steps}: POST {route} as {role}")
        try:
            answer = self.browsers.post(role, route, self.at)
            self._committed()
        except Nothing:
            self.acts[route, "nothing yet"] += 1
            return
        self.acts[route, str(answer.status_code)] += 1
        if answer.status_code >= 400 and self.watch.touched:
            versions.forget_everything()

    def attack(self) -> None:
        """Write past the actions: what would change anything is refused, or touches no row."""
        statement = self.draw.choice(ATTACKS)
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
                touched = cursor.rowcount
                transaction.set_rollback(True)
        except DatabaseError:
            self.acts["attack", "refused"] += 1
            return
        assert touched <= 0, f"let through: {statement}"
        self.acts["attack", "no row"] += 1

    def total(self, *ends: str) -> int:
        """Return how many acts ended so."""
        return sum(count for (_, end), count in self.acts.items() if end in ends)


OUTSIDE = ("send_notices", "sweep_files")  # letters leave the house, the disk is not undone
CHORES_OF_THE_HOUSE = tuple(
    name
    for name, chore in vars(chores).items()
    if inspect.isfunction(chore) and chore.__module__ == chores.__name__ and name not in OUTSIDE
)
LINES = ("help", "home_safety", "public_affairs", "public_affairs", "own", "own", "market_checks")
LINES += ("guarantees", "nothing")
CHORES = ("run_reactions", "run_reactions", *CHORES_OF_THE_HOUSE)
NAMES: Mapping[Callable[..., Any], str] = {act: name for name, act in drawing.acts().items()}
DRAWN = tuple(sorted(set(drawing.acts()) - set(drawing.LEFT_OUT)))
WEIGHTS: Mapping[str, int] = {
    "ask": 6,
    "submit": 6,
    "cosign": 6,
    "decide": 8,
    "declare": 3,
    "call_off": 1,
    "begin": 5,
    "book": 3,
    "finish": 4,
    "pay": 6,
    "refuse": 1,
    "sweep": 6,
    "jump": 1,
    "come": 2,
    "open_case": 1,
    "hand_down": 4,
    "question": 2,
    "visit": 3,
    "grant": 1,
    "attack": 2,
    "any_act": 30,
    "any_form": 8,
    "gate_form": 4,
}


def begin_walk(world: World, seed: int) -> Walk:
    """Return a walk through a district that was furnished, with nothing kept from another."""
    versions.forget_everything()
    cache.clear()
    return Walk(world, Random(seed))  # noqa: S311

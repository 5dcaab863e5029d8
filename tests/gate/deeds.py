"""
What the walk does by hand, besides drawn acts: the acts of the gate and those around it.

Each is one step: mostly by the right person and of something that is there, so that requests get
somewhere; at times by anybody, of anything.
"""

import inspect
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.db.models import Model

from config import chores
from linli.basics import Actor
from linli.cases import actions as cases
from linli.cases.domain import Channel
from linli.cases.models import Step
from linli.catalogue.models import DutyLine, Mandate
from linli.gate import actions
from linli.gate.domain import Effort, Kind
from linli.gate.models import Request, Task
from linli.journal import actions as journal
from linli.people.models import Person
from linli.reports import queries as reports
from linli.reports.domain import read_cell
from linli.rulebook.domain import local_date
from linli.visits import actions as visits
from linli.visits.domain import OUTCOMES, Asked, Stated, VisitCard
from linli.visits.models import Question
from tests.world import GREEN, STAIR, WILLOW, World

from . import drawing
from .conftest import BUDGET, DAY, LAW, wanted
from .settling import somebody_comes

MONEY = {"housing": BUDGET, "civil": "civil.2026"}
OUTSIDE = ("send_notices", "sweep_files")  # letters leave the house, the disk is not undone
CHORES_OF_THE_HOUSE = tuple(
    name
    for name, chore in vars(chores).items()
    if inspect.isfunction(chore) and chore.__module__ == chores.__name__ and name not in OUTSIDE
)
LINES = ("help", "home_safety", "public_affairs", "public_affairs", "own", "own", "market_checks")
LINES += ("guarantees", "nothing")
CHORES = ("run_reactions", "run_reactions", *CHORES_OF_THE_HOUSE)


class Deeds:
    """The steps; who walks (``walking.Walk``) has a world, a clock, roles, and a hand that draws."""

    world: World
    at: datetime
    desks: list[str]
    actors: dict[str, Actor]
    draw: Random
    tried: Callable[..., object]
    newest: Callable[[type[Model]], list[int]]

    def by(self) -> Actor:
        return self.actors[self.draw.choice(list(self.actors))]

    def often(self, desk: str) -> Actor:
        """Return the right person most of the time, so that the walk gets somewhere."""
        return self.world.at(desk) if self.draw.random() < 0.8 else self.by()

    def asker(self, request: int) -> str:
        """Return the desk whose request it is."""
        party = Request.objects.filter(pk=request).values_list("asked_by", flat=True).first()
        return next((desk for desk in MONEY if self.world.at(desk).party == party), "housing")

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
        kind, alone = self.draw.choice(list(Kind)), {"lives_alone": True}
        where = self.draw.choice(({"age": {"from": 70}}, alone, *[alone] * (kind is Kind.DATA)))
        plain = {"of": "people", "where": where, "total": None}
        return {"kind": kind, "whom": read_cell(plain, reports.dictionaries())}

    def people_asked(self) -> None:
        """Bring a question onto the visit list by all hands it takes: act by act it seldom comes so far."""
        begins, desk = local_date(self.at), self.draw.choice(list(MONEY))
        whom = {"of": "people", "where": {"lives_alone": True}, "total": None}
        plan = wanted(
            self.world,
            kind=Kind.DATA,
            whom=read_cell(whom, reports.dictionaries()),
            duty_line=self.draw.choice(LINES[:6]),
            communities=frozenset({self.world.place(self.draw.choice((GREEN, WILLOW)))}),
            from_on=begins,
            to_on=begins + 5 * DAY,
            minutes=60,
            budget_line=MONEY[desk],
        )
        draft = self.tried(actions.draft_request, by=self.world.at(desk), wanted=plan, at=self.at)
        if isinstance(draft, Request):
            for act, who in (
                (actions.submit_request, desk),
                (actions.cosign_request, "street"),
                (actions.admit_request, "district"),
            ):
                self.tried(act, by=self.world.at(who), request=draft.pk, at=self.at)
            self.tried(actions.put_admitted, by=self.actors["house"], at=self.at)

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
        by = self.officer()
        if self.draw.randrange(13):
            self.tried(actions.admit_request, by=by, request=request, at=self.at)
        else:
            words = self.draw.choice(("再议", "再议", " "))
            self.tried(actions.return_request, by=by, request=request, words=words, at=self.at)

    def officer(self) -> Actor:
        """Return the district's officer, or a colleague who may review what the first declared."""
        return self.often(self.draw.choice(("district", "officer")))

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
        mine = self.row(Task, state=state, community=self.world.place(code), request__cell=None)
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
        """Let somebody come, and let what follows follow: what stands there is asked of them too."""
        self.tried(somebody_comes, world=self.world, at=self.at)
        self.tried(journal.run_reactions, by=self.actors["house"], at=self.at)

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
        desk, way = self.draw.choice(("street_city", "housing")), self.draw.randrange(4)
        if way < 2:
            given = {"step_id": step, "to_party": party, "note": "去办"}
            self.tried(cases.hand_over_step, by=self.often(desk), at=self.at, **given)
        elif way == 2:
            given = {"case_id": case, "to_party": party, "lead": True, "words": "一起办"}
            self.tried(cases.invite_office, by=self.often("station"), at=self.at, **given)
        else:
            self._undone(desk, step)

    def _undone(self, desk: str, step: int) -> None:
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
        told = self.draw.choice(((), (self.alone(person),)))
        self.tried(
            visits.record_visit,
            by=self.often(self.draw.choice(("committee", "head"))),
            card=self.card(
                person,
                outcome=self.draw.choice(OUTCOMES),
                minutes=self.draw.choice((0, 5, 25)),
                mandate=self.draw.choice(mandates),
                stated=told,
            ),
            at=self.at,
        )

    def answer(self) -> None:
        """Let somebody who is asked say it at the door, to the worker of their community."""
        open_ = Question.objects.filter(answered_at=None, withdrawn_at=None).order_by("-pk")
        asked = list(open_.values_list("person", "community_id")[:6])
        if not asked:
            return
        pk, community = self.draw.choice(asked)
        person = Person.objects.get(pk=pk)
        desk = "committee" if community == self.world.place(GREEN) else "head"
        card = self.card(person, outcome="done", minutes=5, stated=(self.alone(person),))
        self.tried(visits.record_visit, by=self.often(desk), card=card, at=self.at)

    def card(self, person: Person, **said: Any) -> VisitCard:
        alone = person.household_id is None
        return VisitCard(
            key=f"card {self.draw.randrange(200)}",
            household=person.household_id,
            person=person.pk if alone else None,
            visited_on=local_date(self.at),
            **said,
        )

    def alone(self, person: Person) -> Stated:
        return Stated(person=person.pk, attribute="lives_alone", value=True, seen=0)

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

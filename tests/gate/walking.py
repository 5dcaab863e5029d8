"""
A walk through the doors of the gate: any role, any public act, any moment, and raw SQL between.

What must hold after every step is in ``Walk.check``; it is written against the tables and the book,
not against the gate's own questions.
"""

from collections.abc import Callable
from datetime import timedelta
from random import Random

from django.db import DatabaseError, connection, transaction
from django.db.models import F, Q, Sum

from linli.basics import Actor, Refused
from linli.cases import actions as cases
from linli.cases.domain import Channel
from linli.cases.models import Step
from linli.catalogue import actions as catalogue
from linli.catalogue.models import DutyLine, Mandate
from linli.gate import actions
from linli.gate.domain import Effort
from linli.gate.models import Request, Task, Worked
from linli.ledger import actions as ledger
from linli.ledger.models import Account
from linli.rulebook.domain import local_date
from tests.world import GREEN, HOUSE_ITSELF, NOON, STAIR, WILLOW, World

from .conftest import BUDGET, DAY, LAW, give_money, wanted

LINES = ("help", "home_safety", "public_affairs", "public_affairs", "own", "own", "market_checks")
LINES += ("guarantees", "nothing")
ATTACKS = (
    "INSERT INTO gate_task (id, district, request_id, community_id, party_id, state, amount_fen,"
    " committed_fen, worked, shown, paid_late) SELECT 999999, district, request_id + 1000,"
    " community_id, party_id, 'given', 0, 0, 0, '', paid_late FROM gate_task",
    "UPDATE gate_task SET mandate_id = NULL",
    "UPDATE gate_request SET state = 'admitted' WHERE line_kind IN ('taken_back', 'negative', '')",
    "UPDATE gate_request SET state = 'admitted', valid_to = NULL",
    "UPDATE gate_request SET reserved_fen = amount_fen + 1",
    "UPDATE gate_request SET committed_fen = reserved_fen + 1",
    "UPDATE gate_request SET paid_fen = committed_fen + 1",
    "UPDATE case_step SET origin = 'admitted', mandate_id = NULL",
    "UPDATE ledger_account SET posted_in = posted_in + 1",
    "DELETE FROM ledger_transfer",
    "UPDATE ledger_transfer SET amount = amount + 1",
)


MONEY = {"housing": BUDGET, "civil": "civil.2026"}


class Walk:
    """One district, one clock that only goes forward, and every desk."""

    def __init__(self, world: World, draw: Random) -> None:
        self.world, self.draw, self.at = world, draw, NOON
        self.desks = sorted(world.staff)
        self.done = self.refused = self.attacks = 0
        give_money(world, "civil", "civil.2026", 50_000)
        self.given = {
            row["line"]: row["posted_in__sum"]
            for row in Account.objects.filter(stage="appropriated")
            .values("line")
            .annotate(Sum("posted_in"))
        }

    def step(self) -> None:
        """Take one step of any kind, and look whether all still holds."""
        acts: tuple[tuple[int, Callable[[], None]], ...] = (
            (6, self.ask),
            (6, self.submit),
            (6, self.cosign),
            (8, self.decide),
            (3, self.declare),
            (1, self.call_off),
            (5, self.begin),
            (3, self.book),
            (4, self.finish),
            (6, self.pay),
            (1, self.refuse),
            (2, self.sweep),
            (1, self.jump),
            (1, self.open_case),
            (4, self.hand_down),
            (1, self.grant),
            (1, self.budget),
            (1, self.attack),
        )
        [act] = self.draw.choices([act for _, act in acts], [weight for weight, _ in acts])
        act()
        self.check()

    def by(self) -> Actor:
        return self.world.at(self.draw.choice(self.desks))

    def often(self, desk: str) -> Actor:
        """Return the right person most of the time, so that the walk gets somewhere."""
        return self.world.at(desk) if self.draw.random() < 0.8 else self.by()

    def asker(self, request: int) -> str:
        """Return the desk whose request it is."""
        party = Request.objects.filter(pk=request).values_list("asked_by", flat=True).first()
        return next((desk for desk in MONEY if self.world.at(desk).party == party), "housing")

    def tried(self, act: Callable[..., object], **arguments: object) -> object | None:
        """Return what an act returned, None where it was refused."""
        try:
            found = act(**arguments)
        except Refused:
            self.refused += 1
            return None
        self.done += 1
        return found

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
        )
        self.tried(actions.draft_request, by=self.often(desk), wanted=plan, at=self.at)

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
            return Actor(
                kind="staff",
                district=1,
                appointment=999_999,
                hat=by.hat,
                party=by.party,
                communities=by.communities,
                permissions=by.permissions,
            )
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
        """Work on a task; if that was let through, its leave held at that moment."""
        mine = self.row(Task, state=state, community=self.world.place(GREEN))
        task = mine if mine and self.draw.random() < 0.9 else self.row(Task)
        if self.tried(act, by=self.often("committee"), task=task, at=self.at, **more) is None:
            return
        found = Task.objects.select_related("request", "mandate").get(pk=task)
        mandate, request = found.mandate, found.request
        assert mandate.valid_from <= self.at < mandate.valid_to, "worked without leave"
        assert mandate.revoked_at is None or self.at < mandate.revoked_at, "worked after a recall"
        assert request.state in ("admitted", "active"), f"worked on what is {request.state}"
        assert self.at < request.valid_to, "worked after a lapse"
        assert found.community_id in mandate.communities, "another community's leave"

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
        act = self.draw.choice(
            (actions.lapse_requests, actions.escalate_requests, actions.pay_overdue)
        )
        self.tried(act, by=HOUSE_ITSELF, at=self.at)

    def jump(self) -> None:
        hours = self.draw.choice((1, 1, 5, 5, 24, 24, 73, 24 * 8))
        self.at += timedelta(hours=hours)

    # Acts around it

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
        ids = list(
            Step.objects.exclude(performer__startswith="community.")
            .order_by("-pk")
            .values_list("pk", "case_id")[:6]
        )
        if not ids:
            return
        step, case = self.draw.choice(ids)
        party = self.world.party(self.draw.choice((f"{GREEN}.committee", f"{WILLOW}.station")))
        if self.draw.random() < 0.5:
            by = self.often(self.draw.choice(("street_city", "housing")))
            self.tried(
                cases.hand_over_step, by=by, step_id=step, to_party=party, note="去办", at=self.at
            )
        else:
            self.tried(
                cases.invite_office,
                by=self.often("station"),
                case_id=case,
                to_party=party,
                lead=True,
                words="一起办",
                at=self.at,
            )

    def grant(self) -> None:
        """Whoever is not the district's officer is not let grant leave."""
        by = self.by()
        if by == self.world.at("district"):
            return
        line = self.draw.choice(list(DutyLine.objects.values_list("pk", flat=True)))
        given = self.tried(
            catalogue.grant_mandate,
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

    def budget(self) -> None:
        """Whoever does not keep budgets is not let move money into a line."""
        by = self.by()
        if by == self.world.at("district"):
            return
        line = self.draw.choice(list(self.given))
        outside = Account.objects.filter(line=None, floor=None, above__startswith="outside").first()
        given = self.tried(
            ledger.appropriate_budget,
            by=by,
            at=self.at,
            line=line,
            source=outside.pk if outside else 0,
            amount=100,
            key=f"try {self.draw.random()}",
        )
        assert given is None, f"{by.hat} gave money"

    def attack(self) -> None:
        """Write past the actions: what would change anything is refused, or touches no row."""
        statement = self.draw.choice(ATTACKS)
        self.attacks += 1
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
                touched = cursor.rowcount
                transaction.set_rollback(True)
        except DatabaseError:
            return
        assert touched <= 0, f"let through: {statement}"

    # What must hold

    def check(self) -> None:
        """Raise unless everything the gate promises holds now."""
        self._money()
        self._leave()
        self._minutes()

    def _money(self) -> None:
        """Conserved on every line, and the book agrees with the requests."""
        wanted_ = {
            row["budget_line"]: (row["r"], row["c"], row["p"])
            for row in Request.objects.exclude(budget_line=None)
            .values("budget_line")
            .annotate(r=Sum("reserved_fen"), c=Sum("committed_fen"), p=Sum("paid_fen"))
        }
        stands: dict[int, dict[str, int]] = {}
        for account in Account.objects.exclude(line=None):
            stands.setdefault(account.line_id or 0, {})[account.stage] = (
                account.posted_in - account.posted_out
            )
        for line, given in self.given.items():
            at = stands[line]
            assert sum(at.values()) == given, "money was made or lost"
            reserved, committed, paid = wanted_.get(line, (0, 0, 0))
            assert at["paid"] == paid
            assert at["committed"] + at["paid"] == committed
            assert at["reserved"] + at["committed"] + at["paid"] == reserved
        nested = Q(
            amount_fen__gte=F("reserved_fen"),
            reserved_fen__gte=F("committed_fen"),
            committed_fen__gte=F("paid_fen"),
            paid_fen__gte=0,
        )
        assert not Request.objects.exclude(nested).exists()
        running = Request.objects.filter(state__in=["admitted", "active"], lane="ordinary")
        unpaid = running.exclude(reserved_fen=F("amount_fen"))
        assert not unpaid.exists(), "let in without its money"

    def _leave(self) -> None:
        """No work at a community without leave, and no leave under what was taken back."""
        closed = Mandate.objects.exclude(duty_line__kind__in=["basic", "cooperate"])
        assert not closed.exists(), "leave under a line that is taken back"
        stray = Mandate.objects.exclude(pk__in=Task.objects.values("mandate"))
        # An emergency that was reviewed: its tasks have newer leave.
        assert not stray.exclude(origin="emergency").exists(), "leave that no request has"
        assert not Step.objects.exclude(origin="resident").filter(mandate=None).exists()
        down = Step.objects.filter(party__kind__in=["station", "committee"], origin="resident")
        down = down.exclude(performer__startswith="community.").exclude(performer="")
        assert not down.exists(), "a step handed down without leave"

    def _minutes(self) -> None:
        """The minutes on the tasks are those booked, and those in the book."""
        booked = Worked.objects.aggregate(n=Sum("minutes", default=0))["n"]
        told = Task.objects.aggregate(n=Sum("worked", default=0))["n"]
        taken = Account.objects.filter(purpose="gate.taken").aggregate(
            n=Sum("posted_in", default=0)
        )["n"]
        assert booked == told == taken

"""
What must hold after every step of the walk, written against the tables and the book.

Not one of the gate's own questions is asked. After a step only what its writes could have broken is
looked at; ``whole`` looks at everything.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import F, Q, Sum

from linli.cases.models import Step
from linli.catalogue.models import DutyTerms, Mandate
from linli.gate import queries as gate
from linli.gate.models import Cosignature, Request, Task, Worked
from linli.ledger.models import Account, Transfer
from linli.places import queries as places
from linli.places.models import Place
from linli.rulebook.domain import local_date
from linli.visits import queries as visits
from linli.visits.models import Errand, Question, Visit

from .drawing import FIRST_STAGES

OPEN_KINDS = ("basic", "cooperate")
COMMUNITY_PARTIES = ("station", "committee")
NESTED = Q(
    amount_fen__gte=F("reserved_fen"),
    reserved_fen__gte=F("committed_fen"),
    committed_fen__gte=F("paid_fen"),
    paid_fen__gte=0,
)
WRITE = re.compile(r'\s*(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM)\s+"?(\w+)', re.IGNORECASE)
READ = re.compile(r"\s*(?:SELECT|SAVEPOINT|RELEASE|ROLLBACK|PRAGMA|SET)\b", re.IGNORECASE)
EVERYTHING = "*"
# Written past the actions: each is refused, or finds no row.
ATTACKS = (
    "INSERT INTO gate_task (id, district, request_id, community_id, party_id, state, amount_fen,"
    " committed_fen, worked, shown, paid_late) SELECT 999999, district, request_id + 1000,"
    " community_id, party_id, 'given', 0, 0, 0, '', paid_late FROM gate_task",
    "INSERT INTO gate_task (id, district, request_id, community_id, party_id, mandate_id, state,"
    " amount_fen, committed_fen, worked, shown, paid_late) SELECT 999999, t.district, r.id,"
    " t.community_id, t.party_id, t.mandate_id, 'given', 0, 0, 0, '', t.paid_late"
    " FROM gate_task t, gate_request r WHERE r.id <> t.request_id AND NOT EXISTS (SELECT 1"
    " FROM gate_task o WHERE o.request_id = r.id AND o.community_id = t.community_id) LIMIT 1",
    "UPDATE gate_task SET mandate_id = NULL",
    "UPDATE gate_task SET mandate_id = (SELECT min(m.id) FROM catalogue_mandate m"
    " WHERE m.id IN (SELECT o.mandate_id FROM gate_task o WHERE o.request_id <> gate_task.request_id))"
    " WHERE EXISTS (SELECT 1 FROM gate_task o WHERE o.request_id <> gate_task.request_id)",
    "UPDATE gate_task_file SET task_id = task_id + 1",
    "DELETE FROM gate_task_file",
    "UPDATE gate_request SET state = 'admitted' WHERE line_kind IN ('taken_back', 'negative', '')",
    "UPDATE gate_request SET state = 'admitted', valid_to = NULL",
    "UPDATE gate_request SET reserved_fen = amount_fen + 1",
    "UPDATE gate_request SET committed_fen = reserved_fen + 1",
    "UPDATE gate_request SET paid_fen = committed_fen + 1",
    "UPDATE case_step SET origin = 'admitted', mandate_id = NULL",
    "UPDATE visits_question SET origin = 'admitted', mandate_id = NULL",
    "UPDATE visits_question SET mandate_id = NULL, duty_line = ''",
    "UPDATE visits_visit SET origin = 'emergency', mandate_id = NULL",
    "UPDATE ledger_account SET posted_in = posted_in + 1",
    "UPDATE ledger_account SET floor = -1000000 WHERE line_id IS NULL",
    "UPDATE ledger_account SET ceiling = posted_in - posted_out + 1000000",
    "DELETE FROM ledger_transfer",
    "UPDATE ledger_transfer SET amount = amount + 1",
)

WRITTEN = """
    SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables
    WHERE n_tup_ins + n_tup_upd + n_tup_del > 0
"""


class Watch:
    """Notes which tables statements wrote to."""

    def __init__(self) -> None:
        self.touched: set[str] = set()
        self.written: dict[str, int] = {}

    def __call__(self, execute: Callable[..., Any], sql: Any, params: Any, *more: Any) -> Any:
        said = str(sql)
        written = WRITE.match(said)
        if written is not None:
            self.touched.add(written.group(1))
        elif not READ.match(said):
            self.touched.add(EVERYTHING)
        return execute(sql, params, *more)

    def taken(self) -> set[str]:
        """Return the tables written to since the last time."""
        found, self.touched = self.touched, set()
        if connection.vendor == "postgresql":  # rows are copied in past the cursor there
            found |= self._counted()
        return found

    def _counted(self) -> set[str]:
        """Return the tables of which the transaction has written more rows than a moment ago."""
        with connection.cursor() as cursor:
            cursor.execute(WRITTEN)
            before, self.written = self.written, dict(cursor.fetchall())
        return {table for table, rows in self.written.items() if rows != before.get(table)}


def holds(mandate: Mandate | None, at: datetime, community: int | None) -> bool:
    """Whether leave holds at a moment for a community."""
    return (
        mandate is not None
        and mandate.valid_from <= at < mandate.valid_to
        and (mandate.revoked_at is None or at < mandate.revoked_at)
        and (not mandate.communities or community in mandate.communities)
    )


def listed_as(code: str, community: int, at: datetime) -> str:
    """Return what the nearest list says of a line for a community on a day: its own list first."""
    on, tree = local_date(at), places.tree(1)
    rows = DutyTerms.objects.filter(
        Q(line__valid_to=None) | Q(line__valid_to__gt=on), code=code, line__valid_from__lte=on
    )
    kinds = dict(rows.values_list("place", "line__kind"))
    for place in (*(one.id for one in tree.path(community)[::-1]), None):
        if place in kinds:
            return str(kinds[place])
    return ""


class Holding:
    """The promises of the gate, and what was seen of tasks and steps before the last step."""

    def __init__(self) -> None:
        self.last_transfer = 0
        self.given: Counter[int | None] = Counter()
        self.tasks: dict[int, tuple[Any, ...]] = {}
        self.steps: dict[int, tuple[Any, ...]] = {}
        self.looks: Counter[str] = Counter()

    def look(self, at: datetime, touched: Collection[str], *, whole: bool = False) -> None:
        """Raise unless everything the gate promises holds at a moment."""
        everything = whole or EVERYTHING in touched
        for check, tables in (
            (self.money, {"ledger_transfer", "ledger_account", "gate_request"}),
            (self.mandates, {"catalogue_mandate", "gate_task", "gate_request"}),
            (self.work, {"gate_task", "gate_worked"}),
            (self.minutes, {"gate_task", "gate_worked", "ledger_transfer"}),
            (self.handed, {"case_step", "parties_party"}),
            (self.asked, {"visits_question", "visits_visit", "visits_errand"}),
        ):
            if everything or not tables.isdisjoint(touched):
                self.looks[check.__name__] += 1
                check(at)
        if whole:
            self.alive(at)

    def money(self, at: datetime) -> None:
        """Conserved on every line, and the book agrees with the requests."""
        fresh = Transfer.objects.filter(pk__gt=self.last_transfer, expires_at=None).order_by("pk")
        for pk, payer, payee, amount in fresh.values_list(
            "pk", "payer__line", "payee__line", "amount"
        ):
            self.given[payer] -= amount
            self.given[payee] += amount
            self.last_transfer = pk
        asked = {
            row["budget_line"]: (row["r"], row["c"], row["p"])
            for row in Request.objects.exclude(budget_line=None)
            .values("budget_line")
            .annotate(r=Sum("reserved_fen"), c=Sum("committed_fen"), p=Sum("paid_fen"))
        }
        stands: dict[int, dict[str, int]] = {}
        accounts = Account.objects.filter(line__code__in=FIRST_STAGES)
        for line, stage, came, went in accounts.values_list(
            "line", "stage", "posted_in", "posted_out"
        ):
            stands.setdefault(line, {})[stage] = came - went
        for line, at_stage in stands.items():
            assert min(at_stage.values()) >= 0, "more was spent than there is"
            assert sum(at_stage.values()) == self.given[line], "money was made or lost"
            reserved, committed, paid = asked.get(line, (0, 0, 0))
            assert at_stage["paid"] == paid, "paid past the gate"
            assert at_stage["committed"] + paid == committed, "committed past the gate"
            assert at_stage["reserved"] + committed == reserved, "reserved past the gate"
        assert not Request.objects.exclude(NESTED).exists()
        running = Request.objects.filter(state__in=["admitted", "active"], lane="ordinary")
        unpaid = running.exclude(reserved_fen=F("amount_fen"), budget_line__isnull=False)
        assert not unpaid.exists(), "let in without its money"

    def mandates(self, at: datetime) -> None:
        """No leave under what was taken back, and none that no request has."""
        closed = Mandate.objects.exclude(duty_line__kind__in=OPEN_KINDS)
        assert not closed.exists(), "leave under a line that is taken back"
        stray = Mandate.objects.exclude(pk__in=Task.objects.values("mandate"))
        # An emergency that was reviewed: its tasks have newer leave.
        stray = stray.exclude(origin="emergency").exclude(pk__in=Question.objects.values("mandate"))
        assert not stray.exists(), "leave that no request has"

    def work(self, at: datetime) -> None:
        """Each new task was let in; whoever worked had leave at that moment."""
        rows = Task.objects.select_related("request", "mandate").order_by("pk")
        for row in rows:
            now = (row.state, row.worked, row.mandate_id)
            before = self.tasks.get(row.pk)
            if before == now:
                continue
            if before is None or before[2] != now[2]:
                self._let_in(row, at)
            changed = before is not None and now[:2] != before[:2]
            if changed and row.request.cell is not None:
                self._at_doors(row)
            elif changed and row.state in ("begun", "done"):
                assert row.request.state in ("admitted", "active"), "worked on what has ended"
                assert row.request.valid_to is not None
                assert at < row.request.valid_to, "worked after a lapse"
                assert holds(row.mandate, at, row.community_id), "worked without leave"
            self.tasks[row.pk] = now

    def _at_doors(self, task: Task) -> None:
        """What is done at doors is counted later, but only what was done in time counts."""
        ends = task.request.valid_to
        assert ends is not None
        booked = list(task.minutes.all())
        if task.state == "begun":  # decision 23: nothing tells how many answered so far
            assert task.committed_fen == 0, "money moved with an answer"
            assert not booked, "minutes moved with an answer"
        assert len(booked) <= 1, "the minutes of visits were booked one by one"
        assert task.worked <= task.request.minutes, "more minutes than were agreed on"
        if task.state == "done":
            late = task.questions.filter(question__answered_at__gt=ends).count()
            sent = Errand.objects.filter(form=task.request.number, community_id=task.community_id)
            late += sent.filter(visit__entered_at__gt=ends).count()
            assert task.asked is not None
            assert task.met or not task.asked, "done, and nothing was met"
            assert task.met is not None
            assert task.met <= task.asked - late, "answered after a lapse"

    def _let_in(self, task: Task, at: datetime) -> None:
        """A task has just been given: everything that gives a right to it is there."""
        request = task.request
        assert request.state in ("admitted", "active"), f"a task of what is {request.state}"
        assert task.community_id in request.communities
        assert task.community_id in task.mandate.communities
        on = datetime.combine(request.from_on, at.timetz())
        kind = listed_as(request.line, task.community_id, on)
        assert kind in OPEN_KINDS, f"{request.line}: {kind or 'not listed'}, and let in"
        if request.lane == "emergency":
            assert request.declared_by is not None
            assert request.declared_words.strip()
            assert request.valid_from == at
            return
        signed = set(Cosignature.objects.filter(request=request).values_list("street", flat=True))
        tree = places.tree(1)
        streets = {tree.node(one).parent for one in request.communities}
        assert streets <= signed or request.declared_by is not None, "a street was passed over"
        assert request.decided_by != request.submitted_by or request.decided_by is None

    def minutes(self, at: datetime) -> None:
        """The minutes on the tasks are those booked, and those in the book."""
        rows = Worked.objects.filter(undone=None)
        booked = rows.aggregate(n=Sum("minutes", default=0))["n"]
        told = Task.objects.aggregate(n=Sum("worked", default=0))["n"]
        taken = Account.objects.filter(purpose="gate.taken").aggregate(
            n=Sum(F("posted_in") - F("posted_out"), default=0)
        )["n"]
        assert booked == told == taken, f"minutes: {booked}, {told}, {taken}"

    def handed(self, at: datetime) -> None:
        """A community's office has a step by its item, or by leave that held when it got it."""
        assert not Step.objects.exclude(origin="resident").filter(mandate=None).exists()
        rows = Step.objects.filter(party__kind__in=COMMUNITY_PARTIES).exclude(performer="")
        rows = rows.exclude(performer__startswith="community.")
        for row in rows.select_related("party", "mandate"):
            now = (row.party_id, row.origin, row.mandate_id, row.state)
            if self.steps.get(row.pk) == now:
                continue
            assert row.origin != "resident", "a step handed down without leave"
            if row.state in ("offered", "accepted", "done"):
                assert holds(row.mandate, at, row.party.place_id), f"{row.state} without leave"
            self.steps[row.pk] = now

    def asked(self, at: datetime) -> None:
        """A question or visit stands on an open line, or on leave that held when it came to be."""
        for table, name in ((Question, "asked"), (Visit, "made"), (Errand, "sent")):
            rows = table.objects.select_related("mandate")
            if table is not Errand:
                rows = rows.exclude(origin="resident")
            assert not rows.filter(mandate=None).exists(), f"{name} without leave"
            for row in rows:
                key = hash((name, row.pk, row.mandate_id))
                if key not in self.steps:
                    assert holds(row.mandate, at, row.community_id), f"{name} without leave"
                    self.steps[key] = (row.mandate_id,)
        bare = Question.objects.filter(mandate=None, answered_at=None, withdrawn_at=None)
        for pk, line, community in bare.values_list("pk", "duty_line", "community_id"):
            key = hash(("bare", pk, line))
            if key not in self.steps:
                kind = listed_as(line, community, at)
                assert kind in OPEN_KINDS, f"asked under {line}: {kind or 'not listed'}"
                self.steps[key] = (line,)

    def alive(self, at: datetime) -> None:
        """What communities are shown as theirs to do now has leave now."""
        for task in gate.live_tasks(at, district=1).select_related("request", "mandate"):
            assert holds(task.mandate, at, task.community_id), "alive after its lapse"
            assert task.request.state in ("admitted", "active")
            assert task.state in ("given", "begun")
            assert task.request.valid_to is not None
            assert at < task.request.valid_to, "alive after its lapse"
        for errand in visits.open_errands(1, None, at).select_related("mandate"):
            assert holds(errand.mandate, at, errand.community_id), "sent after a lapse"
        kept = {one.pk: one for one in Question.objects.select_related("mandate")}
        for community in Place.objects.filter(kind="community").values_list("pk", flat=True):
            for one in visits.open_questions(community, district=1, at=at):
                row = kept[one.id]
                listed = row.mandate is None and listed_as(row.duty_line, community, at)
                assert listed in OPEN_KINDS or holds(row.mandate, at, community), (
                    "a question alive after its lapse"
                )

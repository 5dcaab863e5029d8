"""Of fewer than five nobody but their community learns how many: by no page, file, book or difference."""

import io
import re
from dataclasses import replace
from datetime import date

import pytest
from django.db import transaction
from django.db.models import Q
from django.test import Client
from python_calamine import CalamineWorkbook

from linli.basics import Actor
from linli.fabric import versions
from linli.gate import actions
from linli.gate.domain import Kind, Permission
from linli.gate.models import Request
from linli.gate.queries import burden, evidence
from linli.ledger.domain import Permission as Ledger
from linli.ledger.models import Account, BudgetLine
from linli.people import actions as people
from tests.world import HOUSE_ITSELF, NOON

from .conftest import DAY, TODAY, task, worker
from .test_doors import PRICE, Neighbours, cell
from .test_screens import _now, browser  # noqa: F401

pytestmark = pytest.mark.django_db
NOISE = (
    (r'(csrfmiddlewaretoken" value=)"\w+"', r"\1"),
    (r"/\d+/|\d{13,}", "#"),  # ids: the database counts on though all is undone
    (r'nonce="[^"]+"', ""),
)


def of_so_many(here: Neighbours, number: int, kind: Kind) -> list[int]:
    """Let so many of 80 or more live there of whom the facts cannot tell it; of work, so many at all."""
    found, gone = [here.first, here.second], [here.alone] if kind is Kind.WORK else []
    if number == 1:
        gone.append(found.pop())
    for person in gone:
        by = worker(here.world)
        people.end_person(by=by, at=NOON, person=person, reason="moved", on=TODAY - DAY)
    more = [here.lives(f"孙{one}", date(1941, 1, 1 + one)) for one in range(number - 2)]
    return found + more


def read(row: Request, mine: int) -> dict[str, object]:
    """Return all that the office that asked, and anybody, can read of a request and its money."""
    office, anybody = browser("housing", "en"), Client(headers={"accept-language": "en"})
    line = BudgetLine.objects.get(code="housing.2026").pk
    pages = {
        where: (office if where.startswith(("/tasks", "/money", "/cockpit")) else anybody).get(
            where
        )
        for where in (
            "/tasks/",
            f"/tasks/r/{row.number}/",
            f"/tasks/t/{mine}/",
            f"/burden/r/{row.number}/",
            "/burden/?month=2026-11",
            "/burden/minutes/?month=2026-11",
            "/burden/bill.json?month=2026-11",
            "/money/",
            f"/money/lines/{line}/",
        )
    }
    found: dict[str, object] = {}
    for where, answer in pages.items():
        assert answer.status_code == 200, where
        words = answer.content.decode().replace(row.number, "N")
        for noise, plain in NOISE:
            words = re.sub(noise, plain, words)
        found[re.sub(r"\d{13,}|" + row.number, "#", where)] = words
    file = io.BytesIO(anybody.get("/burden/bill.xlsx?month=2026-11").content)
    found["xlsx"] = CalamineWorkbook.from_filelike(file).get_sheet_by_index(0).to_python()
    owner = Request.objects.get(pk=row.pk).asked_by_id
    for account in Account.objects.filter(Q(party=owner) | Q(line=line)):
        sheet = office.get(f"/money/accounts/{account.pk}/statement.xlsx").content
        rows = CalamineWorkbook.from_filelike(io.BytesIO(sheet)).get_sheet_by_index(0).to_python()
        # Which booking of the house's one it was says nothing of who was asked.
        found[f"{account.unit.code} {account.purpose} {account.stage}"] = [
            (one[0], one[1], *one[3:]) for one in rows
        ]
    return found


def one_course(world, asked: int, answered: int, kind: Kind) -> list[dict[str, object]]:
    """
    Ask so many, let some answer, each at another length, and leave no trace; return what is read while
    it runs, once it is over, and when its minutes were taken back.
    """
    with transaction.atomic():
        here = Neighbours(world)
        whom = of_so_many(here, asked, kind)
        row = here.ask(kind=kind, whom=cell() if kind is Kind.DATA else cell({"age": {"from": 80}}))
        for number, person in enumerate(whom[:answered]):
            said = here.says(person) if kind is Kind.DATA else ()
            reasons = ("question" if kind is Kind.DATA else "admitted",)
            minutes = 7 + 9 * asked + 5 * number
            here.visit(person, f"k{number}", minutes=minutes, stated=said, reasons=reasons)
        mine = task(row, world)
        assert (mine.asked, mine.met) == (asked, answered)
        found = [read(row, mine.pk)]
        actions.lapse_requests(by=HOUSE_ITSELF, at=row.valid_to)
        found.append(read(row, mine.pk))
        [booked] = mine.minutes.all()
        actions.take_back_minutes(by=worker(world), worked=booked.pk, at=row.valid_to)
        found.append(read(row, mine.pk))
        transaction.set_rollback(True)
    versions.forget_everything()
    return found


@pytest.mark.parametrize("kind", Kind)
def test_all_that_others_read_is_alike_for_each_number_below_five(world, kind) -> None:
    """What one to four were asked, and some answered, cannot be told apart while it runs, nor after."""
    courses = [(2, 1), (3, 2), (4, 1)]
    first, *others = [one_course(world, asked, met, kind) for asked, met in courses]
    for other in others:
        for moment, told in enumerate(first):
            for where, words in told.items():
                assert other[moment][where] == words, (moment, where)


def test_a_public_bill_says_what_was_paid_and_not_for_how_many(world) -> None:
    here = Neighbours(world)
    row = here.ask()
    here.visit(here.first, "k1", stated=here.says(here.first), reasons=("question",))
    actions.lapse_requests(by=HOUSE_ITSELF, at=row.valid_to)
    mine = task(row, world)
    actions.pay_task(by=world.at("housing"), task=mine.pk, at=row.valid_to)
    page = burden.public_page(Actor(kind="resident", district=1), row.number, district=1)
    assert [(one.met, one.fen) for one in page.tasks] == [("", PRICE)]
    assert page.request.paid_fen == PRICE
    told = Client().get("/burden/bill.json?month=2026-11").json()["offices"][0]
    assert told["paid_fen"] == PRICE


def test_the_community_and_the_auditor_read_how_many(world) -> None:
    here = Neighbours(world)
    row = here.ask()
    here.visit(here.first, "k1", stated=here.says(here.first), reasons=("question",))
    mine = task(row, world)
    auditor = replace(
        world.at("city"), permissions=frozenset({Permission.SEE, Ledger.SEE, Ledger.AUDIT})
    )
    for by in (worker(world), auditor):
        page = evidence.task_page(by, mine.pk, at=NOON)
        assert (page.task.met, page.task.asked, page.task.few) == (1, 2, False)
        assert len(page.visits) == 1
    page = evidence.task_page(world.at("housing"), mine.pk, at=NOON)
    assert (page.task.met, page.task.asked, page.task.few) == (None, None, True)
    assert (page.visits, page.hidden, page.elsewhere) == ([], True, 0)

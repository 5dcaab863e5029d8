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

from linli.fabric import versions
from linli.gate import actions
from linli.gate.domain import Kind, Permission
from linli.gate.models import Request
from linli.gate.queries import evidence, standing
from linli.ledger.domain import Permission as Ledger
from linli.ledger.models import Account, BudgetLine
from linli.people import actions as people
from tests.world import DOOR, GREEN, HOUSE_ITSELF, NOON, WILLOW

from .conftest import DAY, TODAY, submitted, task, wanted, worker
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


def one_course(world, asked: int, answered: int, *, over: bool, kind: Kind) -> dict[str, object]:
    """Ask so many, let some answer (twelve minutes in all), read everything, and leave no trace."""
    with transaction.atomic():
        here = Neighbours(world)
        whom = of_so_many(here, asked, kind)
        row = here.ask(kind=kind, whom=cell() if kind is Kind.DATA else cell({"age": {"from": 80}}))
        for number, person in enumerate(whom[:answered]):
            said = here.says(person) if kind is Kind.DATA else ()
            reasons = ("question" if kind is Kind.DATA else "admitted",)
            here.visit(person, f"k{number}", minutes=12 // answered, stated=said, reasons=reasons)
        mine = task(row, world)
        assert (mine.asked, mine.met) == (asked, answered)
        if over:
            actions.lapse_requests(by=HOUSE_ITSELF, at=row.valid_to)
        found = read(row, mine.pk)
        transaction.set_rollback(True)
    versions.forget_everything()
    return found


@pytest.mark.parametrize("over", [False, True])
@pytest.mark.parametrize("kind", Kind)
def test_all_that_others_read_is_alike_for_each_number_below_five(world, kind, over) -> None:
    """What one to four were asked, and some answered, cannot be told apart while it runs, nor after."""
    courses = [(2, 1), (3, 2), (4, 1)]
    first, *others = [one_course(world, asked, met, over=over, kind=kind) for asked, met in courses]
    for other in others:
        for where, words in first.items():
            assert other[where] == words, where


def test_a_public_bill_says_what_was_paid_and_not_for_how_many(world) -> None:
    here = Neighbours(world)
    row = here.ask()
    here.visit(here.first, "k1", stated=here.says(here.first), reasons=("question",))
    actions.lapse_requests(by=HOUSE_ITSELF, at=row.valid_to)
    mine = task(row, world)
    actions.pay_task(by=world.at("housing"), task=mine.pk, at=row.valid_to)
    page = evidence.public_page(row.number, district=1)
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


# Before anybody is asked


def draft(world, *codes: str) -> Request:
    plan = wanted(
        world,
        kind=Kind.DATA,
        whom=cell(),
        communities=frozenset(world.place(code) for code in codes),
    )
    return actions.draft_request(by=world.at("housing"), wanted=plan, at=NOON)


def said(row: Request) -> tuple[str, dict[str, int | str]]:
    found = standing.findings(row, at=NOON)[2]
    return found.reason, dict(found.values)


def test_drafts_of_one_area_and_the_other_and_both_tell_of_no_single_person(world) -> None:
    """One more person moves in again and again; the looks and their differences name no small number."""
    few, five = ("unknown_few", {"fewest": 5}), ("unknown", {"unknown": 5})
    looks = []
    for number in range(1, 7):
        people.register_person(
            by=HOUSE_ITSELF,
            at=NOON - 400 * DAY,
            name=f"孙{number}",
            home=world.place(DOOR),
            facts={"birth_on": date(1941, 1, number)},
        )
        looks.append((said(draft(world, GREEN)), said(draft(world, GREEN, WILLOW))))
        assert said(draft(world, WILLOW)) == ("known", {})
    assert looks == [(few, few)] * 4 + [(five, five)] * 2
    kept = set(Request.objects.values_list("unknown", flat=True))
    assert kept == {0, 1, 5}  # the number itself is written nowhere


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "fewer than 5 people"), ("zh-hans", "少于 5 人")],
)
def test_the_check_of_a_draft_names_no_number_below_five(world, language, words) -> None:
    Neighbours(world)
    row = draft(world, GREEN)
    page = browser("housing", language).get(f"/tasks/r/{row.number}/").content.decode()
    assert words in page
    assert "2 people" not in page
    assert "2 人" not in page


def test_a_finding_kept_from_earlier_days_names_no_small_number_either(world) -> None:
    Neighbours(world)
    row = submitted(world, kind=Kind.DATA, whom=cell(), communities=frozenset({world.place(GREEN)}))
    for number, words in ((2, "fewer than 5 people"), (37, "20 people or more")):
        once = {
            "check": "once",
            "passed": True,
            "reason": "unknown",
            "values": {"unknown": number},
            "basis": [],
        }
        Request.objects.filter(pk=row.pk).update(state="returned", reasons=[once])
        page = browser("housing", "en").get(f"/tasks/r/{row.number}/").content.decode()
        assert words in page
        assert str(number) + " people" not in page


def test_a_waiting_question_is_not_counted_again_at_each_look(world, monkeypatch) -> None:
    here = Neighbours(world)
    row = submitted(world, kind=Kind.DATA, whom=cell(), communities=frozenset({here.community}))
    assert row.unknown == 1
    here.lives("孙一", date(1941, 1, 1))

    def recount(*named, **more):
        raise AssertionError("everybody was counted for a look")

    monkeypatch.setattr("linli.gate.queries.doors.unknown_facts", recount)
    page = browser("housing", "en").get(f"/tasks/r/{row.number}/")
    assert "fewer than 5 people" in page.content.decode()
    monkeypatch.undo()
    for number in range(2):
        here.lives(f"孙{number}", date(1941, 1, 2))
    actions.cosign_request(by=world.at("street"), request=row.pk, at=NOON)
    actions.admit_request(by=world.at("district"), request=row.pk, at=NOON)
    row.refresh_from_db()
    assert (row.unknown, row.from_on) == (5, TODAY)  # counted anew by the decision

"""Two decide at one moment, on real connections: money, minutes and a line of the list are given once."""

from collections.abc import Callable

import pytest

from linli.basics import Refused
from linli.gate import actions
from linli.gate.models import Request, Task
from linli.ledger.domain import LineBalance
from tests.ledger.test_races import Yard
from tests.world import GREEN, NOON, World

from .conftest import GIVEN_FEN, colleague, furnished, give_money, reviewed, task, worker
from .test_actions import balance, failed

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db) -> World:
    return furnished()


def told(deed: Callable[[], object]) -> Callable[[], str]:
    """Return a deed that tells how it ended: the name of what it gave, or of its refusal."""

    def run() -> str:
        try:
            return type(deed()).__name__
        except Refused as refusal:
            return type(refusal).__name__

    return run


def deciding(world: World, *rows: Request) -> list[Callable[[], str]]:
    """Let an officer decide on the one, and a colleague on the other."""
    return [
        told(lambda by=by, row=row: actions.admit_request(by=by, request=row.pk, at=NOON))
        for by, row in zip((world.at("district"), colleague(world)), rows, strict=True)
    ]


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        # 1,000 yuan are on the line; each comes to 770.
        ({"minutes": 1_100, "duty_line": "help"}, {"minutes": 1_100}, "no_money"),
        # A community has 2,400 minutes in a month; each office brings its own money.
        ({"minutes": 1_300}, {"desk": "civil", "minutes": 1_300, "duty_line": "help"}, "no_time"),
        ({}, {"desk": "civil"}, "twice"),
    ],
)
def test_of_two_decided_at_once_one_is_let_in(world, tmp_path, first, second, reason) -> None:
    give_money(world, "civil", "civil.2026", GIVEN_FEN)
    here = {"communities": frozenset({world.place(GREEN)})}
    rows = [
        reviewed(world, **here, budget_line=f"{one.get('desk', 'housing')}.2026", **one)
        for one in (first, second)
    ]
    yard = Yard(tmp_path)

    assert yard.run(*deciding(world, *rows)) == ["Request", "Request"]

    def look() -> None:
        let_in, returned = Request.objects.order_by("state")
        assert (let_in.state, returned.state) == ("admitted", "returned")
        assert failed(returned) == [reason]
        assert (let_in.reserved_fen, returned.reserved_fen) == (let_in.amount_fen, 0)
        assert Task.objects.get().request == let_in
        mine = let_in.amount_fen if let_in.asked_by_id == world.at("housing").party else 0
        assert balance() == LineBalance(GIVEN_FEN - mine, mine)

    yard.see(look)


def test_one_request_is_let_in_once_and_one_task_paid_once(world, tmp_path) -> None:
    row, yard = reviewed(world), Yard(tmp_path)
    whole, share = row.amount_fen, row.amount_fen // 2
    assert sorted(yard.run(*deciding(world, row, row))) == ["Request", "WrongState"]
    assert yard.see(balance) == LineBalance(GIVEN_FEN - whole, whole)

    def done() -> int:
        mine = task(row, world)
        actions.begin_task(by=worker(world), task=mine.pk, at=NOON)
        return actions.finish_task(by=worker(world), task=mine.pk, shown="照片", at=NOON).pk

    mine = yard.see(done)
    pay = told(lambda: actions.pay_task(by=world.at("housing"), task=mine, at=NOON))
    assert sorted(yard.run(pay, pay)) == ["NothingToPay", "Task"]
    assert yard.see(balance) == LineBalance(GIVEN_FEN - whole, share, 0, share)

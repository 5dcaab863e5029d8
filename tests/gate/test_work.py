"""What happens to admitted work: begun, done, paid, lapsed, declared urgent or refused."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from linli.basics import NoSuchThing, NotAllowed
from linli.catalogue import queries as catalogue
from linli.fabric import grants
from linli.gate import actions, queries
from linli.gate.domain import (
    BadRequestPlan,
    Effort,
    NeverUrgent,
    NotBegun,
    NothingShown,
    NothingToPay,
    PaidByTheAsker,
    SameHand,
    TaskOver,
    WrongState,
)
from linli.gate.models import Refusal, Request, Task, Worked
from linli.gate.queries import screens
from linli.journal.models import Line
from linli.ledger import queries as ledger
from linli.ledger.domain import LineBalance, Owner
from tests.world import GREEN, HOUSE_ITSELF, NOON, STREET, WILLOW

from .conftest import (
    DAY,
    GIVEN_FEN,
    LATER,
    TODAY,
    admitted,
    colleague,
    reviewed,
    submitted,
    task,
    worker,
)
from .test_actions import PRICE, balance, everything, failed, kinds, refused

pytestmark = pytest.mark.django_db


def test_work_begun_commits_and_work_done_is_paid_on_evidence(world) -> None:
    row = admitted(world)
    by, mine = worker(world), task(row, world)
    actions.begin_task(by=by, task=mine.pk, at=NOON)
    half = PRICE // 2
    assert balance() == LineBalance(GIVEN_FEN - PRICE, half, half)

    actions.book_minutes(
        by=by, task=mine.pk, effort=Effort.DOOR, minutes=20, worked_on=TODAY, at=NOON
    )
    actions.book_minutes(
        by=by, task=mine.pk, effort=Effort.FORM, minutes=5, worked_on=TODAY, at=NOON
    )
    done = actions.finish_task(by=by, task=mine.pk, shown="照片 3 张", at=NOON)
    assert (done.state, done.worked, done.pay_by_on) == ("done", 25, date(2026, 11, 30))

    paid = actions.pay_task(by=world.at("housing"), task=mine.pk, at=LATER)
    row.refresh_from_db()
    assert (paid.paid_at, paid.paid_late) == (LATER, False)
    assert balance() == LineBalance(GIVEN_FEN - PRICE, half, 0, half)
    assert (row.state, row.reserved_fen, row.committed_fen, row.paid_fen) == (
        "active",
        PRICE,
        half,
        half,
    )
    taken = ledger.account_of(
        Owner.party(row.asked_by_id), unit="work", purpose="gate.taken", district=1
    )
    assert taken.posted_in == 25
    assert kinds(row)[-4:] == ["MinutesBooked", "MinutesBooked", "TaskDone", "TaskPaid"]


def test_nobody_elses_community_works_on_it(world) -> None:
    row = admitted(world)
    other = task(row, world, WILLOW)
    refused(NoSuchThing, actions.begin_task, by=worker(world), task=other.pk, at=NOON)
    mine = task(row, world)
    refused(NotAllowed, actions.begin_task, by=world.at("housing"), task=mine.pk, at=NOON)


def test_each_step_waits_for_the_one_before(world) -> None:
    mine = task(admitted(world), world)
    by = worker(world)
    refused(
        NotBegun,
        actions.book_minutes,
        by=by,
        task=mine.pk,
        effort=Effort.DOOR,
        minutes=5,
        worked_on=TODAY,
        at=NOON,
    )
    refused(NotBegun, actions.finish_task, by=by, task=mine.pk, shown="照片", at=NOON)
    refused(NothingToPay, actions.pay_task, by=world.at("housing"), task=mine.pk, at=NOON)
    actions.begin_task(by=by, task=mine.pk, at=NOON)
    shown = refused(NothingShown, actions.finish_task, by=by, task=mine.pk, shown=" ", at=NOON)
    assert shown.evidence == "照片"
    for minutes, day in ((0, TODAY), (1_441, TODAY), (5, TODAY - DAY), (5, TODAY + DAY)):
        refused(
            BadRequestPlan,
            actions.book_minutes,
            by=by,
            task=mine.pk,
            effort=Effort.DOOR,
            minutes=minutes,
            worked_on=day,
            at=NOON,
        )
    actions.finish_task(by=by, task=mine.pk, shown="照片", at=NOON)
    refused(TaskOver, actions.finish_task, by=by, task=mine.pk, shown="照片", at=NOON)
    refused(PaidByTheAsker, actions.pay_task, by=world.at("civil"), task=mine.pk, at=NOON)
    actions.pay_task(by=world.at("housing"), task=mine.pk, at=NOON)
    refused(NothingToPay, actions.pay_task, by=world.at("housing"), task=mine.pk, at=NOON)


def test_to_begin_twice_is_once(world) -> None:
    mine = task(admitted(world), world)
    actions.begin_task(by=worker(world), task=mine.pk, at=NOON)
    before = everything()
    actions.begin_task(by=worker(world), task=mine.pk, at=NOON)
    assert everything() == before


# Ending


def test_nothing_is_alive_after_its_lapse_even_before_it_is_swept(world) -> None:
    row = admitted(world)
    mine, by = task(row, world), worker(world)
    actions.begin_task(by=by, task=mine.pk, at=NOON)
    over = row.valid_to
    last = over - timedelta(microseconds=1)

    assert queries.live_tasks(last, district=1).count() == 2
    assert queries.live_tasks(over, district=1).count() == 0
    assert catalogue.mandates_for(world.place(GREEN), over) == []
    refused(TaskOver, actions.finish_task, by=by, task=mine.pk, shown="照片", at=over)


def test_what_was_not_earned_goes_back_when_time_is_over(world) -> None:
    row = admitted(world)
    mine, by = task(row, world), worker(world)
    actions.begin_task(by=by, task=mine.pk, at=NOON)
    assert actions.lapse_requests(by=HOUSE_ITSELF, at=NOON) == 0
    assert actions.lapse_requests(by=HOUSE_ITSELF, at=row.valid_to) == 1
    assert actions.lapse_requests(by=HOUSE_ITSELF, at=row.valid_to) == 0

    row.refresh_from_db()
    assert (row.state, row.reserved_fen) == ("expired", 0)
    assert balance() == LineBalance(appropriated=GIVEN_FEN)
    assert set(row.tasks.values_list("state", flat=True)) == {"lapsed"}


def test_what_was_done_is_paid_though_time_is_over(world) -> None:
    row = admitted(world)
    mine, by = task(row, world), worker(world)
    actions.begin_task(by=by, task=mine.pk, at=NOON)
    actions.finish_task(by=by, task=mine.pk, shown="照片", at=NOON)
    actions.lapse_requests(by=HOUSE_ITSELF, at=row.valid_to)
    assert balance() == LineBalance(GIVEN_FEN - PRICE // 2, 0, PRICE // 2)
    assert actions.pay_overdue(by=HOUSE_ITSELF, at=NOON + 14 * DAY) == 0
    assert actions.pay_overdue(by=HOUSE_ITSELF, at=NOON + 15 * DAY) == 1

    mine.refresh_from_db()
    assert mine.paid_late
    assert balance() == LineBalance(GIVEN_FEN - PRICE // 2, 0, 0, PRICE // 2)


def test_a_request_is_called_off_with_its_mandate(world) -> None:
    row = admitted(world)
    refused(NotAllowed, actions.revoke_request, by=world.at("housing"), request=row.pk, at=LATER)
    ended = actions.revoke_request(by=world.at("district"), request=row.pk, at=LATER)

    assert (ended.state, balance()) == ("revoked", LineBalance(appropriated=GIVEN_FEN))
    assert catalogue.mandates_for(world.place(GREEN), LATER) == []
    assert Line.objects.filter(kind="MandateRevoked").count() == 1
    refused(WrongState, actions.revoke_request, by=world.at("district"), request=row.pk, at=LATER)


def test_what_nobody_decides_is_escalated_once(world) -> None:
    row = submitted(world)
    assert not said_late(world, NOON + 21 * DAY)
    assert actions.escalate_requests(by=HOUSE_ITSELF, at=NOON + 21 * DAY) == 0
    assert actions.escalate_requests(by=HOUSE_ITSELF, at=NOON + 22 * DAY) == 1
    assert actions.escalate_requests(by=HOUSE_ITSELF, at=NOON + 23 * DAY) == 0
    row.refresh_from_db()
    assert row.escalated_at == NOON + 22 * DAY
    assert said_late(world, NOON + 22 * DAY)
    actions.cosign_request(by=world.at("street"), request=row.pk, at=NOON + 23 * DAY)
    actions.return_request(
        by=world.at("district"), request=row.pk, words="超期", at=NOON + 23 * DAY
    )
    assert not said_late(world, NOON + 23 * DAY)


def said_late(world, at) -> bool:
    """Whether whoever decides, and everybody who sees the gate, is told that a decision is late."""
    page = screens.home(world.at("district"), at=at)
    [newest] = page.newest
    assert all(one.late is newest.late for one in page.to_decide)
    return newest.late


# Emergencies


def urgent(world, **changes) -> Request:
    row = submitted(world, **changes)
    return actions.declare_emergency(
        by=world.at("district"), request=row.pk, words="台风今晚到", at=NOON
    )


def test_an_emergency_is_declared_by_a_named_officer_and_lapses(world) -> None:
    row = urgent(world, budget_line="")

    mine = task(row, world)
    assert (row.state, row.lane) == ("active", "emergency")
    assert row.declared_by == world.at("district").appointment
    assert (mine.mandate.origin, mine.amount_fen) == ("emergency", 0)
    assert row.valid_to == NOON + timedelta(hours=72)
    actions.begin_task(by=worker(world), task=mine.pk, at=NOON)
    assert actions.lapse_requests(by=HOUSE_ITSELF, at=NOON + timedelta(hours=72)) == 1
    row.refresh_from_db()
    assert row.state == "expired"
    assert queries.bill(date(2026, 11, 1), on=TODAY, district=1).lines[0].unfunded == 60


def test_an_emergency_ends_with_its_own_last_day_and_is_somebodys_by_name(world) -> None:
    row = submitted(world, to_on=TODAY)
    urgent = {"request": row.pk, "words": "台风今晚到", "at": NOON}
    nobody = replace(world.at("district"), appointment=None)
    refused(NotAllowed, actions.declare_emergency, by=nobody, **urgent)
    row = actions.declare_emergency(by=world.at("district"), **urgent)
    assert row.valid_to == NOON + timedelta(hours=12)  # midnight in Shanghai
    assert queries.live_tasks(row.valid_to, district=1).count() == 0


def test_an_emergency_that_is_reviewed_in_time_goes_on_and_is_paid(world) -> None:
    row = urgent(world)
    mine = task(row, world)
    actions.begin_task(by=worker(world), task=mine.pk, at=NOON)
    actions.finish_task(by=worker(world), task=mine.pk, shown="照片", at=NOON)
    refused(SameHand, actions.admit_request, by=world.at("district"), request=row.pk, at=LATER)
    other = colleague(world)
    row = actions.admit_request(by=other, request=row.pk, at=LATER)

    mine.refresh_from_db()
    half = PRICE // 2
    assert (row.lane, row.state, row.reserved_fen) == ("ordinary", "active", PRICE)
    assert (mine.mandate.origin, mine.committed_fen) == ("admitted", half)
    assert balance() == LineBalance(GIVEN_FEN - PRICE, half, half)
    actions.pay_task(by=world.at("housing"), task=mine.pk, at=LATER)
    assert balance().paid == half
    assert queries.live_tasks(NOON + 4 * DAY, district=1).count() == 1


def test_an_emergency_without_money_runs_no_further_than_its_time(world) -> None:
    row = urgent(world, budget_line="")
    row = actions.admit_request(by=colleague(world), request=row.pk, at=LATER)

    assert (row.state, row.lane, failed(row)) == ("active", "emergency", ["no_money_named"])
    assert row.valid_to == NOON + timedelta(hours=72)


def test_no_emergency_for_what_was_taken_back(world) -> None:
    row = submitted(world)
    Request.objects.filter(pk=row.pk).update(line="market_checks")
    refused(
        NeverUrgent,
        actions.declare_emergency,
        by=world.at("district"),
        request=row.pk,
        words="很急",
        at=NOON,
    )
    refused(
        NotAllowed,
        actions.declare_emergency,
        by=world.at("housing"),
        request=row.pk,
        words="很急",
        at=NOON,
    )
    refused(
        BadRequestPlan,
        actions.declare_emergency,
        by=world.at("district"),
        request=row.pk,
        words=" ",
        at=NOON,
    )


def test_what_is_admitted_already_is_no_emergency(world) -> None:
    row = admitted(world, from_on=TODAY + DAY)
    refused(
        WrongState,
        actions.declare_emergency,
        by=world.at("district"),
        request=row.pk,
        words="很急",
        at=NOON,
    )


def test_what_falls_due_later_is_not_late_yet(world) -> None:
    row = admitted(world)
    mine, by = task(row, world), worker(world)
    actions.begin_task(by=by, task=mine.pk, at=NOON)
    done = actions.finish_task(by=by, task=mine.pk, shown="照片 3 张", at=NOON)
    assert done.pay_by_on == date(2026, 11, 30)
    read = (TODAY, date(2026, 11, 30), date(2026, 12, 1))
    assert [late_on(day) for day in read] == [0, 0, 1]


def test_what_falls_due_after_its_month_is_late_on_its_bill_too(world) -> None:
    mine, by = task(admitted(world), world), worker(world)
    actions.begin_task(by=by, task=mine.pk, at=NOON)
    done = actions.finish_task(by=by, task=mine.pk, shown="照片", at=NOON + 10 * DAY)
    assert done.pay_by_on == date(2026, 12, 10)
    last, after = date(2026, 12, 10), date(2026, 12, 11)
    assert [late_on(last), late_on(after)] == [0, 1]
    actions.pay_overdue(by=HOUSE_ITSELF, at=NOON + 25 * DAY)  # on 11 December
    assert late_on(after) == 1


def late_on(day: date) -> int:
    """Return how many payments November's bill, read on a day, calls late."""
    return queries.bill(date(2026, 11, 1), on=day, district=1).lines[0].late


# Past the gate


def test_a_community_refuses_what_came_past_the_gate(world) -> None:
    row = actions.refuse_past_the_gate(
        by=worker(world),
        asked_by=world.at("city").party,
        asked_words="",
        words="要求当天核对商铺",
        line="market_checks",
        at=NOON,
    )

    assert (row.community_id, row.basis) == (
        world.place(GREEN),
        "城市居民委员会组织法 第四十三条第二款",
    )
    assert Line.objects.latest("id").kind == "WorkRefused"
    bill = queries.bill(date(2026, 11, 1), on=TODAY, district=1)
    assert [(one.party, one.refused) for one in bill.lines] == [(world.at("city").party, 1)]


def test_who_refuses_says_who_wanted_what(world) -> None:
    for words, who in ((" ", "城管"), ("核对商铺", " ")):
        refused(
            BadRequestPlan,
            actions.refuse_past_the_gate,
            by=worker(world),
            asked_by=None,
            asked_words=who,
            words=words,
            at=NOON,
        )
    refused(
        NotAllowed,
        actions.refuse_past_the_gate,
        by=world.at("housing"),
        asked_by=None,
        asked_words="城管",
        words="核对商铺",
        at=NOON,
    )
    assert not Refusal.objects.exists()


# The database itself


ATTACKS = [
    "UPDATE gate_task SET mandate_id = NULL",
    "UPDATE gate_task SET state = 'done', shown = ''",
    "UPDATE gate_task SET paid_at = '2026-11-16', state = 'begun'",
    "UPDATE gate_task SET committed_fen = amount_fen + 1",
    "UPDATE gate_request SET paid_fen = 1",
    "UPDATE gate_request SET reserved_fen = 0",
    "UPDATE gate_request SET amount_fen = 0",
    "UPDATE gate_request SET line_kind = 'taken_back'",
    "UPDATE gate_request SET budget_line_id = NULL",
    "UPDATE gate_request SET lane = 'emergency'",
    "UPDATE gate_request SET valid_to = NULL",
    "UPDATE gate_request SET state = 'anything'",
]


def test_the_database_refuses_it_too(world) -> None:
    admitted(world)
    for attack in ATTACKS:
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(attack)


@contextmanager
def as_who_serves() -> Iterator[None]:
    """On PostgreSQL, with the rights of a role that serves, made for this transaction; else as we are."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE linli_serves_the_gate")
        for statement in grants.statements("linli_serves_the_gate"):
            cursor.execute(statement)
        cursor.execute("SET LOCAL SESSION AUTHORIZATION linli_serves_the_gate")
        yield
        cursor.execute("RESET SESSION AUTHORIZATION")


def copied(one: Task, **changed: object) -> None:
    """Write a task past the actions: as one is, but for what is changed."""
    [held] = Task.objects.filter(pk=one.pk).values()
    Task.objects.bulk_create([Task(**{**held, "id": 999_999, **changed})])


def anew(one: Task, **changed: object) -> None:
    """Take a task away and write it once more."""
    [held] = Task.objects.filter(pk=one.pk).values()
    Task.objects.filter(pk=one.pk).delete()
    Task.objects.bulk_create([Task(**{**held, **changed})])


def test_the_database_lets_no_task_in_but_on_its_own_requests_leave(world) -> None:
    """Each attack is one change away from the row that the act wrote, which the database takes again."""
    green, willow = world.place(GREEN), world.place(WILLOW)
    one = admitted(world, communities=frozenset({green}), minutes=20)
    other = admitted(world, duty_line="own", communities=frozenset({willow}))
    back = actions.return_request(
        by=world.at("district"), request=reviewed(world).pk, words="再议", at=NOON
    )
    waits = submitted(world, duty_line="help")
    over = admitted(world, duty_line="help", minutes=10)
    actions.revoke_request(by=world.at("district"), request=over.pk, at=NOON)
    mine, theirs, gone = one.tasks.get(), other.tasks.get(), task(over, world)
    before = list(Task.objects.order_by("id").values())
    attacks = (
        (mine, {"request_id": back.pk}),
        (mine, {"request_id": waits.pk}),
        (mine, {"request_id": over.pk, "community_id": willow}),
        (mine, {"request_id": other.pk, "mandate_id": mine.mandate_id}),
        (mine, {"request_id": back.pk, "state": "done", "shown": "看过了"}),
        (mine, {"community_id": willow}),
        (mine, {"community_id": willow, "mandate_id": theirs.mandate_id}),
        (theirs, {"community_id": green}),
        (theirs, {"community_id": green, "request_id": back.pk}),
        (gone, {"community_id": world.place(STREET)}),
    )
    with as_who_serves():
        for row, changed in attacks:
            with (
                pytest.raises(DatabaseError, match="leave of its own request"),
                transaction.atomic(),
            ):
                copied(row, **changed)
            moved = {name: value for name, value in changed.items() if name.endswith("_id")}
            with (
                pytest.raises(DatabaseError, match="leave of its own request"),
                transaction.atomic(),
            ):
                Task.objects.filter(pk=row.pk).update(**moved)
    assert list(Task.objects.order_by("id").values()) == before
    with pytest.raises(DatabaseError, match="leave of its own request"), transaction.atomic():
        anew(gone, state="given")
    anew(gone)
    anew(mine)
    assert list(Task.objects.order_by("id").values()) == before


def test_a_returned_request_cannot_be_called_admitted(world) -> None:
    row = submitted(world, duty_line="market_checks")
    with pytest.raises(DatabaseError), transaction.atomic():
        Request.objects.filter(pk=row.pk).update(state="admitted")
    assert not Worked.objects.exists()

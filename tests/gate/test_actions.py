"""What each act at the gate changes, the line it leaves, and that a refusal leaves all alone."""

from datetime import date, timedelta

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from linli.basics import NoSuchThing, NotAllowed
from linli.catalogue import queries as catalogue
from linli.catalogue.models import Mandate
from linli.gate import actions, queries
from linli.gate.domain import (
    BadRequestPlan,
    Effort,
    NeverUrgent,
    NotBegun,
    NothingShown,
    NothingToPay,
    NotYourMoney,
    NotYourStreet,
    PaidByTheAsker,
    SameHand,
    SignedAlready,
    TaskOver,
    WrongState,
)
from linli.gate.models import Refusal, Request, Task, Worked
from linli.journal.models import Line
from linli.ledger import queries as ledger
from linli.ledger.domain import LineBalance, Owner
from linli.ledger.models import Transfer
from tests.world import GREEN, HOUSE_ITSELF, NOON, WILLOW

from .conftest import (
    BUDGET,
    DAY,
    GIVEN_FEN,
    LATER,
    TODAY,
    admitted,
    give_money,
    reviewed,
    submitted,
    task,
    wanted,
    worker,
)

pytestmark = pytest.mark.django_db
PRICE = 4_200  # 2 communities × 30 minutes × 70 fen


def everything() -> dict[str, list]:
    models = [*apps.get_app_config("gate").get_models(), Mandate, Transfer, Line]
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


def refused(kind, act, **arguments):
    before = everything()
    with pytest.raises(kind) as refusal:
        act(**arguments)
    assert everything() == before
    return refusal.value


def balance() -> LineBalance:
    line = ledger.line_by_code(BUDGET, district=1)
    return ledger.line_balance(line.pk, district=1)


def kinds(row: Request) -> list[str]:
    lines = Line.objects.filter(subject_kind="request", subject_id=row.pk).order_by("id")
    return list(lines.values_list("kind", flat=True))


def failed(row: Request) -> list[str]:
    return [one["reason"] for one in row.reasons if not one["passed"]]


# Asking


def test_a_draft_is_the_offices_own(world) -> None:
    row = actions.draft_request(by=world.at("housing"), wanted=wanted(world), at=NOON)

    assert (row.state, row.amount_fen, row.kind) == ("draft", PRICE, "work")
    assert kinds(row) == ["RequestDrafted"]
    assert list(queries.requests_for(world.at("housing"))) == [row]
    assert list(queries.requests_for(world.at("civil"))) == []
    assert list(queries.requests_for(world.at("district"))) == []


def test_only_who_may_ask_asks(world) -> None:
    for desk in ("committee", "station", "district", "arbiter"):
        refused(NotAllowed, actions.draft_request, by=world.at(desk), wanted=wanted(world), at=NOON)


def test_nobody_asks_with_another_offices_money(world) -> None:
    refused(
        NotYourMoney,
        actions.draft_request,
        by=world.at("civil"),
        wanted=wanted(world),
        at=NOON,
    )


def test_a_place_that_is_no_community_is_not_asked(world) -> None:
    street = frozenset({world.place("990101001")})
    refused(
        BadRequestPlan,
        actions.draft_request,
        by=world.at("housing"),
        wanted=wanted(world, communities=street),
        at=NOON,
    )


def test_to_submit_starts_the_days_of_the_rulebook(world) -> None:
    row = submitted(world)

    assert (row.state, row.line_kind) == ("submitted", "cooperate")
    assert row.decide_by_on == date(2026, 12, 7)  # 15 working days after 16 November
    assert kinds(row) == ["RequestDrafted", "RequestSubmitted"]
    assert list(queries.requests_for(world.at("station"))) == [row]


def test_another_office_does_not_submit_it(world) -> None:
    row = actions.draft_request(by=world.at("housing"), wanted=wanted(world), at=NOON)
    refused(NoSuchThing, actions.submit_request, by=world.at("civil"), request=row.pk, at=NOON)


@pytest.mark.parametrize(
    ("line", "reason"),
    [("market_checks", "taken_back"), ("guarantees", "negative"), ("nothing", "no_line")],
)
def test_what_was_taken_back_goes_back_at_once_with_its_citation(world, line, reason) -> None:
    row = submitted(world, duty_line=line)

    assert (row.state, failed(row)) == ("returned", [reason])
    assert next(one for one in row.reasons if not one["passed"])["basis"]
    assert not Mandate.objects.exists()
    assert balance() == LineBalance(appropriated=GIVEN_FEN)


def test_a_request_without_law_goes_back_at_once(world) -> None:
    assert failed(submitted(world, basis="领导要求")) == ["no_basis"]


# Signing


def test_the_street_signs_and_then_it_is_under_review(world) -> None:
    row = reviewed(world)

    assert row.state == "under_review"
    assert row.cosignatures.get().party_id == world.at("street").party
    assert kinds(row)[-1] == "RequestCosigned"
    assert queries.to_cosign(world.at("street")) == []


def test_who_may_not_sign(world) -> None:
    row = submitted(world)
    assert queries.to_cosign(world.at("street")) == [row]
    refused(NotAllowed, actions.cosign_request, by=world.at("housing"), request=row.pk, at=NOON)
    give_money(world, "street", "street.2026", 10_000)
    own = submitted(world, "street", duty_line="own", budget_line="street.2026")
    refused(SameHand, actions.cosign_request, by=world.at("street"), request=own.pk, at=NOON)
    actions.cosign_request(by=world.at("street_civil"), request=own.pk, at=NOON)
    refused(
        SignedAlready,
        actions.cosign_request,
        by=world.at("street_civil"),
        request=own.pk,
        at=NOON,
    )


def test_a_street_does_not_sign_for_another(world, monkeypatch) -> None:
    row = submitted(world)
    monkeypatch.setattr("linli.gate.queries.streets_of", lambda request: frozenset({999}))
    refused(NotYourStreet, actions.cosign_request, by=world.at("street"), request=row.pk, at=NOON)


# Deciding


def test_to_admit_is_one_act_with_money_leave_and_tasks(world) -> None:
    row = admitted(world)

    tasks = list(row.tasks.order_by("community_id"))
    mandate = tasks[0].mandate
    assert (row.state, row.reserved_fen) == ("admitted", PRICE)
    assert balance() == LineBalance(appropriated=GIVEN_FEN - PRICE, reserved=PRICE)
    assert [one.community_id for one in tasks] == sorted([world.place(GREEN), world.place(WILLOW)])
    assert {one.mandate_id for one in tasks} == {mandate.pk}
    assert (mandate.origin, mandate.valid_from) == ("admitted", NOON)
    assert sorted(mandate.communities) == sorted(row.communities)
    assert tasks[0].party_id == world.at("committee").party
    lines = Line.objects.filter(act_id=Line.objects.get(kind="RequestAdmitted").act_id)
    assert [one.kind for one in lines.order_by("id")] == [
        "MandateGranted",
        "BudgetStepped",
        "RequestAdmitted",
    ]


def test_approver_is_not_submitter(world) -> None:
    row = reviewed(world)
    refused(NotAllowed, actions.admit_request, by=world.at("housing"), request=row.pk, at=NOON)
    Request.objects.filter(pk=row.pk).update(asked_by=world.at("district").party)
    refused(SameHand, actions.admit_request, by=world.at("district"), request=row.pk, at=NOON)


def test_without_the_streets_name_nothing_is_admitted(world) -> None:
    row = submitted(world)
    refused(WrongState, actions.admit_request, by=world.at("district"), request=row.pk, at=NOON)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"budget_line": ""}, "no_money_named"),
        ({"minutes": 1_000}, "no_money"),
        ({"minutes": 2_401, "duty_line": "help"}, "no_money"),
    ],
)
def test_without_money_it_goes_back_with_the_clause(world, changes, reason) -> None:
    row = actions.admit_request(
        by=world.at("district"), request=reviewed(world, **changes).pk, at=NOON
    )

    assert row.state == "returned"
    assert reason in failed(row)
    found = next(one for one in row.reasons if one["reason"] == reason)
    assert found["basis"] == ["城市居民委员会组织法 第四十三条第二款"]
    assert not Task.objects.exists()
    assert balance() == LineBalance(appropriated=GIVEN_FEN)


def test_the_same_is_not_admitted_twice(world) -> None:
    first = admitted(world)
    again = actions.admit_request(by=world.at("district"), request=reviewed(world).pk, at=NOON)

    assert (again.state, failed(again)) == ("returned", ["twice"])
    assert again.reasons[2]["values"]["number"] == first.number


def test_a_community_is_not_given_more_than_its_month(world) -> None:
    give_money(world, "civil", "civil.2026", 10**7)
    actions.admit_request(
        by=world.at("district"),
        request=signed(
            world,
            submitted(world, "civil", duty_line="help", minutes=2_380, budget_line="civil.2026"),
        ),
        at=NOON,
    )
    row = actions.admit_request(by=world.at("district"), request=reviewed(world).pk, at=NOON)

    assert (row.state, failed(row)) == ("returned", ["no_time"])
    assert row.reasons[4]["values"]["left"] == 20


def signed(world, row: Request) -> int:
    actions.cosign_request(by=world.at("street"), request=row.pk, at=NOON)
    return row.pk


def test_the_decider_may_send_it_back(world) -> None:
    row = actions.return_request(by=world.at("district"), request=reviewed(world).pk, at=NOON)

    assert (row.state, failed(row), kinds(row)[-1]) == ("returned", [], "RequestReturned")


# Working


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
    assert actions.escalate_requests(by=HOUSE_ITSELF, at=NOON + 21 * DAY) == 0
    assert actions.escalate_requests(by=HOUSE_ITSELF, at=NOON + 22 * DAY) == 1
    assert actions.escalate_requests(by=HOUSE_ITSELF, at=NOON + 23 * DAY) == 0
    row.refresh_from_db()
    assert row.escalated_at == NOON + 22 * DAY


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
    assert queries.bill(date(2026, 11, 1), district=1).lines[0].unfunded == 60


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


def colleague(world):
    """Return another officer of the district's center."""
    by = world.at("district")
    return type(by)(
        kind="staff",
        district=1,
        user=999,
        appointment=999,
        hat=by.hat,
        party=by.party,
        communities=by.communities,
        permissions=by.permissions,
    )


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
    bill = queries.bill(date(2026, 11, 1), district=1)
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


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_database_refuses_it_too(world, attack) -> None:
    admitted(world)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(attack)


def test_a_returned_request_cannot_be_called_admitted(world) -> None:
    row = submitted(world, duty_line="market_checks")
    with pytest.raises(DatabaseError), transaction.atomic():
        Request.objects.filter(pk=row.pk).update(state="admitted")
    assert not Worked.objects.exists()

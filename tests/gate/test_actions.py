"""What each act at the gate changes, the line it leaves, and that a refusal leaves all alone."""

from datetime import date

import pytest
from django.apps import apps

from linli.basics import Actor, NoSuchThing, NotAllowed
from linli.catalogue.models import Mandate
from linli.gate import actions, queries
from linli.gate.domain import (
    BadRequestPlan,
    NotYourMoney,
    NotYourStreet,
    SameHand,
    SignedAlready,
    WrongState,
)
from linli.gate.models import Request, Task
from linli.gate.queries import burden, screens
from linli.identity.models import User
from linli.journal.models import Line
from linli.ledger import queries as ledger
from linli.ledger.domain import LineBalance
from linli.ledger.models import BudgetLine, Transfer
from linli.parties import actions as parties
from linli.parties import queries as party_queries
from linli.parties.domain import AppointmentRow
from tests.world import DISTRICT, GREEN, HOUSE_ITSELF, NOON, STREET, WILLOW

from .conftest import (
    BUDGET,
    DAY,
    GIVEN_FEN,
    TODAY,
    admitted,
    colleague,
    give_money,
    reviewed,
    submitted,
    wanted,
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


def test_no_other_hat_lets_who_asked_sign_or_decide(world) -> None:
    """One person sits in the bureau, in the street and in the district; another twice in the district."""
    row = submitted(world)
    street = other_hat("housing", world.party(f"{STREET}.center"), "street")
    district = other_hat("housing", world.party(f"{DISTRICT}.center"), "district")
    refused(SameHand, actions.cosign_request, by=street, request=row.pk, at=NOON)
    urgent = {"request": row.pk, "words": "台风今晚到", "at": NOON}
    refused(SameHand, actions.declare_emergency, by=district, **urgent)
    assert screens.page(district, row.number, at=NOON).acts == []
    actions.declare_emergency(by=world.at("district"), **urgent)
    again = other_hat("district", world.party(f"{DISTRICT}.center"), "district")
    for by in (district, again):
        refused(SameHand, actions.admit_request, by=by, request=row.pk, at=NOON)
        assert "admit" not in screens.page(by, row.number, at=NOON).acts
    assert "admit" in screens.page(colleague(world), row.number, at=NOON).acts
    row.refresh_from_db()
    row.declared_by = 0  # of before: by nobody who can be named
    row.save()
    assert "admit" in screens.page(again, row.number, at=NOON).acts


def other_hat(desk: str, party: int, role: str) -> Actor:
    """Return whoever sits at a desk, under another hat they hold."""
    user = User.objects.get(username=desk)
    seat = AppointmentRow(user.pk, party, role, "王芳", TODAY)
    [made] = parties.load_appointments(by=HOUSE_ITSELF, at=NOON, rows=[seat])
    return party_queries.actor_for(user, made.pk, on=TODAY)


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


def test_last_years_money_pays_for_nothing_of_this_year(world) -> None:
    row = reviewed(world)
    assert [code for code, _ in screens.choices(world.at("housing"), at=NOON).money] == [BUDGET]
    last_year = {"from_on": date(2025, 1, 1), "to_on": date(2025, 12, 31)}
    BudgetLine.objects.filter(code=BUDGET).update(**last_year)
    assert screens.choices(world.at("housing"), at=NOON).money == []
    assert screens.choices(world.at("housing"), at=NOON - 365 * DAY).money != []

    row = actions.admit_request(by=world.at("district"), request=row.pk, at=NOON)
    assert (row.state, failed(row)) == ("returned", ["line_over"])
    said = queries.finding_words(row.reasons[3], district=1)
    assert "2025 年 1 月 1 日到 2025 年 12 月 31 日" in str(said["words"])
    assert said["cited"] == ["城市居民委员会组织法 第四十三条第二款"]
    assert not Task.objects.exists()
    assert balance() == LineBalance(appropriated=GIVEN_FEN)


def test_the_same_is_not_admitted_twice(world) -> None:
    first = admitted(world)
    again = actions.admit_request(by=world.at("district"), request=reviewed(world).pk, at=NOON)

    assert (again.state, failed(again)) == ("returned", ["twice"])
    assert again.reasons[2]["values"]["number"] == first.number
    assert "11 月 26 日" in str(queries.finding_words(again.reasons[2], district=1)["words"])


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
    """Though the checks pass, or the street does not sign; and says why, which stands on the bill."""
    for row in (reviewed(world), submitted(world)):
        act = {"by": world.at("district"), "request": row.pk, "at": NOON}
        refused(BadRequestPlan, actions.return_request, words=" ", **act)
        back = actions.return_request(words="先和街道商量", **act)
        assert (back.state, failed(back)) == ("returned", ["said"])
        assert kinds(back)[-1] == "RequestReturned"
        refused(WrongState, actions.return_request, words="再退", **act)
    month = TODAY.replace(day=1)
    assert [one.why for one in burden.entry_rows(month, on=TODAY, district=1)] == [
        "不过。先和街道商量"
    ] * 2


def test_what_ran_out_by_itself_is_not_called_off(world) -> None:
    row = admitted(world)
    over = {"by": world.at("district"), "request": row.pk, "at": row.valid_to}
    refused(WrongState, actions.revoke_request, **over)
    assert actions.lapse_requests(by=HOUSE_ITSELF, at=row.valid_to) == 1
    refused(WrongState, actions.revoke_request, **over)
    row.refresh_from_db()
    assert (row.state, balance()) == ("expired", LineBalance(appropriated=GIVEN_FEN))


def test_nothing_is_let_in_after_its_last_day(world) -> None:
    late, waits = reviewed(world, to_on=TODAY), submitted(world, to_on=TODAY)
    row = actions.admit_request(by=world.at("district"), request=late.pk, at=NOON + DAY)
    assert (row.state, failed(row)) == ("returned", ["over"])
    urgent = {"by": world.at("district"), "request": waits.pk, "words": "很急"}
    refused(WrongState, actions.declare_emergency, at=NOON + DAY, **urgent)
    assert balance() == LineBalance(appropriated=GIVEN_FEN)


# Working

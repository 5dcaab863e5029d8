"""A department that asks again and again learns nothing of one person: before the decision, no number."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from linli.fabric import versions
from linli.gate import actions
from linli.gate.domain import Kind
from linli.gate.models import Request
from linli.gate.queries import composing, situation
from linli.people import actions as people
from tests.reports.conftest import COMMUNITY_FORM
from tests.world import DOOR, GREEN, HOUSE_ITSELF, NOON, WILLOW, World

from .conftest import TODAY, submitted, wanted, worker
from .posting import SimpleUploadedFile
from .test_doors import Neighbours, cell
from .test_numbers import counted  # noqa: F401
from .test_screens import _now, browser  # noqa: F401
from .test_told import NOISE

pytestmark = pytest.mark.django_db
AREAS = ((GREEN,), (WILLOW,), (GREEN, WILLOW))
Asking = tuple[str, int, bool, tuple[str, ...]]  # how, from which age, men only, where
ASKINGS = st.lists(
    st.tuples(
        st.sampled_from(["look", "form", "draft", "draft", "hand in", "take"]),
        st.sampled_from([60, 70, 80, 84, 85, 90]),
        st.booleans(),
        st.sampled_from(AREAS),
    ),
    min_size=2,
    max_size=6,
)


def whom(age: int, men: bool):
    more = [{"sex": "male"}] if men else []
    return {"all": [{"age": {"from": age}}, {"lives_alone": True}, *more]}


def transcript(world: World, asked: list[Asking]) -> list[str]:
    """Return every line the department reads, page after page; what counts rows is taken out."""
    office = browser("housing", "en")
    found = [plain(page) for one in asked for page in pages(world, office, one)]
    return [line for page in found for line in page.splitlines()]


def pages(world: World, office: Client, asking: Asking) -> list[str]:
    how, age, men, codes = asking
    where, areas = whom(age, men), frozenset(world.place(code) for code in codes)
    by, meant = world.at("housing"), composing.read_whom({"of": "people", "where": where})
    if how == "look":
        found = office.get("/tasks/ask/", {"q": "x", "cell": composing.written(meant)})
        return [found.content.decode()]
    if how == "form":
        book = SimpleUploadedFile("form.xlsx", COMMUNITY_FORM)
        return [office.post("/tasks/ask/form/", {"workbook": book}).content.decode()]
    if how == "take":
        taken = {"by": by, "purpose": "x", "basis": "法 第一条", "communities": areas, "at": NOON}
        row, _ = actions.take_numbers(words="x", whom=meant, **taken)
    else:
        plan = wanted(world, kind=Kind.DATA, whom=meant, communities=areas)
        row = actions.draft_request(by=by, wanted=plan, at=NOON)
        if how == "hand in":
            actions.submit_request(by=by, request=row.pk, at=NOON)
    anybody = Client(headers={"accept-language": "en"})
    return [
        *(office.get(page).content.decode() for page in (f"/tasks/r/{row.number}/", "/tasks/")),
        anybody.get("/burden/?month=2026-11").content.decode(),
    ]


def plain(page: str) -> str:
    for noise, without in (*NOISE, (r"261116\w{6}", "N")):
        page = re.sub(noise, without, page)
    return page


def told(world: World, asked: list[Asking], change: Callable[[], object]) -> list[str]:
    """Return what the department reads once something is changed, and leave no trace."""
    versions.forget_everything()
    with transaction.atomic():
        change()
        found = transcript(world, asked)
        transaction.set_rollback(True)
    versions.forget_everything()
    return found


@pytest.mark.parametrize("others", [0, 4])
def test_whatever_is_asked_again_and_again_reads_alike_whether_one_person_is_known(
    counted,  # noqa: F811
    others,
) -> None:
    """One of 85 is known not to live alone, or it is not known; beside nobody, and beside four others."""
    for number in range(others):
        lives(counted, f"孙{number}", date(1940, 1, 1 + number))
    one = lives(counted, "李桂兰", date(1941, 5, 3))

    def known() -> None:
        by = worker(counted)
        people.record_fact(by=by, at=NOON, person=one, attribute="lives_alone", value=False)

    @settings(
        max_examples=4,
        phases=(Phase.generate,),  # a failure says what was asked; to shrink it takes minutes
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(asked=ASKINGS)
    def alike(asked: list[Asking]) -> None:
        assert told(counted, asked, known) == told(counted, asked, lambda: None)

    alike()


def lives(world: World, name: str, born: date) -> int:
    row = people.register_person(
        by=HOUSE_ITSELF,
        at=NOON,
        name=name,
        home=world.place(DOOR),
        facts={"birth_on": born, "sex": "male"},
    )
    return row.pk


def draft(world: World, *codes: str) -> Request:
    areas = frozenset(world.place(code) for code in codes)
    plan = wanted(world, kind=Kind.DATA, whom=cell(), communities=areas)
    return actions.draft_request(by=world.at("housing"), wanted=plan, at=NOON)


def said(row: Request) -> tuple[str, dict[str, int | str]]:
    found = situation.findings(row, at=NOON)[2]
    return found.reason, dict(found.values)


def test_a_draft_says_the_same_of_nobody_and_of_many(world) -> None:
    looks = [(said(draft(world, GREEN)), said(draft(world, GREEN, WILLOW)))]
    for number in range(1, 7):
        lives(world, f"孙{number}", date(1941, 1, number))
        looks.append((said(draft(world, GREEN)), said(draft(world, GREEN, WILLOW))))
    assert looks == [(("unknown", {}), ("unknown", {}))] * 7
    assert set(Request.objects.values_list("unknown", flat=True)) == {None}


def test_nobody_is_counted_before_the_decision_and_by_it_anew(world, monkeypatch) -> None:
    here = Neighbours(world)

    def recount(*named, **more):
        raise AssertionError("everybody was counted for a look")

    monkeypatch.setattr("linli.gate.queries.doors.unknown_facts", recount)
    row = submitted(world, kind=Kind.DATA, whom=cell(), communities=frozenset({here.community}))
    page = browser("housing", "en").get(f"/tasks/r/{row.number}/")
    assert "Only those are asked of whom the facts cannot tell it" in page.content.decode()
    actions.cosign_request(by=world.at("street"), request=row.pk, at=NOON)
    monkeypatch.undo()
    for person in (here.first, here.second):
        by = worker(world)
        people.record_fact(by=by, at=NOON, person=person, attribute="lives_alone", value=True)
    done = actions.admit_request(by=world.at("district"), request=row.pk, at=NOON)
    assert (done.state, done.from_on) == ("returned", TODAY)
    assert [one["reason"] for one in done.reasons if not one["passed"]] == ["known"]


@pytest.mark.parametrize("reason", ["unknown", "unknown_few"])
def test_a_finding_kept_from_earlier_days_names_no_number_either(world, reason) -> None:
    Neighbours(world)
    row = submitted(world, kind=Kind.DATA, whom=cell(), communities=frozenset({world.place(GREEN)}))
    values = {"unknown": 98_765_432, "fewest": 5}
    once = {"check": "once", "passed": True, "reason": reason, "values": values, "basis": []}
    Request.objects.filter(pk=row.pk).update(state="returned", reasons=[once])
    page = browser("housing", "en").get(f"/tasks/r/{row.number}/").content.decode()
    assert "Only those are asked of whom the facts cannot tell it" in page
    assert "98765432" not in page.replace(",", "")

"""
Two departments and a street handle one case together; one returns it with a clause; an arbiter rules;
the resident is told, reopens it, and it returns to the same unit. All over HTTP, as staff do it.
"""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from linli.cases import actions, queries
from linli.cases.models import Case, Report, Ruling, Step
from linli.fabric import versions
from linli.identity.models import User
from linli.journal.models import Line
from tests.desk.conftest import RESIDENT, report
from tests.world import GREEN, STREET, build_world


@pytest.fixture
def world(db, monkeypatch):
    versions.forget_everything()
    monkeypatch.setattr("linli.identity.queries.has_second_factor", lambda user: True)
    return build_world()


def browser(desk: str) -> Client:
    made = Client(headers={"accept-language": "zh-hans"})
    made.force_login(User.objects.get(username=desk))
    return made


def step(case: Case, code: str) -> Step:
    return Step.objects.get(case=case, code=code)


def does(desk: str, case: Case, act: str, **sent) -> None:
    answer = browser(desk).post(f"/desk/cases/{case.number}/do/{act}/", sent)
    assert answer.status_code == 302, answer.content.decode()
    assert answer["Location"] == f"/desk/cases/{case.number}/?did={act}"


def test_three_offices_handle_one_case_and_answer_with_one_voice(world) -> None:
    now = timezone.now()
    case = report(world, at=now - timedelta(hours=1)).case
    station = world.party(f"{GREEN}.station")

    the_street_returns_its_part(world, case)
    the_arbiter_sends_it_to_the_bureau(world, case)
    all_finish_before_the_station_answers(case)
    case.refresh_from_db()
    assert (case.status, case.end, case.owner_id) == ("answered", "solved", station)

    # The resident reads the answer, says it is not solved; it is back with the same unit.
    told = queries.standing_of(1, case.number)
    assert (told.status, told.end) == ("answered", "solved")
    first = Report.objects.get(case=case, first=True)
    actions.reopen_case(by=RESIDENT, report=first, words="又漏了。", at=timezone.now())
    case.refresh_from_db()
    assert (case.status, case.owner_id, case.reopened) == ("offered", station, 1)
    assert step(case, "look").party_id == station
    page = browser("station").get(f"/desk/cases/{case.number}/").content.decode()
    assert "报事的人说没解决，重新办" in page
    assert "退单成立，改由区城市管理局办" in page

    # Nothing happened that the record does not tell, in this order.
    told_of = Line.objects.filter(subject_kind="case", subject_id=case.pk).order_by("id")
    assert list(told_of.values_list("kind", flat=True)) == [
        "CaseOpened",
        "StepAccepted",
        "StepReturned",
        "ReturnRuled",
        "StepAccepted",
        "StepAccepted",
        "StepDone",
        "StepDone",
        "StepDone",
        "CaseAnswered",
        "CaseReopened",
    ]
    assert case.opened_at == now - timedelta(hours=1)


def the_street_returns_its_part(world, case: Case) -> None:
    """The station takes its part up; the street returns its own, citing a clause."""
    does("station", case, "accept", step=step(case, "look").pk)
    mend = step(case, "mend")
    answer = browser("street_city").post(
        f"/desk/cases/{case.number}/do/return/",
        {"step": mend.pk, "clause": "", "words": "不归我们"},
    )
    assert answer.status_code == 422
    assert "不归我们" in answer.content.decode()
    assert step(case, "mend").state == "offered"
    does(
        "street_city",
        case,
        "return",
        step=mend.pk,
        clause="private_part",
        words="漏点在住户家里的管子。",
    )
    assert step(case, "mend").state == "returned"


def the_arbiter_sends_it_to_the_bureau(world, case: Case) -> None:
    """The arbiter finds the return in the queue and upholds it: the bureau does it."""
    ruling = Ruling.objects.get(case=case)
    queue = browser("arbiter").get("/desk/returns/").content.decode()
    assert f"/desk/returns/{ruling.pk}/" in queue
    shown = browser("arbiter").get(f"/desk/returns/{ruling.pk}/").content.decode()
    assert "漏点在住户家里的管子。" in shown
    bureau = world.party("990101.urban_management")
    ruled = browser("arbiter").post(
        f"/desk/returns/{ruling.pk}/rule/",
        {"upheld": "yes", "to_party": bureau, "words": "街道没有这项装备，由区城管办。"},
    )
    assert ruled.status_code == 302
    mend = step(case, "mend")
    assert (mend.state, mend.party_id, mend.hops) == ("offered", bureau, 1)
    assert Ruling.objects.get(pk=ruling.pk).upheld is True


def all_finish_before_the_station_answers(case: Case) -> None:
    """Two departments and the station finish side by side; only then may the station answer."""
    mend = step(case, "mend")
    does("city", case, "accept", step=mend.pk)
    does("housing", case, "accept", step=step(case, "money").pk)
    early = browser("station").post(
        f"/desk/cases/{case.number}/do/answer/", {"end": "solved", "words": "修好了。"}
    )
    assert early.status_code == 409
    assert "修好了。" in early.content.decode()
    does("city", case, "finish", step=mend.pk, words="换了接头。")
    does("housing", case, "finish", step=step(case, "money").pk, words="不用维修资金。")
    does("station", case, "finish", step=step(case, "look").pk, words="看过，不漏了。")
    does("station", case, "answer", end="solved", words="接头换好了，今天再看一次不漏。")


def test_a_precedent_is_shown_to_the_next_who_returns_and_like_returns_are_offered(world) -> None:
    now = timezone.now()
    first, second = (report(world, at=now).case for _ in range(2))
    for case in (first, second):
        does(
            "street_city",
            case,
            "return",
            step=step(case, "mend").pk,
            clause="private_part",
            words="漏点在住户家里。",
        )
    ruling = Ruling.objects.get(case=first)
    arbiter = browser("arbiter")
    ruled = arbiter.post(
        f"/desk/returns/{ruling.pk}/rule/", {"upheld": "no", "words": "横管在吊顶内，算公共部位。"}
    )
    listed = arbiter.get(ruled["Location"]).content.decode()
    assert "同样的：同一事项、同一条款" in listed
    like = Ruling.objects.get(case=second)
    assert f"/desk/returns/{like.pk}/" in listed

    third = report(world, at=now).case
    page = browser("street_city").get(f"/desk/cases/{third.number}/").content.decode()
    assert "横管在吊顶内，算公共部位。" in page
    assert step(first, "mend").party_id == world.party(f"{STREET}.urban_management")

"""The case page shows each office the forms it may use, and says who may use the others."""

import pytest

from linli.cases import actions
from linli.cases.domain import End
from linli.cases.models import Case, Step
from linli.journal.models import Line

STEERING = ("answer", "ask_papers", "pause", "merge", "reroute", "invite")


def page_of(at_desk, desk: str, number: str, language: str = "zh-hans") -> str:
    return at_desk(desk, language).get(f"/desk/cases/{number}/").content.decode()


@pytest.mark.parametrize("desk", ["station", "street", "district"])
def test_the_accountable_office_and_those_above_see_every_form(leak, at_desk, desk) -> None:
    page = page_of(at_desk, desk, leak.case.number)

    for act in STEERING:
        assert f"/do/{act}/" in page, act


@pytest.mark.parametrize("desk", ["street_city", "housing"])
def test_who_does_a_step_sees_its_own_forms_and_whom_to_ask(leak, at_desk, desk) -> None:
    page = page_of(at_desk, desk, leak.case.number)

    for act in (*STEERING, "extend", "supervise", "resume"):
        assert f"/do/{act}/" not in page, act
    assert "/do/accept/" in page
    assert "这件事由青桐社区公共服务工作站负责" in page


def test_a_refusal_names_the_office_that_may(leak, at_desk) -> None:
    before = (Line.objects.count(), list(Case.objects.values()))
    path = f"/desk/cases/{leak.case.number}/do/merge/"
    answer = at_desk("street_city").post(path, {"into": leak.case.number})

    assert answer.status_code == 403
    assert "只有他们或上一级中心能这样做" in answer.content.decode()
    assert (Line.objects.count(), list(Case.objects.values())) == before


@pytest.mark.parametrize(("lead", "code"), [("yes", "+joint"), ("no", "+assist")])
def test_a_further_office_is_asked_in(leak, at_desk, world, lead, code) -> None:
    sent = {"to_party": world.party("990101.civil_affairs"), "lead": lead, "words": "一起上门"}
    browser = at_desk("station")
    answer = browser.post(f"/desk/cases/{leak.case.number}/do/invite/", sent)

    assert answer.status_code == 302
    assert Step.objects.get(case=leak.case, code=code).party_id == sent["to_party"]
    page = browser.get(answer["Location"]).content.decode()
    assert "请来了。" in page
    assert "“一起上门”" in page
    assert "撤回" in page
    assert "区民政局" in page
    assert "/do/accept/" in page_of(at_desk, "civil", leak.case.number)


def test_a_community_is_not_asked_in_without_leave(leak, at_desk, world) -> None:
    sent = {
        "to_party": world.party("990101001001.committee"),
        "lead": "yes",
        "words": "请居委会去看",
    }
    answer = at_desk("station").post(f"/desk/cases/{leak.case.number}/do/invite/", sent)

    assert answer.status_code == 409
    page = answer.content.decode()
    assert "不能派给它这件活" in page
    assert "请居委会去看" in page
    assert not Step.objects.filter(code="+joint").exists()


def test_what_the_resident_was_told_to_do_stands_beside_the_answer(
    world, leak, at_desk, now
) -> None:
    actions.answer_case(
        by=world.at("station"),
        case_id=leak.case.pk,
        end=End.EXPLAINED,
        words="漏点在户内。",
        at=now,
    )

    assert "没解决的，30 天内说一声" in page_of(at_desk, "station", leak.case.number)

"""
A clerk accepts an allowance application on someone's behalf: the item by plain words, the person by
name and one more fact, eligibility explained, papers ticked, a number, a printed slip.
"""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from linli.cases.models import Case, Report
from linli.catalogue import actions as catalogue
from linli.fabric import versions
from linli.identity.models import User
from linli.people import actions as people
from linli.people.models import ReadLog
from tests.world import DOOR, GREEN, HOUSE_ITSELF, build_world

PACK = Path(__file__).parents[2] / "packs" / "common"
ERRAND = {"words": "给我妈办高龄津贴", "channel": "proxy"}


@pytest.fixture
def world(db, monkeypatch):
    versions.forget_everything()
    monkeypatch.setattr("linli.identity.queries.has_second_factor", lambda user: True)
    made = build_world(pack=None)
    catalogue.load_pack(by=HOUSE_ITSELF, folder=PACK, at=timezone.now())
    return made


@pytest.fixture
def mother(world):
    return people.register_person(
        by=HOUSE_ITSELF,
        at=timezone.now(),
        name="陈秀英",
        home=world.place(DOOR),
        phone="13800000521",
        facts={"birth_on": date(1941, 5, 3), "hukou": "local", "disability": "visual"},
    )


@pytest.fixture
def window(world) -> Client:
    return staff("station")


def staff(desk: str) -> Client:
    made = Client(headers={"accept-language": "zh-hans"})
    made.force_login(User.objects.get(username=desk))
    return made


def test_from_plain_words_to_a_printed_slip(world, mother, window) -> None:
    # 1. Plain words bring the item.
    page = window.post("/desk/accept/", {**ERRAND, "do": "check"}).content.decode()
    assert 'value="old_age_allowance"' in page
    errand = {**ERRAND, "item": "old_age_allowance"}

    # 2. A name alone finds nobody; name and telephone find one person, masked.
    answer = window.post("/desk/accept/", {**errand, "name": "陈秀英", "do": "find"})
    assert answer.status_code == 422
    sought = {**errand, "name": "陈秀英", "fact": "phone", "value": "13800000521"}
    page = window.post("/desk/accept/", {**sought, "do": "find"}).content.decode()
    assert "陈**" in page
    assert f'value="open:{mother.pk}"' in page
    assert not ReadLog.objects.exists()

    # 3. The card opens with a reason, and the person can see that it did.
    #    It shows what the allowance asks or checks; what else is held of her stays closed.
    opened = window.post("/desk/accept/", {**sought, "do": f"open:{mother.pk}"})
    page = opened.content.decode()
    assert "1941 年 5 月 3 日" in page
    assert "视力" not in page
    assert ReadLog.objects.get().person_id == mother.pk

    # 4. Eligibility is explained, and only what is unknown is asked.
    assert "够条件" in page
    assert "本区户籍" in page
    assert 'name="a.born"' not in page
    assert 'name="a.pay_to"' in page
    assert "银行卡" in page

    # 5. to 8. It is taken in once, the receipt prints, and what is missing is told once.
    answer = it_is_accepted_once(world, mother, window, errand)
    the_receipt_and_its_slip(window, answer["Location"])
    what_is_missing_is_told_once(window, staff("street_civil"))


def it_is_accepted_once(world, mother, window, errand):
    """Proof of authority is asked for and what was typed stays; however often the button is pressed."""
    errand = {
        **errand,
        "person": mother.pk,
        "a.pay_to": "own_card",
        "ticked": ["id_card"],
        "once": "abc123",
    }
    answer = window.post("/desk/accept/", {**errand, "do": "submit"})
    assert answer.status_code == 422
    assert "给我妈办高龄津贴" in answer.content.decode()
    assert not Case.objects.exists()

    errand["behalf_words"] = "女儿带委托书和两人身份证"
    for _ in range(2):
        answer = window.post("/desk/accept/", {**errand, "do": "submit"})
        assert answer.status_code == 302, answer.content.decode()
    case = Case.objects.get()
    assert (case.item, case.channel, case.subject_id) == (
        "old_age_allowance",
        "proxy",
        mother.pk,
    )
    assert case.answers == {"pay_to": "own_card"}
    assert case.community_id == world.place(GREEN)
    assert Report.objects.get().behalf_words == "女儿带委托书和两人身份证"
    return answer


def the_receipt_and_its_slip(window, location: str) -> None:
    """The receipt has number and code; the slip is one A5 page, the second print is a copy."""
    case = Case.objects.get()
    receipt = window.get(location).content.decode()
    assert "银行卡" in receipt
    slip = window.get("/desk/accept/abc123/slip/").content.decode()
    assert "slip-page" in slip
    assert case.number[:6] in slip
    assert "副本" not in slip
    assert "副本" in window.get("/desk/accept/abc123/slip/").content.decode()


def what_is_missing_is_told_once(window, street) -> None:
    """The office that answers for it asks; the clock waits, and the list prints at the window."""
    case = Case.objects.get()
    told = street.post(
        f"/desk/cases/{case.number}/do/ask_papers/",
        {
            "papers": ["bank_card"],
            "words": "请补银行卡照片。",
            "until": (timezone.localdate() + timedelta(days=7)).isoformat(),
        },
    )
    assert told.status_code == 302
    case.refresh_from_db()
    assert case.status == "asking"
    paper = window.get(f"/desk/cases/{case.number}/papers/").content.decode()
    assert "缺件一次告知单" in paper
    assert "银行卡" in paper
    assert "陈秀英" not in paper


def test_a_certificate_nobody_here_may_issue_is_refused_with_its_citation(window) -> None:
    page = window.post(
        "/desk/accept/", {"words": "开个亲属关系证明", "channel": "window", "do": "check"}
    ).content.decode()

    assert "这里不开" in page
    assert "民发〔2020〕20号" in page


def test_a_question_is_answered_and_closed_on_the_spot(window) -> None:
    answer = window.post(
        "/desk/accept/",
        {
            "words": "请问窗口几点开门",
            "channel": "window",
            "answer": "早上八点半。",
            "once": "q1",
            "do": "answer",
        },
    )

    assert answer.status_code == 302
    case = Case.objects.get()
    assert (case.status, case.end, case.answer) == ("ended", "explained", "早上八点半。")
    assert "答复了，已结" in window.get(answer["Location"]).content.decode()

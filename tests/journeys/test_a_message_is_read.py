"""Something happens: the bell says so, the message is read, and the bell is silent. Or somebody calls."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from linli.cases import actions as cases
from linli.cases.domain import End
from linli.cases.models import Case, ContactOpening, Step
from linli.identity.models import User
from linli.journal.actions import run_reactions, system
from linli.journal.models import Line
from linli.notices import actions as notices
from linli.notices.domain import PATIENCE
from linli.notices.models import Notice
from tests.world import GREEN, build_world

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
PHONE = "13800000521"


@pytest.fixture(autouse=True)
def one_factor(monkeypatch) -> None:
    """Staff sign in with two factors; this journey is not about that."""
    monkeypatch.setattr("linli.identity.queries.has_second_factor", lambda user: True)


@pytest.fixture
def world(db):
    return build_world()


def signed_in(username: str) -> Client:
    browser = Client(headers={"accept-language": "zh-CN"})
    user, _ = User.objects.get_or_create(username=username)
    browser.force_login(user)
    return browser


def reports(world, browser: Client, **left) -> Case:
    """Report a leak at the portal and return the case."""
    sent = {
        "want": "楼道顶上漏水",
        "item": "shared_leak",
        "community": world.place(GREEN),
        "answer-shared_leak-where": "shared",
        **left,
    }
    assert browser.post(reverse("portal:report"), sent).status_code == 302
    return Case.objects.get()


def is_answered(world, case: Case) -> None:
    """Every step is done, the station answers, and the worker makes its round."""
    for step in Step.objects.filter(case=case).order_by("id"):
        by = next(one for one in world.staff.values() if one.party == step.party_id)
        cases.accept_step(by=by, step_id=step.pk, at=case.opened_at + HOUR)
        cases.finish_step(
            by=by, step_id=step.pk, outcome="", note="好了。", at=case.opened_at + HOUR
        )
    at = case.opened_at + 2 * HOUR
    station = world.at("station")
    cases.answer_case(by=station, case_id=case.pk, end=End.SOLVED, words="换了接头。", at=at)
    while run_reactions(by=system(1), at=at):
        pass


def bell(browser: Client) -> str:
    """Return the number at the bell of the first page."""
    page = browser.get("/").content.decode()
    words = page[page.index('class="bell') :]
    words = words[: words.index("</a>")]
    return words.split('<b class="num">')[1].split("<")[0] if "<b" in words else ""


def test_an_answer_rings_is_read_and_rings_no_more(world):
    resident = signed_in("chen")
    case = reports(world, resident)
    assert bell(resident) == ""

    is_answered(world, case)
    assert bell(resident) == "1"
    page = resident.get("/messages/").content.decode()
    assert "换了接头" in page
    assert bell(resident) == "1"  # to look at the list is not to read

    notice = Notice.objects.get(user__username="chen")
    opened = resident.post(f"/messages/{notice.pk}/open/", follow=True)
    assert opened.redirect_chain == [(f"/case/{case.number}/", 302)]
    assert "换了接头" in opened.content.decode()
    assert bell(resident) == ""
    assert Line.objects.filter(kind="NoticeRead", subject_id=notice.pk).count() == 1


def broken(**letter):
    raise ConnectionError


def test_what_no_telephone_took_is_told_by_a_call_and_leaves_the_morning(world, settings, tmp_path):
    settings.OUTBOX = tmp_path
    settings.SMS_ADAPTER = "tests.journeys.test_a_message_is_read.broken"
    case = reports(world, Client(headers={"accept-language": "zh-CN"}), phone=PHONE)
    is_answered(world, case)
    at = case.opened_at + 3 * HOUR
    for seconds in (*PATIENCE, 0):
        notices.send_due(by=system(1), at=at)
        at += timedelta(seconds=seconds)
    notice = Notice.objects.get(channel="sms")
    assert notice.state == "failed"

    station = signed_in("station")
    assert "没送到的消息：1 条" in station.get("/desk/").content.decode()
    shown = station.post(f"/desk/calls/{notice.pk}/number/", {"reason": "短信没送到"})
    assert PHONE in shown.content.decode()
    assert ContactOpening.objects.get().reason == "短信没送到"
    told = station.post(f"/desk/calls/{notice.pk}/told/", follow=True)
    assert "没有要打的电话。" in told.content.decode()
    assert "没送到的消息" not in station.get("/desk/").content.decode()
    assert Line.objects.filter(kind="NoticeTold", subject_id=notice.pk).count() == 1

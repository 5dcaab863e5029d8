"""
A leak, from one sentence to an honest end.

Once over HTTP, through every hand; once in a real browser, by keyboard alone and without an
account, in under a minute.
"""

import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from linli.cases import actions as cases
from linli.cases.domain import End, Status
from linli.cases.models import Case, Ruling, Step
from tests.world import GREEN, NOON, build_world

from .browsing import CHROMIUM, chromium

SECONDS = 60
HOUR = timedelta(hours=1)


def actor_of(world, step: Step):
    return next(one for one in world.staff.values() if one.party == step.party_id)


@pytest.mark.django_db
def test_a_leak_is_reported_returned_ruled_mended_opened_again_and_settled():
    world = build_world()
    resident = Client(headers={"accept-language": "zh-CN"})

    said = resident.get(reverse("portal:report"), {"want": "楼道顶上漏水"})
    assert "公共部位漏水" in said.content.decode()
    handed = resident.post(
        reverse("portal:report"),
        {
            "want": "楼道顶上漏水",
            "item": "shared_leak",
            "community": world.place(GREEN),
            "answer-shared_leak-where": "shared",
        },
    )
    assert resident.get(handed["Location"]).status_code == 200
    case = Case.objects.get()
    page = reverse("portal:matter", args=[case.number])

    money = Step.objects.get(case=case, code="money")
    housing, at = world.at("housing"), case.opened_at + HOUR
    cases.return_step(
        by=housing, step_id=money.pk, clause="private_part", note="横管在户内。", at=at
    )
    ruling = Ruling.objects.get(case=case)
    cases.rule_return(
        by=world.at("arbiter"),
        ruling_id=ruling.pk,
        upheld=False,
        to_party=None,
        reason="横管是公共部位。",
        at=at + HOUR,
    )
    told = resident.get(page).content.decode()
    for words in ("退回：核维修资金", "依据：属于自家房屋内部", "横管是公共部位。", "退单不成立"):
        assert words in told

    for step in Step.objects.filter(case=case).order_by("id"):
        by = actor_of(world, step)
        cases.accept_step(by=by, step_id=step.pk, at=at + 2 * HOUR)
        cases.finish_step(
            by=by, step_id=step.pk, outcome="done", note="换了接头。", at=at + 3 * HOUR
        )
    station = world.at("station")
    cases.answer_case(
        by=station, case_id=case.pk, end=End.SOLVED, words="修好了，请看看。", at=at + 4 * HOUR
    )
    assert "您说呢？" in resident.get(page).content.decode()

    resident.post(reverse("portal:reopen", args=[case.number]), {"words": "还在滴"})
    case.refresh_from_db()
    assert (case.status, case.owner_id, case.reopened) == (Status.OFFERED, station.party, 1)

    step = Step.objects.get(case=case, state="offered")
    assert step.party_id == station.party
    again = case.opened_at + timedelta(days=1)
    cases.accept_step(by=station, step_id=step.pk, at=again)
    cases.answer_case(
        by=station, case_id=case.pk, end=End.SOLVED, words="这回换了整段管。", at=again + HOUR
    )
    resident.post(reverse("portal:confirm", args=[case.number]), {"rating": "5"})
    case.refresh_from_db()
    assert (case.status, case.end, case.confirmed, case.rating) == ("ended", "solved", True, 5)
    assert "报事的人说办好了" in resident.get(page).content.decode()


def tab_to(page, wanted: str, *, most: int = 80) -> None:
    """Press Tab until the thing that matches ``wanted`` has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            return
    raise AssertionError(f"the keyboard never reached {wanted}")


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed")
@pytest.mark.django_db(transaction=True)
def test_by_keyboard_alone_without_an_account_in_under_a_minute(live_server, tmp_path: Path):
    build_world(at=NOON)
    with chromium() as browser:
        context = browser.new_context(locale="zh-CN", viewport={"width": 390, "height": 844})
        page = context.new_page()
        begun = time.monotonic()
        page.goto(live_server.url)
        tab_to(page, "#want")
        page.keyboard.insert_text("三单元楼道顶上漏水，滴到电表箱了")
        page.keyboard.press("Enter")
        page.wait_for_selector("h1:has-text('您说的是这件事吗？')")
        tab_to(page, "#community")
        page.keyboard.type("青桐")
        page.keyboard.press("ArrowDown")
        tab_to(page, "input[name=answer-shared_leak-where]")
        page.keyboard.press("Space")
        tab_to(page, "button.btn-main")
        page.keyboard.press("Enter")
        page.wait_for_selector(".code-signs")
        assert time.monotonic() - begun < SECONDS
        assert Case.objects.count() == 1
        number = page.inner_text(".receipt .no")
        assert number.replace("-", "") == Case.objects.get().number
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed")
@pytest.mark.django_db(transaction=True)
def test_without_scripts_a_neighbour_says_me_too(live_server):
    world = build_world(at=NOON)
    first = Client().post(
        reverse("portal:report"),
        {
            "want": "楼道顶上漏水",
            "item": "shared_leak",
            "community": world.place(GREEN),
            "answer-shared_leak-where": "shared",
        },
    )
    assert first.status_code == 302
    with chromium() as browser:
        # 640 px is a screen of 1280 px at 200 %.
        context = browser.new_context(
            locale="en-GB", viewport={"width": 640, "height": 720}, java_script_enabled=False
        )
        page = context.new_page()
        page.goto(f"{live_server.url}/report/?want=楼道漏水")
        page.select_option("#community", label="Qingtong Community")
        page.check("input[name=answer-shared_leak-where][value=shared]", force=True)
        page.click("main button.btn-main")
        page.wait_for_selector("text=neighbours have reported this already")
        page.click("button[name=join]")
        page.wait_for_selector(".code-signs")
        assert Case.objects.count() == 1
        assert Case.objects.get().reports.count() == 2
        assert page.evaluate("document.documentElement.scrollWidth") <= 640

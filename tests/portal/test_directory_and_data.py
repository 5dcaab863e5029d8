"""The directory of items, one item whole, and what a resident sees of their own data."""

import re
from dataclasses import replace
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from linli.cases import actions as cases
from linli.people import actions as people
from linli.people.models import Person, ReadLog, RightsRequest
from tests.cases.errands import said
from tests.people.conftest import number_of
from tests.world import DOOR, HOUSE_ITSELF, NOON, Everything

MOST_QUERIES = 10

# ---- the directory ---------------------------------------------------------------------------


@pytest.mark.parametrize("axis", ["life_events", "people", "providers"])
def test_the_directory_is_sorted_three_ways(browser, axis):
    page = browser.get(reverse("portal:catalogue"), {"by": axis}).content.decode()
    found = re.findall(rf"by={axis}&amp;of=([a-z]+)", page)
    assert found
    inside = browser.get(reverse("portal:catalogue"), {"by": axis, "of": found[0]})
    assert "公共部位漏水" in inside.content.decode()


def test_plain_words_find_an_item_and_nothing_leads_to_a_person(browser):
    page = browser.get(reverse("portal:catalogue"), {"q": "滴水"}).content.decode()
    assert "公共部位漏水" in page
    page = browser.get(reverse("portal:catalogue"), {"q": "zzzz"}).content.decode()
    assert "就这样交上去" in page


def test_an_item_says_who_what_why_by_when_and_that_it_is_a_sample(browser):
    page = browser.get(reverse("portal:item", args=["shared_leak"])).content.decode()
    for words in (
        "示例",
        "漏在哪里：公共部位",
        "户内的由房主自己修",
        "修好",
        "24 小时",
        "不收钱",
        "8000 1234",
    ):
        assert words in page


def test_an_unknown_item_is_not_found(browser):
    assert browser.get(reverse("portal:item", args=["nothing"])).status_code == 404


def test_one_who_signed_in_learns_what_is_not_known_yet(resident):
    page = resident.get(reverse("portal:item", args=["shared_leak"])).content.decode()
    assert "现在还说不准" in page
    assert "还不知道：漏在哪里" in page


# ---- my data --------------------------------------------------------------------------------


def test_my_data_needs_a_sign_in_and_says_how(browser):
    page = browser.get(reverse("portal:data")).content.decode()
    assert "登录后能看到谁看过您的记录" in page
    assert ('href="/account/login/"' in page, "/account/logout/" in page) == (True, False)
    assert browser.get(reverse("portal:copy")).status_code == 404


@pytest.mark.parametrize("name", ["data", "record", "consents", "home", "report"])
def test_pages_of_one_who_signed_in_cost_few_statements(resident, name):
    resident.get(reverse(f"portal:{name}"))
    with CaptureQueriesContext(connection) as asked:
        answer = resident.get(reverse(f"portal:{name}"))
    assert answer.status_code == 200
    assert len(asked) <= MOST_QUERIES, [query["sql"][:90] for query in asked]


def test_who_saw_me_names_person_hat_and_purpose(world, resident):
    clerk = replace(world.at("station"), permissions=Everything())
    person = Person.objects.get(name="陈桂英")
    people.open_card(by=clerk, at=NOON, person=person.pk, purpose="item", needed=())
    page = resident.get(reverse("portal:data")).content.decode()
    for words in ("冯涛", "公共服务工作站", "为了：办事"):
        assert words in page


def test_a_correction_needs_its_words_and_keeps_its_clock(resident):
    address = reverse("portal:ask_right")
    refused = resident.post(address, {"kind": "correction", "details": ""})
    assert refused.status_code == 422
    resident.post(address, {"kind": "correction", "details": "电话换了"})
    page = resident.get(reverse("portal:data")).content.decode()
    assert "电话换了" in page
    assert "正在看" in page
    again = resident.post(address, {"kind": "correction", "details": "又换了"})
    assert again.status_code == 409
    assert "又换了" in again.content.decode()


def test_ones_own_data_stands_there_in_full_and_the_identity_number_when_asked(resident):
    number = number_of(date(1940, 3, 12))
    people.record_fact(
        by=HOUSE_ITSELF,
        at=NOON,
        person=Person.objects.get(name="陈桂英").pk,
        attribute="id_number",
        value=number,
        valid_from=NOON.date(),
        reason="document",
    )
    data = resident.get(reverse("portal:data"))
    page = data.content.decode()
    assert '<p class="soft">陈桂英 · ' in page
    assert (reverse("sessions") in page, 'href="/account/logout/"' in page) == (True, True)
    assert "no-store" in data["Cache-Control"]

    first = resident.get(reverse("portal:record"))
    page = first.content.decode()
    assert '<h2 id="who">陈桂英</h2>' in page
    assert '<dt>电话</dt><dd class="num">13800005210</dd>' in page
    assert "户籍</dt><dd>本区户籍<" in page
    assert "来自户口登记" in page
    masked = "*" * 14 + number[-4:]
    assert (f'<span class="num">{masked}</span>' in page, number in page) == (True, False)
    assert "显示完整号码" in page

    shown = resident.post(reverse("portal:record"))
    page = shown.content.decode()
    assert (f'<span class="num">{number}</span>' in page, masked in page) == (True, False)
    assert "显示完整号码" not in page
    for answer in (first, shown):
        assert "no-store" in answer["Cache-Control"]
    assert not ReadLog.objects.exists()  # one's own look is nobody's look


def test_a_copy_is_the_readers_to_take(resident):
    held = resident.get(reverse("portal:copy")).json()
    assert held["name"] == "陈桂英"
    assert held["facts"]["hukou"] == "local"
    assert (held["matters"], held["turns"], held["visits"], held["read_by"]) == ([], [], [], [])


def test_a_copy_holds_what_was_said_and_who_looked(world, resident):
    person = Person.objects.get(name="陈桂英")
    words = said(world, person_id=person.pk, name="陈桂英")
    told = cases.open_case(by=HOUSE_ITSELF, said=words, at=NOON)
    clerk = replace(world.at("station"), permissions=Everything())
    people.open_card(by=clerk, at=NOON, person=person.pk, purpose="item", needed=())

    held = resident.get(reverse("portal:copy")).json()

    (matter,) = held["matters"]
    assert (matter["number"], matter["status"], matter["end"]) == (
        told.case.number,
        "offered",
        None,
    )
    assert matter["words"] == words.words
    (look,) = held["read_by"]
    assert (look["who"], look["purpose"]) == ("冯涛 · 青桐社区公共服务工作站", "item")


def test_a_consent_is_given_and_taken_back_with_one_press_each(resident):
    address = reverse("portal:consent")
    assert "还没有同意" in resident.get(reverse("portal:consents")).content.decode()
    resident.post(address, {"give": "care"})
    page = resident.get(reverse("portal:consents")).content.decode()
    assert 'name="withdraw" value="care"' in page
    resident.post(address, {"withdraw": "care"})
    assert 'name="give" value="care"' in resident.get(reverse("portal:consents")).content.decode()
    assert resident.post(address, {"withdraw": "care"}).status_code == 409
    assert resident.post(address, {"give": "item"}).status_code == 409
    assert resident.post(address, {"give": "care", "person": "999"}).status_code == 404


def test_who_may_ask_afterwards_is_ones_own_word(resident):
    page = resident.get(reverse("portal:consents")).content.decode()
    assert 'name="relatives" value="may_not"' in page
    resident.post(reverse("portal:afterwards"), {"relatives": "may_not"})
    page = resident.get(reverse("portal:consents")).content.decode()
    assert 'name="relatives" value="may"' in page


def test_a_guardian_decides_for_a_child_and_an_heir_asks_for_the_dead(world, resident):
    mother = Person.objects.get(name="陈桂英")
    home = {"by": HOUSE_ITSELF, "at": NOON, "home": world.place(DOOR)}
    child = people.register_person(
        **home, name="王小宝", guardian=mother.pk, facts={"birth_on": date(2018, 1, 1)}
    )
    father = people.register_person(**home, name="陈大山")
    deed = {"by": HOUSE_ITSELF, "at": NOON}
    people.note_kin(**deed, person=father.pk, relative=mother.pk, kinship="child")
    address = reverse("portal:near", args=[father.pk])
    assert resident.get(address).status_code == 404
    people.end_person(**deed, person=father.pk, reason="died", on=NOON.date())
    mine = resident.get(reverse("portal:consents")).content.decode()
    assert address in mine
    own = reverse("portal:near", args=[child.pk])
    assert own in mine
    resident.post(reverse("portal:consent"), {"give": "care", "person": child.pk})
    page = resident.get(own).content.decode()
    assert 'name="withdraw" value="care"' in page
    assert "<h1>王小宝</h1>" in page
    assert "<dt>住址</dt><dd>柳营街道青桐社区 3 幢 3 单元 501 室</dd>" in page
    assert "<dt>出生日期</dt><dd>2018 年 1 月 1 日</dd>" in page
    asked = {"kind": "export", "person": father.pk, "details": ""}
    refused = resident.post(reverse("portal:ask_right"), asked)
    assert refused.status_code == 422
    assert 'id="problems"' in refused.content.decode()
    answer = resident.post(reverse("portal:ask_right"), asked | {"details": "继承房产"})
    assert answer.headers["Location"] == address
    at = timezone.now()
    taken = RightsRequest.objects.get(person=father)
    take = reverse("portal:withdraw_right", args=[taken.pk])
    assert take in resident.get(address).content.decode()
    back = resident.post(take, {"person": father.pk})
    assert back.headers["Location"] == address
    resident.post(reverse("portal:ask_right"), asked | {"details": "继承房产"})
    granted = RightsRequest.objects.latest("id")
    people.decide_right(by=HOUSE_ITSELF, at=at, request=granted.pk, grant=True)
    copy = reverse("portal:granted_copy", args=[granted.pk])
    assert copy in resident.get(address).content.decode()
    assert resident.get(copy).json()["name"] == "陈大山"

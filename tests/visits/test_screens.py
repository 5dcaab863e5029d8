"""The screens of visits over HTTP: list, card, paper, conflicts; with and without script."""

import json
import re
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from linli.fabric import versions
from linli.identity.models import User
from linli.journal.models import Line
from linli.people import actions as people
from linli.people.models import Confirmation, ReadLog
from linli.rulebook.actions import load_rules
from linli.rulebook.domain import Rule
from linli.visits.actions import ask_questions
from linli.visits.domain import Asked
from linli.visits.models import Conflict, Photo, Visit
from tests.world import HOUSE_ITSELF

from .conftest import LINE
from .test_recording import DOT, held

JSON = {"accept": "application/json"}


@pytest.fixture(autouse=True)
def one_factor(monkeypatch) -> None:
    """Staff sign in with two factors; these tests are not about that."""
    versions.forget_everything()
    monkeypatch.setattr("linli.identity.queries.has_second_factor", lambda user: True)


def browser(name="committee", language="zh-hans"):
    made = Client(headers={"accept-language": language})
    made.force_login(User.objects.get(username=name))
    return made


def hidden(page, name):
    return re.search(rf'name="{name}" value="([^"]*)"', page)[1]


def open_card(client, home, **more):
    page = client.post("/visits/card/", {"household": home.house.pk, **more}).content.decode()
    sent = {"outcome": "done", "visited_on": "2026-11-16", "minutes": "9"}
    names = ["key", "card"] if 'name="paper"' in page else ["key", "card", "reasons"]
    return page, sent | {name: hidden(page, name) for name in names}


def test_how_long_a_phone_keeps_a_draft_is_a_rule(home):
    assert 'data-days="7"' in browser().get("/visits/").content.decode()
    rule = Rule(
        key="visits.draft_days",
        value=3,
        operator="=",
        unit="calendar_days",
        law="街道办事处规定",
        valid_from=date(2026, 1, 1),
    )
    load_rules(by=HOUSE_ITSELF, rules=[rule], at=home.at)
    assert 'data-days="3"' in browser().get("/visits/").content.decode()
    assert 'data-days="3"' in browser().get("/visits/offline/").content.decode()


def test_the_list_says_whom_and_why(home):
    page = browser().get("/visits/").content.decode()
    assert "青桐社区" in page
    assert "陈**" in page
    assert "陈秀英" not in page
    assert "很久没去了" in page
    assert not ReadLog.objects.exists()


@pytest.mark.parametrize("who", ["station", "arbiter", "street"])
def test_only_those_who_visit_see_it(home, who):
    client = browser(who)
    for path in ("/visits/", "/visits/conflicts/", "/visits/1/"):
        assert client.get(path).status_code == 403
    for path in ("/visits/card/", "/visits/send/", "/visits/conflicts/1/"):
        assert client.post(path, {"household": home.house.pk}).status_code == 403
    assert Client().get("/visits/").status_code == 302


def test_one_tap_for_the_whole_household(home):
    client = browser()
    page, sent = open_card(client, home, reasons="due unseen made_up")
    assert "陈秀英" in page
    assert "陈小明" in page

    answer = client.post("/visits/send/", {**sent, "do": "same"})

    visit = Visit.objects.get()
    assert answer["Location"] == f"/visits/{visit.pk}/"
    assert (visit.minutes, visit.reasons) == (9, ["due", "unseen"])
    noted = set(Confirmation.objects.values_list("person", "topic"))
    assert noted == {(home.old.pk, "residence"), (home.young.pk, "residence")}
    shown = client.get(answer["Location"]).content.decode()
    assert "这次走访已经记下" in shown
    assert "陈秀英" not in shown


def test_one_field_is_changed_with_its_reason(home):
    client = browser()
    _, sent = open_card(client, home)
    fields = {f"v.{home.young.pk}.volunteer": "yes", f"why.{home.young.pk}": "told"}

    assert client.post("/visits/send/", {**sent, **fields}).status_code == 302

    assert held(home, "volunteer", home.young) is True
    assert not Confirmation.objects.exists()


def test_questions_come_first_and_seven_at_most(home):
    names = [
        "marital",
        "pension",
        "medical_insurance",
        "employment",
        "veteran",
        "volunteer",
        "residence",
        "hukou",
    ]
    asked = [
        Asked(person=home.young.pk, attribute=name, form="f1", duty_line=LINE) for name in names
    ]
    ask_questions(by=HOUSE_ITSELF, asked=asked, at=home.at)

    page, _ = open_card(browser(), home)

    assert page.index("请问一问") < page.index("无变化：")
    assert page.count('<option value="?"') >= 8
    assert "还有 1 项，有空再问" in page
    assert f'name="v.{home.young.pk}.marital"' in page


def test_what_was_typed_stays_when_the_card_is_refused(home):
    client = browser()
    _, sent = open_card(client, home)
    typed = {**sent, "visited_on": "2999-01-01", f"v.{home.young.pk}.volunteer": "yes"}

    answer = client.post("/visits/send/", typed)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "这一天还没到" in page
    assert '<option value="yes" selected>' in page
    assert hidden(page, "key") == sent["key"]
    assert not Visit.objects.exists()


def test_the_script_is_told_in_json_and_twice_is_once(home):
    client = browser()
    _, sent = open_card(client, home)

    first, again = (client.post("/visits/send/", sent, headers=JSON) for _ in range(2))

    assert first.json() == again.json() == {"href": f"/visits/{Visit.objects.get().pk}/"}
    wrong = client.post("/visits/send/", {**sent, "minutes": "x", "key": "k"}, headers=JSON)
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "minutes")
    assert Client().post("/visits/send/", sent, headers=JSON).status_code == 403


@pytest.mark.parametrize(
    "wrong",
    [
        {"card": "made-up"},
        {"v.999.volunteer": "yes"},
        {"v.x": "yes"},
        {"minutes": "-3"},
        {"visited_on": "soon"},
        {"outcome": "later"},
    ],
)
def test_nonsense_is_a_sentence_and_writes_nothing(home, wrong):
    client = browser()
    _, sent = open_card(client, home)
    assert client.post("/visits/send/", {**sent, **wrong}).status_code == 422
    assert not Visit.objects.exists()


def test_from_paper_back_to_the_screen(home):
    client = browser()
    page = client.post(
        "/visits/card/",
        {"household": home.house.pk, "do": "print", "reasons": "elder_alone unseen"},
    ).content.decode()
    assert "为什么去：独居老人、很久没去了" in " ".join(page.split())
    assert all(f"□ {words}" in page for words in ("本人说的", "看了证件"))
    code = re.search(r'paper-code num">([0-9A-Z ]+)<', page)[1]
    assert "□" in page
    people.record_fact(
        by=home.other, at=home.at, person=home.young.pk, attribute="volunteer", value=True
    )
    assert client.post("/visits/card/", {"do": "paper", "sheet": "what"}).status_code == 422
    assert client.post("/visits/card/", {"do": "paper", "sheet": "22222222"}).status_code == 404

    keyed, sent = open_card(client, home, do="paper", sheet=code.lower())
    assert 'name="paper" value="on"' in keyed
    young = home.young.pk
    typed = {**sent, "paper": "on", "reasons": "elder_alone", f"v.{young}.volunteer": "no"}
    typed |= {f"v.{young}.phone": "13800001234", f"why.{young}": "document"}
    for _ in range(2):
        assert client.post("/visits/send/", typed).status_code == 302

    written = Visit.objects.get()
    assert (written.paper, written.reasons, written.kind) == (True, ["elder_alone"], "care")
    told = Line.objects.filter(kind="FactChanged").latest("id")
    event = json.loads(told.body)["event"]
    assert (event["attribute"], event["reason"]) == ("phone", "document")
    row = Conflict.objects.get()
    assert held(home, "volunteer", home.young) is True
    page = client.get("/visits/conflicts/").content.decode()
    assert "哪个对？" in page
    decided = {"choice": "mine", "seen": hidden(page, "seen")}
    assert client.post(f"/visits/conflicts/{row.pk}/", decided).status_code == 422
    answer = client.post(f"/visits/conflicts/{row.pk}/", {**decided, "reason": "told"})
    assert answer.status_code == 302
    assert held(home, "volunteer", home.young) is False
    assert "没有两个说法" in client.get(answer["Location"]).content.decode()


def test_a_picture_is_shown_to_those_who_visit_and_the_look_is_noted(home, monkeypatch):
    client = browser()
    _, sent = open_card(client, home)
    client.post("/visits/send/", {**sent, "photos": SimpleUploadedFile("a.png", DOT, "image/png")})
    photo = Photo.objects.get()
    looks = ReadLog.objects.count()
    later = timezone.now() + timedelta(hours=2)
    monkeypatch.setattr("linli.visits.views.timezone.now", lambda: later)

    answer = client.get(f"/visits/{photo.visit_id}/photos/{photo.pk}/")

    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("image/")
    assert ReadLog.objects.count() == looks + 2
    assert client.get(f"/visits/{photo.visit_id}/photos/999/").status_code == 404


def test_the_pages_speak_english_too(home):
    client = browser(language="en")
    assert "Who to see, and why" in client.get("/visits/").content.decode()
    assert "Please ask" not in open_card(client, home)[0]
    assert "Nothing is written differently." in client.get("/visits/conflicts/").content.decode()


def test_signing_out_tells_the_browser_to_wipe_what_it_keeps(home):
    answer = browser().post("/account/logout/")
    assert answer["Clear-Site-Data"] == '"storage"'

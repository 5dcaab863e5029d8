"""What residents ask about their own data: asked, decided, told, and copied or erased."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from linli.basics import Actor
from linli.cases import actions as cases
from linli.cases.models import Attachment, Award, Report
from linli.files.domain.cleaning import clean
from linli.files.models import File
from linli.identity.models import User
from linli.journal.actions import run_reactions, system
from linli.journal.models import Line
from linli.journal.queries import verify_live
from linli.notices.models import Notice
from linli.parties import actions as parties
from linli.parties import queries as party_queries
from linli.parties.domain import AppointmentRow
from linli.people import actions, queries
from linli.people.models import Person, ReadLog, RightsRequest
from linli.rulebook.domain import SHANGHAI
from tests.cases.errands import me_too, said
from tests.portal.pictures import picture
from tests.world import DOOR, FIRST_DAY, GREEN, HOUSE_ITSELF, World, bind, build_world

NAME, PHONE = "陈桂兰", "13800000521"
WORDS = "我的出生年份写错了，应该是 1944 年。"
WHY = "与身份证一致，登记没有错。"


@pytest.fixture(autouse=True)
def one_factor(monkeypatch) -> None:
    monkeypatch.setattr("linli.identity.queries.has_second_factor", lambda user: True)


@pytest.fixture
def world(db) -> World:
    world = build_world()
    user = User.objects.create(username="head", is_staff=True)
    row = AppointmentRow(user.pk, world.party(f"{GREEN}.station"), "head", "钱伟", FIRST_DAY)
    parties.make_appointment(by=HOUSE_ITSELF, at=timezone.now(), row=row)
    bind(user, User.objects.create(username="guilan"))
    return world


@pytest.fixture
def elder(world) -> Person:
    found = actions.register_person(
        by=head(),
        at=timezone.now() - timedelta(days=90),
        name=NAME,
        home=world.place(DOOR),
        phone=PHONE,
        facts={"dibao": True},
    )
    user = User.objects.get(username="guilan").pk
    actions.link_user(by=head(), at=timezone.now(), person=found.pk, user=user)
    return found


def head():
    user = User.objects.get(username="head")
    return party_queries.actor_for(user, None, on=party_queries.law_day(timezone.now()))


def at_desk(name: str, language: str = "zh-hans") -> Client:
    browser = Client(headers={"accept-language": language})
    browser.force_login(User.objects.get(username=name))
    return browser


def page(answer) -> str:
    assert answer.status_code == 200, answer.content.decode()[:300]
    return answer.content.decode()


def ask(kind: str, details: str = "") -> RightsRequest:
    """Ask as the resident does, at the portal."""
    sent = {"kind": kind, "details": details}
    answer = at_desk("guilan").post(reverse("portal:ask_right"), sent)
    assert answer.headers["Location"] == reverse("portal:data")
    return RightsRequest.objects.latest("id")


def decide(request: RightsRequest, who: str = "head", **sent):
    return at_desk(who).post(f"/data-requests/{request.pk}/decide/", sent)


def follow() -> None:
    """Let happen what follows."""
    while run_reactions(by=system(1), at=timezone.now()):
        pass


def told() -> list[tuple[str, str, int | None]]:
    rows = Notice.objects.filter(subject_kind="right").order_by("id")
    return [(one.event, one.channel, one.user_id) for one in rows]


# ---- the list ---------------------------------------------------------------------------------


def test_the_open_requests_stand_on_one_list_the_most_urgent_first(elder) -> None:
    late, soon = ask("correction", WORDS), ask("export")
    RightsRequest.objects.filter(pk=late.pk).update(
        asked_at=timezone.now() - timedelta(days=40), due_at=timezone.now() - timedelta(days=3)
    )
    html = page(at_desk("head").get("/data-requests/"))
    assert html.index(f"/data-requests/{late.pk}/") < html.index(f"/data-requests/{soon.pk}/")
    assert html.count("clock-late") == 1
    assert "陈**" in html
    assert NAME not in html
    assert 'href="/data-requests/"' in page(at_desk("head").get("/desk/"))


def test_a_list_goes_on_by_key(elder) -> None:
    asked = [ask(kind, WORDS).pk for kind in ("correction", "export", "erasure")]
    first = queries.requests_page(head(), at=timezone.now(), limit=2)
    second = queries.requests_page(head(), at=timezone.now(), after=first.next, limit=2)
    assert [one.id for one in (*first.rows, *second.rows)] == asked
    assert second.next is None


def test_a_request_turns_amber_and_then_red(elder) -> None:
    asked = ask("export")
    at = [asked.asked_at + (asked.due_at - asked.asked_at) * share / 100 for share in (50, 81, 101)]
    shown = [queries.requests_page(head(), at=one).rows[0].clock.state for one in at]
    assert shown == ["run", "soon", "late"]


@pytest.mark.parametrize(
    ("who", "status"), [("station", 403), ("committee", 403), ("arbiter", 403)]
)
def test_whoever_decides_nothing_sees_no_request(elder, who, status) -> None:
    asked = ask("export")
    desk = at_desk(who)
    assert desk.get("/data-requests/").status_code == status
    assert desk.get(f"/data-requests/{asked.pk}/").status_code == status
    assert decide(asked, who, decision="grant").status_code == status
    assert "/data-requests/" not in page(desk.get("/desk/"))
    asked.refresh_from_db()
    assert asked.state == "open"


def test_an_overdue_request_stands_in_the_morning_and_in_the_cockpit(elder) -> None:
    asked = ask("export")
    assert "1 位居民在等信息请求的答复" in page(at_desk("head").get("/desk/"))
    assert "信息请求超时" not in page(at_desk("district").get("/cockpit/"))
    RightsRequest.objects.filter(pk=asked.pk).update(due_at=timezone.now() - timedelta(days=1))
    assert "1 件信息请求超时" in page(at_desk("head").get("/desk/"))
    assert "1 件信息请求超时" in page(at_desk("district").get("/cockpit/"))


# ---- a correction -----------------------------------------------------------------------------


def test_a_correction_is_read_corrected_by_the_usual_act_and_answered(elder) -> None:
    asked = ask("correction", WORDS)
    desk = at_desk("head")
    html = page(desk.get(f"/data-requests/{asked.pk}/"))
    assert WORDS in html
    assert "个人信息保护法 46" in html
    assert "及时更正、补充" in html
    assert f'href="/people/{elder.pk}/"' in html
    assert "提出以后还没有改过" in html
    sent = {"attribute": "dibao", "value": "no", "since": "2026-11-01", "reason": "told"}
    assert desk.post(f"/people/{elder.pk}/fact/", sent).status_code == 302
    assert "提出以后改过：" in page(desk.get(f"/data-requests/{asked.pk}/"))
    answer = decide(asked, decision="grant", reasons="已按身份证改好。")
    assert answer.headers["Location"] == f"/data-requests/{asked.pk}/?did=granted"
    follow()
    user = User.objects.get(username="guilan").pk
    assert told() == [("right_asked", "inapp", user), ("right_granted", "inapp", user)]
    last_day = (asked.due_at - timedelta(seconds=1)).astimezone(SHANGHAI).date()
    last_words = f"{last_day.year} 年 {last_day.month} 月 {last_day.day} 日"
    assert f"最晚 {last_words} 答复您" in Notice.objects.get(event="right_asked").body
    assert "已按身份证改好。" in page(at_desk("guilan").get(reverse("portal:data")))


def test_a_refusal_is_told_with_its_reasons_and_the_way_to_court(elder) -> None:
    asked = ask("correction", WORDS)
    decide(asked, decision="refuse", reasons=WHY)
    follow()
    letter = Notice.objects.get(event="right_refused")
    mine = page(at_desk("guilan").get(reverse("portal:data")))
    for text in (letter.body, mine):
        assert WHY in text
        assert "个人可以依法向人民法院提起诉讼" in text
        assert "个人信息保护法 50" in text
    assert queries.requests_page(head(), at=timezone.now()).rows == []


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"decision": "refuse", "reasons": "  "}, 422),
        ({"decision": "perhaps", "reasons": WHY}, 404),
        ({"decision": "look"}, 404),
    ],
)
def test_an_answer_that_cannot_be_changes_nothing(elder, sent, status) -> None:
    asked = ask("correction", WORDS)
    lines = Line.objects.count()
    assert decide(asked, **sent).status_code == status
    asked.refresh_from_db()
    assert (asked.state, asked.reasons, asked.decided_at) == ("open", "", None)
    assert Line.objects.count() == lines


def test_what_was_answered_is_answered_once(elder) -> None:
    asked = ask("export")
    decide(asked, decision="refuse", reasons=WHY)
    assert decide(asked, decision="grant").status_code == 409
    asked.refresh_from_db()
    assert (asked.state, asked.reasons) == ("refused", WHY)


def test_a_request_of_another_community_is_not_there(world, elder) -> None:
    asked = ask("export")
    user = User.objects.create(username="away", is_staff=True)
    party = next(pk for code, pk in world.parties.items() if code.startswith("990101001002."))
    row = AppointmentRow(user.pk, party, "head", "孙立", FIRST_DAY)
    parties.make_appointment(by=HOUSE_ITSELF, at=timezone.now(), row=row)
    assert str(asked.pk) not in page(at_desk("away").get("/data-requests/"))
    assert at_desk("away").get(f"/data-requests/{asked.pk}/").status_code == 404
    assert decide(asked, "away", decision="grant").status_code == 404


# ---- a copy -----------------------------------------------------------------------------------


def test_a_granted_copy_is_taken_along_and_by_nobody_else(elder) -> None:
    asked = ask("export")
    copy = reverse("portal:granted_copy", args=[asked.pk])
    assert at_desk("guilan").get(copy).status_code == 404
    decide(asked, decision="grant")
    assert copy in page(at_desk("guilan").get(reverse("portal:data")))
    answer = at_desk("guilan").get(copy)
    held = json.loads(page(answer))
    assert (held["name"], held["phone"], held["facts"]["dibao"]) == (NAME, PHONE, True)
    assert held["home"].endswith("501 室")
    assert "attachment" in answer.headers["Content-Disposition"]
    User.objects.create(username="stranger")
    assert at_desk("stranger").get(copy).status_code == 404


def test_one_at_the_window_is_given_the_copy_and_sees_who_took_it(elder) -> None:
    desk = at_desk("head")
    answer = desk.post(f"/people/{elder.pk}/ask/", {"kind": "export", "details": "要一份"})
    assert answer.headers["Location"] == f"/people/{elder.pk}/?did=asked"
    asked = RightsRequest.objects.get()
    assert desk.post(f"/desk/requests/{asked.pk}/copy/").status_code == 404
    decide(asked, decision="grant")
    assert f"/desk/requests/{asked.pk}/copy/" in page(desk.get(f"/data-requests/{asked.pk}/"))
    assert ReadLog.objects.count() == 0
    assert json.loads(page(desk.post(f"/desk/requests/{asked.pk}/copy/")))["name"] == NAME
    assert ReadLog.objects.get().purpose == "registry"
    assert at_desk("station").post(f"/desk/requests/{asked.pk}/copy/").status_code == 403


def test_a_window_that_writes_too_much_takes_nothing_down(elder) -> None:
    sent = {"kind": "correction", "details": "长" * 1_001}
    assert at_desk("head").post(f"/people/{elder.pk}/ask/", sent).status_code == 422
    assert RightsRequest.objects.count() == 0


def test_who_has_no_sign_in_is_told_by_text_message(world) -> None:
    found = actions.register_person(
        by=head(), at=timezone.now(), name="王一", home=world.place(DOOR), phone=PHONE
    )
    at_desk("head").post(f"/people/{found.pk}/ask/", {"kind": "export"})
    decide(RightsRequest.objects.get(), decision="grant")
    follow()
    assert told() == [("right_asked", "sms", None), ("right_granted", "sms", None)]
    assert Notice.objects.latest("id").contact.open() == PHONE


# ---- taken back -------------------------------------------------------------------------------


def test_a_request_is_taken_back_by_one_press(elder) -> None:
    asked = ask("export")
    take = reverse("portal:withdraw_right", args=[asked.pk])
    assert take in page(at_desk("guilan").get(reverse("portal:data")))
    User.objects.create(username="stranger")
    assert at_desk("stranger").post(take).status_code == 404
    assert at_desk("arbiter").post(take).status_code in (403, 404)
    asked.refresh_from_db()
    assert asked.state == "open"
    answer = at_desk("guilan").post(take)
    assert answer.headers["Location"] == reverse("portal:data")
    asked.refresh_from_db()
    assert asked.state == "withdrawn"
    assert at_desk("guilan").post(take).status_code == 409
    follow()
    assert [event for event, _, _ in told()] == ["right_asked"]


# ---- an erasure -------------------------------------------------------------------------------


@pytest.fixture
def lived(world, elder) -> Person:
    """A matter with a paper, an allowance, and somebody else's word on the same matter."""
    at = timezone.now()
    user = User.objects.get(username="guilan").pk
    resident = Actor(kind="resident", district=1, user=user, person=elder.pk)
    receipt = cases.open_case(by=resident, said=said(world, name=NAME, phone=PHONE), at=at)
    file = clean(content=picture().read(), name="灯.png")
    cases.give_files(by=resident, report=receipt.report, papers=[file], at=at)
    me_too(receipt.case, name="李四", phone="13900000000", at=at)
    cases.ask_papers(
        by=world.at("station"),
        case_id=receipt.case.pk,
        papers=["房产证"],
        words="请补",
        review_at=at + timedelta(days=3),
        at=at,
    )
    return elder


def test_an_erasure_is_looked_at_once_more_and_done_in_one_act(lived) -> None:
    asked, other = ask("erasure", "搬走了"), ask("export")
    looked = page(decide(asked, decision="look", reasons="按您的请求"))
    assert "会没有的" in looked
    assert "会留下的" in looked
    assert "按您的请求" in looked
    assert Person.objects.get(pk=lived.pk).name == NAME
    answer = decide(asked, decision="grant", reasons="按您的请求")
    assert answer.headers["Location"] == "/data-requests/?did=erased"
    follow()
    gone = Person.objects.get(pk=lived.pk)
    assert (gone.name, gone.phone, gone.user_id, gone.end_reason) == ("", None, None, "erased")
    other.refresh_from_db()
    assert other.state == "withdrawn"
    user = User.objects.get(username="guilan").pk
    assert ("right_erased", "inapp", user) in told()
    mine = page(at_desk("guilan").get(reverse("portal:data")))
    assert "按您的请求" in mine
    assert at_desk("head").get(f"/data-requests/{asked.pk}/").status_code == 404


def test_an_erasure_reaches_what_was_left_with_matters(lived) -> None:
    follow()
    user = User.objects.get(username="guilan").pk
    own = Notice.objects.get(event="papers_missing", user=user)
    others = Notice.objects.get(event="papers_missing", user=None)
    decide(ask("erasure"), decision="grant")
    follow()
    theirs = Report.objects.get(person=lived.pk)
    assert (theirs.name, theirs.phone, theirs.phone_index, theirs.words) == ("", None, None, "")
    assert theirs.salt is None
    assert theirs.case.words != ""
    assert File.objects.get(pk=Attachment.objects.get().file_id).key is None
    for letter in (own, others):
        letter.refresh_from_db()
    assert (own.title, own.body, own.salt) == ("", "", None)
    assert others.contact.open() == "13900000000"
    assert Report.objects.get(name="李四").phone.open() == "13900000000"
    assert list(verify_live()) == []


def test_an_erasure_takes_the_letters_about_what_else_was_asked(lived) -> None:
    refused = ask("correction", WORDS)
    decide(refused, decision="refuse", reasons=WHY)
    follow()
    decide(ask("erasure"), decision="grant")
    follow()
    letters = Notice.objects.filter(subject_kind="right").order_by("id")
    left = [(one.event, one.body == "", one.salt is None) for one in letters]
    assert left == [
        ("right_asked", True, True),
        ("right_refused", True, True),
        ("right_asked", True, True),
        ("right_erased", False, False),
    ]
    assert WHY not in "".join(one.body for one in letters)


def test_what_one_receives_ends_with_the_erasure(elder) -> None:
    award = Award.objects.create(district=1, person=elder, item="shared_leak", from_on=FIRST_DAY)
    decide(ask("erasure"), decision="grant")
    follow()
    award.refresh_from_db()
    assert (award.to_on, award.end_reason) == (timezone.localdate(), "given_up")

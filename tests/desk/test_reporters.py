"""At the desk: files, a reporter's number for a reason, and acting in a reporter's name."""

from datetime import timedelta

import pytest

from linli.cases.models import Attachment, Case, ContactOpening, ForReporter
from linli.journal.models import Line
from linli.people import actions as people
from linli.people.models import ReadLog
from tests.portal.pictures import picture
from tests.world import DOOR, HOUSE_ITSELF

from .conftest import report
from .test_screens import MOST_QUERIES, cost

GONE = ["FileForgotten", "AttachmentForgotten"]


@pytest.fixture(autouse=True)
def shelf(settings, tmp_path) -> None:
    settings.FILES = str(tmp_path)


@pytest.fixture
def told(world, now):
    return report(world, at=now - timedelta(hours=1), name="陈阿姨", phone="13800000521")


def page_of(at_desk, told, desk="station", language="zh-hans", query=""):
    return at_desk(desk, language).get(f"/desk/cases/{told.case.number}/{query}").content.decode()


def post(at_desk, told, what: str, desk="station", **sent):
    return at_desk(desk).post(f"/desk/cases/{told.case.number}/{what}/", sent)


def rows() -> list:
    tables = (Line, Case, ContactOpening, ForReporter, Attachment)
    return [list(table.objects.order_by("pk").values()) for table in tables]


# ---- the number -----------------------------------------------------------------------------


def test_the_number_is_masked_until_somebody_says_why(at_desk, told) -> None:
    assert "13800000521" not in page_of(at_desk, told)

    answer = post(at_desk, told, "contact", report=told.report.pk, reason="要约上门时间")

    assert answer.status_code == 200
    assert "13800000521" in answer.content.decode()
    assert "13800000521" not in page_of(at_desk, told)
    assert ContactOpening.objects.get().reason == "要约上门时间"
    assert "有人看了反映人的姓名和电话" in page_of(at_desk, told)


def test_without_a_reason_it_stays_shut_and_says_so_in_its_form(at_desk, told) -> None:
    before = rows()
    answer = post(at_desk, told, "contact", report=told.report.pk, reason="  ")

    assert (answer.status_code, rows()) == (422, before)
    page = answer.content.decode()
    assert "请写明为什么" in page
    assert "13800000521" not in page


def test_a_hidden_reporter_is_no_choice_for_the_unit_complained_of(world, at_desk, now) -> None:
    hidden = report(world, at=now, name="陈阿姨", phone="13800000521", hidden=True)
    before = rows()
    answer = post(
        at_desk, hidden, "contact", "street_city", report=hidden.report.pk, reason="想知道"
    )

    assert (answer.status_code, rows()) == (403, before)
    page = answer.content.decode()
    assert "这位要求不公开身份" in page
    assert "13800000521" not in page
    assert "/contact/" not in page_of(at_desk, hidden, "street_city")
    assert "/contact/" in page_of(at_desk, hidden)  # the accountable office may


# ---- in their name --------------------------------------------------------------------------


def test_a_clerk_takes_it_back_by_telephone(at_desk, told) -> None:
    sent = {"report": told.report.pk, "proof": "code", "code": told.code, "reason": "说已经好了"}
    answer = post(at_desk, told, "for/withdraw", channel="phone", **sent)

    assert answer["Location"].endswith("?did=for_withdraw")
    assert Case.objects.get().end == "withdrawn"
    page = page_of(at_desk, told, query="?did=for_withdraw")
    assert "替他们撤回了，已经告诉本人" in page
    assert "替反映人撤回" in page


@pytest.mark.parametrize(
    ("sent", "status", "words"),
    [
        ({"proof": "code", "code": "AAAAAA", "reason": "说好了"}, 422, "这六位码对不上"),
        ({"proof": "identity", "reason": "说好了"}, 422, "请他报回执上的六位码"),
        ({"proof": "identity", "statement": "看了身份证", "reason": ""}, 422, "请写明为什么"),
        (
            {"proof": "identity", "statement": "看了", "reason": "好了", "report": "x"},
            422,
            "没看懂",
        ),
    ],
)
def test_a_refusal_keeps_what_was_typed_and_changes_nothing(
    at_desk, told, sent, status, words
) -> None:
    before = rows()
    answer = post(at_desk, told, "for/withdraw", **{"report": told.report.pk, **sent})

    assert (answer.status_code, rows()) == (status, before)
    page = answer.content.decode()
    assert 'role="alert"' in page
    assert words in page
    assert sent["reason"] in page


def test_wrong_signs_cannot_be_tried_all_day(at_desk, told) -> None:
    sent = {"report": told.report.pk, "proof": "code", "code": "AAAAAA", "reason": "说好了"}
    statuses = [post(at_desk, told, "for/withdraw", **sent).status_code for _ in range(9)]

    assert statuses == [422] * 8 + [429]
    assert Case.objects.get().status != "ended"


def test_papers_are_taken_in_at_the_window(at_desk, told) -> None:
    sent = {"report": told.report.pk, "proof": "identity", "statement": "看了身份证"}
    answer = post(
        at_desk,
        told,
        "for/papers",
        channel="window",
        reason="补照片",
        papers=[picture(name="表.png")],
        **sent,
    )

    assert answer.status_code == 302
    assert Attachment.objects.count() == 1
    assert ForReporter.objects.get().channel == "window"
    assert "表.png" in page_of(at_desk, told)


# ---- files ----------------------------------------------------------------------------------


def test_files_are_shown_with_who_gave_them_and_served_to_be_saved(at_desk, told) -> None:
    assert post(at_desk, told, "files", papers=[picture(name="修好了.png")]).status_code == 302
    attachment = Attachment.objects.get().pk
    page = page_of(at_desk, told)
    small = f"/desk/cases/{told.case.number}/files/{attachment}/small/"

    assert "修好了.png" in page
    assert "放进来的" in page
    assert small in page
    served = at_desk("station").get(f"/desk/cases/{told.case.number}/files/{attachment}/")
    assert served.status_code == 200
    assert served["Content-Disposition"].startswith("attachment;")
    assert served["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in served["Content-Security-Policy"]
    shown = at_desk("station").get(small)
    assert (shown["Content-Type"], shown.content[:3]) == ("image/jpeg", b"\xff\xd8\xff")


@pytest.mark.parametrize("what", ["", "small/"])
def test_another_communitys_worker_finds_neither_case_nor_file(at_desk, told, what) -> None:
    post(at_desk, told, "files", papers=[picture()])
    attachment = Attachment.objects.get().pk
    theirs = at_desk("neighbour").get(f"/desk/cases/{told.case.number}/files/{attachment}/{what}")
    nowhere = at_desk("neighbour").get(f"/desk/cases/{told.case.number}/files/9999/{what}")

    assert theirs.status_code == nowhere.status_code == 404


def test_a_personal_file_has_no_small_picture_and_its_opening_is_written_down(
    world, at_desk, now
) -> None:
    person = people.register_person(
        by=HOUSE_ITSELF, at=now, name="陈桂英", home=world.place(DOOR), phone="13800005210"
    )
    known = report(world, at=now, person_id=person.pk)
    assert post(at_desk, known, "files", papers=[picture(name="身份证.png")]).status_code == 302
    attachment = Attachment.objects.get().pk
    base = f"/desk/cases/{known.case.number}/files/{attachment}/"

    assert f"{base}small/" not in page_of(at_desk, known)
    assert at_desk("station").get(f"{base}small/").status_code == 404
    assert not ReadLog.objects.exists()
    assert at_desk("station").get(base).status_code == 200
    assert ReadLog.objects.get(person=person).appointment == world.at("station").appointment


def test_whoever_decides_on_erasure_erases_a_wrong_picture(at_desk, told) -> None:
    post(at_desk, told, "files", papers=[picture(name="别人.png")])
    attachment = Attachment.objects.get()
    base = f"/desk/cases/{told.case.number}/files/{attachment.pk}/"
    for role, status in (("station", 403), ("neighbour", 404)):
        assert f"{base}forget/" not in page_of(at_desk, told)
        assert at_desk(role).post(f"{base}forget/").status_code == status
    assert at_desk("station").get(base).status_code == 200
    assert not Line.objects.filter(kind__in=GONE).exists()
    head = at_desk("district")
    assert f"{base}forget/" in head.get(f"/desk/cases/{told.case.number}/").content.decode()

    for _ in range(2):
        assert head.post(f"{base}forget/").status_code == 302

    assert [line.kind for line in Line.objects.filter(kind__in=GONE).order_by("id")] == GONE
    attachment.file.refresh_from_db()
    assert (attachment.file.key, attachment.file.name) == (None, "")
    page = head.get(f"/desk/cases/{told.case.number}/").content.decode()
    assert "一份文件被彻底抹掉了" in page
    assert f'href="{base}"' not in page
    assert f"{base}forget/" not in page
    assert at_desk("station").get(base).status_code == 410


def test_a_case_with_files_still_costs_ten_queries(at_desk, told) -> None:
    for _ in range(3):
        post(at_desk, told, "files", papers=[picture()])

    assert cost(at_desk("station"), f"/desk/cases/{told.case.number}/") <= MOST_QUERIES


def test_what_is_no_picture_is_refused_in_its_form(at_desk, told) -> None:
    before = rows()
    answer = post(at_desk, told, "files", papers=[picture(content=b"MZ", name="a.exe")])

    assert (answer.status_code >= 400, rows()) == (True, before)
    assert 'role="alert"' in answer.content.decode()


def test_the_reporter_reads_who_looked_and_why(at_desk, told, client) -> None:
    post(at_desk, told, "contact", report=told.report.pk, reason="要约上门时间")
    client.post("/find/", {"number": told.case.number, "code": told.code})
    page = client.get(f"/case/{told.case.number}/", headers={"accept-language": "zh-cn"})

    assert "要约上门时间" in page.content.decode()
    assert "冯涛" in page.content.decode()


def test_how_it_came_is_chosen_at_the_desk_and_stands_with_the_case(world, at_desk) -> None:
    for channel, words in (("phone", "电话"), ("paper", "纸")):
        sent = {
            "item": "shared_leak",
            "words": f"{channel} 楼道漏水",
            "channel": channel,
            "a.where": "shared",
            "own_name": "陈阿姨",
            "place": world.place("990101001001"),
            "do": "submit",
        }
        assert at_desk("station").post("/desk/accept/", sent).status_code == 302
        case = Case.objects.order_by("-id").first()
        assert case.channel == channel
        assert words in at_desk("station").get(f"/desk/cases/{case.number}/").content.decode()

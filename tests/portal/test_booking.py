"""预约 and 取号 from the resident's side; files of a matter; who saw the number."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from linli.cases import actions as cases
from linli.cases.domain import check_sign
from linli.cases.models import Attachment, Booking, Report
from linli.journal.models import Line
from tests.portal.pictures import picture
from tests.world import GREEN, NOON

from .test_views import code_of, handed_in, typed

TEN = "2026-11-17T10:00:00+08:00"
HALL = "/queue/990101001001.station/"


@pytest.fixture(autouse=True)
def shelf(settings, tmp_path) -> None:
    settings.FILES = str(tmp_path)
    cache.clear()


def booking(world, **more):
    return {
        "community": world.place(GREEN),
        "item": "shared_leak",
        "day": "2026-11-17",
        "time": TEN,
        "name": "陈阿姨",
        "phone": "138 0000 0521",
        **more,
    }


def test_a_time_is_booked_without_an_account_and_the_signs_are_shown(world, browser) -> None:
    page = browser.get(reverse("portal:book"), booking(world)).content.decode()
    assert "10:00" in page
    assert "12:30" not in page

    answer = browser.post(reverse("portal:book"), booking(world))

    row = Booking.objects.get()
    assert (row.name, row.phone.open(), row.ticket) == ("陈阿姨", "13800000521", 1)
    page = browser.get(answer["Location"]).content.decode()
    assert "B001" in page
    assert browser.session["fresh_turn"]["code"] in page
    slip = browser.get(f"{answer['Location']}slip/").content.decode()
    assert "B001" in slip


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"time": "2026-11-17T10:07:00+08:00"}, 422, "这个时间不能约"),
        ({"time": "soon"}, 422, "这个时间不能约"),
        ({"community": "7"}, 422, "这个时间不能约"),
        ({"item": "nothing_like_it"}, 404, ""),
        ({"phone": "12"}, 422, ""),
    ],
)
def test_a_mistake_keeps_what_was_typed_and_books_nothing(
    world, browser, change, status, words
) -> None:
    before = Line.objects.count()
    answer = browser.post(reverse("portal:book"), booking(world, **change))

    assert (answer.status_code, Booking.objects.count()) == (status, 0)
    assert Line.objects.count() == before
    assert words in answer.content.decode()
    assert 'role="alert"' in answer.content.decode()


def test_a_full_time_is_told_and_not_offered(world, browser) -> None:
    for _ in range(2):
        assert browser.post(reverse("portal:book"), booking(world)).status_code == 302
    answer = browser.post(reverse("portal:book"), booking(world))

    assert (answer.status_code, Booking.objects.count()) == (409, 2)
    page = answer.content.decode()
    assert "刚被约走" in page
    assert f'value="{TEN}"' not in page
    assert "已约满：10:00" in page


def test_number_and_signs_give_a_turn_back_from_another_telephone(world, browser) -> None:
    address = browser.post(reverse("portal:book"), booking(world))["Location"]
    code = browser.session["fresh_turn"]["code"]
    other = Client(headers={"accept-language": "zh-CN"})

    shut = other.get(address).content.decode()
    assert "B001" not in shut
    assert "陈阿姨" not in shut
    assert other.post(f"{address}cancel/").status_code == 404
    assert other.post(address, {"code": "AAAAAA"}).status_code == 404
    assert other.post(address, {"code": code}).status_code == 200
    assert other.post(f"{address}cancel/").status_code == 302
    assert Booking.objects.get().state == "cancelled"
    assert other.post(f"{address}cancel/").status_code == 409


def test_a_turn_that_is_not_there_looks_like_anothers(world, browser) -> None:
    address = browser.post(reverse("portal:book"), booking(world))["Location"]
    other = Client(headers={"accept-language": "zh-CN"})
    nowhere = f"/book/26111600000{check_sign('26111600000')}/"
    assert other.get(address).status_code == other.get(nowhere).status_code == 200


def test_a_number_is_drawn_at_the_code_on_the_wall(world, browser) -> None:
    assert "0 人在等" in browser.get(HALL).content.decode()

    unsaid = browser.post(HALL, {"item": "", "name": "陈阿姨"})
    assert unsaid.status_code == 422
    assert "请选来办什么" in unsaid.content.decode()
    assert 'value="陈阿姨"' in unsaid.content.decode()
    assert not Booking.objects.exists()

    answer = browser.post(HALL, {"item": "shared_leak"})

    assert "A001" in browser.get(answer["Location"]).content.decode()
    cases.call_next(by=world.at("station"), at=NOON)
    page = Client(headers={"accept-language": "zh-CN"}).get(HALL).content.decode()
    assert "A001" in page
    assert browser.get("/queue/990101001.center/").status_code == 404


def test_numbers_cannot_be_drawn_all_day_from_one_place(browser) -> None:
    statuses = [browser.post(HALL, {"item": "shared_leak"}).status_code for _ in range(21)]

    assert statuses == [302] * 20 + [429]


def test_the_window_is_closed_on_a_sunday(browser, hands) -> None:
    hands.at = NOON - timedelta(days=1)
    answer = browser.post(HALL, {"item": "shared_leak"})

    assert answer.status_code == 409
    assert "窗口今天不开" in answer.content.decode()


# ---- files ----------------------------------------------------------------------------------


def test_the_reporter_sees_their_pictures_and_those_of_the_office(world, browser) -> None:
    case = handed_in(world, browser, photos=[picture(name="漏水.png")])
    page = browser.get(f"/case/{case.number}/").content.decode()
    attachment = Attachment.objects.get()
    base = f"/case/{case.number}/files/{attachment.pk}/"

    assert "漏水.png" in page
    assert "您给的" in page
    served = browser.get(base)
    assert served["Content-Disposition"].startswith("attachment;")
    assert served["X-Content-Type-Options"] == "nosniff"
    assert browser.get(f"{base}small/")["Content-Type"] == "image/jpeg"
    stranger = Client(headers={"accept-language": "zh-CN"})
    assert stranger.get(base).status_code == 404
    assert stranger.get(f"{base}small/").status_code == 404


def test_me_too_keeps_its_picture_and_nobody_else_who_reported_sees_it(world, browser) -> None:
    case = handed_in(world, browser, photos=[picture()])
    other = Client(headers={"accept-language": "zh-CN"})
    sent = typed(world, want="也漏", join=case.number, photos=[picture(name="我家.png")])
    assert other.post(reverse("portal:report"), sent).status_code == 302

    mine, theirs = Attachment.objects.order_by("id")
    assert Report.objects.count() == 2
    assert len(code_of(other)) == 6
    assert "我家.png" in other.get(f"/case/{case.number}/").content.decode()
    assert "我家.png" not in browser.get(f"/case/{case.number}/").content.decode()
    assert other.get(f"/case/{case.number}/files/{mine.pk}/").status_code == 404
    assert other.get(f"/case/{case.number}/files/{theirs.pk}/").status_code == 200
    acts = Line.objects.filter(subject_kind="case", kind__in=["CaseJoined", "FilesAttached"])
    assert len(set(acts.values_list("act_id", flat=True))) == 1


def test_what_is_no_picture_joins_nothing(world, browser) -> None:
    case = handed_in(world, browser)
    before = Line.objects.count()
    wrong = picture(content=b"MZ not a picture", name="a.exe")
    answer = browser.post(
        reverse("portal:report"), typed(world, want="也漏", join=case.number, photos=[wrong])
    )

    assert (answer.status_code, Report.objects.count()) == (422, 1)
    assert Line.objects.count() == before
    assert "也漏" in answer.content.decode()

"""The machine's door to the window, to reporters and to their files; nothing is done twice."""

from base64 import b64encode
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from linli.cases import actions
from linli.cases.models import Attachment, Booking, Case, ContactOpening, Report
from linli.identity.models import KeptAnswer
from tests.portal.pictures import picture
from tests.world import GREEN, build_world

from .errands import RESIDENT, everything, said
from .test_api import client_for, post

PICTURE = {"name": "灯.png", "content": b64encode(picture().read()).decode()}
KEY = {"Idempotency-Key": "once-and-for-all"}


@pytest.fixture
def world(db, settings, tmp_path):
    settings.FILES = str(tmp_path)
    cache.clear()
    return build_world()


@pytest.fixture
def told(world):
    words = said(world, name="陈阿姨", phone="13800000521")
    return actions.open_case(by=RESIDENT, said=words, at=timezone.now() - timedelta(hours=1))


@pytest.fixture
def clerk(world):
    return client_for(world, "station")


def window(world) -> int:
    return world.party(f"{GREEN}.station")


def free_time(clerk, world) -> str:
    """Return the first free time of the second day the window offers."""
    address = f"/api/v1/windows/{window(world)}/times?item=shared_leak"
    days = clerk.get(address).json()["days"]
    times = clerk.get(f"{address}&day={days[1]}").json()["times"]
    assert {one["left"] for one in times} == {2}
    return times[0]["starts_at"]


def test_a_time_is_looked_up_booked_once_listed_and_given_back(world, clerk) -> None:
    starts_at = free_time(clerk, world)
    asked = {
        "party": window(world),
        "item": "shared_leak",
        "starts_at": starts_at,
        "name": "陈阿姨",
    }
    made = [post(clerk, "/bookings", asked, **KEY) for _ in range(2)]

    assert [one.status_code for one in made] == [201, 201]
    assert made[0].content == made[1].content
    assert Booking.objects.count() == 1
    body = made[0].json()
    assert (body["ticket"], body["state"], body["starts_at"]) == ("B001", "waiting", starts_at)
    listed = clerk.get(f"/api/v1/bookings?day={body['day']}").json()["items"]
    assert [one["number"] for one in listed] == [body["number"]]
    assert "陈阿姨" not in str(listed)
    assert "code" not in listed[0]

    wrong = post(clerk, f"/bookings/{body['number']}/cancel", {"code": "AAAAAA"})
    assert wrong.status_code == 404
    back = post(clerk, f"/bookings/{body['number']}/cancel", {"code": body["code"]}, **KEY)
    assert back.status_code == 422  # the key belongs to another request
    back = post(clerk, f"/bookings/{body['number']}/cancel", {"code": body["code"]})
    assert (back.status_code, back.json()["state"]) == (200, "cancelled")


def test_the_signs_of_a_turn_cannot_be_tried_all_day(world, clerk) -> None:
    asked = {"party": window(world), "item": "shared_leak", "starts_at": free_time(clerk, world)}
    number = post(clerk, "/bookings", asked).json()["number"]
    spelt = f"{number[:6]}-{number[6:]}"
    statuses = [
        post(clerk, f"/bookings/{one}/cancel", {"code": "AAAAAA"}).status_code
        for one in [number, spelt] * 5
    ]

    assert statuses == [404] * 8 + [429] * 2


@pytest.mark.parametrize("party", ["990101001.center", "nowhere"])
def test_only_a_stations_window_has_times(world, clerk, party) -> None:
    number = world.party(party) if "." in party else 999
    answer = clerk.get(f"/api/v1/windows/{number}/times?item=shared_leak")

    assert answer.status_code == 404


def test_a_number_is_opened_for_a_reason_and_kept_nowhere(told, clerk) -> None:
    path = f"/cases/{told.case.number}"
    (report,) = clerk.get(f"/api/v1{path}/reports").json()["items"]
    assert "13800000521" not in str(report)
    assert "陈阿姨" not in str(report)
    nothing = post(clerk, f"{path}/contact", {"report": report["report"], "reason": " "})
    assert (nothing.status_code, ContactOpening.objects.count()) == (422, 0)

    for _ in range(2):
        answer = post(
            clerk, f"{path}/contact", {"report": report["report"], "reason": "约时间"}, **KEY
        )
        assert answer.json()["phone"] == "13800000521"

    assert ContactOpening.objects.count() == 2  # a second time is a second look
    assert not KeptAnswer.objects.exists()


def test_papers_come_in_once_and_go_out_again(told, clerk) -> None:
    path = f"/cases/{told.case.number}/attachments"
    added = [post(clerk, path, {"files": [PICTURE]}, **KEY) for _ in range(2)]

    assert added[0].content == added[1].content
    assert Attachment.objects.count() == 1
    (row,) = clerk.get(f"/api/v1{path}").json()["items"]
    assert (row["name"], row["by_office"], row["personal"]) == ("灯.png", True, False)
    got = clerk.get(f"/api/v1{path}/{row['id']}")
    assert (got.status_code, got["Content-Type"]) == (200, "image/png")
    assert "attachment" in got["Content-Disposition"]

    before = everything()
    bad = post(clerk, path, {"files": [{"name": "x.png", "content": "not base 64!"}]})
    assert (bad.status_code, everything()) == (422, before)


def test_a_clerk_acts_for_a_reporter_and_is_refused_without_the_signs(told, clerk) -> None:
    path = f"/cases/{told.case.number}/for"
    mine = {
        "report": told.report.pk,
        "proof": "code",
        "code": told.code,
        "reason": "来电说已经好了",
    }
    brought = post(clerk, f"{path}/papers", {**mine, "files": [PICTURE]}, **KEY)
    assert brought.json() == {"number": told.case.number, "status": "offered", "end": None}

    before = everything()
    wrong = [post(clerk, f"{path}/withdraw", {**mine, "code": "AAAAAA"}) for _ in range(9)]
    assert [one.status_code for one in wrong] == [422] * 8 + [429]
    assert everything() == before
    cache.clear()

    back = post(clerk, f"{path}/withdraw", mine)
    assert back.json()["end"] == "withdrawn"
    assert Report.objects.get().withdrawn_at is not None
    assert Case.objects.get().status == "ended"


def test_what_is_new_stands_in_the_published_schema(clerk) -> None:
    paths = clerk.get("/api/v1/openapi.json").json()["paths"]

    assert {
        "/api/v1/windows/{party}/times",
        "/api/v1/bookings",
        "/api/v1/bookings/{number}/cancel",
        "/api/v1/cases/{number}/for/withdraw",
        "/api/v1/cases/{number}/for/papers",
        "/api/v1/cases/{number}/attachments",
        "/api/v1/cases/{number}/attachments/{attachment}",
        "/api/v1/cases/{number}/contact",
    } <= set(paths)

"""Offices at the workbench: who sits there, the week, and each form with its refusals."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from linli.identity.models import ApiToken, User
from linli.journal.models import Line
from linli.parties import queries
from linli.parties.models import (
    Appointment,
    Closing,
    DutyShift,
    Leave,
    OpeningHours,
    Party,
    PostFramework,
)

MONDAY = date(2026, 12, 7)


@pytest.fixture(autouse=True)
def one_factor(monkeypatch) -> None:
    monkeypatch.setattr("linli.identity.queries.has_second_factor", lambda user: True)


@pytest.fixture
def at_desk(world):
    def sign_in(name: str, language: str = "en") -> Client:
        browser = Client(headers={"accept-language": language})
        browser.force_login(world.user[name])
        return browser

    return sign_in


def office(world, code: str = "330102001005.station") -> str:
    return f"/offices/{world.party[code]}/"


def page(answer) -> str:
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_list_leads_from_place_to_place(world, at_desk) -> None:
    html = page(at_desk("zhou").get("/offices/"))
    assert office(world) in html
    assert "330102001005.station" in html  # its English name here
    assert "8000 1234" in html
    street = page(at_desk("zhou").get(f"/offices/?place={world.place['330102001']}"))
    assert f"?place={world.community}" in street
    assert Client().get("/offices/").status_code == 302


def test_everybody_on_the_staff_sees_and_only_who_may_is_offered_forms(world, at_desk) -> None:
    acts = re.compile(r'do/(\w+)/"')
    assert set(acts.findall(page(at_desk("zhou").get(office(world))))) == {"leave"}
    head = set(acts.findall(page(at_desk("head").get(office(world)))))
    assert head == {"backup", "shift", "leave", "hours", "closed", "link"}
    district = set(acts.findall(page(at_desk("district").get(office(world)))))
    more = {"appoint", "end", "phone", "rename", "close", "factor", "password"}
    assert district == head | more
    civil = office(world, "330102001.civil")
    assert set(acts.findall(page(at_desk("head").get(civil)))) == set()


def test_somebody_is_appointed_and_the_appointment_ended(world, at_desk) -> None:
    sent = {"name": "何新", "username": "wu", "role": "worker", "from_on": "2026-11-20"}
    district = at_desk("district")
    answer = district.post(office(world, "330102001005.committee") + "do/appoint/", sent)
    assert answer.headers["Location"].endswith("?did=appoint")
    made = Appointment.objects.get(name="何新")
    assert (made.user_id, made.role) == (world.user["wu"].pk, "worker")
    gone = {"seat": made.pk, "on": "2026-12-31"}
    assert (
        district.post(office(world, "330102001005.committee") + "do/end/", gone).status_code == 302
    )
    assert Appointment.objects.get(pk=made.pk).to_on == date(2026, 12, 31)
    assert district.post(office(world) + "do/end/", gone).status_code == 404  # another office's


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        ({"username": "nobody"}, 422, "Nobody signs in as"),
        ({"name": ""}, 422, "Write the name residents are shown"),
        ({"from_on": "soon"}, 422, "Write a day such as"),
        ({"role": "king"}, 422, "This role is not known"),
        ({"role": "auditor"}, 409, "needs a last day"),
    ],
)
def test_an_appointment_that_cannot_be_is_refused_in_a_sentence(
    world, at_desk, change, status, said
) -> None:
    before = Appointment.objects.count(), Line.objects.count()
    sent = {"name": "何新", "username": "wu", "role": "worker", "from_on": "2026-11-20"} | change
    answer = at_desk("district").post(office(world) + "do/appoint/", sent)
    assert answer.status_code == status
    assert said in answer.content.decode()
    assert (Appointment.objects.count(), Line.objects.count()) == before


def test_the_law_keeps_two_bodies_apart_and_says_which_article(world, at_desk) -> None:
    district = at_desk("district")
    sent = {"name": "吴兰", "username": "wu", "role": "worker", "from_on": "2026-11-20"}
    district.post(office(world, "330102001005.committee") + "do/appoint/", sent)
    answer = district.post(office(world, "330102001005.oversight") + "do/appoint/", sent)
    assert answer.status_code == 409
    assert "art. 36" in answer.content.decode()


def test_a_small_committee_is_warned_and_a_tenth_member_refused(world, at_desk) -> None:
    committee = office(world, "330102001005.committee")
    assert "five" not in page(at_desk("zhou").get(office(world)))
    assert "5 to 9 members" in page(at_desk("zhou").get(committee))
    district = at_desk("district")
    sent = {"role": "worker", "from_on": "2026-11-20"}
    for number in range(9):
        answer = district.post(committee + "do/appoint/", sent | {"name": f"委员{number}"})
        assert answer.status_code == 302
    assert "5 to 9 members" not in page(district.get(committee))
    answer = district.post(committee + "do/appoint/", sent | {"name": "第十人"})
    assert answer.status_code == 409
    assert "art. 8" in answer.content.decode()
    assert not Appointment.objects.filter(name="第十人").exists()


def test_who_stands_in_is_set(world, at_desk) -> None:
    head, seat = at_desk("head"), world.seat
    sent = {"seat": seat["wu"], "backup": seat["zhou"]}
    assert head.post(office(world) + "do/backup/", sent).status_code == 302
    assert Appointment.objects.get(pk=seat["wu"]).backup_id == seat["zhou"]
    assert Line.objects.filter(kind="BackupSet").count() == 1
    own = {"seat": seat["wu"], "backup": seat["wu"]}
    assert head.post(office(world) + "do/backup/", own).status_code == 422
    assert at_desk("zhou").post(office(world) + "do/backup/", sent).status_code == 403
    assert Line.objects.filter(kind="BackupSet").count() == 1


def test_the_week_shows_hours_duty_and_closings(world, at_desk) -> None:
    head = at_desk("head")
    hours = {f"day{n}": "08:30-11:30, 13:30-17:00" for n in range(5)} | {"from_on": "2026-11-01"}
    assert head.post(office(world) + "do/hours/", hours).status_code == 302
    assert OpeningHours.objects.count() == 10
    shift = {"seat": world.seat["zhou"], "on": "2026-12-08", "starts": "08:30", "ends": "12:00"}
    assert head.post(office(world) + "do/shift/", shift).status_code == 302
    assert head.post(office(world) + "do/shift/", shift).status_code == 422  # twice at a time
    closed = {"from_on": "2026-12-09", "to_on": "2026-12-10"}
    assert head.post(office(world) + "do/closed/", closed).status_code == 302
    assert head.post(office(world) + "do/closed/", closed).status_code == 409
    html = page(head.get(office(world) + "?week=2026-12-10"))
    # each span of hours is kept whole, and the line may break between them
    assert '<span class="num">08:30–11:30</span>, <span class="num">13:30–17:00</span>' in html
    assert "08:30–12:00" in html
    party = world.party["330102001005.station"]
    assert queries.hours_on(party, on=date(2026, 12, 9)) == ()
    assert queries.hours_on(party, on=date(2026, 12, 11)) == ((510, 690), (810, 1020))
    closing = Closing.objects.get()
    assert head.post(office(world) + "do/reopen/", {"closing": closing.pk}).status_code == 302
    assert queries.hours_on(party, on=date(2026, 12, 9)) == ((510, 690), (810, 1020))
    assert head.post(office(world) + "do/reopen/", {"closing": closing.pk}).status_code == 404
    assert DutyShift.objects.count() == 1


def test_times_that_cannot_be_read_change_nothing(world, at_desk) -> None:
    head = at_desk("head")
    for typed in ("morning", "25:00-26:00", "12:00-11:00"):
        sent = {"day0": typed, "from_on": "2026-11-01"}
        assert head.post(office(world) + "do/hours/", sent).status_code == 422
    assert OpeningHours.objects.count() == 0


def test_ones_own_leave_needs_no_right_and_anothers_does(world, at_desk) -> None:
    sent = {"seat": world.seat["zhou"], "from_on": "2026-12-07", "to_on": "2026-12-11"}
    assert at_desk("wu").post(office(world) + "do/leave/", sent).status_code == 403
    assert at_desk("zhou").post(office(world) + "do/leave/", sent).status_code == 302
    assert at_desk("head").post(office(world) + "do/leave/", sent).status_code == 409
    assert Leave.objects.count() == 1


def test_a_head_rules_at_home_only(world, at_desk) -> None:
    street = office(world, "330102001.center")
    sent = {"from_on": "2026-12-09", "to_on": "2026-12-10"}
    assert at_desk("head").post(street + "do/closed/", sent).status_code == 403
    assert at_desk("street").post(office(world) + "do/closed/", sent).status_code == 302
    assert at_desk("head").post(office(world) + "do/dance/", sent).status_code == 404


def test_a_lost_phone_is_set_right_by_another(world, at_desk) -> None:
    sent = {"seat": world.seat["district"]}
    center = office(world, "330102.center")
    assert at_desk("district").post(center + "do/factor/", sent).status_code == 403
    sent = {"seat": world.seat["zhou"]}
    assert at_desk("head").post(office(world) + "do/factor/", sent).status_code == 403
    assert at_desk("district").post(office(world) + "do/factor/", sent).status_code == 302
    assert Line.objects.get(kind="SecondFactorReset").subject_id == world.user["zhou"].pk


def first_password(html: str) -> str:
    return re.search(r'<p class="num"><code>([a-z2-9-]{14})</code>', html)[1]


def test_who_forgot_the_password_gets_another_from_somebody_else(world, at_desk) -> None:
    client, user = at_desk("zhou"), world.user["zhou"]
    own, sent = {"seat": world.seat["district"]}, {"seat": world.seat["zhou"]}
    center = office(world, "330102.center")
    assert at_desk("district").post(center + "do/password/", own).status_code == 403
    assert at_desk("head").post(office(world) + "do/password/", sent).status_code == 403
    assert client.get("/desk/").status_code == 200

    answer = at_desk("district").post(office(world) + "do/password/", sent)

    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    user.refresh_from_db()
    assert user.check_password(first_password(page(answer)))
    assert client.get("/desk/").status_code == 302  # signed out
    line = Line.objects.get(kind="PasswordRenewed")
    assert (line.subject_id, first_password(page(answer)) in line.body) == (user.pk, False)


def test_somebody_new_is_appointed_and_signs_in_with_a_first_password(world, at_desk) -> None:
    sent = {"name": "何新", "username": "hexin", "role": "clerk", "from_on": "2026-11-01"}
    district = at_desk("district")
    assert district.post(office(world) + "do/appoint/", sent).status_code == 422
    assert (
        at_desk("head").post(office(world) + "do/appoint/", sent | {"add": "yes"}).status_code
        == 403
    )
    assert not User.objects.filter(username="hexin").exists()

    answer = district.post(office(world) + "do/appoint/", sent | {"add": "yes"})

    assert answer.status_code == 200
    user = User.objects.get(username="hexin")
    assert user.check_password(first_password(page(answer)))
    assert Appointment.objects.get(user=user).party_id == world.party["330102001005.station"]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"username": "何新"}, 422),
        ({"username": ""}, 422),
        ({"username": "zhou"}, 409),
        ({"name": ""}, 422),
        ({"role": "auditor"}, 409),
    ],
)
def test_a_newcomer_who_cannot_be_appointed_is_not_added(world, at_desk, change, status) -> None:
    sent = {"name": "何新", "username": "hexin", "role": "clerk", "from_on": "2026-11-01"}
    before = (User.objects.count(), Appointment.objects.count(), Line.objects.count())
    district = at_desk("district")
    answer = district.post(office(world) + "do/appoint/", {**sent, "add": "yes", **change})
    assert answer.status_code == status
    assert (User.objects.count(), Appointment.objects.count(), Line.objects.count()) == before


def test_a_framework_of_posts_is_set_up_once(world, at_desk) -> None:
    district = at_desk("district")
    assert "sample" in page(district.get("/offices/posts/"))
    sent = {"code": "7+1", "name": "7+1", "core": "7", "flexible": "1"}
    assert district.post("/offices/posts/", sent).status_code == 302
    assert page(district.get("/offices/posts/")).count("flexible</span>") == 1
    assert district.post("/offices/posts/", sent).status_code == 409
    assert district.post("/offices/posts/", sent | {"code": "x", "core": "99"}).status_code == 422
    assert at_desk("head").post("/offices/posts/", sent | {"code": "y"}).status_code == 403
    assert PostFramework.objects.count() == 1


def test_a_key_is_given_shown_once_and_taken_back(world, at_desk) -> None:
    zhou = at_desk("zhou")
    html = page(zhou.post("/account/tokens/", {"days": "30"}))
    token = re.search(r"<code>(\S+)</code>", html).group(1)
    assert token not in page(zhou.get("/account/tokens/"))
    held = ApiToken.objects.get()
    assert held.expires_at < timezone.now() + timedelta(days=31)
    machine = Client(headers={"authorization": f"Bearer {token}"})
    assert machine.get("/api/v1/cases").status_code == 200
    assert at_desk("wu").post(f"/account/tokens/{held.pk}/end/").status_code == 403
    assert zhou.post(f"/account/tokens/{held.pk}/end/").status_code == 302
    assert machine.get("/api/v1/cases").status_code == 401
    assert zhou.post("/account/tokens/", {"days": "9999"}).status_code == 422
    assert ApiToken.objects.count() == 1


def test_the_week_may_be_any(world, at_desk) -> None:
    for typed in ("", "yesterday", "0001-01-01", "9999-12-31", MONDAY.isoformat()):
        assert at_desk("zhou").get(office(world) + f"?week={typed}").status_code == 200


def test_a_unit_is_founded_on_its_place_below_the_center_and_gets_another_name(
    world, at_desk
) -> None:
    district = at_desk("district")
    assert "/offices/found/" in page(district.get(f"/offices/?place={world.other}"))
    assert "/offices/found/" not in page(at_desk("head").get(f"/offices/?place={world.community}"))
    sent = {"place": world.other, "kind": "station", "name": "石桥工作站", "phone": "8000 4321"}
    answer = district.post("/offices/found/", sent)
    made = Party.objects.get(code="330102001006.station")
    assert answer.headers["Location"] == f"/offices/{made.pk}/?did=found"
    assert (made.name, made.phone, made.parent.code) == (
        {"zh-Hans": "石桥工作站"},
        "8000 4321",
        "330102001.center",
    )
    for act, typed in (("found/", sent | {"kind": "committee"}), (f"{made.pk}/do/phone/", {})):
        refused = district.post(f"/offices/{act}", {**typed, "phone": "1e400"})
        assert refused.status_code == 422
        said = refused.content.decode()
        assert "Write a telephone of 3 to 20 digits, such as 0571-8000 1234" in said
        assert 'value="1e400"' in said
    assert Party.objects.get(pk=made.pk).phone == "8000 4321"
    answer = district.post(
        f"/offices/{made.pk}/do/rename/", {"name": "石桥站", "name_en": "Shiqiao"}
    )
    assert answer.headers["Location"].endswith("?did=rename")
    assert Party.objects.get(pk=made.pk).name == {"zh-Hans": "石桥站", "en": "Shiqiao"}
    assert Line.objects.filter(kind="PartyFounded", subject_id=made.pk).count() == 1


def test_two_companies_of_a_kind_are_two_units(world, at_desk) -> None:
    sent = {"place": world.other, "kind": "organisation", "office": "property", "name": "安居"}
    for _ in range(2):
        answer = at_desk("district").post("/offices/found/", sent | {"for_profit": "yes"})
        assert answer.status_code == 302
    made = Party.objects.filter(code__startswith="330102001006.").order_by("id")
    assert [(one.code, one.for_profit) for one in made] == [
        ("330102001006.organisation_property", True),
        ("330102001006.organisation_property_2", True),
    ]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": ""}, "Write a name of at most 60 characters"),
        ({"kind": "office"}, "Such a unit does not stand here"),
        ({"kind": "organisation"}, "Say in a code of small letters what it does"),
        ({"kind": "station", "place": "community"}, "330102001005.station"),
    ],
)
def test_a_unit_that_cannot_be_is_refused_in_its_form(world, at_desk, change, said) -> None:
    before = Party.objects.count(), Line.objects.count()
    sent = {"place": world.other, "kind": "station", "name": "石桥工作站"} | change
    if sent["place"] == "community":
        sent["place"] = world.community
    answer = at_desk("district").post("/offices/found/", sent)
    assert answer.status_code in {409, 422}
    assert said in answer.content.decode()
    assert (Party.objects.count(), Line.objects.count()) == before


def test_only_who_founds_units_founds_one(world, at_desk) -> None:
    sent = {"place": world.other, "kind": "station", "name": "石桥工作站"}
    assert at_desk("head").post("/offices/found/", sent).status_code == 403
    assert at_desk("district").post("/offices/found/", sent | {"place": 10**9}).status_code == 404
    assert not Party.objects.filter(code="330102001006.station").exists()

"""应享未享: a reason to knock, a word on the card, a number that opens; and what one has, by right."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from linli.cases import actions as cases
from linli.cases.models import Award
from linli.fabric import versions
from linli.identity.models import User
from linli.people import actions as people
from linli.people.models import ReadLog
from linli.visits import queries
from linli.visits.actions import record_visit
from tests.cases.test_awards import ITEM, PACK, TODAY
from tests.world import GREEN, HOUSE_ITSELF, NOON, build_world

from .conftest import Household2

FIRST = date(2026, 1, 1)


@pytest.fixture(autouse=True)
def one_factor(monkeypatch) -> None:
    """Staff sign in with two factors; these tests are not about that."""
    versions.forget_everything()
    monkeypatch.setattr("linli.identity.queries.has_second_factor", lambda user: True)
    monkeypatch.setattr(timezone, "now", lambda: NOON)


@pytest.fixture
def home(db) -> Household2:
    """Return the household of two in a world whose pack has allowances; the old one is of age."""
    made = Household2(build_world(pack=PACK))
    people.record_fact(
        by=made.worker, at=NOON, person=made.old.pk, attribute="hukou", value="local"
    )
    return made


def brought_in(home, person=None, item=ITEM):
    other = person or home.young.pk
    cases.load_awards(by=HOUSE_ITSELF, item=item, roll=[(other, FIRST)], at=NOON)


def why(home):
    stops = queries.morning_list(home.worker, TODAY).stops
    return {stop.door.of: dict(stop.door.why) for stop in stops}


def looks():
    return list(ReadLog.objects.order_by("person").values_list("person", "purpose", "hat"))


def browser(name):
    made = Client(headers={"accept-language": "zh-hans"})
    made.force_login(User.objects.get(username=name))
    return made


def test_going_without_is_a_reason_from_the_roll_on(home):
    assert "entitled" not in why(home)[home.house.pk]

    brought_in(home)

    assert why(home)[home.house.pk]["entitled"] == 1
    cases.load_awards(by=HOUSE_ITSELF, item=ITEM, roll=[(home.old.pk, FIRST)], at=NOON)
    assert "entitled" not in why(home)[home.house.pk]


def test_the_list_takes_twelve_queries_with_benefits(home):
    brought_in(home)
    why(home)
    asked = []

    def counting(execute, sql, *rest):
        asked.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(counting):
        why(home)
    assert len([sql for sql in asked if "fabric_version" not in sql]) == 12


def test_what_cannot_be_told_is_no_reason(home):
    brought_in(home)
    people.record_fact(by=home.worker, at=NOON, person=home.old.pk, attribute="hukou", value=None)
    assert "entitled" not in why(home)[home.house.pk]


def test_the_list_says_why_and_the_card_what(home):
    brought_in(home)
    client = browser("committee")

    listed = client.get("/visits/").content.decode()
    card = client.post("/visits/card/", {"household": home.house.pk}).content.decode()

    assert "符合条件，还没享受到" in listed
    assert "高龄津贴" not in listed
    assert card.count("按现有信息符合条件，还没领：高龄津贴") == 1


def test_a_benefit_is_not_named_where_the_card_may_not_say_what_it_rests_on(home):
    brought_in(home, item="disability_allowance")
    people.record_fact(
        by=HOUSE_ITSELF, at=NOON, person=home.old.pk, attribute="disability_grade", value=1
    )
    client = browser("committee")
    told = "按现有信息符合条件，还没领："

    def card():
        return client.post("/visits/card/", {"household": home.house.pk}).content.decode()

    assert told not in card()
    people.give_consent(by=home.worker, at=NOON, person=home.old.pk, purpose="care")
    assert card().count(told) == 1


def test_who_was_seen_today_is_left_in_peace_all_the_same(home):
    brought_in(home)
    record_visit(by=home.worker, at=NOON, card=home.card("k"))
    assert why(home) == {}


def test_nobody_entitled_where_nothing_is_recorded_is_no_nought(home):
    brought_in(home, item="disability_allowance")
    page = browser("street").get("/cockpit/entitled/").content.decode()
    main = page.partition("<main")[2].partition("</main>")[0]
    assert main.count("还没有记录，还差 1 人（户）") == 1  # of one nobody knows; the other has it


def test_the_number_of_the_cockpit_opens_to_masked_people(home):
    street = browser("street")
    assert "现在还没法判断" in street.get("/cockpit/entitled/").content.decode()
    brought_in(home)

    page = street.get("/cockpit/entitled/").content.decode()

    here = home.world.place(GREEN)
    assert f'<a href="/cockpit/entitled/{ITEM}/?community={here}">1</a>' in page
    named = street.get(f"/cockpit/entitled/{ITEM}/?community={here}").content.decode()
    assert "陈**" in named
    assert "陈秀英" not in named
    assert f'href="/people/{home.old.pk}/"' in named
    assert looks() == [(home.old.pk, "item", "office")]
    assert street.get(f"/cockpit/entitled/{ITEM}/?community=77").status_code == 404
    assert street.get("/cockpit/entitled/senior_card/").status_code == 404
    district = browser("district")
    page = district.get("/cockpit/entitled/").content.decode()
    assert f"/cockpit/entitled/{ITEM}/" not in page
    assert district.get(f"/cockpit/entitled/{ITEM}/").status_code == 403
    assert len(looks()) == 1


def test_each_of_whom_the_list_tells_a_disability_sees_who_looked(home):
    brought_in(home, item="disability_allowance")
    other = people.register_person(
        by=home.worker, at=NOON, name="吴老", home=home.old.home_id, facts={}
    )
    for one in (home.old, other):
        people.record_fact(
            by=HOUSE_ITSELF, at=NOON, person=one.pk, attribute="disability_grade", value=1
        )
    written = []

    def noting(execute, sql, *rest):
        written.extend([sql] if "INTO" in sql and "people_read_log" in sql else [])
        return execute(sql, *rest)

    with connection.execute_wrapper(noting):
        answer = browser("street").get("/cockpit/entitled/disability_allowance/")

    page = answer.content.decode()
    assert all(f'href="/people/{one.pk}/"' in page for one in (home.old, other))
    assert [person for person, *_ in looks()] == [home.old.pk, other.pk]
    assert len(written) == 1
    assert "no-store" in answer["Cache-Control"]


def test_what_one_has_is_shown_by_right_and_the_look_is_noted(home):
    brought_in(home, person=home.old.pk)
    address = f"/desk/people/{home.old.pk}/awards/"
    street = browser("street")
    closed = street.get(address).content.decode()
    assert "高龄津贴" not in closed
    assert not ReadLog.objects.exists()

    page = street.post(address).content.decode()

    assert "高龄津贴" in page
    assert "陈秀英" not in page
    assert list(ReadLog.objects.values_list("person", "purpose")) == [(home.old.pk, "social_aid")]
    assert "结束这项待遇" in page
    clerk = browser("station").post(address).content.decode()
    assert "高龄津贴" in clerk
    assert "结束这项待遇" not in clerk
    assert browser("arbiter").get(address).status_code == 403
    assert browser("neighbour").post(address).status_code == 404


def test_it_is_ended_on_the_screen_with_a_reason(home):
    brought_in(home, person=home.old.pk)
    award = Award.objects.get()
    address = f"/desk/people/{home.old.pk}/awards/{award.pk}/end/"
    street = browser("street")
    assert street.post(address, {"reason": "", "on": "2026-11-16"}).status_code == 422
    assert street.post(address, {"reason": "revoked", "on": "soon"}).status_code == 422
    assert Award.objects.get().to_on is None

    answer = street.post(address, {"reason": "given_up", "on": "2026-11-10"})

    assert answer["Location"] == f"/desk/people/{home.old.pk}/awards/?did=ended"
    award.refresh_from_db()
    assert (award.to_on, award.end_reason) == (date(2026, 11, 10), "given_up")
    shown = street.post(f"/desk/people/{home.old.pk}/awards/").content.decode()
    assert "已结束：本人不要了" in shown


def test_the_resident_sees_what_they_have_and_takes_it_along(home):
    brought_in(home, person=home.old.pk)
    user = User.objects.create(username="chen")
    people.link_user(by=HOUSE_ITSELF, at=NOON, person=home.old.pk, user=user.pk)
    client = browser("chen")

    page = client.get(reverse("portal:record"))
    copy = client.get(reverse("portal:copy")).json()

    assert copy["awards"] == [
        {"item": ITEM, "from": "2026-01-01", "to": None, "ended_because": None}
    ]
    assert copy["visits"] == []
    assert "高龄津贴" in page.content.decode()
    assert "我享有的待遇" in page.content.decode()


def test_only_the_own_community_counts(home):
    brought_in(home)
    later = replace(home.stranger, permissions=home.worker.permissions)
    assert queries.morning_list(later, TODAY + timedelta(days=1)).stops == ()

"""People at the workbench: what the screens show, to whom, and what a press of a button does."""

import json
import re
from datetime import date, datetime

import pytest
from django.test import Client
from django.utils import timezone

from linli.identity.models import User
from linli.journal.models import Line
from linli.parties import actions as parties
from linli.parties import queries as party_queries
from linli.parties.domain import AppointmentRow
from linli.people import actions, queries
from linli.people.models import Confirmation, Merge, Person, ReadLog, SearchLog
from tests.world import DOOR, FIRST_DAY, GREEN, HOUSE_ITSELF, STAIR, World, build_world

from .conftest import number_of

BORN = date(1944, 5, 6)


@pytest.fixture(autouse=True)
def one_factor(monkeypatch) -> None:
    monkeypatch.setattr("linli.identity.queries.has_second_factor", lambda user: True)


@pytest.fixture
def world(db) -> World:
    world = build_world()
    user = User.objects.create(username="head", is_staff=True)
    party = world.party(f"{GREEN}.station")
    row = AppointmentRow(user.pk, party, "head", "钱伟", FIRST_DAY)
    parties.make_appointment(by=HOUSE_ITSELF, at=timezone.now(), row=row)
    return world


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def elder(world, now) -> Person:
    return register(world, "陈桂兰", facts={"birth_on": BORN, "dibao": True, "lives_alone": True})


def register(world: World, name: str, **more) -> Person:
    head = party_queries.actor_for(
        User.objects.get(username="head"), None, on=party_queries.law_day(timezone.now())
    )
    values = {"phone": "13800000521", "home": world.place(DOOR)} | more
    return actions.register_person(by=head, at=timezone.now(), name=name, **values)


def at_desk(name: str, language: str = "zh-hans") -> Client:
    browser = Client(headers={"accept-language": language})
    browser.force_login(User.objects.get(username=name))
    return browser


def page(answer) -> str:
    assert answer.status_code == 200, answer.content.decode()[:300]
    return answer.content.decode()


def test_a_search_by_name_and_one_more_fact_is_masked_and_logged(elder) -> None:
    sent = {"name": "陈桂兰", "fact": "phone", "value": "138 0000 0521"}
    html = page(at_desk("head").post("/people/", sent))
    assert "陈**" in html
    assert "138****0521" in html
    assert "陈桂兰</a>" not in html
    log = SearchLog.objects.get()
    assert (log.term, log.by_fact, log.found) == ("陈桂兰", "phone", 1)
    born = {"name": "陈桂兰", "fact": "birth_on", "value": BORN.isoformat()}
    assert f"/people/{elder.pk}/" in page(at_desk("head").post("/people/", born))
    assert ReadLog.objects.count() == 0


@pytest.mark.parametrize(
    "sent",
    [
        {"name": "陈桂兰"},
        {"name": "陈桂兰", "fact": "birth_on", "value": "gestern"},
        {"name": "", "fact": "phone", "value": "13800000521"},
        {"name": "陈桂兰", "fact": "dibao", "value": "yes"},
        {"name": "陈桂兰", "fact": "id_number", "value": "123"},
    ],
)
def test_too_little_finds_nobody_and_logs_nothing(elder, sent) -> None:
    answer = at_desk("head").post("/people/", sent)
    assert answer.status_code == 422
    assert 'id="problems"' in answer.content.decode()
    assert SearchLog.objects.count() == 0


def test_the_menu_leads_here_for_those_who_may(world) -> None:
    assert 'href="/people/"' in page(at_desk("head").get("/desk/"))
    assert 'href="/people/"' not in page(at_desk("arbiter").get("/desk/"))
    assert at_desk("arbiter").get("/people/").status_code == 403
    assert Client().get("/people/").status_code == 302


def test_another_communitys_people_are_not_there(elder) -> None:
    stranger = at_desk("neighbour")
    sent = {"name": "陈桂兰", "fact": "phone", "value": "13800000521"}
    assert "陈**" not in page(stranger.post("/people/", sent))
    for answer in (
        stranger.get(f"/people/{elder.pk}/"),
        stranger.post(f"/people/{elder.pk}/card/", {"purpose": "item"}),
        stranger.get(f"/people/{elder.pk}/same/{elder.pk + 1}/"),
    ):
        assert answer.status_code in (403, 404)
    assert ReadLog.objects.count() == 0


def test_a_record_is_opened_for_a_purpose_and_the_look_is_shown(elder) -> None:
    head = at_desk("head", "en")
    masked = page(head.get(f"/people/{elder.pk}/"))
    assert "陈**" in masked
    assert "陈桂兰" not in masked
    opened = page(head.post(f"/people/{elder.pk}/card/", {"purpose": "social_aid"}))
    assert "<h1>陈桂兰</h1>" in opened
    assert "13800000521" in opened
    assert "civil affairs office" in opened
    assert "Social assistance" in page(head.get(f"/people/{elder.pk}/"))
    assert ReadLog.objects.get().purpose == "social_aid"
    answer = head.post(f"/people/{elder.pk}/card/", {"purpose": "curiosity"})
    assert answer.status_code == 422
    assert "13800000521" not in answer.content.decode()
    assert 'value="item"' not in opened  # an errand is opened where its item is known
    answer = head.post(f"/people/{elder.pk}/card/", {"purpose": "item"})
    assert answer.status_code == 409
    told = answer.content.decode()
    assert ("only what the errand needs is shown there" in told, "13800000521" in told) == (
        True,
        False,
    )
    assert ReadLog.objects.count() == 1


def test_one_fact_is_changed_with_a_reason(elder) -> None:
    head = at_desk("head")
    form = page(head.get(f"/people/{elder.pk}/?fact=dibao"))
    assert 'name="attribute" value="dibao"' in form
    sent = {"attribute": "dibao", "value": "no", "since": "2026-11-01", "reason": "office"}
    answer = head.post(f"/people/{elder.pk}/fact/", sent)
    assert answer.headers["Location"] == f"/people/{elder.pk}/?did=fact"
    assert queries.facts_of(elder.pk)["dibao"] is False
    body = json.loads(Line.objects.get(kind="FactChanged").body)
    assert body["event"]["reason"] == "office"
    again = head.post(f"/people/{elder.pk}/fact/", sent)
    assert again.headers["Location"].endswith("?did=same")


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"reason": ""}, 422),
        ({"reason": "because"}, 422),
        ({"attribute": "shoe_size"}, 422),
        ({"value": "perhaps"}, 422),
        ({"since": "2099-01-01"}, 422),
        ({"since": "yesterday"}, 422),
        ({"attribute": "ability_level", "value": "-1"}, 422),
        ({"attribute": "home", "value": "1"}, 422),
    ],
)
def test_a_change_that_cannot_be_changes_nothing(elder, change, status) -> None:
    sent = {"attribute": "dibao", "value": "no", "since": "2026-11-01", "reason": "office"}
    answer = at_desk("head").post(f"/people/{elder.pk}/fact/", sent | change)
    assert answer.status_code == status
    assert queries.facts_of(elder.pk)["dibao"] is True
    assert not Line.objects.filter(kind="FactChanged").exists()


def test_who_may_not_keep_facts_is_offered_no_form_and_refused(elder) -> None:
    clerk = at_desk("station")
    assert f"people/{elder.pk}/fact/" not in page(clerk.get(f"/people/{elder.pk}/"))
    sent = {"attribute": "dibao", "value": "no", "reason": "office"}
    assert clerk.post(f"/people/{elder.pk}/fact/", sent).status_code == 403


def test_no_change_is_noted_and_a_record_closed(elder) -> None:
    head = at_desk("head")
    assert head.post(f"/people/{elder.pk}/confirm/", {"topic": "aid"}).status_code == 302
    assert Confirmation.objects.get().topic == "aid"
    assert head.post(f"/people/{elder.pk}/confirm/", {"topic": "gossip"}).status_code == 422
    sent = {"reason": "died", "on": "2026-11-01"}
    assert head.post(f"/people/{elder.pk}/end/", {"reason": "left", "on": "x"}).status_code == 422
    assert head.post(f"/people/{elder.pk}/end/", sent).status_code == 302
    assert Person.objects.get(pk=elder.pk).end_reason == "died"
    assert head.post(f"/people/{elder.pk}/end/", sent).status_code == 409


def test_the_household_is_shown_masked(world, elder, now) -> None:
    head = party_queries.actor_for(
        User.objects.get(username="head"), None, on=party_queries.law_day(now)
    )
    house = actions.register_household(by=head, at=now, home=world.place(DOOR))
    first = register(world, "王大明", household=house.pk)
    second = register(world, "李小兰", household=house.pk)
    html = page(at_desk("head").get(f"/people/{first.pk}/"))
    assert f'href="/people/{second.pk}/"' in html
    assert "李**" in html
    assert f'href="/people/{elder.pk}/"' not in html


def test_two_records_are_compared_merged_and_parted(world, elder) -> None:
    head = at_desk("head", "en")
    twin = register(world, "陈桂蘭", facts={"veteran": True, "dibao": False})
    sent = {"name": "陈桂蘭", "fact": "phone", "value": "13800000521", "same_as": elder.pk}
    assert f"/people/{elder.pk}/same/{twin.pk}/" in page(head.post("/people/", sent))
    html = page(head.get(f"/people/{elder.pk}/same/{twin.pk}/"))
    assert "does not know it: Veteran." in html
    assert "Minimum living allowance" in html
    answer = head.post(f"/people/{elder.pk}/same/{twin.pk}/")
    assert answer.headers["Location"] == f"/people/{elder.pk}/?did=merge"
    assert queries.facts_of(elder.pk)["veteran"] is True
    merge = Merge.objects.get()
    assert f"/people/merges/{merge.pk}/undo/" in page(head.get(f"/people/{elder.pk}/"))
    assert f'href="/people/{elder.pk}/"' in page(head.get(f"/people/{twin.pk}/"))
    assert head.post(f"/people/merges/{merge.pk}/undo/").status_code == 302
    assert "veteran" not in queries.facts_of(elder.pk)
    assert head.post(f"/people/merges/{merge.pk}/undo/").status_code == 409


def test_two_records_side_by_side_cost_no_question_a_fact(
    world, elder, django_assert_max_num_queries
) -> None:
    twin = register(world, "陈桂蘭", facts={"veteran": True, "dibao": False})
    head = at_desk("head")
    head.get("/people/")
    with django_assert_max_num_queries(10):
        assert head.get(f"/people/{elder.pk}/same/{twin.pk}/").status_code == 200


def test_two_people_stay_two(world, elder) -> None:
    one = register(world, "王一", id_number=number_of(BORN))
    other = register(world, "王二", id_number=number_of(BORN, 33))
    answer = at_desk("head").post(f"/people/{one.pk}/same/{other.pk}/")
    assert answer.status_code == 409
    assert Merge.objects.count() == 0
    assert at_desk("station").post(f"/people/{one.pk}/same/{other.pk}/").status_code == 403


@pytest.mark.parametrize("desk", ["arbiter", "housing"])
def test_whoever_may_not_find_people_opens_no_masked_record_by_its_number(elder, desk) -> None:
    answer = at_desk(desk).get(f"/people/{elder.pk}/")
    assert answer.status_code == 403
    assert "陈" not in answer.content.decode()


def test_somebody_new_is_put_on_the_register_behind_a_door_with_a_household(world) -> None:
    head, door = at_desk("head", "en"), world.place(DOOR)
    assert "/people/new/" in page(
        head.post("/people/", {"name": "何新", "fact": "phone", "value": "13800000000"})
    )
    chosen = {"community": world.place(GREEN), "house": world.place(STAIR), "home": door}
    assert f'<option value="{door}" selected' in page(head.get("/people/new/", chosen))
    sent = chosen | {"name": "何新", "id_number": number_of(BORN), "phone": "138 0000 0000"}
    answer = head.post("/people/new/", sent | {"household": "own"})
    made = Person.objects.get(name="何新")
    assert answer.headers["Location"] == f"/people/{made.pk}/?did=new"
    assert (made.home_id, made.community_id, made.birth_on, made.sex) == (
        door,
        world.place(GREEN),
        BORN,
        "male",
    )
    assert (made.id_number.open(), made.phone.open()) == (number_of(BORN), "13800000000")
    child = {"name": "何小新", "birth_on": "2022-03-04", "sex": "female"}
    sent = chosen | child | {"household": made.household_id, "guardian": made.pk}
    assert head.post("/people/new/", sent).status_code == 302
    young = Person.objects.get(name="何小新")
    assert (young.guardian_id, young.household_id) == (made.pk, made.household_id)
    kinds = ["HouseholdRegistered", "PersonRegistered", "PersonRegistered"]
    lines = Line.objects.filter(kind__in=kinds).order_by("id")
    assert [line.kind for line in lines] == kinds


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        ({"name": ""}, 422, "A name has 1 to 60 characters."),
        ({"id_number": "33010219440506"}, 422, "An identity number has 18 characters."),
        ({"birth_on": "2022-03-04"}, 409, "This child is under 14."),
        ({"home": ""}, 422, "Choose the door they live behind."),
        ({"home": STAIR}, 422, "Nobody can live there."),
        ({"phone": "1"}, 422, "A telephone number has 7 to 15 digits."),
        ({"id_number": "taken"}, 409, "Somebody is registered with this identity number already."),
    ],
)
def test_who_cannot_be_registered_is_told_why_and_nothing_is_written(
    world, change, status, said
) -> None:
    register(world, "陈桂兰", id_number=number_of(BORN))
    known = {"taken": number_of(BORN), STAIR: world.place(STAIR)}
    change = {name: known.get(value, value) for name, value in change.items()}
    before = Person.objects.count(), Line.objects.count()
    sent = {"name": "何新", "home": world.place(DOOR), "household": "own"} | change
    answer = at_desk("head", "en").post("/people/new/", sent)
    assert answer.status_code == status
    assert said in answer.content.decode()
    assert (Person.objects.count(), Line.objects.count()) == before


def test_a_resident_is_let_in_and_reads_who_looked(world, elder) -> None:
    head = at_desk("head", "en")
    head.post(f"/people/{elder.pk}/card/", {"purpose": "registry"})
    answer = head.post(f"/people/{elder.pk}/admit/", {"username": "chenguilan"})
    password = re.search(r"<code>([a-z2-9-]{14})</code>", page(answer))[1]
    user = User.objects.get(username="chenguilan")
    assert user.check_password(password)
    assert Person.objects.get(pk=elder.pk).user_id == user.pk
    assert password not in page(head.get(f"/people/{elder.pk}/"))
    assert "/admit/" not in page(head.get(f"/people/{elder.pk}/"))

    own, given = at_desk("chenguilan", "en"), "her-own-3-words"
    change = {"oldpassword": password, "password1": given, "password2": given}
    assert own.post("/account/password/", change).status_code == 302
    mine = page(own.get("/me/"))
    assert "Community registry" in mine
    assert "public service station" in mine


@pytest.mark.parametrize(
    ("login", "status", "said"),
    [
        ("head", 409, "Somebody already signs in as head."),
        ("陈桂兰", 422, "A login has letters, digits"),
        ("", 422, "A login has letters, digits"),
    ],
)
def test_nobody_gets_at_anothers_sign_in_this_way(world, elder, login, status, said) -> None:
    before = User.objects.count(), Line.objects.count()
    answer = at_desk("head", "en").post(f"/people/{elder.pk}/admit/", {"username": login})
    assert answer.status_code == status
    assert said in answer.content.decode()
    assert (User.objects.count(), Line.objects.count()) == before


def test_who_signs_in_already_gets_no_second_login_on_whichever_record(world, elder, now) -> None:
    head = at_desk("head", "en")
    head.post(f"/people/{elder.pk}/admit/", {"username": "chenguilan"})
    kept = register(world, "陈桂兰")
    by = party_queries.actor_for(
        User.objects.get(username="head"), None, on=party_queries.law_day(now)
    )
    actions.merge_people(by=by, at=now, kept=kept.pk, gone=elder.pk)
    answer = head.post(f"/people/{kept.pk}/admit/", {"username": "another"})
    assert answer.status_code == 409
    assert "They sign in already." in answer.content.decode()
    assert not User.objects.filter(username="another").exists()

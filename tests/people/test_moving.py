"""Moving house and near relatives: on the record, on the screen, by right, and nothing else."""

import json
from datetime import date, timedelta

import pytest

from linli.basics import Invalid, NoSuchThing, NotAllowed
from linli.journal.models import Line
from linli.people import actions, domain, queries
from linli.people.models import Household, Kin, Person
from linli.places import actions as places
from linli.places.domain import Kind, PlaceRow
from linli.places.models import Place
from tests.world import HOUSE_ITSELF, NOON, WILLOW

from .test_screens import at_desk, elder, now, one_factor, page, register, world  # noqa: F401

ON = date(2026, 11, 10)


@pytest.fixture
def family(town):
    """Two who keep house together, and a third behind the same door."""
    house = actions.register_household(by=town.worker, at=town.at, home=town.doors[0])
    pair = [town.person(name, household=house.pk) for name in ("王大明", "李小兰")]
    return house, pair, town.person("赵一")


def lines(kind):
    return [json.loads(one.body)["event"] for one in Line.objects.filter(kind=kind).order_by("id")]


def test_a_household_moves_together_and_nobody_else(town, family):
    house, pair, third = family
    new = actions.move_household(
        by=town.worker,
        at=town.at,
        person=pair[0].pk,
        home=town.doors[1],
        on=ON,
        reason="document",
    )
    for one in pair:
        held = Person.objects.get(pk=one.pk)
        assert (held.home_id, held.community_id, held.household_id) == (
            town.doors[1],
            town.communities[1],
            new.pk,
        )
        before = queries.fact_as_of(one.pk, "home", on=ON - timedelta(days=1), known_at=town.at)
        assert before == town.doors[0]
    house.refresh_from_db()
    assert (house.ended_on, new.home_id, new.community_id, new.kind) == (
        ON,
        town.doors[1],
        town.communities[1],
        "family",
    )
    assert Person.objects.get(pk=third.pk).home_id == town.doors[0]
    assert [(one["person_id"], one["reason"]) for one in lines("PersonMoved")] == [
        (one.pk, "document") for one in pair
    ]


def test_what_cannot_be_moves_nobody(town, family):
    _, pair, third = family
    good = {"by": town.worker, "at": town.at, "person": pair[0].pk, "home": town.doors[1]}
    good |= {"on": ON, "reason": "told"}
    for change, refusal in [
        ({"reason": "rumour"}, domain.ReasonMissing),
        ({"on": date(2026, 11, 17)}, Invalid),
        ({"home": 10**9}, NoSuchThing),
        ({"by": town.stranger}, NoSuchThing),
        ({"by": town.resident(pair[0])}, NotAllowed),
        ({"person": 10**9}, NoSuchThing),
    ]:
        for action in (actions.move_person, actions.move_household):
            with pytest.raises(refusal):
                action(**(good | change))
    with pytest.raises(NoSuchThing):
        actions.move_household(**(good | {"person": third.pk}))
    assert lines("PersonMoved") == []
    assert Household.objects.count() == 1
    assert set(Person.objects.values_list("home", flat=True)) == {town.doors[0]}


@pytest.mark.parametrize("code", ["330102", "330102001", "330102001002", "330102001002-B1"])
def test_nobody_moves_to_what_is_no_door(town, family, code):
    pair = family[1]
    home = Place.objects.get(code=code).pk
    refused_home(town, pair[0], home)


def test_nobody_moves_to_a_door_that_is_no_more(town, family):
    Place.objects.filter(pk=town.doors[1]).update(valid_to=ON)
    refused_home(town, family[1][0], town.doors[1])


def refused_home(town, person, home):
    for action in (actions.move_person, actions.move_household):
        before = Line.objects.count()
        with pytest.raises(domain.NotADoor):
            action(by=town.worker, at=town.at, person=person.pk, home=home, on=ON, reason="told")
        assert Line.objects.count() == before
        assert Household.objects.get().ended_on is None
        assert set(Person.objects.values_list("home", flat=True)) == {town.doors[0]}


# At the desk -----------------------------------------------------------------


def test_the_desk_moves_one_step_by_step(world, elder):  # noqa: F811
    head, path = at_desk("head", "en"), f"/people/{elder.pk}/move/"
    assert path in page(head.get(f"/people/{elder.pk}/"))
    green = elder.community_id
    house = elder.home.parent_id
    assert 'name="home"' not in page(head.get(path, {"community": green}))
    html = page(head.get(path, {"community": green, "house": house}))
    assert f'value="{elder.home_id}"' in html
    sent = {"home": elder.home_id, "on": "2020-01-05", "community": green, "house": house}
    nameless = head.post(path, sent)
    assert nameless.status_code == 422
    assert 'value="2020-01-05"' in nameless.content.decode()
    assert head.post(path, {"on": "2020-01-05"}).status_code == 422
    answer = head.post(path, sent | {"reason": "told"})
    assert answer.headers["Location"] == f"/people/{elder.pk}/?did=moved"
    assert at_desk("station").get(path).status_code == 403


def door_in(community):
    """Build a house with one door in a community; return the door."""
    rows = [
        PlaceRow(kind=kind, code=f"{community}-{code}", parent_code=above, name={"zh-Hans": name})
        for kind, code, above, name in (
            (Kind.BUILDING, "B9", community, "9幢"),
            (Kind.DOOR, "B9-D1", f"{community}-B9", "1室"),
        )
    ]
    places.load_places(by=HOUSE_ITSELF, at=NOON, on=date(2020, 1, 1), rows=rows)
    return Place.objects.get(code=f"{community}-B9-D1").pk


def test_one_moved_to_another_community_is_theirs_and_the_search_says_so(world, elder):  # noqa: F811
    shown = page(at_desk("head").get(f"/people/{elder.pk}/move/"))
    assert f'<option value="{world.place(WILLOW)}"' in shown
    door = door_in(WILLOW)
    head = at_desk("head", "en")
    answer = head.post(
        f"/people/{elder.pk}/move/", {"home": door, "on": "2026-01-05", "reason": "told"}
    )
    assert answer.headers["Location"] == "/people/?did=moved"
    assert "The move is noted." in page(head.get("/people/?did=moved"))
    assert head.get(f"/people/{elder.pk}/").status_code == 404
    elder.refresh_from_db()
    assert elder.community_id == world.place(WILLOW)


def test_a_near_relative_is_noted_on_both_records(world, elder):  # noqa: F811
    son = register(world, "陈建国", phone="13800000522")
    head = at_desk("head", "en")
    assert "No near relative is noted." in page(head.get(f"/people/{elder.pk}/"))
    sought = {"name": "陈建国", "fact": "phone", "value": "13800000522", "kin_of": elder.pk}
    link = f"/people/{elder.pk}/?kin={son.pk}#kin"
    assert link in page(head.post("/people/", sought))
    offered = page(head.get(f"/people/{elder.pk}/?kin={son.pk}"))
    assert f'<option value="{son.pk}" selected>' in offered
    assert "陈建国" not in offered
    sent = {"relative": son.pk, "kinship": "child"}
    answer = head.post(f"/people/{elder.pk}/kin/", sent)
    assert answer.headers["Location"] == f"/people/{elder.pk}/?did=kin"
    rows = Kin.objects.order_by("id").values_list("person", "relative", "kinship")
    assert list(rows) == [(elder.pk, son.pk, "child"), (son.pk, elder.pk, "parent")]
    assert "son or daughter" in page(head.get(f"/people/{elder.pk}/"))
    assert "father or mother" in page(head.get(f"/people/{son.pk}/"))


@pytest.mark.parametrize(
    ("change", "status"),
    [({"kinship": "cousin"}, 422), ({"relative": ""}, 404), ({"relative": "self"}, 404)],
)
def test_a_kinship_that_cannot_be_notes_nothing(world, elder, change, status):  # noqa: F811
    son = register(world, "陈建国")
    sent = {"relative": son.pk, "kinship": "child"} | change
    if sent["relative"] == "self":
        sent["relative"] = elder.pk
    assert at_desk("head").post(f"/people/{elder.pk}/kin/", sent).status_code == status
    assert Kin.objects.count() == 0


def test_who_may_not_register_is_offered_no_form(world, elder):  # noqa: F811
    sent = {"relative": elder.pk, "kinship": "child"}
    assert at_desk("housing").post(f"/people/{elder.pk}/kin/", sent).status_code == 403
    assert 'id="kin"' in page(at_desk("head").get(f"/people/{elder.pk}/"))

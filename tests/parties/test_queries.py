from datetime import date, timedelta

import pytest

from linli.basics import Invalid, NoSuchThing
from linli.fabric import versions
from linli.identity import actions as identity
from linli.parties import actions, queries
from linli.parties.domain import AppointmentRow, NobodyAnswers, StaffWords
from linli.people import actions as people

from .conftest import HOUSE

TODAY = date(2026, 11, 16)


@pytest.mark.parametrize(
    ("performer", "place", "code"),
    [
        ("community.station", "330102001005-G1", "330102001005.station"),
        ("community.station", "330102001005", "330102001005.station"),
        ("community.committee", "330102001005", "330102001005.committee"),
        ("community.party", "330102001005", "330102001005.party_org"),
        ("community.oversight", "330102001005", "330102001005.oversight"),
        ("street.civil", "330102001005-G1", "330102001.civil"),
        ("district.housing", "330102001005", "330102.housing"),
        ("organisation.property", "330102001005-G1", "330102001005.property"),
        # what is not there falls back: community → street's center → district's center
        ("community.station", "330102001006", "330102001.center"),
        ("organisation.property", "330102001006", "330102001.center"),
        ("street.market", "330102001006", "330102001.center"),
        ("district.market", "330102001006", "330102.center"),
        ("community.station", "330102", "330102.center"),
        ("street.civil", None, "330102.center"),
    ],
)
def test_who_answers_for_what(world, performer, place, code):
    where = world.place[place] if place else None
    assert queries.unit_for(performer, where).code == code


def test_a_performer_out_of_the_vocabulary(world):
    with pytest.raises(Invalid):
        queries.unit_for("city.water", world.grid)


def test_without_any_party_nobody_answers(db):
    with pytest.raises(NobodyAnswers):
        queries.unit_for("street.civil", None)


def test_parties_by_id_and_code(world):
    station = queries.party_by_code("330102001005.station")
    assert queries.party(station.pk).code == "330102001005.station"
    for ask in (lambda: queries.party(10**9), lambda: queries.party_by_code("x")):
        with pytest.raises(NoSuchThing):
            ask()
    assert [one.code for one in queries.parties_at(world.place["330102001"], on=TODAY)] == [
        "330102001.center",
        "330102001.civil",
    ]


@pytest.mark.parametrize(
    ("code", "above"),
    [
        ("330102001005.station", ("330102001.center", "330102.center")),
        ("330102001.civil", ("330102001.center", "330102.center")),
        ("330102.housing", ("330102.center", "330102.center")),
    ],
)
def test_who_watches_over_a_party(world, code, above):
    found = queries.oversight_of(queries.party_by_code(code))
    assert tuple(one.code for one in found) == above


def test_the_holder_is_a_then_b_then_the_head(world, noon):
    station = world.party["330102001005.station"]
    who = {seat: name for name, seat in world.seat.items()}
    assert who[queries.holder_of(station, noon).pk] == "zhou"
    for leaver, next_one in (("zhou", "wu"), ("wu", "head"), ("head", "head")):
        actions.take_leave(
            by=HOUSE, at=noon, appointment_id=world.seat[leaver], from_on=TODAY, to_on=TODAY
        )
        assert who[queries.holder_of(station, noon).pk] == next_one
    assert who[queries.holder_of(station, noon + timedelta(days=1)).pk] == "zhou"


def test_a_party_without_anybody_is_held_from_above(world, noon):
    who = {seat: name for name, seat in world.seat.items()}
    committee = world.party["330102001005.committee"]
    assert who[queries.holder_of(committee, noon).pk] == "street"
    with pytest.raises(NobodyAnswers):
        queries.holder_of(world.party["330102001005.property"], noon)


def test_staff_are_shown_by_name_and_hat(world):
    assert queries.staff_words(world.seat["zhou"]) == StaffWords(
        name="周敏", hat=queries.hat_words("station"), party="青桐工作站", phone="8000 1234"
    )
    with pytest.raises(NoSuchThing):
        queries.staff_words(10**9)


def test_the_actor_of_a_worker(world):
    me = queries.actor_for(world.user["zhou"], None, on=TODAY)
    assert (me.kind, me.user, me.appointment, me.hat, me.party) == (
        "staff",
        world.user["zhou"].pk,
        world.seat["zhou"],
        "station",
        world.party["330102001005.station"],
    )
    assert me.communities == {world.community}
    assert me.permissions == queries.roles()["worker"]
    street = queries.actor_for(world.user["street"], None, on=TODAY)
    assert street.communities == {world.community, world.other}


def test_a_hat_not_held_is_not_worn(world):
    me = queries.actor_for(world.user["zhou"], world.seat["wu"], on=TODAY)
    assert me.appointment == world.seat["zhou"]


def test_whose_time_is_over_is_a_resident(world, noon):
    last = TODAY + timedelta(days=3)
    actions.end_appointment(by=HOUSE, at=noon, appointment_id=world.seat["zhou"], on=last)
    assert queries.actor_for(world.user["zhou"], None, on=last).kind == "staff"
    me = queries.actor_for(world.user["zhou"], None, on=last + timedelta(days=1))
    assert (me.kind, me.user, me.appointment) == ("resident", world.user["zhou"].pk, None)
    assert me.permissions == queries.roles()["resident"]


def test_a_resident_who_signs_in_is_the_person_on_record(world, clerk, noon):
    (user,) = identity.add_users(by=HOUSE, usernames=["gu"], password=None)
    person = people.register_person(by=HOUSE, at=noon, name="顾芳", home=None)
    people.link_user(by=HOUSE, at=noon, person=person.pk, user=user.pk)
    me = queries.actor_for(user, None, on=TODAY)
    assert (me.kind, me.user, me.person, me.party) == ("resident", user.pk, person.pk, None)


def test_hats_are_listed_in_the_order_they_were_given(world, noon):
    user = world.user["zhou"].pk
    second = actions.make_appointment(
        by=HOUSE,
        at=noon,
        row=AppointmentRow(
            user=user,
            party=world.party["330102001005.party_org"],
            role="worker",
            name="周敏",
            from_on=TODAY,
        ),
    )
    assert [one.pk for one in queries.appointments_of(user, on=TODAY)] == [
        world.seat["zhou"],
        second.pk,
    ]
    assert queries.actor_for(world.user["zhou"], second.pk, on=TODAY).hat == "party_org"


def test_colleagues(world):
    names = [one.name for one in queries.colleagues_of(world.user["zhou"].pk, on=TODAY)]
    assert names == ["吴兰", "郑军"]


def test_with_warm_caches_an_actor_costs_one_query(world, django_assert_num_queries):
    queries.actor_for(world.user["zhou"], None, on=TODAY)
    token = versions.remember_for_this_request()
    try:
        with django_assert_num_queries(1):
            queries.actor_for(world.user["zhou"], None, on=TODAY)
            queries.unit_for("street.civil", world.grid)
            queries.staff_words(world.seat["zhou"])
    finally:
        versions.forget(token)

"""Bringing in a district's units and staff as one act: what comes in, and what a refusal leaves."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.contrib.auth.hashers import make_password

from linli.basics import Invalid, NotAllowed
from linli.identity import actions as identity
from linli.identity.domain import NameTaken
from linli.identity.models import User
from linli.journal.models import Line
from linli.parties import actions, domain
from linli.parties.domain import Opened, PartyRow, SeatRow
from linli.parties.models import Appointment, Party, Post, PostFramework

from .conftest import HOUSE
from .test_actions import NOBODY, TODAY, lines

STATION = "330102001006.station"


@pytest.fixture
def plan(world):
    """The station of a community that has none, its clerk, and who stands in for her."""
    return {
        "posts": {"P1": {"zh-Hans": "民生保障"}, "+1": {"zh-Hans": "机动"}},
        "parties": [
            PartyRow(
                code=STATION,
                kind="station",
                place=world.other,
                parent="330102001.center",
                name={"zh-Hans": "石桥工作站"},
            )
        ],
        "seats": [
            SeatRow("hexin", "何新", STATION, "clerk", TODAY, post="P1", backup="majun"),
            SeatRow("majun", "马俊", STATION, "head", TODAY),
        ],
        "hashes": {"hexin": make_password("one-two"), "majun": make_password("three-four")},
    }


def counts():
    tables = (Party, Appointment, Post, PostFramework, User, Line)
    return [table.objects.count() for table in tables]


def test_posts_units_sign_ins_and_seats_come_in_together(world, noon, plan):
    done = actions.open_offices(by=HOUSE, at=noon, **plan)

    assert done == Opened(parties_new=1, users_new=2, seats_new=2, seats_changed=0, posts_new=2)
    assert PostFramework.objects.get().code == "1+1"
    clerk, head = Appointment.objects.filter(party__code=STATION).order_by("id")
    assert (clerk.name, clerk.post.code, clerk.backup_id) == ("何新", "P1", head.pk)
    assert clerk.user.check_password("one-two")
    assert [subject for _, subject, _ in lines("AppointmentMade")[-2:]] == [clerk.pk, head.pk]
    assert lines("BackupSet")[-1][2] == {"appointment_id": clerk.pk, "backup_id": head.pk}


def test_the_same_again_writes_not_a_row(world, noon, plan):
    actions.open_offices(by=HOUSE, at=noon, **plan)
    before = counts()

    again = actions.open_offices(by=HOUSE, at=noon, **{**plan, "hashes": {}})

    assert again == Opened()
    assert counts() == before


def test_who_left_is_not_appointed_anew_by_an_old_list(world, noon, plan):
    actions.open_offices(by=HOUSE, at=noon, **plan)
    clerk = Appointment.objects.get(user__username="hexin")
    actions.end_appointment(by=HOUSE, at=noon, appointment_id=clerk.pk, on=TODAY)
    plan["hashes"] = {}
    assert actions.open_offices(by=HOUSE, at=noon, **plan) == Opened()

    back = replace(plan["seats"][0], from_on=TODAY + timedelta(days=30))
    done = actions.open_offices(by=HOUSE, at=noon, **{**plan, "seats": [back, plan["seats"][1]]})
    assert done == Opened(seats_new=1)


def test_another_name_telephone_or_last_day_is_a_change(world, noon, plan):
    actions.open_offices(by=HOUSE, at=noon, **plan)
    plan["parties"] = [replace(plan["parties"][0], name={"zh-Hans": "石桥站"}, phone="8000 1")]
    plan["seats"][0] = replace(plan["seats"][0], to_on=date(2026, 12, 31))
    plan["hashes"] = {}

    done = actions.open_offices(by=HOUSE, at=noon, **plan)

    assert done == Opened(parties_changed=1, seats_changed=1)
    party = Party.objects.get(code=STATION)
    assert (party.name, party.phone) == ({"zh-Hans": "石桥站"}, "8000 1")
    assert Appointment.objects.get(user__username="hexin").to_on == date(2026, 12, 31)
    assert actions.open_offices(by=HOUSE, at=noon, **plan) == Opened()


def both(world, noon, plan):
    """Let the clerk sit on the committee and on the oversight committee of one community."""
    for kind in ("committee", "oversight"):
        code = f"330102001006.{kind}"
        plan["parties"].append(
            PartyRow(code=code, kind=kind, place=world.other, name={"zh-Hans": kind})
        )
        plan["seats"].append(SeatRow("hexin", "何新", code, "worker", TODAY))


CHANGES = [
    (lambda plan: plan["hashes"].pop("hexin"), domain.NoSuchUser),
    (lambda plan: plan["hashes"].update(zhou=make_password("x")), NameTaken),
    (lambda plan: plan["seats"].append(replace(plan["seats"][0], party="nowhere")), Invalid),
    (lambda plan: plan["seats"].append(replace(plan["seats"][0], role="worker", post="P9")), Invalid),
    (lambda plan: plan["seats"].append(replace(plan["seats"][0], role="arbiter")), domain.ArbiterStandsApart),
    (lambda plan: plan["seats"].append(replace(plan["seats"][1], role="auditor")), domain.AuditorNeedsEnd),
    (lambda plan: plan["seats"].append(replace(plan["seats"][1], role="worker", backup="li")), domain.NoSuchUser),
    (lambda plan: plan["parties"].append(replace(plan["parties"][0], code="x", parent="y")), Invalid),
]  # fmt: skip


@pytest.mark.parametrize(("change", "refusal"), CHANGES)
def test_what_cannot_be_brings_in_nothing_at_all(world, noon, plan, change, refusal):
    change(plan)
    before = counts()
    with pytest.raises(refusal):
        actions.open_offices(by=HOUSE, at=noon, **plan)
    assert counts() == before


def test_seats_the_law_keeps_apart_bring_in_nothing_at_all(world, noon, plan):
    both(world, noon, plan)
    before = counts()
    with pytest.raises(domain.MayNotServeBoth) as refused:
        actions.open_offices(by=HOUSE, at=noon, **plan)
    assert refused.value.article.endswith("art. 36")
    assert counts() == before


def test_a_sign_in_of_another_district_is_nobody_here(world, noon, plan):
    (stranger,) = identity.add_users(by=HOUSE, usernames=["stranger"], password=None)
    User.objects.filter(pk=stranger.pk).update(district=2)
    plan["seats"].append(replace(plan["seats"][0], login="stranger"))
    with pytest.raises(domain.NoSuchUser):
        actions.open_offices(by=HOUSE, at=noon, **plan)


def test_whoever_may_not_found_and_appoint_brings_in_nothing(world, noon, plan):
    before = counts()
    for permissions in (
        set(),
        {"parties.found"},
        {"parties.appoint"},
        {"parties.found", "parties.appoint"},
    ):
        by = replace(NOBODY, permissions=frozenset(permissions))
        with pytest.raises(NotAllowed):
            actions.open_offices(by=by, at=noon, **plan)
    assert counts() == before

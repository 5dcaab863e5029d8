import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from linli.basics import Actor, Invalid, NoSuchThing, NotAllowed
from linli.identity.models import ApiToken, DemoMark
from linli.journal.models import Line
from linli.parties import actions, domain, queries
from linli.parties.domain import AppointmentRow, PartyRow
from linli.parties.models import Appointment, DutyShift, Leave, OpeningHours, Party, Post
from linli.people import actions as people

from .conftest import DAY, HOUSE

NOBODY = Actor(kind="staff", district=1, user=99)
TODAY = date(2026, 11, 16)


def lines(kind):
    return [
        (line.subject_kind, line.subject_id, json.loads(line.body)["event"])
        for line in Line.objects.filter(kind=kind).order_by("id")
    ]


def counts():
    tables = (Party, Appointment, Leave, DutyShift, OpeningHours, Post, ApiToken, Line)
    return [table.objects.count() for table in tables]


@pytest.fixture
def unchanged(world):
    """Run a refused act and assert that not a row was written."""

    def refused(refusal, act):
        before = counts()
        with pytest.raises(refusal) as caught:
            act()
        assert counts() == before
        return caught.value

    return refused


def row(world, party="330102001005.station", **changes):
    held = {"user": None, "party": world.party[party], "role": "worker", "name": "何新"}
    return AppointmentRow(**{**held, "from_on": TODAY, **changes})


def test_found_party(world, clerk, noon):
    made = actions.found_party(
        by=clerk,
        at=noon,
        row=PartyRow(
            code="330102001006.committee",
            kind="committee",
            place=world.other,
            parent="330102001.center",
            name={"zh-Hans": "石桥居委会"},
        ),
    )
    made.refresh_from_db()
    assert (made.sector, made.legal_person, made.parent_id) == (
        "community",
        True,
        world.party["330102001.center"],
    )
    assert lines("PartyFounded")[-1] == (
        "party",
        made.pk,
        {"party_id": made.pk, "kind": "committee", "place_id": world.other},
    )


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"code": "330102001005.station"}, domain.CodeTaken),
        ({"parent": "nowhere"}, Invalid),
        ({"kind": "shop"}, Invalid),
        ({"legal_person": True}, domain.NoLegalPerson),
    ],
)
def test_parties_that_cannot_be_founded(world, clerk, noon, unchanged, change, refusal):  # noqa: PLR0917
    good = {"code": "x.station", "kind": "station", "place": world.other, "name": {"zh-Hans": "站"}}
    bad = PartyRow(**{**good, **change})
    unchanged(refusal, lambda: actions.found_party(by=clerk, at=noon, row=bad))


def test_a_code_comes_once_in_a_list_too(world, clerk, noon, unchanged):
    one = PartyRow(code="x.station", kind="station", place=world.other, name={"zh-Hans": "站"})
    refusal = unchanged(
        domain.CodeTaken, lambda: actions.load_parties(by=clerk, at=noon, rows=[one, one])
    )
    assert refusal.code == "x.station"


def test_without_the_right_nothing_happens(world, noon, unchanged):
    party, seat = world.party["330102001.civil"], world.seat["zhou"]
    new = PartyRow(code="x", kind="office", place=world.other, name={"zh-Hans": "x"})
    for act in (
        lambda: actions.found_party(by=NOBODY, at=noon, row=new),
        lambda: actions.change_party(by=NOBODY, at=noon, party_id=party, phone="1"),
        lambda: actions.close_party(by=NOBODY, at=noon, party_id=party, on=TODAY),
        lambda: actions.set_framework(
            by=NOBODY, at=noon, code="x", name={"zh-Hans": "x"}, core=7, flexible=1
        ),
        lambda: actions.make_appointment(by=NOBODY, at=noon, row=row(world)),
        lambda: actions.load_appointments(by=NOBODY, at=noon, rows=[row(world)]),
        lambda: actions.end_appointment(by=NOBODY, at=noon, appointment_id=seat, on=TODAY),
        lambda: actions.take_leave(
            by=NOBODY, at=noon, appointment_id=seat, from_on=TODAY, to_on=TODAY
        ),
        lambda: actions.begin_leaves(by=NOBODY, at=noon),
        lambda: actions.set_hours(by=NOBODY, at=noon, party_id=party, from_on=TODAY, week={}),
        lambda: actions.set_roster(by=NOBODY, at=noon, party_id=party, shifts=[]),
        lambda: actions.give_token(
            by=NOBODY, at=noon, appointment_id=seat, expires_at=noon + timedelta(days=1)
        ),
        lambda: actions.mark_demo(by=NOBODY, at=noon),
    ):
        unchanged(NotAllowed, act)


def test_change_and_close_a_party(world, clerk, noon):
    party = world.party["330102001.civil"]
    actions.change_party(by=clerk, at=noon, party_id=party, phone="8000 9999")
    assert queries.party(party).phone == "8000 9999"
    actions.change_party(by=clerk, at=noon, party_id=party, phone=" （０５７１）8000  9999 ")
    assert queries.party(party).phone == "(0571)8000 9999"
    assert queries.unit_for("street.civil", world.grid).pk == party
    actions.close_party(by=clerk, at=noon, party_id=party, on=TODAY)
    assert queries.party(party).to_on == TODAY
    assert queries.unit_for("street.civil", world.grid).code == "330102001.center"
    assert [found[1] for found in lines("PartyChanged") + lines("PartyClosed")] == [party] * 3


def test_seven_and_one_with_neutral_codes(world, clerk, noon):
    actions.set_framework(
        by=clerk,
        at=noon,
        code="7+1",
        name={"zh-Hans": "7+1 岗位框架"},
        core=7,
        flexible=1,
        post_names={"P1": {"zh-Hans": "示例岗位"}},
    )
    posts = list(Post.objects.filter(framework__code="7+1").order_by("position"))
    assert [post.code for post in posts] == ["P1", "P2", "P3", "P4", "P5", "P6", "P7", "+1"]
    assert [post.flexible for post in posts] == [False] * 7 + [True]
    assert [post.name for post in posts] == [{"zh-Hans": "示例岗位"}] + [None] * 7
    assert lines("PostFrameworkSet")[0][2] == {
        "framework_id": posts[0].framework_id,
        "core": 7,
        "flexible": 1,
    }


@pytest.mark.parametrize("posts", [(0, 0), (-1, 2), (30, 1), (10**9, 0)])
def test_a_framework_has_one_to_thirty_posts(clerk, noon, unchanged, posts):
    core, flexible = posts
    unchanged(
        Invalid,
        lambda: actions.set_framework(
            by=clerk, at=noon, code="x", name={"zh-Hans": "x"}, core=core, flexible=flexible
        ),
    )


def test_make_appointment(world, clerk, noon):
    made = actions.make_appointment(
        by=clerk,
        at=noon,
        row=row(world, user=world.user["civil"].pk, backup=world.seat["wu"]),
    )
    made.refresh_from_db()
    assert (made.hat, made.role, made.name, made.backup_id) == (
        "station",
        "worker",
        "何新",
        world.seat["wu"],
    )
    assert lines("AppointmentMade")[-1] == (
        "appointment",
        made.pk,
        {
            "appointment_id": made.pk,
            "party_id": world.party["330102001005.station"],
            "user_id": world.user["civil"].pk,
            "role": "worker",
        },
    )


def test_forbidden_seats_are_refused_with_the_article(world, clerk, noon, unchanged):
    user = world.user["zhou"].pk
    seat = row(world, "330102001005.committee", user=user, person=5)
    actions.make_appointment(by=clerk, at=noon, row=seat)
    both = row(world, "330102001005.oversight", user=user)
    refusal = unchanged(
        domain.MayNotServeBoth, lambda: actions.make_appointment(by=clerk, at=noon, row=both)
    )
    assert refusal.article == "Organic Law of Urban Residents' Committees (2025), art. 36"
    unchanged(
        domain.MayNotServeBoth, lambda: actions.load_appointments(by=clerk, at=noon, rows=[both])
    )
    kin = row(world, "330102001005.oversight", person=6)
    unchanged(
        domain.RelativeServes,
        lambda: actions.make_appointment(by=clerk, at=noon, row=kin, relatives=[5]),
    )
    # Party organisation and committee may share members (art. 8).
    party_org = row(world, "330102001005.party_org", user=user)
    assert actions.make_appointment(by=clerk, at=noon, row=party_org).hat == "party_org"


def test_a_seat_stays_a_persons_when_their_records_are_merged(world, clerk, noon, unchanged):
    gone, kept, kin = (
        people.register_person(by=HOUSE, at=noon, name=name, home=None).pk
        for name in ("何新", "何新", "何父")
    )
    seat = row(world, "330102001005.committee", person=gone)
    actions.make_appointment(by=clerk, at=noon, row=seat)
    both = row(world, "330102001005.oversight", person=kept)
    people.merge_people(by=HOUSE, at=noon, kept=kept, gone=gone)

    unchanged(domain.MayNotServeBoth, lambda: actions.make_appointment(by=clerk, at=noon, row=both))
    near = row(world, "330102001005.oversight", person=kin)
    unchanged(
        domain.RelativeServes,
        lambda: actions.make_appointment(by=clerk, at=noon, row=near, relatives=[kept]),
    )


def test_who_runs_the_election_leaves_before_sitting_on_the_committee(
    world, clerk, noon, unchanged
):
    code, user = "330102001005.election", world.user["zhou"].pk
    committee = world.party["330102001005.committee"]
    runs = actions.found_party(
        by=clerk,
        at=noon,
        row=PartyRow(
            code=code,
            kind="autonomous_body",
            office="election_committee",
            place=Party.objects.get(pk=committee).place_id,
            name={"zh-Hans": "选举委员会"},
        ),
    )
    there = replace(row(world, user=user, person=5), party=runs.pk, from_on=DAY)
    held = actions.make_appointment(by=clerk, at=noon, row=there)
    own = row(world, "330102001005.committee", user=user, person=5)
    kin = row(world, "330102001005.committee", person=6)
    for act in (
        lambda: actions.make_appointment(by=clerk, at=noon, row=own),
        lambda: actions.load_appointments(by=clerk, at=noon, rows=[own]),
        lambda: actions.make_appointment(by=clerk, at=noon, row=kin, relatives=[5]),
    ):
        refusal = unchanged(domain.MustLeaveElectionCommittee, act)
        assert refusal.article == "Organic Law of Urban Residents' Committees (2025), art. 15"
    actions.end_appointment(by=clerk, at=noon, appointment_id=held.pk, on=DAY)
    assert actions.make_appointment(by=clerk, at=noon, row=own).party_id == committee


def test_appointments_that_cannot_be(world, clerk, noon, unchanged):
    for bad, refusal in (
        (row(world, role="auditor"), domain.AuditorNeedsEnd),
        (row(world, role="king"), Invalid),
        (row(world, to_on=DAY), Invalid),
        (row(world, backup=10**9), NoSuchThing),
        (row(world, role="arbiter", user=world.user["zhou"].pk), domain.ArbiterStandsApart),
    ):
        unchanged(refusal, lambda bad=bad: actions.make_appointment(by=clerk, at=noon, row=bad))
    ghost = AppointmentRow(user=None, party=10**9, role="worker", name="何", from_on=TODAY)
    for act in (
        lambda: actions.load_appointments(by=clerk, at=noon, rows=[row(world, backup=1)]),
        lambda: actions.load_appointments(by=clerk, at=noon, rows=[row(world, backup=-1)]),
        lambda: actions.make_appointment(by=clerk, at=noon, row=ghost),
        lambda: actions.load_appointments(by=clerk, at=noon, rows=[row(world), ghost]),
    ):
        unchanged(NoSuchThing, act)


def test_texts_no_column_holds_are_refused(world, clerk, noon, unchanged):
    party = world.party["330102001.civil"]
    long = "长" * 61
    unit = PartyRow(
        code="x", kind="office", place=world.other, name={"zh-Hans": "x"}, phone="☎" * 9
    )
    for act in (
        lambda: actions.make_appointment(by=clerk, at=noon, row=row(world, name=long)),
        lambda: actions.load_appointments(by=clerk, at=noon, rows=[row(world, name=long)]),
        lambda: actions.change_party(by=clerk, at=noon, party_id=party, phone="8" * 31),
        lambda: actions.change_party(by=clerk, at=noon, party_id=party, phone="1e400"),
        lambda: actions.found_party(by=clerk, at=noon, row=unit),
        lambda: actions.set_framework(
            by=clerk, at=noon, code="7" * 31, name={"zh-Hans": "七"}, core=7, flexible=1
        ),
    ):
        unchanged(Invalid, act)


def moved():
    return [
        (event["appointment_id"], event["to_appointment_id"], event["reason"])
        for _, _, event in lines("CoverMoved")
    ]


def test_the_work_of_one_who_leaves_passes_to_b(world, clerk, noon):
    zhou, wu, head = (world.seat[name] for name in ("zhou", "wu", "head"))
    actions.end_appointment(by=clerk, at=noon, appointment_id=zhou, on=TODAY)
    assert moved() == [(zhou, wu, "ended")]
    assert Appointment.objects.get(pk=zhou).to_on == TODAY
    actions.end_appointment(by=clerk, at=noon, appointment_id=wu, on=TODAY)
    actions.end_appointment(by=clerk, at=noon, appointment_id=head, on=TODAY)
    # On their last day the others are still there; nobody passes work to themselves.
    assert moved()[1:] == [(wu, head, "ended"), (head, zhou, "ended")]
    assert len(lines("AppointmentEnded")) == 3


def test_the_last_one_leaves_to_the_head_above(world, clerk, noon):
    civil = world.seat["civil"]
    center = actions.make_appointment(
        by=clerk, at=noon, row=row(world, "330102001.center", role="head")
    )
    actions.end_appointment(by=clerk, at=noon, appointment_id=civil, on=TODAY)
    assert moved() == [(civil, center.pk, "ended")]


def test_an_appointment_ends_once(world, clerk, noon, unchanged):
    seat = world.seat["zhou"]
    actions.end_appointment(by=clerk, at=noon, appointment_id=seat, on=TODAY)
    for on in (TODAY, TODAY + timedelta(days=1)):
        unchanged(
            domain.AlreadyEnded,
            lambda on=on: actions.end_appointment(by=clerk, at=noon, appointment_id=seat, on=on),
        )
    unchanged(
        NoSuchThing,
        lambda: actions.end_appointment(by=clerk, at=noon, appointment_id=10**9, on=TODAY),
    )


def test_own_leave_from_today_passes_the_work_at_once(world, noon):
    zhou = world.seat["zhou"]
    me = Actor(kind="staff", district=1, user=world.user["zhou"].pk, appointment=zhou)
    leave = actions.take_leave(
        by=me, at=noon, appointment_id=zhou, from_on=TODAY, to_on=TODAY + timedelta(days=2)
    )
    assert leave.begun_at == noon
    assert lines("LeaveTaken") == [
        ("appointment", zhou, {"appointment_id": zhou, "leave_id": leave.pk})
    ]
    assert moved() == [(zhou, world.seat["wu"], "leave")]


def test_a_later_leave_begins_when_its_day_comes(world, clerk, noon):
    zhou = world.seat["zhou"]
    first = TODAY + timedelta(days=3)
    actions.take_leave(by=clerk, at=noon, appointment_id=zhou, from_on=first, to_on=first)
    assert moved() == []
    assert actions.begin_leaves(by=HOUSE, at=noon + timedelta(days=2)) == 0
    assert actions.begin_leaves(by=HOUSE, at=noon + timedelta(days=3)) == 1
    assert actions.begin_leaves(by=HOUSE, at=noon + timedelta(days=3)) == 0
    assert moved() == [(zhou, world.seat["wu"], "leave")]


def test_leaves_do_not_overlap(world, clerk, noon, unchanged):
    def take(first, last):
        return actions.take_leave(
            by=clerk,
            at=noon,
            appointment_id=world.seat["zhou"],
            from_on=TODAY + timedelta(days=first),
            to_on=TODAY + timedelta(days=last),
        )

    take(5, 7)
    unchanged(domain.LeaveOverlaps, lambda: take(7, 9))
    unchanged(domain.LeaveOverlaps, lambda: take(5, 5))
    unchanged(Invalid, lambda: take(20, 19))
    take(8, 8)
    assert Leave.objects.count() == 2


def test_hours_replace_those_before(world, clerk, noon, unchanged):
    station = world.party["330102001005.station"]
    later = TODAY + timedelta(days=7)
    week = {day: [(510, 720), (810, 1050)] for day in range(5)}
    actions.set_hours(by=clerk, at=noon, party_id=station, from_on=TODAY, week=week)
    actions.set_hours(by=clerk, at=noon, party_id=station, from_on=later, week={0: [(480, 1260)]})
    assert queries.weekly_hours(station, on=TODAY) == dict.fromkeys(
        range(5), ((510, 720), (810, 1050))
    )
    assert queries.weekly_hours(station, on=later) == {0: ((480, 1260),)}
    assert queries.hours_change_on(station) == [TODAY, later]
    shut = {"from_on": TODAY + timedelta(days=1), "to_on": TODAY + timedelta(days=2)}
    actions.close_days(by=clerk, at=noon, party_id=station, **shut)
    assert queries.hours_change_on(station) == [TODAY, TODAY + timedelta(days=3), later]
    assert [event["spans"] for _, _, event in lines("HoursSet")] == [10, 1]
    bad = {0: [(600, 500)]}
    for first, hours in ((later, bad), (TODAY, {})):
        unchanged(
            Invalid,
            lambda first=first, hours=hours: actions.set_hours(
                by=clerk, at=noon, party_id=station, from_on=first, week=hours
            ),
        )
    assert queries.weekly_hours(station, on=later) == {0: ((480, 1260),)}


def test_a_roster_puts_somebody_on_duty(world, clerk, noon, unchanged):
    station, wu = world.party["330102001005.station"], world.seat["wu"]
    end = noon + timedelta(hours=4)
    actions.set_roster(by=clerk, at=noon, party_id=station, shifts=[(wu, noon, end)])
    assert queries.holder_of(station, noon).pk == wu
    assert queries.holder_of(station, end).pk == world.seat["zhou"]
    assert [
        shift.appointment_id for shift in queries.roster_of(station, starts_at=noon, ends_at=end)
    ] == [wu]
    for shifts, refusal in (
        ([(wu, noon, end)], Invalid),
        ([(wu, end, end)], Invalid),
        ([(wu, end, end + timedelta(hours=1))] * 2, Invalid),
        ([(world.seat["civil"], noon, end)], NoSuchThing),
    ):
        unchanged(
            refusal,
            lambda shifts=shifts: actions.set_roster(
                by=clerk, at=noon, party_id=station, shifts=shifts
            ),
        )


def test_sign_ins_and_hats_are_acts(world, noon):
    user = world.user["zhou"].pk
    me = queries.actor_for(world.user["zhou"], None, on=TODAY)
    actions.note_sign_in(by=me, at=noon)
    actions.switch_hat(by=me, at=noon, appointment_id=world.seat["zhou"])
    actions.note_sign_out(by=me, at=noon)
    assert lines("SignedIn") == lines("SignedOut") == [("user", user, {"user_id": user})]
    assert lines("HatSwitched")[0][2] == {
        "user_id": user,
        "from_appointment_id": world.seat["zhou"],
        "to_appointment_id": world.seat["zhou"],
    }
    assert Line.objects.get(kind="SignedIn").hat == "station"


def test_nobody_wears_somebody_elses_hat(world, noon, unchanged):
    me = queries.actor_for(world.user["zhou"], None, on=TODAY)
    wu = world.seat["wu"]
    unchanged(NoSuchThing, lambda: actions.switch_hat(by=me, at=noon, appointment_id=wu))
    unchanged(NoSuchThing, lambda: actions.note_sign_in(by=HOUSE, at=noon))
    unchanged(NoSuchThing, lambda: actions.note_sign_out(by=HOUSE, at=noon))


def test_tokens_are_kept_as_hashes_and_revoked(world, noon, unchanged):
    me = queries.actor_for(world.user["zhou"], None, on=TODAY)
    seat = world.seat["zhou"]
    token = actions.give_token(
        by=me, at=noon, appointment_id=seat, expires_at=noon + timedelta(days=30)
    )
    row = ApiToken.objects.get()
    assert token.startswith("linli_")
    assert token not in str(row.canonical_row())
    assert lines("TokenGiven")[0] == (
        "token",
        row.pk,
        {"token_id": row.pk, "user_id": me.user, "appointment_id": seat},
    )
    unchanged(NotAllowed, lambda: actions.revoke_token(by=NOBODY, at=noon, token_id=row.pk))
    row.refresh_from_db()
    assert row.revoked_at is None
    actions.revoke_token(by=me, at=noon, token_id=row.pk)
    row.refresh_from_db()
    assert row.revoked_at == noon
    for days in (0, 400):
        unchanged(
            Invalid,
            lambda days=days: actions.give_token(
                by=me, at=noon, appointment_id=seat, expires_at=noon + timedelta(days=days)
            ),
        )


def test_the_demo_mark_is_put_on_the_record_once(world, noon):
    actions.mark_demo(by=HOUSE, at=noon)
    actions.mark_demo(by=HOUSE, at=noon + timedelta(days=1))
    mark = DemoMark.objects.get()
    assert mark.marked_at == datetime(2026, 11, 16, 4, tzinfo=UTC)
    assert lines("MarkedDemo") == [("mark", mark.pk, {"mark_id": mark.pk})]

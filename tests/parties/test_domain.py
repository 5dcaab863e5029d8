from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from linli.basics import Invalid
from linli.parties import domain
from linli.parties.domain import Candidate, Kind, Role, Seat

DAY = date(2026, 3, 1)


def seat(kind, place=7, role=Role.WORKER):
    return Seat(kind, place, role)


def check(wanted, *, held=(), kin=(), on=DAY):
    domain.check_seat(wanted, name="周敏", held=held, held_by_relatives=kin, on=on)


@pytest.mark.parametrize(
    ("wanted", "held"),
    [(Kind.OVERSIGHT, Kind.COMMITTEE), (Kind.COMMITTEE, Kind.OVERSIGHT)],
)
def test_committee_and_oversight_are_kept_apart_with_the_article(wanted, held):
    with pytest.raises(domain.MayNotServeBoth) as refusal:
        check(seat(wanted), held=[seat(held)])
    assert refusal.value.article == "Organic Law of Urban Residents' Committees (2025), art. 36"
    assert refusal.value.wanted == domain.HAT_WORDS[wanted]
    assert refusal.value.held == domain.HAT_WORDS[held]


@pytest.mark.parametrize(
    ("wanted", "held"),
    [
        (Kind.COMMITTEE, Kind.PARTY_ORG),
        (Kind.PARTY_ORG, Kind.COMMITTEE),
        (Kind.STATION, Kind.COMMITTEE),
        (Kind.COMMITTEE, Kind.COMMITTEE),
        (Kind.OVERSIGHT, Kind.STATION),
    ],
)
def test_what_the_law_allows_is_allowed(wanted, held):
    assert check(seat(wanted), held=[seat(held)]) is None


def test_another_community_is_another_matter():
    assert check(seat(Kind.OVERSIGHT, place=7), held=[seat(Kind.COMMITTEE, place=8)]) is None


def test_before_the_law_of_2026_nothing_was_kept_apart():
    held = [seat(Kind.COMMITTEE)]
    assert check(seat(Kind.OVERSIGHT), held=held, on=date(2025, 12, 31)) is None
    with pytest.raises(domain.MayNotServeBoth):
        check(seat(Kind.OVERSIGHT), held=held, on=date(2026, 1, 1))


@pytest.mark.parametrize(
    ("wanted", "article"),
    [
        (Kind.OVERSIGHT, "Organic Law of Urban Residents' Committees (2025), art. 36"),
        (Kind.COMMITTEE, "Organic Law of Urban Residents' Committees (2025), art. 8"),
    ],
)
def test_near_relatives_of_a_committee_member_are_kept_out(wanted, article):
    with pytest.raises(domain.RelativeServes) as refusal:
        check(seat(wanted), kin=[seat(Kind.COMMITTEE)])
    assert refusal.value.article == article


def test_an_arbiter_handles_no_cases():
    with pytest.raises(domain.ArbiterStandsApart):
        check(seat(Kind.OFFICE, role=Role.ARBITER), held=[seat(Kind.OFFICE, role=Role.STREET)])
    with pytest.raises(domain.ArbiterStandsApart):
        check(seat(Kind.STATION, role=Role.CLERK), held=[seat(Kind.OFFICE, role=Role.ARBITER)])
    assert check(seat(Kind.OFFICE, role=Role.ARBITER)) is None


RUNS_THE_ELECTION = Seat(Kind.AUTONOMOUS_BODY, 7, office="election_committee")


@pytest.mark.parametrize("whose", ["held", "kin"])
def test_who_comes_into_the_committee_has_left_the_body_that_runs_its_election(whose):
    with pytest.raises(domain.MustLeaveElectionCommittee) as refusal:
        check(seat(Kind.COMMITTEE), **{whose: [RUNS_THE_ELECTION]})
    assert refusal.value.article == "Organic Law of Urban Residents' Committees (2025), art. 15"


@pytest.mark.parametrize(
    ("wanted", "held", "on"),
    [
        (seat(Kind.COMMITTEE), Seat(Kind.AUTONOMOUS_BODY, 7, office="courtyard"), DAY),
        (seat(Kind.COMMITTEE, place=8), RUNS_THE_ELECTION, DAY),
        (seat(Kind.PARTY_ORG), RUNS_THE_ELECTION, DAY),
        (RUNS_THE_ELECTION, seat(Kind.COMMITTEE), DAY),  # who does not stand again may run it
        (seat(Kind.COMMITTEE), RUNS_THE_ELECTION, date(2025, 12, 31)),
    ],
)
def test_whoever_does_not_stand_for_it_may_run_an_election(wanted, held, on):
    assert check(wanted, held=[held], on=on) is None


def test_own_and_relatives_matters_are_refused():
    with pytest.raises(domain.OwnMatter):
        domain.check_not_own(5, concerned=[4, 5])
    with pytest.raises(domain.OwnMatter):
        domain.check_not_own(5, concerned=[4], relatives=[4])
    assert domain.check_not_own(5, concerned=[4], relatives=[6]) is None
    assert domain.check_not_own(None, concerned=[4]) is None


@pytest.mark.parametrize(
    ("kind", "sector"),
    [
        (Kind.OFFICE, "government"),
        (Kind.STATION, "community"),
        (Kind.COMMITTEE, "community"),
        (Kind.ORGANISATION, "organisation"),
        (Kind.AUTONOMOUS_BODY, "community"),
    ],
)
def test_the_sector_follows_the_kind(kind, sector):
    assert domain.sector_of(kind) == sector


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "shop"}, "kind"),
        ({"sector": "market"}, "sector"),
        ({"for_profit": True}, "for_profit"),
    ],
)
def test_a_party_is_what_it_can_be(change, field):
    good = {"kind": "station", "sector": "community", "legal_person": False, "for_profit": False}
    assert domain.check_party(**good) is None
    with pytest.raises(Invalid) as refusal:
        domain.check_party(**{**good, **change})
    assert refusal.value.field == field


@pytest.mark.parametrize("kind", ["station", "party_org", "oversight"])
def test_some_bodies_are_no_legal_persons(kind):
    with pytest.raises(domain.NoLegalPerson) as refusal:
        domain.check_party(kind=kind, sector="community", legal_person=True, for_profit=False)
    assert refusal.value.kind == domain.HAT_WORDS[kind]


def test_an_auditor_needs_a_last_day():
    with pytest.raises(domain.AuditorNeedsEnd):
        domain.check_term(Role.AUDITOR, None)
    assert domain.check_term(Role.AUDITOR, DAY) is None
    assert domain.check_term(Role.CLERK, None) is None
    with pytest.raises(Invalid):
        domain.check_term("king", None)


def test_a_span_may_be_one_day_but_not_less():
    assert domain.check_span(DAY, DAY) is None
    assert domain.check_span(DAY, None) is None
    with pytest.raises(Invalid):
        domain.check_span(DAY, date(2026, 2, 28))


@pytest.mark.parametrize(
    "week",
    [
        {7: [(540, 600)]},
        {0: [(600, 540)]},
        {0: [(540, 540)]},
        {0: [(-1, 540)]},
        {0: [(540, 1441)]},
        {0: [(540, 720), (700, 1080)]},
    ],
)
def test_hours_that_cannot_be(week):
    with pytest.raises(Invalid) as refusal:
        domain.check_hours(week)
    assert refusal.value.field == "week"


def test_hours_that_can_be():
    assert domain.check_hours({0: [(540, 720), (720, 1080)], 6: [(0, 1440)], 5: []}) is None


A, B, HEAD = (
    Candidate(1, Role.WORKER, rank=1, backup=2),
    Candidate(2, Role.CLERK, rank=2),
    Candidate(3, Role.HEAD),
)
AWAY_A = Candidate(1, Role.WORKER, rank=1, backup=2, away=True)
AWAY_B = Candidate(2, Role.CLERK, rank=2, away=True)
AWAY_HEAD = Candidate(3, Role.HEAD, away=True)


@pytest.mark.parametrize(
    ("here", "duty", "holder"),
    [
        ([A, B, HEAD], None, 1),
        ([B, A, HEAD], None, 1),
        ([A, B, HEAD], 2, 2),
        ([A, AWAY_B, HEAD], 2, 1),
        ([AWAY_A, B, HEAD], None, 2),
        ([AWAY_A, AWAY_B, HEAD], None, 3),
        ([AWAY_A, AWAY_B, AWAY_HEAD], None, 3),
        ([Candidate(1, Role.WORKER, away=True), B], None, 2),
        ([HEAD], None, 3),
        ([Candidate(9, Role.AUDITOR), Candidate(8, Role.ARBITER)], None, None),
        ([], None, None),
    ],
)
def test_duty_else_a_else_b_else_the_head(here, duty, holder):
    assert domain.choose_holder(here, on_duty=duty) == holder


candidates = some.lists(
    some.builds(
        Candidate,
        id=some.integers(1, 9),
        role=some.sampled_from(list(Role)),
        rank=some.integers(0, 3),
        backup=some.none() | some.integers(1, 9),
        away=some.booleans(),
    ),
    unique_by=lambda one: one.id,
)


@given(candidates, some.none() | some.integers(1, 9))
def test_work_is_held_by_somebody_present_whenever_there_is_one(here, duty):
    able = {one.id: one for one in here if one.role in domain.HANDLING | {Role.DISTRICT}}
    holder = domain.choose_holder(here, on_duty=duty)
    if any(not one.away for one in able.values()):
        assert not able[holder].away
    elif able:
        assert holder in able
    else:
        assert holder is None


@given(candidates, some.sampled_from([A, AWAY_A]))
def test_cover_is_never_the_leaver_nor_somebody_away(others, leaver):
    cover = domain.choose_cover(leaver, others)
    assert cover is None or (
        cover != leaver.id and cover in {one.id for one in others if not one.away}
    )


def test_cover_is_b_else_the_head_else_the_head_above():
    assert domain.choose_cover(A, [B, HEAD]) == 2
    assert domain.choose_cover(A, [AWAY_B, HEAD]) == 3
    assert domain.choose_cover(A, [AWAY_B], heads_above=[Candidate(7, Role.DISTRICT)]) == 7
    assert domain.choose_cover(A, [AWAY_B]) is None


@pytest.mark.parametrize(
    ("performer", "read"),
    [
        ("community.station", ("community", "station")),
        ("street.civil", ("street", "civil")),
        ("district.urban_management", ("district", "urban_management")),
        ("organisation.property", ("organisation", "property")),
    ],
)
def test_performers_are_read(performer, read):
    assert domain.read_performer(performer) == read


@pytest.mark.parametrize("performer", ["", "street", "street.", "community.civil", "city.water"])
def test_other_performers_are_refused(performer):
    with pytest.raises(Invalid) as refusal:
        domain.read_performer(performer)
    assert refusal.value.field == "performer"


@pytest.mark.parametrize(
    "typed",
    ["", "110", "12345", "8000 1234", "0571-8000 1234", "(0571) 8000-1234", "+86 571 80001234"],
)
def test_a_telephone_of_an_office_stands_as_it_was_written(typed):
    assert domain.check_phone(typed) == typed


@pytest.mark.parametrize(
    "typed",
    [
        *("-1", "1e400", "☎" * 30, "12", "8" * 21, "-8000", "8000-", "80 - 00", "((571)8000"),
        *("+", "()", "0" + " 0-0" * 9, "8000 1234 转 1", "８" * 21, "<b>110", "١٢٣", "8+000"),
        "1" * 10**5,
    ],
)
def test_what_is_no_telephone_is_refused_with_what_to_write(typed):
    with pytest.raises(Invalid, match="3 to 20 digits, such as 0571-8000 1234") as refused:
        domain.check_phone(typed)
    assert refused.value.field == "phone"

"""Every happening of a case is told, in one way, to staff and residents alike."""

import inspect
from datetime import date, timedelta

import pytest
from django.utils.translation import override

from linli.cases import actions, domain, events, queries
from linli.cases.domain import ANSWERS, Channel, Mark, PauseReason, Proof
from linli.cases.domain.tellings import CHANNEL_WORDS, OTHER, PAUSE_WORDS, PROOF_WORDS, TELLINGS
from linli.cases.models import Case
from linli.journal.actions import system
from tests.world import NOON

from .errands import HOUR, RESIDENT, accept, all_done, answer, finish, give_back, rule, said

HAPPENINGS = sorted(
    name
    for name, kind in inspect.getmembers(events, inspect.isclass)
    if issubclass(kind, events.CaseEvent) and kind is not events.CaseEvent
)
VARIANTS = {
    "CaseAnswered": [{"end": end} for end in ANSWERS],
    "ClockTurned": [{"mark": mark} for mark in Mark],
}


@pytest.mark.parametrize("kind", HAPPENINGS)
def test_every_happening_is_told(kind: str) -> None:
    for data in VARIANTS.get(kind, [{}]):
        assert domain.telling(kind, data) is not OTHER


def test_no_telling_is_left_of_what_no_longer_happens() -> None:
    assert {key.partition(".")[0] for key in TELLINGS} == set(HAPPENINGS)


def test_every_channel_reason_and_proof_has_words() -> None:
    assert set(CHANNEL_WORDS) == set(Channel)
    assert set(PAUSE_WORDS) == set(PauseReason)
    assert set(PROOF_WORDS) == set(Proof)


def test_an_unknown_happening_is_told_without_detail() -> None:
    assert domain.telling("SomethingNew", {}) is OTHER


@pytest.mark.parametrize(
    ("kind", "data", "words"),
    [
        ("CaseEnded", {"end": "solved", "confirmed": True}, "The reporter says it is settled"),
        ("CaseEnded", {"end": "withdrawn", "confirmed": None}, "The reporter took it back"),
        (
            "CaseEnded",
            {"end": "solved", "confirmed": None},
            "Over without a word from the reporter",
        ),
        ("PartyInvited", {"lead": True}, "%(party)s was asked to do a part of it"),
        ("PartyInvited", {}, "%(party)s was asked to help"),
        ("CaseResumed", {"due_at": None}, "It goes on"),
        ("StepHandedOver", {"hop": 0}, "%(to_party)s does it now: %(step)s"),
    ],
)
def test_one_kind_is_told_by_how_it_came(kind, data, words) -> None:
    assert domain.telling(kind, data).words == words


def told(receipt, language: str) -> list[tuple[str, str, str]]:
    case = Case.objects.get(pk=receipt.case.pk)
    with override(language):
        found = queries.trail(
            case, queries.history(case), list(queries.steps_of(case)), on=date(2026, 11, 16)
        )
    return [(one.words, one.detail, one.quote) for one in found[::-1]]


def test_a_trail_reads_as_sentences(world, leak) -> None:
    rule(world, give_back(world, leak), upheld=True, to="990101.housing")
    accept(world, leak, "housing", "mend", NOON + 2 * HOUR)

    assert told(leak, "zh-hans") == [
        ("收到，网上", "事项：公共部位漏水。", ""),
        (
            "街道城管办退回：修好",
            "依据：属于自家房屋内部。由区派单裁决组来定，号码和时间不变。",
            "漏点在户内",
        ),
        (
            "退单成立，改由区住房和城乡建设局办：修好",
            "依据：属于自家房屋内部。",
            "横管在楼道吊顶内，算公共部位",
        ),
        ("区住房和城乡建设局接下：修好", "", ""),
    ]


def test_who_it_was_stands_beside_it(world, leak) -> None:
    all_done(world, leak)
    answer(world, leak)
    case = Case.objects.get(pk=leak.case.pk)
    newest = queries.trail(case, queries.history(case)[:1], [], on=date(2026, 11, 16))[0]

    assert newest.who.startswith("冯涛 · ")
    assert newest.kind == "now"


def test_a_clock_without_end_is_told_without_one(world, leak) -> None:
    Case.objects.filter(pk=leak.case.pk).update(due_at=None)
    actions.pause_case(
        by=world.at("station"),
        case_id=leak.case.pk,
        reason=PauseReason.WEATHER,
        words="等雨停",
        review_at=NOON + timedelta(days=1),
        at=NOON,
    )
    actions.resume_case(by=world.at("station"), case_id=leak.case.pk, at=NOON + HOUR)

    assert told(leak, "en")[-1][0] == "It goes on"


def test_what_was_written_stands_with_the_act_it_was_written_in(world, leak) -> None:
    rings = NOON + 9 * HOUR
    accept(world, leak, "station", "look")
    actions.turn_clocks(by=system(1), at=rings)
    finish(world, leak, "station", "look", rings)

    words = {(one.kind, one.words) for one in queries.history(leak.case) if one.at == rings}
    assert words == {("ClockTurned", ""), ("StepDone", "办好了")}


def test_papers_are_listed_where_there_is_a_list() -> None:
    listed, bare = (domain.telling("PapersAsked", {"papers": one}) for one in (["photo"], []))

    assert "%(papers)s" in listed.words
    assert bare.words == "The reporter was asked, once, for what is missing"


def test_what_is_searched_for_comes_by_its_day_the_newest_first(world, leak) -> None:
    before = actions.open_case(
        by=RESIDENT, said=said(world, occurred_at=NOON - timedelta(days=2)), at=NOON
    )
    found = queries.search_cases(world.at("station"), "漏水")

    assert [row.case_id for row in found] == [leak.case.pk, before.case.pk]

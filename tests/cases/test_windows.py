"""Windows and caps are dated rows: the one in force on the day of the act is the one that counts."""

from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
import yaml
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.cases import actions, domain, queries
from linli.cases.domain import USUAL, End, Mark, PauseReason, Windows, read_windows
from linli.cases.domain.windows import KEYS
from linli.cases.models import Case
from linli.fabric import versions
from linli.rulebook.actions import load_rules
from linli.rulebook.domain import Rule, read_rules
from linli.rulebook.management.commands.load_rules import DATA
from tests.world import DISTRICT, HOUSE_ITSELF, NOON

from .errands import HOUR, RESIDENT, accept, all_done, answer, refused, said, step

SHIPPED = {
    rule.key: rule
    for rule in read_rules(yaml.safe_load((DATA / "rules.yaml").read_text(encoding="utf-8")))
    if rule.key.startswith("cases.")
}
DAY = timedelta(days=1)


def row(key: str, value: object, **changes) -> Rule:
    return replace(SHIPPED[key], value=value, **changes)


def load(*rows: Rule) -> None:
    load_rules(by=HOUSE_ITSELF, rules=[*SHIPPED.values(), *rows], at=NOON)


def test_every_window_has_its_row_and_every_row_its_window() -> None:
    assert {one.name for one in fields(Windows)} == set(KEYS)
    assert set(KEYS.values()) == set(SHIPPED)


def test_the_shipped_rows_say_what_holds_without_them() -> None:
    assert read_windows(SHIPPED.get) == USUAL == read_windows(lambda _: None)


def test_every_row_is_marked_as_ours() -> None:
    assert {rule.law for rule in SHIPPED.values()} == {"示例（由运营方确定）"}
    assert not any(rule.verified for rule in SHIPPED.values())


def test_all_but_the_hops_may_be_set_by_a_district() -> None:
    assert {key for key, rule in SHIPPED.items() if not rule.overridable} == {"cases.hops"}


@pytest.mark.parametrize(("hops", "held"), [(0, 0), (1, 1), (2, 2), (3, 2)])
def test_a_row_may_ask_for_fewer_hops_and_never_for_more(hops: int, held: int) -> None:
    found = read_windows(lambda key: row(key, hops) if key == "cases.hops" else None)

    assert found.hops == held


@pytest.mark.parametrize(("minutes", "held"), [(0, 30), (4, 30), (5, 5), (45, 45)])
def test_an_errand_takes_five_minutes_at_least(minutes: int, held: int) -> None:
    key = "cases.slot_minutes"
    found = read_windows(lambda asked: row(key, minutes) if asked == key else None)

    assert found.slot_minutes == held


def test_a_share_decides_when_a_clock_rings() -> None:
    opened = datetime(2026, 11, 16, tzinfo=UTC)
    half = Windows(amber=Fraction(1, 2), escalation=Fraction(1, 10))
    ask = {"began_at": opened, "due_at": opened + 10 * DAY, "windows": half}

    assert domain.next_mark(turned=None, **ask).at == opened + 5 * DAY
    assert domain.next_mark(turned=Mark.RED, **ask).at == opened + 11 * DAY


@pytest.mark.parametrize(("per_cent", "days", "allowed"), [(50, 5, True), (50, 6, False)])
def test_an_extension_keeps_to_its_share(per_cent, days, allowed) -> None:
    opened = datetime(2026, 11, 16, tzinfo=UTC)
    due = opened + 10 * DAY
    ask = {"began_at": opened, "due_at": due, "new_due_at": due + days * DAY, "extended": False}
    windows = Windows(extension=per_cent)
    if allowed:
        domain.check_extension(windows=windows, **ask)
        return
    with pytest.raises(domain.ExtensionRefused) as refusal:
        domain.check_extension(windows=windows, **ask)
    assert refusal.value.per_cent == per_cent


def test_a_district_takes_its_own_row_where_it_may(world) -> None:
    load(row("cases.reopen", 10, jurisdiction=DISTRICT, law="示例区规定"))

    assert queries.windows_at(NOON).reopen_days == 10


def test_another_districts_row_says_nothing_here(world) -> None:
    load(row("cases.reopen", 10, jurisdiction="330102"))

    assert queries.windows_at(NOON).reopen_days == 30


def test_a_district_cannot_shorten_what_is_not_overridable(world) -> None:
    load(row("cases.hops", 1, jurisdiction=DISTRICT))

    assert queries.windows_at(NOON).hops == 2


def test_the_row_of_the_day_of_the_act_counts(world, leak) -> None:
    tomorrow = date(2026, 11, 17)
    load_rules(
        by=HOUSE_ITSELF,
        rules=[
            row("cases.pause", 30, valid_to=date(2026, 11, 16)),
            row("cases.pause", 3, valid_from=tomorrow),
        ],
        at=NOON,
    )
    pause = {
        "by": world.at("station"),
        "case_id": leak.case.pk,
        "reason": PauseReason.WEATHER,
        "words": "等雨停",
    }

    refusal = refused(
        domain.PauseTooLong, actions.pause_case, at=NOON + DAY, review_at=NOON + 5 * DAY, **pause
    )
    assert refusal.days == 3
    actions.pause_case(at=NOON, review_at=NOON + 5 * DAY, **pause)


def test_the_window_for_opening_again_is_the_rows(world, leak) -> None:
    load(row("cases.reopen", 2, jurisdiction=DISTRICT))
    all_done(world, leak)
    answer(world, leak)

    refusal = refused(
        domain.TooLateToReopen,
        actions.reopen_case,
        by=RESIDENT,
        report=leak.report,
        words="",
        at=NOON + 3 * DAY,
    )
    assert refusal.days == 2


def test_silence_lasts_as_long_as_the_row_says(world, leak) -> None:
    load(row("cases.silence", 14, jurisdiction=DISTRICT))
    all_done(world, leak)
    answer(world, leak)

    assert actions.end_unanswered(by=RESIDENT, at=NOON + 10 * DAY) == 0
    assert actions.end_unanswered(by=RESIDENT, at=NOON + 15 * DAY) == 1


def test_a_move_is_taken_back_as_long_as_the_row_says(world, leak) -> None:
    load(row("cases.undo", 1, jurisdiction=DISTRICT))
    accept(world, leak, "station", "look")

    refusal = refused(
        domain.TooLateToUndo,
        actions.undo_last_move,
        by=world.at("station"),
        step_id=step(leak, "look").pk,
        at=NOON + timedelta(minutes=2),
    )
    assert refusal.minutes == 1


def test_a_case_opened_under_another_share_rings_by_it(world) -> None:
    load(row("cases.amber", Fraction(1, 2), jurisdiction=DISTRICT))
    case = actions.open_case(by=RESIDENT, said=said(world), at=NOON).case

    assert case.next_mark_at == NOON + 12 * HOUR


def test_a_return_is_stuck_after_the_rows_hours(world, leak) -> None:
    load(row("cases.ruling_hours", 48, jurisdiction=DISTRICT))
    actions.return_step(
        by=world.at("street_city"),
        step_id=step(leak, "mend").pk,
        clause="private_part",
        note="漏点在户内",
        at=NOON,
    )
    for hours, stuck in ((47, 0), (49, 1)):
        found = queries.what_is_wrong(world.at("street"), at=NOON + hours * HOUR)
        assert sum(one["stuck"] for one in found) == stuck


def test_asking_again_costs_no_query_but_that_of_the_versions(world) -> None:
    queries.windows_at(NOON)
    token = versions.remember_for_this_request()
    try:
        with CaptureQueriesContext(connection) as caught:
            for _ in range(3):
                queries.windows_at(NOON)
    finally:
        versions.forget(token)

    assert [query["sql"].split()[-1] for query in caught] == ["fabric_version"]


def test_an_answer_given_before_a_row_changed_keeps_its_words(world, leak) -> None:
    """What a resident was told they may do is read by the day of the answer, not of today."""
    all_done(world, leak)
    actions.answer_case(
        by=world.at("station"),
        case_id=leak.case.pk,
        end=End.EXPLAINED,
        words="这是自家户内。",
        at=NOON + 3 * HOUR,
    )
    load_rules(
        by=HOUSE_ITSELF,
        rules=[
            row("cases.reopen", 30, valid_to=date(2026, 11, 16)),
            row("cases.reopen", 5, valid_from=date(2026, 11, 17)),
        ],
        at=NOON,
    )

    told = queries.remedies_of(Case.objects.get(pk=leak.case.pk))
    assert "30" in told[0]

"""The data that comes with the house: every row of the law it must know, and the calendars."""

from datetime import date
from io import StringIO
from pathlib import Path

import pytest
import yaml
from django.core.management import CommandError, call_command

from linli.journal.models import Line
from linli.rulebook import queries
from linli.rulebook.domain import (
    Calendar,
    DayKind,
    read_calendar_year,
    read_rules,
    rule_in_force,
)
from linli.rulebook.management.commands.load_rules import DATA
from linli.rulebook.models import CalendarYearRow, RuleRow

RULES = read_rules(yaml.safe_load((DATA / "rules.yaml").read_text(encoding="utf-8")))
YEARS = [
    read_calendar_year(yaml.safe_load(path.read_text(encoding="utf-8")))
    for path in sorted(DATA.glob("calendar_*.yaml"))
]
NOW, BEFORE = date(2026, 11, 22), date(2025, 12, 31)


def held(key: str, on: date = NOW, place: str = "CN") -> str | None:
    rule = rule_in_force(RULES, key, on, place)
    if rule is None:
        return None
    share = isinstance(rule.value, int | tuple) or str(rule.threshold)
    value = "..".join(map(str, rule.value)) if isinstance(rule.value, tuple) else rule.value
    return share if isinstance(share, str) else f"{value} {rule.unit}"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("rc.size.households", "1000..3000 households"),
        ("rc.members", "5..9 persons"),
        ("rc.term_years", "5 years"),
        ("rep.households", "20..50 households"),
        ("el.list_publish_before", "20 calendar_days"),
        ("el.objection", "5 calendar_days"),
        ("el.objection_decide", "3 calendar_days"),
        ("el.nominators", "10 voters"),
        ("el.proxy_max", "3 voters"),
        ("el.valid.voters", ">1/2"),
        ("el.valid.households", ">1/2"),
        ("el.valid.reps", ">2/3"),
        ("el.win", ">1/2"),
        ("el.second_round_min", ">=1/3"),
        ("el.handover", "10 calendar_days"),
        ("recall.propose.residents", ">=1/10"),
        ("recall.propose.households", ">=1/10"),
        ("recall.propose.reps", ">=1/3"),
        ("recall.valid.voters", ">1/2"),
        ("recall.valid.reps", ">2/3"),
        ("recall.pass", ">1/2"),
        ("mtg.resident.quorum.residents", ">1/2"),
        ("mtg.resident.quorum.households", ">1/2"),
        ("mtg.resident.pass", ">1/2"),
        ("mtg.resident.call.residents", ">=1/10"),
        ("mtg.resident.call.households", ">=1/10"),
        ("mtg.resident.call.reps", ">=1/3"),
        ("mtg.resident.notice", "10 calendar_days"),
        ("mtg.rep.quorum", ">=2/3"),
        ("mtg.rep.pass", ">1/2"),
        ("mtg.rep.call", ">=1/5"),
        ("mtg.rep.per_half_year", "1 meetings"),
        ("mtg.rep.share", ">=4/5"),
        ("open.publish_min", "15 calendar_days"),
        ("eval.min_per_year", "1 appraisals"),
        ("eval.incompetent_ends", "2 appraisals_in_a_row"),
        ("med.confirm", "30 calendar_days"),
        ("med.committee", "3..9 persons"),
        ("med.term_years", "3 years"),
        ("own.participate.area", ">=2/3"),
        ("own.participate.persons", ">=2/3"),
        ("own.pass.major.area", ">=3/4"),
        ("own.pass.major.persons", ">=3/4"),
        ("own.pass.normal.area", ">1/2"),
        ("own.pass.normal.persons", ">1/2"),
        ("pia.retention", "3 years"),
        ("log.retention", "6 months"),
    ],
)
def test_the_law_of_today(key: str, value: str) -> None:
    assert held(key) == value


@pytest.mark.parametrize(
    ("key", "allowed", "refused"),
    [
        ("el.list_publish_before", 20, 19),  # 二十日前
        ("mtg.resident.notice", 10, 9),  # 提前十日
        ("open.publish_min", 15, 14),  # 不得少于
        ("el.objection", 5, 6),  # 五日内
        ("el.objection_decide", 3, 4),
        ("el.handover", 10, 11),
        ("med.confirm", 30, 31),
        ("el.nominators", 10, 9),
        ("el.proxy_max", 3, 4),
    ],
)
def test_within_and_before_count_the_number_in(key: str, allowed: int, refused: int) -> None:
    rule = rule_in_force(RULES, key, NOW)

    assert rule is not None
    assert (rule.allows(allowed), rule.allows(refused)) == (True, False)
    assert rule.allows(1) is (rule.operator == "<=")


@pytest.mark.parametrize(
    ("key", "place", "value"),
    [
        ("admission.apply_before", "110102", "30 working_days"),
        ("admission.decide", "110102", "15 working_days"),
        ("hotline.reply", "370100", "5 working_days"),
        ("hotline.reply", "370700", "5 working_days"),
        ("admission.decide", "330102", None),
        ("hotline.reply", "CN", None),
    ],
)
def test_local_rules_hold_only_where_they_were_made(
    key: str, place: str, value: str | None
) -> None:
    assert held(key, place=place) == value


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("rc.size.households", "100..700 households"),
        ("rc.members", "5..9 persons"),
        ("rc.term_years", "5 years"),
        ("rep.per_group", "2..3 persons"),
        ("mtg.resident.call.residents", ">=1/5"),
        ("mtg.resident.call.households", ">=1/5"),
        ("mtg.resident.call.groups", ">=1/3"),
        ("mtg.resident.quorum.residents", ">1/2"),
        ("mtg.resident.pass", ">1/2"),
        ("el.valid.voters", None),  # not in the Act
        ("el.win", None),
        ("mtg.rep.quorum", None),
    ],
)
def test_the_law_until_2025(key: str, value: str | None) -> None:
    assert held(key, BEFORE) == value


def test_the_term_was_three_years_until_the_end_of_2018() -> None:
    assert held("rc.term_years", date(2018, 12, 28)) == "3 years"
    assert held("rc.term_years", date(2018, 12, 29)) == "5 years"


def test_only_what_the_act_calls_usual_and_windows_of_our_own_leave_room() -> None:
    free = {rule.key for rule in RULES if rule.overridable and not rule.law.startswith("示例")}

    assert free == {"rc.size.households", "rep.households"}


def test_a_verified_rule_names_its_article() -> None:
    assert [rule.key for rule in RULES if rule.verified and not rule.article] == []


def test_shares_and_periods_can_be_used() -> None:
    units = {"hours", "calendar_days", "working_days", "months", "years"}
    for rule in RULES:
        if rule.unit == "share":
            assert rule.threshold.of
        elif rule.unit in units:
            assert rule.period.amount == rule.value


@pytest.mark.parametrize(
    ("year", "off", "work"),
    [
        (2024, ["02-10", "02-17", "10-07"], ["02-04", "02-18", "10-12"]),
        (2025, ["01-28", "02-04", "10-08"], ["01-26", "09-28", "10-11"]),
        (2026, ["02-15", "02-23", "09-27"], ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"]),
        (2019, ["05-01", "05-04"], ["04-28", "05-05", "09-29"]),
        (2018, ["02-15", "12-31"], ["02-11", "12-29"]),
    ],
)
def test_the_calendars_are_those_of_the_notices(year: int, off: list[str], work: list[str]) -> None:
    calendar = Calendar({one.year: one for one in YEARS})

    for day in off:
        assert calendar.kind(date.fromisoformat(f"{year}-{day}")) is DayKind.HOLIDAY
    for day in work:
        assert calendar.kind(date.fromisoformat(f"{year}-{day}")) is DayKind.MAKE_UP


def test_every_year_from_2011_is_there_and_2027_is_not_published() -> None:
    assert {one.year: one.published for one in YEARS} == {
        year: year != 2027 for year in range(2011, 2028)
    }


def test_every_make_up_day_is_a_saturday_or_sunday() -> None:
    assert [day for one in YEARS for day in one.work if day.weekday() < 5] == []


@pytest.mark.shared
@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_the_calendar_agrees_with_the_shared_file(year: int) -> None:
    path = Path(__file__).parents[3] / "shared/data/holidays" / f"{year}.json"
    if not path.exists():
        pytest.skip("the shared folder is not here")
    days = yaml.safe_load(path.read_text())["days"]
    [ours] = [one for one in YEARS if one.year == year]

    assert {day["date"] for day in days if day["isOffDay"]} == {d.isoformat() for d in ours.off}
    assert {day["date"] for day in days if not day["isOffDay"]} == {
        d.isoformat() for d in ours.work
    }


@pytest.mark.django_db
def test_the_command_loads_all_and_a_second_run_changes_nothing() -> None:
    first, second = StringIO(), StringIO()

    call_command("load_rules", stdout=first, stderr=StringIO())
    lines = Line.objects.count()
    call_command("load_rules", stdout=second, stderr=StringIO())

    assert first.getvalue() == f"{len(RULES)} rules and {len(YEARS)} calendar years changed\n"
    assert second.getvalue() == "0 rules and 0 calendar years changed\n"
    assert (RuleRow.objects.count(), CalendarYearRow.objects.count()) == (len(RULES), len(YEARS))
    assert Line.objects.count() == lines == len(RULES) + len(YEARS)
    assert set(queries.rules()) == set(RULES)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("rules.yaml", "- {key: a.b}"),
        ("rules.yaml", "- {key: a.b"),
        ("calendar_2028.yaml", "year: 2028\npublished: true\ndays_off: [2028-02-30]"),
    ],
)
def test_a_bad_file_is_named_and_changes_nothing(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)

    with pytest.raises(CommandError, match=name):
        call_command("load_rules", str(tmp_path))

    assert not RuleRow.objects.exists()
    assert not CalendarYearRow.objects.exists()
    assert not Line.objects.exists()


def test_every_row_fits_its_columns() -> None:
    """PostgreSQL keeps to the lengths that SQLite forgives."""
    for column in ("key", "unit", "of", "jurisdiction", "law", "article"):
        longest = RuleRow._meta.get_field(column).max_length
        assert [rule.key for rule in RULES if len(getattr(rule, column)) > longest] == []

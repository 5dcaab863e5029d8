"""What forms lack is asked at the door: each fact of each person once, over all forms."""

from datetime import date, datetime, timedelta

import pytest

from config import chores
from linli.basics import NoSuchThing
from linli.journal.models import Line
from linli.people import actions as people
from linli.people.models import Person
from linli.reports import queries
from linli.reports.actions import (
    ask_for_gaps,
    ask_weekly,
    end_form,
    import_form,
    open_due_editions,
    send_edition,
)
from linli.reports.domain import PeriodKind
from linli.reports.models import Edition, Form
from linli.visits.actions import answer_questions
from linli.visits.models import Question
from tests.world import GREEN, HOUSE_ITSELF, NOON, WILLOW, World

from .conftest import drawn

pytestmark = pytest.mark.django_db


def take_in(world: World, code: str, heads: list[str], duty: str = "assist_government") -> None:
    import_form(
        by=world.at("civil"),
        code=code,
        name="表",
        level="community",
        period=PeriodKind.MONTH,
        due_days=5,
        workbook=drawn([["社区", *heads], ["", *("" for _ in heads)]]),
        duty=duty,
        at=NOON,
    )


@pytest.fixture
def lines(world: World, residents: dict[str, int], lists: None) -> World:
    return world


def asked() -> set[tuple[int, str]]:
    return set(Question.objects.values_list("person", "attribute"))


def test_two_forms_that_lack_the_same_ask_for_it_once(
    lines: World, residents: dict[str, int]
) -> None:
    take_in(lines, "A", ["党员"])
    take_in(lines, "B", ["党员", "老年党员"])

    open_due_editions(by=HOUSE_ITSELF, at=NOON)

    # Seven of eight have nothing on record; 王五 is a member. The age of 王六 is open too, but
    # whoever is asked about a form's fact is asked once.
    members = {pk for name, pk in residents.items() if name != "王五"}
    assert {pk for pk, attribute in asked() if attribute == "party_member"} == members
    assert Question.objects.count() == len(asked())
    assert ask_for_gaps(by=HOUSE_ITSELF, at=NOON) == 0
    named = {tuple(one) for one in Question.objects.values_list("forms", flat=True)}
    assert named == {("A", "B")}  # who is no elder for certain is lacked by A alone


def test_the_weeks_list_is_what_all_forms_lack_each_fact_once(
    lines: World, residents: dict[str, int]
) -> None:
    for code, heads in (
        ("A", ["党员", "志愿者"]),
        ("B", ["女党员", "退役军人"]),
        ("C", ["老年志愿者"]),
    ):
        take_in(lines, code, heads)

    open_due_editions(by=HOUSE_ITSELF, at=NOON)

    editions = list(Edition.objects.select_related("form"))
    alone = [queries.gaps([one], at=NOON) for one in editions]
    lacked = set().union(*alone)
    assert sum(map(len, alone)) > len(lacked) == Question.objects.count()
    assert asked() == {(gap.person, gap.attribute) for gap in lacked}
    for question in Question.objects.all():
        wanting = {
            edition.form.code
            for edition, gaps in zip(editions, alone, strict=True)
            if any(
                (g.person, g.attribute) == (question.person_id, question.attribute) for g in gaps
            )
        }
        assert question.forms == sorted(wanting)


def test_a_form_whose_line_is_closed_takes_no_other_forms_question(
    lines: World, residents: dict[str, int]
) -> None:
    take_in(lines, "A", ["党员"], duty="market_checks")  # taken back: nobody works under it
    take_in(lines, "B", ["党员"])

    open_due_editions(by=HOUSE_ITSELF, at=NOON)

    assert {tuple(one) for one in Question.objects.values_list("forms", flat=True)} == {("B",)}
    assert Question.objects.count() == 7


def test_who_has_gone_since_is_asked_nothing_and_who_moved_is_asked_there(
    lines: World, residents: dict[str, int]
) -> None:
    gone, moved = residents["王一"], residents["王二"]
    on = date(2026, 11, 10)
    people.end_person(by=HOUSE_ITSELF, at=NOON, person=gone, reason="moved", on=on)
    Person.objects.filter(pk=moved).update(community_id=lines.place(WILLOW))
    take_in(lines, "A", ["党员"])

    open_due_editions(by=HOUSE_ITSELF, at=NOON)

    found = dict(Question.objects.values_list("person", "community_id"))
    assert gone not in found
    assert found[moved] == lines.place(WILLOW)
    assert len(found) == 6


def test_a_form_without_a_line_of_the_duty_list_asks_nothing(lines: World) -> None:
    take_in(lines, "A", ["党员"], duty="")

    open_due_editions(by=HOUSE_ITSELF, at=NOON)

    assert not Question.objects.exists()


def test_what_found_no_room_is_asked_the_next_week_though_no_form_opens(
    lines: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("linli.reports.actions.questions.WEEKLY", 2)
    take_in(lines, "A", ["党员", "独居老人", "志愿者"])
    open_due_editions(by=HOUSE_ITSELF, at=NOON)  # a Monday
    first = sorted(asked())
    sunday, monday = NOON + timedelta(days=6), NOON + timedelta(days=7)
    for person, attribute in first[:3]:
        people.record_fact(
            by=HOUSE_ITSELF,
            at=sunday,
            person=person,
            attribute=attribute,
            value=True,
            valid_from=date(2026, 10, 1),
        )
        answer_questions(by=HOUSE_ITSELF, at=sunday, person=person, attributes=[attribute])

    assert ask_weekly(by=HOUSE_ITSELF, at=sunday) == 0  # this week has its list
    take_in(lines, "B", ["党员", "退役军人"])
    open_due_editions(by=HOUSE_ITSELF, at=sunday)
    assert sorted(asked()) == first  # a form that opens in between adds none to it
    assert ask_weekly(by=HOUSE_ITSELF, at=monday) == 3

    list_ = Question.objects.filter(answered_at=None)
    assert list_.count() == 4  # two for each of two communities
    assert [(one.person_id, one.attribute) for one in list_.filter(asked_at=NOON)] == first[3:]
    assert ask_weekly(by=HOUSE_ITSELF, at=monday + timedelta(hours=1)) == 0


def test_asking_again_for_the_same_writes_nothing(lines: World) -> None:
    take_in(lines, "A", ["党员"])
    open_due_editions(by=HOUSE_ITSELF, at=NOON)
    held = list(Question.objects.order_by("id").values()), Line.objects.count()

    assert ask_for_gaps(by=HOUSE_ITSELF, at=NOON + timedelta(days=1)) == 0
    assert (list(Question.objects.order_by("id").values()), Line.objects.count()) == held


def test_the_chore_asks_once_a_week(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chores, "_ASKED_IN", set())
    seen: list[datetime] = []
    monkeypatch.setattr(chores.reports, "ask_weekly", lambda *, by, at: seen.append(at))
    moments = [NOON, NOON + timedelta(days=6), NOON + timedelta(days=7, hours=1)]
    for at in moments:
        chores.ask_weekly(at)
    assert seen == [moments[0], moments[2]]


def test_a_form_that_ended_takes_back_its_questions_and_no_other_forms(lines: World) -> None:
    for code, heads in (("A", ["党员", "志愿者"]), ("B", ["党员"])):
        take_in(lines, code, heads)
    open_due_editions(by=HOUSE_ITSELF, at=NOON)
    form = Form.objects.get(code="A")

    end_form(by=lines.at("civil"), form=form.pk, at=NOON)

    open_ = Question.objects.filter(withdrawn_at=None)
    assert {(one.attribute, *one.forms) for one in open_} == {("party_member", "B")}
    assert {one.attribute for one in Question.objects.exclude(withdrawn_at=None)} == {"volunteer"}
    assert ask_for_gaps(by=HOUSE_ITSELF, at=NOON) == 0
    worker = lines.at("committee")
    assert [one.form.code for one in queries.editions_for(worker)] == ["B"]  # what was open lapsed
    lapsed = Edition.objects.get(form=form, place=lines.place(GREEN))
    with pytest.raises(NoSuchThing):
        send_edition(by=worker, edition=lapsed.pk, at=NOON)


def test_a_week_asks_no_more_than_so_much(lines: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("linli.reports.actions.questions.WEEKLY", 2)
    take_in(lines, "A", ["党员", "独居老人", "志愿者"])

    open_due_editions(by=HOUSE_ITSELF, at=NOON)

    assert Question.objects.count() == 4  # two for each of two communities

"""An answer that is a fact goes to the card once the office takes the matter up; nobody asks again."""

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from linli.basics import Actor
from linli.cases import actions, domain
from linli.cases.domain import Channel, End
from linli.cases.models import Case, Step
from linli.catalogue import actions as catalogue
from linli.catalogue import queries as items
from linli.journal.models import Line
from linli.people import actions as people
from linli.people import queries as register
from linli.people.models import Superseded
from linli.portal import queries as portal
from tests.kept import kept
from tests.world import DOOR, HOUSE_ITSELF, NOON, build_world

from .errands import HOUR, kinds

PACK = Path(__file__).parents[2] / "packs" / "common"
SINCE = date(2020, 3, 1)


@pytest.fixture
def world(db):
    return kept("told", _with_the_letter)


def _with_the_letter():
    made = build_world(pack=None)
    catalogue.load_pack(by=HOUSE_ITSELF, folder=PACK, at=NOON)
    return made


@pytest.fixture
def person(world):
    return people.register_person(by=HOUSE_ITSELF, at=NOON, name="陈桂兰", home=world.place(DOOR))


def asks(person, **changes):
    """Somebody asks for a letter on where they live, and answers what is asked."""
    values = {
        "item": "residence_check",
        "words": "开居住证明",
        "channel": Channel.PORTAL,
        "place_id": person.home_id,
        "person_id": person.pk,
        "answers": {"since_when": SINCE.isoformat(), "asked_by": "学校", "used_by_public": True},
    }
    resident = Actor(kind="resident", district=1, user=7, person=person.pk)
    said = actions.Said(**{**values, **changes})
    return actions.open_case(by=resident, said=said, at=NOON + HOUR)


def taken_up(world, receipt, at=NOON + 2 * HOUR):
    step = Step.objects.get(case=receipt.case, code="look")
    return actions.accept_step(by=world.at("station"), step_id=step.pk, at=at)


def held(person) -> dict[str, object]:
    return register.facts_of(person.pk)


def learned(person, value, at) -> None:
    people.record_fact(
        by=HOUSE_ITSELF, at=at, person=person.pk, attribute="resident_since", value=value
    )


def test_what_was_answered_once_is_never_asked_again(world, person) -> None:
    resident = Actor(kind="resident", district=1, user=7, person=person.pk)

    def questions(code: str) -> set[str]:
        item = items.current(code, NOON.date()).definition
        facts = portal.known_facts(resident)
        return {
            one.code for one in portal.match(item, facts=facts, community=None, at=NOON).questions
        }

    assert "since_when" in questions("residence_check")
    assert "lived_since" in questions("residence_permit")

    receipt = asks(person)
    assert "resident_since" not in held(person)  # said, and nobody has looked yet
    taken_up(world, receipt)

    assert held(person)["resident_since"] == SINCE
    assert "since_when" not in questions("residence_check")
    assert questions("residence_permit") == set()
    assert Case.objects.get(pk=receipt.case.pk).answers["since_when"] == SINCE.isoformat()


def test_the_fact_is_written_in_the_act_that_takes_the_case_up(world, person) -> None:
    receipt = asks(person)
    taken_up(world, receipt)

    assert kinds(receipt) == ["CaseOpened", "AnswersKept", "StepAccepted"]
    line = Line.objects.get(kind="AnswersKept")
    fact = Line.objects.get(kind="FactChanged", subject_kind="person", subject_id=person.pk)
    accepted = Line.objects.get(kind="StepAccepted")
    assert line.act_id == fact.act_id == accepted.act_id
    assert json.loads(line.body)["event"]["kept"] == ["resident_since"]
    past = Superseded.objects.get(person=person, attribute="resident_since")
    assert (past.act_id, past.valid_to) == (accepted.act_id, (NOON + HOUR).date())
    assert "2020" not in line.body


def test_what_was_learned_since_is_not_overwritten(world, person) -> None:
    receipt = asks(person)
    learned(person, date(2018, 1, 1), NOON + HOUR + timedelta(minutes=10))
    taken_up(world, receipt)

    assert held(person)["resident_since"] == date(2018, 1, 1)
    event = json.loads(Line.objects.get(kind="AnswersKept").body)["event"]
    assert (event["kept"], event["left"]) == ([], ["resident_since"])
    told = domain.telling("AnswersKept", event)
    assert told.words == "Some answers were not written to the card"


def test_an_older_word_gives_way_and_is_kept_beside(world, person) -> None:
    learned(person, date(2018, 1, 1), NOON)
    taken_up(world, asks(person))

    assert held(person)["resident_since"] == SINCE
    assert [past.value for past in register.past_values(person.pk, "resident_since")] == [
        None,
        date(2018, 1, 1),
    ]


@pytest.mark.parametrize("answer", ["2020-13-40", "gestern", 7, True])
def test_what_does_not_fit_is_left_and_stops_nothing(world, person, answer) -> None:
    receipt = asks(person, answers={"since_when": answer})
    taken_up(world, receipt)

    assert "resident_since" not in held(person)
    assert json.loads(Line.objects.get(kind="AnswersKept").body)["event"]["left"] == [
        "resident_since"
    ]


def test_who_somebody_is_no_answer_changes(world, person) -> None:
    receipt = asks(person, answers={"applicant": "陈桂芳"})
    taken_up(world, receipt)

    person.refresh_from_db()
    assert person.name == "陈桂兰"


@pytest.mark.parametrize(("behalf", "kept"), [("", "13800000521"), ("女儿代办", None)])
def test_a_number_left_with_the_report_is_kept_unless_somebody_elses(
    world, person, behalf, kept
) -> None:
    call = {"item": "residence_permit", "answers": {}, "phone": "13800000521"}
    case = asks(person, **call, behalf_words=behalf).case
    by = next(one for one in world.staff.values() if one.party == case.owner_id)
    by = replace(by, permissions=frozenset({"cases.act"}))
    actions.answer_case(
        by=by,
        case_id=case.pk,
        end=End.EXPLAINED,
        words="本区户籍，不用办居住证，直接用户口簿就行。",
        at=NOON + 2 * HOUR,
    )

    person.refresh_from_db()
    assert (person.phone.open() if person.phone else None) == kept


def test_nothing_is_written_of_somebody_who_is_not_on_record(world) -> None:
    said = actions.Said(
        item="residence_check",
        words="开居住证明",
        channel=Channel.PHONE,
        place_id=world.place(DOOR),
        answers={"since_when": SINCE.isoformat()},
    )
    receipt = actions.open_case(by=world.at("station"), said=said, at=NOON)
    taken_up(world, receipt)

    assert kinds(receipt) == ["CaseOpened", "StepAccepted"]

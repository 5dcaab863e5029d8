"""Whose matter nobody may handle, and which acts that closes: all that lay hands on a case."""

from dataclasses import replace
from datetime import timedelta

import pytest

from linli.cases import actions
from linli.cases.actions import Identified
from linli.cases.domain import End, PauseReason, Proof
from linli.cases.models import Report
from linli.parties.domain import OwnMatter
from linli.people import actions as people
from tests.gate.drawing import clean_picture
from tests.world import DOOR, HOUSE_ITSELF, NOON

from .errands import HOUR, RESIDENT, give_back, me_too, refused, said, step

WEEK = timedelta(days=7)


@pytest.fixture
def folk(world) -> dict[str, int]:
    """The clerk, the clerk's mother on two records that are one, and a neighbour."""
    names = {"own": "周敏", "mother": "马红", "twice": "马红", "neighbour": "陈桂兰"}
    made = {
        who: people.register_person(by=HOUSE_ITSELF, at=NOON, name=name, home=world.place(DOOR)).pk
        for who, name in names.items()
    }
    at = {"by": HOUSE_ITSELF, "at": NOON}
    people.note_kin(person=made["own"], relative=made["mother"], kinship="parent", **at)
    people.merge_people(kept=made["twice"], gone=made["mother"], **at)
    return made


def reporting(person: int):
    return replace(RESIDENT, user=None, person=person)


# Who reported it, who joined, whether they took it back; and whether the clerk must leave it alone.
WHOSE = (
    ("own", "", False, True),
    ("mother", "", False, True),
    ("twice", "", False, True),
    ("neighbour", "", False, False),
    ("neighbour", "own", False, True),
    ("neighbour", "mother", False, True),
    ("neighbour", "mother", True, False),
    ("nobody", "", False, False),
)


def test_own_and_near_relatives_matters_are_left_to_a_colleague(world, folk) -> None:
    by = replace(world.at("station"), person=folk["own"])
    for first, joined, withdrawn, mine in WHOSE:
        leak = actions.open_case(by=RESIDENT, said=said(world, person_id=folk.get(first)), at=NOON)
        if joined:
            receipt = me_too(leak.case, by=reporting(folk[joined]))
            assert receipt.report.person_id == folk[joined]
            if withdrawn:
                actions.withdraw_case(by=reporting(folk[joined]), report=receipt.report, at=NOON)
        take = {"step_id": step(leak, "look").pk, "at": NOON}
        if mine:
            refused(OwnMatter, actions.accept_step, by=by, **take)
        taken = actions.accept_step(by=world.at("station") if mine else by, **take)
        assert taken.state == "accepted", (first, joined)


def test_no_act_reaches_a_matter_of_ones_own(world, folk) -> None:
    leak = actions.open_case(by=RESIDENT, said=said(world, person_id=folk["mother"]), at=NOON)
    other = actions.open_case(by=RESIDENT, said=said(world), at=NOON)
    actions.accept_step(by=world.at("station"), step_id=step(leak, "look").pk, at=NOON)
    ruling = give_back(world, leak)
    case, look, report = leak.case.pk, step(leak, "look").pk, leak.report.pk
    street, words = world.party("990101001.center"), {"words": "请看一下"}
    shown = Identified(proof=Proof.IDENTITY, reason="来电", statement="身份证")
    until = {"review_at": NOON + WEEK}
    acts = (
        ("station", actions.accept_step, {"step_id": look}),
        ("station", actions.finish_step, {"step_id": look, "outcome": "done", "note": "好了"}),
        ("station", actions.hand_over_step, {"step_id": look, "to_party": street, "note": "请接"}),
        ("station", actions.undo_last_move, {"step_id": look}),
        ("station", actions.answer_case, {"case_id": case, "end": End.SOLVED, **words}),
        ("station", actions.ask_papers, {"case_id": case, "papers": ["证"], **words, **until}),
        (
            "station",
            actions.pause_case,
            {"case_id": case, "reason": PauseReason.EXPERT, **words, **until},
        ),
        ("station", actions.resume_case, {"case_id": case}),
        (
            "station",
            actions.invite_office,
            {"case_id": case, "to_party": street, "lead": True, **words},
        ),
        ("station", actions.merge_cases, {"case_id": case, "into_id": other.case.pk}),
        ("station", actions.merge_cases, {"case_id": other.case.pk, "into_id": case}),
        ("station", actions.undo_merge, {"case_id": case}),
        ("station", actions.reroute_case, {"case_id": case, "item": "roof_renewal"}),
        ("station", actions.attach_files, {"case_id": case, "papers": [clean_picture()]}),
        ("station", actions.open_contact, {"case_id": case, "report_id": report, "reason": "问"}),
        (
            "station",
            actions.withdraw_for,
            {"case_id": case, "report_id": report, "identified": shown},
        ),
        (
            "station",
            actions.bring_papers_for,
            {
                "case_id": case,
                "report_id": report,
                "identified": shown,
                "papers": [clean_picture()],
            },
        ),
        ("street", actions.supervise_case, {"case_id": case}),
        ("street", actions.extend_deadline, {"case_id": case, "new_due_at": NOON + WEEK, **words}),
        (
            "street",
            actions.reassign_steps,
            {"step_ids": [look], "to_party": street, "note": "请接"},
        ),
        (
            "arbiter",
            actions.rule_return,
            {"ruling_id": ruling.pk, "upheld": False, "to_party": None, "reason": "是"},
        ),
    )
    for desk, act, given in acts:
        by = replace(world.at(desk), person=folk["own"])
        refused(OwnMatter, act, by=by, at=NOON + HOUR, **given)
    assert Report.objects.get(pk=report).withdrawn_at is None

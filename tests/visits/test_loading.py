"""Many visits of the past at once: the same rows, notes and facts that single cards leave."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.db import transaction

from linli.basics import Invalid, NotAllowed
from linli.journal.models import Line
from linli.journal.queries import verify_live
from linli.people import actions as people
from linli.people import queries as people_queries
from linli.people.models import Confirmation
from linli.rulebook.domain import local_date
from linli.visits import queries
from linli.visits.actions import load_visits, record_visit
from linli.visits.domain import (
    NobodyAnswered,
    NothingAsksThis,
    NotOnThisCard,
    Visited,
)
from linli.visits.models import Conflict, Question, Visit
from tests.world import HOUSE_ITSELF

from .asserting import refused
from .test_questions import ask
from .test_recording import held

CHANCE = {"id", "salt", "key", "content"}


def row(home, card, *, days_ago=0):
    at = home.at - timedelta(days=days_ago)
    if days_ago:
        card = replace(card, visited_on=local_date(at))
    return Visited(card=card, appointment=home.worker.appointment, entered_at=at)


def load(home, *rows, by=HOUSE_ITSELF):
    members = {home.house.pk: [home.old.pk, home.young.pk]}
    return load_visits(by=by, rows=rows, at=home.at, members=members)


def told(model):
    return [
        {name: value for name, value in one.items() if name not in CHANCE}
        for one in model.objects.order_by("id").values()
    ]


CARDS = {
    "shut": lambda home, key: home.card(key, outcome="not_home", minutes=2),
    "refused": lambda home, key: home.card(key, outcome="refused", minutes=1),
    "same": lambda home, key: home.card(key, unchanged=(home.same("work", person=home.young),)),
    "again": lambda home, key: home.card(
        key, stated=(home.says("employment", "employed", person=home.young),)
    ),
    "new": lambda home, key: home.card(
        key, stated=(home.says("marital", "single", person=home.young),), reasons=("due",)
    ),
    "late": lambda home, key: home.card(
        key, stated=(home.says("employment", "retired", seen=99, person=home.young),)
    ),
}


@pytest.mark.parametrize("kind", CARDS)
def test_a_loaded_visit_leaves_what_a_single_one_leaves(home, kind):
    ask(home, "marital", "employment")
    left = []
    for way in ("single", "loaded"):
        with transaction.atomic():
            card = CARDS[kind](home, f"k-{way}")
            if way == "single":
                record_visit(by=home.worker, at=home.at, card=card)
            else:
                assert load(home, row(home, card)) == 1
            questions = Question.objects.order_by("id").values_list("attribute", "answered_at")
            left.append(
                (
                    told(Visit),
                    told(Confirmation),
                    [{**one, "visit_id": 0} for one in told(Conflict)],
                    list(questions),
                    held(home, "marital", home.young),
                    held(home, "employment", home.young),
                )
            )
            transaction.set_rollback(True)
    assert left[0] == left[1]


def test_verify_passes_and_a_second_run_changes_nothing(home):
    rows = [
        row(home, CARDS[kind](home, f"k{number}"), days_ago=20 - number)
        for number, kind in enumerate(("same", "new", "shut"))
    ]

    before = Line.objects.latest("id").pk
    assert load(home, *rows, rows[0]) == 3
    # What forms hold in memory is read anew: notes of anybody may have come.
    assert people_queries.changed_people(1, before)[0] is None
    assert load(home, *rows) == 0

    assert Visit.objects.count() == 3
    assert [fault for fault in verify_live() if "visits_" in fault.where] == []
    assert [fault for fault in verify_live() if "people_" in fault.where] == []
    kinds = list(Line.objects.order_by("-id").values_list("kind", flat=True)[:2])
    assert kinds == ["VisitsLoaded", "NotesLoaded"]
    assert Confirmation.objects.get().on == date(2026, 10, 27)


def test_what_changed_meanwhile_is_not_overwritten(home):
    people.record_fact(
        by=home.other, at=home.at, person=home.young.pk, attribute="employment", value="retired"
    )
    card = home.card("k", stated=(home.says("employment", "student", person=home.young),))

    load(home, row(home, card))

    assert held(home, "employment", home.young) == "retired"
    assert queries.value_kept(Conflict.objects.get()) == "student"


def test_what_cannot_be_is_refused_and_changes_nothing(home):
    stranger = people.register_person(
        by=HOUSE_ITSELF, at=home.at, name="吴老", community=home.community
    )
    about = home.card("k", stated=(home.says("marital", "single", person=stranger),))
    cases = [
        (Invalid, home.card("k", visited_on=date(2026, 11, 17))),
        (Invalid, home.card("")),
        (NobodyAnswered, home.card("k", outcome="refused", unchanged=(home.same("work"),))),
        (NotOnThisCard, about),
        (NotOnThisCard, home.card("k", household=home.house.pk + 1)),
        (NothingAsksThis, home.card("k", mandate=77)),
    ]
    members = {home.house.pk: [home.old.pk, home.young.pk]}
    for refusal, card in cases:
        values = {"rows": [row(home, card)], "at": home.at, "members": members}
        refused(refusal, load_visits, by=HOUSE_ITSELF, **values)
    elsewhere = {home.house.pk: [home.old.pk, stranger.pk]}
    good = {"rows": [row(home, home.card("k"))], "at": home.at}
    refused(NotOnThisCard, load_visits, by=HOUSE_ITSELF, members=elsewhere, **good)
    nobody = home.world.at("station")
    refused(NotAllowed, load_visits, by=nobody, members=members, **good)


def test_days_come_in_their_order(home):
    says = [home.says("marital", value, person=home.young) for value in ("married", "single")]
    rows = [
        row(home, home.card(f"k{days}", stated=(said,)), days_ago=days)
        for days, said in zip((1, 9), says, strict=True)
    ]
    load(home, *rows)
    # The older card is written first; the other had not seen it, so a person decides.
    assert held(home, "marital", home.young) == "single"
    assert queries.value_kept(Conflict.objects.get()) == "married"
    assert isinstance(Visit.objects.order_by("visited_on").first().entered_at, datetime)

"""The outbox: at least once told, once done, and never silently given up."""

import logging
from datetime import timedelta

import pytest

from linli.journal import actions, queries
from linli.journal.models import Effect, Pending

from .conftest import AT, BY
from .things import LampLit

pytestmark = pytest.mark.django_db


def run(at=AT, **values):
    return actions.run_reactions(by=BY, at=at, **values)


@pytest.fixture(autouse=True)
def quiet(caplog):
    caplog.set_level(logging.CRITICAL, logger="linli.journal.actions")


def names(wired):
    return [name for name, _, _ in wired.told]


def test_every_reaction_runs_once_in_the_order_of_the_wiring(wired, light):
    line = light(8, level="red")
    assert run() == 1
    assert names(wired) == ["first", "second"]
    assert {(event.lamp_id, event.level, key) for _, event, key in wired.told} == {
        (8, "red", line.pk)
    }
    assert not Pending.objects.exists()
    assert run() == 0
    assert len(wired.told) == 2


def test_a_line_owed_again_after_a_crash_does_nothing_twice(wired, light):
    line = light()
    run()
    Pending.objects.create(line=line, next_at=AT)
    assert run() == 1
    assert names(wired) == ["first", "second"]
    assert Effect.objects.count() == 2


def test_nothing_runs_before_it_is_due(wired, light):
    light()
    assert run(AT - timedelta(seconds=1)) == 0
    assert wired.told == []


@pytest.mark.parametrize(("bad", "good"), [("first", "second"), ("second", "first")])
def test_a_broken_reaction_does_not_hold_up_the_others(wired, light, bad, good):
    wired.broken.add(bad)
    light()
    assert run() == 0
    assert names(wired) == ["first", "second"]
    assert [effect.reaction for effect in Effect.objects.all()] == [
        f"tests.journal.things.tell_{good}"
    ]
    pending = Pending.objects.get()
    assert (pending.tries, pending.next_at) == (1, AT + timedelta(seconds=1))
    assert pending.complaint == f"tests.journal.things.tell_{bad}: ValueError: {bad} is broken"
    wired.broken.clear()
    assert run(AT + timedelta(seconds=1)) == 1
    assert names(wired) == ["first", "second", bad]


def test_one_broken_line_does_not_hold_up_the_next(wired, light):
    light(1)
    wired.broken.add("first")
    run()
    wired.broken.clear()
    light(2)
    assert run() == 1
    assert [event.lamp_id for name, event, _ in wired.told if name == "second"] == [1, 2]
    assert Pending.objects.get().line.subject_id == 1


def test_after_the_last_try_a_person_must_look(wired, light):
    wired.broken.add("first")
    line = light()
    at, waited = AT, []
    while not queries.dead_letters().exists():
        run(at)
        pending = Pending.objects.get()
        if pending.gave_up_at is None:
            waited.append(int((pending.next_at - at).total_seconds()))
            at = pending.next_at
    assert waited == list(actions.PATIENCE)
    assert [letter.line_id for letter in queries.dead_letters()] == [line.pk]
    assert queries.dead_letters().get().gave_up_at == at
    assert run(at + timedelta(days=9)) == 0
    assert names(wired).count("first") == len(actions.PATIENCE) + 1
    assert names(wired).count("second") == 1


def test_what_was_given_up_is_owed_anew_once_its_cause_is_mended(wired, light):
    light(1)
    Pending.objects.update(tries=7, gave_up_at=AT, complaint="broken")
    light(2)
    Pending.objects.filter(gave_up_at=None).update(tries=2)
    later = AT + timedelta(days=9)
    assert actions.retry_reactions(by=BY, at=later) == 1
    given_up, waiting = Pending.objects.order_by("id")
    assert (given_up.tries, given_up.gave_up_at, given_up.next_at) == (0, None, later)
    assert (waiting.tries, waiting.next_at) == (2, AT)
    assert run(later) == 2
    assert actions.retry_reactions(by=BY, at=later) == 0


def test_a_complaint_is_cut_to_what_the_table_holds(wired, light, monkeypatch):
    kinds = {"LampLit": (LampLit, (wired.shout,))}
    monkeypatch.setattr(actions, "reactions_by_kind", lambda: kinds)
    light()
    run()
    assert len(Pending.objects.get().complaint) == 300


def test_what_a_failed_reaction_wrote_is_undone(wired, light, monkeypatch):
    def write_and_fail(event, line):
        light(99)
        raise ValueError

    write_and_fail.__qualname__ = "write_and_fail"

    monkeypatch.setattr(
        actions, "reactions_by_kind", lambda: {"LampLit": (LampLit, (write_and_fail,))}
    )
    light(1)
    run()
    assert queries.timeline("lamp", 99).count() == 0
    assert queries.timeline("lamp", 1).count() == 1


def test_a_run_takes_no_more_than_asked(wired, light):
    for number in range(5):
        light(number)
    assert [run(most=3), run(most=3), run(most=3)] == [3, 2, 0]

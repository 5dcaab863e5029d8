"""The worker: everything that is due, whatever else goes wrong."""

import logging
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from linli.journal import actions, queries
from linli.journal.management.commands.work import Worker
from linli.journal.models import Line, Pending, Seal

from . import things
from .conftest import AT, BY

ROOT = Path(__file__).parents[2]
chores: list[object] = []


def chore(at):
    chores.append(at)


def broken_chore(at):
    raise ValueError("the chore is broken")


@pytest.fixture(autouse=True)
def quiet(caplog):
    caplog.set_level(logging.CRITICAL)
    chores.clear()


@pytest.fixture
def with_chores(settings):
    here = "tests.journal.test_work"
    settings.CHORES = [f"{here}.broken_chore", f"{here}.chore"]


@pytest.mark.django_db
def test_once_does_all_that_is_due_and_ends(wired, light, with_chores):
    for number in range(3):
        light(number)
    call_command("work", once=True)
    assert [name for name, _, _ in wired.told] == ["first", "second"] * 3
    assert not Pending.objects.exists()
    assert Line.objects.filter(batch=None).count() == 0
    assert Seal.objects.get().count == 3
    assert len(chores) == 1


@pytest.mark.django_db
def test_again_names_what_was_given_up_and_tries_it_once_more(wired, light, with_chores, capsys):
    line = light()
    Pending.objects.update(tries=7, gave_up_at=AT, complaint="tell_first: ValueError: broken")
    call_command("work", once=True)
    assert wired.told == []
    call_command("work", once=True, again=True)
    said = f"line {line.pk}, LampLit: tell_first: ValueError: broken\n"
    assert capsys.readouterr().out == said
    assert [name for name, _, _ in wired.told] == ["first", "second"]
    assert not Pending.objects.exists()


@pytest.mark.django_db
def test_a_turn_reacts_at_once_but_seals_and_tidies_only_in_time(wired, light, with_chores):
    light()
    worker = Worker(BY)
    assert worker.turn() is True
    assert worker.turn() is False
    assert (len(wired.told), Seal.objects.count(), chores) == (2, 0, [])
    worker.sealed -= 30
    worker.tidied -= 10
    assert worker.turn() is False
    assert (Seal.objects.count(), len(chores)) == (1, 1)


@pytest.mark.django_db
def test_a_full_batch_is_sealed_without_waiting(light, monkeypatch):
    light()
    monkeypatch.setattr(queries, "a_batch_waits", lambda: True)
    Worker(BY).turn()
    assert Seal.objects.count() == 1


@pytest.mark.django_db
def test_a_batch_waits_when_its_last_line_is_there(light):
    light(), light()
    assert [queries.a_batch_waits(size) for size in (1, 2, 3)] == [True, True, False]
    actions.seal_lines(by=BY, at=AT)
    assert queries.a_batch_waits(1) is False


@pytest.mark.django_db
def test_trouble_in_one_thing_does_not_stop_the_rest(light, with_chores, monkeypatch):
    light()

    def trouble(**values):
        raise ValueError

    monkeypatch.setattr(actions, "run_reactions", trouble)
    worker = Worker(BY)
    worker.sealed -= 30
    worker.tidied -= 10
    worker.turn()
    assert (Seal.objects.count(), len(chores)) == (1, 1)


def test_told_to_end_it_ends_well(tmp_path):
    """A real process, ended as the system ends it; that its database is empty only troubles it."""
    environment = {**os.environ, "LINLI_HOME": str(tmp_path), "LINLI_DATABASE_URL": ""}
    command = [sys.executable, "manage.py", "work"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    worker = subprocess.Popen(command, cwd=ROOT, env=environment, **pipes)
    assert worker.stdout.readline() == b"working\n"
    worker.send_signal(signal.SIGTERM)
    worker.communicate(timeout=10)
    assert worker.returncode == 0


def test_the_lamps_of_these_tests_are_wired_for_nobody_else():
    assert things.LampLit.__name__ not in actions.reactions_by_kind()

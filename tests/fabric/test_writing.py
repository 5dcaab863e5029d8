"""write_atomic: one transaction, one number, all or nothing."""

import sqlite3
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection

from linli.basics import Invalid, Refused
from linli.fabric.clock import END_OF_TIME
from linli.fabric.models import Version
from linli.fabric.writing import act_id, in_act, write_atomic

ROOT = Path(__file__).parents[2]


@write_atomic
def keep(name):
    Version.objects.create(name=name)
    return act_id()


@write_atomic
def refuse(name):
    Version.objects.create(name=name)
    raise Refused


@write_atomic
def keep_then(name, deed):
    return keep(name), deed(f"{name}-inner"), act_id()


def kept():
    return set(Version.objects.values_list("name", flat=True))


def test_there_is_no_act_outside():
    assert not in_act()
    with pytest.raises(RuntimeError, match="outside write_atomic"):
        act_id()


@dataclass(frozen=True)
class Said:
    """Stands for the values that acts take."""

    born_at: datetime | None = None
    people: tuple[int, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)


NOON = datetime(2026, 11, 16, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "where"),
    [
        (NOON.replace(tzinfo=None), "name"),
        (datetime.max.replace(tzinfo=UTC), "name"),
        (datetime.min.replace(tzinfo=UTC), "name"),
        (2**63, "name"),
        (-(2**63) - 1, "name"),
        ("a\x00b", "name"),
        ([1, 2**70], "name"),
        (Said(born_at=NOON.replace(tzinfo=None)), "born_at"),
        (Said(people=(1, 2**63)), "people"),
        (Said(facts={"phone": "\x00"}), "phone"),
    ],
)
def test_what_no_column_could_hold_is_refused_before_the_act_begins(given, where):
    done = []
    with pytest.raises(Invalid) as refusal:
        write_atomic(lambda *, name: done.append(name))(name=given)
    assert (refusal.value.field, done) == (where, [])


@pytest.mark.django_db
@pytest.mark.parametrize(
    "given", [NOON, END_OF_TIME, 2**63 - 1, -(2**63), "甲", None, [1], Said(NOON, (1,), {"a": "b"})]
)
def test_what_a_column_can_hold_goes_in(given):
    assert write_atomic(lambda *, name: name)(name=given) == given


@pytest.mark.django_db
def test_acts_have_different_numbers_and_nested_ones_the_same():
    first, inner, outer = keep_then("a", keep)
    assert first == inner == outer
    assert keep("b") != first
    assert 0 <= first < 2**62
    assert not in_act()


@pytest.mark.django_db(transaction=True)
def test_a_refusal_inside_a_nested_act_leaves_nothing():
    keep("before")
    with pytest.raises(Refused):
        keep_then("a", refuse)
    assert kept() == {"before"}
    assert not in_act()
    keep("after")
    assert kept() == {"before", "after"}


@pytest.mark.django_db(transaction=True)
def test_a_bug_leaves_nothing_either():
    def bug(name):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        keep_then("a", bug)
    assert kept() == set()


@pytest.mark.django_db(transaction=True)
def test_an_act_is_one_transaction():
    before = connection.in_atomic_block

    @write_atomic
    def look():
        return connection.in_atomic_block, len(connection.savepoint_ids)

    assert (before, look()) == (False, (True, 0))


def test_writers_queue_and_lose_nothing(tmp_path):
    """Four processes read and write one number; without the queue half of them would fail."""
    database, processes, rounds = tmp_path / "count.sqlite3", 4, 40
    with sqlite3.connect(database) as file:
        file.execute("CREATE TABLE fabric_version (name TEXT PRIMARY KEY, number BIGINT)")
        file.execute("INSERT INTO fabric_version VALUES ('count', 0)")
    command = [sys.executable, "-m", "tests.fabric.writer", str(database), str(rounds)]
    running = [
        subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE) for _ in range(processes)
    ]
    deadline = time.monotonic() + 60
    for process in running:
        _, complaint = process.communicate(timeout=max(1, deadline - time.monotonic()))
        assert (process.returncode, complaint.decode()) == (0, "")
    file = sqlite3.connect(database)
    assert file.execute("SELECT number FROM fabric_version").fetchone() == (processes * rounds,)
    file.close()
    assert (tmp_path / "count.sqlite3.queue").exists()

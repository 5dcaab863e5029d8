"""How the engines find the rows of hot statements: by an index that ends at them, however many there are."""

import re
from datetime import timedelta

import pytest
from django.db import connection

from linli.cases import actions, queries
from linli.cases.domain import Channel
from linli.cases.queries import CaseFilter
from linli.journal import actions as journal
from linli.journal import queries as record
from tests.world import HOUSE_ITSELF, NOON

from .errands import RESIDENT, said

GROWING = "case_|journal_|U[0-9]"  # U0 is what Django calls a table within an EXISTS
# Walked from their beginning to the last row wanted: they hold nothing but what is asked for, in order.
IN_ORDER = {
    "line_unsealed",
    "sqlite_autoindex_journal_seal_1",
    "docket_opened",
    "docket_due",
    "docket_number",
    "step_in_hand",
}


@pytest.fixture
def some(world):
    """Return the number of one of some cases."""
    made = [
        actions.open_case(by=RESIDENT, said=said(world), at=NOON + timedelta(minutes=minute))
        for minute in range(30)
    ]
    return made[7].case.number


def asked_by(deed):
    """Return the statements of a deed that look for rows."""
    found = []

    def note(execute, sql, params, many, context):
        if not many:
            found.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        deed()
    return [one for one in found if one[0].startswith(("SELECT", "UPDATE", "DELETE"))]


def plan_of(sql, params):
    """Return the lines of a plan. PostgreSQL must not call a scan cheap because a test is small."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
            return [row[3] for row in cursor.fetchall()]
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL seq_page_cost = 1000000")  # a subplan is chosen by cost alone
        cursor.execute(f"EXPLAIN {sql}", params)
        return [row[0].strip() for row in cursor.fetchall()]


def trouble(line):
    """Whether a line of a plan costs more, the more rows there are."""
    if connection.vendor == "postgresql":
        return bool(re.search(rf"Seq Scan on ({GROWING})", line))
    if re.match(rf"SCAN ({GROWING})", line) and "VIRTUAL TABLE" not in line:
        return not any(name in line for name in IN_ORDER)
    # All that one office was ever concerned with is no end.
    whole_office = re.search(r"INDEX (\w+) \((district=\? AND )?party_id=\?\)", line)
    return bool(whole_office) and whole_office[1] not in IN_ORDER


def deep(actor):
    first = queries.list_rows(actor, CaseFilter(), order="opened", after="", limit=5)
    return queries.list_rows(actor, CaseFilter(), order="opened", after=first.next, limit=5)


HOT = {
    "list": lambda actor, _: queries.list_rows(
        actor, CaseFilter(), order="opened", after="", limit=20
    ),
    "list by due": lambda actor, _: queries.list_shown(
        actor, CaseFilter(), order="due", after="", limit=20
    ),
    "deep page": lambda actor, _: deep(actor),
    "detail": lambda actor, number: queries.history(queries.row_for(actor, number)),
    "case": queries.case_for,
    "in hand": lambda actor, _: queries.held_steps(actor, limit=20),
    "counted": lambda actor, _: queries.due_counts(actor, at=NOON, soon=NOON + timedelta(days=1)),
    "a batch waits": lambda *_: record.a_batch_waits(),
    "seal": lambda *_: journal.seal_lines(by=HOUSE_ITSELF, at=NOON, most=9),
    "reactions": lambda *_: journal.run_reactions(by=HOUSE_ITSELF, at=NOON, most=3),
    "clocks": lambda *_: actions.turn_clocks(by=HOUSE_ITSELF, at=NOON + timedelta(days=99), most=3),
}


@pytest.mark.parametrize("deed", HOT)
def test_nothing_hot_walks_through_what_grows(world, some, deed) -> None:
    statements = asked_by(lambda: HOT[deed](world.at("station"), some))

    plans = {sql: plan_of(sql, params) for sql, params in statements}

    assert plans
    assert {sql: plan for sql, plan in plans.items() if any(map(trouble, plan))} == {}


def test_a_creation_looks_for_nothing_that_grows(world, some) -> None:
    new = said(world, channel=Channel.PHONE)
    statements = asked_by(lambda: actions.open_case(by=RESIDENT, said=new, at=NOON))

    for sql, params in statements:
        assert not any(map(trouble, plan_of(sql, params))), sql


@pytest.mark.parametrize("deed", ["list", "list by due", "deep page", "in hand", "seal"])
def test_no_page_and_no_batch_is_sorted(world, some, deed) -> None:
    for sql, params in asked_by(lambda: HOT[deed](world.at("station"), some)):
        if "ORDER BY" in sql and "case_id" not in sql.rpartition("WHERE")[2]:
            assert not [line for line in plan_of(sql, params) if "TEMP B-TREE" in line], sql

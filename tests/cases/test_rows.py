"""The rows of the machine's door are the cases of the screens: same rights, same order, same columns."""

from datetime import timedelta

import pytest

from linli.basics import Invalid, NoSuchThing
from linli.cases import actions, queries
from linli.cases.models import Case
from linli.cases.queries import CaseFilter, CaseRow
from tests.world import NOON

from .errands import RESIDENT, said

ASKED = [
    CaseFilter(),
    CaseFilter(status="offered"),
    CaseFilter(status="ended"),
    CaseFilter(item="shared_leak", role="owner"),
    CaseFilter(open_only=True),
    CaseFilter(text="漏水"),
    CaseFilter(text="漏水 顶"),
    CaseFilter(text="没有这回事"),
]


@pytest.fixture
def leaks(world):
    """Return five cases, two of one moment, one of them taken back by who reported it."""
    made = [
        actions.open_case(by=RESIDENT, said=said(world), at=NOON + timedelta(minutes=minutes))
        for minutes in (0, 1, 1, 2, 3)
    ]
    actions.withdraw_case(by=RESIDENT, report=made[1].report, at=NOON + timedelta(minutes=9))
    return made


def walk(ask, actor, asked, order):
    """Return the pages of a list with the cursors that led there and back."""
    pages, after = [], ""
    while True:
        page = ask(actor, asked, order=order, after=after, limit=2)
        pages.append(([row.case.pk for row in page.rows], page.next, page.previous))
        if page.next is None:
            return pages
        after = page.next


def keys(pages):
    return [found for found, _, _ in pages]


@pytest.mark.parametrize("order", ["opened", "due", "number"])
@pytest.mark.parametrize("asked", ASKED, ids=str)
def test_rows_and_cases_are_listed_alike(world, leaks, asked, order) -> None:
    actor = world.at("station")
    if (order, asked.status) == ("due", "ended"):  # never a page that can only be empty
        for ask in (queries.list_rows, queries.list_shown):
            with pytest.raises(Invalid, match="no day it is due"):
                ask(actor, asked, order=order)
        return

    rows = walk(queries.list_rows, actor, asked, order)

    assert keys(rows) == keys(walk(queries.list_cases, actor, asked, order))
    if len(rows) > 1:  # the way back is the way there
        back = queries.list_rows(actor, asked, order=order, after=rows[1][2], limit=2)
        assert [row.case.pk for row in back.rows] == rows[0][0]


@pytest.mark.parametrize("asked", ASKED, ids=str)
def test_the_workbench_lists_the_same_cases(world, leaks, asked) -> None:
    actor = world.at("station")

    shown = walk(queries.list_shown, actor, asked, "opened")

    assert keys(shown) == keys(walk(queries.list_cases, actor, asked, "opened"))


def test_what_the_workbench_shows_of_steps_is_what_the_steps_hold(world, leaks) -> None:
    actor = world.at("station")
    steps = list(queries.list_steps(actor, limit=50))

    held = queries.held_steps(actor, limit=50)
    shown = queries.steps_shown(actor, [step_id for step_id, _ in held])
    beside = queries.steps_beside(step.case_id for step in steps)

    assert held == [(step.pk, step.state) for step in steps]
    assert len(held) == 4
    for step in steps:
        assert (shown[step.pk].name, shown[step.pk].case.pk) == (step.name, step.case_id)
        assert (step.party_id, step.state) in {one[1:3] for one in beside[step.case_id]}


def test_another_office_is_shown_no_step_by_its_id(world, leaks) -> None:
    ids = [step_id for step_id, _ in queries.held_steps(world.at("station"))]

    assert queries.steps_shown(world.at("civil"), ids) == {}


def test_a_row_holds_what_the_case_holds(world, leaks) -> None:
    actor = world.at("station")
    for listed in queries.list_rows(actor, CaseFilter()).rows:
        case = Case.objects.get(pk=listed.case.pk)
        assert listed.case == CaseRow(*(getattr(case, name) for name in CaseRow._fields))
        assert queries.row_for(actor, case.number) == listed.case
        assert (listed.number, listed.opened_at) == (case.number, case.opened_at)


def test_another_office_has_no_rows(world, leaks) -> None:
    neighbour = world.at("neighbour")
    assert queries.list_rows(neighbour, CaseFilter()).rows == []
    with pytest.raises(NoSuchThing):
        queries.row_for(neighbour, leaks[0].case.number)


def test_a_community_narrows_the_rows(world, leaks) -> None:
    actor, here = world.at("station"), leaks[0].case.community_id
    found = [
        len(queries.list_rows(actor, CaseFilter(community=place)).rows)
        for place in (here, here + 1)
    ]
    assert found == [len(leaks), 0]


def test_a_cursor_of_other_filters_is_refused(world, leaks) -> None:
    actor = world.at("station")
    after = queries.list_rows(actor, CaseFilter(), limit=1).next
    with pytest.raises(Invalid):
        queries.list_rows(actor, CaseFilter(status="offered"), after=after, limit=1)


@pytest.mark.parametrize("asked", [CaseFilter(), CaseFilter(item="shared_leak")], ids=str)
def test_a_page_of_rows_costs_one_statement(world, leaks, asked, django_assert_num_queries) -> None:
    actor = world.at("station")
    with django_assert_num_queries(1):
        queries.list_rows(actor, asked)


def test_steps_are_the_steps_of_the_case(world, leaks) -> None:
    case = leaks[0].case
    rows = queries.step_rows(case.pk)
    steps = queries.steps_of(case)
    assert [row._asdict() for row in rows] == [
        {name: getattr(step, name) for name in rows[0]._fields} for step in steps
    ]
    assert len(rows) == 3

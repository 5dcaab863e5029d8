"""The matrix has a row for every address, and what is another's answers as what does not exist."""

import re
from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client

from config import authority
from linli.cases.api import ACTS as MACHINE_ACTS
from linli.cases.domain import spoken
from linli.cases.models import Case
from linli.desk.views.acts import ACTS as DESK_ACTS
from linli.gate.views import tasks as gate
from linli.parties.views import offices
from linli.places import views as places

from .conftest import ROLES, House
from .matrix import ROWS, Row
from .requests import NOWHERE, ask, number_in, operations, routes

# What the holder of a number may see of any case: where it stands. Decided; no words, no names.
STANDING = ("case/<str:number>/",)
for kind in ("json", "xml"):
    STANDING += (
        f"open311/v2/requests/<str:number>.{kind}",
        f"open311/v2/tokens/<str:number>.{kind}",
    )


def test_every_route_has_a_row() -> None:
    missing = set(routes()) - {row.route for row in ROWS}

    assert not missing, f"Write down in tests/safety/matrix.py who may: {sorted(missing)}"


def test_every_row_has_a_route() -> None:
    assert not {row.route for row in ROWS} - set(routes())


def test_every_operation_has_a_row() -> None:
    known = {(row.method, row.route) for row in ROWS}

    assert not {(method, f"{route}") for method, route in operations()} - known


def test_every_act_has_a_row() -> None:
    for before, acts in (
        ("api/", MACHINE_ACTS),
        ("desk/", DESK_ACTS),
        ("tasks/r/", gate.ACTS),
        ("tasks/t/", gate.WORK),
        ("offices/", offices.ACTS),
        ("places/", places.ACTS),
    ):
        rows = {row.act for row in ROWS if row.act and row.route.startswith(before)}
        assert rows == set(acts)


def test_every_role_has_a_column() -> None:
    assert set(authority.ROLES) < set(ROLES)


def undone(client: Client, house: House, row: Row, look: Callable = lambda answer: None, **where):
    """Send the request of a row, look at the answer, and undo all, in the tables and the browser."""
    cookies = dict(client.cookies)
    with transaction.atomic():
        answer = ask(house, row.method, row.route, act=row.act, **where).send(client)
        look(answer)
        transaction.set_rollback(True)
    client.cookies.clear()
    client.cookies.update(cookies)
    cache.clear()
    return answer


def plain(answer, number: str) -> tuple[int, str, str]:
    """Return an answer without what must differ: the token against forgery and the number shown."""
    text = answer.content.decode()
    text = re.sub(r'(name="csrfmiddlewaretoken" value=|data-csrf=)"[^"]*"', "", text)
    for shown in (number, spoken(number)):
        text = text.replace(shown, "NUMBER")
    return answer.status_code, answer.headers.get("Content-Type", ""), text


@pytest.mark.parametrize("role", ["anonymous", "resident", "neighbour", "arbiter"])
def test_anothers_case_answers_as_one_that_does_not_exist(house: House, role: str) -> None:
    machine, browser = house.machine(role), house.browser(role)
    rows = [row for row in ROWS if number_in(row.route) and row.route not in STANDING]
    if role == "arbiter":  # the one case before it is not this one
        assert house.fresh.pk != house.returned.pk
    different = []
    for row in rows:
        client = machine if row.route.startswith(("api/", "open311/")) else browser
        there = plain(undone(client, house, row), house.fresh.number)
        nowhere = plain(undone(client, house, row, number=NOWHERE), NOWHERE)
        if there != nowhere:
            different.append(f"{row}: {there[0]}, {nowhere[0]}")
    assert len(rows) > 30
    assert not different


def test_anothers_step_return_and_merge_answer_as_what_does_not_exist(house: House) -> None:
    neighbour = house.browser("neighbour")

    def shown(path: str, number: str) -> tuple[int, str, str]:
        return plain(neighbour.get(path), number)

    theirs, nowhere = (f"/desk/returns/{ruling}/" for ruling in (house.ruling, 99999))
    assert shown(theirs, theirs) == shown(nowhere, nowhere)
    assert shown(f"/desk/find/?q={house.fresh.number}", house.fresh.number) == shown(
        f"/desk/find/?q={NOWHERE}", NOWHERE
    )
    found = neighbour.get("/desk/find/?q=楼道顶上漏水").content.decode()
    assert house.fresh.number not in found
    mine = house.machine("clerk")
    path = f"/api/v1/cases/{house.fresh.number}/merge"
    theirs, nowhere = (
        house.machine("neighbour").post(path, {"into": into}, content_type="application/json")
        for into in (house.returned.number, NOWHERE)
    )
    assert plain(theirs, house.returned.number) == plain(nowhere, NOWHERE)
    lost = mine.post(path, {"into": NOWHERE}, content_type="application/json")
    assert lost.status_code == 404


def test_a_cookie_alone_writes_nothing_at_the_machines_door(house: House) -> None:
    before = Case.objects.count()
    browser = house.browser("clerk", enforce_csrf_checks=True)

    answer = ask(house, "POST", "api/v1/cases").send(browser)

    assert (answer.status_code, Case.objects.count()) == (401, before)


def test_every_form_wants_its_token(house: House) -> None:
    """A page of another site can send a form, but not the token that belongs to it."""
    browser = house.browser("clerk", enforce_csrf_checks=True)
    exempt = ("api/", "open311/")
    unasked = []
    for row in ROWS:
        if row.method == "POST" and not row.route.startswith(exempt):
            status = undone(browser, house, row).status_code
            if status != 403:
                unasked.append(f"{row}: {status}")
    assert not unasked

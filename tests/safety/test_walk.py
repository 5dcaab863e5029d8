"""
Each role asks every address once: pages, searches, exports, the machine's door.

The status is the one that ``matrix`` says; nothing personal stands in the answer unless the look is
on record (``test_masked``); no page needs an exception from the content policy (``test_pages``).
"""

from functools import partial

import pytest

from .conftest import ROLES, House
from .matrix import ROWS, Row
from .test_masked import SHAPES, bare, plant
from .test_matrix import undone
from .test_pages import faults

# In whose pages is looked for what the policy forbids.
READERS = ("anonymous", "clerk", "arbiter", "district")
# What compares values that belong together is asked for its status before they are replaced.
TOGETHER = ("desk/calls/<int:notice>/number/", "people/<int:person>/same/<int:other>/")

# Who may what, no engine can change. On the second one only these ask.
ON_BOTH = ("anonymous", "resident", "head", "street", "arbiter", "district")


def test_those_who_ask_on_both_engines_come_in_wherever_anybody_does() -> None:
    def let_in(row: Row, roles: tuple[str, ...]) -> bool:
        return any(row.status(role) < 400 for role in roles)

    assert not [str(row) for row in ROWS if let_in(row, ROLES) and not let_in(row, ON_BOTH)]


@pytest.mark.parametrize(
    "role",
    [pytest.param(role, marks=() if role in ON_BOTH else pytest.mark.once) for role in ROLES],
)
def test_every_answer_is_right_masked_and_within_the_policy(house: House, role: str) -> None:
    machine, browser = house.machine(role), house.browser(role)
    wrong: list[str] = []

    def status(row: Row, answer) -> None:
        if answer.status_code != row.status(role):
            wrong.append(f"{row}: {answer.status_code}, not {row.status(role)}")

    def look(row: Row, answer) -> None:
        if row.route not in TOGETHER:
            status(row, answer)
        if row.status(role) == 200 and (seen := bare(answer, row, planted)):
            wrong.append(f"{row}: {sorted(seen)}")
        if row.method == "GET" and role in READERS:
            wrong.extend(f"{row}: {fault}" for fault in faults(answer))

    for row in ROWS:
        if row.route in TOGETHER:
            undone(browser, house, row, partial(status, row))
    planted = plant()
    assert {found for value in planted for found in SHAPES.findall(value)} == set(planted)
    for row in ROWS:
        client = machine if row.route.startswith(("api/", "open311/")) else browser
        undone(client, house, row, partial(look, row))
    assert not wrong, "\n".join(wrong)

"""The morning list says how many there are, and says so when it did not count to the end."""

import re
from datetime import timedelta

import pytest

from linli.desk.queries import today

from .conftest import report

OFFERED = re.compile(r'id="offer">[^<]*<span class="n">([^<]*)</span>')


@pytest.fixture
def three(world, now):
    return [report(world, at=now - timedelta(hours=hours)) for hours in (1, 2, 3)]


@pytest.mark.parametrize(("most", "said"), [(60, "3"), (4, "3"), (3, "3+"), (2, "2+")])
def test_the_count_of_steps_on_offer_says_when_there_are_more(
    at_desk, three, monkeypatch, most, said
) -> None:
    monkeypatch.setitem(today.__globals__, "MOST_STEPS", most)

    assert OFFERED.findall(at_desk("station").get("/desk/").content.decode()) == [said]

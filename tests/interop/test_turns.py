"""What befalls a case of the demo: each turn comes, in an order the rules of cases allow."""

from datetime import UTC, datetime, timedelta
from random import Random
from types import SimpleNamespace

import pytest

from linli.cases.domain import End
from linli.cases.domain.lives import Deed, Happened
from linli.interop.domain.turns import Turns

OPENED = datetime(2026, 11, 2, 1, tzinfo=UTC)
ITEM = SimpleNamespace(papers=(), accountable="community.station", joinable=True, sensitive=False)
NEVER = dict.fromkeys(("withdrawn", "paused", "extended", "supervised", "joined", "reopened"), 0.0)
COURSE = [
    Happened(deed=Deed.ACCEPT, at=OPENED + timedelta(hours=2), step="look"),
    Happened(deed=Deed.FINISH, at=OPENED + timedelta(hours=30), step="look", words="看过了"),
    Happened(deed=Deed.ANSWER, at=OPENED + timedelta(hours=40), end=End.SOLVED, words="好了"),
    Happened(deed=Deed.END, at=OPENED + timedelta(hours=50), confirmed=True),
]


def bent(**shares: float) -> list[Happened]:
    turns = Turns(NEVER | shares, Random(4))  # noqa: S311  # the same each time
    return turns.bent(ITEM, OPENED, COURSE, timed=True)


def kinds(happened: list[Happened]) -> list[str]:
    return [one.deed.value for one in happened]


def test_most_cases_go_on_as_they_were():
    assert bent() == COURSE


@pytest.mark.parametrize(
    ("turn", "expected"),
    [
        ("extended", ["accept", "extend", "finish", "answer", "end"]),
        ("supervised", ["accept", "supervise", "finish", "answer", "end"]),
        ("reopened", ["accept", "finish", "answer", "reopen", "answer", "end"]),
    ],
)
def test_a_turn_comes_where_it_may(turn, expected):
    assert kinds(bent(**{turn: 1.0})) == expected


def test_what_waits_comes_so_much_later():
    found = bent(paused=1.0)
    stood = found[2].at - found[1].at

    assert kinds(found)[0] == "accept"
    assert found[1].deed in (Deed.ASK, Deed.PAUSE)
    assert found[2].deed is Deed.RESUME
    assert [one.at - stood for one in found[3:]] == [one.at for one in COURSE[1:]]
    assert timedelta(0) < found[1].until - found[1].at <= timedelta(days=28)


def test_nobody_joins_before_it_was_said_or_after_it_was_answered():
    found = [one for one in bent(joined=1.0) if one.deed is Deed.JOIN]

    assert 1 <= len(found) <= 3
    assert all(OPENED < one.at < COURSE[2].at and one.phone and one.code for one in found)


def test_who_withdraws_hears_no_more():
    found = bent(withdrawn=1.0)

    assert found[-1].deed is Deed.WITHDRAW
    assert Deed.ANSWER not in [one.deed for one in found]

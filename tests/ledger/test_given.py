"""What no row could hold is refused in a plain sentence, on both engines, and changes nothing."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.db import transaction

from linli.basics import Invalid, NoSuchThing, Refused
from linli.journal.models import Line
from linli.ledger import actions, domain
from linli.ledger.domain import NoSuchWay, Owner, Stage, UnitData, UnitKind
from linli.ledger.models import Account, BudgetLine, Outcome, Transfer, Unit

from .conftest import AT, BY, HOUR, YEAR, new_key, put_aside
from .lines import open_line, party

pytestmark = pytest.mark.django_db
TABLES = (Unit, Account, BudgetLine, Transfer, Outcome, Line)
NAIVE = datetime(2026, 11, 16, 4)  # noqa: DTZ001  # the point
HUGE = 2**63 - 1  # the largest a column holds; beyond it write_atomic refuses
DOG = {"zh-Hans": "券", "en": "Voucher"}
UNIT = UnitData("new", UnitKind.VOUCHER, DOG, 0, date(2026, 1, 1))


def good(book):
    """Return, for each act, values it takes; each row of the table spoils one of them."""
    line = open_line(book)
    stages = line.accounts_by_stage()
    hold = put_aside(book.anna, book.bert, 10)
    pair = {"payer": book.anna.pk, "payee": book.bert.pk, "amount": 5, "kind": "test"}
    step = {"line": line.pk, "amount": 5}
    made = actions.post_transfer(by=BY, at=AT, **pair, key=new_key())
    words = {
        "open_account": {"unit": "cny", "owner": Owner.above("mine")},
        "set_limits": {"account": book.bert.pk, "floor": 0, "ceiling": None},
        "close_account": {"account": stages[Stage.PAID]},
        "load_units": {"units": [UNIT]},
        "post_transfer": pair,
        "post_transfers": {"bookings": [actions.Booking(**pair, key="k")]},
        "correct_transfer": {"transfer": made.pk, "amount": 1},
        "take_back_transfer": {"transfer": made.pk},
        "place_hold": {**pair, "expires_at": AT + HOUR},
        "post_hold": {"transfer": hold.pk, "amount": 5},
        "void_hold": {"transfer": hold.pk},
        "expire_holds": {},
        "open_budget_line": {"code": "new", "name": DOG, "owner": party().pk, **YEAR},
        "appropriate_budget": {**step, "source": book.outside.pk},
        "return_budget": {**step, "target": book.outside.pk},
        "reserve_budget": step,
        "commit_budget": step,
        "pay_budget": step,
        "release_budget": step,
    }
    return words, stages


KEYED = [
    "post_transfer",
    "correct_transfer",
    "take_back_transfer",
    "place_hold",
    "appropriate_budget",
    "return_budget",
    "reserve_budget",
    "commit_budget",
    "pay_budget",
    "release_budget",
]
ON_LINE = [
    "appropriate_budget",
    "return_budget",
    "reserve_budget",
    "commit_budget",
    "pay_budget",
    "release_budget",
]
EVERY = [name for name in actions.__all__ if name != "Booking"]
UNFIT, NOWHERE, FAR = domain.CodeUnfit, NoSuchThing, domain.LimitTooFar
TABLE = [
    *((name, {"at": NAIVE}, Invalid) for name in EVERY),
    ("place_hold", {"expires_at": NAIVE}, Invalid),
    *((name, {"key": key}, UNFIT) for name in KEYED for key in ("", "x" * 65, "\ud800")),
    *((name, {"key": "a\0b"}, Invalid) for name in KEYED),
    *((name, {"amount": HUGE + 1}, Invalid) for name in [*KEYED, "post_hold"]),
    *((name, {"amount": HUGE}, domain.TooLarge) for name in [*KEYED, "post_hold"]),
    *((name, {"amount": 0}, domain.NothingToMove) for name in [*KEYED, "post_hold"]),
    *((name, {"line": wrong}, NOWHERE) for name in ON_LINE for wrong in (HUGE, 0, 77)),
    *(
        (name, {"transfer": wrong}, NOWHERE)
        for name in ("correct_transfer", "take_back_transfer", "post_hold", "void_hold")
        for wrong in (HUGE, 0, -1, 77)
    ),
    *(
        (name, {side: wrong}, NOWHERE)
        for name, sides in (
            ("post_transfer", "payer payee"),
            ("place_hold", "payer payee"),
            ("set_limits", "account"),
            ("close_account", "account"),
            ("appropriate_budget", "source"),
            ("return_budget", "target"),
        )
        for side in sides.split()
        for wrong in (HUGE, -HUGE, 0, 77)
    ),
    *(
        (name, {"kind": kind}, UNFIT)
        for name in ("post_transfer", "place_hold")
        for kind in ("", "x" * 31, "\udfff")
    ),
    *(
        ("post_transfers", {"bookings": spoilt}, refusal)
        for spoilt, refusal in (
            ({"payer": HUGE}, NOWHERE),
            ({"payee": 0}, NOWHERE),
            ({"payer": 77}, NOWHERE),
            ({"amount": HUGE}, domain.TooLarge),
            ({"amount": -1}, domain.NothingToMove),
            ({"kind": "x" * 31}, UNFIT),
            ({"key": "x" * 65}, UNFIT),
            ({"key": "a\0b"}, Invalid),
            ({"payee": HUGE + 1}, Invalid),
        )
    ),
    ("open_account", {"unit": "nothing"}, domain.UnitNotInUse),
    *(("open_account", {"unit": unit}, UNFIT) for unit in ("", "x" * 31)),
    *(("open_account", {"purpose": word}, UNFIT) for word in ("", "x" * 31)),
    *(
        ("open_account", {"owner": owner}, refusal)
        for owner, refusal in (
            (Owner.above(""), UNFIT),
            (Owner.above("x" * 61), UNFIT),
            (Owner.person(77), NOWHERE),
            (Owner.party(77), NOWHERE),
            (Owner.place(77), NOWHERE),
            (Owner.person(HUGE), NOWHERE),
            (Owner(domain.OwnerKind.PARTY), NOWHERE),
        )
    ),
    *(
        (name, {limit: far}, FAR)
        for name in ("open_account", "set_limits")
        for limit in ("floor", "ceiling")
        for far in (HUGE, -HUGE - 1, 10**18 + 1, -(10**18) - 1)
    ),
    ("open_budget_line", {"owner": 77}, NOWHERE),
    ("open_budget_line", {"owner": HUGE}, NOWHERE),
    ("open_budget_line", {"unit": "nothing"}, domain.UnitNotInUse),
    ("open_budget_line", {"code": "A"}, domain.CodeTaken),
    *(("open_budget_line", {"code": code}, UNFIT) for code in ("", "x" * 61)),
    ("open_budget_line", {"name": {"zh-Hans": "x" * 301}}, UNFIT),
    ("open_budget_line", {"name": {"zh-Hans": "a\0b"}}, Invalid),
    ("open_budget_line", {"to_on": YEAR["from_on"] - timedelta(1)}, domain.LineEndsTooEarly),
    ("release_budget", {"stage": Stage.PAID}, NoSuchWay),
    ("release_budget", {"stage": Stage.APPROPRIATED}, NoSuchWay),
    *(
        ("load_units", {"units": [replace(UNIT, **spoilt)]}, Invalid)
        for spoilt in (
            {"code": ""},
            {"code": "x" * 31},
            {"places": -1},
            {"places": 5},
            {"name": {"en": "a\0b"}},
            {"valid_to": date(2025, 12, 31)},
        )
    ),
]


@pytest.mark.parametrize("name", EVERY)
def test_what_no_row_could_hold_is_refused_and_changes_nothing(book, name):
    words, _ = good(book)
    rows = [(spoilt, refusal) for act, spoilt, refusal in TABLE if act == name]
    assert rows
    for spoilt, refusal in rows:
        asked = {"by": BY, "at": AT, **words[name]}
        if name in KEYED:
            asked["key"] = new_key()
        if name == "post_transfers" and "bookings" in spoilt:
            [one] = asked["bookings"]
            asked["bookings"] = [one, replace(one, **{"key": "l"} | spoilt["bookings"])]
        else:
            asked |= spoilt
        refused(refusal, name, asked)


def refused(refusal, name, asked):
    """Ask in a part of the test's transaction that is undone: some only the database notices."""
    before = [list(table.objects.order_by("id").values()) for table in TABLES]
    with pytest.raises(Refused) as found, transaction.atomic():
        getattr(actions, name)(**asked)
    assert type(found.value) is refusal, (asked, found.value)
    assert found.value.message % vars(found.value)
    assert [list(table.objects.order_by("id").values()) for table in TABLES] == before


def test_the_values_the_table_spoils_are_good_ones(book):
    """So that each row of the table is refused for what it spoils."""
    words, _ = good(book)
    for name in EVERY:
        if name not in ("commit_budget", "pay_budget", "release_budget", "post_hold"):  # steps
            key = {"key": new_key()} if name in KEYED else {}
            getattr(actions, name)(by=BY, at=AT, **words[name], **key)


@pytest.mark.parametrize("deed", ["post_transfer", "post_transfers", "place_hold"])
def test_what_skips_a_stage_of_a_line_is_refused_in_words(book, deed):
    words, stages = good(book)
    for payer, payee in [
        (stages[Stage.APPROPRIATED], stages[Stage.PAID]),
        (stages[Stage.APPROPRIATED], book.bert.pk)
        if deed == "place_hold"
        else (stages[Stage.APPROPRIATED], stages[Stage.COMMITTED]),
    ]:
        sides = {"payer": payer, "payee": payee, "amount": 5, "kind": "test"}
        if deed == "post_transfers":
            asked = {
                "bookings": [actions.Booking(**sides, key="a"), actions.Booking(**sides, key="b")]
            }
        else:
            asked = {**words[deed], **sides, "key": new_key()}
        refused(NoSuchWay, deed, {"by": BY, "at": AT, **asked})


def test_no_holds_are_struck_off_where_fewer_than_none_are_asked_for(book):
    put_aside(book.anna, book.bert, 10)
    assert actions.expire_holds(by=BY, at=AT + 2 * HOUR, most=-1) == 0
    assert actions.expire_holds(by=BY, at=AT + 2 * HOUR) == 1

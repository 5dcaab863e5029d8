"""A little book: an outside that gives money, two purses, and a budget line."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
import yaml
from django.conf import settings

import linli.ledger
from linli.basics import Actor
from linli.ledger import actions
from linli.ledger.domain import Owner, read_units
from linli.ledger.models import Account
from tests.kept import kept

AT = datetime(2026, 11, 16, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)
UNITS = Path(linli.ledger.__file__).parent / "data" / "units.yaml"

collect_ignore = []
if "postgresql" not in settings.DATABASES["default"]["ENGINE"]:
    # SQLite has no roles, and only the long way.
    collect_ignore += ["test_runtime_role.py", "test_one_statement.py"]


class Everything(frozenset):
    """Holds whatever is asked for."""

    def __contains__(self, permission):
        return True


BY = Actor(kind="system", district=1, hat="system", permissions=Everything())
_keys = count(1)


def new_key():
    return f"key-{next(_keys)}"


def load_units():
    actions.load_units(by=BY, at=AT, units=read_units(yaml.safe_load(UNITS.read_text())))


def open_one(name, *, unit="cny", floor=0, ceiling=None, by=BY):
    return actions.open_account(
        by=by, at=AT, unit=unit, owner=Owner.above(name), floor=floor, ceiling=ceiling
    )


def pay(payer, payee, amount, *, key=None, at=AT, kind="test"):
    return actions.post_transfer(
        by=BY, at=at, payer=payer.pk, payee=payee.pk, amount=amount, kind=kind, key=key or new_key()
    )


def put_aside(payer, payee, amount, *, at=AT, until=None):
    return actions.place_hold(
        by=BY,
        at=at,
        payer=payer.pk,
        payee=payee.pk,
        amount=amount,
        kind="test",
        key=new_key(),
        expires_at=until or at + HOUR,
    )


def counts(account):
    """Return what came, what went and what is set aside, as the table says."""
    return Account.objects.values_list("posted_in", "posted_out", "held").get(pk=account.pk)


@dataclass(frozen=True)
class Book:
    """Outside may fall without limit; ``anna`` holds 1,000; ``bert`` takes at most 5,000."""

    outside: Account
    anna: Account
    bert: Account


@pytest.fixture
def book(db):
    return kept("book", make_book)


def make_book():
    load_units()
    outside = open_one("outside", floor=None)
    anna, bert = open_one("anna"), open_one("bert", ceiling=5_000)
    pay(outside, anna, 1_000)
    return Book(outside, anna, bert)


YEAR = {"from_on": date(2026, 1, 1), "to_on": date(2026, 12, 31)}

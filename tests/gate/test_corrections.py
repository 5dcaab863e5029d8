"""Minutes that were booked wrongly are taken back at the gate, those of visits all together."""

from datetime import date

import pytest

from linli.basics import NotAllowed
from linli.gate import actions
from linli.gate.domain import Kind, NotBookedHere
from linli.gate.models import Worked
from linli.gate.queries import billing
from linli.ledger import actions as ledger
from linli.ledger import queries as book
from linli.ledger.domain import BookedAbove, Owner
from tests.world import HOUSE_ITSELF

from .conftest import LATER, task, worker
from .test_actions import refused
from .test_doors import here  # noqa: F401

pytestmark = pytest.mark.django_db


def test_minutes_booked_wrongly_are_taken_back_where_they_were_booked(here) -> None:  # noqa: F811
    row = here.ask(kind=Kind.WORK)
    here.visit(here.alone, "k1")
    booked = Worked.objects.get()
    auditor = HOUSE_ITSELF
    refused(
        BookedAbove,
        ledger.correct_transfer,
        by=auditor,
        at=LATER,
        transfer=booked.transfer_id,
        key="x",
    )
    refused(
        NotAllowed,
        actions.take_back_minutes,
        by=here.world.at("housing"),
        worked=booked.pk,
        at=LATER,
    )
    done = actions.take_back_minutes(by=worker(here.world), worked=booked.pk, at=LATER)

    assert done.undone.corrects_id == booked.transfer_id
    assert task(row, here.world).worked == 0
    assert not billing.minutes_of_month(date(2026, 11, 1), district=1).exists()
    taken = book.account_of(
        Owner.party(row.asked_by_id), unit="work", purpose="gate.taken", district=1
    )
    assert taken.posted_in - taken.posted_out == 0
    refused(
        NotBookedHere, actions.take_back_minutes, by=worker(here.world), worked=booked.pk, at=LATER
    )


def test_the_minutes_of_visits_are_taken_back_as_they_were_booked_all_together(here) -> None:  # noqa: F811
    row = here.ask()
    for key, person in (("k1", here.first), ("k2", here.second)):
        here.visit(person, key, stated=here.says(person), reasons=("question",))
    booked = Worked.objects.get()
    done = actions.take_back_minutes(by=worker(here.world), worked=booked.pk, at=LATER)
    assert (done.undone.corrects_id, done.undone.amount) == (booked.transfer_id, row.minutes)
    assert task(row, here.world).worked == 0

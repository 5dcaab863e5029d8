"""Minutes that were booked wrongly are taken back at the gate, each visit by itself."""

from datetime import date

import pytest

from linli.basics import NotAllowed
from linli.gate import actions, queries
from linli.gate.domain import Effort, Kind, NotBookedHere
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
    november = date(2026, 11, 1)
    assert not billing.minutes_of_month(november, district=1).exists()
    # The visit was made all the same: its twelve minutes stay on its card.
    assert queries.bill(november, district=1).worked == {Effort.DOOR: 12}
    taken = book.account_of(
        Owner.party(row.asked_by_id), unit="work", purpose="gate.taken", district=1
    )
    assert taken.posted_in - taken.posted_out == 0
    refused(
        NotBookedHere, actions.take_back_minutes, by=worker(here.world), worked=booked.pk, at=LATER
    )


def test_taking_back_one_visits_minutes_leaves_the_others_of_its_booking(here) -> None:  # noqa: F811
    row = here.ask()
    for key, person in (("k1", here.first), ("k2", here.second)):
        here.visit(person, key, stated=here.says(person), reasons=("question",))
    one, other = Worked.objects.order_by("id")
    done = actions.take_back_minutes(by=worker(here.world), worked=one.pk, at=LATER)
    assert (done.undone.corrects_id, done.undone.amount) == (other.transfer_id, 12)
    assert task(row, here.world).worked == 12
    actions.take_back_minutes(by=worker(here.world), worked=other.pk, at=LATER)
    assert task(row, here.world).worked == 0

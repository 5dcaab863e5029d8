"""A unit is not closed while a request it made runs, or a task waits for it."""

from linli.gate import actions
from linli.parties import actions as parties
from linli.parties.domain import StillOpen
from linli.parties.models import Party
from tests.cases.errands import refused
from tests.world import HOUSE_ITSELF

from .conftest import LATER, TODAY, admitted, task


def test_requests_and_tasks_end_before_the_units_that_made_and_do_them(world) -> None:
    row = admitted(world)
    asks, does = world.at("housing").office(), task(row, world).party_id
    closing = {"by": HOUSE_ITSELF, "at": LATER, "on": TODAY}
    for unit, what in ((asks, "requests it put to communities:"), (does, "tasks from offices:")):
        refusal = refused(StillOpen, parties.close_party, party_id=unit, **closing)
        assert (refusal.what, refusal.count) == (what, 1)
    actions.revoke_request(by=world.at("district"), request=row.pk, at=LATER)
    for unit in (asks, does):
        parties.close_party(party_id=unit, **closing)
    ended = Party.objects.filter(to_on=TODAY).values_list("pk", flat=True)
    assert set(ended) == {asks, does}

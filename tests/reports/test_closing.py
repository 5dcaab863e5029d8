"""A unit is not closed while it asks for a form."""

import pytest

from linli.parties.actions import close_party
from linli.parties.domain import StillOpen
from linli.parties.models import Party
from linli.reports.actions import end_form
from tests.world import HOUSE_ITSELF, World

from .test_actions import LATER, everything, taken_in

pytestmark = pytest.mark.django_db


def test_its_forms_end_before_it(world: World) -> None:
    form, by = taken_in(world), world.at("street_civil")
    closing = {"by": HOUSE_ITSELF, "at": LATER, "party_id": by.party, "on": LATER.date()}
    held = everything()
    with pytest.raises(StillOpen) as refusal:
        close_party(**closing)  # type: ignore[arg-type]
    assert (refusal.value.what, refusal.value.count) == ("forms it asks for:", 1)
    assert everything() == held
    end_form(by=by, form=form.pk, at=LATER)
    close_party(**closing)  # type: ignore[arg-type]
    assert Party.objects.get(pk=by.party).to_on == LATER.date()

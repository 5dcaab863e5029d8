"""Every item of the packs can be opened, and its first steps taken up, as it stands in YAML."""

from pathlib import Path

import pytest

from linli.basics import Actor
from linli.cases import actions
from linli.cases.actions import Said
from linli.cases.domain import Channel
from linli.cases.models import Case, Step
from linli.catalogue import actions as catalogue
from linli.catalogue import queries
from linli.parties import queries as parties
from linli.rulebook.domain import local_date
from tests.world import HOUSE_ITSELF, NOON, STAIR, build_world

PACKS = Path(__file__).parents[2] / "packs"


@pytest.mark.parametrize("pack", ["shangcheng", "jianghan"])
def test_every_item_of_a_pack_opens_with_an_owner_and_a_clock(db, pack) -> None:
    world = build_world(pack=None)
    catalogue.load_pack(by=HOUSE_ITSELF, folder=PACKS / pack, at=NOON)
    offers = queries.items(local_date(NOON))

    for offer in offers:
        said = Said(
            item=offer.definition.code,
            words="请帮我看看",
            channel=Channel.WINDOW,
            place_id=world.place(STAIR),
        )
        case = actions.open_case(by=Actor(kind="resident", district=1), said=said, at=NOON).case
        assert case.due_at > NOON, case.item
        assert parties.party(case.owner_id), case.item
        assert Step.objects.filter(case=case, state="offered").exists(), case.item

    assert Case.objects.count() == len(offers) >= 8

"""What the packs say reaches an English reader in English: every item's page, every heading."""

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from linli.catalogue import queries
from linli.catalogue.actions import packs
from tests.world import HOUSE_ITSELF, NAMES, World, build_world

from .conftest import MORNING, PACKS, TODAY, read_once
from .test_english import han
from .test_packs import ITEMS

TAGS = re.compile(r"<(script|style|nav|footer|svg)\b.*?</\1>|<[^>]+>", re.S)


def words(page: str) -> str:
    main = page[page.index("<main") : page.index("</main>")]
    return unescape(TAGS.sub(" ", main))


def chinese(browser: Client, path: str, **asked: str) -> list[str]:
    answer = browser.get(path, asked, headers={"accept-language": "en"})
    assert answer.status_code == 200, path
    found = words(answer.content.decode()).split()
    return [one for one in found if han(one) and one not in NAMES]  # people keep their names


@pytest.fixture
def world(db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(packs, "read_folder", read_once)
    world = build_world(pack=PACKS / "common", at=MORNING)
    for model in ("shangcheng", "jianghan"):
        packs.load_pack(by=HOUSE_ITSELF, folder=PACKS / model, at=MORNING)
    return world


@pytest.mark.usefixtures("world")
def test_every_item_can_be_read_in_english() -> None:
    browser = Client()
    left = {}
    offered = queries.items(TODAY)
    assert len(offered) == len(ITEMS)
    for one in offered:
        code = one.definition.code
        if found := chinese(browser, reverse("portal:item", args=[code])):
            left[code] = found
    assert left == {}


@pytest.mark.parametrize("axis", ["life_events", "people", "providers"])
def test_every_heading_can_be_read_in_english(world: World, axis: str) -> None:
    assert chinese(Client(), reverse("portal:catalogue"), by=axis) == []
    assert chinese(Client(), reverse("portal:catalogue"), all="1") == []

"""The twenty papers no community issues: each is known by every word for it, and refused at the window."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from linli.catalogue.actions import packs
from linli.catalogue.domain import Certificate, refused_certificate
from linli.identity.models import User
from tests.world import build_world

from .conftest import MORNING, PACKS, TODAY, read_once
from .test_packs import ALL

TWENTY = tuple(
    Certificate(
        code=one.code,
        name=one.name,
        words=one.words,
        basis=one.basis,
        instead=one.instead,
        valid_from=one.valid_from,
    )
    for one in ALL["common"].certificates
)
SAID = [
    (words, one.code)
    for one in TWENTY
    for words in (one.name["zh-Hans"], *(f"开个{word}的证明" for word in one.words))
]


@pytest.mark.parametrize(("words", "code"), SAID)
def test_every_word_for_a_paper_leads_to_its_own_line(words: str, code: str) -> None:
    found = refused_certificate(f"麻烦社区{words}", TWENTY, on=TODAY)
    assert found is not None
    assert found.code == code


@pytest.mark.parametrize(
    "words", ["开个无犯罪记录", "开无犯罪记录", "帮我开一份无犯罪记录", "无犯罪记录给开张证明"]
)
def test_a_paper_is_known_though_nobody_says_certificate(words: str) -> None:
    found = refused_certificate(words, TWENTY, on=TODAY)
    assert found is not None
    assert found.code == "no_crime"


@pytest.mark.parametrize("words", ["想离婚", "开店没工作", "开个会说说失业的事", "孩子生病没钱治"])
def test_a_matter_that_asks_for_no_paper_is_not_refused(words: str) -> None:
    assert refused_certificate(words, TWENTY, on=TODAY) is None


def test_no_paper_is_refused_before_the_list_holds() -> None:
    assert refused_certificate("开个无犯罪记录证明", TWENTY, on=date(2025, 12, 31)) is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "refused", "cited"),
    [("zh-hans", "这里不开", "民发〔2020〕20号 第{}项"), ("en", "Not issued here", "item {}")],
)
def test_each_of_the_twenty_is_refused_at_the_window_with_its_citation(
    monkeypatch: pytest.MonkeyPatch, language: str, refused: str, cited: str
) -> None:
    monkeypatch.setattr(packs, "read_folder", read_once)
    monkeypatch.setattr("linli.identity.queries.has_second_factor", lambda user: True)
    build_world(pack=PACKS / "common", at=MORNING)
    window = Client(headers={"accept-language": language})
    window.force_login(User.objects.get(username="station"))
    for place, one in enumerate(TWENTY, 1):
        page = window.post(
            reverse("desk:accept"),
            {"words": f"开{one.name['zh-Hans']}", "channel": "window", "do": "check"},
        ).content.decode()
        assert refused in page, one.code
        assert one.name["zh-Hans" if language == "zh-hans" else "en"] in page, one.code
        assert cited.format(place) in page, one.code

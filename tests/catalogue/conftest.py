"""Packs as they lie in the project, and small ones written for a test."""

import functools
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import yaml

from linli.basics import Actor
from linli.catalogue.actions import load_pack, packs
from linli.fabric import versions
from tests.kept import kept
from tests.world import World, build_world

PACKS = Path(__file__).parents[2] / "packs"
MORNING = datetime(2026, 11, 16, 1, tzinfo=UTC)
TODAY = date(2026, 11, 16)

ITEM = {
    "code": "lamp",
    "name": {"zh-Hans": "灯坏了", "en": "Lamp"},
    "summary": "灯坏了。",
    "sector": "community",
    "structure": "station",
    "supply_type": "public",
    "ideas": ["livelihood"],
    "stage": "community",
    "errand": "report",
    "level": "ordinary",
    "example": True,
    "words": ["灯不亮"],
    "fields": [
        {"code": "where", "label": "哪里", "why": "好找", "choices": {"road": "路", "home": "家"}}
    ],
    "eligibility": {"where": "road"},
    "steps": [
        {
            "code": "fix",
            "name": "修",
            "performer": "community.station",
            "kind": "work",
            "duty_line": "care",
            "within": "3 working_days",
        }
    ],
    "examples": {"yes": {"where": "road"}, "no": {"where": "home"}, "unknown": {}},
}
LISTS = {
    "levels": [
        {
            "code": "ordinary",
            "name": "一般",
            "first_response": "1 working_days",
            "whole": "7 calendar_days",
        }
    ],
    "units": [
        {"code": "street.office", "name": "街道"},
        {"code": "district.lamps", "name": "路灯所"},
    ],
    "laws": [{"code": "某法", "name": "某法", "from": "2020-01-01"}],
    "duty_lines": [
        {"code": "care", "kind": "basic", "name": "照看", "basis": ["某法 第一条"]},
        {"code": "help", "kind": "cooperate", "name": "配合", "basis": ["某法 第二条"]},
        {"code": "gone", "kind": "taken_back", "name": "收回", "basis": ["某法 第三条"]},
        {"code": "never", "kind": "negative", "name": "不准", "basis": ["某法 第四条"]},
    ],
}
HEAD = {"code": "small", "name": "小包", "needs": [], "from": "2026-01-01"}


def item(**changes: object) -> dict[str, object]:
    """Return the plain item with some keys changed; None drops one."""
    return {key: value for key, value in (ITEM | changes).items() if value is not None}


def files(*items: dict[str, object], **lists: object) -> dict[str, str]:
    """Return the files of a small pack."""
    return {
        "pack.yaml": yaml.safe_dump(HEAD, allow_unicode=True),
        "lists.yaml": yaml.safe_dump(LISTS | lists, allow_unicode=True),
        "items.yaml": yaml.safe_dump({"items": list(items)}, allow_unicode=True, sort_keys=False),
    }


@pytest.fixture
def pack_folder(tmp_path: Path) -> Callable[..., Path]:
    """Write a small pack and return its folder; written again it replaces itself."""

    def write(*items: dict[str, object], **lists: object) -> Path:
        folder = tmp_path / "small"
        folder.mkdir(exist_ok=True)
        for name, text in files(*items, **lists).items():
            (folder / name).write_text(text, encoding="utf-8")
        return folder

    return write


read_once = functools.cache(packs.read_folder)


@pytest.fixture
def shelf(db: None, clerk: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both model packs, loaded; the files are read once for all tests."""
    monkeypatch.setattr(packs, "read_folder", read_once)
    kept("both packs", lambda: _load_both(clerk))
    assert versions.current("catalogue") > 0


def _load_both(clerk: Actor) -> None:
    for name in ("shangcheng", "jianghan"):
        load_pack(by=clerk, folder=PACKS / name, at=MORNING)


@pytest.fixture
def world(db: None, pack_folder: Callable[..., Path]) -> World:
    """A district with its places and offices, and a small pack with one line of each kind."""
    return build_world(pack=pack_folder(item()), at=MORNING)

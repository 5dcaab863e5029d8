"""``load_pack`` from the command line."""

import re
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from linli.catalogue.actions import packs
from linli.catalogue.domain import Pack, read_pack
from linli.catalogue.models import Item

from .conftest import files, item

PACKS = Path(__file__).parents[2] / "packs"


def run(*folders: Path) -> list[str]:
    out = StringIO()
    call_command("load_pack", *map(str, folders), stdout=out)
    return out.getvalue().splitlines()


@pytest.mark.django_db
def test_all_packs_and_then_nothing_new() -> None:
    first = run()
    assert [line.split(":")[0] for line in first] == ["common", "jianghan", "shangcheng"]
    assert Item.objects.count() >= 60
    assert run() == [
        f"{name}: 0 new items, 0 new versions" for name in ("common", "jianghan", "shangcheng")
    ]


@pytest.mark.django_db
def test_a_pack_that_several_need_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def reading(files: Mapping[str, str], *rest: Any) -> Pack:
        pack = read_pack(files, *rest)
        seen.append(pack.code)
        return pack

    monkeypatch.setattr(packs, "read_pack", reading)
    assert run(PACKS / "shangcheng", PACKS / "jianghan", PACKS / "common")[2:] == [
        "common: 0 new items, 0 new versions"
    ]
    assert seen == ["common", "shangcheng", "jianghan"]
    assert {item.pack for item in Item.objects.all()} == {"common", "shangcheng", "jianghan"}


@pytest.mark.django_db
def test_a_flaw_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "pack.yaml").write_text("code: x\n", encoding="utf-8")
    with pytest.raises(CommandError, match=r"pack\.yaml.*缺少 from"):
        run(tmp_path)
    with pytest.raises(CommandError, match="There is no"):
        run(tmp_path / "nowhere")
    assert Item.objects.count() == 0


@pytest.mark.django_db
def test_a_flaw_is_told_in_chinese_with_its_reason(tmp_path: Path) -> None:
    small = dict(files(item(eligibility={"where": "sea"})))
    for name, text in small.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    with translation.override("zh-hans"), pytest.raises(CommandError) as caught:
        run(tmp_path)
    told = str(caught.value)
    assert told.startswith(f"packs/{tmp_path.name}/items.yaml 第 ")
    assert "items[0].eligibility.where：" in told
    assert not re.search(r"[A-Za-z]{3,} [A-Za-z]{2,} [a-z]{2,}", told), told
    (tmp_path / "items.yaml").write_text("items: [{code: lamp}]\n", encoding="utf-8")
    with translation.override("zh-hans"), pytest.raises(CommandError) as caught:
        run(tmp_path)
    assert str(caught.value).endswith("：缺少 steps。")

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
from linli.journal.models import Line

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
    assert told.startswith(f"{tmp_path}/items.yaml 第 ")
    assert "items[0].eligibility.where：" in told
    assert not re.search(r"[A-Za-z]{3,} [A-Za-z]{2,} [a-z]{2,}", told), told
    (tmp_path / "items.yaml").write_text("items: [{code: lamp}]\n", encoding="utf-8")
    with translation.override("zh-hans"), pytest.raises(CommandError) as caught:
        run(tmp_path)
    assert str(caught.value).endswith("：缺少 steps。")


def small_pack(folder: Path, *, needs: str = "[]") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pack.yaml").write_text(
        f"code: {folder.name}\nname: {{zh-Hans: 小, en: Small}}\nneeds: {needs}\nfrom: 2026-01-01\n",
        encoding="utf-8",
    )
    return folder


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("written", "line", "reason"),
    [
        (b"\xff\xfe\x00", 1, "This is no text in UTF-8. Save the file as UTF-8."),
        (
            b"items:\n# " + "灯".encode("gbk"),
            2,
            "This is no text in UTF-8. Save the file as UTF-8.",
        ),
        (b"items:\n  - [1\n", 3, "This is not YAML: did not find expected ',' or ']'."),
        (b"items: 2026-02-30\n", 1, "This is not YAML: day is out of range for month."),
        (b"items: a\0b\n", 1, "This is not YAML: unacceptable character #x0000"),
        (b"laws: [{code: [a]}]\n", 1, "laws[0].code: ['a'] is no text."),
        (b"items: &a [*a]\n", 1, "This is not YAML: maximum recursion depth exceeded"),
    ],
)
def test_a_file_that_cannot_be_read_is_a_flaw_with_file_line_and_field(
    tmp_path: Path, written: bytes, line: int, reason: str
) -> None:
    folder = small_pack(tmp_path / "small")
    (folder / "items").mkdir()
    (folder / "items" / "lamp.yaml").write_bytes(written)
    with translation.override("en"), pytest.raises(CommandError) as caught:
        run(folder)
    assert str(caught.value).startswith(f"{folder}/items/lamp.yaml, line {line}, ")
    assert ("(whole file): " in str(caught.value)) is reason.startswith("This is")
    assert reason in str(caught.value)
    assert (Item.objects.count(), Line.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_a_needed_pack_lies_beside_or_in_the_house(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    said = run(PACKS / "common", small_pack(mine, needs="[common]"))
    assert said[1] == "mine: 0 new items, 0 new versions"
    assert run(mine) == ["mine: 0 new items, 0 new versions"]
    below = small_pack(tmp_path / "below")
    assert run(small_pack(mine, needs="[below]")) == ["mine: 0 new items, 0 new versions"]
    (below / "pack.yaml").write_text("code: below\n", encoding="utf-8")
    before = Line.objects.count()
    told = {
        "[nowhere]": (
            f"{mine}/pack.yaml, line 3, needs[0]: There is no pack nowhere, neither beside "
            "this one nor in packs/."
        ),
        "[mine]": (
            f"{mine}/pack.yaml, line 3, needs[0]: The pack mine needs this one. Neither "
            "can come first."
        ),
        "[below]": f"{tmp_path}/below/pack.yaml, line 1, (whole file): The key from is missing.",
    }
    for needs, words in told.items():
        with translation.override("en"), pytest.raises(CommandError) as caught:
            run(small_pack(mine, needs=needs))
        assert str(caught.value) == words
    assert Line.objects.count() == before

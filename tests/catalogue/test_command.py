"""``load_pack`` from the command line."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from linli.catalogue.models import Item


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
def test_a_flaw_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "pack.yaml").write_text("code: x\n", encoding="utf-8")
    with pytest.raises(CommandError, match=r"pack\.yaml.*The key from is missing"):
        run(tmp_path)
    with pytest.raises(CommandError, match="There is no"):
        run(tmp_path / "nowhere")
    assert Item.objects.count() == 0

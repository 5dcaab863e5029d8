"""Whatever file a command is handed: one sentence that names it, and nothing is changed."""

import io
import zipfile
from argparse import ArgumentParser
from itertools import product
from pathlib import Path

import pytest
import xlsxwriter
from django.core.management import CommandError, call_command, get_commands, load_command_class

from linli.catalogue.models import PackList
from linli.journal.models import Line
from linli.ledger.models import Unit
from linli.notices.models import Reply
from linli.places.models import Place
from linli.rulebook.models import RuleRow
from tests.world import build_world

# Command → names of files it reads; FOLDERS are handed the folder around it.
TABLE = ("list.csv", "list.xlsx")
FOLDERS = {
    "load_definitions": ("indicators.yaml",),
    "load_pack": ("pack.yaml",),
    "load_rules": ("rules.yaml", "calendar_2027.yaml"),
}
READERS = FOLDERS | {
    "found_district": TABLE,
    "import_duty_list": TABLE,
    "import_messages": TABLE,
    "import_people": TABLE,
    "import_places": TABLE,
    "import_work_orders": TABLE,
    "load_awards": TABLE,
    "load_replies": ("replies.yaml",),
    "load_units": ("units.yaml",),
}
MORE = {"import_duty_list": ["--place", "330102001"], "load_awards": ["--item", "old_age"]}
# These write a file, or read packages of their own: tests/verify has them.
OTHERS = {"backup", "export", "restore", "verify"}
FOLDER = object()
HEAD = "code: x\nname: 甲\nfrom: 2026-01-01\n"


def workbook() -> bytes:
    into = io.BytesIO()
    with xlsxwriter.Workbook(into) as book:
        book.add_worksheet("地方").write_row(0, 0, ["街道", "社区", "社区代码"])
    return into.getvalue()


def spoilt() -> bytes:
    """Return a workbook that opens, but whose sheet is no XML."""
    into = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as good, zipfile.ZipFile(into, "w") as bad:
        for name in good.namelist():
            bad.writestr(name, b"<x" if "sheet1" in name else good.read(name))
    return into.getvalue()


BAD = {
    "no such file": None,
    "a folder": FOLDER,
    "a name too long": None,
    "empty": b"",
    "blank": b"\n \n",
    "cut short": workbook()[:900],
    "spoilt inside": spoilt(),
    "a PDF": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\n",
    "another list, in GBK": "甲,乙\n一,二\n".encode("gbk"),
    "binary": bytes(range(256)) * 3,
    "not UTF-8": b"\xff\xfe\x00",
    "NUL": b"code,name\n1,a\0b\n",
    "a list": b"- 1\n- [2]\n",
    "a mapping": b"code: 1\nname: x\n",
    "no YAML": b'a: [1, 2\n"b: {\n',
    "no day": b"- code: a\n  since: 2026-02-30\n",
    "no number": b"- !!int ''\n",
    "a list in itself": b"&a [*a]\n",
}


def state() -> list[int]:
    return [model.objects.count() for model in (Line, Place, PackList, Unit, Reply, RuleRow)]


def handed(command: str, path: Path, content: object) -> Path:
    """Write the file, and what has to lie beside it; return what the command is handed."""
    if content is not None:
        path.parent.mkdir()
    if content is FOLDER:
        path.mkdir()
    elif isinstance(content, bytes):
        path.write_bytes(content)
    if command not in FOLDERS:
        return path
    if command == "load_definitions" and isinstance(content, bytes):
        (path.parent / "pack.yaml").write_text(HEAD)
    return path.parent


@pytest.mark.django_db
@pytest.mark.parametrize("command", sorted(READERS))
def test_a_bad_file_is_one_sentence_and_changes_nothing(command: str, tmp_path: Path) -> None:
    build_world()
    before = state()
    for name, (what, content) in product(READERS[command], BAD.items()):
        folder = "x" * 300 if what == "a name too long" else f"{what} {name}"
        path = tmp_path / folder / name
        given = handed(command, path, content)
        with pytest.raises(CommandError) as caught:
            call_command(command, str(given), *MORE.get(command, ()))
        told = str(caught.value)
        # A duty list tells all its flaws at once, a line each.
        sheet = command == "import_duty_list" and told.endswith("\nNothing was brought in.")
        assert sheet or (str(given) in told and "\n" not in told), (what, told)
        assert told.endswith((".", "。")), (what, told)
    assert state() == before
    assert list(tmp_path.rglob("*.errors.csv")) == []


def test_every_command_that_takes_a_file_is_tried() -> None:
    found = set()
    for name, app in get_commands().items():
        if not str(app).startswith("linli."):
            continue
        parser: ArgumentParser = load_command_class(app, name).create_parser("linli", name)
        if any(action.type is Path and not action.option_strings for action in parser._actions):
            found.add(name)
    assert found == READERS.keys() | OTHERS


@pytest.mark.django_db
def test_a_place_where_nothing_can_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    nowhere = tmp_path / "file" / "book.xlsx"
    for words in (
        ["found_district", "--template", str(nowhere)],
        ["import_people", "--template", str(nowhere)],
        ["statement", "--person", "1", "--folder", str(nowhere)],
        ["export", str(nowhere)],
        ["backup", str(nowhere)],
    ):
        with pytest.raises(CommandError) as caught:
            call_command(*words)
        assert str(caught.value).startswith(f"{nowhere} cannot be "), words
        assert "\n" not in str(caught.value)

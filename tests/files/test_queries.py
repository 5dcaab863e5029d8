"""Opening, checking, serving and printing."""

import re
import zlib
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.db import IntegrityError, transaction

from linli.files import actions, queries
from linli.files.domain import kinds
from linli.files.domain.papers import Document, Facts, Heading, Paragraph, Slip, Table
from linli.files.models import File
from linli.journal.domain import Fault

from .conftest import pdf, photo

CATALOGUE = Path(queries.__file__).parent / "locale/zh_Hans/LC_MESSAGES/django.po"


@pytest.fixture
def file(db, store, clerk, noon):
    return actions.keep_file(by=clerk, content=photo(), name="a.jpg", purpose="report", at=noon)


def test_a_missing_and_an_altered_file_are_each_named(file, clerk, noon):
    other = actions.keep_file(by=clerk, content=pdf(b"x"), name="b", purpose="report", at=noon)
    assert list(queries.verify_files()) == []
    path = queries.path_of(file.digest)
    content = bytearray(path.read_bytes())
    content[40] ^= 1
    path.write_bytes(content)
    queries.path_of(other.digest).unlink()
    assert list(queries.verify_files()) == [
        Fault(kind="file", where=f"file {file.pk}", what="altered"),
        Fault(kind="file", where=f"file {other.pk}", what="missing"),
    ]
    for damaged in (file, other):
        with pytest.raises(kinds.FileDamaged):
            queries.open_file(damaged)


def test_a_file_is_served_with_nothing_it_could_use(file):
    file.name = "水管\r\n.jpg"
    assert queries.headers_of(file) == {
        "Content-Type": "image/jpeg",
        "Content-Disposition": "inline; filename*=UTF-8''%E6%B0%B4%E7%AE%A1%0D%0A%2E%6A%70%67",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "private, no-store",
    }
    file.media_type = "application/pdf"
    assert queries.headers_of(file)["Content-Disposition"].startswith("attachment;")


@pytest.mark.parametrize(
    "change",
    [{"key": None}, {"size_bytes": 0}, {"ended_at": "2026-11-16T04:00:00Z"}],
)
def test_the_database_refuses_half_an_end(file, change):
    with pytest.raises(IntegrityError), transaction.atomic():
        File.objects.filter(pk=file.pk).update(**change)


SLIP = Slip(
    title="收件小票",
    office="青桐社区",
    number="1118-034",
    language="zh-Hans",
    code="7K3M",
    big=("楼道顶漏水",),
    facts=(("最晚", "11 月 21 日 #strong[19:20]"),),
    ticks=("户口本首页照片",),
    boxes=(("没修好", "打上面的电话"),),
    root="ab" * 32,
    qr="https://example.test/c/1118-034",
)


def letters(made: bytes) -> set[str]:
    """Return the characters a PDF can show, from the tables that map its glyphs to Unicode."""
    found: set[str] = set()
    for packed in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", made, re.DOTALL):
        try:
            text = zlib.decompress(packed)
        except zlib.error:
            continue
        if b"beginbfchar" in text:
            for code in re.findall(rb"<[0-9A-Fa-f]+> <([0-9A-Fa-f]+)>", text):
                found |= set(bytes.fromhex(code.decode()).decode("utf-16-be"))
    return found


needs_font = pytest.mark.skipif(not queries.can_print(), reason="no font with Han characters")


@pytest.fixture
def chinese(monkeypatch):
    """Answer from the catalogue itself, so that the test does not need it compiled."""
    with CATALOGUE.open("rb") as file:
        words = {entry.id: entry.string for entry in read_po(file)}
    monkeypatch.setattr(queries, "gettext", words.__getitem__)


@needs_font
def test_a_slip_has_the_right_text(chinese):
    made = queries.slip_pdf(SLIP)
    assert made.startswith(b"%PDF-")
    shown = letters(made)
    wanted = "收件小票青桐社区您的号1118-034查询码7K3M楼道顶漏水最晚#strong[19:20]户口本首页照片没修好打上面的电话"
    assert set(wanted) - shown == set()
    assert "副" not in shown
    assert len(re.findall(rb"/Type\s*/Page\b", made)) == 1, "one sheet of A5"


@needs_font
def test_a_reprint_says_that_it_is_one(chinese):
    again = Slip(**{name: getattr(SLIP, name) for name in SLIP.__slots__} | {"copy": True})
    assert {"副", "本"} <= letters(queries.slip_pdf(again))


@needs_font
def test_the_same_slip_is_the_same_bytes():
    assert queries.slip_pdf(SLIP) == queries.slip_pdf(SLIP)


@needs_font
def test_a_document_of_every_block_is_made():
    page = Document(
        title="清单",
        language="en",
        blocks=(
            Heading("Persons"),
            Paragraph("*not bold* $x$ #evil()"),
            Facts((("Day", "1"),)),
            Table(head=("Item", "Fen"), rows=(("甲", "100"), ("乙", "2")), right=(1,)),
        ),
    )
    assert set("Persons*notbld$x#evi()甲乙") <= letters(queries.render_pdf(page))


def test_without_a_font_the_print_page_serves(settings, tmp_path):
    settings.FONT = str(tmp_path / "none.otf")
    assert queries.can_print() is False
    assert queries.slip_pdf(SLIP) is None


def test_without_fontconfig_there_is_no_font(monkeypatch):
    monkeypatch.setattr(queries.shutil, "which", lambda name: None)
    assert queries._fontconfig() == (Path(), "")


def test_a_square_code_is_svg():
    assert queries.qr_svg("https://example.test/c/1").startswith("<svg ")


def test_every_sentence_is_in_chinese():
    with CATALOGUE.open("rb") as file:
        words = {entry.id: entry.string for entry in read_po(file) if entry.id}
    refusals = [
        one
        for one in vars(kinds).values()
        if isinstance(one, type) and one.__module__ == kinds.__name__ and "message" in vars(one)
    ]
    assert len(refusals) == 10
    for refusal in refusals:
        assert words[refusal.message]
    for sentence, translated in words.items():
        assert re.findall(r"%\(\w+\)s", sentence) == re.findall(r"%\(\w+\)s", translated)

"""Which files are taken, and what is left of them. No database."""

import io
import struct
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from linli.files.domain import cleaning, kinds
from linli.files.domain.papers import Boxed, Facts, Slip, SlipWords, Ticks, document_of

from .conftest import pdf, photo


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"RIFF\x10\x00\x00\x00WAVEfmt ", None),
        (b"\x00\x00\x00\x18ftypheic", "image/heic"),
        (b"\x00\x00\x00\x18ftypisom", None),
        (b"%PDF-1.4", "application/pdf"),
        (b" %PDF-1.4", None),
        (b"GIF89a", None),
        (b"<svg xmlns='http://www.w3.org/2000/svg'>", None),
        (b"<!doctype html>", None),
        (b"MZ\x90\x00", None),
        (b"PK\x03\x04", None),
        (b"", None),
    ],
)
def test_the_kind_is_told_from_the_content(start, kind):
    assert kinds.kind_of(start) == kind


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_keeps_its_pixels_and_loses_all_else(kind):
    sent = photo(kind)
    assert Image.open(io.BytesIO(sent)).getexif().get_ifd(0x8825), "the photo must have a place"
    done = cleaning.clean(content=sent, name="IMG.JPG")
    assert done.media_type == f"image/{kind.lower()}"
    kept = Image.open(io.BytesIO(done.content))
    assert kept.size == (40, 60), "turned upright"
    assert dict(kept.getexif()) == {}
    assert b"Exif" not in done.content
    assert b"PhoneMaker" not in done.content


def test_comments_text_and_colour_profiles_go_too():
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Location", "30.25,120.16")
    notes.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta>GPSLatitude</x:xmpmeta>")
    png = cleaning.redraw(photo("PNG", pnginfo=notes, icc_profile=b"profile-bytes"), kinds.PNG)
    jpeg = cleaning.redraw(photo("JPEG", comment=b"taken at home"), kinds.JPEG)
    for secret in (b"30.25", b"GPSLatitude", b"iCCP", b"tEXt", b"iTXt", b"eXIf"):
        assert secret not in png
    assert b"taken at home" not in jpeg


def test_what_hides_behind_a_picture_is_gone():
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("index.html", "<script>alert(1)</script>")
    for kind in ("JPEG", "PNG", "WEBP"):
        done = cleaning.clean(content=photo(kind) + archive.getvalue(), name="x.html")
        assert not zipfile.is_zipfile(io.BytesIO(done.content))
        assert b"index.html" not in done.content
        assert done.name == f"x{kinds.ENDINGS[done.media_type]}"


def test_a_large_photo_is_made_smaller():
    sent = photo("JPEG", size=(5000, 1000))
    assert Image.open(io.BytesIO(cleaning.redraw(sent, kinds.JPEG))).size == (819, 4096)


def test_a_picture_that_is_see_through_stays_so():
    kept = Image.open(io.BytesIO(cleaning.redraw(photo("PNG", mode="RGBA"), kinds.PNG)))
    assert kept.mode == "RGBA"


def test_a_picture_of_few_colours_is_turned_and_shrunk_like_any_other():
    drawn = Image.effect_noise((4200, 42), 40).convert("P")
    drawn.info["transparency"] = 0
    exif = Image.Exif()
    exif[0x0112] = 6
    sent = io.BytesIO()
    drawn.save(sent, format="PNG", exif=exif)
    kept = Image.open(io.BytesIO(cleaning.redraw(sent.getvalue(), kinds.PNG)))
    assert (kept.mode, kept.size) == ("RGBA", (41, 4096))


def test_a_picture_in_print_colours_becomes_an_ordinary_one():
    kept = Image.open(io.BytesIO(cleaning.redraw(photo("JPEG", mode="CMYK"), kinds.JPEG)))
    assert kept.mode == "RGB"


def bomb(width: int, height: int) -> bytes:
    """Return a PNG of a few hundred bytes that claims to be huge."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    body = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(8001, 8000), (10_000, 10_000), (60_000, 60_000)])
def test_a_decompression_bomb_is_refused_unopened(size):
    with pytest.raises(kinds.PictureTooWide):
        cleaning.clean(content=bomb(*size), name="small.png")


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", kinds.EmptyFile),
        (b"\xff\xd8\xff" + bytes(100), kinds.PictureBroken),
        (photo()[:200], kinds.PictureBroken),
        (photo("PNG")[:-500], kinds.PictureBroken),
        (b"\x00\x00\x00\x18ftypheic" + bytes(50), kinds.HeicNotTaken),
        (b"<html><script>1</script>", kinds.KindNotTaken),
        (b"<svg onload='x'/>", kinds.KindNotTaken),
        (b"GIF89a" + bytes(50), kinds.KindNotTaken),
        (b"%PDF-1.7 cut off", kinds.PdfBroken),
        (pdf() + b"PK\x03\x04" + bytes(2000), kinds.PdfBroken),
        (bytes(kinds.MOST_BYTES + 1), kinds.FileTooLarge),
    ],
)
def test_everything_else_is_refused(content, refusal):
    with pytest.raises(refusal) as caught:
        cleaning.clean(content=content, name="photo.jpg")
    assert caught.value.status == 422


def test_the_refusal_says_how_large():
    caught = kinds.FileTooLarge(size_bytes=kinds.MOST_BYTES + 1)
    assert caught.message % vars(caught) == (
        "This file is 21 MB; we take files up to 20 MB. Send a smaller photo."
    )


def test_the_size_limit_is_exact():
    kinds.check_size(kinds.MOST_BYTES)
    with pytest.raises(kinds.FileTooLarge):
        kinds.check_size(kinds.MOST_BYTES + 1)


def test_the_place_inside_a_pdf_is_blanked_and_nothing_moves():
    inner = photo()
    assert b"PhoneMaker" in inner
    sent = pdf(b"1 0 obj stream", inner, b"endstream")
    kept = cleaning.clean_pdf(sent)
    assert len(kept) == len(sent)
    assert b"PhoneMaker" not in kept
    found = kept[kept.index(b"\xff\xd8\xff") : kept.index(b"\nendstream")]
    assert Image.open(io.BytesIO(found)).convert("RGB").size == (60, 40)
    assert not dict(Image.open(io.BytesIO(found)).getexif())


def test_a_signed_pdf_stays_byte_for_byte():
    sent = pdf(photo(), b"/ByteRange [0 1 2 3]")
    assert cleaning.clean_pdf(sent) == sent


def attempt(content: bytes) -> str:
    """Return the kind a file is kept as, or nothing if it is refused with a sentence that reads."""
    try:
        return cleaning.clean(content=content, name="a").media_type
    except kinds.FileRefused as refusal:
        return "" if refusal.message % vars(refusal) else "no sentence"


@given(
    st.binary(max_size=400), st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"%PDF-"])
)
def test_rubbish_is_refused_in_a_sentence_or_kept(rubbish, start):
    outcome = attempt(start + rubbish)
    assert outcome in {"", kinds.kind_of(start + rubbish)}


@given(st.integers(0, 2000), st.integers(0, 255))
def test_one_changed_byte_in_a_photo_never_trips_us(place, value):
    content = bytearray(photo("JPEG"))
    content[place % len(content)] = value
    assert attempt(bytes(content)) in {"", "image/jpeg"}


@pytest.mark.parametrize(
    ("name", "kind", "kept"),
    [
        ("水管.jpeg", "image/jpeg", "水管.jpg"),
        ("C:\\fakepath\\a.png", "image/png", "a.png"),
        ("../../etc/passwd", "image/png", "passwd.png"),
        ("x.html", "application/pdf", "x.pdf"),
        ('a"\r\nb<c>.pdf', "application/pdf", "abc.pdf"),
        ("", "image/webp", "file.webp"),
        ("..", "image/webp", "file.webp"),
    ],
)
def test_names_are_made_harmless(name, kind, kept):
    assert kinds.tidy_name(name, kind) == kept


@given(st.text(max_size=300))
def test_any_name_fits_and_has_no_folder(name):
    kept = kinds.tidy_name(name, "image/jpeg")
    assert 5 <= len(kept) <= kinds.NAME_LENGTH
    assert "/" not in kept
    assert kept.isprintable()


@pytest.mark.parametrize(
    ("kind", "way"),
    [
        ("image/jpeg", "inline"),
        ("image/png", "inline"),
        ("image/webp", "inline"),
        ("application/pdf", "attachment"),
        ("image/svg+xml", "attachment"),
        ("text/html", "attachment"),
        ("image/heic", "attachment"),
        ("", "attachment"),
    ],
)
def test_only_our_own_pictures_show_in_the_page(kind, way):
    assert kinds.disposition(kind) == way


def test_room_is_kept_for_the_database():
    kinds.check_room(free_bytes=kinds.RESERVE_BYTES + 5, size_bytes=5)
    with pytest.raises(kinds.NoRoom):
        kinds.check_room(free_bytes=kinds.RESERVE_BYTES + 4, size_bytes=5)


WORDS = SlipWords(number="您的号", code="查询码", root="存证根", copy="副本")


def test_a_slip_becomes_a_page():
    slip = Slip(
        title="缺件一次告知单",
        office="青桐社区",
        number="1118-034",
        language="zh-Hans",
        code="7K3M",
        facts=(("最晚", "11 月 21 日"),),
        ticks=("户口本首页照片",),
        boxes=(("没修好？", "打电话。"),),
        foot="不收费。",
        root="0123456789abcdef",
    )
    page = document_of(slip, WORDS)
    assert page.paper == "a5"
    assert page.blocks == (
        Facts((("查询码", "7K3M"), ("最晚", "11 月 21 日"))),
        Ticks(("户口本首页照片",)),
        Boxed("没修好？", "打电话。"),
    )
    assert page.foot == ("不收费。", "存证根 01234567 89abcdef")
    assert page.mark == ""


def test_only_a_reprint_is_marked():
    slip = Slip(title="t", office="o", number="1", language="en")
    assert document_of(slip, WORDS).mark == ""
    again = Slip(title="t", office="o", number="1", language="en", copy=True)
    assert document_of(again, WORDS).mark == "副本"

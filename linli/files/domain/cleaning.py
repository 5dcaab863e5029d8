"""Making a file safe to keep: pictures are drawn anew, so that only their pixels remain."""

import io
import re
from dataclasses import dataclass

from PIL import Image, ImageOps

from .kinds import (
    HEIC,
    JPEG,
    PDF,
    PICTURES,
    PNG,
    WEBP,
    FileRefused,
    HeicNotTaken,
    KindNotTaken,
    PdfBroken,
    PictureBroken,
    PictureTooWide,
    check_size,
    kind_of,
    tidy_name,
)

MOST_PIXELS = 64_000_000  # above any phone's ordinary photo; 192 MB of memory when opened
LONGEST_EDGE = 4096  # a page of small print stays legible
FORMATS = {JPEG: "JPEG", PNG: "PNG", WEBP: "WEBP"}
SMOOTH = frozenset({"RGB", "RGBA", "L", "LA", "CMYK", "YCbCr"})  # modes that shrink without steps
EXIF = re.compile(rb"\xff\xe1(..)Exif\x00\x00", re.DOTALL)
PDF_TAIL_BYTES = 1024


@dataclass(frozen=True, slots=True)
class Clean:
    """A file ready to be kept. Only ``clean`` makes these."""

    content: bytes
    media_type: str
    name: str


def clean(*, content: bytes, name: str) -> Clean:
    """
    Return the file without what must not be kept: places, camera, hidden parts, other formats.

    Takes up to a second for a large photo, so call it before the act that keeps the file.

    :raises FileRefused: in one of its kinds, if we do not take it
    """
    check_size(len(content))
    media_type = kind_of(content)
    if media_type == HEIC:
        raise HeicNotTaken
    if media_type == PDF:
        return Clean(clean_pdf(content), PDF, tidy_name(name, PDF))
    if media_type not in PICTURES:
        raise KindNotTaken
    return Clean(redraw(content, media_type), media_type, tidy_name(name, media_type))


def redraw(content: bytes, media_type: str) -> bytes:
    """
    Return the picture drawn anew: upright, at most ``LONGEST_EDGE``, without any metadata.

    Of a moving picture the first frame stays.

    :raises PictureTooWide: if opening it would take too much memory
    :raises PictureBroken: if it cannot be opened whole
    """
    try:
        with Image.open(io.BytesIO(content), formats=[FORMATS[media_type]]) as opened:
            pixels = _pixels(opened, media_type)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise PictureTooWide from bomb
    except FileRefused:
        raise
    except Exception as broken:  # a crooked file may trip the decoder in any way
        raise PictureBroken from broken
    drawn = io.BytesIO()
    pixels.save(drawn, format=FORMATS[media_type], quality=88)
    return drawn.getvalue()


def _pixels(opened: Image.Image, media_type: str) -> Image.Image:
    if opened.width * opened.height > MOST_PIXELS:
        raise PictureTooWide
    opened.draft("RGB", (LONGEST_EDGE, LONGEST_EDGE))  # JPEG only: decode at a fraction of the size
    see_through = media_type in {PNG, WEBP} and opened.has_transparency_data
    small = opened if opened.mode in SMOOTH else opened.convert("RGBA" if see_through else "RGB")
    small.thumbnail((LONGEST_EDGE, LONGEST_EDGE), reducing_gap=None)
    upright = ImageOps.exif_transpose(small)
    plain = upright.convert("RGBA" if see_through else "RGB")
    plain.info.clear()
    return plain


def clean_pdf(content: bytes) -> bytes:
    """
    Return the PDF with the EXIF blocks of its photos blanked; its length and structure stay.

    A signed PDF is kept byte for byte: blanking would break the signature that makes it evidence.

    :raises PdfBroken: if it does not end as a PDF ends
    """
    if b"%%EOF" not in content[-PDF_TAIL_BYTES:]:
        raise PdfBroken
    if b"/ByteRange" in content:
        return content
    blanked = bytearray(content)
    for found in EXIF.finditer(content):
        length = int.from_bytes(found[1], "big")
        start, end = found.end(), min(found.start() + 2 + length, len(content))
        blanked[start:end] = bytes(max(end - start, 0))
    return bytes(blanked)

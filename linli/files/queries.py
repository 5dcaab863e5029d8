"""Reading files: opened only through here, checked against what was kept; and papers to print."""

import functools
import hashlib
import io
import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import segno
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils.translation import gettext, override
from PIL import Image

from linli.basics import NoSuchThing
from linli.journal.domain import Fault

from .domain import kinds
from .domain.papers import Document, Slip, SlipWords, document_of
from .models import File

if TYPE_CHECKING:
    import typst

disposition = kinds.disposition
NONCE_BYTES = 12
SMALL_PIXELS = 320
TEMPLATE = Path(__file__).parent / "data" / "paper.typ"


def path_of(digest: str) -> Path:
    """Return where the ciphertext of a file lies."""
    return Path(settings.FILES) / kinds.place_of(digest)


def live_digests(start: str) -> Iterator[str]:
    """Yield the digests in use that begin with two hex digits."""
    return (
        File.objects.filter(ended_at=None, digest__gte=start, digest__lt=f"{start}g")
        .values_list("digest", flat=True)
        .iterator(chunk_size=2_000)
    )


def all_live_digests() -> Iterator[str]:
    """Yield the digests of all live files, in their order."""
    live = File.objects.filter(ended_at=None).values_list("digest", flat=True)
    return live.order_by("digest").iterator(chunk_size=2_000)


def open_file(file: File) -> tuple[bytes, str]:
    """
    Return the content and its media type.

    :raises FileForgotten: if its key was dropped
    :raises FileDamaged: if the disk no longer holds what was kept
    """
    kinds.check_open(ended_at=file.ended_at)
    try:
        sealed = path_of(file.digest).read_bytes()
        key = AESGCM(bytes.fromhex(file.key.open()))
        content = key.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], None)
    except (OSError, ValueError, InvalidTag) as damaged:
        raise kinds.FileDamaged from damaged
    return content, file.media_type


def small_picture(file: File) -> bytes:
    """
    Return a picture small enough for a list, as JPEG.

    :raises NoSuchThing: if it is no picture
    :raises FileForgotten: if its key was dropped
    :raises FileDamaged: if the disk no longer holds what was kept
    """
    if file.media_type not in kinds.PICTURES:
        raise NoSuchThing
    content, _ = open_file(file)
    with Image.open(io.BytesIO(content)) as picture:
        small = picture.convert("RGB")
        small.thumbnail((SMALL_PIXELS, SMALL_PIXELS))
    written = io.BytesIO()
    small.save(written, format="JPEG", quality=80)
    return written.getvalue()


def headers_of(file: File, *, attached: bool = False) -> dict[str, str]:
    """
    Return the headers a file is served with; nothing but our own pictures shows in the page.

    :param attached: whether a picture too is to be saved and not shown

    The policy forbids even an opened PDF to run or fetch anything under our address.
    """
    name = "".join(f"%{byte:02X}" for byte in file.name.encode())
    shown = "attachment" if attached else disposition(file.media_type)
    return {
        "Content-Type": file.media_type,
        "Content-Disposition": f"{shown}; filename*=UTF-8''{name}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "private, no-store",
    }


def verify_files() -> Iterator[Fault]:
    """Yield every live file whose ciphertext is missing or altered. Needs no key."""
    live = File.objects.filter(ended_at=None).values_list("pk", "digest").order_by("pk")
    for pk, digest in live.iterator(chunk_size=2_000):
        try:
            with path_of(digest).open("rb") as lying:
                found = hashlib.file_digest(lying, "sha256").hexdigest()
        except OSError:
            yield Fault(kind="file", where=f"file {pk}", what="missing")
            continue
        if found != digest:
            yield Fault(kind="file", where=f"file {pk}", what="altered")


def fonts() -> "tuple[typst.Fonts, str] | None":
    """
    Return the fonts for papers and the family that has Han characters, or None if there is none.

    ``LINLI_FONT`` names a font file; otherwise fontconfig is asked for a Chinese one.
    """
    return _fonts(str(getattr(settings, "FONT", "")))


@functools.lru_cache(maxsize=4)
def _fonts(chosen: str) -> "tuple[typst.Fonts, str] | None":
    import typst  # noqa: PLC0415  # 40 MB that only printing needs

    path, family = (Path(chosen), "") if chosen else _fontconfig()
    if not path.is_file():
        return None
    found = typst.Fonts(include_system_fonts=False, font_paths=[str(path.parent)])
    inside = [font.family for font in found.fonts() if font.path and Path(font.path) == path]
    if not inside:
        return None
    return found, family if family in inside else inside[0]


def _fontconfig() -> tuple[Path, str]:
    ask = shutil.which("fc-match")
    if ask is None:
        return Path(), ""
    pattern = "Noto Sans CJK SC,Source Han Sans SC,Microsoft YaHei,PingFang SC:lang=zh-cn"
    answer = subprocess.run(  # noqa: S603  # a fixed question to a fixed program
        [ask, "-f", "%{file}\t%{family[0]}\t%{lang}", pattern],
        capture_output=True,
        text=True,
        check=False,
        timeout=20,
    ).stdout
    path, family, languages = [*answer.split("\t"), "", "", ""][:3]
    return (Path(path), family) if "zh-cn" in languages.split("|") else (Path(), "")


def can_print() -> bool:
    """Whether papers can be made as PDF here. If not, the print page serves, and the button says so."""
    return fonts() is not None


def render_pdf(document: Document) -> bytes | None:
    """Return the document as PDF, the same bytes for the same document; None without a font."""
    import typst  # noqa: PLC0415  # 40 MB that only printing needs

    found = fonts()
    if found is None:
        return None
    compiler = typst.Compiler(TEMPLATE.read_bytes(), font_paths=found[0], ignore_system_fonts=True)
    inputs = {
        "paper": json.dumps(document.as_json(), ensure_ascii=False),
        "font": found[1],
        "qr": qr_svg(document.qr) if document.qr else "",
    }
    made = compiler.compile(format="pdf", sys_inputs=inputs, timestamp=0)
    return made if isinstance(made, bytes) else None


def slip_pdf(slip: Slip) -> bytes | None:
    """Return the slip as one A5 page of PDF; None without a font that has Han characters."""
    return render_pdf(document_of(slip, slip_words(slip)))


def slip_words(slip: Slip) -> SlipWords:
    """Return the words a slip adds by itself, for the PDF and for the print page alike."""
    with override("en" if slip.language == "en" else "zh-hans"):
        return SlipWords(
            number=gettext("Your number"),
            code=gettext("Check code"),
            root=gettext("Record root"),
            copy=gettext("Copy"),
        )


def qr_svg(text: str) -> str:
    """Return a QR code as SVG, medium error correction, with its quiet zone."""
    drawn = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        drawn, kind="svg", scale=4, xmldecl=False, omitsize=True
    )
    return drawn.getvalue().decode()

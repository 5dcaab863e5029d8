"""Which files we take: told from their content, never from their name or what the sender says."""

from datetime import datetime
from typing import ClassVar

from linli.basics import Refused, gettext_noop

MOST_BYTES = 20 * 1024 * 1024
RESERVE_BYTES = 256 * 1024 * 1024  # kept free, so that the database can still write its receipts
JPEG, PNG, WEBP, HEIC, PDF = (
    "image/jpeg",
    "image/png",
    "image/webp",
    "image/heic",
    "application/pdf",
)
PICTURES = frozenset({JPEG, PNG, WEBP})
ENDINGS = {JPEG: ".jpg", PNG: ".png", WEBP: ".webp", PDF: ".pdf"}
HEIF_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"})
NAME_LENGTH = 120


class FileRefused(Refused):
    """The content is not something we take."""

    status: ClassVar[int] = 422


class EmptyFile(FileRefused):
    message = gettext_noop("This file is empty. Choose it again, or take the photo again.")


class FileTooLarge(FileRefused):
    message = gettext_noop(
        "This file is %(megabytes)s MB; we take files up to %(most)s MB. Send a smaller photo."
    )

    def __init__(self, *, size_bytes: int) -> None:
        super().__init__(size_bytes)
        self.megabytes = -(-size_bytes // (1024 * 1024))
        self.most = MOST_BYTES // (1024 * 1024)


class KindNotTaken(FileRefused):
    message = gettext_noop("We take photos (JPEG, PNG, WebP) and PDF. This file is something else.")


class HeicNotTaken(FileRefused):
    message = gettext_noop(
        "This photo is in the HEIC format, which we cannot open. "
        "On the phone choose “Most compatible” for the camera, or send a screenshot of it."
    )


class PictureBroken(FileRefused):
    message = gettext_noop("This photo is damaged and cannot be opened. Please take it again.")


class PictureTooWide(FileRefused):
    message = gettext_noop(
        "This photo has too many pixels to be opened safely. Send a smaller copy of it."
    )


class PdfBroken(FileRefused):
    message = gettext_noop("This PDF is incomplete or has other data attached. Save it once more.")


class NoRoom(Refused):
    """The disk is full. Nothing was kept, and nobody was told that it was."""

    message = gettext_noop(
        "The file could not be kept: the disk is full. Nothing was saved. Please tell your office."
    )
    status: ClassVar[int] = 507


class FileForgotten(Refused):
    """Its key was dropped; nobody can read it again."""

    message = gettext_noop("This file has been erased and cannot be opened any more.")
    status: ClassVar[int] = 410


class FileDamaged(Refused):
    """What lies on the disk is not what was kept."""

    message = gettext_noop("This file is missing or damaged. Please tell your office.")
    status: ClassVar[int] = 500


def kind_of(content: bytes) -> str | None:
    """Return the media type the first bytes speak for, or None."""
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return WEBP
    if content[4:8] == b"ftyp" and content[8:12] in HEIF_BRANDS:
        return HEIC
    if content.startswith(b"%PDF-"):
        return PDF
    return None


def check_size(size_bytes: int) -> None:
    """
    :raises EmptyFile: if there is nothing in it
    :raises FileTooLarge: if it is over ``MOST_BYTES``
    """
    if not size_bytes:
        raise EmptyFile
    if size_bytes > MOST_BYTES:
        raise FileTooLarge(size_bytes=size_bytes)


def check_room(*, free_bytes: int, size_bytes: int) -> None:
    """:raises NoRoom: if keeping the file would eat into the reserve"""
    if free_bytes - size_bytes < RESERVE_BYTES:
        raise NoRoom


def check_open(*, ended_at: datetime | None) -> None:
    """:raises FileForgotten: if the key is gone"""
    if ended_at is not None:
        raise FileForgotten


def tidy_name(name: str, media_type: str) -> str:
    """
    Return a name that is safe to show and to save under: no folders, no control characters.

    The ending follows the content, so that a page named ``photo.html`` is never saved as one.
    """
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(letter for letter in last if letter.isprintable() and letter not in '<>:"|?*')
    stem = shown.rsplit(".", 1)[0].strip(" .")[: NAME_LENGTH - 5] or "file"
    return stem + ENDINGS[media_type]


def disposition(media_type: str) -> str:
    """Return ``inline`` for the pictures we re-encoded ourselves, ``attachment`` for all else."""
    return "inline" if media_type in PICTURES else "attachment"


def place_of(digest: str) -> str:
    """Return the path inside the store: one of 256 folders, then the hash of the ciphertext."""
    return f"{digest[:2]}/{digest}"

"""What this storey announces."""

from dataclasses import dataclass
from typing import ClassVar

from linli.basics import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class FileKept(Event):
    """A file was cleaned, sealed with a key of its own and written to the disk for good."""

    SUBJECT: ClassVar[str] = "file"

    file_id: int
    purpose: str
    media_type: str
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FileForgotten(Event):
    """The key of a file was dropped; its name too."""

    SUBJECT: ClassVar[str] = "file"

    file_id: int

"""Asking the whole house whether it adds up, writing packages and backups, and words for faults."""

from .backup import CannotDo, read_backup, write_backup
from .package import write_package
from .whole import verify_all
from .words import words_of

__all__ = [
    "CannotDo",
    "read_backup",
    "verify_all",
    "words_of",
    "write_backup",
    "write_package",
]

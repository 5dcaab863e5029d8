"""What one may be allowed to do here."""

from enum import StrEnum


class Permission(StrEnum):
    KEEP_RULEBOOK = "rulebook.keep"

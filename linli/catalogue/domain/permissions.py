"""What one must be allowed to do here."""

from enum import StrEnum


class Permission(StrEnum):
    LOAD_PACK = "catalogue.load_pack"
    GRANT_MANDATE = "catalogue.grant_mandate"

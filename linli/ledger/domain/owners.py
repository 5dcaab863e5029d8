"""Whose an account is: exactly one of a few, each further down the house, or a table above."""

from dataclasses import dataclass
from enum import StrEnum

MAIN = "main"


class OwnerKind(StrEnum):
    PERSON = "person"
    PARTY = "party"
    PLACE = "place"
    ABOVE = "above"


@dataclass(frozen=True, slots=True)
class Owner:
    """
    The owner of an account. Accounts of budget lines are opened with their line, not with this.

    ``ABOVE``: a table of a storey above points down at the account; ``table`` says which one.
    """

    kind: OwnerKind
    id: int | None = None
    table: str = ""

    @classmethod
    def person(cls, person_id: int) -> "Owner":
        return cls(OwnerKind.PERSON, person_id)

    @classmethod
    def party(cls, party_id: int) -> "Owner":
        return cls(OwnerKind.PARTY, party_id)

    @classmethod
    def place(cls, place_id: int) -> "Owner":
        return cls(OwnerKind.PLACE, place_id)

    @classmethod
    def above(cls, table: str) -> "Owner":
        return cls(OwnerKind.ABOVE, table=table)

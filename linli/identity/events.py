"""What happens to sign-ins themselves. The storeys that call the deeds here put it on the record."""

from dataclasses import dataclass
from typing import ClassVar

from linli.basics import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class UserAdmitted(Event):
    """Somebody can sign in from now on; ``first`` while somebody else knows the password."""

    SUBJECT: ClassVar[str] = "user"

    user_id: int
    first: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class UsersBound(Event):
    """Sign-ins made before the record bound them stand on it as they were at that moment."""

    SUBJECT: ClassVar[str] = "district"

    district_id: int
    users: int

"""When a bearer token opens the door, and what the doorkeeper says when it does not."""

import hashlib
import re
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from linli.basics import Invalid, Refused, gettext_noop

TOKEN_PREFIX = "linli_"  # noqa: S105  # the public part, by which a leaked token is recognised
LONGEST = timedelta(days=366)
_LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,59}")


class Permission(StrEnum):
    """What a hat may do with sign-ins."""

    ADD_USERS = "identity.add_users"


class TokenNotGood(Refused):
    """The bearer token is unknown, over, or taken back. We do not say which."""

    message: ClassVar[str] = gettext_noop(
        "This access token does not open anything. It may have ended; ask for a new one."
    )
    status = 401


class NameTaken(Refused):
    """Somebody already signs in under this name."""

    message: ClassVar[str] = gettext_noop(
        "Somebody already signs in as %(username)s. Choose another name."
    )

    def __init__(self, username: str) -> None:
        super().__init__(username)
        self.username = username


class NotADemo(Refused):
    """Something that only a demo may do was asked of a real database."""

    message: ClassVar[str] = gettext_noop(
        "This database is not marked as a demo, so tokens are not handed out here."
    )
    status = 403


def check_login(username: str) -> str:
    """
    Return a login as it is kept.

    :raises Invalid: if it cannot be one
    """
    if not _LOGIN.fullmatch(username):
        reason = gettext_noop("A login has letters, digits and . _ - @ only, at most 60.")
        raise Invalid(field="username", reason=reason)
    return username


def token_hash(token: str) -> str:
    """Return the hex SHA-256 under which a token is kept; tokens are long and random, so no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


def read_bearer(header: str) -> str:
    """
    Return the token of an ``Authorization`` header; empty if there is none.

    :raises TokenNotGood: for another scheme or an empty token
    """
    if not header:
        return ""
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise TokenNotGood
    return token.strip()


def check_lifetime(*, at: datetime, expires_at: datetime) -> None:
    """
    Check that a token ends, and within a year.

    :raises Invalid: if it has ended already or lasts longer
    """
    if not at < expires_at <= at + LONGEST:
        raise Invalid(
            field="expires_at", reason=gettext_noop("A token lasts between a moment and one year.")
        )


class KeyUsedAgain(Refused):
    """An idempotency key stands for one request, not for two different ones."""

    status = 422
    message = gettext_noop(
        "This idempotency key was used for another request. Use a new key for a new request."
    )

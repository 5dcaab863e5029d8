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


class FirstPasswordStands(Refused):
    """The password was given by somebody else and has not been changed yet."""

    message: ClassVar[str] = gettext_noop(
        "Somebody else gave you this password. Change it first; then you can go on."
    )
    status = 403


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


# What a browser calls itself, the narrower sign first: most also call themselves Chrome and Safari.
BROWSERS = (
    ("MicroMessenger", gettext_noop("WeChat")),
    ("AlipayClient", gettext_noop("Alipay")),
    ("DingTalk", gettext_noop("DingTalk")),
    ("QQBrowser", gettext_noop("QQ Browser")),
    ("UCBrowser", gettext_noop("UC Browser")),
    ("HuaweiBrowser", gettext_noop("Huawei Browser")),
    ("MiuiBrowser", gettext_noop("Mi Browser")),
    ("HeyTapBrowser", gettext_noop("OPPO Browser")),
    ("VivoBrowser", gettext_noop("vivo Browser")),
    ("SamsungBrowser", gettext_noop("Samsung Browser")),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("FxiOS", "Firefox"),
    ("Firefox", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
# An iPad may say that it is a Macintosh; nothing in what it sends tells the two apart.
DEVICES = (
    (("iPhone",), gettext_noop("iPhone")),
    (("iPad",), gettext_noop("iPad")),
    (("HarmonyOS",), gettext_noop("HarmonyOS device")),
    (("Android", "Mobile"), gettext_noop("Android phone")),
    (("Android",), gettext_noop("Android tablet")),
    (("Windows",), gettext_noop("Windows computer")),
    (("Macintosh",), gettext_noop("Mac or iPad")),
    (("Linux",), gettext_noop("Linux computer")),
)


def device_of(user_agent: str) -> tuple[str, str]:
    """Return browser and device a session was begun with, as English words to be translated."""
    browser = next((words for sign, words in BROWSERS if sign in user_agent), "")
    device = next((words for signs, words in DEVICES if all(s in user_agent for s in signs)), "")
    return browser or gettext_noop("another browser"), device or gettext_noop("another device")

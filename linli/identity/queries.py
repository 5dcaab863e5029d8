"""Questions about sign-ins: whose token this is, which sessions are open, whether this is a demo."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db.models import QuerySet

from linli.fabric.composed import composed, slot
from linli.fabric.versions import DEMO_LOADED, cached, current

from .domain import token_hash
from .models import ApiToken, DemoMark, User

DEMO = "demo"
# What the edge needs of a token and its user, in the order of their tables.
TOKEN = ("id", "district", "user_id", "appointment", "last_used_on")
USER = ("id", "username", "district", "is_active")


def is_demo() -> bool:
    """Return whether this database is marked as a demo. Costs the one query for all versions."""
    return bool(current(DEMO)) and _marked()


def demo_is_half_built() -> bool:
    """Return whether somebody ended the loader of the demo before it was done."""
    return is_demo() and not current(DEMO_LOADED)


@cached(DEMO)
def _marked() -> bool:
    return DemoMark.objects.exists()


def token_holder(bearer: str, *, at: datetime) -> ApiToken | None:
    """Return the token with its user if it still opens the door at that moment. One query."""
    asked = {"district": settings.DISTRICT, "token_hash": token_hash(bearer), "now": at}
    for row in _holders.rows(asked):
        token = ApiToken.from_db("default", TOKEN, row[: len(TOKEN)])
        token.user = User.from_db("default", USER, row[len(TOKEN) :])
        return token
    return None


@composed
def _holders() -> QuerySet[ApiToken, Any]:
    good = ApiToken.objects.filter(
        district=slot(ApiToken, "district"),  # the index begins with it
        token_hash=slot(ApiToken, "token_hash"),
        expires_at__gt=slot(ApiToken, "expires_at", name="now"),
        revoked_at=None,
        user__is_active=True,
    )
    return good.values_list(*TOKEN, *(f"user__{name}" for name in USER))


def tokens_of(user_id: int) -> QuerySet[ApiToken]:
    """Return the tokens of a user, newest first."""
    return ApiToken.objects.filter(user_id=user_id).order_by("-given_at", "-id")


def user_named(username: str) -> User | None:
    """Return who signs in under this name."""
    return User.objects.filter(username=username).first()


def user_by_id(user_id: int) -> User | None:
    """Return one user."""
    return User.objects.filter(pk=user_id).first()


def emails_of(user_ids: Collection[int]) -> dict[int, str]:
    """Return user → the address at which they want to be written to, of those who gave one."""
    rows = User.objects.filter(pk__in=user_ids).exclude(email="")
    return dict(rows.values_list("pk", "email"))


def sessions_of(user_id: int) -> list[UserSession]:
    """Return the open sessions of a user, the latest sign-in first; those that lapsed are left out."""
    rows = UserSession.objects.filter(user_id=user_id).order_by("-created_at", "-id")
    return [row for row in rows if row.exists()]


def has_second_factor(user: User) -> bool:
    """Return whether the user signs in with a code or a passkey beside the password."""
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    return bool(is_mfa_enabled(user, kinds))

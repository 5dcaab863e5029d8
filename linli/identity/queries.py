"""Questions about sign-ins: whose token this is, which sessions are open, whether this is a demo."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.models import UserSession
from django.db.models import QuerySet

from linli.fabric.versions import cached, current

from .domain import token_hash
from .models import ApiToken, DemoMark, User

DEMO = "demo"


def is_demo() -> bool:
    """Return whether this database is marked as a demo. Costs the one query for all versions."""
    return bool(current(DEMO)) and _marked()


@cached(DEMO)
def _marked() -> bool:
    return DemoMark.objects.exists()


def token_holder(bearer: str, *, at: datetime) -> ApiToken | None:
    """Return the token with its user if it still opens the door at that moment. One query."""
    found = (
        ApiToken.objects.select_related("user")
        .filter(token_hash=token_hash(bearer), revoked_at=None, expires_at__gt=at)
        .first()
    )
    return found if found and found.user.is_active else None


def tokens_of(user_id: int) -> QuerySet[ApiToken]:
    """Return the tokens of a user, newest first."""
    return ApiToken.objects.filter(user_id=user_id).order_by("-given_at", "-id")


def user_named(username: str) -> User | None:
    """Return who signs in under this name."""
    return User.objects.filter(username=username).first()


def user_by_id(user_id: int) -> User | None:
    """Return one user."""
    return User.objects.filter(pk=user_id).first()


def sessions_of(user_id: int) -> list[UserSession]:
    """Return the open sessions of a user, the latest sign-in first; those that lapsed are left out."""
    rows = UserSession.objects.filter(user_id=user_id).order_by("-created_at", "-id")
    return [row for row in rows if row.exists()]


def has_second_factor(user: User) -> bool:
    """Return whether the user signs in with a code or a passkey beside the password."""
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    return bool(is_mfa_enabled(user, kinds))

"""How the sign-in library fits this house: no signing up, no flash messages, acts on the record."""

import json
import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from config.edge import first_door
from linli.fabric.composed import composed, slot
from linli.fabric.keyring import keyring
from linli.fabric.limits import client_address
from linli.identity.models import User
from linli.notices import queries as notices
from linli.parties import actions as parties_actions
from linli.parties import queries as parties
from linli.people import queries as people

FRESH_SECONDS = 300


class Door(DefaultAccountAdapter):  # type: ignore[misc]  # the library is untyped
    """Accounts are opened by the district, never by whoever comes by."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": gettext_lazy(
            "Name and password do not go together. Check both and try again."
        ),
        "too_many_login_attempts": gettext_lazy(
            "Too many wrong passwords. Wait five minutes, then try again, or ask your office."
        ),
    }

    def get_client_ip(self, request: HttpRequest) -> str:
        """Wrong passwords are counted where they come from, which is not the proxy."""
        return client_address(request)

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:  # noqa: ARG002
        """Whoever signed in a moment ago need not type the password again at once."""
        records = get_authentication_records(self.request, self.request.user)
        return not any(time.time() - record["at"] < FRESH_SECONDS for record in records)

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Our pages say what happened in place."""

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,  # noqa: ARG002
        *args: Any,  # noqa: ARG002
        **kwargs: Any,  # noqa: ARG002
    ) -> None:
        """Instead of a mail, a passkey goes on the record: it alone opens the door."""
        if template_prefix == "mfa/email/webauthn_added":
            credential = json.loads(self.request.POST["credential"])
            by = self.request.actor
            parties_actions.note_passkey(by=by, at=timezone.now(), credential=credential)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Put the sign-in on the record, under the first hat of the day."""
        now = timezone.now()
        actor = parties.actor_for(user, None, on=parties.law_day(now))
        parties_actions.note_sign_in(by=actor, at=now)
        request.actor = actor  # type: ignore[attr-defined]
        response: HttpResponse = super().post_login(request, user, **kwargs)
        return response

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Staff begin at the workbench, residents at the front page."""
        return first_door(request.actor)  # type: ignore[attr-defined]

    def clean_password(self, password: str, user: User | None = None) -> str:
        """Whoever gave a first password knows it, so it is no password of one's own."""
        if user is not None and user.must_change_password and user.check_password(password):
            raise ValidationError(gettext("Choose another password than the one you were given."))
        return str(super().clean_password(password, user))

    def set_password(self, user: User, password: str) -> None:
        """Keep the new password and put the change on the record; hashed before anybody waits."""
        user.set_password(password)
        user.must_change_password = False
        parties_actions.change_password(
            by=self.request.actor, at=timezone.now(), hashed=user.password
        )

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Lead on to where one begins; staff without a second factor are led to it from there."""
        return first_door(request.actor)  # type: ignore[attr-defined]

    def logout(self, request: HttpRequest) -> None:
        """Put the sign-out on the record."""
        actor = getattr(request, "actor", None)
        if actor is not None and actor.user is not None:
            parties_actions.note_sign_out(by=actor, at=timezone.now())
        super().logout(request)


class ByPassword(AuthenticationBackend):  # type: ignore[misc]  # the library is untyped
    """Who a session belongs to, where they live, what they have not read: one statement a page."""

    def get_user(self, user_id: int) -> User | None:
        """Return the user while they may sign in."""
        for row in _user.rows({"id": user_id}):
            user: User = User.from_db(connection.alias, _USER, row[:-2])
            user.unread = row[-2]  # type: ignore[attr-defined]  # the bell's number
            user.community = row[-1]  # type: ignore[attr-defined]  # a resident's
            return user if self.user_can_authenticate(user) else None
        return None


_USER = [field.attname for field in User._meta.concrete_fields]


@composed
def _user() -> QuerySet[User, Any]:
    return User.objects.filter(id=slot(User, "id")).values_list(
        *_USER, notices.unread(), people.home_community()
    )


class SecondDoor(DefaultMFAAdapter):  # type: ignore[misc]  # the library is untyped
    """Secrets of code generators lie sealed, and the generator shows the house's name."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy(
            "These digits do not fit. Wait for the next ones and type them at once."
        ),
    }

    def encrypt(self, text: str) -> str:
        """Seal the generator's secret and the recovery codes with the installation's key."""
        return keyring().seal(text).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return keyring().open(encrypted_text.encode())

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": super().get_public_key_credential_rp_entity()["id"], "name": "邻里 Linli"}

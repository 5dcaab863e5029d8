"""Passkeys lie in a table of the sign-in library; a line says of each that its owner added it."""

import hashlib
from collections.abc import Iterator, Mapping

from allauth.mfa.models import Authenticator

from linli.journal import queries as journal
from linli.journal.domain import Fault, digest

COVERED = (
    "data",
    "type",
    "user_id",
)  # a passkey's never change; what does is when it was last used
UNKNOWN = "no line says that its owner added this passkey"


def passkey_added(user_id: int, credential: Mapping[str, object]) -> tuple[int, str] | None:
    """Return id and digest of the passkey a user just added, known by what the device sent."""
    rows = Authenticator.objects.filter(user_id=user_id, type=Authenticator.Type.WEBAUTHN)
    for row in rows.order_by("id"):
        if row.data["credential"] == credential:
            return row.pk, digest(b"", {name: getattr(row, name) for name in COVERED})
    return None


def verify_passkeys() -> Iterator[Fault]:
    """Yield every passkey that is not as its line has it: one alone opens the door."""
    only = f"type = '{Authenticator.Type.WEBAUTHN.value}'"
    for pk, _, text in journal.Stream(Authenticator, COVERED, only=only):
        found = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        if not any(f'"digest":"{found}"' in line.body for line in journal.timeline("passkey", pk)):
            yield Fault("row", f"mfa_authenticator {pk}", UNKNOWN)

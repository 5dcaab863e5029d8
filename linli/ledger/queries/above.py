"""Asking the storey above what it booked: each registers itself in ``config/paid.py``."""

from collections.abc import Callable, Mapping

from django.conf import settings
from django.utils.module_loading import import_string

from linli.basics import Actor
from linli.ledger.domain import PaidFor

Resolver = Callable[[Actor, str], PaidFor | None]


def paid_for(actor: Actor, key: str) -> PaidFor | None:
    """Return what the booking with this key is for; None if nobody says, or not to this actor."""
    table: Mapping[str, Resolver] = import_string(settings.PAID_FOR)
    for beginning, resolver in table.items():
        if key.startswith(beginning):
            return resolver(actor, key)
    return None

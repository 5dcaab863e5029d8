"""Whom an office must call: what its letters could not bring to those who reported or booked."""

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from linli.basics import Actor
from linli.cases.domain import Permission
from linli.cases.models import Booking, Case
from linli.fabric.keyset import Page
from linli.notices import queries as notices

if TYPE_CHECKING:
    from linli.notices.models import Notice

SEVERAL = 10  # the first page says “9+” from here on


def calls_page(actor: Actor, *, after: str = "") -> "Page[Notice]":
    """
    Return the letters about the office's cases and turns that could not be sent, newest first.

    :raises NotAllowed: unless the hat may act
    :raises Invalid: if the cursor was altered
    """
    return notices.failed_page(actor, _whose(actor), after=after)


def calls_due(actor: Actor) -> int:
    """Return how many calls the office owes, up to ``SEVERAL``; none for a hat that may not act."""
    if Permission.ACT not in actor.permissions or actor.party is None:
        return 0
    return notices.failed_notices(actor, _whose(actor))[:SEVERAL].count()


def call_for(actor: Actor, notice_id: int) -> "Notice":
    """
    Return one letter the office must make good by a call, or has made good.

    :raises NotAllowed: unless the hat may act
    :raises NoSuchThing: if there is none, or another office answers for it
    """
    return notices.failed_notice(actor, _whose(actor), notice_id)


def _whose(actor: Actor) -> Q:
    """Pick what the office answers for: cases it owns, and turns at its window."""
    actor.must(Permission.ACT)
    office = actor.office()
    owned = Case.objects.filter(pk=OuterRef("subject_id"), owner_id=office)
    here = Booking.objects.filter(pk=OuterRef("subject_id"), party_id=office)
    return Q(Exists(owned), subject_kind="case") | Q(Exists(here), subject_kind="booking")

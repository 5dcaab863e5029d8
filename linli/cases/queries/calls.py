"""Whom to call: what letters could not bring to those who reported, booked or asked about their data."""

from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q, Subquery

from linli.basics import Actor, NotAllowed
from linli.cases.domain import Permission
from linli.cases.models import Booking, Case
from linli.fabric.composed import slot
from linli.fabric.keyset import Page
from linli.notices import queries as notices
from linli.people import queries as people
from linli.people.domain import Permission as People

if TYPE_CHECKING:
    from linli.notices.models import Notice

SEVERAL = 10  # the first page says “9+” from here on


def calls_page(actor: Actor, *, after: str = "") -> "Page[Notice]":
    """
    Return the letters that could not be sent, of those the actor answers for, newest first.

    :raises NotAllowed: unless the hat may act, or decides on requests about data
    :raises Invalid: if the cursor was altered
    """
    return notices.failed_page(actor, _whose(actor), after=after)


def calls_due(actor: Actor) -> int:
    """Return how many calls the actor owes, up to ``SEVERAL``; none for a hat that makes none."""
    whose = _answered_for(actor)
    return notices.failed_notices(actor, whose)[:SEVERAL].count() if whose else 0


def call_for(actor: Actor, notice_id: int) -> "Notice":
    """
    Return one letter the actor must make good by a call, or has made good.

    :raises NotAllowed: unless the hat may act, or decides on requests about data
    :raises NoSuchThing: if there is none, or others answer for it
    """
    return notices.failed_notice(actor, _whose(actor), notice_id)


def _whose(actor: Actor) -> Q:
    """:raises NotAllowed: unless the actor answers for any letters"""
    whose = _answered_for(actor)
    if not whose:
        raise NotAllowed
    return whose


def _answered_for(actor: Actor) -> Q:
    """Pick what the office answers for, and requests the hat decides; or nothing."""
    whose = office_answers_for(actor.party) if calls_for_office(actor) else Q()
    if People.DECIDE_RIGHTS in actor.permissions:
        asked = people.reached_requests(actor).filter(pk=OuterRef("subject_id"))
        whose |= Q(Exists(asked), subject_kind="right")
    return whose


def calls_for_office(actor: Actor) -> bool:
    """Whether the actor makes the calls of an office."""
    return Permission.ACT in actor.permissions and actor.party is not None


def office_calls() -> Subquery:
    """Return, within another question, how many calls an office owes: slots district, party_id."""
    office = office_answers_for(slot(Case, "owner_id", name="party_id"))
    return notices.failed_count(slot(Case, "district"), office)


def office_answers_for(office: Any) -> Q:
    """Pick the office's own cases, and the turns at its window; ``office`` is an id, or its slot."""
    owned = Case.objects.filter(pk=OuterRef("subject_id"), owner_id=office)
    here = Booking.objects.filter(pk=OuterRef("subject_id"), party_id=office)
    return Q(Exists(owned), subject_kind="case") | Q(Exists(here), subject_kind="booking")

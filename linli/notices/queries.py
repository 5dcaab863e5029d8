"""Reading notices: a user's own, those about one thing, those a person must look at; ready replies."""

import functools
from datetime import date
from pathlib import Path
from typing import Any

from django.db.models import IntegerField, OuterRef, Q, QuerySet, Subquery

from linli.basics import Actor, NoSuchThing
from linli.fabric.documents import read_yaml
from linli.fabric.keyset import Order, Page, page_of
from linli.fabric.versions import cached

from .domain import Channel, Template, templates_of
from .models import Notice, Reply

DATA = Path(__file__).parent / "data"
REPLIES = "catalogue"  # the version row: ready replies stand beside the packs', whose row is never missing
SHOWN = ("sent", "read")
COUNTED = 10  # a bell says “9+” from here on, so that no page counts a long list
NEWEST = Order(name="newest", column="queued_at", down=True)
FAILED_LAST = Order(name="failed", column="failed_at", down=True)


@functools.cache
def templates() -> tuple[Template, ...]:
    """Return every template, of every day."""
    return templates_of(read_yaml(DATA / "templates.yaml"))


class _HowMany(Subquery):
    """How many rows a question finds."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS found)"
    output_field = IntegerField()


def unread() -> Subquery:
    """
    Return the bell's number, within a question about users: how many notices each has not opened.

    Up to ``COUNTED``. Every page of one who signed in asks who they are; the bell costs no statement
    more.
    """
    rows = Notice.objects.filter(user=OuterRef("pk"), state="sent", forgotten_at=None)
    return _HowMany(rows.values("pk")[:COUNTED])


def notices_for(user_id: int, *, after: str = "", limit: int = 30) -> Page[Notice]:
    """
    Return the user's notices on the site, newest first.

    :raises Invalid: if the cursor was altered
    """
    rows = Notice.objects.filter(user=user_id, state__in=SHOWN, forgotten_at=None)
    return page_of(rows, order=NEWEST, filters={"user": user_id}, after=after, limit=limit)


def notice_of(actor: Actor, notice_id: int) -> Notice:
    """
    Return one notice of the actor's on the site.

    :raises NoSuchThing: if there is none, or it is somebody else's
    """
    mine = Notice.objects.filter(user=actor.user, state__in=SHOWN, forgotten_at=None)
    found = mine.exclude(user=None).filter(pk=notice_id).first()
    if found is None:
        raise NoSuchThing
    return found


def _failed() -> QuerySet[Notice]:
    """Return what nobody was told; what could not go by e-mail stands on the site as well."""
    rows = Notice.objects.filter(state="failed", forgotten_at=None)
    return rows.exclude(channel=Channel.EMAIL)


def failed_notices(by: Actor, whose: Q) -> QuerySet[Notice]:
    """
    Return what could not be sent and nobody has told since: somebody must be called.

    ``whose`` picks, by ``subject_kind`` and ``subject_id``, what the actor answers for; a storey
    above knows. What was forgotten has no address left to call.
    """
    return _failed().filter(whose, district=by.district)


def failed_count(district: Any, whose: Q) -> Subquery:
    """Return, within another question, how many could not be sent, up to ``COUNTED``."""
    rows = _failed().filter(whose, district=district)
    return _HowMany(rows.values("pk")[:COUNTED])


def failed_notice(by: Actor, whose: Q, notice_id: int) -> Notice:
    """
    Return one that could not be sent, whether or not somebody has told it since.

    :raises NoSuchThing: if it is none of what ``whose`` picks
    """
    rows = Notice.objects.filter(whose, district=by.district, state__in=["failed", "told"])
    found = rows.filter(pk=notice_id, forgotten_at=None).first()
    if found is None:
        raise NoSuchThing
    return found


def failed_page(by: Actor, whose: Q, *, after: str = "", limit: int = 30) -> Page[Notice]:
    """
    Return a page of what could not be sent, newest first.

    :raises Invalid: if the cursor was altered
    """
    filters = {"district": by.district, "party": by.party}
    rows = failed_notices(by, whose)
    return page_of(rows, order=FAILED_LAST, filters=filters, after=after, limit=limit)


def replies_for(*, district: int, item: str, day: date) -> list[Reply]:
    """Return the district's own ready replies that fit, in force on ``day``; the item's own first."""
    newest = {reply.code: reply for reply in _replies(district) if reply.since <= day}
    fitting = [reply for reply in newest.values() if reply.item in ("", item)]
    return sorted(fitting, key=lambda reply: (reply.item == "", reply.code))


@cached(REPLIES)
def _replies(district: int) -> tuple[Reply, ...]:
    return tuple(Reply.objects.filter(district=district).order_by("since", "id"))

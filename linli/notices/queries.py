"""Reading notices: a user's own, those about one thing, those a person must look at; ready replies."""

import functools
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import yaml
from django.db.models import QuerySet

from linli.basics import Actor
from linli.fabric.keyset import Order, Page, page_of

from .domain import Template, templates_of
from .models import Notice, Reply

DATA = Path(__file__).parent / "data"
SHOWN = ("sent", "read")
NEWEST = Order(name="newest", column="queued_at", down=True)
FAILED_LAST = Order(name="failed", column="failed_at", down=True)


@functools.cache
def templates() -> tuple[Template, ...]:
    """Return every template, of every day."""
    return templates_of(yaml.safe_load((DATA / "templates.yaml").read_text(encoding="utf-8")))


def unread_for(user_id: int) -> int:
    """Return how many notices the user has not opened yet; the number beside the bell."""
    return Notice.objects.filter(user=user_id, state="sent", forgotten_at=None).count()


def notices_for(user_id: int, *, after: str = "", limit: int = 30) -> Page[Notice]:
    """
    Return the user's notices on the site, newest first.

    :raises Invalid: if the cursor was altered
    """
    rows = Notice.objects.filter(user=user_id, state__in=SHOWN, forgotten_at=None)
    return page_of(rows, order=NEWEST, filters={"user": user_id}, after=after, limit=limit)


def notices_about(subject_kind: str, subject_id: int, *, district: int) -> QuerySet[Notice]:
    """Return what was said about one thing, oldest first, by whatever way."""
    return Notice.objects.filter(
        subject_kind=subject_kind, subject_id=subject_id, district=district
    ).order_by("id")


def failed_notices(by: Actor, *, after: str = "", limit: int = 30) -> Page[Notice]:
    """
    Return what could not be sent in the actor's district, newest first: somebody must be called.

    :raises Invalid: if the cursor was altered
    """
    rows = Notice.objects.filter(district=by.district, state="failed")
    filters = {"district": by.district}
    return page_of(rows, order=FAILED_LAST, filters=filters, after=after, limit=limit)


def replies_for(*, district: int, item: str, outcome: str, day: date) -> list[Reply]:
    """Return the ready replies that fit, in force on ``day``; those made for the item come first."""
    begun = Reply.objects.filter(
        district=district, since__lte=day, item__in=["", item], outcome__in=["", outcome]
    ).order_by("since", "id")
    return sorted(_newest(begun).values(), key=lambda reply: (reply.item == "", reply.code))


def _newest(replies: Iterable[Reply]) -> dict[str, Reply]:
    return {reply.code: reply for reply in replies}

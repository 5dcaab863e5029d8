"""What the views share: who acts, at what moment, and how a refusal is said."""

from datetime import datetime

from django.utils import timezone

from linli.basics import Refused
from linli.fabric.asked import staff_of as by_whom
from linli.fabric.edge import sentence


def at_now() -> datetime:
    """Return the moment, the same for all a request does."""
    return timezone.now()


def said(refusal: Refused) -> str:
    """Return what a refusal says, in the reader's language."""
    return sentence(refusal)


__all__ = ["at_now", "by_whom", "said"]

"""What the views share: who acts, and at what moment."""

from datetime import datetime

from django.utils import timezone

from linli.fabric.asked import staff_of as by_whom


def at_now() -> datetime:
    """Return the moment, the same for all a request does."""
    return timezone.now()


__all__ = ["at_now", "by_whom"]

"""The machine's door to cases: the same actions, the same rights, answers as JSON."""

from ninja import Router

from . import bookings, matters, reporters
from .matters import ACTS

# What has a name of its own comes before ``/cases/{number}/{act}``, which would take it.
router = Router()
for one in (reporters.router, bookings.router, matters.router):
    router.add_router("", one)

__all__ = ["ACTS", "router"]

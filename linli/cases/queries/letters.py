"""What letters are about, by id: numbers to lead there with, for the one the letter was written to."""

from collections.abc import Sequence

from linli.basics import Actor
from linli.cases.models import Booking, Case, Docket


def case_numbers(district: int, ids: Sequence[int]) -> dict[int, str]:
    """Return the numbers of cases by id; no query for none."""
    rows = Case.objects.filter(district=district, pk__in=ids)
    return dict(rows.values_list("pk", "number")) if ids else {}


def booking_numbers(district: int, ids: Sequence[int]) -> dict[int, str]:
    """Return the numbers of turns by id; no query for none."""
    rows = Booking.objects.filter(district=district, pk__in=ids)
    return dict(rows.values_list("pk", "number")) if ids else {}


def on_docket(actor: Actor, ids: Sequence[int]) -> frozenset[int]:
    """Return those of the cases that the actor's office is concerned with; none without an office."""
    if actor.party is None or not ids:
        return frozenset()
    rows = Docket.objects.filter(district=actor.district, party_id=actor.party, case__in=ids)
    return frozenset(rows.values_list("case_id", flat=True))

"""Closing a unit that has ended, so that nothing it answered for is left alone."""

from collections.abc import Callable, Sequence
from datetime import date, datetime

from django.conf import settings
from django.db.models import Q
from django.utils.module_loading import import_string

from linli.basics import Actor, Invalid, gettext_noop
from linli.fabric.versions import bump
from linli.fabric.writing import write_atomic
from linli.journal.actions import record
from linli.parties import queries
from linli.parties.domain import (
    CENTER,
    Kind,
    LastUnit,
    Permission,
    StillOpen,
    UnitClosedAlready,
    UnitsBelow,
    check_span,
)
from linli.parties.events import PartyClosed
from linli.parties.models import Appointment, Party
from linli.places import queries as places

from .appointments import end_appointment
from .locking import locked_party, may, may_at

# What is open there, what to do with it, and how much there is of it at a unit at a moment.
OpenWork = tuple[str, str, Callable[[int, datetime], int]]


@write_atomic
def close_party(*, by: Actor, at: datetime, party_id: int, on: date) -> Party:
    """
    Give a party its last day; the appointments in it end with it.

    What is open there has passed on before: the storeys above say what there is (``CLOSING`` in
    the settings). A matter that comes back later goes to ``queries.standing``.

    :raises NotAllowed: unless the hat may found parties and appoint in this territory
    :raises NoSuchThing: if there is no such party
    :raises UnitClosedAlready: if it has a last day
    :raises Invalid: if the day lies ahead, or before the first one
    :raises LastUnit: if whatever nobody else takes falls to it
    :raises UnitsBelow: if another party stands below it
    :raises StillOpen: if anything is open there
    """
    may(by, Permission.FOUND)
    found = locked_party(by, party_id)
    may_at(by, Permission.APPOINT, found.place_id)
    if found.to_on is not None:
        raise UnitClosedAlready
    check_span(found.from_on, on, field="on")
    if on > queries.law_day(at):
        reason = gettext_noop("Close a unit on its last day, or after it.")
        raise Invalid(field="on", reason=reason)
    _check_nothing_hangs_on(found, at)
    lasting = Appointment.objects.filter(Q(to_on=None) | Q(to_on__gt=on), party=found)
    for seat, from_on in lasting.order_by("id").values_list("pk", "from_on"):
        end_appointment(by=by, at=at, appointment_id=seat, on=max(on, from_on))
    found.to_on = on
    found.save(update_fields=["to_on"])
    record(PartyClosed(at=at, party_id=found.pk), by=by, rows=[found])
    bump(queries.NAME)
    return found


def _check_nothing_hangs_on(found: Party, at: datetime) -> None:
    alike = {"place": found.place_id, "kind": found.kind, "office": found.office, "to_on": None}
    at_root = found.place_id in {node.id for node in places.tree(found.district).roots()}
    last = at_root and (found.kind, found.office) == (Kind.OFFICE, CENTER)
    if last and not Party.objects.filter(**alike).exclude(pk=found.pk).exists():
        raise LastUnit
    below = list(Party.objects.filter(parent=found, to_on=None).order_by("id"))
    if below:
        raise UnitsBelow(units=len(below), first=queries.party_words(below[0]))
    kinds: Sequence[OpenWork] = import_string(settings.CLOSING)
    for what, remedy, counted in kinds:
        count = counted(found.pk, at)
        if count:
            raise StillOpen(what=what, remedy=remedy, count=count)

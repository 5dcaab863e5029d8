"""What can be counted."""

from collections.abc import Sequence
from datetime import datetime

from linli.basics import Actor
from linli.fabric.writing import write_atomic
from linli.journal.actions import record
from linli.ledger.domain import Permission, UnitData
from linli.ledger.events import UnitIntroduced
from linli.ledger.models import Unit

from ._given import checked


@write_atomic
@checked
def load_units(*, by: Actor, at: datetime, units: Sequence[UnitData]) -> int:
    """
    Introduce units, or change their wording and last day; return how many rows changed.

    Kind and places of a unit in use never change: its amounts would mean something else.

    :raises NotAllowed: unless the hat may keep accounts; the house itself may
    """
    if by.kind != "system":
        by.must(Permission.KEEP)
    known = {unit.code: unit for unit in Unit.objects.filter(district=by.district)}
    changed = 0
    for data in units:
        row = known.get(data.code)
        if row is None:
            row = Unit(
                district=by.district,
                code=data.code,
                kind=str(data.kind),
                places=data.places,
                valid_from=data.valid_from,
            )
        elif (row.name, row.valid_to) == (dict(data.name), data.valid_to):
            continue
        row.name, row.valid_to = dict(data.name), data.valid_to
        row.save()
        record(UnitIntroduced(at=at, unit_id=row.pk), by=by, rows=[row])
        changed += 1
    return changed

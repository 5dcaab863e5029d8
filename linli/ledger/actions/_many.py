"""The accounts of a batch, locked and read without an object of the database for each."""

import functools
import json
from collections.abc import Callable, Iterable
from datetime import datetime

from django.db import connection

from linli.basics import NoSuchThing
from linli.ledger.domain import Standing, UnitData, check_unit
from linli.ledger.models import Unit
from linli.rulebook.domain import local_date

READ = """
SELECT id, unit_id, posted_in - posted_out - held - floor, ceiling - posted_in + posted_out,
  closed_at IS NOT NULL FROM ledger_account WHERE district = %s AND id
"""
LOCKED = READ + "= ANY(%s) ORDER BY id FOR NO KEY UPDATE"
ALONE = READ + "IN (SELECT value FROM json_each(%s))"  # noqa: S608  # SQLite has one writer


def standings(ids: Iterable[int], *, district: int) -> dict[int, Standing]:
    """
    Return the accounts by id, locked in the order of ids until the act ends.

    :raises NoSuchThing: if one of them is not there
    """
    wanted = sorted(set(ids))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(LOCKED, [district, wanted])
        else:
            cursor.execute(ALONE, [district, json.dumps(wanted)])
        found = {
            pk: Standing(unit, left, room, closed=bool(closed))
            for pk, unit, left, room, closed in cursor.fetchall()
        }
    if len(found) < len(wanted):
        raise NoSuchThing
    return found


def units_on(at: datetime) -> Callable[[int], UnitData]:
    """
    Return a function from the id of a unit to the unit, each read once.

    :raises UnitNotInUse: when called, if nothing moves in the unit on that day
    """
    day = local_date(at)

    @functools.cache
    def unit_of(pk: int) -> UnitData:
        unit = Unit.objects.get(pk=pk).data()
        return check_unit(unit, code=unit.code, on=day)

    return unit_of

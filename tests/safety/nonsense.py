"""
Arguments of the right type that mean nothing: every public act refuses them in a sentence.

Each act is given what it could well be given (``tests/gate/drawing.py``), and then one value of it
that cannot be meant: a moment without a zone, a day at the end of time, an id that is nowhere, a
number beyond any column, text that is empty, too long, or holds what no text may hold.
"""

import dataclasses
from collections.abc import Mapping
from datetime import UTC, date, datetime
from random import Random
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone

from linli.basics import Actor, Refused
from linli.fabric import versions
from linli.fabric.edge import sentence
from linli.journal.models import Line
from linli.notices.domain import BadTemplate
from tests.gate.drawing import LEFT_OUT, Hand, Nothing, acts
from tests.world import HOUSE_ITSELF, Everything

from .conftest import House

DRAWS = 12  # of each act
NUMBERS = (-1, 0, -(2**31), 2**31, 2**62, 2**63, 2**70)
WORDS = ("", " ", "\x00", "长" * 5_000, "no-such-thing", "\u202e", "1" * 400)
BYTES = (b"", b"\x00", b"PK\x03\x04")
DAYS = (date.min, date.max, date(1900, 2, 28), date(9999, 12, 30))
MOMENTS = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))


def names_of(*storeys: str) -> list[str]:
    """Return every public act of some storeys."""
    return sorted(
        name for name in acts() if name.partition(".")[0] in storeys and name not in LEFT_OUT
    )


def actors(house: House) -> tuple[Actor, Actor]:
    """Return one of the station who may do everything everywhere, and the house itself."""
    places = house.world.places.values()
    staff = dataclasses.replace(
        house.world.at("head"), permissions=Everything(), communities=frozenset(places)
    )
    return staff, HOUSE_ITSELF


def troubles(house: House, name: str, *, draws: int = DRAWS) -> list[str]:
    """Return what an act answers to nonsense, where that is no refusal in a sentence or changes rows."""
    draw = Random(name)  # noqa: S311  # the same nonsense every time
    hand, found = Hand(draw, newest), []
    for _ in range(draws):
        try:
            given = hand.arguments(name, timezone.now())
        except Nothing:
            continue
        where = draw.choice(list(given))
        given[where] = nonsense(draw, given[where])
        trouble = tried(name, draw.choice(actors(house)), given)
        if trouble:
            found.append(f"{name}({where}={given[where]!r:.80}): {trouble}")
    return found


def newest(table: type[Model]) -> list[int]:
    """Return the newest ids of a table."""
    return list(table._default_manager.order_by("-pk").values_list("pk", flat=True)[:8])


def nonsense(draw: Random, value: Any) -> Any:
    """Return another value of the same type, which cannot be meant; what has no other stays."""
    instead: dict[type, tuple[Any, ...]] = {int: NUMBERS, str: WORDS, bytes: BYTES, date: DAYS}
    if type(value) in instead:
        return draw.choice(instead[type(value)])
    if isinstance(value, datetime):
        return draw.choice((value.replace(tzinfo=None), *MOMENTS))
    if isinstance(value, tuple | list | frozenset) and value:
        some = list(value)
        place = draw.randrange(len(some))
        some[place] = nonsense(draw, some[place])
        return type(value)(some)
    if isinstance(value, dict) and value:
        name = draw.choice(list(value))
        return value | {name: nonsense(draw, value[name])}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        name = draw.choice([one.name for one in dataclasses.fields(value) if one.init])
        return dataclasses.replace(value, **{name: nonsense(draw, getattr(value, name))})
    return value


def tried(name: str, by: Actor, given: Mapping[str, Any]) -> str:
    """Return what went wrong; nothing where the act was done, or refused and nothing changed."""
    with transaction.atomic():
        before, trouble = rows(name), ""
        try:
            acts()[name](by=by, **given)
            connection.check_constraints()  # what a commit would say
        except Refused as refusal:
            if not sentence(refusal).strip():
                trouble = f"{type(refusal).__name__} without a sentence"
            if rows(name) != before:
                trouble = "refused, and yet it wrote"
        except BadTemplate:
            pass  # a fault of the data we ship; nobody who asked could mend it
        except Exception as raised:  # that is what is looked for
            trouble = f"{type(raised).__name__}: {raised!s:.120}"
        transaction.set_rollback(True)
    versions.forget_everything()
    return trouble


def rows(name: str) -> list[int]:
    """Return how many rows the tables of an act's storey have, and the journal."""
    tables = apps.get_app_config(name.partition(".")[0]).get_models()
    return [table._default_manager.count() for table in (Line, *tables)]

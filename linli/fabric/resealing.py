"""
Finding what lies sealed under a former key, and sealing it anew. The writing is the journal's act.

What is still to do stands in the values themselves: a token begins with the id of its key. So a
run that was killed is taken up by asking again, and old and new values are read meanwhile.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, models

from .fields import Sealed, SealedField
from .keyring import keyring

_TOKEN = re.compile(r"k\d+:[0-9a-f]{24}:[0-9a-f]{32,}")


def sealed_columns() -> dict[type[models.Model], list[str]]:
    """Return each table that holds sealed values, with the names of those columns."""
    found = {}
    for model in apps.get_models():
        names = [one.name for one in model._meta.concrete_fields if isinstance(one, SealedField)]
        if names:
            found[model] = names
    return found


def former_ids(model: type[models.Model], names: list[str], *, after: int, most: int) -> list[int]:
    """Return ids above ``after`` of rows with a value under a former key, in their order."""
    where, marks = _under_a_former_key(names)
    ask = (
        f'SELECT id FROM "{model._meta.db_table}" WHERE id > %s AND ({where}) '  # noqa: S608
        f"ORDER BY id LIMIT {most:d}"
    )
    with connection.cursor() as cursor:
        cursor.execute(ask, [after, *marks])
        return [pk for (pk,) in cursor.fetchall()]


def count_former() -> int:
    """Return in how many rows, of all tables, a value lies under a former key."""
    total = 0
    with connection.cursor() as cursor:
        for model, names in sealed_columns().items():
            where, marks = _under_a_former_key(names)
            ask = f'SELECT count(*) FROM "{model._meta.db_table}" WHERE {where}'  # noqa: S608
            cursor.execute(ask, marks)
            total += cursor.fetchone()[0]
    return total + sum(1 for _ in former_texts())


def _under_a_former_key(names: list[str]) -> tuple[str, list[int | bytes]]:
    mark = f"{keyring().current}:".encode()
    where = " OR ".join(f'substr("{name}", 1, %s) <> %s' for name in names)
    marks: list[int | bytes] = [len(mark), mark]
    return where, marks * len(names)


def seal_anew(row: models.Model, names: list[str]) -> dict[str, Any]:
    """
    Seal the row's values with the current key and hash the column beside each, where there is one.

    Return the columns that changed; the row holds them, and is not saved.

    :raises KeysMissing: if the key of one is not on the ring
    :raises CannotOpen: if one was altered
    """
    ring, changed = keyring(), dict[str, Any]()
    for name in names:
        held = getattr(row, name)
        if not isinstance(held, Sealed) or held.token.startswith(f"{ring.current}:".encode()):
            continue
        text = held.open()
        changed[name] = Sealed(ring.seal(text))
        if any(field.name == f"{name}_index" for field in row._meta.concrete_fields):
            changed[f"{name}_index"] = ring.blind(text)
    for name, value in changed.items():
        setattr(row, name, value)
    return changed


# Tables that are not ours keep tokens as texts inside JSON: a generator's secret, recovery codes.


def former_texts() -> Iterator[tuple[models.Model, str]]:
    """Yield each row of a table of others whose JSON holds a token under a former key."""
    mark = f"{keyring().current}:"
    for named in settings.SEALED_IN_JSON:
        label, _, column = named.rpartition(".")
        for row in apps.get_model(label)._default_manager.order_by("pk"):
            text = json.dumps(getattr(row, column))
            if any(not token.startswith(mark) for token in _TOKEN.findall(text)):
                yield row, column


def text_anew(held: Mapping[str, Any]) -> dict[str, Any]:
    """Return the JSON with every token sealed by the current key."""
    ring = keyring()

    def anew(found: re.Match[str]) -> str:
        return ring.seal(ring.open(found[0].encode())).decode()

    changed: dict[str, Any] = json.loads(_TOKEN.sub(anew, json.dumps(held)))
    return changed

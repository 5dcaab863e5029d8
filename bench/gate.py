"""
The walk through the whole house at length: any role, any public act, any form, any moment, raw SQL.

What must hold is checked after every step (``tests/gate/holding.py``). Run by ``bench.run``, or as a
module; prints one JSON row, or fails at the first step that comes past the gate. Each walk begins
from the same district, by a savepoint; the database lies in memory, whatever engine is measured.
"""

import gc
import json
import logging
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, fields
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import Any

STEPS, FEW, WALK = 100_000, 4_000, 800
COUNTED = ("steps", "done", "refused", "forms", "attacks", "newcomers", "stumbled")


@dataclass
class Walked:
    """What walks came to: steps, acts, forms, raw SQL, newcomers who were asked, callers' own mistakes."""

    steps: int = 0
    done: int = 0
    refused: int = 0
    forms: int = 0
    attacks: int = 0
    newcomers: int = 0
    stumbled: int = 0
    seconds: float = 0.0  # of CPU time

    def add(self, other: "Walked") -> None:
        """Add another's counts to these."""
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))


HOUSE: dict[str, Any] = {}  # of this process: the district every walk begins from


def open_house(homes: str) -> None:
    """Build the district in a database in memory; what is written to disk goes below ``homes``."""
    home = Path(tempfile.mkdtemp(dir=homes))
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "LINLI_DATABASE_URL": "sqlite:///:memory:",
        "LINLI_HOME": str(home),
    }
    import django  # noqa: PLC0415
    from django.conf import settings  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.ALLOWED_HOSTS = ["testserver"]
    for name in ("KEYS", "FILES", "OUTBOX", "STATIC_ROOT"):
        (home / name.lower()).mkdir()
        setattr(settings, name, home / name.lower())
    django.setup()
    from linli.fabric import keyring  # noqa: PLC0415

    keyring.make_keys(settings.KEYS)
    logging.disable(logging.CRITICAL)
    call_command("migrate", verbosity=0)
    from django.db import transaction  # noqa: PLC0415

    from tests.gate.conftest import furnish  # noqa: PLC0415
    from tests.gate.settling import settle  # noqa: PLC0415
    from tests.world import build_world  # noqa: PLC0415

    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    HOUSE["all"] = transaction.atomic()  # never ends: each walk is undone to here
    HOUSE["all"].__enter__()
    HOUSE["world"] = settle(furnish(build_world()))


def walk(seed: int, steps: int) -> Walked:
    """Take one walk, and undo it."""
    from django.db import transaction  # noqa: PLC0415

    from tests.gate.walking import begin_walk  # noqa: PLC0415

    begun = time.process_time()
    with transaction.atomic():
        one = begin_walk(HOUSE["world"], seed)
        try:
            for _ in range(steps):
                one.step()
        except Exception as trouble:
            trouble.add_note(f"the walk from {seed}")
            raise
        newcomers = one.newcomers()
        transaction.set_rollback(True)
    return Walked(
        steps=one.steps,
        done=one.total("done"),
        refused=one.total("refused"),
        forms=sum(one.browsers.answers.values()),
        attacks=one.ways["attack"],
        newcomers=newcomers,
        stumbled=one.total("stumbled"),
        seconds=time.process_time() - begun,
    )


def main(steps: int, processes: int) -> Iterator[str]:
    """Yield the row of the table: what was walked, steps a second of CPU time, and the verdict."""
    whole = Random(time.time_ns()).randrange(10**6) * 1_000  # other walks each time
    first = int(os.environ.get("LINLI_WALK", whole))
    seeds = range(first, first + -(-steps // WALK))
    found = Walked()
    with (
        tempfile.TemporaryDirectory(prefix="linli-gate-") as homes,
        ProcessPoolExecutor(
            processes, get_context("spawn"), initializer=open_house, initargs=(homes,)
        ) as pool,
    ):
        for one in pool.map(partial(walk, steps=min(steps, WALK)), seeds):
            found.add(one)
            if sys.stderr.isatty() or os.environ.get("LINLI_WALK_TELL"):
                print(found, file=sys.stderr, flush=True)
    told = ", ".join(f"{getattr(found, one):,} {one}" for one in COUNTED)
    rate = f"{found.steps / found.seconds:.0f}"
    yield json.dumps([f"walk: {told} (from {first})", rate, "nothing past the gate met"])


if __name__ == "__main__":
    for row in main(int(sys.argv[1]) if len(sys.argv) > 1 else STEPS, os.cpu_count() or 1):
        print(row)

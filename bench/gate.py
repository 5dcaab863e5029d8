"""
The walk through the gate at length: 100,000 steps of any role, any act, any moment, with raw SQL.

What must hold is checked after every step (``tests/gate/walking.py``). Run as a module; prints one
JSON row, or fails at the first step that comes past the gate.
"""

import json
import os
import sys
import time
from collections.abc import Iterator
from multiprocessing import get_context
from random import Random

STEPS, WALK = 100_000, 500


def walk_some(seeds: list[int]) -> tuple[int, int, int, int]:
    """Return steps, acts done, refused, and attacks of one walk for each seed, in a database in memory."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    os.environ["LINLI_DATABASE_URL"] = "sqlite:///:memory:"
    import django  # noqa: PLC0415
    from django.conf import settings  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    django.setup()
    call_command("migrate", verbosity=0)
    counts = [0, 0, 0, 0]
    for done in map(_walk, seeds):
        counts = [one + other for one, other in zip(counts, done, strict=True)]
    steps, acts, refused, attacks = counts
    return steps, acts, refused, attacks


def _walk(seed: int) -> tuple[int, int, int, int]:
    from django.db import transaction  # noqa: PLC0415

    from linli.fabric import versions  # noqa: PLC0415
    from tests.gate.conftest import furnish  # noqa: PLC0415
    from tests.gate.walking import Walk  # noqa: PLC0415
    from tests.world import build_world  # noqa: PLC0415

    with transaction.atomic():
        versions.forget_everything()
        walk = Walk(furnish(build_world()), Random(seed))
        for _ in range(WALK):
            walk.step()
        transaction.set_rollback(True)
    return WALK, walk.done, walk.refused, walk.attacks


def main(steps: int, processes: int) -> Iterator[str]:
    """Yield the row of the table."""
    seeds = list(range(-(-steps // WALK)))
    begun = time.perf_counter()
    with get_context("spawn").Pool(processes) as pool:
        found = pool.map(walk_some, [seeds[one::processes] for one in range(processes)])
    taken, acts, refused, attacks = (sum(each) for each in zip(*found, strict=True))
    spent = time.perf_counter() - begun
    yield json.dumps(
        [
            f"gate: {taken:,} steps, {acts:,} acts, {refused:,} refused, {attacks:,} attacks",
            f"{taken / spent:,.0f}/s",
            "nothing came past the gate",
        ]
    )


if __name__ == "__main__":
    for row in main(int(sys.argv[1]) if len(sys.argv) > 1 else STEPS, os.cpu_count() or 1):
        print(row)

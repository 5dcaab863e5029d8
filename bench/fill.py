"""
Load further cases as the demo's year brings them, by the public bulk action. Run as a module.

Two processes load at once, one for each core of the goal. On SQLite one draws while the other writes.
"""

import multiprocessing
import sys
from dataclasses import replace
from datetime import datetime
from itertools import islice
from random import Random
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from linli.cases.domain.lives import Life

AT_ONCE, LOADERS = 2_000, 2


class Numbers:
    """Numbers that nobody has: those whose last random sign is this loader's own."""

    def __init__(self, taken: set[str], loader: int, loaders: int) -> None:
        self.taken, self.loader, self.loaders = taken, loader, loaders
        self.fresh: dict[str, str] = {}  # which of the year became which

    def renumbered(self, life: "Life") -> "Life":
        """Return a life under numbers nobody has, also where it names an earlier one."""
        fresh = self.fresh
        fresh[life.number] = number = self._number(life.opened_at)
        parts = {
            step: replace(part, number=self._number(life.opened_at))
            for step, part in life.parts.items()
        }
        after = tuple(replace(one, into=fresh[one.into]) if one.into else one for one in life.after)
        return replace(life, number=number, after=after, parts=parts)

    def _number(self, at: datetime) -> str:
        from linli.cases.domain import new_number  # noqa: PLC0415

        number = new_number(at)
        while number in self.taken or ord(number[-2]) % self.loaders != self.loader:
            number = new_number(at)
        self.taken.add(number)
        return number


def load(count: int, loader: int, loaders: int) -> tuple[float, float]:
    """Load ``count`` cases of all communities; return when that began and ended, by the clock."""
    django.setup()
    import time  # noqa: PLC0415

    from django.conf import settings  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from linli.cases import actions as cases  # noqa: PLC0415
    from linli.cases.models import Case  # noqa: PLC0415
    from linli.catalogue import queries as catalogue  # noqa: PLC0415
    from linli.fabric.documents import read_yaml  # noqa: PLC0415
    from linli.interop.domain.year import Area, Offered, Year  # noqa: PLC0415
    from linli.interop.management.commands.demo import CALIBRATION  # noqa: PLC0415
    from linli.journal.actions import system  # noqa: PLC0415
    from linli.journal.queries import Stream  # noqa: PLC0415
    from linli.places import queries as places  # noqa: PLC0415
    from linli.rulebook.domain import local_date  # noqa: PLC0415

    now, tree = timezone.now(), places.tree(settings.DISTRICT)
    communities = sorted(tree.communities_under(tree.roots()[0].id))
    offered = [
        Offered(one.version_id, one.definition, one.valid_from)
        for one in catalogue.items(local_date(now))
    ]
    figures = read_yaml(CALIBRATION)
    areas = [Area(id=place, stairwells=[], neighbours=[]) for place in communities]
    year = Year(figures, offered, areas, now, Random(2 + loader))
    numbers = Numbers(
        {number for _, (number,), _ in Stream(Case, (), ("number",))}, loader, loaders
    )
    lives = map(numbers.renumbered, year.lives(count, 0))
    began = time.time()
    while part := list(islice(lives, AT_ONCE)):
        cases.load_cases(by=system(settings.DISTRICT), rows=part, at=now)
    return began, time.time()


def main(count: int) -> None:
    """Load ``count`` cases and print how many a second."""
    django.setup()
    from linli.fabric.bulk import update_statistics  # noqa: PLC0415

    tasks = [(count // LOADERS, loader, LOADERS) for loader in range(LOADERS)]
    with multiprocessing.get_context("spawn").Pool(LOADERS) as pool:
        spans = pool.starmap(load, tasks, chunksize=1)
    seconds = max(ended for _, ended in spans) - min(began for began, _ in spans)
    print(f"{count // LOADERS * LOADERS / seconds:.0f}")
    update_statistics()


if __name__ == "__main__":
    main(int(sys.argv[1]))

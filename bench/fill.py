"""Load further cases as the demo's year brings them, by the public bulk action. Run as a module."""

import sys
from dataclasses import replace
from itertools import islice
from random import Random
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from linli.cases.domain.lives import Life

AT_ONCE = 500


def renumbered(life: "Life", fresh: dict[str, str], taken: set[str]) -> "Life":
    """Return a life under a number nobody has; ``fresh`` keeps which became which."""
    from linli.cases.domain import new_number  # noqa: PLC0415

    while (number := new_number(life.opened_at)) in taken:
        pass
    taken.add(number)
    fresh[life.number] = number
    after = tuple(replace(one, into=fresh[one.into]) if one.into else one for one in life.after)
    return replace(life, number=number, after=after)


def main(count: int) -> None:
    """Load ``count`` cases of all communities and print how many a second."""
    django.setup()
    import time  # noqa: PLC0415

    import yaml  # noqa: PLC0415
    from django.conf import settings  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from linli.cases import actions as cases  # noqa: PLC0415
    from linli.cases.models import Case  # noqa: PLC0415
    from linli.catalogue import queries as catalogue  # noqa: PLC0415
    from linli.fabric.bulk import update_statistics  # noqa: PLC0415
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
    figures = yaml.safe_load(CALIBRATION.read_text(encoding="utf-8"))
    areas = [Area(id=place, stairwells=[], neighbours=[]) for place in communities]
    year = Year(figures, offered, areas, now, Random(2))
    # Numbers of the demo's own year are taken: each gets a fresh one, also where a later case names it.
    fresh: dict[str, str] = {}
    taken = {number for _, (number,), _ in Stream(Case, (), ("number",))}
    lives = (renumbered(life, fresh, taken) for life in year.lives(count, 0))
    began = time.perf_counter()
    while part := list(islice(lives, AT_ONCE)):
        cases.load_cases(by=system(settings.DISTRICT), rows=part, at=now)
    print(f"{count / (time.perf_counter() - began):.0f}")
    update_statistics()


if __name__ == "__main__":
    main(int(sys.argv[1]))

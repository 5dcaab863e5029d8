"""
All forms of a district: 468 of them for 54 communities, from the rows of 360,000 residents.

Cold: nothing in memory. Then a day later, with 2,000 facts changed and all birthdays of that day:
only who changed is read again, and the numbers equal those of a cold count. The floor is one plain
scan of the same tables. Run by ``bench.run`` as a module: first ``settle``, so that what filling
takes is not measured, then ``measure``, which prints one JSON list a row.
"""

import json
import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

import django

from .corpus import KINDS, Corpus, OfficeForm, somebody
from .processes import cpu_seconds

RESIDENTS, CHANGED, AT_ONCE, RECOUNTED = 360_000, 2_000, 4_000, 2
COLD, WARM, MEMORY = 5.0, 1.0, 2_000_000_000
SUPPRESSED = 2  # seconds of CPU to hide what is small on a form of 54 lines
SCAN = (
    "SELECT community_id, count(*), count(birth_on), count(dibao) FROM people_person GROUP BY 1",
    "SELECT attribute, count(*), count(code), count(number) FROM people_trait GROUP BY 1",
)


def main(what: str, residents: int, kinds: int, server: int | None) -> None:
    """
    Fill the database, or print name, seconds, seconds of CPU, ratio to the floor, and goal of each row.

    :param server: the process of the database's server, whose CPU counts too
    """
    django.setup()
    from django.conf import settings  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from linli.journal.actions import system  # noqa: PLC0415

    district, now, chance = settings.DISTRICT, timezone.now(), Random(5)
    by = _who_may_all(system(district))
    if what == "settle":
        _settle(by, now, _communities(district), residents, chance)
        _take_in(by, now, kinds)
        return
    for row in _measured(by, now, kinds, chance, Watch(server)):
        print(json.dumps(row))


@dataclass(frozen=True)
class Watch:
    """Times work, with the CPU of this process and of the database's server."""

    server: int | None

    def time(self, work: Callable[[], Any]) -> tuple[float, float, Any]:
        """Return the seconds and the seconds of CPU some work took, and what it gave."""
        began, used = time.perf_counter(), self._cpu()
        done = work()
        return time.perf_counter() - began, self._cpu() - used, done

    def _cpu(self) -> float:
        return time.process_time() + (cpu_seconds(self.server) if self.server else 0.0)


def _who_may_all(by: Any) -> Any:
    from dataclasses import replace  # noqa: PLC0415

    from linli.people.domain import Permission as People  # noqa: PLC0415
    from linli.reports.domain import Permission as Reports  # noqa: PLC0415

    return replace(by, permissions=frozenset({*People, *Reports}))


def _communities(district: int) -> list[int]:
    from linli.places import queries as places  # noqa: PLC0415

    tree = places.tree(district)
    return sorted(tree.communities_under(tree.roots()[0].id))


def _settle(
    by: Any, now: datetime, communities: Sequence[int], residents: int, chance: Random
) -> None:
    """Bring the district to so many residents, spread over its communities."""
    from linli.fabric.bulk import update_statistics  # noqa: PLC0415
    from linli.people import actions as people  # noqa: PLC0415
    from linli.people.domain import PersonRow  # noqa: PLC0415
    from linli.people.models import Person  # noqa: PLC0415

    on = now.date()
    missing = residents - Person.objects.filter(ended_on=None).count()
    for start in range(0, missing, AT_ONCE):
        rows = []
        for number in range(min(AT_ONCE, missing - start)):
            facts = somebody(chance, on)
            if number == 0:
                facts["birth_on"] = on - timedelta(days=40 * 365)
            young = "birth_on" in facts and facts["birth_on"] > on - timedelta(days=15 * 366)
            community = communities[(start + number) % len(communities)]
            rows.append(
                PersonRow(
                    key=str(number),
                    name="某人",
                    community=community,
                    guardian="0" if young else None,
                    facts=facts,
                )
            )
        people.load_people(
            by=by, at=now, source=f"bench {start}", on=on, households=[], people=rows
        )
    update_statistics()  # as every load ends


def _take_in(by: Any, now: datetime, kinds: int) -> None:
    """Take in the offices' forms; a street's lines name its own communities."""
    from linli.parties import queries as parties  # noqa: PLC0415
    from linli.places import queries as places  # noqa: PLC0415
    from linli.reports import actions  # noqa: PLC0415
    from linli.reports.domain import PeriodKind  # noqa: PLC0415

    root = places.tree(by.district).roots()[0].id
    office = parties.parties_at(root, on=now.date())[0].pk
    for form in Corpus(1, tuple(_lines(by.district))).forms(kinds):
        actions.import_form(
            by=by,
            code=f"bench-{form.code}",
            name=form.name,
            level=form.level,
            period=PeriodKind.MONTH,
            due_days=5,
            workbook=form.workbook,
            asked_by=office,
            at=now,
        )


def _lines(district: int) -> dict[str, int]:
    """Return the communities of the first street by name, as a street's form lists them."""
    from linli.places import queries as places  # noqa: PLC0415
    from linli.reports import queries  # noqa: PLC0415

    tree = places.tree(district)
    return dict(queries.communities_named(district, tree.children(tree.roots()[0].id)[0].id))


def _measured(
    by: Any, now: datetime, kinds: int, chance: Random, watch: Watch
) -> Iterator[list[Any]]:
    from linli.reports import queries  # noqa: PLC0415
    from linli.reports.models import Form  # noqa: PLC0415

    rows = list(Form.objects.filter(code__startswith="bench-").order_by("code"))
    floor = watch.time(_scan)[0]
    held = queries.Memory(by.district)
    cold, cpu, tables = watch.time(lambda: queries.tables(rows, held.counts(now)))
    shown = f"{len(rows)} forms × {len(_communities(by.district))} communities"
    yield [f"{shown}, cold", cold, cpu, cold / floor, _goal(cold, COLD)]
    fields = sum(len(table.fields) for table in tables.values())
    share = sum(int(table.understood.sum()) for table in tables.values()) / fields
    goal = f"≥ 90 % {'met' if share >= 0.9 else 'MISSED'}"
    yield [f"{fields:,} fields, of which compiled {share:.1%}", None, None, None, goal]
    lines = _lines(by.district)
    wrong = _recounted(rows, tables, lines, Corpus(1, tuple(lines)).forms(kinds), now)
    yield ["numbers a recount one by one finds wrong", None, None, None, f"{wrong}: 0 wanted"]
    later = now + timedelta(days=1)
    _change(by, later, chance)
    warm, cpu, again = watch.time(lambda: queries.tables(rows, held.counts(later)))
    shown = f"the same after {CHANGED:,} changed facts, {held.read_again:,} people read"
    yield [shown, warm, cpu, warm / floor, _goal(warm, WARM)]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    fresh = queries.tables(rows, queries.Memory(by.district).counts(later))
    equal = all(_same(again[pk], fresh[pk]) for pk in fresh)
    moved = sum(int((again[pk].value != tables[pk].value).sum()) for pk in fresh)
    yield [f"equal to a cold count; {moved:,} numbers moved", None, None, None, str(equal)]
    goal = "met" if memory <= MEMORY else "MISSED"
    yield [f"memory {memory / 1e9:.2f} GB", None, None, None, f"≤ 2 GB {goal}"]
    yield _suppressed(watch)


def _suppressed(watch: Watch) -> list[Any]:
    """Hide the small numbers of one street form: a line for each of 54 communities, three parts."""
    from linli.reports.domain import Total, hidden  # noqa: PLC0415

    chance = Random(1)  # the same form every time
    lines, parts = [f"line {number}" for number in range(54)], ("men", "women", "unknown")
    numbers: dict[tuple[str, ...], int] = {}
    for line in lines:
        told = (chance.randrange(60), chance.randrange(60), chance.randrange(4))
        numbers |= {(line, part): number for part, number in zip(parts, told, strict=True)}
        numbers[line, "all"] = sum(told)
    for part in ("all", *parts):
        numbers["sum", part] = sum(numbers[line, part] for line in lines)
    totals = [
        *(Total((line, "all"), tuple((line, p) for p in parts)) for line in (*lines, "sum")),
        *(Total(("sum", p), tuple((line, p) for line in lines)) for p in ("all", *parts)),
    ]
    wall, cpu, gone = watch.time(lambda: hidden(numbers, totals))
    shown = f"{len(gone)} of {len(numbers)} numbers of a 54-line form hidden, intervals by LP"
    goal = "met" if cpu <= SUPPRESSED else "MISSED"
    return [shown, wall, cpu, None, f"≤ {SUPPRESSED:g} s CPU {goal}"]


def _goal(seconds: float, most: float) -> str:
    return f"≤ {most:g} s {'met' if seconds <= most else 'MISSED'}"


def _scan() -> None:
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        for statement in SCAN:
            cursor.execute(statement)
            cursor.fetchall()


def _same(one: Any, other: Any) -> bool:
    return all(
        bool((getattr(one, name) == getattr(other, name)).all())
        for name in ("value", "unknown", "stale")
    )


def _change(by: Any, at: datetime, chance: Random) -> None:
    """Change so many facts, one act each, as a day of visits does."""
    from linli.people import actions as people  # noqa: PLC0415
    from linli.people.models import Person  # noqa: PLC0415

    ids = list(Person.objects.filter(ended_on=None).order_by("id").values_list("pk", flat=True))
    changed = 0
    for person in chance.sample(ids, 3 * CHANGED):
        name = chance.choice(("dibao", "lives_alone", "party_member", "volunteer"))
        # What was known already changes nothing and leaves no line.
        changed += bool(
            people.record_fact(
                by=by,
                at=at,
                person=person,
                attribute=name,
                value=chance.random() < 0.5,
                valid_from=at.date(),
            )
        )
        if changed == CHANGED:
            return


def _recounted(
    rows: Sequence[Any],
    tables: dict[int, Any],
    names: dict[str, int],
    forms: Sequence[OfficeForm],
    now: datetime,
) -> int:
    """Count the residents of some communities one by one; return how many numbers are wrong."""
    from linli.rulebook.domain import local_date  # noqa: PLC0415

    on, wrong = local_date(now), 0
    for community in list(names.values())[:RECOUNTED]:
        people = _plain(community)
        known: dict[tuple[int, ...], int] = {}
        for row, form in zip(rows, forms, strict=True):
            table = tables[row.pk]
            column = table.communities.index(community)
            wanted = {(one.row, one.column): one for one in form.wanted}
            for place, field in enumerate(table.fields):
                one = wanted[field.place]
                if not table.understood[place]:
                    continue
                if one.meant is None:
                    wrong += 1
                    continue
                key = tuple(map(id, one.meant))
                if key not in known:
                    known[key] = one.count(people, on)
                wrong += int(table.value[place, column]) != known[key]
    return wrong


def _plain(community: int) -> list[dict[str, Any]]:
    """Read the residents of a community as plain values, straight from the rows."""
    from linli.people.models import Person, Trait  # noqa: PLC0415

    columns = (
        *("birth_on", "sex", "hukou", "disability", "disability_grade", "dibao", "party_member"),
    )
    rows = Person.objects.filter(community_id=community, ended_on=None)
    found = {row.pop("pk"): row for row in rows.values("pk", *columns)}
    traits = Trait.objects.filter(person__in=rows)
    for person, name, code, number, day in traits.values_list(
        "person", "attribute", "code", "number", "day"
    ):
        value = next((one for one in (code, number, day) if one is not None), None)
        found[person][name] = {"yes": True, "no": False}.get(value, value)
    return list(found.values())


if __name__ == "__main__":
    what, residents, kinds, server, *_ = [*sys.argv[1:], *["0"] * 4]
    main(what, int(residents) or RESIDENTS, int(kinds) or KINDS, int(server) or None)

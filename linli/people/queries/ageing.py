"""Which facts nobody has looked at for longer than their dictionary allows."""

from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from linli.fabric.numbers import ordinal, place_in, read_numbers
from linli.people.domain import Numbers, Residents, only

from .counting import among
from .dictionaries import dictionary

_ON = '"on"'  # a word of SQL's own


def stale_among(
    residents: Residents, as_of: date, *, district: int
) -> Mapping[str, NDArray[np.bool_]]:
    """Return attribute → whose fact is too old on a day, in the order of the residents."""
    return stale_of(residents, looked_at(residents, as_of, district=district), as_of)


def stale_of(
    residents: Residents, looked: Mapping[str, Numbers], as_of: date
) -> Mapping[str, NDArray[np.bool_]]:
    """Return the same from the days ``looked_at`` gave."""
    facts = dictionary()
    stale = {}
    for name, days in looked.items():
        limit = as_of - timedelta(days=facts[name].greatest_age_days or 0)
        stale[name] = (days < limit.toordinal()) & residents.population.columns[name].known
    return stale


def looked_at(residents: Residents, as_of: date, *, district: int) -> Mapping[str, Numbers]:
    """
    Return attribute → the day on which each resident's fact was young last, as ordinals.

    That is the last day on which the person was registered, the fact was changed, or its topic was
    looked at and found unchanged (无变化). Facts that never age are left out. Two queries.
    """
    ageing = {
        name: fact
        for name, fact in dictionary().items()
        if fact.greatest_age_days is not None and name in residents.population.columns
    }
    mine = among("person_id", residents.ids)
    topics = [*sorted({fact.topic for fact in ageing.values()}), *map(only, ageing)]
    confirmed = read_numbers(
        ["person_id", place_in("topic", topics), f"MAX({ordinal(_ON)})"],
        f'FROM people_confirmation WHERE district = %s AND "on" <= %s{mine} GROUP BY 1, 2',
        [district, as_of.isoformat()],
    )
    changed = read_numbers(
        ["person_id", place_in("attribute", list(ageing)), f"MAX({ordinal('DATE(known_to)')})"],
        f"FROM people_superseded WHERE district = %s AND DATE(known_to) <= %s{mine} GROUP BY 1, 2",
        [district, as_of.isoformat()],
    )
    return {
        name: np.maximum.reduce(
            [
                residents.registered,
                _nth(residents, confirmed, topics.index(fact.topic)),
                _nth(residents, confirmed, topics.index(only(name))),
                _nth(residents, changed, place),
            ]
        )
        for place, (name, fact) in enumerate(ageing.items())
    }


def _nth(residents: Residents, found: Numbers, place: int) -> Numbers:
    """Return the latest day of one topic or attribute for each resident, 0 where there is none."""
    person, which, day = found
    its = which == place
    return _of(residents, person[its], day[its])


def _of(residents: Residents, person: Numbers, day: Numbers) -> Numbers:
    latest = np.zeros(len(residents.ids), dtype=np.int64)
    if len(person):
        order = np.argsort(person)
        person, day = person[order], day[order]
        rows = np.minimum(np.searchsorted(person, residents.ids), len(person) - 1)
        mine = person[rows] == residents.ids
        latest[mine] = day[rows[mine]]
    return latest

"""Visits as columns, of any day as known at any moment (decision 19). A visit never changes."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import NamedTuple

import numpy as np

from linli.basics import Actor
from linli.fabric.numbers import moment, ordinal, place_in, read_numbers
from linli.rulebook.domain import (
    BOOL_CODES,
    AttributeType,
    Column,
    Kind,
    Numbers,
    Population,
    Things,
    dated_columns,
    dated_types,
)
from linli.visits.domain import KINDS, OUTCOMES
from linli.visits.models import Visit


def column_types() -> Mapping[str, AttributeType]:
    """Return the column dictionary: what a condition over visits may ask for."""
    return {
        "outcome": AttributeType(Kind.CODE, frozenset(OUTCOMES)),
        "visit_kind": AttributeType(Kind.CODE, frozenset(KINDS)),
        "paper": AttributeType(Kind.BOOL),
        "minutes": AttributeType(Kind.INT),
        "visited_on": AttributeType(Kind.DATE),
        **dated_types("visited"),
        **dated_types("seen_before", never=True),
    }


def population(
    as_of: date,
    known_at: datetime,
    *,
    district: int,
    communities: Collection[int] | None = None,
) -> Things:
    """
    Return every visit made by a day and entered by a moment.

    ``seen_before_*`` is when the same door was visited last with the same outcome before: who
    counts doors counts each door's first visit of the period.

    :param communities: only these; None is the whole district
    """
    listed = ", ".join(str(int(one)) for one in sorted(communities or ())) or "NULL"
    only = "" if communities is None else f" AND community_id IN ({listed})"
    ids, community, door, outcome, kind, paper, minutes, day = read_numbers(
        [
            *("id", "community_id", "COALESCE(household_id * 2, person_id * 2 + 1)"),
            *(place_in("outcome", OUTCOMES), place_in("kind", KINDS)),
            *("CAST(paper AS INTEGER)", "minutes", ordinal("visited_on")),
        ],
        "FROM visits_visit WHERE district = %s AND visited_on <= %s AND entered_at <= %s"
        f"{only} ORDER BY id",
        [district, as_of.isoformat(), moment(known_at)],
    )
    all_ = np.ones(len(ids), dtype=np.bool_)
    columns = {
        "outcome": Column(outcome, all_, OUTCOMES),
        "visit_kind": Column(kind, all_, KINDS),
        "paper": Column(paper, all_, BOOL_CODES),
        "minutes": Column(minutes, all_),
        "visited_on": Column(day, all_),
        **dated_columns("visited", day, as_of),
        **dated_columns("seen_before", _before(ids, door, outcome, day), as_of, never=True),
    }
    return Things(ids, np.maximum(community, 0), Population(len(ids), columns))


def _before(ids: Numbers, door: Numbers, outcome: Numbers, day: Numbers) -> Numbers:
    """Return the day of the last visit to the same door with the same outcome, 0 where none was."""
    order = np.lexsort((ids, day, outcome, door))
    same = (np.diff(door[order]) == 0) & (np.diff(outcome[order]) == 0)
    found = np.zeros(len(ids), dtype=np.int64)
    found[order[1:]] = np.where(same, day[order][:-1], 0)
    return found


class CountedVisit(NamedTuple):
    """A visit on the list behind a number."""

    id: int
    visited_on: date
    outcome: str


def counted_visits(by: Actor, ids: Collection[int]) -> list[CountedVisit]:
    """Return some visits of the actor's communities, in order of id."""
    rows = Visit.objects.filter(
        district=by.district, pk__in=ids, community_id__in=by.communities
    ).order_by("id")
    return [CountedVisit(*row) for row in rows.values_list("pk", "visited_on", "outcome")]

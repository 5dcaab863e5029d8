"""Parties as columns, of any day as known at any moment (decision 19): reports call them 组织."""

from collections.abc import Collection, Mapping
from datetime import date, datetime

import numpy as np

from linli.fabric.numbers import NONE, ordinal, place_in, read_numbers
from linli.journal import queries as journal
from linli.parties.domain import Kind as PartyKind
from linli.parties.domain import Sector
from linli.places import queries as places
from linli.rulebook.domain import (
    BOOL_CODES,
    AttributeType,
    Column,
    Kind,
    Population,
    Things,
    dated_columns,
    dated_types,
)

KINDS = tuple(str(one) for one in PartyKind)
SECTORS = tuple(str(one) for one in Sector)


def column_types() -> Mapping[str, AttributeType]:
    """Return the column dictionary: what a condition over parties may ask for."""
    return {
        "party_kind": AttributeType(Kind.CODE, frozenset(KINDS)),
        "sector": AttributeType(Kind.CODE, frozenset(SECTORS)),
        "for_profit": AttributeType(Kind.BOOL),
        "legal_person": AttributeType(Kind.BOOL),
        "registered_on": AttributeType(Kind.DATE),
        **dated_types("registered"),
    }


def population(
    as_of: date,
    known_at: datetime,
    *,
    district: int,
    communities: Collection[int] | None = None,
) -> Things:
    """
    Return every party that stood on a day, as it was known at a moment.

    It lies in the community of its place; those of streets and of the district lie nowhere.

    :param communities: only these; None is the whole district
    """
    ids, kind, sector, profit, person, place, since, until = read_numbers(
        [
            *("id", place_in("kind", KINDS), place_in("sector", SECTORS)),
            *("CAST(for_profit AS INTEGER)", "CAST(legal_person AS INTEGER)", "place_id"),
            *(ordinal("from_on"), ordinal("to_on")),
        ],
        "FROM parties_party WHERE district = %s AND from_on <= %s ORDER BY id",
        [district, as_of.isoformat()],
    )
    later = journal.recorded_since(known_at, ("PartyFounded", "PartyClosed"), district=district)
    founded, closed = set[int](), set[int]()
    for event, party, _ in later:
        (founded if event == "PartyFounded" else closed).add(party)
    ended = (until != NONE) & (until < as_of.toordinal()) & ~np.isin(ids, list(closed))
    community = places.communities_of(district, place)
    here = ~ended & ~np.isin(ids, list(founded))
    if communities is not None:
        here &= np.isin(community, list(communities))
    ids, kind, sector, profit, person, since, community = (
        one[here] for one in (ids, kind, sector, profit, person, since, community)
    )
    all_ = np.ones(len(ids), dtype=np.bool_)
    columns = {
        "party_kind": Column(kind, all_, KINDS),
        "sector": Column(sector, all_, SECTORS),
        "for_profit": Column(profit, all_, BOOL_CODES),
        "legal_person": Column(person, all_, BOOL_CODES),
        "registered_on": Column(since, all_),
        **dated_columns("registered", since, as_of),
    }
    return Things(ids, community, Population(len(ids), columns))

"""
The register as columns, of any day as known at any moment (decisions 16 and 19).

Current values come straight from the rows; where something was said since, or of later days, the
word that counted then is laid over it by the one rule there is, ``domain.value_at``.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from django.db import connection
from django.db.models import Q

from linli.fabric.numbers import NONE, ordinal, place_in, read_numbers
from linli.people.domain import Homes, Numbers, Past, Residents, Value, value_at
from linli.people.models import Merge, Superseded
from linli.places import queries as places
from linli.rulebook.domain import AttributeType, Column, Kind, Population

from .dictionaries import attribute_types, dictionary

YES_NO = ("no", "yes")
HOUSEHOLD_KINDS = ("collective", "family")
# What a person has beside the facts of the dictionary, and keeps the history of.
LINKS = {"home": "home_id", "community": "community_id", "household": "household_id"}
ENDED, REGISTERED = "ended_on", "registered_at"
CHUNK = 20_000
VALUE_BITS = 44
MOST = 1 << VALUE_BITS  # no value of a trait comes near: as fen, 170 thousand million yuan
FEW_TRAITS = 4
FEW = 20_000  # ids that are named one by one; the tables are read whole for more


def column_types() -> Mapping[str, AttributeType]:
    """Return the column dictionary: what a condition over residents may ask for."""
    return attribute_types()


def household_column_types() -> Mapping[str, AttributeType]:
    """Return the column dictionary of ``households``."""
    kind = AttributeType(Kind.CODE, frozenset(HOUSEHOLD_KINDS))
    number, day = AttributeType(Kind.INT), AttributeType(Kind.DATE)
    return {"kind": kind, "people": number, "eldest_born_on": day, "youngest_born_on": day}


def population(
    as_of: date,
    known_at: datetime,
    *,
    district: int,
    communities: Collection[int] | None = None,
    attributes: Collection[str] | None = None,
    people: Collection[int] | None = None,
) -> Residents:
    """
    Return everybody who lived here on a day, as it was known at a moment.

    Whoever had died, moved away or was part of another record is left out; whoever was erased
    since is nowhere to be found, on any day. Communities are those of today's tree, by home.

    :param communities: only these; None is the whole district
    :param attributes: the columns wanted, which saves reading the others; None is all
    :param people: only these, which saves reading the others; None is everybody
    """
    held = _Held.read(district, known_at, attributes, _only(communities, people))
    held.part_merged(district, known_at)
    held.overlay(district, as_of, known_at)
    community = _communities(held.columns, district)
    ended = held.columns[ENDED]
    here = (ended == NONE) | (ended > as_of.toordinal())
    if communities is not None:
        here &= np.isin(community, np.array(sorted(communities), dtype=np.int64))
    kept = np.flatnonzero(here)
    kept = kept[np.lexsort((held.ids[kept], community[kept]))]
    columns = {
        name: _column(held.columns[name][kept], one)
        for name, one in attribute_types().items()
        if name in held.columns
    }
    household = held.columns["household"][kept]
    return Residents(
        ids=held.ids[kept],
        communities=community[kept],
        households=np.where(household == NONE, 0, household),
        registered=held.columns[REGISTERED][kept],
        population=Population(len(kept), columns),
    )


def known_now(
    ids: Numbers, columns: Mapping[str, Numbers], *, district: int, attributes: Collection[str]
) -> Population:
    """
    Return what is known of some people now: one query for what stands beside their rows.

    :param ids: in order
    :param columns: attribute → number a person, for each of ``attributes`` that is a column
    """
    types = {name: one for name, one in attribute_types().items() if name in attributes}
    held = _Held(ids, dict(columns))
    facts = dictionary()
    traits = {name: kind for name, kind in types.items() if facts[name].held == "trait"}
    if traits:
        held.read_traits(district, traits)
    return Population(
        len(ids), {name: _column(held.columns[name], kind) for name, kind in types.items()}
    )


def number_columns(attributes: Collection[str]) -> dict[str, str]:
    """Return attribute → the SQL of its number, for those that are columns of the person."""
    return {
        name: _number_of(name, fact.type)
        for name, fact in dictionary().items()
        if name in attributes and fact.held == "column" and fact.type
    }


def residents_now(
    district: int, communities: Collection[int], attributes: Collection[str]
) -> Residents:
    """Return those who live in some communities now, in order of id. Two queries."""
    columns = number_columns(attributes)
    ids, community, household, registered, *found = read_numbers(
        ["id", "community_id", "household_id", ordinal(f"DATE({REGISTERED})"), *columns.values()],
        "FROM people_person WHERE district = %s AND ended_on IS NULL "
        f"AND community_id IN ({_listed(communities)}) ORDER BY id",
        [district],
    )
    numbers = dict(zip(columns, found, strict=True))
    return Residents(
        ids=ids,
        communities=community,
        households=np.where(household == NONE, 0, household),
        registered=registered,
        population=known_now(ids, numbers, district=district, attributes=attributes),
    )


def households(
    as_of: date,
    known_at: datetime,
    *,
    district: int,
    communities: Collection[int] | None = None,
) -> Homes:
    """Return the households somebody lived in on a day, as it was known at a moment."""
    found = population(
        as_of, known_at, district=district, communities=communities, attributes=("birth_on",)
    )
    return homes_of(found, district=district)


def homes_of(found: Residents, *, district: int) -> Homes:
    """Return the households of some residents."""
    lived_in = np.flatnonzero(found.households)
    ids, first, house, people = np.unique(
        found.households[lived_in], return_index=True, return_inverse=True, return_counts=True
    )
    born = found.population.columns["birth_on"]
    with_birth = born.known[lived_in]
    day = born.values[lived_in]
    eldest, youngest = np.full(len(ids), 2**62), np.full(len(ids), 0)
    np.minimum.at(eldest, house[with_birth], day[with_birth])
    np.maximum.at(youngest, house[with_birth], day[with_birth])
    kinds = read_numbers(
        ["id", place_in("kind", HOUSEHOLD_KINDS)],
        f"FROM people_household WHERE district = %s{among('id', ids)} ORDER BY id",
        [district],
    )
    kind = kinds[1][np.searchsorted(kinds[0], ids)]
    dated, everything = youngest > 0, np.ones(len(ids), dtype=np.bool_)
    return Homes(
        ids=ids,
        communities=found.communities[lived_in][first],
        population=Population(
            len(ids),
            {
                "kind": Column(kind, everything, HOUSEHOLD_KINDS),
                "people": Column(people.astype(np.int64), everything),
                "eldest_born_on": Column(eldest, dated),
                "youngest_born_on": Column(youngest, dated),
            },
        ),
    )


@dataclass(slots=True)
class _Held:
    """Ids in order, and for each attribute a number per person; ``NONE`` is unknown."""

    ids: Numbers
    columns: dict[str, Numbers]

    @classmethod
    def read(
        cls, district: int, known_at: datetime, attributes: Collection[str] | None, only: str
    ) -> "_Held":
        """Read what the rows hold today of all who were registered by then."""
        names, asked = ["id"], ["id"]
        wanted = dictionary().keys() if attributes is None else set(attributes)
        for name, fact in dictionary().items():
            if fact.held == "column" and fact.type and name in wanted:
                names.append(name)
                asked.append(_number_of(name, fact.type))
        names += [*LINKS, ENDED, REGISTERED]
        asked += [*LINKS.values(), ordinal(ENDED), ordinal(f"DATE({REGISTERED})")]
        found = read_numbers(
            asked,
            "FROM people_person WHERE district = %s AND salt IS NOT NULL AND registered_at <= %s"
            f"{only} ORDER BY id",
            [district, str(connection.ops.adapt_datetimefield_value(known_at))],
        )
        columns = dict(zip(names, found, strict=True))
        held = cls(columns.pop("id"), columns)
        traits = {
            name: fact.type
            for name, fact in dictionary().items()
            if fact.held == "trait" and fact.type and name in wanted
        }
        held.read_traits(district, traits)
        return held

    def read_traits(self, district: int, traits: Mapping[str, AttributeType]) -> None:
        """Read the traits of everybody there is; few of them by name, all of them without."""
        person, said = read_numbers(
            ["person_id", _said(traits)],
            # The plus keeps the engine from an index that would lead it to each row one by one.
            f"FROM people_trait WHERE +district = %s{_these(traits)}{among('person_id', self.ids)}",
            [district],
        )
        if not len(self.ids):
            person, said = person[:0], said[:0]
        rows = np.minimum(np.searchsorted(self.ids, person), max(len(self.ids) - 1, 0))
        told = (said != NONE) & (self.ids[rows] == person)
        said = said[told]
        table = np.full((len(traits), len(self.ids)), NONE)
        table[said >> VALUE_BITS, rows[told]] = said & (MOST - 1)
        self.columns |= dict(zip(traits, table, strict=True))

    def part_merged(self, district: int, known_at: datetime) -> None:
        """Leave out whoever was known to be part of another record, and nobody else."""
        gone, back = set[int](), set[int]()
        rows = Merge.objects.filter(district=district)
        for one, merged_at, undone_at in rows.values_list("gone", "merged_at", "undone_at"):
            if merged_at <= known_at and (undone_at is None or known_at < undone_at):
                gone.add(one)
            elif undone_at is None:
                back.add(one)
        ended = self.columns[ENDED]
        ended[np.isin(self.ids, list(back))] = NONE  # merging had ended them
        kept = ~np.isin(self.ids, list(gone))
        self.ids = self.ids[kept]
        self.columns = {name: column[kept] for name, column in self.columns.items()}

    def overlay(self, district: int, as_of: date, known_at: datetime) -> None:
        """Lay the words that counted then over what is held today."""
        types = {name: fact.type for name, fact in dictionary().items()}
        for (person, attribute), said in _words(district, as_of, known_at, self.ids):
            row = int(np.searchsorted(self.ids, person))
            if attribute not in self.columns or row == len(self.ids) or self.ids[row] != person:
                continue
            column, kind = self.columns[attribute], types.get(attribute)
            now = None if column[row] == NONE else int(column[row])
            past = [
                Past(_coded(value, kind), valid_from, valid_to, known_from, known_to)
                for value, valid_from, valid_to, known_from, known_to in said
            ]
            value = value_at(now, past, on=as_of, known_at=known_at)
            column[row] = NONE if value is None else value  # type: ignore[assignment]  # coded


Said = tuple[Value | None, date | None, date, datetime, datetime]


def _words(
    district: int, as_of: date, known_at: datetime, ids: Numbers
) -> Iterator[tuple[tuple[int, str], list[Said]]]:
    """Yield what stood before, for everybody of whom something was said since or of later days."""
    rows = Superseded.objects.filter(district=district)
    if len(ids) <= FEW:
        rows = rows.filter(person__in=ids.tolist())
    touched = rows.filter(Q(known_to__gt=known_at) | Q(valid_to__gt=as_of)).values("person")
    found = (
        rows.filter(person__in=touched)
        .order_by("person", "attribute", "id")
        .values_list(
            "person",
            "attribute",
            "code",
            "number",
            "day",
            "valid_from",
            "valid_to",
            "known_from",
            "known_to",
        )
    )
    last, said = (0, ""), list[Said]()
    for person, attribute, code, number, day, since, until, known_from, known_to in found.iterator(
        chunk_size=CHUNK
    ):
        if (person, attribute) != last:
            if said:
                yield last, said
            last, said = (person, attribute), []
        value = next((one for one in (code, number, day) if one is not None), None)
        said.append((value, since, until, known_from, known_to))
    if said:
        yield last, said


def _these(traits: Collection[str]) -> str:
    """Return the SQL that keeps a few traits; of many, reading them all costs less."""
    if len(traits) > FEW_TRAITS:
        return ""
    listed = ", ".join(f"'{name}'" for name in sorted(traits))
    return f" AND attribute IN ({listed or 'NULL'})"


def _only(communities: Collection[int] | None, people: Collection[int] | None) -> str:
    """Return the SQL that leaves out rows which cannot matter. Whoever moved may have lived there."""
    if people is not None:
        return f" AND id IN ({_listed(people)})"
    if communities is None:
        return ""
    lived = "SELECT person_id FROM people_superseded WHERE attribute IN ('home', 'community')"
    return f" AND (community_id IN ({_listed(communities)}) OR id IN ({lived}))"


def _listed(numbers: Collection[int]) -> str:
    return ", ".join(str(int(one)) for one in sorted(numbers)) or "NULL"


def among(column: str, ids: Numbers) -> str:
    """Return the SQL that keeps a column among some ids, nothing where they are too many to list."""
    return f" AND {column} IN ({_listed(ids.tolist())})" if len(ids) <= FEW else ""


def _coded(value: Value | None, kind: AttributeType | None) -> int | None:
    """Return a value of the history as the columns hold it."""
    if isinstance(value, date):
        return value.toordinal()
    if isinstance(value, str):
        listed = _codes_of(kind) if kind else ()
        return listed.index(value) if value in listed else None
    return value


def _said(traits: Mapping[str, AttributeType]) -> str:
    """Return the SQL of which trait a row tells and its value, in one number: place × MOST + value."""
    cases = " ".join(
        f"WHEN '{name}' THEN {place * MOST} + {_value_of(kind)}"
        for place, (name, kind) in enumerate(traits.items())
    )
    return f"CASE attribute {cases} END" if cases else "NULL"


def _value_of(kind: AttributeType) -> str:
    """Return the SQL that gives the value of a trait as a number, NULL where it is out of bounds."""
    match kind.kind:
        case Kind.BOOL | Kind.CODE:
            return place_in("code", _codes_of(kind))
        case Kind.DATE:
            return ordinal("day")
        case _:
            return f"CASE WHEN number BETWEEN 0 AND {MOST - 1} THEN number END"


def _number_of(name: str, kind: AttributeType) -> str:
    """Return the SQL that gives a column of the person as a number."""
    match kind.kind:
        case Kind.BOOL:
            return f"CAST({name} AS INTEGER)"
        case Kind.CODE:
            return place_in(name, _codes_of(kind))
        case Kind.DATE:
            return ordinal(name)
        case _:
            return name


def _codes_of(kind: AttributeType) -> tuple[str, ...]:
    return YES_NO if kind.kind is Kind.BOOL else tuple(sorted(kind.codes))


def _column(values: Numbers, kind: AttributeType) -> Column:
    known = values != NONE
    codes = _codes_of(kind) if kind.kind in (Kind.BOOL, Kind.CODE) else ()
    return Column(np.where(known, values, 0), known, codes)


def _communities(columns: Mapping[str, Numbers], district: int) -> Numbers:
    """Return where everybody lived: the community of the home, else the one noted; 0 is nowhere."""
    homes, noted = columns["home"], columns["community"]
    known, community = places.all_communities(district)
    found = np.where(noted == NONE, 0, noted)
    if len(known):
        place = np.minimum(np.searchsorted(known, homes), len(known) - 1)
        own = (known[place] == homes) & (community[place] != NONE)
        found = np.where(own, community[place], found)
    return found

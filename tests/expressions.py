"""Any expression there can be, any facts, any day: what property tests of several storeys draw."""

from datetime import date

from hypothesis import strategies as st

from linli.rulebook.domain import (
    And,
    AttributeType,
    DateInterval,
    InSet,
    Interval,
    Kind,
    Known,
    Not,
    Or,
    Population,
    YearsSince,
    column_of,
)

DICTIONARY = {
    "born_on": AttributeType(Kind.DATE),
    "age": AttributeType(Kind.YEARS, of="born_on"),
    "hukou": AttributeType(Kind.CODE, codes=frozenset({"local", "city", "other"})),
    "disabled": AttributeType(Kind.BOOL),
    "children": AttributeType(Kind.INT),
}
DAYS = st.dates(date(1920, 1, 1), date(2030, 1, 1))
CODES = st.sampled_from(["local", "city", "other"])


def ends(values: st.SearchStrategy) -> st.SearchStrategy:
    """Two ends in order, each of which may be open."""
    pair = st.tuples(values, values).map(lambda two: tuple(sorted(two)))
    return st.tuples(pair, st.sampled_from([(1, 1), (1, 0), (0, 1)])).map(
        lambda drawn: tuple(end if kept else None for end, kept in zip(*drawn, strict=True))
    )


CONDITIONS = st.one_of(
    st.frozensets(CODES, min_size=1).map(lambda codes: InSet("hukou", codes)),
    st.frozensets(st.sampled_from(["yes", "no"]), min_size=1).map(
        lambda codes: InSet("disabled", codes)
    ),
    ends(st.integers(-2, 6)).map(lambda two: Interval("children", *two)),
    ends(DAYS).map(lambda two: DateInterval("born_on", *two)),
    ends(st.integers(0, 110)).map(lambda two: YearsSince("age", "born_on", *two)),
    st.sampled_from(["hukou", "disabled", "children", "born_on"]).map(Known),
)
EXPRESSIONS = st.recursive(
    CONDITIONS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=4).map(lambda parts: And(tuple(parts))),
        st.lists(inner, min_size=1, max_size=4).map(lambda parts: Or(tuple(parts))),
        inner.map(Not),
    ),
    max_leaves=12,
)
FACTS = st.fixed_dictionaries(
    {
        "hukou": st.none() | CODES,
        "disabled": st.none() | st.booleans(),
        "children": st.none() | st.integers(-3, 7),
        "born_on": st.none() | DAYS | st.just(date(2008, 2, 29)),
    }
)
NOWS = DAYS | st.sampled_from([date(2026, 2, 28), date(2028, 2, 29)])


def population(people: list[dict[str, object]]) -> Population:
    stored = {name: kind for name, kind in DICTIONARY.items() if not kind.of}
    return Population(
        len(people),
        {name: column_of([p[name] for p in people], kind) for name, kind in stored.items()},
    )

"""A version is read for ever as it was published; figures that are ours say so; laws have days."""

from datetime import date

import pytest

from linli.catalogue.domain import FactBook, PackFlaw, read_kept, read_pack
from linli.rulebook.domain import AttributeType, Kind

from .conftest import LISTS, files, item
from .test_packs import WORDINGS

CODES = frozenset({"local", "elsewhere"})
THEN = {
    "birth_on": AttributeType(Kind.DATE),
    "age": AttributeType(Kind.YEARS, of="birth_on"),
    "hukou": AttributeType(Kind.CODE, codes=CODES),
}
BOOK = FactBook(types=THEN, purposes={})
RULE = {"all": [{"age": {"from": 80}}, {"hukou": "local"}, {"where": "road"}]}
EXAMPLES = {
    "yes": {"birth_on": "1940-01-01", "hukou": "local", "where": "road"},
    "no": {"where": "home"},
    "unknown": {},
}


def published() -> dict[str, object]:
    pack = read_pack(files(item(eligibility=RULE, examples=EXAMPLES)), BOOK)
    return dict(pack.items[0].data)


@pytest.mark.parametrize(
    "today",
    [
        {},
        {"household": AttributeType(Kind.CODE)},
        {"birth_on": AttributeType(Kind.INT), "age": AttributeType(Kind.INT)},
        {"hukou": AttributeType(Kind.CODE, codes=frozenset({"here", "there"}))},
        THEN | {"where": AttributeType(Kind.CODE)},
        {
            name: AttributeType(one.kind, one.codes, one.of, frozenset({"other"}))
            for name, one in THEN.items()
        },
    ],
    ids=["gone", "renamed", "other kinds", "other codes", "own field now a fact", "other purposes"],
)
def test_a_version_is_read_as_its_facts_were_spelt(today: dict[str, AttributeType]) -> None:
    then = read_kept(published(), THEN)
    assert read_kept(published(), today) == then
    assert then.eligibility is not None


def test_a_version_from_before_facts_were_kept_takes_those_of_today() -> None:
    old = {key: value for key, value in published().items() if key != "facts"}
    assert read_kept(old, THEN) == read_kept(published(), THEN)


def test_a_version_keeps_only_the_facts_it_asks() -> None:
    assert published()["facts"] == {
        "age": {"kind": "years", "codes": [], "of": "birth_on"},
        "birth_on": {"kind": "date", "codes": []},
        "hukou": {"kind": "code", "codes": ["elsewhere", "local"]},
    }


def test_every_figure_without_a_law_is_marked_as_ours() -> None:
    """No time limit, number of places or price in the packs was found in a law."""
    for one in WORDINGS:
        timed = [f"{step.code}.within" for step in one.steps if step.within]
        wanted = ["whole", *(["capacity"] if one.capacity else [])]
        wanted += ["fee"] if one.fee.kind != "free" else []
        assert list(one.illustrative) == [*wanted, *timed], one.code
        assert one.fee.amount_fen is None, one.code


def test_a_figure_with_its_law_is_not_ours() -> None:
    basis = ["某法 第一条"]
    step = dict(item()["steps"][0], within_basis=basis)  # type: ignore[index]
    own = item(
        whole_basis=basis,
        capacity=3,
        capacity_basis=basis,
        fee={"kind": "low", "basis": basis},
        steps=[step],
    )
    found = read_pack(files(own), BOOK).items[0].definition
    assert found.illustrative == ()
    without = item(capacity=3, fee={"kind": "low"}, steps=[dict(step, within_basis=[])])
    found = read_pack(files(without), BOOK).items[0].definition
    assert found.illustrative == ("whole", "capacity", "fee", "fix.within")


LATER = [*LISTS["laws"], {"code": "新法", "name": "新法", "from": "2026-07-01"}]
RESTS = {"example": None, "basis": ["新法 第一条"]}


@pytest.mark.parametrize(
    ("changes", "field", "told"),
    [
        (RESTS, "basis[0]", "新法 is in force from 2026-07-01, and this begins on 2026-01-01."),
        (RESTS | {"example_before": True}, "example_before", "Give from: a day after the pack"),
        (
            RESTS | {"from": date(2026, 1, 1), "example_before": True},
            "example_before",
            "Give from: a day after the pack",
        ),
        ({"example": None, "basis": ["无法 第一条"]}, "basis[0]", "The list of laws has no 无法."),
    ],
)
def test_a_law_is_not_cited_before_its_day(
    changes: dict[str, object], field: str, told: str
) -> None:
    with pytest.raises(PackFlaw) as caught:
        read_pack(files(item(**changes), laws=LATER), BOOK)
    assert caught.value.field == f"items[0].{field}"
    assert caught.value.told.startswith(told)


def test_what_rests_on_a_later_law_is_an_example_before() -> None:
    fee = {"kind": "low", "amount_fen": 500, "basis": ["新法 第二条"]}
    later = item(**RESTS, fee=fee, example_before=True, **{"from": date(2026, 7, 1)})
    first, second = (one.definition for one in read_pack(files(later, laws=LATER), BOOK).items)
    assert (first.example, first.basis, first.fee.amount_fen) == (True, (), None)
    assert (first.valid_from, first.valid_to) == (date(2026, 1, 1), date(2026, 7, 1))
    assert (second.example, second.fee.amount_fen) == (False, 500)
    assert (second.valid_from, second.valid_to) == (date(2026, 7, 1), None)


@pytest.mark.parametrize("kind", ["laws", "units", "levels", "duty_lines"])
def test_what_a_pack_below_says_is_not_said_again(kind: str) -> None:
    below = read_pack(files(item()), BOOK)
    again = {
        "pack.yaml": "code: upper\nname: 上\nneeds: [small]\nfrom: 2026-01-01\n",
        "lists.yaml": files(item(), **{k: [] for k in LISTS if k != kind})["lists.yaml"],
    }
    with pytest.raises(PackFlaw) as caught:
        read_pack(again, BOOK, [below])
    assert (caught.value.file, caught.value.field) == ("lists.yaml", f"{kind}[0].code")
    assert caught.value.told == (
        f"{LISTS[kind][0]['code']} already stands in the pack small. Refer to it, or give another "
        "code."
    )

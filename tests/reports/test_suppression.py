"""What is published never leaves a small number open to be worked out."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.reports.domain import FEWEST, Relation, Total, gives_away, hidden
from linli.reports.domain.suppression import Name

ALL = "all"
Table = tuple[dict[Name, int], list[Total]]


def table(rows: list[list[int]]) -> Table:
    """A table with its margins."""
    down, across = [f"r{r}" for r in range(len(rows))], [f"c{c}" for c in range(len(rows[0]))]
    numbers = {
        (row, column): number
        for row, line in zip(down, rows, strict=True)
        for column, number in zip(across, line, strict=True)
    }
    totals = [Total((row, ALL), tuple((row, column) for column in across)) for row in down]
    totals += [Total((ALL, column), tuple((row, column) for row in down)) for column in across]
    totals.append(Total((ALL, ALL), tuple((row, ALL) for row in down)))
    totals.append(Total((ALL, ALL), tuple((ALL, column) for column in across)))
    for total in totals:
        numbers[total.whole] = sum(numbers[part] for part in total.parts)
    return numbers, totals


def test_a_table_of_large_numbers_is_published_whole() -> None:
    assert hidden(*table([[12, 30], [0, 55]])) == set()


def test_beside_a_small_number_a_second_of_its_line_and_column_is_hidden() -> None:
    assert hidden(*table([[2, 30, 40], [20, 50, 60], [70, 80, 90]])) == {
        ("r0", "c0"),
        ("r0", "c1"),
        ("r1", "c0"),
        ("r1", "c1"),
    }


def test_two_small_numbers_that_leave_too_little_open_take_a_third() -> None:
    # 1 + 1 = 2 would leave each between 0 and 2.
    found = hidden(
        {("a",): 1, ("b",): 1, ("c",): 40, ("t",): 42}, [Total(("t",), (("a",), ("b",), ("c",)))]
    )

    assert found == {("a",), ("b",), ("c",)}


def test_a_number_of_its_own_is_hidden_alone() -> None:
    assert hidden({("a",): 3, ("b",): 9}, []) == {("a",)}


def possible(
    numbers: dict[Name, int], totals: list[Total], gone: frozenset[Name]
) -> dict[Name, set[int]]:
    """Every value a reader who knows that numbers are whole can still think of, by trying all."""
    inner = sorted(name for name in gone if ALL not in name)
    if not inner:
        return {}
    found: dict[Name, set[int]] = {name: set() for name in gone}
    for guess in product(
        range(max(numbers[name] for name in inner) + FEWEST + 1), repeat=len(inner)
    ):
        filled = numbers | dict(zip(inner, guess, strict=True))
        for total in totals:
            if total.whole in gone:
                filled[total.whole] = sum(filled[part] for part in total.parts)
        if all(filled[total.whole] == sum(filled[p] for p in total.parts) for total in totals):
            for name in gone:
                found[name].add(filled[name])
    return found


@settings(max_examples=15, deadline=None)
@given(st.lists(st.lists(st.integers(0, 6), min_size=2, max_size=2), min_size=2, max_size=2))
def test_trying_every_table_finds_no_small_number_out(rows: list[list[int]]) -> None:
    numbers, totals = table(rows)
    gone = hidden(numbers, totals)

    assert {name for name, number in numbers.items() if 0 < number < FEWEST} <= gone
    for name, values in possible(numbers, totals, gone).items():
        assert numbers[name] in values
        assert max(values) - min(values) >= FEWEST


def test_who_lies_between_two_numbers_is_not_told_by_both() -> None:
    numbers = {("60",): 12, ("65",): 10, ("80",): 5}
    within = [(("60",), ("65",)), (("65",), ("80",)), (("60",), ("80",))]

    assert hidden(numbers, []) == set()
    assert hidden(numbers, [], within=within) == {("65",)}  # 12 less 10; 5 lie below 65
    # A hidden one is not given back by its column: there is another hidden in it.
    lines = {(line, of): n for line, of, n in (("g", "60", 12), ("g", "65", 10), ("w", "60", 40))}
    lines |= {("w", "65"): 30, (ALL, "60"): 52, (ALL, "65"): 40}
    sums = [Total((ALL, of), (("g", of), ("w", of))) for of in ("60", "65")]
    assert hidden(lines, sums, within=[(("g", "60"), ("g", "65"))]) == {("g", "65"), ("w", "65")}
    # Where the form says how many they are, they are hidden as any small number is.
    told = {("all",): 12, ("men",): 2, ("women",): 10}
    sums = [Total(("all",), (("men",), ("women",)))]
    assert hidden(told, sums, within=[(("all",), ("women",))]) == {("men",), ("women",)}


def test_minutes_between_two_sums_are_hidden_by_how_many_visits_took_them() -> None:
    numbers, within = {("a",): 90, ("b",): 60}, [(("a",), ("b",))]

    assert hidden(numbers, [], behind={("a",): 8, ("b",): 7}, within=within) == {("b",)}
    assert hidden(numbers, [], behind={("a",): 12, ("b",): 7}, within=within) == set()


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 9), st.integers(0, 6), st.integers(0, 6)), min_size=2, max_size=3
    )
)
def test_no_nested_columns_tell_of_few(rows: list[tuple[int, int, int]]) -> None:
    """Lines of c ⊂ b ⊂ a with totals: what is published and what it gives back tells of no few."""
    numbers: dict[Name, int] = {}
    for line, (c, more, most) in enumerate(rows):
        numbers |= {(f"r{line}", "c"): c, (f"r{line}", "b"): c + more}
        numbers[f"r{line}", "a"] = c + more + most
    parts = {of: tuple((f"r{line}", of) for line in range(len(rows))) for of in "abc"}
    totals = [Total((ALL, of), parts[of]) for of in "abc"]
    for total in totals:
        numbers[total.whole] = sum(numbers[part] for part in total.parts)
    lines = [*(f"r{line}" for line in range(len(rows))), ALL]
    within = [((line, a), (line, b)) for line in lines for a, b in ("ab", "bc", "ac")]

    gone = hidden(numbers, totals, within=within)

    known = {name: number for name, number in numbers.items() if name not in gone}
    for of in "abc":  # the one that is missing in a column is what the others leave
        cells = [*parts[of], (ALL, of)]
        if len([name for name in cells if name not in known]) == 1:
            known |= {name: numbers[name] for name in cells}
    assert [name for name, number in known.items() if 0 < number < FEWEST] == []
    both = [(one, part) for one, part in within if one in known and part in known]
    assert [pair for pair in both if 0 < known[pair[0]] - known[pair[1]] < FEWEST] == []


@settings(max_examples=20, deadline=None)
@given(st.tuples(*(st.integers(0, 6) for _ in range(3))))
def test_what_a_table_does_not_have_is_not_told_to_be_few_either(
    ages: tuple[int, int, int],
) -> None:
    """A whole and two of its three parts; the third, and who subtracts it, is nobody's to learn."""
    each: list[Name] = [("age", str(one), "") for one in range(3)]
    numbers: dict[Name, int] = {("all",): sum(ages), ("a",): ages[0], ("b",): ages[1]}
    totals = [Total(("all",), tuple(each)), Total(("a",), (each[0],)), Total(("b",), (each[1],))]

    gone = hidden(numbers, totals, guarded=[each[2]])

    assert gone <= numbers.keys()
    assert {name for name, number in numbers.items() if 0 < number < FEWEST} <= gone
    thought = [
        guess
        for guess in product(range(sum(ages) + FEWEST + 1), repeat=3)
        if all(
            name in gone or seen == numbers[name]
            for name, seen in zip(numbers, (sum(guess), *guess[:2]), strict=True)
        )
    ]
    for place, name in enumerate([("a",), ("b",), each[2]]):
        seen = {guess[place] for guess in thought}
        told = name not in gone and name in numbers
        harmless = name == each[2] and (max(seen) == 0 or min(seen) >= FEWEST)
        assert told or harmless or max(seen) - min(seen) >= FEWEST, (gone, name, seen)


@pytest.mark.parametrize(
    ("relation", "earlier", "later", "told"),
    [
        (Relation.WIDER, 40, 43, True),
        (Relation.NARROWER, 43, 40, True),
        (Relation.WIDER, 40, 45, False),
        (Relation.WIDER, 40, 40, False),
        (Relation.OVERLAPPING, 40, 43, False),
        (Relation.SAME, 40, 40, False),
    ],
)
def test_two_releases_side_by_side(
    relation: Relation, earlier: int, later: int, told: bool
) -> None:
    assert gives_away(relation, earlier, later) is told


def test_a_sum_is_hidden_by_how_many_stand_behind_it() -> None:
    numbers = {("green",): 30, ("willow",): 400, ("wide",): 3, ("all",): 433}
    totals = [Total(("all",), (("green",), ("willow",), ("wide",)))]
    behind = {("green",): 1, ("willow",): 12, ("wide",): 9, ("all",): 22}

    # 30 minutes of one visit go; 3 minutes of nine do not.
    assert hidden({("a",): 30, ("b",): 3}, [], behind={("a",): 1, ("b",): 9}) == {("a",)}
    assert hidden({("a",): 0, ("b",): 0}, [], behind={("a",): 2, ("b",): 0}) == {("a",)}
    # Beside their total they do: without them the 30 could be told.
    assert hidden(numbers, totals, behind=behind) == {("green",), ("wide",)}


def test_a_hidden_sum_is_left_as_far_open_as_it_is_great() -> None:
    numbers = {("a",): 30, ("b",): 8, ("c",): 500, ("all",): 538}
    totals = [Total(("all",), (("a",), ("b",), ("c",)))]

    # Beside b alone, which is 8 of 9, a would be told to within 38 minutes: enough for 30.
    assert hidden(numbers, totals, behind={("a",): 2, ("b",): 9, ("c",): 9, ("all",): 20}) == {
        ("a",),
        ("b",),
    }

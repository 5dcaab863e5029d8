"""Chinese numerals, as articles, doors and years are counted."""

import pytest

from linli.rulebook.domain import number_of

ONES = "零一二三四五六七八九"


@pytest.mark.parametrize(
    ("words", "number"),
    [
        *(
            ("零", 0),
            ("九", 9),
            ("十", 10),
            ("十二", 12),
            ("二十", 20),
            ("三十七", 37),
            ("百", 100),
        ),
        *(("一百零一", 101), ("一百一十", 110), ("一千二百六十", 1260), ("九千九百九十九", 9999)),
        *(("二〇三", 203), ("一零一", 101), ("三五", 35), ("99", 99), ("007", 7)),
    ],
)
def test_numerals_say_a_number(words: str, number: int) -> None:
    assert number_of(words) == number


def test_every_number_below_a_hundred_is_read_as_it_is_said() -> None:
    tens = ["", "十", *(f"{one}十" for one in ONES[2:])]
    said = [f"{tens[number // 10]}{ONES[number % 10]}" for number in range(1, 100)]
    assert [number_of(one.removesuffix("零")) for one in said] == [*range(1, 100)]


@pytest.mark.parametrize("words", ["", "幢", "三幢"])
def test_other_words_are_no_number(words: str) -> None:
    with pytest.raises((KeyError, ValueError)):
        number_of(words)

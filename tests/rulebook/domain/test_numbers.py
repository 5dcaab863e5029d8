from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.rulebook.domain import (
    BadNumber,
    DivisionCode,
    credit_check,
    identity_check,
    read_credit_code,
    read_division_code,
    read_identity_number,
)
from linli.rulebook.domain import numbers as n

TODAY = date(2026, 11, 22)
EXAMPLE = "11010519491231002X"  # the example of the standard
CREDIT = [
    "91350100M000100Y43",
    "91330100799655058B",
    "91110108551385082Q",
    "91440300708461136T",
    "914403001922038216",
]


def test_an_identity_number_says_when_one_was_born() -> None:
    number = read_identity_number(" 110105-19491231 002x", on=TODAY)

    assert (number.text, number.born_on, number.sex) == (EXAMPLE, date(1949, 12, 31), "female")
    assert number.region == "110105"
    assert EXAMPLE not in repr(number)


def test_characters_of_double_width_are_read() -> None:
    assert read_identity_number("１１０１０５１９４９１２３１００２Ｘ", on=TODAY).text == EXAMPLE


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ("", n.IdentityNumberLength),
        (EXAMPLE[:-1], n.IdentityNumberLength),
        (EXAMPLE + "0", n.IdentityNumberLength),
        ("1101051949123100XX", n.IdentityNumberCharacters),
        ("11010519491231002Y", n.IdentityNumberCharacters),
        ("110105194902310028", n.IdentityNumberDate),
        ("110105000012310021", n.IdentityNumberDate),
        ("110105204912310022", n.IdentityNumberDate),  # not born yet
        ("110105149912310022", n.IdentityNumberDate),
        ("110105194912310021", n.IdentityNumberCheck),
        ("11010519491231020X", n.IdentityNumberCheck),
    ],
)
def test_what_is_wrong_with_an_identity_number_is_said(
    typed: str, refusal: type[BadNumber]
) -> None:
    with pytest.raises(refusal) as found:
        read_identity_number(typed, on=TODAY)

    assert type(found.value) is refusal
    assert not any(str(value) == typed for value in vars(found.value).values())


@given(
    st.integers(0, 16), st.integers(1, 9), st.dates(date(1900, 1, 1), TODAY), st.integers(0, 999)
)
def test_one_wrong_digit_is_always_found(place: int, shift: int, born: date, order: int) -> None:
    first = f"330102{born:%Y%m%d}{order:03}"
    good = first + identity_check(first)
    digit = str((int(first[place]) + shift) % 10)

    assert read_identity_number(good, on=TODAY).born_on == born
    with pytest.raises(BadNumber):
        read_identity_number(good[:place] + digit + good[place + 1 :], on=TODAY)


@pytest.mark.parametrize("code", CREDIT)
def test_real_credit_codes_are_right(code: str) -> None:
    assert read_credit_code(code.lower()) == code


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        (CREDIT[0][:-1], n.CreditCodeLength),
        ("91350100M000100Y4I", n.CreditCodeCharacters),
        ("91350I00M000100Y43", n.CreditCodeCharacters),
        ("91A50100M000100Y43", n.CreditCodeCharacters),  # the division code is digits
        ("91350100M000100Y44", n.CreditCodeCheck),
        ("91350100M000010Y43", n.CreditCodeCheck),
    ],
)
def test_what_is_wrong_with_a_credit_code_is_said(typed: str, refusal: type[BadNumber]) -> None:
    with pytest.raises(refusal) as found:
        read_credit_code(typed)

    assert type(found.value) is refusal


@given(
    st.sampled_from(CREDIT), st.integers(8, 16), st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY")
)
def test_one_wrong_character_of_a_credit_code_is_found(code: str, place: int, other: str) -> None:
    changed = code[:place] + other + code[place + 1 : 17]

    assert (credit_check(changed) == code[17]) is (other == code[place])


@pytest.mark.parametrize(
    ("typed", "code", "level"),
    [
        ("330102", "330102000000", "district"),
        ("330102001003", "330102001003", "community"),
        ("330102 001 000", "330102001000", "street"),
        ("330100000000", "330100000000", "city"),
        ("330000000000", "330000000000", "province"),
        ("441900003000", "441900003000", "street"),  # a city without districts
    ],
)
def test_a_division_code_has_a_level(typed: str, code: str, level: str) -> None:
    found = read_division_code(typed)

    assert (found.text, found.level) == (code, level)


def test_a_division_lies_in_those_above_it() -> None:
    community = DivisionCode("330102001003")

    assert community.lies_in(DivisionCode("330102001000"))
    assert community.lies_in(DivisionCode("330000000000"))
    assert community.lies_in(community)
    assert not community.lies_in(DivisionCode("330103000000"))
    assert not DivisionCode("330102001000").lies_in(community)


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ("33010200100", n.DivisionCodeLength),
        ("3301020010030", n.DivisionCodeLength),
        ("33010200100A", n.DivisionCodeLength),
        ("000000000000", n.DivisionCodeShape),
        ("000102001003", n.DivisionCodeShape),
        ("330000001000", n.DivisionCodeShape),
        ("330102000003", n.DivisionCodeShape),
    ],
)
def test_what_is_wrong_with_a_division_code_is_said(typed: str, refusal: type[BadNumber]) -> None:
    with pytest.raises(refusal) as found:
        read_division_code(typed)

    assert type(found.value) is refusal

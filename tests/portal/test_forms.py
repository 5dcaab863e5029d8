"""What was typed becomes values, or one sentence that says how to mend it."""

import pytest
from django.utils.translation import override

from linli.portal.forms import read_answer, read_phone
from linli.portal.queries import Question
from linli.portal.queries.reporting import Choice


def asked(kind: str, **more) -> Question:
    return Question(code="x", kind=kind, label="x", why="x", required=True, **more)


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("", ""),
        ("138 0000 5210", "13800005210"),
        ("+86 13800005210", "13800005210"),
        ("8000 1234", "80001234"),
        ("0571-8000 1234", "057180001234"),
    ],
)
def test_telephone_numbers_are_understood(typed, digits):
    assert read_phone(typed) == (digits, "")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("138 0000 521", "10"),
        ("138 0000 52100", "12"),
        ("call me", "digits"),
        ("123", "digits"),
    ],
)
def test_a_wrong_number_is_told_how_to_mend(typed, words):
    with override("en"):
        digits, sentence = read_phone(typed)
    assert digits == ""
    assert words in sentence


def test_yes_and_no_become_truth_values():
    one = asked("choice", choices=(Choice("yes", "yes"), Choice("no", "no")))
    assert read_answer(one, "yes") == (True, "")
    assert read_answer(one, "no") == (False, "")
    assert read_answer(one, "maybe")[1]


def test_numbers_keep_to_their_bounds():
    one = asked("number", least=1, most=4)
    assert read_answer(one, "4") == (4, "")
    for typed in ("0", "5", "four", "3.5"):
        value, sentence = read_answer(one, typed)
        assert value is None
        assert sentence


def test_a_day_is_written_one_way():
    assert read_answer(asked("date"), "2026-11-21") == ("2026-11-21", "")
    assert read_answer(asked("date"), "21.11.2026")[0] is None


def test_what_is_required_is_asked_for_and_what_is_not_may_be_left_out():
    assert read_answer(asked("line"), "")[1]
    optional = Question(code="x", kind="line", label="x", why="x", required=False)
    assert read_answer(optional, "") == (None, "")

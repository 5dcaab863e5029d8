"""JSON as it leaves the house: exact moments, Chinese as it is, and nothing JSON has no word for."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple

import pytest
from django.utils.translation import gettext_lazy, override

from linli.fabric.wire import in_json


class Mood(StrEnum):
    GOOD = "good"


class Pair(NamedTuple):
    left: int
    right: str


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"words": "漏水"}, '{"words":"漏水"}'),
        (
            datetime(2026, 11, 16, 4, 0, 0, 123456, tzinfo=UTC),
            '"2026-11-16T04:00:00.123456Z"',
        ),
        ([None, True, 1], "[null,true,1]"),
        (Mood.GOOD, '"good"'),
        (Pair(1, "b"), '[1,"b"]'),
    ],
)
def test_a_value_has_one_text(value, text):
    assert in_json(value).decode() == text


def test_a_sentence_is_translated_when_it_is_written():
    with override("en"):
        assert in_json([gettext_lazy("Send")]) == b'["Send"]'


def test_what_json_has_no_word_for_is_refused():
    with pytest.raises(ValueError, match="object has no place"):
        in_json({"a": object()})

"""JSON as it leaves the house: UTF-8, moments in UTC to the microsecond, no encoder's detour."""

from typing import Any

from django.utils.functional import Promise
from pydantic_core import to_json


def in_json(answer: Any) -> bytes:
    """:raises ValueError: for what JSON has no word for"""
    return to_json(answer, fallback=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, Promise):  # a sentence that is translated when it is read
        return str(value)
    raise TypeError(f"{type(value).__name__} has no place in an answer.")

"""Answers that programs send: only what the item asks, and as its JSON Schema says."""

from collections.abc import Mapping, Sequence
from typing import Any

from jsonschema import Draft202012Validator

from linli.basics import Refused, gettext_noop
from linli.catalogue.domain import FieldDefinition

MOST_SHOWN = 40
_FORMATS = Draft202012Validator.FORMAT_CHECKER


class NotAsked(Refused):
    """An answer to something this item does not ask."""

    status = 422
    message = gettext_noop("“%(code)s” is not asked here. What is asked: %(asked)s.")

    def __init__(self, *, code: str, asked: Sequence[str]) -> None:
        super().__init__(code)
        self.code = code[:MOST_SHOWN]
        self.asked = ", ".join(asked) or "—"


class AnswerUnfit(Refused):
    """An answer of another kind, or out of its bounds."""

    status = 422
    message = gettext_noop("“%(code)s” takes another answer; see what the item asks.")

    def __init__(self, *, code: str) -> None:
        super().__init__(code)
        self.code = code


def check_answers(fields: Sequence[FieldDefinition], given: Mapping[str, Any]) -> None:
    """
    Check what is there; what is missing is asked of the resident.

    :raises NotAsked: if the item asks nothing of that name
    :raises AnswerUnfit: if it is no answer the field takes
    """
    schemas = {one.code: one.schema for one in fields}
    for code, value in given.items():
        if code not in schemas:
            raise NotAsked(code=code, asked=list(schemas))
        schema = Draft202012Validator(schemas[code], format_checker=_FORMATS)
        if isinstance(value, float) or not schema.is_valid(value):  # no row holds a float
            raise AnswerUnfit(code=code)

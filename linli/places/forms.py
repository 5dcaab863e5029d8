"""From what a browser sends to the values of the actions."""

from collections.abc import Mapping

from django.http import QueryDict

from linli.basics import Invalid, gettext_noop
from linli.fabric.asked import text

from . import queries
from .domain import KIND_WORDS, Kind
from .queries.screens import NEEDS_CODE


def names(sent: QueryDict) -> Mapping[str, str]:
    """Return the name in both languages, as typed."""
    return {"zh-Hans": text(sent, "name"), "en": text(sent, "name_en")}


def kind(sent: QueryDict) -> Kind:
    """:raises Invalid: if no kind of place was chosen"""
    chosen = text(sent, "kind")
    if chosen not in set(KIND_WORDS):
        raise Invalid(field="kind", reason=gettext_noop("Choose a kind from the list."))
    return Kind(chosen)


def code(sent: QueryDict, district: int, parent: int) -> str:
    """Return the code that was typed; below the community a free one of our own where none was."""
    typed, of = text(sent, "code"), kind(sent)
    if typed or of in NEEDS_CODE:
        return typed
    return queries.free_code(district, parent, of, text(sent, "name"))

"""Forms as machines read them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from linli.reports.domain import Answer, figure
from linli.reports.models import Edition

from .drawing import mark_of
from .owing import is_exact


def edition_out(
    edition: Edition, found: Sequence[Answer] | None = None, *, on: date
) -> dict[str, Any]:
    """Return an edition for the API, with its answers if they are given."""
    out: dict[str, Any] = {
        "id": edition.pk,
        "form": edition.form.code,
        "name": edition.form.name,
        "place": edition.place.code,
        "as_of": edition.as_of,
        "due_on": edition.due_on,
        "state": edition.state,
        "known_at": edition.known_at,
        "exact": is_exact(edition, on=on),
    }
    if found is not None:
        out["numbers"] = [_answer_out(one) for one in found]
    return out


def _answer_out(one: Answer) -> dict[str, Any]:
    """
    Return one number: ``mark`` is a word of the screen, ``stale`` and ``unknown`` say more.

    Money is a number of fen; ``shown`` is what the form gets, in its ``unit``.
    """
    return {
        "sheet": one.field.sheet,
        "cell": one.field.name,
        "heading": list(one.field.texts),
        "number": one.number,
        "unit": one.field.unit.value,
        "shown": "" if one.number is None else figure(one.number, one.field.unit),
        "mark": mark_of(one),
        "why": one.why.why.value if one.why is not None else "",
        "unknown": one.unknown > 0,
        "stale": one.stale > 0,
    }

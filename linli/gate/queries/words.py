"""Findings as sentences, in the language of the request."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.dateformat import format as formatted
from django.utils.translation import gettext

from linli.catalogue.domain import KIND_WORDS, DutyKind
from linli.fabric.jinja import chinese, day, language
from linli.fabric.jinja import fen as yuan
from linli.gate.domain import CHECK_WORDS, REASONS, Check
from linli.places import queries as places
from linli.reports import queries as reports
from linli.reports.domain import Cell

basis_words = reports.basis_words


def findings_words(
    data: Iterable[Mapping[str, Any]], *, district: int, line: str = ""
) -> list[dict[str, object]]:
    """Return kept findings as rows of the screen: passed, name, words."""
    return [finding_words(one, district=district, line=line) for one in data]


def finding_words(data: Mapping[str, Any], *, district: int, line: str = "") -> dict[str, object]:
    """
    Return one finding: which check, whether it passed, the sentence, and what it cites.

    :param line: the name of the line of the duty list; its code is told without one
    """
    values = dict(data["values"])
    shown: dict[str, object] = dict(values)
    if "fen" in values:
        shown["yuan"] = yuan(values["fen"])
    if "free_fen" in values:
        shown["free"] = yuan(values["free_fen"])
    if "place" in values:
        shown["place"] = place_words(int(values["place"]), district)
    if "kind" in values:
        shown["kind"] = gettext(KIND_WORDS[DutyKind(values["kind"])])
    if "line" in values and line:
        shown["line"] = gettext("“%(name)s”") % {"name": line}
    for name in {"until", "from", "to"} & values.keys():
        shown[name] = day(date.fromisoformat(str(values[name])))
    if "basis" in values:
        shown["basis"] = basis_words(str(values["basis"]))
    sentence = REASONS[
        str(data["reason"]).removesuffix("_few")
    ]  # as it was kept before decision 24
    return {
        "passed": data["passed"],
        "name": gettext(CHECK_WORDS[Check(data["check"])]),
        "words": gettext(sentence) % shown,
        "cited": [basis_words(one) for one in data["basis"]] if not data["passed"] else [],
    }


def month_words(month: date) -> str:
    """Return ``2026 年 11 月`` or ``November 2026``."""
    return f"{month.year} 年 {month.month} 月" if chinese() else formatted(month, "F Y")


def place_words(place: int, district: int) -> str:
    tree = places.tree(district)
    return tree.node(place).words(language()) if place in tree else str(place)


def whom_words(cell: Cell | None) -> str:
    """Return whom a question asks about, or whose doors work goes to."""
    if cell is None:
        return ""
    said = reports.meaning(cell, None)
    if not said.conditions:
        return said.counted
    return f"{said.counted}{gettext(': ')}{gettext('; ').join(said.conditions)}"

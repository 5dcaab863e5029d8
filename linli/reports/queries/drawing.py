"""A form drawn as it came: its rows, its merged ranges, and the numbers in their places."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from linli.basics import Actor
from linli.reports.domain import (
    Answer,
    Cell,
    Field,
    Permission,
    Place,
    Sheet,
    figure,
    read_workbook,
)
from linli.reports.models import Edition
from linli.rulebook.domain import local_date

from .compiling import compiled
from .releasing import released
from .wording import mark_words

MOST_ROWS, MOST_COLUMNS = 400, 200


@dataclass(frozen=True, slots=True)
class Box:
    """
    One cell of a drawn form.

    ``at`` is the place of its number in the form's order, None where it asks for none; ``shown`` is
    the number as the form wants it. ``mark`` is a word: unasked, hidden, unknown, stale, or empty.
    ``unknown``: of how many nothing is recorded; true where the reader may not learn how many.
    """

    text: str = ""
    rows: int = 1
    columns: int = 1
    at: int | None = None
    shown: str = ""
    mark: str = ""
    opens: bool = False
    number: int | None = None
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class Drawn:
    """One sheet as a table."""

    name: str
    lines: tuple[tuple[Box, ...], ...]


@dataclass(frozen=True, slots=True)
class Remark:
    """What is to be said of one number: its cell, its words, and the sentences."""

    name: str
    heading: str
    sentences: tuple[str, ...]
    mark: str


def shown(edition: Edition, *, at: datetime) -> list[Answer]:
    """
    Return an edition's answers: what is sent stays, what is open is counted now.

    Of an open one ``hidden`` says what will not be sent, beside the number its own place may see.
    """
    found = compiled(edition, known_at=edition.known_at or at)
    if edition.state == "sent":
        numbers: list[int | None] = json.loads(edition.numbers)
        stale = [one.stale for one in found] if edition.stale is None else edition.stale
        return [
            replace(
                one,
                number=number,
                stale=old,
                hidden=number is None and one.why is None and not one.misleads,
            )
            for one, number, old in zip(found, numbers, stale, strict=True)
        ]
    sendable = released(edition, found, on=local_date(at))
    return [replace(one, hidden=sent.hidden) for one, sent in zip(found, sendable, strict=True)]


def sendable(edition: Edition, *, at: datetime) -> list[Answer]:
    """Return the answers as they were sent, or would be now: hidden ones without their number."""
    if edition.state == "sent":
        return shown(edition, at=at)
    return released(edition, compiled(edition, known_at=at), on=local_date(at))


def mark_of(one: Answer) -> str:
    """Return the one word that matters most about an answer."""
    if one.hidden:
        return "hidden"
    if one.why is not None or (one.number is None and not one.unknown):
        return "unasked"
    return "unknown" if one.unknown else "stale" if one.stale else ""


def remarks(found: Sequence[Answer], *, form: str, exactly: bool) -> list[Remark]:
    """Return what is to be said of the numbers of a form, in its order."""
    said = (
        Remark(
            one.field.name,
            one.field.heading(form),
            tuple(mark_words(one, exactly=exactly)),
            mark_of(one),
        )
        for one in found
    )
    return [one for one in said if one.sentences]


def drawn(workbook: bytes, found: Sequence[Answer], *, by: Actor) -> list[Drawn]:
    """Return the sheets of a form with its numbers in them."""
    numbers = {(one.field.sheet, one.field.place): (at, one) for at, one in enumerate(found)}
    opens = Permission.FILL in by.permissions
    return [
        Drawn(sheet.name, tuple(_lines(sheet, numbers, opens=opens)))
        for sheet in read_workbook(workbook)
        if sheet.texts and not sheet.hidden
    ]


Numbers = Mapping[tuple[str, Place], tuple[int, Answer]]


def _lines(sheet: Sheet, numbers: Numbers, *, opens: bool) -> Iterator[tuple[Box, ...]]:
    asked = {place for name, place in numbers if name == sheet.name}
    used = {*sheet.texts, *asked, *((one.bottom, one.right) for one in sheet.merges)}
    bottom = min(max(row for row, _ in used), MOST_ROWS)
    right = min(max(column for _, column in used), MOST_COLUMNS)
    spans = {(one.top, one.left): one for one in sheet.merges}
    covered = {
        (row, column)
        for one in sheet.merges
        for row in range(one.top, one.bottom + 1)
        for column in range(one.left, one.right + 1)
    } - set(spans)
    for row in range(1, bottom + 1):
        line = []
        for column in range(1, right + 1):
            place = (row, column)
            if place in covered:
                continue
            box = _box(sheet, place, numbers, opens=opens)
            if span := spans.get(place):
                rows, columns = span.bottom - span.top + 1, span.right - span.left + 1
                box = replace(box, rows=rows, columns=columns)
            line.append(box)
        said = [box for box in line if box.text or box.at is not None]
        if len(said) == 1 and said[0].at is None and said[0].columns == 1 and right > 1:
            line = [replace(said[0], columns=right)]  # a note runs over the whole width
        yield tuple(line)


def _box(sheet: Sheet, place: Place, numbers: Numbers, *, opens: bool) -> Box:
    there = numbers.get((sheet.name, place))
    if there is None:
        return Box(sheet.texts.get(place, ""))
    at, one = there
    field: Field = one.field
    if one.number is None:
        return Box(at=at, mark=mark_of(one))
    shown = figure(one.number, field.unit)
    return Box(
        at=at,
        shown=shown,
        mark=mark_of(one),
        opens=opens and isinstance(field.found, Cell),
        number=one.number,
        unknown=one.unknown if opens else one.unknown > 0,
    )

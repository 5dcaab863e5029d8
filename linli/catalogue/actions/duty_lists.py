"""The duty list of one street or community, brought in whole; and what every duty line writes."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Max

from linli.basics import Actor, Event
from linli.catalogue.domain import (
    DutyLineData,
    ListBeginsTooEarly,
    Permission,
    check_lines,
    to_plain,
)
from linli.catalogue.events import DutyLineEnded, DutyLinePublished
from linli.catalogue.models import DutyLine, DutyTerms
from linli.fabric import versions
from linli.fabric.blanks import Bound
from linli.fabric.writing import write_atomic
from linli.journal.actions import record_many
from linli.journal.domain import canonical
from linli.places import queries as places

Entries = list[tuple[Event, Sequence[Bound]]]


@write_atomic
def import_duty_list(
    *, by: Actor, place: int, lines: Sequence[DutyLineData], begins: date, at: datetime
) -> int:
    """
    Put the list of a street or community in force from a day. Return how many lines changed.

    What stood in its list before and is worded otherwise, or missing now, ends that day. The same
    list again changes nothing.

    :param place: the street or community
    :raises NotAllowed: unless the hat may load packs
    :raises NoSuchThing: if there is no such place
    :raises BadCell: if a code stands twice, or minutes or an end cannot be
    :raises ListBeginsTooEarly: if the list in force began later than ``begins``
    """
    if by.kind != "system":
        by.must(Permission.LOAD_PACK)
    check_lines(lines, begins=begins)
    places.tree(by.district).node(place)
    kept = {
        terms.code: terms.line
        for terms in DutyTerms.objects.filter(
            district=by.district, place_id=place, line__valid_to=None
        ).select_related("line")
    }
    wanted = {line.code: (line_values(line) | {"place": place}) for line in lines}
    same = {
        code
        for code, values in wanted.items()
        if code in kept and kept[code].content_hash == content_hash(values)
    }
    gone = [row for code, row in kept.items() if code not in same]
    if late := [row.valid_from for row in gone if row.valid_from > begins]:
        raise ListBeginsTooEarly(since=max(late))
    entries = _end(gone, begins=begins, at=at)
    fresh = [line for line in lines if line.code not in same]
    entries += _publish(fresh, wanted, district=by.district, place=place, begins=begins, at=at)
    if entries:
        record_many(entries, by=by)
        versions.bump("catalogue")
    return len(entries)


def _end(rows: Iterable[DutyLine], *, begins: date, at: datetime) -> Entries:
    ended: Entries = []
    for row in rows:
        row.valid_to = begins
        row.save(update_fields=["valid_to"])
        ended.append((DutyLineEnded(at=at, duty_line_id=row.pk), [row]))
    return ended


def _publish(
    lines: Sequence[DutyLineData],
    wanted: Mapping[str, Mapping[str, Any]],
    *,
    district: int,
    place: int,
    begins: date,
    at: datetime,
) -> Entries:
    codes = {line.code: f"{line.code}@{place}" for line in lines}
    numbers = dict(
        DutyLine.objects.filter(district=district, code__in=codes.values())
        .values_list("code")
        .annotate(Max("number"))
    )
    rows = [
        DutyLine(
            district=district,
            number=numbers.get(codes[line.code], 0) + 1,
            content_hash=content_hash(wanted[line.code]),
            **{
                name: value
                for name, value in wanted[line.code].items()
                if name not in ("terms", "place")
            }
            | {
                "pack": "",
                "code": codes[line.code],
                "valid_from": begins,
            },
        )
        for line in lines
    ]
    DutyLine.objects.bulk_create(rows)
    entries: Entries = [
        (DutyLinePublished(at=at, duty_line_id=row.pk, number=row.number), [row]) for row in rows
    ]
    return with_terms(entries, {codes[line.code]: line for line in lines}, place=place)


def with_terms(
    entries: Entries, lines: Mapping[str, DutyLineData], *, place: int | None
) -> Entries:
    """
    Write the terms of the lines just published, and return the entries with them.

    :param lines: code of the row → the line as it was written down
    """
    terms = []
    for _, rows in entries:
        row = rows[-1]
        if not isinstance(row, DutyLine):
            raise TypeError(row)
        line = lines[row.code]
        terms.append(
            DutyTerms(
                district=row.district,
                line=row,
                code=line.code,
                place_id=place,
                evidence=list(line.evidence),
                exact_counts=line.exact_counts,
                names=line.names,
                minutes_example=line.minutes_example,
            )
        )
    DutyTerms.objects.bulk_create(terms)
    return [(event, [*rows, one]) for (event, rows), one in zip(entries, terms, strict=True)]


def line_values(line: DutyLineData) -> dict[str, Any]:
    """Return the columns of a line; ``terms`` is what goes beside it."""
    return {
        "code": line.code,
        "kind": line.kind.value,
        "name": dict(line.name),
        "basis": list(line.basis),
        "department": line.department,
        "expected_minutes": line.expected_minutes,
        "communities": list(line.communities),
        "example": line.example,
        "valid_from": line.valid_from,
        "valid_to": line.valid_to,
        "terms": {
            "evidence": list(line.evidence),
            "exact_counts": line.exact_counts,
            "names": line.names,
            "minutes_example": line.minutes_example,
        },
    }


def content_hash(values: Mapping[str, Any]) -> str:
    """Return what tells one wording from another."""
    return hashlib.sha256(canonical(to_plain(values)).encode()).hexdigest()

"""
Cases as columns, of any day as known at any moment (decision 19).

What a row says today is what it said then, unless it was opened anew, parted again, sent on or put
off since: of those the record is read.
"""

import json
from collections.abc import Collection, Mapping
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

import numpy as np

from linli.basics import Actor, NoSuchThing
from linli.cases.domain import Channel, End
from linli.cases.models import Case, Docket
from linli.catalogue import queries as catalogue
from linli.catalogue.domain import Errand
from linli.fabric.numbers import NONE, local_ordinal, moment, place_in, read_numbers
from linli.journal import queries as journal
from linli.rulebook.domain import (
    BOOL_CODES,
    SHANGHAI,
    AttributeType,
    Column,
    Kind,
    Numbers,
    Population,
    Things,
    dated_columns,
    dated_types,
    local_date,
)

CHANNELS = tuple(str(one) for one in Channel)
ENDS = tuple(str(one) for one in End)
ERRANDS = tuple(str(one) for one in Errand)
STATES = ("open", "over")
_UNDONE = ("CaseReopened", "MergeUndone")
_OVER = ("CaseAnswered", "ConsultationAnswered", "CaseEnded", "CasesMerged")
_MOVED = ("DeadlineExtended", "CaseResumed")
_STOPPED = ("CasePaused", "PapersAsked")
_TOLD = ("CaseOpened", "CaseRerouted", *_OVER, *_UNDONE, *_MOVED, *_STOPPED)
# What a row no longer shows once it happened.
_HIDING = ("CaseRerouted", *_UNDONE, *_MOVED)


def column_types() -> Mapping[str, AttributeType]:
    """Return the column dictionary: what a condition over cases may ask for."""
    day = AttributeType(Kind.DATE)
    return {
        "item": AttributeType(Kind.CODE),
        "errand": AttributeType(Kind.CODE, frozenset(ERRANDS)),
        "channel": AttributeType(Kind.CODE, frozenset(CHANNELS)),
        "state": AttributeType(Kind.CODE, frozenset(STATES)),
        "end": AttributeType(Kind.CODE, frozenset(ENDS)),
        "late": AttributeType(Kind.BOOL),
        "opened_on": day,
        **dated_types("opened"),
        "answered_on": day,
        **dated_types("answered", never=True),
    }


def population(
    as_of: date,
    known_at: datetime,
    *,
    district: int,
    communities: Collection[int] | None = None,
) -> Things:
    """
    Return every case opened by the end of a day, as it stood then and was known at a moment.

    ``late``: its answer, or if there is none the pause or the day itself, came after it was due.

    :param communities: only these; None is the whole district
    """
    after = datetime.combine(as_of + timedelta(days=1), time(), SHANGHAI)
    until = min(known_at, after - timedelta(microseconds=1))
    held = _read(until, known_at, district, communities)
    _put_back(held, until, district)
    ids, community, version, end, channel, opened, answered, late = held
    items, errands = _items(version, district)
    over = answered != NONE
    columns = {
        "item": items,
        "errand": errands,
        "channel": Column(np.maximum(channel, 0), channel != NONE, CHANNELS),
        "state": Column(over.astype(np.int64), np.ones(len(ids), dtype=np.bool_), STATES),
        "end": Column(np.maximum(end, 0), over & (end != NONE), ENDS),
        "late": Column(np.maximum(late, 0), late != NONE, BOOL_CODES),
        "opened_on": Column(opened, opened > 0),
        **dated_columns("opened", opened, as_of),
        "answered_on": Column(np.maximum(answered, 0), over),
        **dated_columns("answered", answered, as_of, never=True),
    }
    return Things(ids, np.maximum(community, 0), Population(len(ids), columns))


def _read(
    until: datetime, known_at: datetime, district: int, communities: Collection[int] | None
) -> Numbers:
    """Read what the rows say, as far as it had happened: one line of numbers per column."""
    cut = moment(until)
    stood = (
        "(SELECT MIN(begun_at) FROM case_pause WHERE case_id = case_case.id AND begun_at <= %s"
        " AND (ended_at IS NULL OR ended_at > %s))"
    )
    told = "CASE WHEN answered_at <= %s THEN answered_at END"
    late = (
        f"CASE WHEN due_at IS NULL THEN NULL WHEN COALESCE({told}, {stood}, %s) > due_at"
        " THEN 1 ELSE 0 END"
    )
    listed = ", ".join(str(int(one)) for one in sorted(communities or ())) or "NULL"
    only = "" if communities is None else f" AND community_id IN ({listed})"
    return read_numbers(
        [
            *("id", "community_id", "version_id", place_in('"end"', ENDS)),
            place_in("channel", CHANNELS),
            local_ordinal("opened_at"),
            local_ordinal(f"({told})"),
            late,
        ],
        "FROM case_case WHERE district = %s AND opened_at <= %s AND recorded_at <= %s"
        f"{only} ORDER BY community_id, id",
        [cut, cut, cut, cut, cut, district, cut, moment(known_at)],
    )


def _put_back(held: Numbers, until: datetime, district: int) -> None:
    """Put back what the rows no longer show, from the record."""
    since = journal.recorded_since(until, _HIDING, district=district)
    place = {int(one): row for row, one in enumerate(held[0])}
    hidden = {subject for _, subject, _ in since if subject in place}
    if not hidden:
        return
    stood: dict[int, _Stood] = {one: _Stood() for one in hidden}
    for kind, case, at, body in journal.recorded_until(until, "case", hidden, _TOLD):
        stood[case].hear(kind, at, json.loads(body)["event"])
    for case, was in stood.items():
        version, end, answered, late = was.told(until)
        row = place[case]
        if version is not None:
            held[2][row] = version
        held[3][row], held[6][row] = end, answered
        if late is not None:
            held[7][row] = late


class _Stood:
    """One case as the record tells of it."""

    def __init__(self) -> None:
        self.version: int | None = None
        self.end = ""
        self.answered: datetime | None = None
        self.stopped: datetime | None = None
        self.due: datetime | None = None
        self.sure = True

    def hear(self, kind: str, at: datetime, said: Mapping[str, object]) -> None:
        """Take in one line."""
        if kind in ("CaseOpened", "CaseRerouted"):
            self.version = int(str(said["version_id"]))
        if kind in _OVER:
            self.end = "merged" if kind == "CasesMerged" else str(said.get("end", "explained"))
            self.answered = self.answered or at
        elif kind in _UNDONE:
            self.end, self.answered = "", None
            self.sure = self.sure and kind == "MergeUndone"  # the new end of its clock is not said
        if kind in _STOPPED or kind == "CaseResumed":
            self.stopped = at if kind in _STOPPED else None
        if said.get("due_at") and kind != "CaseReopened":
            self.due, self.sure = datetime.fromisoformat(str(said["due_at"])), True

    def told(self, until: datetime) -> tuple[int | None, int, int, int | None]:
        """Return version, end, day of the answer and lateness as the columns hold them."""
        end = ENDS.index(self.end) if self.end in ENDS else NONE
        day = NONE if self.answered is None else local_date(self.answered).toordinal()
        late = NONE
        if self.sure and self.due is not None:
            late = int((self.answered or self.stopped or until) > self.due)
        return self.version, end, day, late


def _items(version: Numbers, district: int) -> tuple[Column, Column]:
    """Return the item and the errand of each version; a version that is no more is unknown."""
    versions, place = np.unique(version, return_inverse=True)
    said: list[tuple[str, str]] = []
    for one in versions.tolist():
        try:
            found = catalogue.definition(one, district=district)
        except NoSuchThing:
            said.append(("", ""))
        else:
            said.append((found.code, str(found.errand)))
    codes = tuple(sorted({item for item, _ in said}))
    items = np.array([codes.index(item) for item, _ in said], dtype=np.int64)
    errands = np.array([ERRANDS.index(e) if e else 0 for _, e in said], dtype=np.int64)
    known = np.array([bool(item) for item, _ in said], dtype=np.bool_)
    if not len(versions):
        return Column(version, version > 0), Column(version, version > 0, ERRANDS)
    return (
        Column(items[place], known[place], codes),
        Column(errands[place], known[place], ERRANDS),
    )


class CountedCase(NamedTuple):
    """A case on the list behind a number: no words of anybody. ``opens``: the office is concerned."""

    id: int
    number: str
    item: str
    opened_on: date
    opens: bool


def counted_cases(by: Actor, ids: Collection[int]) -> list[CountedCase]:
    """Return some cases of the actor's communities, in order of id. Two queries."""
    here = Case.objects.filter(
        district=by.district, pk__in=ids, community_id__in=by.communities
    ).order_by("id")
    docket = Docket.objects.filter(party_id=by.party or 0, case__in=ids)
    mine = set(docket.values_list("case_id", flat=True))
    return [
        CountedCase(pk, number, item, local_date(opened_at), pk in mine)
        for pk, number, item, opened_at in here.values_list("pk", "number", "item", "opened_at")
    ]

"""
Many whole cases in one act: imports and demos.

Each case goes through its life in memory by the rules of the living acts and leaves the same
lines, each with the digests its rows had at that moment; then every table is written once.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from linli.basics import Actor
from linli.cases.domain import (
    End,
    Permission,
    joined,
    new_number,
    scope_token,
    tokens,
)
from linli.cases.domain.lives import Deed, Life
from linli.cases.models import Award, Case, Extension, Pause, Report, Ruling, Step, StepMove
from linli.fabric import versions
from linli.fabric.bulk import insert_rows, reserve_ids, without_pauses
from linli.fabric.writing import act_id, write_atomic
from linli.journal.actions import record_drafts

from ._lists import _docket
from ._lived import Lived
from ._lived_turns import DEEDS
from ._load_desk import Desk, Ids


@dataclass(frozen=True, slots=True)
class LoadedCases:
    """What a load brought: new cases and lines, and how many rows were there already."""

    cases: int
    lines: int
    known: int


@write_atomic
@without_pauses()
def load_cases(*, by: Actor, rows: Sequence[Life], at: datetime) -> LoadedCases:
    """
    Write whole cases, their steps, moves, rulings, lists, search entries and lines, in one act.

    Give some 2,000 at a time: what their offices are asked is asked once. Rows whose ``external_key`` is there already are left out, so that an
    import can be begun again. Nobody is told anything: what is loaded is past.

    :param at: now; clocks of cases that are still open are turned up to it
    :raises NotAllowed: unless the hat may accept cases; the house itself may
    :raises NoSuchThing: if a row names an item version that does not exist, or does not tell what
        came of a sub-case
    :raises WrongMoment: if a life does what the rules of steps do not allow
    """
    if by.kind != "system":
        by.must(Permission.ACCEPT)
    known = _known(by, rows)
    fresh = _first_of_each_key([row for row in rows if row.external_key not in known])
    if not fresh:
        return LoadedCases(cases=0, lines=0, known=len(rows))
    token = versions.remember_for_this_request()
    try:
        desk = Desk(by=by, at=at, act=act_id())
        lived = _live(desk, fresh, _numbers(by, fresh))
    finally:
        versions.forget(token)
    _write(lived)
    record_drafts(desk.drafts)
    return LoadedCases(cases=len(lived), lines=len(desk.drafts.lines), known=len(rows) - len(fresh))


def _known(by: Actor, rows: Sequence[Life]) -> set[str]:
    keys = [row.external_key for row in rows if row.external_key is not None]
    held = Case.objects.filter(district=by.district, external_key__in=keys)
    return {key for key in held.values_list("external_key", flat=True) if key is not None}


def _first_of_each_key(rows: Sequence[Life]) -> list[Life]:
    seen: set[str] = set()
    kept = []
    for row in rows:
        if row.external_key is None or row.external_key not in seen:
            kept.append(row)
            seen.add(row.external_key or "")
    return kept


def _numbers(by: Actor, rows: Sequence[Life]) -> list[str]:
    """Return a number for each row: its own, else a fresh one that nobody has."""
    numbers = [row.number or new_number(row.opened_at) for row in rows]
    while True:
        taken = Case.objects.filter(district=by.district, number__in=numbers)
        used = set(taken.values_list("number", flat=True))
        clash = False
        for place, row in enumerate(rows):
            if numbers[place] in used and not row.number:
                numbers[place], clash = new_number(row.opened_at), True
            used.add(numbers[place])
        if not clash:
            return numbers


def _live(desk: Desk, rows: Sequence[Life], numbers: Sequence[str]) -> list[Lived]:
    lives = [life for row in rows for life in row.whole()]
    moves = sum(len(life.after) for life in lives)
    steps = sum(len(desk.definition(life.version_id).steps) for life in lives if not life.answer)
    given = sum(
        desk.definition(life.version_id).award
        for life in lives
        if life.subject_id is not None
        for one in life.after
        if one.deed is Deed.ANSWER and one.end is End.SOLVED
    )
    deeds = Counter(one.deed for life in lives for one in life.after)
    ids = Ids(
        cases=iter(reserve_ids(Case, len(lives))),
        reports=iter(reserve_ids(Report, len(lives) + deeds[Deed.JOIN])),
        steps=iter(reserve_ids(Step, steps)),
        moves=iter(reserve_ids(StepMove, moves)),
        rulings=iter(reserve_ids(Ruling, deeds[Deed.RETURN])),
        awards=iter(reserve_ids(Award, given)),
        pauses=iter(reserve_ids(Pause, deeds[Deed.PAUSE] + deeds[Deed.ASK])),
        extensions=iter(reserve_ids(Extension, deeds[Deed.EXTEND])),
    )
    lived: list[Lived] = []
    for row, number in zip(rows, numbers, strict=True):
        one = Lived(desk, row, number, ids)
        one.live(DEEDS)
        lived += one.whole()
    return lived


def _write(lived: Sequence[Lived]) -> None:
    insert_rows([one.case for one in lived])
    insert_rows([report for one in lived for report in (one.report, *one.joined)])
    insert_rows([step for one in lived for step in one.steps.values()])
    insert_rows([move for one in lived for move in one.moves])
    insert_rows([ruling for one in lived for ruling in one.rulings])
    insert_rows([pause for one in lived for pause in one.pauses])
    insert_rows([each for one in lived for each in one.extensions])
    insert_rows([award for one in lived for award in one.awards])
    insert_rows(
        [_docket(one.case, party, role) for one in lived for party, role in one.concerned.items()]
    )
    _index(lived)


def _index(lived: Sequence[Lived]) -> None:
    """Put the words of all the cases into the search index."""
    district, entries = lived[0].case.district, []
    for one in lived:
        case = one.case
        words = tokens(f"{case.number} {case.words} {case.place_words}")
        scope = (scope_token("p", party) for party in one.concerned)
        entries.append((case.pk, joined([*scope, *words])))
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany("INSERT INTO case_search (rowid, tokens) VALUES (%s, %s)", entries)
            return
        cursor.execute(
            "INSERT INTO case_search (case_id, district, tokens) "
            "SELECT id, %s, array_to_tsvector(string_to_array(words, ' ')) "
            "FROM unnest(%s::bigint[], %s::text[]) AS given (id, words)",
            [district, [pk for pk, _ in entries], [words for _, words in entries]],
        )

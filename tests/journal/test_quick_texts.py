"""The texts of lines and digests, made without the encoder, are the canonical ones to the letter."""

import json
import weakref
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.basics import Actor, Event
from linli.fabric.blanks import plain
from linli.fabric.bulk import new_row, without_pauses
from linli.fabric.writing import act_id, write_atomic
from linli.journal import actions
from linli.journal.domain import canonical, digest
from linli.journal.models import Line
from linli.places.models import Place
from tests.journal.things import LampLit

AT = datetime(2026, 11, 16, 4, tzinfo=UTC)
HOUSE = actions.system(1)
COLUMNS = ("code", "kind", "sort_key")
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**62), 2**62),
    st.text(max_size=20),
    st.datetimes(timezones=st.just(UTC)),
    st.dates(),
    st.lists(st.integers(), max_size=3).map(tuple),
    st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=3),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried(Event):
    SUBJECT: ClassVar[str] = "thing"

    thing_id: int
    zebra: object
    apple: object


@given(
    VALUES, VALUES, st.lists(st.tuples(st.integers(1, 2**62), st.binary(max_size=4)), max_size=3)
)
def test_a_line_says_what_the_canonical_text_says(zebra, apple, rows) -> None:
    event = Tried(at=AT, thing_id=7, zebra=zebra, apple=apple)
    bound = [("place", pk, held.hex()) for pk, held in rows]
    said = {"apple": plain(apple), "thing_id": 7, "zebra": plain(zebra)}
    wanted = canonical({"event": said, "rows": [list(one) for one in bound]})
    assert actions._body(event, bound) == wanted
    assert canonical(json.loads(wanted)) == wanted


@given(st.text(max_size=20), st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=3))
def test_a_digest_is_that_of_the_canonical_row(code, name) -> None:
    row = Place(id=3, district=1, salt=b"s" * 16, code=code, name=name, valid_from=date(2026, 1, 1))
    assert actions._digest(row) == digest(b"s" * 16, row.canonical_row())


@pytest.mark.parametrize("salt", [None, b""])
def test_a_row_without_salt_is_bound_by_its_text_alone(salt) -> None:
    row = Place(id=3, district=1, salt=salt, code="x", name={})
    assert actions._digest(row) == digest(b"", row.canonical_row())


@given(st.lists(st.dictionaries(st.sampled_from(COLUMNS), st.text(max_size=5)), max_size=4))
def test_a_drafted_row_has_the_digest_of_each_moment(changes) -> None:
    row = new_row(Place, id=3, district=1, code="x", kind="street", name={"en": "x"})
    drafts = actions.Drafts(act=1)
    for change in ({}, *changes):
        row.__dict__.update(change)
        drafts.add(Tried(at=AT, thing_id=7, zebra=1, apple=2), by=HOUSE, rows=[row])
        bound = [["places_place", 3, digest(bytes(row.salt), row.canonical_row())]]
        assert json.loads(drafts.lines[-1][-1])["rows"] == bound


def test_drafts_that_are_over_leave_no_row_behind() -> None:
    row = new_row(Place, id=3, district=1, code="x", kind="street", name={"en": "x"})
    drafts, there = actions.Drafts(act=1), weakref.ref(row)
    drafts.add(Tried(at=AT, thing_id=7, zebra=1, apple=2), by=HOUSE, rows=[row])
    with without_pauses():  # in a cycle it would stay until Python looks for one
        del drafts, row
        assert there() is None


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 50, 123])
def test_drafted_lines_stand_in_their_order_as_recorded_ones_do(count) -> None:
    events = [LampLit(at=AT, lamp_id=number, doors=(number,)) for number in range(count)]

    @write_atomic
    def load(*, by: Actor) -> None:
        drafts = actions.Drafts(act=act_id())
        for event in events:
            drafts.add(event, by=by, rows=[])
        actions.record_drafts(drafts)
        actions.record_many([(event, []) for event in events], by=by)

    load(by=HOUSE)
    rows = list(Line.objects.order_by("id").values_list(*actions.LINE, "batch", "leaf"))
    assert rows[:count] == rows[count:]
    assert [subject for _, _, _, subject, *_ in rows[:count]] == list(range(count))

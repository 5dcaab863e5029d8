"""What one act leaves on the record."""

import json
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from django.db import models
from django.test.utils import isolate_apps

from linli.basics import Refused
from linli.fabric.blanks import Bound, plain
from linli.fabric.fields import Sealed, SealedField
from linli.fabric.writing import write_atomic
from linli.journal import actions, queries
from linli.journal.domain import canonical, digest
from linli.journal.models import Line, Pending

from .conftest import AT, BY
from .things import LampLit, LampOut, leaf_of

pytestmark = pytest.mark.django_db


def test_a_line_says_who_did_what_to_which_thing_under_which_hat(light):
    line = Line.objects.get(pk=light(lamp_id=9, level="red").pk)
    assert (line.district, line.kind, line.version) == (7, "LampLit", 1)
    assert (line.subject_kind, line.subject_id) == ("lamp", 9)
    assert (line.actor_kind, line.actor_id, line.appointment, line.hat) == (
        "staff",
        3,
        5,
        "station",
    )
    assert line.at == AT
    assert (line.batch, line.position, line.leaf) == (None, None, None)
    assert json.loads(line.body) == {
        "event": {
            "lamp_id": 9,
            "level": "red",
            "due_at": None,
            "seen_at": None,
            "due_on": None,
            "doors": [],
        },
        "rows": [],
    }
    assert line.body == canonical(json.loads(line.body))


def test_an_event_comes_back_as_it_was_sent(light):
    due = datetime(2026, 12, 1, 9, 30, tzinfo=timezone(timedelta(hours=8)))
    line = light(lamp_id=2, due_at=due, due_on=date(2026, 12, 3), doors=(4, 5))
    again = queries.event_of(Line.objects.get(pk=line.pk), LampLit)
    assert again == LampLit(
        at=AT, lamp_id=2, due_at=due, due_on=date(2026, 12, 3), doors=(4, 5), level="green"
    )
    assert again.due_at.utcoffset() == timedelta(0)


def test_nothing_is_recorded_outside_an_act():
    with pytest.raises(RuntimeError, match="outside write_atomic"):
        actions.record(LampOut(at=AT, lamp_id=1), by=BY)
    assert Line.objects.count() == 0


def test_the_lines_of_one_act_share_its_number_and_no_other_does(light):
    @write_atomic
    def light_two():
        return light(1).act_id, light(2).act_id

    first, second = light_two()
    assert first == second
    assert light(3).act_id != first


def test_many_lines_keep_their_order(light):
    @write_atomic
    def many():
        return actions.record_many(
            [(LampOut(at=AT, lamp_id=number), []) for number in range(1200)], by=BY
        )

    lines = many()
    assert [line.subject_id for line in lines] == list(range(1200))
    assert len({line.pk for line in lines}) == 1200
    assert list(Line.objects.order_by("id").values_list("subject_id", flat=True)) == list(
        range(1200)
    )


def test_only_kinds_with_reactions_are_owed_anything(wired, light):
    @write_atomic
    def put_out():
        return actions.record(LampOut(at=AT, lamp_id=1), by=BY)

    put_out()
    assert not Pending.objects.exists()
    line = light()
    assert list(Pending.objects.values_list("line_id", "tries", "next_at")) == [(line.pk, 0, AT)]


def test_a_row_is_bound_by_the_digest_of_all_its_columns():
    with isolate_apps("linli.journal"):

        class Lamp(Bound):
            name = models.CharField(max_length=9)
            phone = SealedField()
            lit_at = models.DateTimeField()
            lit_on = models.DateField()
            cache = models.IntegerField(default=0)
            LOOSE = frozenset({"cache"})

            class Meta:
                app_label = "journal"
                db_table = "journal_lamp"

            def __str__(self):
                return self.name

    phone = Sealed.of("13800000000")
    lamp = Lamp(pk=4, district=7, name="路灯", phone=phone, lit_at=AT, lit_on=date(2026, 11, 16))
    row = {
        "id": 4,
        "district": 7,
        "name": "路灯",
        "phone": phone.token.hex(),
        "lit_at": "2026-11-16T04:00:00.000000Z",
        "lit_on": "2026-11-16",
    }
    assert lamp.canonical_row() == row

    @write_atomic
    def write():
        return actions.record(LampLit(at=AT, lamp_id=4), by=BY, rows=[lamp])

    [[table, key, found]] = json.loads(write().body)["rows"]
    assert (table, key) == ("journal_lamp", 4)
    assert found == digest(bytes(lamp.salt), row)
    assert len(lamp.salt) == 16
    lamp.cache = 5
    assert lamp.canonical_row() == row
    lamp.name = "路口"
    assert digest(bytes(lamp.salt), lamp.canonical_row()) != found


def test_a_timeline_is_the_lines_of_one_thing_oldest_first(light):
    kept = [light(5).pk, light(6).pk, light(5).pk]
    assert [line.pk for line in queries.timeline("lamp", 5)] == [kept[0], kept[2]]
    assert queries.timeline("door", 5).count() == 0


def test_a_leaf_is_the_same_before_and_after_the_database(light):
    line = light()
    fresh = Line.objects.get(pk=line.pk)
    assert leaf_of(line) == leaf_of(fresh)


def test_a_refusal_inside_a_nested_act_leaves_nothing(light):
    @write_atomic
    def refuse():
        light(2)
        raise Refused

    @write_atomic
    def outer():
        light(1)
        refuse()

    with pytest.raises(Refused):
        outer()
    assert not Line.objects.exists()
    assert light(3).pk


def test_moments_are_utc_to_the_microsecond():
    assert plain(datetime(2026, 1, 1, 8, tzinfo=timezone(timedelta(hours=8)))) == (
        "2026-01-01T00:00:00.000000Z"
    )
    assert plain(datetime(2026, 1, 1, 0, 0, 0, 7, tzinfo=UTC)) == "2026-01-01T00:00:00.000007Z"
    assert [plain(value) for value in (b"\x01", memoryview(b"\x01"), bytearray(b"\x01"))] == [
        "01"
    ] * 3
    assert [plain(value) for value in (None, True, 3, "三")] == [None, True, 3, "三"]

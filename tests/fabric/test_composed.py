"""Questions composed once: the same rows as Django's own, whatever the values, and no second composing."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from linli.fabric.bulk import insert_few
from linli.fabric.composed import composed, once, slot
from linli.fabric.database import postgresql_options
from linli.journal.models import Line, Seal

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 16, 4, tzinfo=UTC)


def line(second, **columns):
    given = {
        "district": 1,
        "kind": "LampMended",
        "subject_kind": "lamp",
        "subject_id": second,
        "act_id": 1,
        "version": 1,
        "actor_kind": "system",
        "hat": "",
        "at": AT + timedelta(seconds=second),
        "body": '{"a": "漏水"}',
    }
    return Line(**{**given, **columns})


@pytest.fixture
def lines():
    return Line.objects.bulk_create([line(second) for second in range(5)])


def asked_after(moment):
    return Line.objects.filter(at__gt=moment).order_by("-at").values_list("subject_id", "at")


def test_values_given_later_find_what_values_given_at_once_find(lines):
    question = composed(lambda: asked_after(slot(Line, "at", name="moment")))
    for second in (-1, 1, 3, 9):
        moment = AT + timedelta(seconds=second)
        assert question.rows({"moment": moment}) == list(asked_after(moment))


def test_a_question_is_composed_once_for_each_shape(lines):
    built = []

    @composed
    def question(count):
        built.append(count)
        return Line.objects.filter(kind=slot(Line, "kind")).order_by("id").values_list("id")[:count]

    answers = [question.rows({"kind": "LampMended"}, count) for count in (2, 3, 2, 3)]

    assert [len(found) for found in answers] == [2, 3, 2, 3]
    assert built == [2, 3]


def test_a_value_is_never_part_of_the_statement(lines):
    question = composed(
        lambda: Line.objects.filter(kind=slot(Line, "kind")).values_list("subject_id")
    )
    assert question.rows({"kind": "' OR 1=1 --"}) == []


def test_what_stands_in_the_code_is_written_into_the_statement():
    """Only so does an engine see that an index over some of the rows will do."""
    Line.objects.bulk_create([line(1, hat="it's 100% %s"), line(2, hat="other")])
    asked = []

    def note(execute, sql, params, many, context):
        asked.append((sql, params))
        return execute(sql, params, many, context)

    question = composed(
        lambda: Line.objects.filter(
            hat__in=["it's 100% %s", "none"], version=1, kind=slot(Line, "kind")
        ).values_list("subject_id")
    )
    with connection.execute_wrapper(note):
        assert question.rows({"kind": "LampMended"}) == [(1,)]

    assert "IN ('it''s 100%% %%s', 'none')" in asked[0][0]
    assert list(asked[0][1]) == ["LampMended"]


def test_behind_a_pooler_nothing_is_left_on_a_connection():
    assert postgresql_options(pooler=True) == {
        "server_side_binding": True,
        "prepare_threshold": None,
    }


def test_postgresql_plans_once_what_a_process_asks_again(lines):
    options = postgresql_options()
    assert (options["server_side_binding"], options["prepare_threshold"]) == (True, 2)
    if connection.vendor == "postgresql":
        for second in range(4):
            assert len(list(asked_after(AT + timedelta(seconds=second)))) == 4 - second
        with connection.cursor() as cursor:
            cursor.execute("SELECT statement FROM pg_prepared_statements")
            prepared = [statement for (statement,) in cursor.fetchall()]
            cursor.execute("SHOW jit")
            assert cursor.fetchone() == ("off",)
        assert [one for one in prepared if '"journal_line"."at" > $1' in one]


def test_columns_come_as_django_gives_them(lines):
    root = bytes(range(32))
    Seal.objects.create(
        number=1,
        root=root,
        previous=bytes(32),
        count=1,
        alg="x",
        key_id="k",
        public_key=root,
        signature=root,
        sealed_at=AT,
    )
    question = composed(
        lambda: Seal.objects.filter(root=slot(Seal, "root")).values_list("number", "sealed_at")
    )
    assert question.rows({"root": root}) == [(1, AT)]


def test_a_question_no_row_can_fit_asks_nothing(lines):
    question = composed(lambda: Line.objects.filter(Q(pk__in=[])).values_list("id"))
    with CaptureQueriesContext(connection) as asked:
        assert question.rows({}) == []
    assert len(asked) == 0


def test_a_rare_shape_is_asked_without_being_kept(lines):
    rows = Line.objects.filter(kind=slot(Line, "kind"), pk__in=[lines[0].pk]).values_list("id")
    assert once(rows, {"kind": "LampMended"}) == [(lines[0].pk,)]
    assert once(Line.objects.filter(pk__in=[]).values_list("id"), {}) == []


@pytest.mark.parametrize("count", [1, 2, 7])
def test_a_few_rows_are_written_by_one_statement_and_know_their_ids(count):
    rows = [line(second, actor_id=7, leaf=None) for second in range(count)]
    with CaptureQueriesContext(connection) as asked:
        insert_few(*rows)

    assert len(asked) == 1
    columns = [field.attname for field in Line._meta.concrete_fields]
    kept = list(Line.objects.order_by("id").values_list(*columns))
    assert kept == [tuple(getattr(row, name) for name in columns) for row in rows]
    assert not any(row._state.adding for row in rows)


def test_an_engine_that_returns_no_ids_writes_the_same(monkeypatch):
    monkeypatch.setattr(type(connection.features), "can_return_rows_from_bulk_insert", False)
    insert_few(line(3))
    assert list(Line.objects.values_list("subject_id", "body")) == [(3, '{"a": "漏水"}')]


def test_nothing_to_write_asks_nothing():
    with CaptureQueriesContext(connection) as asked:
        insert_few()
    assert len(asked) == 0

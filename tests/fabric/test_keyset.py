"""Pages by key: their union is the list, and a cursor cannot be bent."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.core import signing
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.basics import Invalid
from linli.fabric import keyset
from linli.fabric.keyset import SALT, Order, page_of
from linli.journal.models import Line
from tests.journal.conftest import AT

pytestmark = pytest.mark.django_db

OPENED = Order(name="opened", column="at", down=True)
OLDEST = Order(name="oldest", column="at", down=False)
KIND = Order(name="kind", column="kind", down=False)
NUMBER = Order(name="number", column="subject_id", down=True)
ORDERS = [OPENED, OLDEST, KIND, NUMBER]


def line(second, number=1):
    return Line(
        district=1,
        kind=f"Kind{second}",
        subject_kind="lamp",
        subject_id=second,
        act_id=number,
        version=1,
        actor_kind="system",
        hat="",
        at=AT + timedelta(seconds=second),
        body="{}",
    )


def put(seconds):
    return Line.objects.bulk_create([line(second) for second in seconds])


def walk(rows, order, limit, filters=None):
    """Return every page's keys, following the cursors."""
    pages, after = [], ""
    while True:
        page = page_of(rows, order=order, filters=filters or {}, after=after, limit=limit)
        pages.append([row.pk for row in page.rows])
        if page.next is None:
            return pages
        after = page.next


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seconds=st.lists(st.integers(0, 5), max_size=23),
    limit=st.integers(1, 8),
    order=st.sampled_from(ORDERS),
)
def test_the_union_of_the_pages_is_the_list(seconds, limit, order):
    made = {row.pk for row in put(seconds)}
    rows = Line.objects.filter(pk__in=made)
    pages = walk(rows, order, limit)
    sign = "-" if order.down else ""
    whole = list(rows.order_by(f"{sign}{order.column}", f"{sign}id").values_list("pk", flat=True))
    assert [key for page in pages for key in page] == whole
    assert all(len(page) == limit for page in pages[:-1])
    assert len(pages) == max(1, -(-len(whole) // limit))


def test_a_row_added_before_the_cursor_does_not_shift_the_next_page():
    put(range(6))
    first = page_of(Line.objects.all(), order=OPENED, filters={}, after="", limit=3)
    put([9])
    second = page_of(Line.objects.all(), order=OPENED, filters={}, after=first.next, limit=3)
    assert [row.subject_id for row in [*first.rows, *second.rows]] == [5, 4, 3, 2, 1, 0]
    assert second.next is None


@pytest.fixture
def cursor():
    put(range(4))
    page = page_of(Line.objects.all(), order=OPENED, filters={"q": "漏水"}, after="", limit=2)
    return page.next


def ask(after, order=OPENED, filters=None):
    return page_of(
        Line.objects.all(), order=order, filters=filters or {"q": "漏水"}, after=after, limit=2
    )


def test_a_cursor_fits_its_own_list(cursor):
    assert [row.subject_id for row in ask(cursor).rows] == [1, 0]


@pytest.mark.parametrize("place", [0, 5, -1])
def test_an_altered_cursor_is_refused(cursor, place):
    letters = list(cursor)
    letters[place] = "A" if letters[place] != "A" else "B"
    with pytest.raises(Invalid) as refusal:
        ask("".join(letters))
    assert refusal.value.field == "after"


@pytest.mark.parametrize("nonsense", ["x", "a:b:c", "::::", "漏水", "0" * 5000])
def test_nonsense_is_refused(nonsense):
    with pytest.raises(Invalid):
        ask(nonsense)


def test_a_cursor_of_other_filters_is_refused(cursor):
    with pytest.raises(Invalid):
        ask(cursor, filters={"q": "路灯"})


def test_a_cursor_of_another_order_is_refused(cursor):
    with pytest.raises(Invalid):
        ask(cursor, order=NUMBER)


def test_a_signature_for_another_purpose_is_refused(cursor):
    parts = signing.loads(cursor, salt=SALT)
    with pytest.raises(Invalid):
        ask(signing.dumps(parts, salt="something else"))


def test_a_page_costs_one_statement(cursor, django_assert_num_queries):
    with django_assert_num_queries(1):
        ask(cursor)


@pytest.mark.parametrize(
    ("value", "kept"), [(date(2026, 1, 2), "2026-01-02"), (AT, AT), ("x", "x")]
)
def test_a_cursor_holds_dates_and_moments(value, kept):
    order = Order(name="due", column="due", down=False)
    cursor = keyset._write(SimpleNamespace(due=value, pk=7), order, "")
    assert keyset._read(cursor, "due", "") == (kept, 7, False)

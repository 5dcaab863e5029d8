"""A booking alone is a whole act; within another it is a part of that."""

import pytest

from linli.basics import Refused
from linli.fabric import writing
from linli.journal.models import Line
from linli.ledger.domain import AlreadyPosted, NotEnough
from linli.ledger.models import Transfer

from .conftest import counts, make_book, pay


def test_the_row_given_back_is_the_row_that_was_written(book):
    made = pay(book.anna, book.bert, 5, key='a "quoted" key：中')
    assert made.canonical_row() == Transfer.objects.get(pk=made.pk).canonical_row()
    assert (made._state.adding, made.key) == (False, 'a "quoted" key：中')


@pytest.mark.django_db(transaction=True)
def test_alone_it_is_a_whole_act_and_leaves_nothing_when_it_is_refused(book_of_real_commits):
    book = book_of_real_commits
    pay(book.anna, book.bert, 5, key="once")
    lines = Line.objects.count()
    with pytest.raises(AlreadyPosted):
        pay(book.anna, book.bert, 6, key="once")
    with pytest.raises(NotEnough):
        pay(book.anna, book.bert, 996)
    assert not writing.in_act()
    assert (counts(book.anna), Line.objects.count()) == ((1_000, 5, 0), lines)


@pytest.fixture
def book_of_real_commits(transactional_db):
    return make_book()


@pytest.mark.django_db(transaction=True)
def test_who_swallows_the_refusal_of_a_part_loses_the_whole(book_of_real_commits):
    book = book_of_real_commits

    @writing.write_atomic
    def sly():
        pay(book.anna, book.bert, 5, key="sly")
        with pytest.raises(Refused):
            pay(book.anna, book.bert, 5_000)

    with pytest.raises(writing.HalfDone):
        sly()
    assert counts(book.anna) == (1_000, 0, 0)

"""Worlds that are copied are the worlds that were built, row for row, and only into an empty house."""

from types import SimpleNamespace

import pytest
from django.db import connection, transaction

from linli.identity.models import User
from linli.ledger.models import Account, Transfer
from tests import kept, tables
from tests.gate.conftest import furnished
from tests.world import build_world


def everything() -> dict[str, list]:
    found = {}
    with connection.cursor() as cursor:
        for table in kept.filled():
            cursor.execute(f'SELECT * FROM "{table}"')
            found[table] = sorted(map(repr, cursor.fetchall()))
    return found


@pytest.mark.parametrize("build", [build_world, furnished])
def test_what_is_copied_is_what_was_built(db, build):
    kept.forget()
    seen = []
    for _ in range(2):
        mark = transaction.savepoint()
        answer = build()
        seen.append((answer, everything()))
        transaction.savepoint_rollback(mark)
    assert seen[0] == seen[1]
    assert seen[0][1]["journal_line"]


def test_the_book_stands_as_it_was_kept_and_goes_on(db):
    furnished()
    assert Transfer.objects.count() == 1
    assert sorted(Account.objects.values_list("posted_in", "posted_out"))[-1] == (100_000, 0)


def test_where_somebody_is_already_it_is_built(db):
    built = []
    kept.kept("one", lambda: built.append(User.objects.create(username="first")))
    User.objects.all().delete()
    kept.kept("one", lambda: built.append(None))
    assert User.objects.get().username == "first"
    assert len(built) == 1  # copied
    kept.kept("one", lambda: built.append(None))
    assert len(built) == 2  # somebody is there: built


@pytest.mark.django_db(transaction=True)
def test_after_real_commits_all_is_again_as_the_migrations_left_it():
    before = everything()
    build_world()
    assert "journal_line" in everything()
    kept.empty()
    assert everything() == before


def test_tables_are_made_anew_when_a_migration_or_a_model_changed(monkeypatch, tmp_path):
    def told(name: str, text: str) -> str:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
        return tables.digest.__wrapped__()

    storey = SimpleNamespace(name="linli.cases", path=str(tmp_path))
    monkeypatch.setattr(tables.apps, "get_app_configs", lambda: [storey])
    first = told("migrations/0001_initial.py", "a")
    assert told("views.py", "a") == first
    seen = [first, told("migrations/0001_initial.py", "b"), told("migrations/0002.py", "")]
    seen += [told("models.py", "a"), told("models/matters.py", "a")]
    assert len(set(seen)) == 5

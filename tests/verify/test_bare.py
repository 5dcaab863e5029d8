"""What needs a house of its own: an empty one, or one with real commits."""

import pytest
from django.db import connection

from .conftest import faults, one
from .lived import live_a_day


def test_before_the_first_seal_there_is_a_page_too(client, db):
    assert "Nothing has been sealed yet." in (
        client.get("/verify/", headers={"accept-language": "en"}).content.decode()
    )


@pytest.mark.django_db(transaction=True)
def test_a_look_leaves_no_transaction_behind(store):
    live_a_day()
    assert faults() == []
    assert connection.get_autocommit()
    pk = one("SELECT max(id) FROM case_pause")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE case_pause SET words = 'x' WHERE id = %s", [pk])
    assert [words.split(" since line")[0] for words in faults()] == [f"case_pause {pk}: altered"]

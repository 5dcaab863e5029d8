"""What every test stands on: throw-away keys, and the database named by LINLI_TEST_DATABASE."""

from datetime import UTC, datetime

import pytest
from django.conf import settings as django_settings

from linli.basics import Actor
from linli.fabric import keyring


@pytest.fixture(autouse=True, scope="session")
def keys(tmp_path_factory):
    folder = tmp_path_factory.mktemp("keys")
    keyring.make_keys(folder)
    django_settings.KEYS = folder
    return folder


@pytest.fixture
def noon() -> datetime:
    """A Monday, 12:00 in Shanghai."""
    return datetime(2026, 11, 16, 4, tzinfo=UTC)


@pytest.fixture
def clerk() -> Actor:
    """One who holds every permission, for tests that are not about permissions."""
    return Actor(kind="staff", district=1, user=1, appointment=1, hat="station", permissions=Everything())


class Everything(frozenset):
    """Holds whatever is asked for."""

    def __contains__(self, permission: object) -> bool:
        return True

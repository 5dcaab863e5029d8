from collections.abc import Iterator

import pytest

from linli.basics import Actor
from linli.fabric import versions


@pytest.fixture(autouse=True)
def no_old_caches() -> Iterator[None]:
    """What an undone test loaded must not be remembered."""
    versions.forget_everything()
    yield
    versions.forget_everything()


@pytest.fixture
def stranger() -> Actor:
    return Actor(kind="staff", district=1, user=2, appointment=2, hat="clerk")

"""What all journeys share: one Chromium, which does not end before the last of them."""

from collections.abc import Iterator

import pytest

from . import browsing


@pytest.fixture(autouse=True, scope="session")
def one_chromium() -> Iterator[None]:
    yield
    browsing.give_back()

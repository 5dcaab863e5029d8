"""The people and offices of the tests of ``parties``: a door needs somebody to come in."""

import pytest
from django.core.cache import cache

from linli.parties import actions
from tests.parties.conftest import HOUSE, fresh, world

__all__ = ["demo", "fresh", "no_limits_left_over", "world"]


@pytest.fixture(autouse=True)
def no_limits_left_over():
    cache.clear()


@pytest.fixture
def demo(world, noon):
    actions.mark_demo(by=HOUSE, at=noon)
    return world

"""A small district, and a leak in it that was just reported."""

import pytest

from linli.cases import actions
from tests.world import NOON, build_world

from .errands import RESIDENT, said


@pytest.fixture
def world(db):
    return build_world()


@pytest.fixture
def leak(world):
    return actions.open_case(by=RESIDENT, said=said(world), at=NOON)

"""Whatever cannot be meant is refused in a sentence, and nothing is changed: every act of a storey."""

import pytest

from .conftest import House
from .nonsense import names_of, troubles

STOREYS = (
    *("identity", "rulebook", "places", "parties", "files", "notices", "catalogue", "visits"),
)


@pytest.mark.parametrize("name", names_of(*STOREYS))
def test_nonsense_is_refused_in_a_sentence(house: House, name: str) -> None:
    assert troubles(house, name) == []

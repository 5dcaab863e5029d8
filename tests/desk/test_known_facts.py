"""What is known of a person is not asked again at the window."""

from datetime import date

import pytest

from linli.desk.queries import accept
from tests.catalogue.test_packs import ITEMS

ALLOWANCE = next(item for item in ITEMS if item.code == "old_age_allowance")
ASKED = {field.code: field.fact for field in ALLOWANCE.fields}


@pytest.mark.parametrize(
    "facts", [{}, {"birth_on": None}, {"birth_on": date(1940, 1, 1)}, {"hukou": "local"}]
)
def test_a_fact_is_asked_only_while_nobody_knows_it(facts):
    known = {name for name, value in facts.items() if value is not None}
    asked = [field.code for field in accept.open_fields(ALLOWANCE, facts)]
    on_the_card = {"name", "phone", "id_number"}
    assert asked == [code for code, fact in ASKED.items() if fact not in known | on_the_card]

"""People as values: masks, the dictionary, guardians, and what was true when."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.basics import Actor, Invalid, NoSuchThing
from linli.people import domain
from linli.people.domain import Past, value_at
from linli.people.queries import (
    attribute_types,
    dictionary,
    privacy_notice,
    purposes,
    remedies,
    rights,
)
from linli.rulebook.domain import (
    AttributeType,
    BadExpression,
    Kind,
    Period,
    Unit,
    evaluate,
    parse,
)


@pytest.mark.parametrize(
    ("name", "masked"),
    [("张三", "张*"), ("欧阳修文", "欧***"), ("王", "王*"), ("John Smith", "J*** S****"), ("", "")],
)
def test_a_masked_name_keeps_one_character_a_word(name, masked):
    assert domain.mask_name(name) == masked


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("13812345678", "138****5678"),
        ("87654321", "******21"),
        ("12345", "****45"),
        ("110", "****"),
        ("", "****"),
    ],
)
def test_a_masked_phone(phone, masked):
    assert domain.mask_phone(phone) == masked


def test_a_masked_identity_number_hides_birth_date_and_region():
    assert domain.mask_id_number("11010519491231002X") == "**************002X"
    assert domain.mask_id_number("A123") == "****"


@given(st.text(st.characters(categories=["L"]), min_size=2, max_size=20))
def test_no_mask_gives_the_name_away(name):
    assert name not in domain.mask_name(name)
    assert domain.mask_name(name)[0] == name[0]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("138 1234 5678", "13812345678"),
        ("+86-13812345678", "13812345678"),
        ("008613812345678", "13812345678"),
        ("(0571) 8765-4321", "057187654321"),
        ("１３８１２３４５６７８", "13812345678"),
        ("+44 20 7946 0000", "+442079460000"),
    ],
)
def test_a_phone_number_is_tidied(typed, kept):
    assert domain.check_phone(typed) == kept


@pytest.mark.parametrize("typed", ["", "12345", "call me", "1" * 16, "+"])
def test_what_is_no_phone_number_is_refused(typed):
    with pytest.raises(Invalid):
        domain.check_phone(typed)


@pytest.mark.parametrize(
    ("born", "on", "under"),
    [
        (date(2012, 11, 16), date(2026, 11, 15), True),
        (date(2012, 11, 16), date(2026, 11, 16), False),
        (date(2012, 2, 29), date(2026, 2, 27), True),
        (date(2012, 2, 29), date(2026, 2, 28), False),
        (None, date(2026, 1, 1), False),
    ],
)
def test_a_child_is_under_fourteen_until_the_birthday(born, on, under):
    assert domain.is_under_fourteen(born, on) is under
    if under:
        with pytest.raises(domain.GuardianNeeded):
            domain.check_guardian(born, None, on)
        domain.check_guardian(born, 5, on)
    else:
        domain.check_guardian(born, None, on)


def test_who_reaches_whom():
    staff = Actor(kind="staff", district=1, communities=frozenset({7}))
    domain.check_may_reach(staff, community=7)
    domain.check_may_reach(Actor(kind="system", district=1), community=8)
    resident = Actor(kind="resident", district=1, person=3)
    domain.check_may_reach(resident, community=8, person=3)
    domain.check_may_reach(resident, community=8, person=4, guardian=3)
    for actor, community, person in (
        (staff, 8, None),
        (staff, None, None),
        (resident, 8, 4),
        (Actor(kind="resident", district=1), 7, None),
        (replace(resident, kind="staff"), 8, 3),
    ):
        with pytest.raises(NoSuchThing):
            domain.check_may_reach(actor, community=community, person=person)


# --- what was true when -------------------------------------------------------------------

START = datetime(2020, 1, 1, tzinfo=UTC)
DAY_ONE = date(2020, 1, 1)
words = st.lists(
    st.tuples(st.integers(1, 40), st.integers(-20, 60), st.none() | st.integers(0, 5)), max_size=8
)


def told(said):
    """Return what is held now and what was superseded, after these words in turn."""
    moment, valid, current, past = START, None, 0, []
    for gap, day, value in said:
        at, on = moment + timedelta(hours=gap), DAY_ONE + timedelta(days=day)
        past.append(Past(current, valid, on, moment, at))
        moment, valid, current = at, on, value
    return current, past


def oracle(said, on, known_at):
    """Paint every day with each word in turn, as somebody with a calendar on the wall would."""
    at, found = START, 0
    for gap, day, value in said:
        at += timedelta(hours=gap)
        if at <= known_at and DAY_ONE + timedelta(days=day) <= on:
            found = value
    return found


@given(words, st.integers(-30, 70), st.integers(0, 400), st.randoms())
def test_as_of_is_the_last_word_said_of_that_day(said, day, hours, random):
    current, past = told(said)
    random.shuffle(past)
    on, known_at = DAY_ONE + timedelta(days=day), START + timedelta(hours=hours)
    assert value_at(current, past, on=on, known_at=known_at) == oracle(said, on, known_at)


def test_a_late_correction_does_not_change_what_was_known():
    june, july = datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC)
    past = [Past("owner", None, date(2026, 3, 1), START, july)]
    march = {"on": date(2026, 3, 15)}
    assert value_at("tenant", past, known_at=june, **march) == "owner"
    assert value_at("tenant", past, known_at=july, **march) == "tenant"
    assert value_at("tenant", past, known_at=july, on=date(2026, 2, 28)) == "owner"


# --- the data files ----------------------------------------------------------------------


def test_the_dictionary_speaks_the_types_of_the_expression_language():
    types = attribute_types()
    assert types["age"] == AttributeType(
        Kind.YEARS, of="birth_on", purposes=types["birth_on"].purposes
    )
    assert types["disability"].codes == frozenset(dictionary()["disability"].codes)
    assert "name" not in types
    assert "phone" not in types
    old = parse({"all": [{"age": {"from": 80}}, {"hukou": "local"}]}, types, purpose="item")
    facts = {"birth_on": date(1946, 11, 16), "hukou": "local"}
    assert evaluate(old, facts, on=date(2026, 11, 16)) is True
    assert evaluate(old, facts, on=date(2026, 11, 15)) is False
    assert evaluate(old, {"hukou": "local"}, on=date(2026, 11, 16)) is None
    with pytest.raises(BadExpression):
        parse({"income_fen_a_month": {"to": 5}}, types, purpose="election")


def test_every_fact_has_purposes_that_exist_and_may_be_asked_for_by_its_owner():
    for fact in dictionary().values():
        assert fact.purposes <= set(purposes())
        assert "own_request" in fact.purposes
        for words in (fact.name, fact.definition, *fact.codes.values()):
            assert words["zh-Hans"]
            assert words["en"]


def test_every_purpose_names_its_article_and_consent_stands_only_on_consent():
    for purpose in purposes().values():
        assert any("个人信息保护法 13(1)" in article for article in purpose.articles)
        assert purpose.consent == (purpose.basis == "consent")
    notice = {purpose.code: {one.attribute for one in facts} for purpose, facts in privacy_notice()}
    assert "income_fen_a_month" in notice["social_aid"]
    assert "income_fen_a_month" not in notice["registry"]


def test_sensitive_facts_are_used_only_where_it_is_said_why():
    health = {"disability", "disability_grade", "long_illness", "ability_level"}
    for code, purpose in purposes().items():
        used = {name for name in health if code in dictionary()[name].purposes}
        assert not used or purpose.sensitive_because or code == "own_request"


def test_every_right_has_a_clock_in_working_days():
    assert {right.within for right in rights().values()} == {Period(15, Unit.WORKING_DAYS)}
    assert set(rights()) == {"correction", "export", "erasure"}


ENTRY = {
    "attribute": "x",
    "name": {"zh-Hans": "某", "en": "x"},
    "definition": {"zh-Hans": "某", "en": "x"},
    "kind": "int",
    "held": "trait",
    "source": "visit",
    "topic": "t",
    "sensitivity": "counted",
    "purposes": ["item"],
    "greatest_age_days": 5,
}


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("kind", "float"),
        ("codes", {"a": {}}),
        ("held", "nowhere"),
        ("sensitivity", "low"),
        ("purposes", []),
        ("greatest_age_days", 0),
        ("topic", ""),
        ("source", None),
        ("name", {"zh-Hans": "某"}),
    ],
)
def test_a_wrong_entry_is_named(column, value):
    assert domain.read_dictionary([ENTRY])["x"].greatest_age_days == 5
    with pytest.raises(domain.BadDictionary) as found:
        domain.read_dictionary([ENTRY | {column: value}])
    assert (found.value.entry, found.value.column) == ("x", column)


@pytest.mark.parametrize(
    ("attribute", "value", "fits"),
    [
        ("dibao", True, True),
        ("dibao", "yes", False),
        ("sex", "male", True),
        ("sex", "other", False),
        ("disability_grade", 2, True),
        ("disability_grade", True, False),
        ("disability_grade", -1, False),
        ("birth_on", date(1950, 1, 1), True),
        ("birth_on", datetime(1950, 1, 1, tzinfo=UTC), False),
        ("sex", None, True),
    ],
)
def test_a_value_fits_its_fact(attribute, value, fits):
    if fits:
        assert domain.check_value(dictionary()[attribute], value) == value
    else:
        with pytest.raises(domain.WrongValue):
            domain.check_value(dictionary()[attribute], value)


ASKED = datetime(2026, 11, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "state", "run", "end"),
    [
        (-1, "run", 0, 98),
        (0, "run", 0, 98),
        (79, "run", 79, 98),
        (80, "soon", 80, 98),
        (100, "soon", 100, 98),
        (101, "late", 100, 99),
        (1_000, "late", 100, 30),
    ],
)
def test_the_clock_of_a_request_turns_amber_and_then_red(hours, state, run, end):
    due, at = ASKED + timedelta(hours=100), ASKED + timedelta(hours=hours)
    shown = domain.request_clock(asked_at=ASKED, due_at=due, at=at)
    assert (shown.state, shown.run, shown.end, shown.left) == (state, run, end, due - at)


def test_a_time_that_ends_at_midnight_ends_on_the_day_before():
    midnight = datetime(2026, 11, 4, tzinfo=UTC)
    assert domain.last_moment(midnight).date() == date(2026, 11, 3)
    assert domain.last_moment(midnight + timedelta(hours=1)).date() == date(2026, 11, 4)


def test_what_a_refusal_leaves_is_court_and_complaint():
    assert [one.article for one in remedies()] == ["个人信息保护法 50", "个人信息保护法 65"]
    assert all(set(one.says) == {"zh-Hans", "en"} for one in (*remedies(), *rights().values()))


def test_a_remedy_without_words_is_named():
    with pytest.raises(domain.BadDictionary) as wrong:
        domain.read_remedies([{"article": "个人信息保护法 50"}])
    assert (wrong.value.entry, wrong.value.column) == ("个人信息保护法 50", "says")

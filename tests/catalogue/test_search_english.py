"""The catalogue in English: the ten of the first flow and more, with typos, quickly, and why."""

import pytest

from linli.catalogue import queries
from linli.catalogue.domain import build_english, is_english, match_english, search_english

from .conftest import TODAY
from .test_packs import ALL, ITEMS, THE_TEN

SYNONYMS = [entry["words"] for entry in ALL["common"].lists["synonyms"]]
INDEX = build_english(ITEMS, SYNONYMS)

SAID = [
    ("old age allowance", "old_age_allowance"),
    ("Old-age allowances", "old_age_allowance"),
    ("old age alowance", "old_age_allowance"),
    ("benefit for the elderly", "old_age_allowance"),
    ("money for my grandmother every month", "old_age_allowance"),
    ("low income", "minimum_allowance"),
    ("dibao", "minimum_allowance"),
    ("minimum living alowance", "minimum_allowance"),
    ("disability", "disability_allowance"),
    ("disability benefit", "disability_allowance"),
    ("disabilty allowance", "disability_allowance"),
    ("handicapped subsidy", "disability_allowance"),
    ("disability certificate", "disability_card"),
    ("home care", "home_care"),
    ("I need a carer for my mother", "home_care"),
    ("freelance social insurance", "flexible_employment"),
    ("flexible employment", "flexible_employment"),
    ("flexible emploiment registration", "flexible_employment"),
    ("I feel depressed", "psychological_help"),
    ("psychological counseling for my child", "psychological_help"),
    ("senior card", "senior_card"),
    ("senior bus pass", "senior_card"),
    ("temporary relief", "temporary_aid"),
    ("temporary aid", "temporary_aid"),
    ("tempory relief", "temporary_aid"),
    ("community room", "activity_room"),
    ("venue for singing", "activity_room"),
    ("volunteer", "volunteer_registration"),
    ("voluntering", "volunteer_registration"),
    ("become a volunteer", "volunteer_registration"),
    ("residence check", "residence_check"),
    ("proof of address", "residence_check"),
    ("proof of residency", "residence_check"),
    ("elevator stuck", "lift_fault"),
    ("leak from upstairs", "neighbour_leak"),
    ("noisy neighbours", "noise_neighbours"),
    ("garbage", "rubbish_heap"),
    ("unpaid salary", "unpaid_wages"),
    ("kindergarten", "school_place"),
    ("family doctor", "family_doctor"),
    ("dog bite", "dogs"),
    ("manhole", "manhole_cover"),
    ("street light", "street_light"),
    ("find a job", "find_work"),
]


@pytest.mark.parametrize(("words", "code"), SAID)
def test_english_words_find_the_item(words: str, code: str) -> None:
    assert code in [found.code for found in search_english(INDEX, words, 3)]


def test_the_first_is_nearly_always_the_right_one() -> None:
    wrong = [
        (words, code, first[0].code)
        for words, code in SAID
        if (first := search_english(INDEX, words, 1))[0].code != code
    ]
    assert len(wrong) <= 0.05 * len(SAID), wrong


def test_all_ten_are_found_by_what_they_are_called_in_english() -> None:
    assert {code for _, code in SAID} >= THE_TEN
    for item in ITEMS:
        found = [one.code for one in search_english(INDEX, item.name["en"], 3)]
        assert item.code in (found[:1] if item.code in THE_TEN else found)


@pytest.mark.parametrize("words", ["", "  ", "the of and", "zzzz", "qwxkjv", "?!"])
def test_nothing_is_found_for_nothing(words: str) -> None:
    assert search_english(INDEX, words, 3) == ()
    assert match_english(INDEX, words) == ()


@pytest.mark.parametrize(
    ("text", "english"),
    [("old age", True), ("低保", False), ("WiFi坏了", False), ("120", False), ("a", False)],
)
def test_a_query_with_one_han_character_is_chinese(text: str, english: bool) -> None:
    assert is_english(text) is english


@pytest.mark.usefixtures("shelf")
def test_the_shelf_answers_in_the_language_it_is_asked_in() -> None:
    found = queries.search("old age alowance", 3, on=TODAY)
    assert (found[0].code, found[0].name) == ("old_age_allowance", "Old-age allowance")
    assert "allowance" in found[0].words
    assert queries.match_report("water is leaking from upstairs", on=TODAY)[0].code in {
        "neighbour_leak",
        "common_leak",
    }
    assert queries.search("高龄津贴", 1, on=TODAY)[0].name == "高龄津贴"

"""The packs themselves: every example, every mechanism the dictionary names, nothing invented."""

import re

import pytest

from linli.catalogue.actions import read_folder
from linli.catalogue.domain import MOST_FIELDS, Pack, Sector, Verdict, eligibility, shape_of
from linli.people import queries as people
from linli.rulebook.domain import read_facts

from .conftest import PACKS

PAGE = PACKS.parent / "docs" / "apps" / "catalogue.md"

FOLDERS = ("shangcheng", "jianghan")
ALL: dict[str, Pack] = {pack.code: pack for name in FOLDERS for pack in read_folder(PACKS / name)}
WORDINGS = [one.definition for pack in ALL.values() for one in pack.items]
ITEMS = [item for item in WORDINGS if item.valid_to is None]  # without the examples before them
EXAMPLES = [(item, example) for item in WORDINGS for example in item.examples]
THE_TEN = {
    "old_age_allowance",
    "minimum_allowance",
    "disability_allowance",
    "home_care",
    "flexible_employment",
    "senior_card",
    "temporary_aid",
    "activity_room",
    "volunteer_registration",
    "residence_check",
}


@pytest.mark.parametrize(
    ("item", "example"), EXAMPLES, ids=[f"{i.code}-{i.valid_from}-{e.answer}" for i, e in EXAMPLES]
)
def test_the_example_holds(item, example) -> None:
    own = {one.code: kind for one in item.all_fields() if (kind := one.attribute())}
    types = dict(people.attribute_types()) | own
    told = {name: value for name, value in example.facts.items() if name in types}
    found: Verdict = eligibility(item, read_facts(told, types), on=ALL["common"].examples_on)
    assert found.answer == example.answer
    assert bool(found.missing) is (example.answer == "unknown")


def test_every_item_has_all_three_examples() -> None:
    for item in ITEMS:
        assert {one.answer for one in item.examples} == {"yes", "no", "unknown"}, item.code


def test_there_are_enough_over_three_sectors() -> None:
    assert len(ITEMS) >= 60
    assert {item.code for item in ITEMS} >= THE_TEN
    for sector in Sector:
        assert sum(item.sector is sector for item in ITEMS) >= 10, sector


def test_no_two_items_are_alike() -> None:
    assert len({shape_of(item) for item in ITEMS}) == len(ITEMS)


def test_every_step_asks_little_and_says_why() -> None:
    for item in ITEMS:
        for group in (item.fields, *(step.fields for step in item.steps)):
            assert len(group) <= MOST_FIELDS, item.code
            assert all(one.why["zh-Hans"] for one in group), item.code


def test_every_item_has_an_english_name_and_may_be_found() -> None:
    for item in ITEMS:
        assert item.name["en"], item.code
        assert item.people, item.code
        assert item.life_events, item.code
        assert len(item.words) >= 4, item.code


def test_every_item_may_be_returned_only_by_a_clause() -> None:
    for item in ITEMS:
        assert "not_here" in item.clauses, item.code


def test_every_named_mechanism_is_there() -> None:
    named = {f"S{n}" for n in range(1, 26)} | {f"J{n}" for n in range(17)}
    templates = {
        str(entry["mechanism"])
        for pack in ALL.values()
        for entry in pack.lists.get("templates", ())
    }
    items = {one for item in ITEMS for one in item.mechanisms}
    assert templates == named
    assert items <= named


def test_the_page_tells_where_each_mechanism_is() -> None:
    told = re.findall(
        r"^\| ([SJ]\d+) \| (.+?) \| `(\w+)`, (\w+)( \(示例\))? \| (.+) \|$",
        PAGE.read_text(),
        re.MULTILINE,
    )
    latest = {one["mechanism"]: one for p in ALL.values() for one in p.lists.get("templates", ())}
    assert told == [
        (
            mechanism,
            one["name"]["zh-Hans"],
            one["code"],
            one["shape"],
            " (示例)" if one["example"] else "",
            ", ".join(f"`{i.code}`" for i in ITEMS if mechanism in i.mechanisms) or "—",
        )
        for letter in "SJ"
        for mechanism, one in sorted(latest.items(), key=lambda kept: int(kept[0][1:]))
        if mechanism.startswith(letter)
    ]


@pytest.mark.parametrize(("code", "letter"), [("shangcheng", "S"), ("jianghan", "J")])
def test_a_model_names_its_own_mechanisms_only(code: str, letter: str) -> None:
    assert {str(one["mechanism"])[0] for one in ALL[code].lists["templates"]} == {letter}


def test_an_empty_template_explains_nothing() -> None:
    slots = {one["code"]: one["slots"] for one in ALL["shangcheng"].lists["templates"]}
    posts = [*(f"P{n}" for n in range(1, 8)), "+1"]
    assert [slot["code"] for slot in slots["posts_7_plus_1"]] == posts
    counts = {
        "posts_7_plus_1": 7 + 1,
        "work_system_1211": 1,  # what its digits stand for is not known
        "talent_135": 1,
        "two_four_six": 2 + 4 + 6,
        "five_a": 5,
        "four_banks": 4,
        "double_zero": 2,
        "ten_networks": 10,
    }
    for code, count in counts.items():
        assert [slot["name"] for slot in slots[code]] == [""] * count, code
    for pack in ALL.values():
        for entry in pack.lists.get("templates", ()):
            assert entry["example"] or entry["shape"] != "empty", entry["code"]


def test_an_item_rests_on_a_law_whose_text_was_read_or_is_an_example() -> None:
    read = {law["code"] for law in ALL["common"].lists["laws"] if "date_not_checked" not in law}
    unread = {
        item.code
        for item in ITEMS
        if not item.example and read.isdisjoint(one.law for one in item.basis)
    }
    assert unread == set()


@pytest.mark.parametrize("code", ["medical_aid", "education_aid", "housing_aid", "job_aid"])
def test_unavoidable_costs_open_the_aid_the_law_gives_for_them(code: str) -> None:
    """社会救助法 24 to 27 name 刚性支出困难家庭 beside the others."""
    item = next(one for one in ITEMS if one.code == code)
    poor = {"dibao": False, "low_income_edge": False, "extreme_poverty": False}
    rest = {"at_school": True, "owns_home": False, "able": True, "employment": "unemployed"}

    def answer(**told: bool) -> str:
        return eligibility(item, poor | rest | told, on=ALL["common"].examples_on).answer

    assert (answer(rigid_known=True), answer(rigid_known=False), answer()) == (
        "yes",
        "no",
        "unknown",
    )


def test_aid_is_decided_above_the_community_and_in_the_end_by_the_district() -> None:
    """社会救助法 44: the street gives an opinion, the county decides."""
    aided = [one for one in ITEMS if any(basis.law == "社会救助法" for basis in one.basis)]
    decided = [[step for step in one.steps if step.kind == "decide"] for one in aided]
    assert len(aided) >= 10
    assert {steps[-1].performer.partition(".")[0] for steps in decided if steps} == {"district"}
    assert not any(s.performer.startswith("community.") for steps in decided for s in steps)


def test_the_negative_list_has_twenty_lines() -> None:
    found = ALL["common"].certificates
    assert [one.basis for one in found] == [f"民发〔2020〕20号 第{n}项" for n in range(1, 21)]


def test_the_clock_levels_are_data() -> None:
    levels = {str(one["code"]): one["whole"] for one in ALL["common"].lists["levels"]}
    assert levels["urgent"] == "2 hours"
    assert levels["utility"] == "24 hours"
    assert levels["ordinary"] == "7 calendar_days"
    assert levels["complex"] == "15 calendar_days"

"""Every flaw of a pack is named with its file, its line, its field and one plain sentence."""

from collections.abc import Mapping

import pytest
import yaml

from linli.catalogue.domain import FactBook, PackFlaw, read_pack
from linli.rulebook.domain import AttributeType, Kind

from .conftest import ITEM, files, item

FACTS = FactBook(
    types={"hukou": AttributeType(Kind.CODE, codes=frozenset({"local"}), purposes=frozenset("x"))},
    purposes={"hukou": frozenset({"social_aid"}), "name": frozenset({"item"})},
)
STEP = ITEM["steps"][0]  # type: ignore[index]
FIELD = ITEM["fields"][0]  # type: ignore[index]


def step(**changes: object) -> dict[str, object]:
    return {key: value for key, value in (STEP | changes).items() if value is not None}


def field(**changes: object) -> dict[str, object]:
    return {key: value for key, value in (FIELD | changes).items() if value is not None}


def test_a_good_pack_is_read() -> None:
    pack = read_pack(files(item()), FACTS)
    assert [one.definition.code for one in pack.items] == ["lamp"]
    assert pack.items[0].data["whole"] == "7 calendar_days"
    assert [line.code for line in pack.duty_lines] == ["care", "help", "gone", "never"]


NO_LINE = "The community takes part in fix, so name the line of the duty list."
NO_AWARD = "Only what one applies for is awarded; this errand is report."
TAKEN = "The line gone is taken_back: a community may not be given this step."
NEVER = "The line never is negative: a community may not be given this step."


@pytest.mark.parametrize(
    ("changes", "where", "reason"),
    [
        ({"name": None}, "", "The key name is missing."),
        ({"colour": "red"}, ".colour", "This key is not known here. Mend its spelling."),
        ({"code": "Lamp!"}, ".code", "Lamp! is no code. Use small letters, digits and _."),
        ({"name": {"en": "Lamp"}}, ".name", "The Chinese words (zh-Hans) are missing."),
        ({"stage": "x"}, ".stage", "x is none of: community, joint, social, integrated."),
        ({"level": "x"}, ".level", "x is none of the levels: ordinary."),
        ({"ideas": []}, ".ideas", "Name at least one of the three ideas."),
        ({"people": ["x"]}, ".people[0]", "The list of groups of people has no x."),
        ({"clauses": ["x"]}, ".clauses[0]", "The list of clauses has no x."),
        ({"whole": "soon"}, ".whole", "soon is no period. Write a number and a unit, such as 5 working_days."),
        ({"sector": "government"}, ".sector", "community.station answers for this item; that is the sector community."),
        ({"basis": ["某法 第一条"]}, ".basis", "An example (示例) names no basis; the operator fills it in."),
        ({"example": False}, ".basis", "Name the law this item rests on, or mark it example: true."),
        ({"example": False, "basis": ["无法 第一条"]}, ".basis[0]", "The list of laws has no 无法."),
        ({"fee": {"kind": "low", "amount_fen": 1}}, ".fee", "An example (示例) names no amount; the operator fills it in."),
        ({"award": "yes"}, ".award", "Write true or false."),
        ({"award": True}, ".award", NO_AWARD),
        ({"steps": None}, "", "The key steps is missing."),
        ({"steps": [step(duty_line=None)]}, ".steps[0]", NO_LINE),
        ({"steps": [step(duty_line="x")]}, ".steps[0].duty_line", "The duty list has no line x."),
        ({"steps": [step(duty_line="gone")]}, ".steps[0].duty_line", TAKEN),
        ({"steps": [step(duty_line="never")]}, ".steps[0].duty_line", NEVER),
        ({"steps": [step(performer="community.club")]}, ".accountable", "community.club is none of the community's hats: station, committee, party, oversight."),
        ({"steps": [step(), step(code="b", performer="street.nowhere", duty_line=None)]}, ".steps[1].performer", "The list of units has no street.nowhere."),
        ({"steps": [step(), step(code="b", performer="street.office")]}, ".steps[1].duty_line", "Only a step of a community stands on a line of the duty list."),
        ({"steps": [step(), step(code="b", performer="street.office", assist=["community.station"], duty_line=None)]}, ".steps[1]", "The community takes part in b, so name the line of the duty list."),
        ({"steps": [step(), step()]}, ".steps[1].code", "There are two steps fix."),
        ({"steps": [step(after=["x"])]}, ".steps[0].after", "There is no step x."),
        ({"steps": [step(after=["b"]), step(code="b", after=["fix"])]}, ".steps[0].after", "The step fix waits for itself, by way of b."),
        ({"steps": [step(kind="subcase")]}, ".steps[0].item", "A sub-case names its item, and only a sub-case does."),
        ({"steps": [step(kind="subcase", item="nowhere")]}, ".steps[0].item", "There is no other item nowhere."),
        ({"fields": [field(code=f"f{n}") for n in range(8)]}, ".fields", "A step asks at most 7 things; here are 8."),
        ({"fields": [field(why=None)]}, ".fields[0]", "The key why is missing."),
        ({"fields": [field(), field()]}, ".fields[1].code", "where is asked twice."),
        ({"fields": [field(kind="line")]}, ".fields[0]", "Give exactly one of kind, choices and schema."),
        ({"fields": [field(), field(code="x", choices=None, schema={"type": "colour"})]}, ".fields[1].schema", "This is no JSON Schema: 'colour' is not valid under any of the given schemas."),
        ({"fields": [field(), field(code="x", fact="shoe")]}, ".fields[1].fact", "The fact dictionary has no shoe."),
        ({"fields": [field(), field(code="x", fact="hukou")]}, ".fields[1].fact", "The fact hukou may not be used for item."),
        ({"papers": [{"code": "p", "name": "纸", "replaced_by": "hukou"}]}, ".papers[0].replaced_by", "The fact hukou may not be used for item."),
        ({"eligibility": None}, "", "The key eligibility is missing."),
        ({"eligibility": {"hukou": "local"}}, ".eligibility.hukou", "At hukou: the fact hukou may not be used for item."),
        ({"eligibility": {"where": "sea"}}, ".eligibility.where", "At where: sea is no value of where. It may be: home, road."),
        ({"examples": {"yes": {"where": "road"}, "no": {"where": "home"}}}, ".examples", "Give an example whose answer is unknown."),
        ({"examples": {"yes": {"where": "home"}, "no": {"where": "home"}, "unknown": {}}}, ".examples.yes", "These facts come to no, not yes."),
    ],
)  # fmt: skip
def test_a_flaw_is_named(changes: Mapping[str, object], where: str, reason: str) -> None:
    written = files(item(), item(**(dict(changes) | {"code": changes.get("code", "other")})))
    with pytest.raises(PackFlaw) as caught:
        read_pack(written, FACTS)
    flaw = caught.value
    assert (flaw.file, flaw.field, flaw.told) == ("items.yaml", f"items[1]{where}", reason)
    assert str(flaw) == f"items.yaml, line {flaw.line}, items[1]{where}: {reason}"


def test_the_line_is_the_line() -> None:
    text = yaml.safe_dump({"items": [item()]}, allow_unicode=True, sort_keys=False)
    wrong = text.replace("stage: community", "stage: nowhere")
    with pytest.raises(PackFlaw) as caught:
        read_pack(files() | {"items.yaml": wrong}, FACTS)
    line = wrong.splitlines()[caught.value.line - 1]
    assert line.strip() == "stage: nowhere"


@pytest.mark.parametrize(
    ("name", "text", "line", "reason"),
    [
        ("items.yaml", "items:\n  - {a: [}\n", 2, "This is not YAML"),
        ("items.yaml", "items: []\nitems: []\n", 2, "This key stands here twice. Keep one."),
        ("items.yaml", "things: []\n", 1, "A pack has no list of this name."),
        ("items.yaml", "items: 7\n", 1, "Write a list here."),
        ("pack.yaml", "code: small\nname: 小\nneeds: []\n", 1, "The key from is missing."),
        ("more.yaml", "duty_lines:\n  - {code: care, kind: basic, name: 照, basis: [某法 一]}\n", 2, "care stands here twice."),
        ("more.yaml", "duty_lines:\n  - {code: new, kind: basic, name: 照}\n", 2, "Name the law this line rests on, or mark it example: true."),
        ("more.yaml", "replies:\n  - {code: new, name: 照}\n", 2, "The key end is missing."),
    ],
)  # fmt: skip
def test_a_flaw_of_a_file_is_named(name: str, text: str, line: int, reason: str) -> None:
    with pytest.raises(PackFlaw) as caught:
        read_pack(files() | {name: text}, FACTS)
    told = caught.value.told
    told = told if reason.endswith(".") else told.split(":")[0]
    assert (caught.value.file, caught.value.line, told) == (name, line, reason)


def test_a_pack_needs_its_head() -> None:
    with pytest.raises(PackFlaw) as caught:
        read_pack({"items.yaml": "items: []\n"}, FACTS)
    assert (caught.value.file, caught.value.told) == ("pack.yaml", "This file is missing.")


def test_no_two_items_do_the_same() -> None:
    with pytest.raises(PackFlaw) as caught:
        read_pack(files(item(), item(code="twin")), FACTS)
    assert caught.value.told == "twin asks and does exactly what lamp does. One is enough."


def test_sub_cases_do_not_run_in_a_circle() -> None:
    first = item(code="one", steps=[step(), step(code="sub", kind="subcase", item="two")])
    second = item(code="two", steps=[step(), step(code="s", kind="subcase", item="one")])
    with pytest.raises(PackFlaw) as caught:
        read_pack(files(first, second), FACTS)
    assert caught.value.told == "A sub-case of one leads back to one."


def test_an_item_unknown_to_the_house_is_taken_from_yaml_alone() -> None:
    steps = [
        step(),
        step(code="a", performer="street.office", duty_line=None, after=["fix"]),
        step(code="b", performer="district.lamps", duty_line=None, after=["fix"]),
        step(code="c", kind="subcase", item="lamp", duty_line="help", after=["fix"]),
        step(code="end", performer="street.office", duty_line=None, after=["a", "b", "c"]),
    ]
    joint = item(code="joint", steps=steps, level="own", first_response="3 hours", whole="2 months")
    definition = read_pack(files(item(), joint), FACTS).items[1].definition
    assert [one.after for one in definition.steps] == [
        (),
        ("fix",),
        ("fix",),
        ("fix",),
        ("a", "b", "c"),
    ]
    assert [one.origin for one in definition.steps] == ["resident", "", "", "resident", ""]
    assert (str(definition.first_response), str(definition.whole)) == ("3 hours", "2 months")

"""``linli import-people``: who comes in, who is known again, what is told of a line that cannot."""

import csv
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
import xlsxwriter
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone, translation
from python_calamine import CalamineWorkbook

from linli.interop.management.commands import import_people
from linli.journal.models import Line
from linli.journal.queries import verify_live
from linli.people import actions as people
from linli.people import queries
from linli.people.models import Household, Person, Source, Trait
from linli.places.models import Place
from tests.people.asserting import last_line
from tests.people.conftest import Town, number_of, town  # noqa: F401  # a fixture

pytestmark = pytest.mark.django_db
BORN = date(1984, 5, 6)
FATHER = number_of(BORN)
MOTHER = number_of(BORN, 12)
CHILD = number_of(date(2020, 2, 3))
DOOR = "甲社区1幢101室"
FAMILY = (
    {"姓名": "王大明", "身份证号": FATHER, "住址": DOOR, "户号": "1", "联系电话": "138 1234 5678"},
    {"姓名": "李小红", "身份证号": MOTHER, "住址": DOOR, "户号": "1", "低保": "否"},
    {
        "姓名": "王小小",
        "身份证号": CHILD,
        "住址": DOOR,
        "户号": "1",
        "监护人身份证号": FATHER,
        "就业状况": "在校学生",
    },
)


@pytest.fixture(autouse=True)
def folder(town, tmp_path) -> Path:  # noqa: F811
    with translation.override("en"):
        yield tmp_path


def roll(folder: Path, *lines: dict[str, str], sheet: str = "居民", name: str = "roll") -> Path:
    """Write a workbook of one sheet, whose columns are those the lines name."""
    path = folder / f"{name}.xlsx"
    head = list(dict.fromkeys(column for line in lines for column in line))
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet(sheet)
        for number, cells in enumerate(
            [head, *([line.get(one) for one in head] for line in lines)]
        ):
            page.write_row(number, 0, cells)
    return path


def brought(*path: Path, **options: object) -> str:
    said = StringIO()
    call_command("import_people", *path, **options, stdout=said)
    return said.getvalue().splitlines()


def rows() -> dict[str, int]:
    return {one.__name__: one.objects.count() for one in (Person, Household, Trait, Source, Line)}


def told(path: Path) -> list[list[str]]:
    with path.with_name(path.name + ".errors.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))[1:]


def test_a_family_comes_in_behind_its_door_with_household_guardian_and_facts(folder) -> None:
    said = brought(roll(folder, *FAMILY), on=date(2026, 1, 31), source="2026 census")

    assert said == [
        "for: registry (个人信息保护法 13(1)(3), 个人信息保护法 34, 个人信息保护法 37)",
        "for: item (个人信息保护法 13(1)(3), 个人信息保护法 34, 个人信息保护法 37)",
        "3 new residents in 1 new households, 0 on record already, 0 bad lines",
    ]
    father, mother, child = Person.objects.order_by("id")
    door = Place.objects.get(code="330102001001-B1-D101")
    assert {one.home_id for one in (father, mother, child)} == {door.pk}
    assert {one.community_id for one in (father, mother, child)} == {door.community_id}
    assert len({one.household_id for one in (father, mother, child)}) == 1
    assert (father.name, father.birth_on, father.sex) == ("王大明", BORN, "male")
    assert (father.phone.open(), mother.dibao, child.guardian_id) == (
        "13812345678",
        False,
        father.pk,
    )
    assert queries.facts_of(child.pk)["employment"] == "student"
    source = Source.objects.get()
    assert (source.code, source.on, source.people) == ("2026 census", date(2026, 1, 31), 3)
    body = last_line("PeopleLoaded")
    assert body["event"] == {
        "source_id": source.pk,
        "people": 3,
        "households": 1,
        "purposes": ["registry", "item"],
    }
    assert list(verify_live()) == []


def test_the_same_file_again_changes_no_row(folder) -> None:
    path = roll(folder, *FAMILY)
    brought(path)
    before = rows()
    said = brought(path)
    assert said[-1] == "0 new residents in 0 new households, 3 on record already, 0 bad lines"
    assert rows() == before


def test_numbers_and_telephones_lie_sealed(folder) -> None:
    brought(roll(folder, *FAMILY))
    with connection.cursor() as cursor:
        cursor.execute("SELECT id_number, phone FROM people_person")
        lying = b"".join(bytes(cell) for row in cursor.fetchall() for cell in row if cell)
    assert Person.objects.get(name="王大明").id_number.open() == FATHER
    for typed in (FATHER, MOTHER, CHILD, "13812345678"):
        assert typed.encode() not in lying


def test_a_door_is_named_by_its_code_or_any_form_of_its_address(folder) -> None:
    said = (
        "330102001001-B1-D101",
        "甲社区1幢101室",
        "清波街道 甲社区 1幢 101室",
        "上城区清波街道甲社区１幢１０１室",
        "330102001002",
        "清波街道乙社区",
    )
    lines = [
        {"姓名": "王大明", "身份证号": number_of(BORN, 101 + n), "住址": where}
        for n, where in enumerate(said)
    ]
    brought(roll(folder, *lines))
    codes = dict(Place.objects.values_list("pk", "code"))
    lives = Person.objects.order_by("id").values_list("home", "community_id")
    door, first, second = "330102001001-B1-D101", "330102001001", "330102001002"
    assert [(codes.get(home), codes[community]) for home, community in lives] == [
        *[(door, first)] * 4,
        *[(None, second)] * 2,
    ]


BAD = [
    ({"姓名": ""}, "姓名", "This cannot be read: A name has 1 to 60 characters."),
    (
        {"身份证号": FATHER[:-1] + ("1" if FATHER[-1] != "1" else "2")},
        "身份证号",
        "One digit of this identity number is wrong. Please compare it again.",
    ),
    (
        {"身份证号": "330102"},
        "身份证号",
        "An identity number has 18 characters. This one has 6.",
    ),
    (
        {"身份证号": number_of(date(2999, 1, 1))},
        "身份证号",
        "Digits 7 to 14 of an identity number are the birth date. There is no such day here.",
    ),
    ({"出生日期": "1984-05-07"}, "出生日期", "This differs from the identity number."),
    ({"性别": "女"}, "性别", "This differs from the identity number."),
    (
        {"身份证号": ""},
        "身份证号",
        "Without an identity number write the birth date and a door, so that nobody is entered "
        "twice.",
    ),
    (
        {"住址": "甲社区9幢101室"},
        "住址",
        "There is no such door. Write its code, or its address as it stands there.",
    ),
    (
        {"联系电话": "12"},
        "联系电话",
        "This cannot be read: A telephone number has 7 to 15 digits.",
    ),
    (
        {"低保": "也许"},
        "低保",
        "This is none of the words that may stand here. See the sheet 说明.",
    ),
    (
        {"户籍": "火星"},
        "户籍",
        "This is none of the words that may stand here. See the sheet 说明.",
    ),
    ({"入住日期": "去年"}, "入住日期", "Write a day such as 2026-07-01."),
    (
        {"残疾等级": "5"},
        "残疾等级",
        "This is no possible value of Grade of disability. Choose one from the list.",
    ),
    (
        {"户别": "单位"},
        "户别",
        "This is none of the words that may stand here. See the sheet 说明.",
    ),
    (
        {"身份证号": CHILD},
        "监护人身份证号",
        "This child is under 14. Register a parent or another guardian first and name them.",
    ),
    (
        {"监护人身份证号": MOTHER},
        "监护人身份证号",
        "Nobody on this list or on record has this identity number.",
    ),
]


@pytest.mark.parametrize(("change", "column", "reason"), BAD)
def test_a_bad_line_is_told_with_sheet_line_column_and_reason_and_the_others_come_in(
    folder, change, column, reason
) -> None:
    good = {"姓名": "赵一", "身份证号": number_of(BORN, 31), "住址": DOOR}
    bad = {"姓名": "王大明", "身份证号": FATHER, "住址": DOOR} | change
    path = roll(folder, good, bad)
    said = brought(path)
    assert said[-2] == "1 new residents in 0 new households, 0 on record already, 1 bad lines"
    assert told(path) == [["居民", "3", column, reason]]
    assert list(Person.objects.values_list("name", flat=True)) == ["赵一"]


def test_the_list_of_bad_lines_holds_no_value_and_goes_when_all_are_right(folder) -> None:
    path = roll(folder, {"姓名": "王大明", "身份证号": FATHER[:-2], "住址": DOOR})
    brought(path)
    errors = path.with_name("roll.xlsx.errors.csv")
    assert FATHER[:6] not in errors.read_text(encoding="utf-8-sig")
    assert "王大明" not in errors.read_text(encoding="utf-8-sig")
    brought(roll(folder, FAMILY[0]))
    assert not errors.exists()


def test_nobody_stands_on_a_list_twice(folder) -> None:
    without = {"姓名": "王大明", "住址": DOOR, "出生日期": BORN.isoformat()}
    path = roll(folder, FAMILY[0], FAMILY[0], without)
    assert brought(path)[-2].startswith("1 new residents")
    twice = "This stands in an earlier line already."
    assert told(path) == [["居民", "3", "身份证号", twice], ["居民", "4", "姓名", twice]]


def test_a_guardian_is_no_ward_and_may_be_on_record_already(folder) -> None:
    sister = {
        "姓名": "王二小",
        "身份证号": number_of(date(2021, 2, 3)),
        "住址": DOOR,
        "监护人身份证号": CHILD,
    }
    path = roll(folder, *FAMILY, sister)
    brought(path)
    reason = "A guardian cannot be somebody who has a guardian."
    assert told(path) == [["居民", "5", "监护人身份证号", reason]]

    brought(roll(folder, sister | {"监护人身份证号": MOTHER}, name="later"))
    mother = Person.objects.get(name="李小红")
    assert Person.objects.get(name="王二小").guardian_id == mother.pk


def test_households_and_wards_are_never_parted_and_each_part_is_one_act(
    folder, monkeypatch
) -> None:
    monkeypatch.setattr(import_people, "AT_ONCE", 2)
    others = [
        {"姓名": f"赵{n}", "身份证号": number_of(BORN, 201 + n), "住址": DOOR} for n in range(3)
    ]
    father, mother, child = FAMILY
    said = brought(roll(folder, father, others[0], mother, others[1], child, others[2]))
    assert said[-1] == "6 new residents in 1 new households, 0 on record already, 0 bad lines"
    parts = [line.body for line in Line.objects.filter(kind="PeopleLoaded").order_by("id")]
    assert [source.people for source in Source.objects.order_by("id")] == [3, 2, 1]
    assert len(parts) == 3
    assert Person.objects.get(name="王小小").guardian.name == "王大明"


def test_killed_between_two_parts_the_next_run_brings_in_the_rest(folder, monkeypatch) -> None:
    monkeypatch.setattr(import_people, "AT_ONCE", 3)
    others = [
        {"姓名": f"赵{n}", "身份证号": number_of(BORN, 201 + n), "住址": DOOR} for n in range(4)
    ]
    path = roll(folder, *FAMILY, *others)
    load, acts = people.load_people, []

    def dies(**values: object) -> people.LoadedPeople:
        if acts:
            raise KeyboardInterrupt
        acts.append(1)
        return load(**values)

    monkeypatch.setattr(import_people.actions, "load_people", dies)
    with pytest.raises(KeyboardInterrupt):
        brought(path)
    assert Person.objects.count() == 3
    monkeypatch.setattr(import_people.actions, "load_people", load)
    said = brought(path)
    assert said[-1] == "4 new residents in 0 new households, 3 on record already, 0 bad lines"
    assert Person.objects.count() == 7
    assert list(verify_live()) == []


def test_a_newborn_joins_the_household_of_the_same_number_and_door(folder) -> None:
    brought(roll(folder, *FAMILY[:2]))
    brought(roll(folder, *FAMILY, name="later"))
    assert Household.objects.count() == 1
    assert {one.household_id for one in Person.objects.all()} == {Household.objects.get().pk}


def test_one_number_behind_two_doors_is_two_households(folder) -> None:
    away = FAMILY[1] | {"住址": "乙社区1幢101室"}
    brought(roll(folder, FAMILY[0], away))
    assert Household.objects.count() == 2


def test_who_has_no_number_is_known_by_name_birth_date_and_door(folder) -> None:
    nameless = {"姓名": "王大明", "住址": DOOR, "出生日期": BORN.isoformat(), "身份证号": ""}
    path = roll(folder, nameless)
    brought(path)
    before = rows()
    assert brought(path)[-1] == (
        "0 new residents in 0 new households, 1 on record already, 0 bad lines"
    )
    numbered = roll(folder, FAMILY[0], name="numbered")
    assert brought(numbered)[-2] == (
        "0 new residents in 0 new households, 0 on record already, 1 bad lines"
    )
    assert told(numbered) == [["居民", "2", "身份证号", import_people.UNNUMBERED]]
    assert rows() == before


def test_a_number_on_record_under_another_name_is_told(folder) -> None:
    brought(roll(folder, FAMILY[0]))
    before = rows()
    path = roll(folder, FAMILY[0] | {"姓名": "王太明"})
    assert brought(path)[-2].endswith("0 on record already, 1 bad lines")
    assert told(path) == [["居民", "2", "姓名", import_people.RENAMED]]
    assert rows() == before


def test_a_closed_record_is_told_and_left_alone(folder, town) -> None:  # noqa: F811
    brought(roll(folder, FAMILY[0]))
    gone = Person.objects.get()
    on = timezone.localdate()
    people.end_person(by=town.worker, at=timezone.now(), person=gone.pk, reason="moved", on=on)
    path = roll(folder, FAMILY[0])
    before = rows()
    brought(path)
    reason = "This person's record is closed. It cannot be changed any more."
    assert told(path) == [["居民", "2", "姓名", reason]]
    assert rows() == before


def test_somebody_merged_away_is_not_entered_again(folder, town) -> None:  # noqa: F811
    brought(roll(folder, FAMILY[0]))
    first = Person.objects.get()
    kept = town.person("王大明", phone="13800000001")
    people.merge_people(by=town.worker, at=timezone.now(), kept=kept.pk, gone=first.pk)
    assert brought(roll(folder, FAMILY[0]))[-1] == (
        "0 new residents in 0 new households, 1 on record already, 0 bad lines"
    )
    assert Person.objects.count() == 2


@pytest.mark.parametrize(
    ("column", "value", "purposes", "said"),
    [
        ("低保", "是", ["registry"], "No stated purpose may use “Minimum living allowance”"),
        ("长期患病", "是", None, "No stated purpose may use “Long illness”"),
        ("低保", "是", ["item", "care"], "“Visits and care” rests on each person's own consent"),
        ("低保", "是", ["whatever"], "No purpose is called whatever: registry, item, "),
    ],
)
def test_only_what_a_stated_purpose_needs_comes_in(folder, column, value, purposes, said) -> None:
    before = rows()
    path = roll(folder, FAMILY[0] | {column: value})
    with pytest.raises(CommandError, match=said):
        brought(path, purpose=purposes)
    assert rows() == before


def test_a_fact_of_another_purpose_comes_in_when_that_is_stated(folder) -> None:
    path = roll(folder, FAMILY[0] | {"长期患病": "是"})
    brought(path, purpose=["registry", "social_aid"])
    assert queries.facts_of(Person.objects.get().pk)["long_illness"] is True
    assert last_line("PeopleLoaded")["event"]["purposes"] == ["registry", "social_aid"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_is_read_however_it_is_written(folder, encoding) -> None:
    path = folder / "名单.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        out = csv.writer(file)
        out.writerow(["姓名", "身份证号", "住址", "血型"])
        out.writerow(["王大明", FATHER, DOOR, "A"])
        out.writerow(["李小红", "", DOOR, "B"])
    said = brought(path)
    assert "columns not read: 血型" in said
    assert told(path)[0][:3] == ["名单", "3", "身份证号"]
    assert Person.objects.get().name == "王大明"


def test_sheets_of_several_communities_are_read_and_others_left_alone(folder) -> None:
    path = folder / "all.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for sheet, line in (("居民 甲", FAMILY[0]), ("居民 乙", FAMILY[1]), ("人员", {"x": "y"})):
            page = book.add_worksheet(sheet)
            page.write_row(0, 0, list(line))
            page.write_row(1, 0, list(line.values()))
    assert brought(path)[-1].startswith("2 new residents in 1 new households")


def test_the_template_names_every_fact_and_purpose_and_brings_in_nobody(folder) -> None:
    path = folder / "empty.xlsx"
    assert brought(template=path) == [f"empty workbook: {path}"]
    book = CalamineWorkbook.from_path(str(path))
    assert book.sheet_names == ["居民", "说明"]
    head, example = book.get_sheet_by_name("居民").to_python()
    assert head[:7] == ["姓名", "身份证号", "住址", "户号", "户别", "监护人身份证号", "联系电话"]
    assert {fact.name["zh-Hans"] for fact in queries.dictionary().values()} <= set(head)
    assert (head[-1], example[-1]) == ("备注", "示例")
    words = [str(cell) for line in book.get_sheet_by_name("说明").to_python() for cell in line]
    for purpose in queries.purposes().values():
        assert purpose.name["zh-Hans"] in words
        assert "、".join(purpose.articles) in words
    assert brought(path)[-1].startswith("0 new residents")
    with pytest.raises(CommandError, match="There is a file"):
        brought(template=path)


def test_what_cannot_be_read_at_all_is_refused_in_a_sentence(folder) -> None:
    with pytest.raises(CommandError, match="Name the file, or --template FILE"):
        brought()
    with pytest.raises(CommandError, match="There is no file"):
        brought(folder / "none.xlsx")
    with pytest.raises(CommandError, match=r"“居民”, line 1: .*“住址”.*This column is missing"):
        brought(roll(folder, {"姓名": "王大明", "身份证号": FATHER}))
    with pytest.raises(CommandError, match="2999-01-01 has not come yet"):
        brought(roll(folder, *FAMILY), on=date(2999, 1, 1))
    with pytest.raises(CommandError, match="at most 60 letters"):
        brought(roll(folder, *FAMILY), source="x" * 61)
    assert (Person.objects.count(), Source.objects.count()) == (0, 0)

"""A roll at the desk and from the command line: read and shown, then brought in, whole or not at all."""

import csv
import io
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from linli import catalogue
from linli.cases import actions
from linli.cases import queries as cases
from linli.cases.models import Award
from linli.desk.domain import NotATable, TableTooLong, read_table
from linli.desk.domain.rolls import MOST_COLUMNS
from linli.desk.management.commands import load_awards as command
from linli.journal.models import Line
from linli.people import actions as people
from linli.people import queries as people_queries
from linli.people.models import Person, ReadLog
from linli.reports.domain import BadWorkbook
from tests.people.conftest import number_of
from tests.world import DOOR, GREEN, HOUSE_ITSELF, WILLOW, World, build_world

PACK = Path(catalogue.__file__).parents[2] / "packs" / "common"
ITEM, BORN, FIRST = "old_age_allowance", date(1940, 1, 1), date(2026, 1, 1)
HEADS = ("姓名", "身份证号", "享受起始日")
NAMES = ("吴桂兰", "钱玉珍", "孙美凤")


@pytest.fixture
def world(db) -> World:
    return build_world(pack=PACK)


@pytest.fixture
def old(world, now) -> list[int]:
    """Return three old people of the community; their numbers count on from 11."""
    return [
        people.register_person(
            by=HOUSE_ITSELF,
            at=now - timedelta(days=400),
            name=name,
            home=world.place(DOOR),
            id_number=number_of(BORN, sequence),
            facts={"hukou": "local"},
        ).pk
        for sequence, name in enumerate(NAMES, start=11)
    ]


def lines(*people_named):
    return [HEADS, *((name, number_of(BORN, n), "2026-01-01") for name, n in people_named)]


ROLL = lines(("吴桂兰", 11), ("钱玉珍", 12), ("周某", 13))


def workbook(rows) -> bytes:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet()
    for place, row in enumerate(rows):
        sheet.write_row(place, 0, row)
    book.close()
    return file.getvalue()


def as_csv(rows, encoding="utf-8-sig") -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode(encoding)


def sent(browser, content, item=ITEM, name="roll.xlsx"):
    return browser.post("/desk/rolls/", {"item": item, "roll": SimpleUploadedFile(name, content)})


def shown(page: str) -> str:
    return re.search(r'name="shown" value="([^"]+)"', page)[1]


def written():
    return list(Award.objects.values()), Line.objects.count()


def without(world, on):
    """Return who may have it and goes without, by what we know."""
    here = [world.place(GREEN)]
    found = people_queries.residents_now(1, here, cases.facts_judged(on, district=1))
    judged = cases.judge(found.ids, found.population, district=1, communities=here, on=on)
    return {one.item: found.ids[one.without].tolist() for one in judged}


# ---- the file ----


@pytest.mark.parametrize(
    "content", [workbook(ROLL), as_csv(ROLL), as_csv(ROLL, "utf-8"), as_csv(ROLL, "gb18030")]
)
def test_excel_and_csv_say_the_same(content):
    assert [tuple(row) for row in read_table(content)] == ROLL


def test_a_day_that_excel_keeps_as_a_day_is_read(old, at_desk):
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEADS)
    sheet.write_row(1, 0, ["吴桂兰", number_of(BORN, 11)])
    sheet.write_datetime(1, 2, date(2026, 3, 9), book.add_format({"num_format": "yyyy-mm-dd"}))
    book.close()
    page = sent(at_desk("street"), file.getvalue()).content.decode()
    assert "3 月 9 日" in page


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"PK\x03\x04 no workbook", BadWorkbook),
        (b"\xff\xfe\x00\x81", NotATable),
        (b"x" * 5_000_001, TableTooLong),
        (b"a,b\n" * 20_002, TableTooLong),
        (workbook([("",)] * 20_001 + [("last",)]), TableTooLong),
    ],
)
def test_a_file_that_is_no_roll_is_refused(content, why):
    with pytest.raises(why):
        read_table(content)


def test_of_a_line_without_end_only_the_first_columns_are_looked_at():
    assert [len(row) for row in read_table(b"a" + b"," * 1_000_000)] == [MOST_COLUMNS]


# ---- the screen ----


def test_a_roll_is_shown_first_and_brought_in_by_one_press(world, old, at_desk, now):
    street, on = at_desk("street"), now.date()
    actions.load_awards(by=HOUSE_ITSELF, item=ITEM, roll=[(old[1], FIRST)], at=now)
    before = written()

    page = sent(street, workbook(ROLL)).content.decode()

    assert written() == before
    assert "高龄津贴" in page
    assert "吴**" in page
    assert "吴桂兰" not in page
    for words in ("第 4 行", "登记 1 人"):
        assert words in page
    looked = set(ReadLog.objects.values_list("person", "purpose"))
    assert looked == {(one, "item") for one in old[:2]}

    answer = street.post("/desk/rolls/take/", {"shown": shown(page)})

    assert (answer.status_code, answer["Location"]) == (302, "/desk/rolls/?new=1")
    assert set(Award.objects.values_list("person", "from_on")) == {
        (old[0], FIRST),
        (old[1], FIRST),
    }
    line = Line.objects.latest("id")
    assert (line.kind, Line.objects.count()) == ("AwardsLoaded", before[1] + 1)
    assert without(world, on)[ITEM] == [old[2]]
    assert "已登记 1 人" in street.get(answer["Location"]).content.decode()


def test_the_same_press_twice_brings_nobody_in_twice(old, at_desk):
    street = at_desk("street")
    press = {"shown": shown(sent(street, workbook(ROLL)).content.decode())}
    places = [street.post("/desk/rolls/take/", press)["Location"] for _ in range(2)]
    assert places == ["/desk/rolls/?new=2", "/desk/rolls/?new=0"]
    assert Award.objects.count() == 2
    page = sent(street, workbook(ROLL)).content.decode()
    assert 'name="shown"' not in page  # nobody is new any more


def test_who_has_it_on_record_and_is_not_on_the_roll_is_named_and_keeps_it(old, at_desk, now):
    actions.load_awards(by=HOUSE_ITSELF, item=ITEM, roll=[(old[2], FIRST)], at=now)
    street = at_desk("street")
    page = sent(street, workbook(ROLL)).content.decode()
    assert f'href="/desk/people/{old[2]}/awards/"' in page
    street.post("/desk/rolls/take/", {"shown": shown(page)})
    assert Award.objects.filter(to_on=None).count() == 3


def test_what_was_not_shown_to_this_desk_is_not_brought_in(old, at_desk):
    street, civil = at_desk("street"), at_desk("street_civil")
    roll = shown(sent(street, workbook(ROLL)).content.decode())
    before = written()
    for browser, one in ((civil, roll), (street, roll[:-2] + "xx"), (street, "")):
        answer = browser.post("/desk/rolls/take/", {"shown": one})
        assert answer.status_code == 409
        assert "请重新选择文件" in answer.content.decode()
    assert written() == before


def test_one_who_moved_out_of_reach_meanwhile_keeps_the_whole_roll_out(old, at_desk, now, world):
    street = at_desk("street")
    press = {"shown": shown(sent(street, workbook(ROLL)).content.decode())}
    Person.objects.filter(pk=old[0]).update(community_id=world.place(WILLOW) + 1_000)
    before = written()
    assert street.post("/desk/rolls/take/", press).status_code == 404
    assert written() == before


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"item": ""}, "从清单里选一个"),
        ({"roll": None}, "请选择名册文件"),
        ({"roll": b"PK\x03\x04"}, "存成不带密码的 .xlsx"),
        ({"roll": workbook([("甲", "乙")])}, "姓名、身份证号、享受起始日"),
        ({"item": "senior_card"}, "senior_card"),
    ],
)
def test_what_cannot_be_read_is_said_and_nothing_happens(old, at_desk, values, words):
    before = written()
    given = {"item": ITEM, "roll": workbook(ROLL)} | values
    body = {"item": given["item"]}
    if given["roll"] is not None:
        body["roll"] = SimpleUploadedFile("roll.xlsx", given["roll"])
    answer = at_desk("street").post("/desk/rolls/", body)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert written() == before
    assert not ReadLog.objects.exists()


def test_the_empty_roll_is_one_the_screen_reads(old, at_desk):
    street = at_desk("street")
    answer = street.get("/desk/rolls/empty.xlsx")
    assert answer["Content-Disposition"] == 'attachment; filename="roll.xlsx"'
    assert read_table(answer.content) == [list(HEADS)]
    assert sent(street, answer.content).status_code == 200


@pytest.mark.parametrize("desk", ["station", "committee", "arbiter", "district"])
def test_other_hats_see_no_rolls(old, at_desk, desk):
    browser = at_desk(desk)
    assert browser.get("/desk/rolls/").status_code == 403
    assert sent(browser, workbook(ROLL)).status_code == 403
    assert browser.post("/desk/rolls/take/", {"shown": ""}).status_code == 403
    assert browser.get("/desk/rolls/empty.xlsx").status_code == 403
    assert 'href="/desk/rolls/"' not in browser.get("/desk/").content.decode()


def test_a_department_brings_its_roll_in_for_the_whole_district(old, at_desk):
    civil = at_desk("civil", language="en")
    page = sent(civil, as_csv(ROLL), name="roll.csv").content.decode()
    assert "Bring in 2 people" in page
    assert civil.post("/desk/rolls/take/", {"shown": shown(page)}).status_code == 302
    assert Award.objects.count() == 2
    awards = civil.get(f"/desk/people/{old[0]}/awards/").content.decode()
    assert 'href="/desk/rolls/"' in awards


def test_a_page_costs_the_same_however_many_are_on_the_roll(
    old, at_desk, django_assert_max_num_queries
):
    street = at_desk("street")
    street.get("/desk/rolls/")
    for rows in (ROLL, lines(*((f"甲{n}", n) for n in range(14, 400)))):
        with django_assert_max_num_queries(24):
            sent(street, workbook(rows))


# ---- the command ----


def ran(path, **options) -> str:
    out = io.StringIO()
    call_command("load_awards", str(path), item=ITEM, stdout=out, **options)
    return out.getvalue()


@pytest.mark.parametrize(("name", "write"), [("roll.xlsx", workbook), ("roll.csv", as_csv)])
def test_the_command_brings_a_roll_in_once_and_counts(old, tmp_path, name, write):
    path = tmp_path / name
    path.write_bytes(write(ROLL))
    errors = tmp_path / f"{name}.errors.csv"

    assert ran(path).splitlines() == [
        "3 lines: 2 new, 0 there already, 1 bad",
        "0 on record are not on this roll",
        f"bad lines and reasons: {errors}",
    ]
    rows = list(csv.reader(errors.read_text(encoding="utf-8-sig").splitlines()))
    assert rows == [
        ["line", "reason"],
        ["4", "这里没有登记姓名和身份证号都对得上的人。"],
    ]
    assert set(Award.objects.values_list("person", flat=True)) == set(old[:2])
    assert not ReadLog.objects.exists()  # nobody looked
    count = Line.objects.count()

    assert ran(path).startswith("3 lines: 0 new, 2 there already, 1 bad")
    assert Line.objects.count() == count

    path.write_bytes(write(ROLL[:3]))
    assert ran(path).splitlines() == [
        "2 lines: 0 new, 2 there already, 0 bad",
        "0 on record are not on this roll",
    ]
    assert not errors.exists()


@pytest.mark.parametrize("killed_after", [0, 1, 2])
def test_a_command_killed_between_any_two_lines_resumes(old, tmp_path, monkeypatch, killed_after):
    path = tmp_path / "roll.csv"
    path.write_bytes(as_csv(lines(*zip(NAMES, (11, 12, 13), strict=True))))
    monkeypatch.setattr(command, "BATCH", 1)
    load, parts = actions.load_awards, []

    def killed(**values):
        if len(parts) == killed_after:
            raise KeyboardInterrupt
        parts.append(values["roll"])
        return load(**values)

    monkeypatch.setattr(actions, "load_awards", killed)
    with pytest.raises(KeyboardInterrupt):
        ran(path)
    assert Award.objects.count() == killed_after
    monkeypatch.setattr(actions, "load_awards", load)

    said = ran(path)

    assert said.startswith(f"3 lines: {3 - killed_after} new, {killed_after} there already, 0 bad")
    assert sorted(Award.objects.values_list("person", flat=True)) == sorted(old)


@pytest.mark.parametrize(
    ("content", "item", "words"),
    [
        (None, ITEM, "There is no file"),
        (b"PK", ITEM, "存成不带密码的 .xlsx"),
        (as_csv([("甲",)]), ITEM, "姓名"),
        (as_csv(ROLL), "senior_card", "不发放待遇"),
        (as_csv(ROLL), "gold", "roll.csv: "),
    ],
)
def test_the_command_says_what_is_wrong_and_changes_nothing(old, tmp_path, content, item, words):
    path, before = tmp_path / "roll.csv", written()
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CommandError, match=words):
        call_command("load_awards", str(path), item=item)
    assert written() == before

"""我要一个数 at the screen: put together in plain terms, or brought as Excel; then taken, or asked."""

import io
import json
import re
from dataclasses import replace
from datetime import date

import pytest
import xlsxwriter
from django.test import Client

from linli.gate import actions, queries
from linli.gate.domain import BadRequestPlan
from linli.gate.models import Request, TakenNumbers
from linli.gate.queries import composing
from linli.people import actions as people
from linli.people.models import Person
from linli.reports.domain import Cell
from tests.world import DOOR, GREEN, HOUSE_ITSELF, NOON, WILLOW

from .conftest import LAW, TODAY
from .test_numbers import counted, take  # noqa: F401
from .test_screens import LAST, _now, browser  # noqa: F401

pytestmark = pytest.mark.django_db
OLD_ALONE = {"of": "people", "f.age.from": "80", "f.lives_alone": "yes"}
CELL = '{"of":"people","where":{"all":[{"age":{"from":80}},{"lives_alone":true}]},"total":null}'


def test_only_facts_that_may_be_counted_can_be_put_together(counted) -> None:  # noqa: F811
    page = browser("housing").get("/tasks/ask/compose/").content.decode()
    names = {one.name for one in composing.boxes("people")}

    assert {"age", "sex", "lives_alone"} <= names
    assert "long_illness" not in names
    assert 'name="f.age.from"' in page
    assert 'name="f.long_illness"' not in page
    assert browser("housing").get("/tasks/ask/compose/?of=households").status_code == 200
    assert browser("committee").get("/tasks/ask/compose/").status_code == 403


def test_what_is_put_together_is_answered_with_its_difference(counted) -> None:  # noqa: F811
    asked = {"of": "people", "f.sex": ["male"], "f.age.to": "60"}
    page = browser("housing", "en").get("/tasks/ask/", asked).content.decode()

    assert "The facts can tell it of 2 communities." in page
    assert "0 minutes for communities" in page
    assert "Nearest definition" in page
    assert "Facts it rests on" in page


@pytest.mark.parametrize("line", ["", "help"])
def test_before_it_is_taken_no_number_is_on_the_page(counted, line) -> None:  # noqa: F811
    """Two looks that nobody wrote down would tell of one person by their difference."""
    client, pages = browser("housing", "en"), []
    for sex in ("male", "female"):  # seven and two
        cell = f'{{"of":"people","where":{{"sex":["{sex}"]}},"total":null}}'
        asked = {"q": "x", "cell": cell, "line": line, "by": "sex"}
        answer = client.get("/tasks/ask/", asked)
        assert answer.status_code == 200
        main = answer.content.decode().partition('id="answer"')[2].partition("</main>")[0]
        assert "How many these are, no office is told" in main
        pages.append(re.findall(r">([^<]*)", main.replace(sex, "")))
    told = [[int(one) for text in page for one in re.findall(r"\d+", text)] for page in pages]
    assert told[0] == told[1]
    assert not TakenNumbers.objects.exists()


def test_it_is_taken_with_purpose_and_law_or_not_at_all(counted, monkeypatch) -> None:  # noqa: F811
    client, body = (
        browser("housing"),
        {"cell": CELL.replace("80", "60"), "q": "老人", "purpose": "体检"},
    )
    bare = ({"basis": ""}, {"basis": "领导要求"}, {"basis": "领导 要求"})
    for missing in ({"purpose": "", "basis": LAW}, *bare):
        answer = client.post("/tasks/ask/take/", body | missing)
        assert answer.status_code == 422
        assert not Request.objects.exists()
    with monkeypatch.context() as listed:
        listed.setattr("linli.catalogue.queries.law_on_record", lambda *_, **__: "unknown_law")
        answer = client.post("/tasks/ask/take/", body | {"basis": "王法 第九条"})
    assert (answer.status_code, Request.objects.count()) == (422, 0)
    assert "现行法律清单里没有这部法" in answer.content.decode()
    assert client.post("/tasks/ask/take/", body | {"basis": LAW}).status_code == 302
    assert json.loads(TakenNumbers.objects.get().cell)["where"] is not None
    assert Request.objects.get().minutes == 0


@pytest.mark.parametrize(
    "cell",
    [
        "{",
        "[]",
        '{"of":"people","where":{"long_illness":true},"total":null}',
        '{"of":"moon"}',
        '{"of":"visits","where":{"paper":true},"total":"minutes"}',
    ],
)
def test_what_may_not_be_counted_is_refused_however_it_comes(counted, cell) -> None:  # noqa: F811
    client = browser("housing")
    assert client.get("/tasks/ask/", {"cell": cell}).status_code == 422
    body = {"cell": cell, "q": "x", "purpose": "x", "basis": LAW}
    assert client.post("/tasks/ask/take/", body).status_code == 422
    assert not Request.objects.exists()


def test_seven_conditions_are_more_than_a_purpose_needs() -> None:
    one = {"age": {"from": 1}}
    with pytest.raises(BadRequestPlan) as refusal:
        composing.composed("people", [one] * 7)
    assert refusal.value.field == "whom"


def test_a_number_is_split_and_small_groups_are_hidden(counted) -> None:  # noqa: F811
    here = {counted.place(GREEN)}
    told = queries.ask_facts(counted.at("housing"), "居民人数", here, split_by="sex", at=NOON)
    assert told.total == 9
    assert told.groups["female"] is None
    assert told.groups["male"] is None  # nine less seven would tell of two
    assert told.groups["unknown"] == 0
    none = queries.ask_facts(
        counted.at("housing"), "居民人数", here, split_by="long_illness", at=NOON
    )
    assert none.groups == {}


def test_a_group_told_before_is_not_given_away(counted) -> None:  # noqa: F811
    for number in range(5):
        people.register_person(
            by=HOUSE_ITSELF,
            at=NOON,
            name=f"她{number}",
            home=counted.place(DOOR),
            facts={"sex": "female", "birth_on": date(1990, 1, 1)},
        )
    values = {
        "by": counted.at("housing"),
        "purpose": "体检",
        "basis": LAW,
        "communities": {counted.place(GREEN)},
        "at": NOON,
    }
    _, told = actions.take_numbers(words="居民人数", split_by="sex", **values)
    assert (told.groups["male"], told.groups["female"], told.total) == (7, 7, 14)
    # Six men of sixty or less beside seven men would tell of the one who is seventy.
    younger = composing.composed("people", [{"sex": "male"}, {"age": {"to": 60}}])
    after = queries.ask_facts(
        counted.at("housing"), "x", {counted.place(GREEN)}, cell=younger, at=NOON
    )
    assert after.total is None


def test_what_is_missing_becomes_a_question_from_the_same_page(counted) -> None:  # noqa: F811
    for name, born in (("甲", 1940), ("乙", 1941)):
        people.register_person(
            by=HOUSE_ITSELF,
            at=NOON,
            name=name,
            home=counted.place(DOOR),
            facts={"birth_on": date(born, 1, 1)},
        )
    client = browser("housing", "en")
    page = client.get("/tasks/ask/", OLD_ALONE).content.decode()
    assert "Ask what is missing as a question" in page
    form = client.get("/tasks/new/", {"kind": "data", "cell": CELL}).content.decode()
    assert "Who is meant" in form
    sent = {
        "kind": "data",
        "cell": CELL,
        "title": "高龄独居",
        "words": "还有哪些高龄老人独居",
        "purpose": "安排助餐",
        "basis": LAW,
        "duty_line": "home_safety",
        "community": [counted.place(GREEN)],
        "from_on": TODAY.isoformat(),
        "to_on": LAST,
        "minutes": "30",
        "evidence": "走访记录",
        "budget_line": "housing.2026",
    }
    assert client.post("/tasks/new/", sent).status_code == 302
    row = Request.objects.get()
    assert (row.kind, json.loads(row.cell)["of"]) == ("data", "people")
    shown = client.get(f"/tasks/r/{row.number}/").content.decode()
    assert "Only those are asked of whom the facts cannot tell it" in shown
    assert "Who is asked" in shown
    wrong = client.post("/tasks/new/", sent | {"cell": ""})
    assert wrong.status_code == 422


def sheet(*heads: str) -> io.BytesIO:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    page, box = book.add_worksheet("表"), book.add_format({"border": 1})
    page.write_row(0, 0, ["社区", *heads], box)
    page.write_string(1, 0, "青桐社区", box)
    for column in range(1, len(heads) + 1):
        page.write_blank(1, column, None, box)
    book.close()
    file.seek(0)
    file.name = "form.xlsx"
    return file


def test_an_excel_form_is_read_right_here_and_nothing_is_kept(counted) -> None:  # noqa: F811
    client = browser("housing", "en")
    answer = client.post("/tasks/ask/form/", {"workbook": sheet("男性居民人数", "会飞的居民人数")})
    page = answer.content.decode()

    assert answer.status_code == 200
    assert "1 of 2 numbers on your form are there already" in page
    assert "会飞的居民人数" in page
    assert "Take this number now" in page
    assert not Request.objects.exists()


def test_a_sum_on_a_form_is_not_offered_to_be_taken_at_the_gate(counted, monkeypatch) -> None:  # noqa: F811
    client, sums = browser("housing", "en"), Cell("visits", None, total="minutes")
    read = composing.reports.fields_asked

    def with_sum(*named, **more):
        return [replace(one, found=sums) for one in read(*named, **more)]

    body = {"workbook": sheet("男性居民人数")}
    assert "Take this number now" in client.post("/tasks/ask/form/", body).content.decode()
    monkeypatch.setattr(composing.reports, "fields_asked", with_sum)
    page = client.post("/tasks/ask/form/", {"workbook": sheet("男性居民人数")}).content.decode()

    assert "1 of 1 numbers on your form are there already" in page
    assert "Take this number now" not in page


@pytest.mark.parametrize("body", [{}, {"workbook": "text"}])
def test_what_is_no_form_is_said_so(counted, body) -> None:  # noqa: F811
    answer = browser("housing", "en").post("/tasks/ask/form/", body)
    assert answer.status_code == 422
    damaged = io.BytesIO(b"PK not a workbook")
    damaged.name = "x.xlsx"
    assert browser("housing").post("/tasks/ask/form/", {"workbook": damaged}).status_code == 422
    assert browser("committee").post("/tasks/ask/form/", {}).status_code == 403
    assert Client().get("/tasks/ask/compose/").status_code == 302


def test_work_names_whose_doors_by_a_definition(counted) -> None:  # noqa: F811
    client = browser("housing")
    assert "80" in client.get("/tasks/new/").content.decode()
    codes = [code for code, _ in composing.whom_choices(district=1, on=TODAY)]
    assert "elders_80_alone" in codes
    found = composing.whom_named("elders_80_alone", district=1, on=TODAY)
    assert found is not None
    assert composing.whom_named("nothing", district=1, on=TODAY) is None
    assert counted.place(WILLOW) in counted.at("housing").communities


def test_nought_where_hardly_anything_is_recorded_is_told_so(counted) -> None:  # noqa: F811
    """Of the nine nobody wrote down who lives alone. In the other community nobody lives."""
    green, willow = counted.place(GREEN), counted.place(WILLOW)
    row, told = take(counted, "独居老人数")

    assert (told.numbers, told.total) == ({green: 0, willow: 0}, 0)
    assert told.untold == {str(green), "whole"}
    page = browser("housing", "en").get(f"/tasks/r/{row.number}/").content.decode()
    cells = re.findall(r'<td class="r">(.*?)</td>', page)
    said = '<span class="soft">not recorded yet</span>'
    assert sorted(cells) == sorted([said, "0", said])


def test_whether_hardly_anything_is_recorded_hangs_on_no_condition(counted) -> None:  # noqa: F811
    """Five of nine are known not to live alone: nought is nought, of whomever it is asked."""
    for person in Person.objects.order_by("pk")[:5]:
        by = counted.at("committee")
        people.record_fact(by=by, at=NOON, person=person.pk, attribute="lives_alone", value=False)
    for least in (0, 36, 70):
        whom = composing.read_whom(
            {"of": "people", "where": {"all": [{"age": {"from": least}}, {"lives_alone": True}]}}
        )
        _, told = take(counted, f"独居 {least}", whom=whom)
        assert (told.total, told.untold) == (0, frozenset())

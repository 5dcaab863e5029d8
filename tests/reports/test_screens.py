"""Forms at the workbench: what the screens show, to whom, and what a press of a button does."""

import html
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from linli.identity.models import User
from linli.people import actions as people
from linli.reports import queries
from linli.reports.actions import import_form, open_due_editions
from linli.reports.domain import PeriodKind, read_workbook
from linli.reports.models import Edition, Form
from tests.world import GREEN, HOUSE_ITSELF, NOON, STREET, WILLOW, World

from .conftest import COMMUNITY_FORM, STREET_FORM, drawn

pytestmark = pytest.mark.django_db
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture(autouse=True)
def a_monday(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("linli.identity.queries.has_second_factor", lambda user: True)
    monkeypatch.setattr(timezone, "now", lambda: NOON)


def at_desk(name: str, language: str = "zh-hans") -> Client:
    browser = Client(headers={"accept-language": language})
    browser.force_login(User.objects.get(username=name))
    return browser


def page(answer: object) -> str:
    assert answer.status_code == 200, answer.content.decode()[:400]  # type: ignore[attr-defined]
    return html.unescape(answer.content.decode())  # type: ignore[attr-defined]


def words(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", text))


@pytest.fixture
def edition(world: World, residents: dict[str, int]) -> Edition:
    form = import_form(
        by=world.at("street_civil"),
        code="MZ-01",
        name="老年人情况统计表",
        level="community",
        period=PeriodKind.MONTH,
        due_days=5,
        workbook=COMMUNITY_FORM,
        at=timezone.now() - timedelta(days=40),
    )
    open_due_editions(by=HOUSE_ITSELF, at=timezone.now())
    return Edition.objects.get(form=form, place=world.place(GREEN))


def sent_form(**changed: object) -> dict[str, object]:
    file = SimpleUploadedFile("a.xlsx", COMMUNITY_FORM, XLSX)
    held = {"name": "老年人表", "code": "MZ-02", "level": "community", "period": "month"}
    return held | {"days": "5", "do": "read", "workbook": file} | changed


def test_the_week_says_what_answers_itself_and_what_lacks(edition: Edition) -> None:
    text = page(at_desk("committee").get("/reports/"))

    assert "1 张：0 张已自动答，1 张缺 4 项。" in words(text)
    assert f"/reports/{edition.pk}/" in text
    assert "1 form: 0 answer themselves, 1 lacks 4 places." in words(
        page(at_desk("committee", "en").get("/reports/"))
    )


def test_the_sentence_of_the_week_adds_up_over_all_its_forms(
    world: World, edition: Edition
) -> None:
    take = {"level": "community", "period": PeriodKind.MONTH, "due_days": 5}
    for code, heads in (("RK-01", ["常住人口"]), ("SQ-01", ["楼栋数", "社会组织数"])):
        import_form(
            by=world.at("street_civil"),
            code=code,
            name="表",
            workbook=drawn([["社区", *heads], ["", *("" for _ in heads)]]),
            at=timezone.now() - timedelta(days=40),
            **take,
        )
    open_due_editions(by=HOUSE_ITSELF, at=timezone.now())

    found = queries.week(world.at("committee"), at=timezone.now())
    told = {one.edition.form.code: (one.asked, one.answered, one.lacking) for one in found.due}
    assert told == {"MZ-01": (4, 0, 4), "RK-01": (1, 1, 0), "SQ-01": (2, 2, 0)}
    assert (found.answered, found.lacking, found.later) == (2, 4, ())
    for language, sentence in (
        ("zh-hans", "3 张：2 张已自动答，1 张缺 4 项。"),
        ("en", "3 forms: 2 answer themselves, 1 lacks 4 places."),
    ):
        assert sentence in words(page(at_desk("committee", language).get("/reports/")))


def test_what_answers_itself_is_sent_in_one_act(
    world: World, edition: Edition, lists: None
) -> None:
    taken = {"level": "community", "period": PeriodKind.MONTH, "due_days": 5, "at": NOON}
    for code, duty in (("RK-01", "aid_assist"), ("RK-02", "aid_assist"), ("RK-03", "")):
        import_form(
            by=world.at("civil"),
            code=code,
            name="表",
            workbook=drawn([["社区", "楼栋数"], ["", ""]]),
            duty=duty,
            **taken,
        )
    open_due_editions(by=HOUSE_ITSELF, at=NOON)
    browser, rows = at_desk("committee"), Edition.objects.filter(place=world.place(GREEN))
    text = page(browser.get("/reports/"))
    assert "把已自动答的 2 张一起报送" in text
    shown = [int(one) for one in re.findall(r'name="edition" value="(\d+)"', text)]

    assert browser.post("/reports/send/", {"edition": [*shown, 999]}).status_code == 404
    assert browser.post("/reports/send/")["Location"] == "/reports/"
    assert not rows.filter(state="sent").exists()
    answer = browser.post("/reports/send/", {"edition": shown})

    assert answer["Location"] == "/reports/?did=sent"
    sent = rows.filter(state="sent").values_list("form__code", "known_at")
    assert sorted(sent) == [("RK-01", NOON), ("RK-02", NOON)]
    again = browser.post("/reports/send/", {"edition": shown})
    assert again.status_code == 409
    assert "这张表已经报送过了" in html.unescape(again.content.decode())
    assert "一起报送" not in page(browser.get("/reports/"))


def test_more_forms_than_are_looked_at_are_said_to_wait(
    world: World, edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_form(
        by=world.at("street_civil"),
        code="RK-01",
        name="表",
        level="community",
        period=PeriodKind.MONTH,
        due_days=5,
        workbook=drawn([["社区", "常住人口"], ["", ""]]),
        at=timezone.now() - timedelta(days=40),
    )
    open_due_editions(by=HOUSE_ITSELF, at=timezone.now())
    assert "在等" not in page(at_desk("committee").get("/reports/"))

    monkeypatch.setattr("linli.reports.queries.editions.SHOWN", 1)

    assert queries.week(world.at("committee"), at=timezone.now()).more == 1
    text = words(page(at_desk("committee").get("/reports/")))
    assert "1 张：" in text
    assert "还有 1 张在等；这里是最急的。" in text


def test_a_form_is_drawn_as_it_came_with_its_numbers(edition: Edition) -> None:
    text = page(at_desk("committee").get(f"/reports/{edition.pk}/"))

    table = re.search(r'<table class="drawn">.*?</table>', text, re.DOTALL)
    assert table is not None
    drawn_rows = [words(row).strip() for row in re.findall(r"<tr>.*?</tr>", table[0])]
    assert drawn_rows[0] == "社区老年人80岁以上老人空巢老人党员"
    assert f'<a href="/reports/{edition.pk}/numbers/0/">4</a>' in table[0]
    assert "不知道“空巢老人”指什么。" in text
    assert "有 1 人（户）缺事实，说不准。" in text


def test_a_number_opens_to_its_people_and_the_count_is_the_same(
    edition: Edition, residents: dict[str, int]
) -> None:
    text = page(at_desk("committee").get(f"/reports/{edition.pk}/numbers/0/"))

    assert "王**" not in words(text)  # two characters: one is masked
    assert text.count('href="/people/') - text.count('href="/people/"') == 4
    assert "年龄" in text
    assert "60 周岁以上的人" in text
    assert at_desk("committee").get(f"/reports/{edition.pk}/numbers/2/").status_code == 404
    assert at_desk("street_civil").get(f"/reports/{edition.pk}/numbers/0/").status_code == 200


def test_nought_of_whom_nothing_is_recorded_says_so_and_of_how_many(
    world: World, residents: dict[str, int]
) -> None:
    form = import_form(
        by=world.at("street_civil"),
        code="TY-01",
        name="退役军人统计表",
        level="community",
        period=PeriodKind.MONTH,
        due_days=5,
        workbook=drawn([["社区", "退役军人"], ["", ""]]),
        at=timezone.now() - timedelta(days=40),
    )
    open_due_editions(by=HOUSE_ITSELF, at=timezone.now())
    edition = Edition.objects.get(form=form, place=world.place(GREEN))
    browser = at_desk("committee", "en")
    text = page(browser.get(f"/reports/{edition.pk}/"))
    table = re.search(r'<table class="drawn">.*?</table>', text, re.DOTALL)
    assert table is not None
    [told] = queries.compiled(edition, known_at=timezone.now())
    assert (told.number, told.unknown) == (0, 6)
    assert "not recorded yet of 6facts are missing" in words(table[0])
    assert re.search(r">\s*0\s*<", table[0]) is None

    behind = words(page(browser.get(f"/reports/{edition.pk}/numbers/0/")))
    assert "not recorded yet of 6" in behind
    assert "Nobody has recorded this yet; it stays empty until somebody does." in behind
    assert "the number is nought" not in behind


def test_every_page_of_people_together_is_the_number(
    world: World, edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("linli.reports.queries.lineage.PAGE", 3)
    by, at, after, seen = world.at("committee"), timezone.now(), 0, list[int]()
    for _ in range(5):
        found = queries.behind(by, edition, 0, at=at, after=after)
        seen += [one.id for one in found.records]
        if not found.after:
            break
        after = found.after

    assert len(seen) == len(set(seen)) == found.total == 4


def test_it_is_sent_in_one_act_and_then_stays(edition: Edition) -> None:
    browser = at_desk("committee")

    answer = browser.post(f"/reports/{edition.pk}/send/")

    assert answer.status_code == 302
    edition.refresh_from_db()
    assert edition.state == "sent"
    text = page(browser.get(answer["Location"]))
    assert "已报送" in text
    assert "不报" in text
    again = browser.post(f"/reports/{edition.pk}/send/")
    assert again.status_code == 409
    assert "已经报送过了" in again.content.decode()


def test_corrections_after_sending_are_listed(
    edition: Edition, residents: dict[str, int], world: World
) -> None:
    browser = at_desk("committee")
    browser.post(f"/reports/{edition.pk}/send/")
    edition.refresh_from_db()
    edition.numbers = "[4,2,null,1]"  # as an exact form would hold them
    edition.save(update_fields=["numbers"])
    people.record_fact(
        by=HOUSE_ITSELF,
        at=timezone.now(),
        person=residents["王四"],
        attribute="birth_on",
        value=timezone.localdate() - timedelta(days=36_000),
        valid_from=timezone.localdate() - timedelta(days=36_000),
    )

    text = words(page(browser.get(f"/reports/{edition.pk}/")))

    assert "报送后的更正" in text
    assert "C2社区 · 80岁以上老人" not in text
    assert "80岁以上老人23" in text.replace(" ", "")


def test_the_file_that_comes_back_is_the_offices_own(edition: Edition) -> None:
    answer = at_desk("committee").get(f"/reports/{edition.pk}/file/")

    assert answer["Content-Type"] == XLSX
    [before], [after] = read_workbook(COMMUNITY_FORM), read_workbook(answer.content)
    assert {p: t for p, t in after.texts.items() if p in before.texts} == dict(before.texts)


@pytest.mark.parametrize("desk", ["station", "housing", "neighbour"])
def test_who_has_no_right_sees_no_form(edition: Edition, desk: str) -> None:
    for address in (
        f"/reports/{edition.pk}/",
        f"/reports/{edition.pk}/numbers/0/",
        f"/reports/{edition.pk}/file/",
    ):
        assert at_desk(desk).get(address).status_code in (403, 404)


def test_a_department_sees_what_was_sent_and_not_who(world: World, edition: Edition) -> None:
    at_desk("committee").post(f"/reports/{edition.pk}/send/")
    Form.objects.update(asked_by=world.party("990101.civil_affairs"))
    browser = at_desk("civil")

    text = page(browser.get(f"/reports/{edition.pk}/"))

    assert "/numbers/" not in text
    assert "有 1 人" not in text
    assert browser.get(f"/reports/{edition.pk}/numbers/0/").status_code in (403, 404)
    came = words(page(browser.get(f"/reports/forms/{edition.form_id}/")))
    assert "青桐社区" in came
    assert "1 / 2" in came  # what came of how many were asked
    assert "1 处还没报" in came
    assert came.index("青桐社区") < came.index("柳浪社区")


def test_a_form_is_read_first_and_taken_in_when_confirmed(world: World) -> None:
    browser = at_desk("civil")

    text = page(browser.post("/reports/forms/new/", sent_form()))

    assert "不知道“空巢老人”指什么。" in text
    assert not Form.objects.exists()
    kept = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', text))
    answer = browser.post("/reports/forms/new/", kept | {"do": "take"})
    form = Form.objects.get()
    assert answer["Location"] == f"/reports/forms/{form.pk}/?did=taken"
    assert bytes(form.workbook) == COMMUNITY_FORM
    assert (form.asked, form.matched) == (4, 3)
    assert "已收下" in page(browser.get(answer["Location"]))


def test_the_closest_definition_is_shown_with_its_difference(world: World) -> None:
    file = drawn([["社区", "户籍独居老人"], ["", ""]])

    text = words(
        page(
            at_desk("civil").post(
                "/reports/forms/new/",
                sent_form(workbook=SimpleUploadedFile("a.xlsx", file, XLSX)),
            )
        )
    )

    assert "最接近的口径：" in text
    assert "少了：" in text
    assert "户籍是外地户籍" in text.replace(" ", "")


@pytest.mark.parametrize(
    ("changed", "words_"),
    [
        ({"workbook": SimpleUploadedFile("a.xlsx", b"no form", XLSX)}, "不能当表格读"),
        (
            {"workbook": SimpleUploadedFile("a.xlsx", drawn([["只有字"]]), XLSX)},
            "没找到要填数的空格",
        ),
        ({"workbook": ""}, "请填写"),
        ({"workbook": "", "kept": "???"}, "不能当表格读"),
        ({"name": ""}, "请填写"),
        ({"level": "moon"}, "请填写"),
        ({"period": "decade"}, "请填写"),
        ({"days": "soon"}, "0 到 60"),
    ],
)
def test_a_bad_form_is_refused_in_clear_words(
    world: World, changed: dict[str, object], words_: str
) -> None:
    for do in ("read", "take"):
        answer = at_desk("civil").post("/reports/forms/new/", sent_form(do=do) | changed)
        assert answer.status_code == 422
        assert words_ in html.unescape(answer.content.decode())
        if isinstance(changed.get("workbook"), SimpleUploadedFile):
            changed["workbook"].seek(0)
    assert not Form.objects.exists()


def test_a_refusal_is_said_at_the_field_it_is_about(world: World, edition: Edition) -> None:
    for changed, field in (
        ({"code": "MZ-01"}, "code"),
        ({"exact": "on"}, "exact"),
        ({"duty": "x"}, "duty"),
    ):
        answer = at_desk("civil").post("/reports/forms/new/", sent_form(do="take") | changed)
        assert answer.status_code in (404, 409, 422)
        assert f'href="#{field}"' in answer.content.decode()
    assert Form.objects.count() == 1


def test_a_file_that_is_no_form_by_its_size_is_refused(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("linli.reports.forms.LARGEST", 10)

    assert at_desk("civil").post("/reports/forms/new/", sent_form()).status_code == 422


def test_a_street_form_has_its_lines(world: World, residents: dict[str, int]) -> None:
    form = import_form(
        by=world.at("street_civil"),
        code="MZ-03",
        name="柳营街道老年人情况统计表",
        level="street",
        period=PeriodKind.MONTH,
        due_days=5,
        workbook=STREET_FORM,
        at=timezone.now() - timedelta(days=40),
    )
    open_due_editions(by=HOUSE_ITSELF, at=timezone.now())
    row = Edition.objects.get(form=form)

    text = page(at_desk("street_civil").get(f"/reports/{row.pk}/"))

    assert row.place_id == world.place(STREET)
    assert 'colspan="4"' in text
    assert at_desk("committee").get(f"/reports/{row.pk}/").status_code == 404
    assert world.place(WILLOW)


def test_a_street_sees_its_own_week_and_what_came_from_which_community(
    world: World, edition: Edition
) -> None:
    import_form(
        by=world.at("civil"),
        code="MZ-03",
        name="街道老年人情况汇总表",
        level="street",
        period=PeriodKind.MONTH,
        due_days=5,
        workbook=STREET_FORM,
        at=NOON,
    )
    open_due_editions(by=HOUSE_ITSELF, at=NOON)
    street, worker = world.at("street_civil"), world.at("committee")
    assert queries.came_from(worker) == []
    assert [one.edition.place_id for one in queries.week(worker, at=NOON).due] == [
        world.place(GREEN)
    ]
    at_desk("committee").post(f"/reports/{edition.pk}/send/")

    found = queries.week(street, at=NOON)
    assert [one.edition.form.code for one in (*found.due, *found.later)] == ["MZ-03"]
    [came] = queries.came_from(street)
    assert [(one.place_id, one.state) for one in came] == [
        (world.place(GREEN), "sent"),
        (world.place(WILLOW), "open"),
    ]
    text = words(page(at_desk("street_civil").get("/reports/")))
    assert "1 张：0 张已自动答，1 张缺 6 项。" in text
    assert "各社区报来的1 老年人情况统计表 · 截至 10 月 31 日 · 1 / 2青桐社区" in text
    assert "青桐社区11 月 16 日 12:00 已报" in text
    assert "柳浪社区还没报" in text
    assert "各社区报来的" not in page(at_desk("committee").get("/reports/"))


def test_an_office_ends_its_form_and_no_other_does(world: World, edition: Edition) -> None:
    assert at_desk("civil").post(f"/reports/forms/{edition.form_id}/end/").status_code == 404
    assert at_desk("street_civil").post(f"/reports/forms/{edition.form_id}/end/").status_code == 302
    assert Form.objects.get().ends_on is not None


def test_who_is_not_signed_in_is_led_to_the_door(edition: Edition) -> None:
    for address in ("", f"{edition.pk}/", f"{edition.pk}/numbers/0/", "forms/", "forms/new/"):
        assert Client().get(f"/reports/{address}").status_code == 302

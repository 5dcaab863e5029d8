"""The duty list of a street or community: from Excel, all or nothing, dated, the nearest first."""

from dataclasses import replace
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import pytest
import xlsxwriter
from django.core.management import CommandError, call_command

from linli.basics import Actor, NoSuchThing, NotAllowed
from linli.catalogue import queries
from linli.catalogue.actions import import_duty_list
from linli.catalogue.domain import BadCell, ListBeginsTooEarly, read_duty_list
from linli.catalogue.models import DutyLine, DutyTerms
from linli.fabric import versions
from linli.journal.models import Line
from tests.world import GREEN, HOUSE_ITSELF, STREET, WILLOW, World

from .conftest import MORNING, TODAY

HEAD = [
    "编号",
    "事项",
    "类别",
    "依据",
    "部门",
    "每件分钟",
    "凭据",
    "可报准确数",
    "可带姓名",
    "示例",
]
UNITS = {"street.office": "street.office", "街道": "street.office"}
MEDIATION = [
    "care",
    "调解纠纷",
    "基本",
    "人民调解法 第八条",
    "",
    90.0,
    "协议；记录",
    "是",
    "否",
    "",
]
PATROL = ["patrol", "巡查", "配合履职", "", "街道", "", "", "", "", "是"]
CHECKS = ["shop_checks", "查商户", "收回", "", "street.office", "", "", "", "", "是"]


def test_a_good_sheet_is_read() -> None:
    lines, flaws = read_duty_list([HEAD, MEDIATION, ["", None], PATROL, CHECKS], UNITS)
    assert flaws == []
    first, second, third = lines
    assert (first.code, first.kind.value, first.basis) == (
        "care",
        "basic",
        ("人民调解法 第八条",),
    )
    assert (first.expected_minutes, first.evidence) == (90, ("协议", "记录"))
    assert (first.exact_counts, first.names, first.example) == (True, False, False)
    assert (second.department, second.kind.value, second.example) == (
        "street.office",
        "cooperate",
        True,
    )
    assert (third.kind.value, third.expected_minutes) == ("taken_back", None)


@pytest.mark.parametrize(
    ("place", "value", "column", "reason"),
    [
        (0, "Shop!", "编号", "Use small letters, digits and _."),
        (0, "patrol", "编号", "This code stands twice."),
        (1, "", "事项", "Say what the work is."),
        (2, "随便", "类别", "Write 基本, 配合, 收回 or 负面."),
        (3, "", "依据", "Name the law and the article, or mark the line 示例."),
        (3, "某法", "依据", "Write the law, a space, and the article after it."),
        (4, "没有的单位", "部门", "The list of units has no such unit."),
        (5, "一小时", "每件分钟", "Write a whole number of minutes."),
        (5, 12.5, "每件分钟", "Write a whole number of minutes."),
        (7, "也许", "可报准确数", "Write 是 or 否."),
        (8, "2", "可带姓名", "Write 是 or 否."),
    ],
)
def test_a_bad_cell_is_named_by_row_and_column(
    place: int, value: object, column: str, reason: str
) -> None:
    bad = list(MEDIATION)
    bad[place] = value
    lines, flaws = read_duty_list([HEAD, PATROL, bad], UNITS)
    assert [(one.row, one.column, one.reason) for one in flaws] == [(3, column, reason)]
    assert [one.code for one in lines] == ["patrol"]


@pytest.mark.parametrize(
    ("rows", "column", "reason"),
    [
        ([], "A", "The sheet is empty."),
        ([HEAD[1:], MEDIATION[1:]], "编号", "This column is missing."),
        ([HEAD], "编号", "The list has no line."),
    ],
)
def test_a_sheet_that_is_no_list_is_refused(
    rows: list[list[object]], column: str, reason: str
) -> None:
    lines, flaws = read_duty_list(rows, UNITS)
    assert lines == []
    assert [(one.column, one.reason) for one in flaws] == [(column, reason)]
    assert isinstance(flaws[0], BadCell)


def bring(world: World, place: str, *rows: list[object], begins: date = TODAY) -> int:
    lines, flaws = read_duty_list([HEAD, *rows], UNITS)
    assert flaws == []
    return import_duty_list(
        by=HOUSE_ITSELF, place=world.places[place], lines=lines, begins=begins, at=MORNING
    )


def test_the_nearest_list_counts(world: World) -> None:
    green, willow = world.places[GREEN], world.places[WILLOW]
    assert bring(world, STREET, [*MEDIATION[:5], 60, *MEDIATION[6:]], PATROL) == 2
    assert bring(world, GREEN, MEDIATION) == 1
    own = queries.duty_line_for("care", green, TODAY)
    assert (own.expected_minutes, own.place, own.exact_counts) == (90, green, True)
    street = queries.duty_line_for("care", willow, TODAY)
    assert (street.expected_minutes, street.place) == (60, world.places[STREET])
    assert queries.duty_line_for("patrol", green, TODAY).open
    district = queries.duty_line_for("never", green, TODAY)
    assert (district.place, district.open) == (None, False)
    yesterday = TODAY - timedelta(days=1)
    assert queries.duty_line_for("care", green, yesterday).place is None
    with pytest.raises(NoSuchThing):
        queries.duty_line_for("patrol", green, yesterday)
    with pytest.raises(NoSuchThing):
        queries.duty_line_for("care", 0, TODAY)
    assert set(queries.duty_list(green, TODAY)) - set(queries.duty_list(green, yesterday)) == {
        "patrol"
    }


def test_the_list_of_the_district_is_found_as_before(world: World) -> None:
    bring(world, GREEN, MEDIATION)
    assert queries.duty_line("care", TODAY).pk == DutyLine.objects.get(code="care").pk


def test_a_new_list_ends_the_one_before_on_its_day(world: World) -> None:
    green, later = world.places[GREEN], TODAY + timedelta(days=30)
    assert bring(world, GREEN, MEDIATION, PATROL) == 2
    assert bring(world, GREEN, MEDIATION, PATROL, begins=later) == 0
    before = Line.objects.count()
    changed = [*MEDIATION[:5], 45, *MEDIATION[6:]]
    assert bring(world, GREEN, changed, CHECKS, begins=later) == 4
    kinds = Line.objects.order_by("id").values_list("kind", flat=True)[before:]
    assert list(kinds) == ["DutyLineEnded"] * 2 + ["DutyLinePublished"] * 2
    last = later - timedelta(days=1)
    assert queries.duty_line_for("care", green, last).expected_minutes == 90
    assert queries.duty_line_for("care", green, later).expected_minutes == 45
    assert queries.duty_line_for("patrol", green, last).code == "patrol"
    with pytest.raises(NoSuchThing):
        queries.duty_line_for("patrol", green, later)
    assert not queries.duty_line_for("shop_checks", green, later).open
    assert bring(world, GREEN, changed, CHECKS, PATROL, begins=later) == 1
    numbers = DutyLine.objects.filter(code=f"patrol@{green}").values_list("number", flat=True)
    assert sorted(numbers) == [1, 2]


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"code": "care"}, "编号"),
        ({"expected_minutes": -1}, "每件分钟"),
        ({"expected_minutes": 2**40}, "每件分钟"),
        ({"valid_to": TODAY - timedelta(days=1)}, "valid_to"),
    ],
)
def test_a_line_that_cannot_be_is_named_and_nothing_is_brought_in(
    world: World, changes: dict[str, object], column: str
) -> None:
    lines, _ = read_duty_list([HEAD, MEDIATION, PATROL], UNITS)
    bad = [lines[0], replace(lines[1], **changes)]
    before = DutyTerms.objects.count(), Line.objects.count()
    with pytest.raises(BadCell) as refusal:
        import_duty_list(
            by=HOUSE_ITSELF, place=world.places[GREEN], lines=bad, begins=TODAY, at=MORNING
        )
    assert (refusal.value.row, refusal.value.column) == (3, column)
    assert (DutyTerms.objects.count(), Line.objects.count()) == before


def test_what_was_in_force_is_not_rewritten(world: World) -> None:
    bring(world, GREEN, MEDIATION)
    kept = list(DutyTerms.objects.values_list("pk", flat=True)), Line.objects.count()
    with pytest.raises(ListBeginsTooEarly) as caught:
        bring(world, GREEN, PATROL, begins=TODAY - timedelta(days=1))
    assert caught.value.since == TODAY
    with pytest.raises(NoSuchThing):
        import_duty_list(by=HOUSE_ITSELF, place=0, lines=[], begins=TODAY, at=MORNING)
    with pytest.raises(NotAllowed):
        import_duty_list(
            by=Actor(kind="staff", district=1, user=2),
            place=world.places[GREEN],
            lines=[],
            begins=TODAY,
            at=MORNING,
        )
    assert (list(DutyTerms.objects.values_list("pk", flat=True)), Line.objects.count()) == kept


def write(path: Path, *rows: list[object]) -> Path:
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("履职清单")
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return path


def run(path: Path, *, place: str = GREEN, begins: str = "2026-11-16") -> str:
    out = StringIO()
    call_command("import_duty_list", path, "--place", place, "--from", begins, stdout=out)
    return out.getvalue().strip()


def test_the_command_brings_a_sheet_in(world: World, tmp_path: Path) -> None:
    path = write(tmp_path / "list.xlsx", HEAD, MEDIATION, PATROL)
    assert run(path) == "2 lines, 2 changes"
    assert run(path, begins="2026-12-01") == "2 lines, 0 changes"
    line = queries.duty_line_for("care", world.places[GREEN], TODAY)
    assert (line.expected_minutes, line.evidence) == (90, ("协议", "记录"))


def test_a_bad_sheet_brings_nothing_in(world: World, tmp_path: Path) -> None:
    before = Line.objects.count(), DutyLine.objects.count()
    bad = write(tmp_path / "bad.xlsx", HEAD, MEDIATION, [*PATROL[:2], "?", "", "?"], CHECKS)
    with pytest.raises(CommandError) as caught:
        run(bad)
    assert str(caught.value).splitlines() == [
        "第 3 行“类别”这一列：请写：基本、配合、收回 或 负面。",
        "第 3 行“部门”这一列：单位清单里没有这个单位。",
        "第 3 行“依据”这一列：请写法律和条款，或者把这一项标为示例。",
        "Nothing was brought in.",
    ]
    for path, place, told in (
        (bad, "nowhere", "这一列"),
        (write(tmp_path / "good.xlsx", HEAD, MEDIATION), "nowhere", "no street or community"),
        (tmp_path / "none.xlsx", GREEN, "There is no file"),
        (Path(__file__), GREEN, "is no Excel workbook"),
    ):
        with pytest.raises(CommandError, match=told):
            run(path, place=place)
    assert (Line.objects.count(), DutyLine.objects.count()) == before


def test_a_line_from_before_there_were_terms_grants_nothing(world: World) -> None:
    DutyLine.objects.create(
        district=1,
        pack="",
        code="old",
        number=1,
        kind="basic",
        name={"zh-Hans": "旧", "en": "Old"},
        basis=[],
        department="",
        communities=["nowhere"],
        example=True,
        valid_from=TODAY,
        content_hash="",
    )
    with pytest.raises(NoSuchThing):
        queries.duty_line_for("old", world.places[GREEN], TODAY)
    DutyLine.objects.create(
        district=1,
        pack="",
        code="older",
        number=1,
        kind="basic",
        name={"zh-Hans": "旧", "en": "Old"},
        basis=[],
        department="",
        communities=[GREEN],
        example=True,
        valid_from=TODAY,
        content_hash="",
    )
    versions.bump("catalogue")
    found = queries.duty_line_for("older", world.places[GREEN], TODAY)
    assert (found.place, found.exact_counts, found.names, found.evidence) == (
        None,
        False,
        False,
        (),
    )
    with pytest.raises(NoSuchThing):
        queries.duty_line_for("older", world.places[WILLOW], TODAY)

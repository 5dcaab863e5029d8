"""Money on forms: fen in the book, yuan or ten thousand of them on the form, never rounded."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from linli.reports import queries
from linli.reports.actions import import_form, open_due_editions, send_edition
from linli.reports.domain import (
    Cell,
    Field,
    Filled,
    Lexicon,
    MoneyUnit,
    PeriodKind,
    Unmatched,
    WhyNot,
    amount,
    figure,
    fill_workbook,
    layout_data,
    read_fields,
    read_layout,
    read_workbook,
)
from linli.reports.models import Edition
from tests.world import GREEN, HOUSE_ITSELF, World

from .cells import cells
from .conftest import drawn
from .things import Things, at

ON = date(2026, 11, 16)
FEN, YUAN, WAN = MoneyUnit.AS_COUNTED, MoneyUnit.YUAN, MoneyUnit.WAN_YUAN


def form(*heads: str, title: str = "社区经费情况表", corner: str = "") -> bytes:
    wide = len(heads)
    rows: list[list[str | None]] = [[title, *[None] * wide]]
    if corner:
        rows.append([*[None] * wide, corner])
    rows += [["社区", *heads], ["", *[""] * wide]]
    return drawn(rows, [(0, 0, 0, wide, title)])


def asked(lexicon: Lexicon, data: bytes) -> list[Field]:
    [sheet] = read_workbook(data)
    return read_fields(sheet, lexicon, {}, on=ON, period="month")


@pytest.mark.parametrize(
    ("data", "units"),
    [
        (form("支出经费（元）", "支出经费（万元）", "支出经费（分）"), [YUAN, WAN, FEN]),
        (form("下达经费(万元)", "已付经费[人民币元]"), [WAN, YUAN]),
        (form("支出经费（单位：元）"), [YUAN]),
        (form("支出经费", "下达经费", corner="单位：万元"), [WAN, WAN]),
        (form("支出经费", "下达经费（元）", corner="金额单位：元"), [YUAN, YUAN]),
        (form("支出经费", "预算项目数", title="经费情况表（万元）"), [WAN, FEN]),
        (form("支出经费", "户数", "老年人", corner="（单位：元）"), [YUAN, FEN, FEN]),
    ],
)
def test_money_is_wanted_in_the_unit_its_heading_or_the_sheet_says(
    lexicon: Lexicon, data: bytes, units: list[MoneyUnit]
) -> None:
    found = asked(lexicon, data)

    assert all(isinstance(one.found, Cell) for one in found)
    assert [one.unit for one in found] == units


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (form("支出经费"), WhyNot.UNIT_UNCLEAR),
        (form("支出经费（元）（万元）"), WhyNot.UNIT_UNCLEAR),
        (form("支出经费（元）", corner="单位：万元"), WhyNot.UNIT_UNCLEAR),
        (form("老年人（万元）"), WhyNot.UNIT_UNCLEAR),
        (form("预算项目数（元）"), WhyNot.UNIT_UNCLEAR),
        (form("安排工时（分钟）（元）"), WhyNot.UNIT_UNCLEAR),
        (form("支出经费（美元）"), WhyNot.UNKNOWN_WORDS),
        (form("支出经费（亿元）"), WhyNot.UNKNOWN_WORDS),
        (form("支出经费万元"), WhyNot.UNKNOWN_WORDS),
        (form("人均支出经费（元）"), WhyNot.UNKNOWN_WORDS),
        (form("本月支出经费（元）"), WhyNot.PERIOD_UNCLEAR),
    ],
)
def test_money_without_one_plain_unit_gets_no_number_and_says_why(
    lexicon: Lexicon, data: bytes, why: WhyNot
) -> None:
    found = asked(lexicon, data)[0]

    assert isinstance(found.found, Unmatched)
    assert found.found.why is why
    assert found.unit is FEN


def test_yuan_and_fen_are_one_number_counted_once(lexicon: Lexicon) -> None:
    yuan, fen = asked(lexicon, form("支出经费（元）", "支出经费（分）"))

    assert yuan.found == fen.found


def test_the_unit_is_kept_with_the_form_and_old_forms_are_in_fen(lexicon: Lexicon) -> None:
    fields = asked(lexicon, form("支出经费（元）", "支出经费（万元）", "老年人"))
    data = layout_data(fields)
    older = [{name: one[name] for name in one if name != "unit"} for one in data]

    assert list(read_layout(data, queries.dictionaries())) == fields
    assert [one.unit for one in read_layout(older, queries.dictionaries())] == [FEN, FEN, FEN]


@pytest.mark.parametrize(
    ("fen", "unit", "shown"),
    [
        (120_050, FEN, "120050"),
        (120_050, YUAN, "1,200.50"),
        (120_000, YUAN, "1,200.00"),
        (7, YUAN, "0.07"),
        (0, YUAN, "0.00"),
        (-5_000, YUAN, "-50.00"),
        (1_234_567_89, WAN, "123.456789"),
        (120_000_000, WAN, "120.00"),
        (123_500_000_000, WAN, "123,500.00"),
        (0, WAN, "0.00"),
    ],
)
def test_an_amount_is_shown_whole_with_two_places_at_least(
    fen: int, unit: MoneyUnit, shown: str
) -> None:
    assert figure(fen, unit) == shown


@given(st.integers(-(10**15), 10**15))
def test_no_fen_is_lost_in_any_unit(fen: int) -> None:
    assert amount(fen, FEN) == fen
    assert amount(fen, YUAN) * 100 == fen
    assert amount(fen, WAN) * 1_000_000 == fen


@pytest.mark.django_db
def test_a_form_in_yuan_comes_back_in_yuan(busy: World, things: Things) -> None:
    heads = ("支出经费（元）", "下达经费（万元）", "支出经费（分）", "预算项目数")
    import_form(
        by=busy.at("civil"),
        code="JF-01",
        name="经费情况表",
        level="community",
        period=PeriodKind.MONTH,
        due_days=5,
        workbook=form(*heads),
        at=at(11, 20),
    )
    open_due_editions(by=HOUSE_ITSELF, at=at(12, 1))
    edition = Edition.objects.get(place=busy.place(GREEN), as_of=date(2026, 11, 30))
    by = busy.at("committee")

    [sheet] = queries.drawn(
        bytes(edition.form.workbook), queries.shown(edition, at=at(12, 1)), by=by
    )
    assert [box.shown for box in sheet.lines[2] if box.at is not None] == [
        *("1,200.50", "0.50", "120050", "2"),
    ]
    behind = queries.behind(by, edition, 0, at=at(12, 1))
    assert (behind.number, sum(one.amount or 0 for one in behind.records)) == (120_050, 120_050)
    send_edition(by=by, edition=edition.pk, at=at(12, 2))
    edition.refresh_from_db()
    assert edition.numbers == "[120050,500000,120050,2]"  # the book's own fen stay
    file = queries.filled(edition.form, queries.sendable(edition, at=at(12, 2)))
    rows = CalamineWorkbook.from_filelike(BytesIO(file)).get_sheet_by_index(0).to_python()
    assert rows[2] == ["", 1200.5, 0.5, 120050.0, 2.0]
    told = cells(file)
    assert [(told[name].value, told[name].format) for name in ("B3", "C3", "D3", "E3")] == [
        ("1200.50", "0.00####"),
        ("0.50", "0.00####"),
        ("120050", "General"),
        ("2", "General"),
    ]
    out = queries.edition_out(
        edition, queries.sendable(edition, at=at(12, 2)), on=date(2026, 12, 2)
    )["numbers"]
    assert [(one["number"], one["unit"], one["shown"]) for one in out] == [
        (120_050, "yuan", "1,200.50"),
        (500_000, "wan_yuan", "0.50"),
        (120_050, "", "120050"),
        (2, "", "2"),
    ]


def test_an_offices_own_way_to_write_money_stands_and_a_mark_comes_beside() -> None:
    data = drawn([["表", None], ["支出经费（元）", ""]])
    place = {("表", 2, 2): Filled(Decimal("1200.50"), "旧")}

    assert cells(fill_workbook(data, place))["B2"].format == '0.00####" 旧"'

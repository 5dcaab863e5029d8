"""Forms that the offices of the demo ask for: invented, but drawn as such forms are drawn."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import xlsxwriter

from linli.basics import Actor, NoSuchThing
from linli.parties import queries as parties
from linli.places import queries as places
from linli.reports import actions as reports
from linli.reports import queries as report_queries
from linli.reports.domain import PeriodKind, Permission, period_ending
from linli.rulebook import queries as rulebook
from linli.rulebook.domain import Period, Unit, due_on, local_date

MONTHS_SENT = 1
BEFORE = timedelta(days=31 * (MONTHS_SENT + 1) - 15)  # what was sent was known by then
LINE = "assist_government"


@dataclass(frozen=True, slots=True)
class Sheet:
    """
    A form of one office. ``heads`` that lie under a common heading come as (heading, heads).

    One without a line of the ``duty`` list asks nobody, and a community may send it back.
    """

    code: str
    name: str
    office: str
    period: PeriodKind
    heads: tuple[str | tuple[str, tuple[str, ...]], ...]
    note: str = ""
    lines: bool = False  # one for each community of a street
    duty: str = LINE


SHEETS = (
    Sheet(
        "MZ-01",
        "老年人基本情况统计表",
        "civil_affairs",
        PeriodKind.MONTH,
        (("老年人", ("合计", "男", "女")), "80岁以上", "90岁以上", "百岁老人"),
        "注：老年人指60周岁以上人员。",
    ),
    Sheet(
        "MZ-02",
        "独居老人情况表",
        "civil_affairs",
        PeriodKind.MONTH,
        ("独居老人", "其中：女", "其中：80岁以上", "独居老人（低保）", "空巢老人"),
    ),
    Sheet(
        "MZ-03",
        "民政基本情况统计表",
        "civil_affairs",
        PeriodKind.MONTH,
        ("低保人员", "低保边缘人员", "特困人员", "低保老年人", "低保残疾人"),
    ),
    Sheet("MZ-04", "特困人员情况表", "civil_affairs", PeriodKind.QUARTER, ("特困人员", "其中：男")),
    Sheet(
        "CL-01",
        "持证残疾人统计表",
        "civil_affairs",
        PeriodKind.MONTH,
        (("残疾人", ("合计", "视力残疾", "听力残疾", "肢体残疾", "精神残疾")), "重度残疾人"),
    ),
    Sheet(
        "RS-01", "人社工作月报", "human_resources", PeriodKind.MONTH, ("失业人员", "灵活就业人员")
    ),
    Sheet(
        "YB-01",
        "居民情况统计表",
        "medical_insurance",
        PeriodKind.QUARTER,
        ("职工医保", "居民医保", "未参加医保", "60岁以上未参加医保"),
    ),
    Sheet(
        "RK-01",
        "社区基本情况统计表",
        "police",
        PeriodKind.MONTH,
        (("常住人口", ("合计", "户籍人口", "流动人口")), "未成年人", "16-59岁", "户数"),
    ),
    Sheet("DJ-01", "党员基本情况表", "civil_affairs", PeriodKind.QUARTER, ("党员", "老年人党员")),
    Sheet("TY-01", "退役军人统计表", "veterans", PeriodKind.MONTH, ("退役军人", "其中：60岁以上")),
    Sheet(
        "WJ-01",
        "未成年人情况表",
        "education",
        PeriodKind.MONTH,
        ("未成年人", "孤儿", "低保未成年人", "0-6岁"),
    ),
    Sheet(
        "CG-01",
        "租住人员情况表",
        "urban_management",
        PeriodKind.MONTH,
        ("租住", "其中：流动人口", "其中：60岁以上"),
        duty="",
    ),
    Sheet(
        "SQ-01",
        "社区民生服务月报",
        "civil_affairs",
        PeriodKind.MONTH,
        ("本月受理件数", "本月办结件数", "走访户数", "社会组织数", "楼栋数", "住房套数"),
    ),
    Sheet(
        "SQ-02",
        "便民服务情况统计表",
        "civil_affairs",
        PeriodKind.MONTH,
        ("上月受理件数", "本月受理件数", "上月办结件数", "本月办结件数", "本年累计受理件数"),
    ),
    Sheet(
        "JF-01",
        "社区经费情况表",
        "civil_affairs",
        PeriodKind.MONTH,
        ("预算项目数", "下达经费（元）", "支出经费（元）"),
    ),
    Sheet(
        "JD-01",
        "街道老年人情况汇总表",
        "civil_affairs",
        PeriodKind.MONTH,
        ("老年人", "80岁以上", "独居老人"),
        lines=True,
    ),
)


def workbook(sheet: Sheet, names: Sequence[str]) -> bytes:
    """Return the empty form as Excel. ``names``: the lines of a street's form."""
    into = io.BytesIO()
    book = xlsxwriter.Workbook(into, {"in_memory": True})
    box = book.add_format({"border": 1, "align": "center", "valign": "vcenter"})
    page = book.add_worksheet("表")
    column = 1
    page.merge_range(1, 0, 2, 0, "社区", box)
    for head in sheet.heads:
        if isinstance(head, str):
            page.merge_range(1, column, 2, column, head, box)
            column += 1
            continue
        whole, parts = head
        page.merge_range(1, column, 1, column + len(parts) - 1, whole, box)
        for part in parts:
            page.write_string(2, column, part, box)
            column += 1
    page.merge_range(0, 0, 0, column - 1, sheet.name, box)
    lines = (*names, "合计") if sheet.lines else ("",)
    for row, name in enumerate(lines, start=3):
        page.write(row, 0, name or None, box)
        for place in range(1, column):
            page.write_blank(row, place, None, box)
    if sheet.note:
        page.write_string(len(lines) + 4, 0, sheet.note)
    book.close()
    return into.getvalue()


def ask_and_answer(*, by: Actor, now: datetime, place: int) -> int:
    """
    Take the forms in, open them when their month is over, and send what was owed in earlier months.

    What no line of the duty list bears ``place`` sent back. Return how many were sent.
    """
    tree = places.tree(by.district)
    whole = tree.communities_under(tree.roots()[0].id)
    by = replace(by, permissions=by.permissions | {*Permission}, communities=whole)
    street = tree.street_of(place) or place
    names = list(report_queries.communities_named(by.district, street))
    began = now - timedelta(days=31 * (MONTHS_SENT + 1))
    days = _days_left(by.district, local_date(now))
    for sheet in SHEETS:
        reports.import_form(
            by=by,
            code=sheet.code,
            name=sheet.name,
            level="street" if sheet.lines else "community",
            period=sheet.period,
            due_days=days,
            workbook=workbook(sheet, names),
            duty=sheet.duty,
            asked_by=_office(tree.roots()[0].code, sheet.office),
            at=began,
        )
    sent = 0
    for month in range(MONTHS_SENT, 0, -1):
        then = now - timedelta(days=31 * month)
        for form in report_queries.forms_to_open(by.district, local_date(then)):
            reports.open_editions(by=by, form=form, at=then)
        owed = report_queries.editions_for(by).filter(state="open")
        for edition in owed.filter(place=place, form__duty_line=None, form__level="community"):
            reports.send_back_edition(by=by, edition=edition.pk, at=then)
        sent += reports.send_editions(
            by=by, editions=list(owed.values_list("pk", flat=True)), at=then
        )
    today = local_date(now)
    over = now - (today - period_ending(PeriodKind.MONTH, today)) + timedelta(days=1)
    for form in report_queries.forms_to_open(by.district, today):
        reports.open_editions(by=by, form=form, at=over)
    reports.ask_for_gaps(by=by, at=now)
    return sent


def _days_left(district: int, today: date) -> int:
    """
    Return in how many working days after the month forms are due, so that they are this week.

    At a weekend, when no working day of the week is left, they are due on the next one: never late.
    """
    calendar, over = rulebook.calendar(district), period_ending(PeriodKind.MONTH, today)
    sunday = today + timedelta(days=7 - today.isoweekday())
    days = 1
    while due_on(over, Period(days + 1, Unit.WORKING_DAYS), calendar) <= sunday:
        days += 1
    while due_on(over, Period(days, Unit.WORKING_DAYS), calendar) < today:
        days += 1
    return days


def _office(district: str, office: str) -> int:
    try:
        return parties.party_by_code(f"{district}.{office}").pk
    except NoSuchThing:
        return parties.party_by_code(f"{district}.civil_affairs").pk

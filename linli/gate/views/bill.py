"""The screens and files of the bill (C 负担): public inside the district."""

import io
from collections.abc import Iterable, Mapping, Sequence

import xlsxwriter
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from linli.basics import gettext_noop
from linli.fabric.asked import actor_of, text
from linli.gate import forms, queries
from linli.gate.domain import BILL_HEADS, EFFORT_WORDS, BillLine, Effort
from linli.gate.queries import burden
from linli.rulebook.domain import local_date

OFFICE = gettext_noop("Office")
ENTRY_HEADS = (
    OFFICE,
    gettext_noop("Request"),
    gettext_noop("Number"),
    gettext_noop("Minutes"),
    gettext_noop("State"),
    gettext_noop("Why it went back"),
    gettext_noop("Let through by"),
)
REFUSED_HEADS = (
    OFFICE,
    gettext_noop("Community"),
    gettext_noop("Law"),
    gettext_noop("Day"),
)
REFUSED_KEYS = ("asked_by", "refused_by", "basis", "refused_on")
SPENT_HEADS = (gettext_noop("Spent on"), gettext_noop("Minutes"))
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def public(request: HttpRequest, number: str) -> HttpResponse:
    """Show a request as the bill does: what was asked, why, and at what cost. No person."""
    page = burden.public_page(actor_of(request), number, district=settings.DISTRICT)
    return render(request, "gate/public.html", {"page": page, "staff": _staff(request)})


@require_safe
def minutes(request: HttpRequest) -> HttpResponse:
    """上门时间占比, opened: what a month's minutes went into."""
    month = forms.month(request.GET, at=timezone.now())
    page = burden.time_page(actor_of(request), month, district=settings.DISTRICT)
    return render(request, "gate/minutes.html", {"page": page, "staff": _staff(request)})


def _staff(request: HttpRequest) -> bool:
    return actor_of(request).kind == "staff"


@require_safe
def bill(request: HttpRequest) -> HttpResponse:
    """减负账单: public inside the district; it names requests, not persons."""
    at = timezone.now()
    month = forms.month(request.GET, at=at)
    narrowed = {name: text(request.GET, name) for name in ("office", "kind")}
    page = burden.bill_page(month, district=settings.DISTRICT, at=at, **narrowed)
    return render(request, "gate/bill.html", {"page": page, "staff": _staff(request)})


@require_safe
def bill_json(request: HttpRequest) -> HttpResponse:
    """Give the bill as open data."""
    at = timezone.now()
    month = forms.month(request.GET, at=at)
    found = queries.bill(month, on=local_date(at), district=settings.DISTRICT)
    offices = burden.office_codes(found, district=settings.DISTRICT)
    lines = [
        {"office": offices[one.party]}
        | {name: getattr(one, name) for name in BillLine.__slots__ if name != "party"}
        | {"answered_percent": one.answered_percent}
        for one in found.lines
    ]
    worked = {str(effort): minutes for effort, minutes in sorted(found.worked.items())}
    told = {"month": f"{month:%Y-%m}", "offices": lines, "worked_minutes": worked}
    asked = burden.entry_rows(month, on=local_date(at), district=settings.DISTRICT)
    refused = burden.refused_rows(month, district=settings.DISTRICT)
    return JsonResponse(
        told
        | {
            "requests": [_open_data(one, offices) for one in asked],
            "refused": [dict(zip(REFUSED_KEYS, _refused(one), strict=True)) for one in refused],
        }
    )


def _open_data(one: burden.EntryRow, offices: Mapping[int, str]) -> dict[str, object]:
    """Return a request as open data: ``failed`` are the codes of the checks it was returned for."""
    found = one.request
    failed = [each for each in found.reasons if not each["passed"]] if one.why else []
    return {
        "number": found.number,
        "office": offices[found.asked_by_id],
        "title": found.title,
        "kind": found.kind,
        "state": found.state,
        "minutes": one.minutes,
        "failed": [each["reason"] for each in failed],
        "returned_because": one.why,
        "let_through_by": one.officer,
    }


@require_safe
def bill_xlsx(request: HttpRequest) -> HttpResponse:
    """Give the bill as a workbook."""
    at = timezone.now()
    month = forms.month(request.GET, at=at)
    page = burden.bill_page(month, district=settings.DISTRICT, at=at)
    file = io.BytesIO()
    plain = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(file, plain)
    lines = [[page.offices[line.party], *_figures(line)] for line in page.bill.lines]
    _sheet(book, page.month, (OFFICE, *(words for _, words in BILL_HEADS)), lines)
    asked = burden.entry_rows(month, on=local_date(at), district=settings.DISTRICT)
    rows = [
        (
            one.row.office,
            one.row.title,
            one.row.number,
            one.minutes,
            one.row.chip[0],
            one.why,
            one.officer,
        )
        for one in asked
    ]
    _sheet(book, gettext("Request by request"), ENTRY_HEADS, rows)
    refused = burden.refused_rows(month, district=settings.DISTRICT)
    _sheet(book, gettext("Refused by communities"), REFUSED_HEADS, map(_refused, refused))
    spent = [(gettext(EFFORT_WORDS[one]), page.bill.worked.get(one, 0)) for one in Effort]
    _sheet(book, gettext("Where workers' minutes went"), SPENT_HEADS, spent)
    book.close()
    answer = HttpResponse(file.getvalue(), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="burden-{page.month}.xlsx"'
    return answer


def _refused(one: burden.RefusedRow) -> tuple[str, ...]:
    """Return what was refused in the order of ``REFUSED_KEYS``."""
    return one.who, one.by, one.basis, str(local_date(one.at))


def _figures(line: BillLine) -> list[float]:
    """Return the figures of an office in the order of ``BILL_HEADS``; money in yuan."""
    found = [(name, getattr(line, name)) for name, _ in BILL_HEADS]
    return [value / 100 if name.endswith("_fen") else value for name, value in found]


def _sheet(
    book: xlsxwriter.Workbook,
    name: str,
    heads: Sequence[str],
    rows: Iterable[Sequence[object]],
) -> None:
    sheet = book.add_worksheet(name)
    sheet.write_row(0, 0, [gettext(words) for words in heads], book.add_format({"bold": True}))
    for place, row in enumerate(rows, start=1):
        sheet.write_row(place, 0, row)
    sheet.freeze_panes(1, 1)
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, len(heads), 14)

"""办件: the list, its exports, the load of the office, and the page of one case."""

import csv
import io
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlencode

import xlsxwriter
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from linli.basics import Invalid, Refused, gettext_noop
from linli.cases import actions
from linli.cases.domain import Permission
from linli.desk import forms, queries
from linli.desk.domain import ORDERS, ROLES, STATES
from linli.fabric.asked import is_id
from linli.fabric.edge import sentence
from linli.fabric.jinja import LAW_TIME

from . import filters
from .asking import at_now, by_whom

HEADS = (
    gettext_noop("Case number"),
    gettext_noop("Item"),
    gettext_noop("State"),
    gettext_noop("Place"),
    gettext_noop("In whose hands"),
    gettext_noop("Received"),
    gettext_noop("At the latest"),
    gettext_noop("Hand-overs"),
    gettext_noop("Why we see it"),
)


@require_GET
@login_required
def case_list(request: HttpRequest) -> HttpResponse:
    """List the cases of the office, by key, older and newer."""
    by, at = by_whom(request), at_now()
    asked = forms.read_list(request.GET)
    page, trouble = queries.CaseList((), None, None), ""
    try:
        page = queries.case_list(
            by, asked.filter, order=asked.order, after=asked.after, limit=asked.limit, at=at
        )
    except Invalid as refusal:
        if refusal.field != "q":
            raise
        trouble = gettext(refusal.reason)
    here = request.path
    options = {
        "item": queries.items_to_filter(at),
        "status": tuple((code, gettext(look.words)) for code, look in STATES.items()),
        "role": tuple((code, gettext(words)) for code, words in ROLES.items()),
        "order": tuple((code, gettext(words)) for code, words in ORDERS.items()),
    }
    return render(
        request,
        "desk/cases.html",
        {
            "page": page,
            "trouble": trouble,
            "asked": asked,
            "at": at,
            **filters.tabs(request, asked, options),
            "figures": queries.due_figures(by, at=at),
            "options": options,
            "older": _link(here, asked.link(after=page.older)) if page.older else "",
            "newer": _link(here, asked.link(after=page.newer)) if page.newer else "",
            "sizes": [(n, _link(here, asked.link(limit=str(n)))) for n in forms.PAGE_SIZES],
            "this": urlencode(asked.link()),
            "may_accept": Permission.ACCEPT in by.permissions,
        },
        status=422 if trouble else 200,
    )


def _link(path: str, query: dict[str, str]) -> str:
    return f"{path}?{urlencode(query)}" if query else path


@require_GET
def export(request: HttpRequest, kind: str) -> HttpResponse:
    """Give the list as a file; no words of anybody and no names are in it."""
    by, at = by_whom(request), at_now()
    by.must(Permission.SEE)
    asked = forms.read_list(request.GET)
    rows = queries.exported(by, asked.filter, order=asked.order, at=at)
    heads = [gettext(head) for head in HEADS]
    content, media = _FILES[kind](heads, rows)
    response = HttpResponse(content, content_type=media)
    response["Content-Disposition"] = (
        f'attachment; filename="cases-{at.astimezone(LAW_TIME):%Y%m%d-%H%M}.{kind}"'
    )
    return response


def _csv(heads: list[str], rows: Iterable[tuple[object, ...]]) -> tuple[bytes, str]:
    text = io.StringIO()
    write = csv.writer(text)
    write.writerow(heads)
    write.writerows([_plain(cell) for cell in row] for row in rows)
    # The mark at the start lets a spreadsheet read Chinese.
    return ("\ufeff" + text.getvalue()).encode(), "text/csv; charset=utf-8"


def _plain(cell: object) -> object:
    """Return a cell as text; what a spreadsheet would take for a formula is kept from being one."""
    if isinstance(cell, datetime):
        return f"{cell.astimezone(LAW_TIME):%Y-%m-%d %H:%M}"
    if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return f"'{cell}"
    return "" if cell is None else cell


def _xlsx(heads: list[str], rows: Iterable[tuple[object, ...]]) -> tuple[bytes, str]:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet()
    bold, moment = (
        book.add_format({"bold": True}),
        book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
    )
    sheet.write_row(0, 0, heads, bold)
    for place, row in enumerate(rows, 1):
        for column, cell in enumerate(row):
            if isinstance(cell, datetime):
                sheet.write_datetime(
                    place, column, cell.astimezone(LAW_TIME).replace(tzinfo=None), moment
                )
            elif cell is not None:
                sheet.write(place, column, cell)
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(heads) - 1, 18)
    book.close()
    media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return file.getvalue(), media


_FILES = {"csv": _csv, "xlsx": _xlsx}


@require_GET
@login_required
def load(request: HttpRequest) -> HttpResponse:
    """Show who of the office carries how much, and its steps to be moved together."""
    return _load_page(request, status=200)


@require_POST
def reassign(request: HttpRequest) -> HttpResponse:
    """Move the ticked steps to another office."""
    by = by_whom(request)
    try:
        ids = [int(one) for one in request.POST.getlist("step") if is_id(one)][:200]
        actions.reassign_steps(
            by=by,
            step_ids=ids,
            to_party=forms.needed(request.POST, "to_party"),
            note=forms.words(request.POST, "note"),
            at=at_now(),
        )
    except Refused as refusal:
        return _load_page(request, status=refusal.status, trouble=sentence(refusal))
    return HttpResponseRedirect(reverse("desk:load") + "?did=reassign")


def _load_page(request: HttpRequest, *, status: int, trouble: str = "") -> HttpResponse:
    by, at = by_whom(request), at_now()
    context = {
        "load": queries.load_of_office(by),
        "lines": queries.office_steps(by, at=at),
        "offices": queries.offices_near(by, at=at),
        "may_move": Permission.REASSIGN in by.permissions,
        "trouble": trouble,
        "typed": request.POST,
        "ticked": request.POST.getlist("step"),
        "did": request.GET.get("did", ""),
    }
    return render(request, "desk/load.html", context, status=status)

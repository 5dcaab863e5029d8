"""名册: an office's roll of those who have a benefit: shown as read, brought in once confirmed."""

import io
from datetime import date, datetime

import xlsxwriter
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.basics import Actor, NotAllowed, Refused
from linli.cases import actions
from linli.cases.domain import ROLL_COLUMNS, Permission, RollRead
from linli.desk import forms, queries
from linli.desk.domain import RollTooOld
from linli.fabric import asked
from linli.fabric.edge import sentence
from linli.rulebook.domain import local_date

from .asking import at_now, by_whom

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SALT = "linli.desk.rolls"
AN_HOUR = 3_600  # seconds; people move and die, so what was shown is not kept for long
COLUMN_WIDTH = 24  # signs


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def rolls(request: HttpRequest) -> HttpResponse:
    """Show the benefits; sent with a file, show what it would bring. The file is not kept."""
    by, at = by_whom(request), at_now()
    by.must(Permission.LOAD_AWARDS)
    if request.method == "GET":
        return _page(request, by, at)
    try:
        item, rows = forms.roll(request.POST, request.FILES)
        read = actions.look_through_roll(by=by, item=item, rows=rows, at=at)
    except NotAllowed:
        raise
    except Refused as refusal:
        return _page(request, by, at, trouble=sentence(refusal), status=refusal.status)
    return _page(request, by, at, read=read)


@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Bring in what was shown, all of it or nothing."""
    by, at = by_whom(request), at_now()
    by.must(Permission.LOAD_AWARDS)
    try:
        item, roll = _opened(request.POST.get("shown", ""), by)
        new = actions.load_awards(by=by, item=item, roll=roll, at=at)
    except NotAllowed:
        raise
    except Refused as refusal:
        return _page(request, by, at, trouble=sentence(refusal), status=refusal.status)
    return HttpResponseRedirect(reverse("desk:rolls") + f"?new={new}")


@require_safe
def empty(request: HttpRequest) -> HttpResponse:
    """Give the empty roll as Excel; its numbers are texts, so that none is rounded."""
    by_whom(request).must(Permission.LOAD_AWARDS)
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet("名册")
    text, bold = book.add_format({"num_format": "@"}), book.add_format({"bold": True})
    sheet.set_column(0, len(ROLL_COLUMNS) - 1, COLUMN_WIDTH, text)
    sheet.write_row(0, 0, [names[0] for names in ROLL_COLUMNS.values()], bold)
    sheet.freeze_panes(1, 0)
    book.close()
    response = HttpResponse(file.getvalue(), content_type=XLSX)
    response["Content-Disposition"] = 'attachment; filename="roll.xlsx"'
    return response


def _kept(read: RollRead, by: Actor) -> str:
    """Return what was shown, signed for this desk: whom the roll brings, by number, and no names."""
    roll = [(person, on.toordinal()) for person, on in read.fresh]
    return signing.dumps([by.appointment, read.item, roll], salt=SALT, compress=True)


def _opened(shown: str, by: Actor) -> tuple[str, list[tuple[int, date]]]:
    """:raises RollTooOld: if it was shown long ago, to somebody else, or not by us"""
    try:
        appointment, item, roll = signing.loads(shown, salt=SALT, max_age=AN_HOUR)
    except signing.BadSignature:
        raise RollTooOld from None
    if appointment != by.appointment:
        raise RollTooOld
    return item, [(person, date.fromordinal(on)) for person, on in roll]


def _page(
    request: HttpRequest,
    by: Actor,
    at: datetime,
    *,
    read: RollRead | None = None,
    trouble: str = "",
    status: int = 200,
) -> HttpResponse:
    today = local_date(at)
    items = queries.roll_items(by, today)
    context = {
        "options": [(one.code, one.name) for one in items],
        "held": [(one.name, one.holders) for one in items],
        "page": queries.roll_page(by, read, today) if read else None,
        "shown": _kept(read, by) if read and read.fresh else "",
        "columns": [names[0] for names in ROLL_COLUMNS.values()],
        "item": forms.text(request.POST, "item"),
        "trouble": trouble,
        "did": _did(request),
    }
    return render(request, "desk/rolls.html", context, status=status)


def _did(request: HttpRequest) -> str:
    new = asked.number(request.GET, "new")
    if new is None:
        return ""
    words = ngettext("%(n)s person was brought in.", "%(n)s people were brought in.", new)
    return words % {"n": new} + " " + gettext("Whoever may have it and does not can be told now.")

"""钱: accounts, budget lines, statements of any day, and the trial balance. Nothing is typed here."""

import io
from datetime import datetime

import xlsxwriter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from linli.basics import Actor, NoSuchThing
from linli.fabric.asked import door, staff_of
from linli.fabric.jinja import LAW_TIME
from linli.files import queries as files
from linli.people import actions as people
from linli.rulebook.domain import local_date

from . import forms, queries
from .domain import Permission, Statement
from .queries import screens

MEDIA = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "pdf": "application/pdf",
}
PURPOSE = "registry"  # what a look at somebody's account is logged for


def _by(request: HttpRequest) -> Actor:
    """:raises NotAllowed: unless the hat may look into the book"""
    actor = staff_of(request)
    actor.must(Permission.SEE)
    return actor


@never_cache
@require_safe
def money(request: HttpRequest) -> HttpResponse:
    """Show the budget lines and accounts the hat may look into."""
    stranger = door(request)
    if stranger is not None:
        return stranger
    by = _by(request)
    context = {
        "lines": screens.lines_page(by, after=request.GET.get("lines", "")),
        "accounts": screens.accounts_page(by, after=request.GET.get("accounts", "")),
        "may_audit": Permission.AUDIT in by.permissions,
        "at": timezone.now(),
    }
    return render(request, "ledger/money.html", context)


@never_cache
@require_safe
def line(request: HttpRequest, line: int) -> HttpResponse:
    """Show one budget line, from what was given to what was paid."""
    stranger = door(request)
    if stranger is not None:
        return stranger
    page = screens.line_page(_by(request), line, at=timezone.now())
    return render(request, "ledger/line.html", {"page": page})


@never_cache
@require_safe
def account(request: HttpRequest, account: int) -> HttpResponse:
    """Show an account as it stood at the end of a day."""
    stranger = door(request)
    if stranger is not None:
        return stranger
    by, at = _by(request), timezone.now()
    on = forms.day_asked(request.GET, today=local_date(at))
    row = queries.account_for(by, account)
    page = screens.account_page(by, row, on=on, at=at, after=request.GET.get("after", ""))
    return render(
        request,
        "ledger/account.html",
        {"page": page, "today": local_date(at), "may_print": files.can_print()},
    )


@never_cache
@require_safe
def statement(request: HttpRequest, account: int, kind: str) -> HttpResponse:
    """
    Give the statement of an account up to the end of a day: signed JSON, the PDF around it, or a sheet.

    Whose account it is reads who took it along.

    :raises NoSuchThing: for a PDF where no font with Han characters is installed
    """
    stranger = door(request)
    if stranger is not None:
        return stranger
    by, at = _by(request), timezone.now()
    on = forms.day_asked(request.GET, today=local_date(at))
    row = queries.account_for(by, account)
    # What is signed reaches up to now: what the rest of today brings, nobody knows yet.
    until = min(screens.end_of(on), at)
    made = queries.statement(row, since=min(row.opened_at, until), until=until)
    if kind == "xlsx":
        content: bytes | None = _sheet(made, 10**row.unit.places)
    else:
        content = queries.signed_file(kind, made, row, made_at=at)
    if content is None:
        raise NoSuchThing
    if row.person_id is not None:
        people.note_read(by=by, person=row.person_id, purpose=PURPOSE, at=at)
    answer = HttpResponse(content, content_type=MEDIA[kind])
    answer["Content-Disposition"] = f'attachment; filename="statement-{account}-{on}.{kind}"'
    return answer


def _sheet(made: Statement, parts: int) -> bytes:
    """Return a statement as a sheet: day, what for, booking number, amount and balance as numbers."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet()
    bold = book.add_format({"bold": True})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    figure = book.add_format({"num_format": "#,##0.00" if parts > 1 else "#,##0"})
    heads = ("Day", "Booked for", "Booking number", "Amount", "Balance")
    sheet.write_row(0, 0, [gettext(head) for head in heads], bold)
    for place, (entry, after) in enumerate(zip(made.entries, made.running(), strict=True), 1):
        sheet.write_datetime(place, 0, _wall(entry.at), moment)
        sheet.write_string(place, 1, queries.kind_words(entry.kind))
        sheet.write_string(place, 2, str(entry.transfer_id))
        sheet.write_number(place, 3, entry.amount / parts, figure)
        sheet.write_number(place, 4, after / parts, figure)
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, 4, 20)
    book.close()
    return file.getvalue()


def _wall(at: datetime) -> datetime:
    return at.astimezone(LAW_TIME).replace(tzinfo=None)


@never_cache
@require_safe
def transfer(request: HttpRequest, transfer: int) -> HttpResponse:
    """Show one booking: both sides, and its line on the record."""
    stranger = door(request)
    if stranger is not None:
        return stranger
    page = screens.transfer_page(_by(request), transfer)
    return render(request, "ledger/transfer.html", {"page": page})


@never_cache
@require_safe
def trial(request: HttpRequest) -> HttpResponse:
    """Show whether the book adds up, unit by unit."""
    stranger = door(request)
    if stranger is not None:
        return stranger
    page = screens.trial_page(staff_of(request))
    return render(request, "ledger/trial.html", {"page": page, "at": timezone.now()})

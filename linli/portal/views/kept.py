"""What a browser keeps between two pages without an account: its receipts, and the fresh code."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils.dateparse import parse_datetime

from linli.cases.actions import Receipt
from linli.fabric import limits

RECEIPTS, FRESH = "receipts", "fresh"
MOST = 20
# Long enough to write the code down or print the slip; afterwards it is shown to nobody.
SHOWN_FOR = timedelta(minutes=30)


def receipts(request: HttpRequest) -> Sequence[int]:
    """Return the ids of the reports whose receipts this browser was given or opened."""
    found: Sequence[int] = request.session.get(RECEIPTS, ())
    return found


def keep(request: HttpRequest, report_id: int) -> None:
    """Remember a receipt in this browser's session, the newest first."""
    kept = [report_id, *(one for one in receipts(request) if one != report_id)]
    request.session[RECEIPTS] = kept[:MOST]


def keep_fresh(request: HttpRequest, receipt: Receipt, *, at: datetime) -> None:
    """Remember a receipt with its code, which is shown once."""
    keep(request, receipt.report.pk)
    request.session[FRESH] = {
        "number": receipt.case.number,
        "code": receipt.code,
        "at": at.isoformat(),
    }


def fresh_code(request: HttpRequest, number: str, *, at: datetime) -> str:
    """Return the code of a receipt handed out in this sitting, empty once its time is over."""
    held: dict[str, Any] = request.session.get(FRESH) or {}
    if held.get("number") != number:
        return ""
    given = parse_datetime(str(held.get("at", "")))
    if given is None or at - given > SHOWN_FOR:
        return ""
    return str(held["code"])


def address_of(request: HttpRequest) -> str:
    """Return where a request comes from, for counting tries; it is kept nowhere else."""
    return limits.address_of(request)

"""Who looked at a reporter, and when and why: for the reporter, and for the case's offices."""

from dataclasses import dataclass
from datetime import datetime

from linli.cases.models import ContactOpening, Report

MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a reporter's name and telephone."""

    appointment: int
    hat: str
    reason: str
    at: datetime


def looks_at(report: Report) -> list[Look]:
    """Return who opened this reporter's name and telephone, newest first."""
    rows = ContactOpening.objects.filter(report=report).order_by("-id")[:MOST_SHOWN]
    return [Look(row.appointment, row.hat, row.reason, row.opened_at) for row in rows]


def first_report(report: Report) -> int | None:
    """Return the id of the first report of the same case."""
    if report.first:
        return report.pk
    found = Report.objects.filter(case_id=report.case_id, first=True).values_list("id", flat=True)
    return found.first()

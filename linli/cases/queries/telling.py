"""What the house itself asks when it tells people: whom, and the words of a letter."""

from dataclasses import dataclass
from functools import partial

from django.utils.translation import gettext

from linli.cases.domain import Mark, Role, remedies, spoken
from linli.cases.events import ClockTurned
from linli.cases.models import Case, Docket, Extension, Pause, Report, Ruling, Step
from linli.catalogue import queries as catalogue
from linli.parties import queries as parties

from .windows import rule_at, windows_at


@dataclass(frozen=True, slots=True)
class Reporter:
    """
    How one who reported wants to be told: a sign-in, or an opened telephone number.

    ``number`` is the one on their receipt, also where their case was merged into another.
    """

    user: int | None
    phone: str
    language: str
    number: str = ""


def case_by_id(case_id: int) -> Case:
    """Return a case for the house's own reactions; nobody sees through this."""
    return Case.objects.get(pk=case_id)


def reporters_of(case: Case) -> list[Reporter]:
    """
    Return everybody who reported a case, or one merged into it, or said “me too”, and stands by it.

    Opens telephones, for sending only.
    """
    cases = fresh = [case.pk]
    while fresh := list(Case.objects.filter(merged_into__in=fresh).values_list("pk", flat=True)):
        cases = [*cases, *fresh]
    reports = Report.objects.filter(case__in=cases, withdrawn_at=None).select_related("case")
    return [_reporter(report) for report in reports.order_by("id")]


def reporter_of(report_id: int) -> Reporter:
    """Return how to tell one who reported. Opens the telephone, for sending only."""
    return _reporter(Report.objects.select_related("case").get(pk=report_id))


def _reporter(report: Report) -> Reporter:
    phone = report.phone.open() if report.phone else ""
    number = report.case.number
    return Reporter(number=number, user=report.user, phone=phone, language=report.language)


def offices_behind(event: ClockTurned) -> list[int]:
    """Return the offices a ringing clock concerns: the holder, and on escalation those above."""
    if event.step_id is not None:
        held = [Step.objects.values_list("party_id", flat=True).get(pk=event.step_id)]
    else:
        held = [Case.objects.values_list("owner_id", flat=True).get(pk=event.case_id)]
    above = Docket.objects.filter(case_id=event.case_id, role=Role.OVERSEER)
    escalated = event.mark == Mark.ESCALATED
    return [*held, *(above.values_list("party_id", flat=True) if escalated else ())]


def remedies_of(case: Case) -> tuple[str, ...]:
    """Return what the resident may do against a “no”, by the rows in force on the day of it."""
    at = case.answered_at
    if at is None:
        return ()
    found = remedies(
        catalogue.definition(case.version_id),
        case.end,
        row=partial(rule_at, at=at),
        reopen_days=windows_at(at).reopen_days,
    )
    return tuple(
        gettext(one.words) % {"amount": one.amount, "law": one.law, "article": one.article}
        for one in found
    )


def last_extension(case: Case) -> Extension | None:
    """Return the newest moving of the end of a case's clock."""
    return Extension.objects.filter(case=case).order_by("-id").first()


def last_pause(case: Case) -> Pause | None:
    """Return the newest pause of a case."""
    return Pause.objects.filter(case=case).order_by("-id").first()


def merged_number(case: Case) -> str:
    """Return the number of the case this one was merged into; empty if it was not."""
    return spoken(case.merged_into.number) if case.merged_into else ""


def last_clause(case: Case) -> str:
    """Return the clause of the newest return; empty if there was none."""
    found = Ruling.objects.filter(case=case).order_by("-id").values_list("clause", flat=True)
    return found.first() or ""


def person_in_charge(case: Case) -> str:
    """Return the name of the member of staff who answers for the case now; empty if nobody yet."""
    if case.owner_appointment is None:
        return ""
    return parties.staff_words(case.owner_appointment).name

"""What the worker does every ten seconds. Each is safe to run at any time, by any number of workers."""

import functools
from datetime import date, datetime, time, timedelta

from django.conf import settings

from linli.cases import actions as cases
from linli.files import actions as files
from linli.gate import actions as gate
from linli.identity import actions as identity
from linli.journal.actions import system
from linli.ledger import actions as ledger
from linli.notices import actions as notices
from linli.parties import actions as parties
from linli.reports import actions as reports
from linli.rulebook.domain import SHANGHAI, local_date

NIGHT = time(3, tzinfo=SHANGHAI)  # when nobody waits for the disk


def turn_clocks(at: datetime) -> None:
    """Let every clock whose mark has come ring: amber, red, escalated."""
    cases.turn_clocks(by=system(settings.DISTRICT), at=at)


def end_pauses(at: datetime) -> None:
    """Let the clocks run on whose day of review has come."""
    cases.end_pauses(by=system(settings.DISTRICT), at=at)


def end_unanswered(at: datetime) -> None:
    """End what residents were asked about and did not answer; they count as not reached."""
    cases.end_unanswered(by=system(settings.DISTRICT), at=at)


def send_notices(at: datetime) -> None:
    """Hand waiting letters to their carriers."""
    notices.send_due(by=system(settings.DISTRICT), at=at)


def begin_leaves(at: datetime) -> None:
    """Pass on the work of those whose leave begins today."""
    parties.begin_leaves(by=system(settings.DISTRICT), at=at)


def forget_answers(at: datetime) -> None:
    """Drop what was kept for repeated requests after a week."""
    identity.forget_answers(by=system(settings.DISTRICT), before=at - timedelta(days=7))


def sweep_files(at: datetime) -> None:
    """Remove from the disk, once a night, what no live file needs."""
    here = at.astimezone(SHANGHAI)
    if here.hour == NIGHT.hour:
        _sweep_of(here.date())


@functools.lru_cache(maxsize=1)
def _sweep_of(night: date) -> int:
    """Sweep as of the hour of one night; asked again the same night, a process does nothing."""
    at = datetime.combine(night, NIGHT)
    return files.sweep_orphans(by=system(settings.DISTRICT), at=at)


def expire_holds(at: datetime) -> None:
    """Strike off what was set aside and whose time is over."""
    ledger.expire_holds(by=system(settings.DISTRICT), at=at)


def open_editions(at: datetime) -> None:
    """Open the forms whose period is over."""
    reports.open_due_editions(by=system(settings.DISTRICT), at=at)


_ASKED_IN: set[date] = set()  # weeks, by their Mondays; asking again in one would bring nothing


def ask_weekly(at: datetime) -> None:
    """Ask once a week for what open forms lack, also where no form opens."""
    on = local_date(at)
    week = on - timedelta(days=on.weekday())
    if week not in _ASKED_IN:
        reports.ask_weekly(by=system(settings.DISTRICT), at=at)
        _ASKED_IN.add(week)


def lapse_requests(at: datetime) -> None:
    """End what communities were given for a time that is over, and free its money."""
    gate.lapse_requests(by=system(settings.DISTRICT), at=at)


def put_admitted(at: datetime) -> None:
    """Put what was admitted, and is done at doors, on the visit lists."""
    gate.put_admitted(by=system(settings.DISTRICT), at=at)


def escalate_requests(at: datetime) -> None:
    """Mark what offices asked and nobody decided in its days."""
    gate.escalate_requests(by=system(settings.DISTRICT), at=at)


def pay_overdue(at: datetime) -> None:
    """Pay communities what offices let lie."""
    gate.pay_overdue(by=system(settings.DISTRICT), at=at)

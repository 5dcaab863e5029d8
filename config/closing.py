"""What keeps a unit from being closed: kinds of open work, and what to do with each. Read this page to see them all."""

from collections.abc import Sequence

from linli.basics import gettext_noop
from linli.cases import queries as cases
from linli.gate.queries import closing as gate
from linli.parties.actions.closing import OpenWork
from linli.reports.queries import closing as reports

CLOSING: Sequence[OpenWork] = (
    (
        gettext_noop("matters it answers for:"),
        gettext_noop("Answer them, or give them another item."),
        cases.matters_open_at,
    ),
    (
        gettext_noop("steps in its hands:"),
        gettext_noop("Hand them over or finish them."),
        cases.steps_open_at,
    ),
    (gettext_noop("returns to rule on:"), gettext_noop("Rule on them."), cases.rulings_open_at),
    (
        gettext_noop("people booked at its window:"),
        gettext_noop("Serve them, or give the times back."),
        cases.turns_open_at,
    ),
    (gettext_noop("tasks from offices:"), gettext_noop("Finish them."), gate.tasks_open_at),
    (
        gettext_noop("requests it put to communities:"),
        gettext_noop("Wait until they end, or take them back."),
        gate.requests_open_at,
    ),
    (gettext_noop("forms it asks for:"), gettext_noop("End them."), reports.forms_open_at),
)

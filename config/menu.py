"""
The menu, as data: which doors a page offers, to whom, and in which order.

An entry whose address is not built yet is left out; so is one whose permission the hat lacks.
"""

from dataclasses import dataclass

from linli.basics import gettext_noop


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: the name of its address, its words, its icon, and the permission it needs."""

    url: str
    label: str
    icon: str
    permission: str = ""


PORTAL: tuple[Entry, ...] = (
    Entry("portal:home", gettext_noop("Home"), "home"),
    Entry("portal:catalogue", gettext_noop("Services"), "accept"),
    Entry("portal:report", gettext_noop("Report"), "report"),
    Entry("portal:matters", gettext_noop("My matters"), "case"),
    Entry("portal:data", gettext_noop("My data"), "person"),
    Entry("gate:bill", gettext_noop("The bill"), "scale"),
    Entry("verify:page", gettext_noop("Check a record"), "seal"),
)
DESK: tuple[Entry, ...] = (
    Entry("desk:today", gettext_noop("Today"), "today", "cases.see"),
    Entry("desk:accept", gettext_noop("Accept"), "accept", "cases.accept"),
    Entry("desk:queue", gettext_noop("Queue"), "people", "cases.accept"),
    Entry("desk:cases", gettext_noop("Cases"), "case", "cases.see"),
    Entry("visits:morning", gettext_noop("Visits"), "visit", "visits.visit"),
    Entry("reports:week", gettext_noop("Forms"), "form", "reports.fill"),
    Entry("reports:forms", gettext_noop("Forms we ask for"), "form", "reports.ask"),
    Entry("gate:home", gettext_noop("Tasks"), "gate", "gate.see"),
    Entry("gate:bill", gettext_noop("Burden"), "scale", "gate.see"),
    Entry("desk:returns", gettext_noop("Returns and rulings"), "return", "cases.see"),
    Entry("people:find", gettext_noop("People and homes"), "ledger", "people.find"),
    Entry("people:requests", gettext_noop("Data requests"), "person", "people.decide_rights"),
    Entry("desk:rolls", gettext_noop("Rolls"), "card", "cases.load_awards"),
    Entry("parties:offices", gettext_noop("Offices and duty"), "services", "parties.see"),
    Entry("places:root", gettext_noop("Places"), "place", "places.keep"),
    Entry("ledger:money", gettext_noop("Money"), "coin", "ledger.see"),
    Entry("cockpit:today", gettext_noop("Cockpit"), "chart", "cases.supervise"),
)

"""Values of the storeys below in the words and the language of the reader."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import get_language, gettext, ngettext

from linli.basics import Refused
from linli.cases import queries as cases
from linli.catalogue import queries as catalogue
from linli.catalogue.domain import ItemDefinition
from linli.fabric import jinja
from linli.parties import queries as parties
from linli.people import queries as people
from linli.portal.domain import (
    SOURCE_UNKNOWN,
    SOURCES,
    Dial,
    day_words,
    dial,
    moment_words,
)
from linli.rulebook import queries as rulebook
from linli.rulebook.domain import And, Condition, Expression, InSet, Not, Or, Period, Unit, phrase


def language() -> str:
    """Return the language of the request, ``zh-hans`` or ``en``."""
    return get_language() or "zh-hans"


def said(text: object) -> str:
    """Return a text of the data in the reader's language, else in Chinese."""
    if isinstance(text, Mapping):
        tag = "en" if language().startswith("en") else "zh-Hans"
        return str(text.get(tag) or text.get("zh-Hans") or "")
    return str(text or "")


def moment(at: datetime, *, year: bool = False) -> str:
    """Return a moment as residents read it."""
    return moment_words(at, language(), year=year)


def day(at: datetime) -> str:
    """Return a day as residents read it."""
    return day_words(at, language())


def period_words(period: Period | None) -> str:
    """Return a time limit in words."""
    if period is None:
        return ""
    amount = period.amount
    words = {
        Unit.HOURS: ngettext("%(amount)s hour", "%(amount)s hours", amount),
        Unit.WORKING_HOURS: ngettext("%(amount)s working hour", "%(amount)s working hours", amount),
        Unit.CALENDAR_DAYS: ngettext("%(amount)s day", "%(amount)s days", amount),
        Unit.WORKING_DAYS: ngettext("%(amount)s working day", "%(amount)s working days", amount),
        Unit.MONTHS: ngettext("%(amount)s month", "%(amount)s months", amount),
        Unit.YEARS: ngettext("%(amount)s year", "%(amount)s years", amount),
    }
    return words[period.unit] % {"amount": amount}


YES, NO = "yes", "no"  # how the expression language writes a truth value
END_MARK = 98  # the mark is drawn inside the line


@dataclass(frozen=True, slots=True)
class Who:
    """Whom to ask: a person with a hat, an office, a telephone. The name may be empty."""

    name: str
    hat: str
    party: str
    phone: str


def who_holds(party_id: int, appointment_id: int | None, *, at: datetime) -> Who:
    """Return who answers for a matter: the one who took it up, else who holds the office now."""
    unit = parties.party(party_id)
    try:
        holder = appointment_id or parties.holder_of(party_id, at).pk
        words = parties.staff_words(holder)
    except Refused:
        return Who("", parties.hat_words(unit.kind), parties.party_words(unit), unit.phone)
    # The hat is that of the office which answers, not of whichever seat the person wears it from.
    return Who(
        words.name,
        parties.hat_words(unit.kind),
        parties.party_words(unit),
        unit.phone or words.phone,
    )


@dataclass(frozen=True, slots=True)
class Clock:
    """
    A clock ready to be drawn: what stands above the line and below it.

    ``state`` is empty, ``soon``, ``late``, ``done`` or ``paused``; ``run`` and ``end`` are per cent.
    """

    state: str
    words: str
    due: str
    run: int
    end: int


def clock_of(
    *, opened_at: datetime, due_at: datetime | None, status: str, at: datetime
) -> Clock | None:
    """Return the clock of a matter, None where no rule set one."""
    if due_at is None:
        return None
    running = status in ("offered", "working")
    soon = cases.windows_at(at).amber
    shown = dial(opened_at=opened_at, due_at=due_at, at=at, soon=soon, stopped=not running)
    state, words = {
        "ended": ("done", gettext("The clock has stopped")),
        "asking": ("soon", gettext("Waits for you")),
        "answered": ("soon", gettext("Waits for you")),
        "paused": ("paused", gettext("Stands still")),
    }.get(status, (shown.kind, _left(shown)))
    last = {"moment": rulebook.by_guess(moment(due_at), due_at)}
    due = (
        gettext("Later by as long as it waits")
        if status in ("asking", "paused")
        else gettext("%(moment)s at the latest") % last
    )
    return Clock(state, words, due, shown.run, min(shown.end, END_MARK))


def _left(shown: Dial) -> str:
    span = shown.left
    values = {"days": span.days, "hours": span.hours, "minutes": span.minutes}
    late = shown.kind == "late"
    if span.days:
        words = (
            gettext("%(days)s d %(hours)s h late")
            if late
            else gettext("%(days)s d %(hours)s h left")
        )
    elif span.hours:
        words = (
            gettext("%(hours)s h %(minutes)s min late")
            if late
            else gettext("%(hours)s h %(minutes)s min left")
        )
    else:
        words = gettext("%(minutes)s min late") if late else gettext("%(minutes)s min left")
    return words % values


def performer_words(performer: str, on: date) -> str:
    """Return an office by its kind: the community's station, the street's aid window."""
    level, _, office = performer.partition(".")
    if level == "community":
        hat = parties.hat_words({"party": "party_org"}.get(office, office))
        return hat[:1].upper() + hat[1:]
    for entry in catalogue.entries("units", on):
        if entry.get("code") == performer:
            return said(entry.get("name"))
    return {
        "street": gettext("The street office"),
        "district": gettext("The district office in charge"),
    }.get(level, gettext("The organisation in charge"))


def fact_words(attribute: str, item: ItemDefinition | None = None) -> str:
    """Return what a fact, or a question of an item, is called."""
    if attribute == "age":
        return gettext("Age")
    entry = people.dictionary().get(attribute)
    if entry is not None:
        return said(entry.name)
    if item is not None:
        for field in item.all_fields():
            if field.code == attribute:
                return said(field.label)
    return attribute


def source_words(attribute: str) -> str:
    """Return where a held fact comes from."""
    entry = people.dictionary().get(attribute)
    return gettext(SOURCES.get(entry.source, SOURCE_UNKNOWN) if entry else SOURCE_UNKNOWN)


def value_words(attribute: str, value: object, item: ItemDefinition | None = None) -> str:
    """Return a held value, or an answer, in words."""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, date):
        return jinja.day(value, whole=True)
    return code_words(attribute, str(value), item)


def code_words(attribute: str, code: str, item: ItemDefinition | None = None) -> str:
    """Return what a code of a fact, or of an item's own question, means."""
    entry = people.dictionary().get(attribute)
    if entry is not None and code in entry.codes:
        return said(entry.codes[code])
    if item is not None:
        for field in item.all_fields():
            if field.code == attribute and code in field.choices:
                return said(field.choices[code])
    return {"yes": gettext("yes"), "no": gettext("no")}.get(code, code)


def condition_words(condition: Condition, item: ItemDefinition) -> str:
    """Return what one condition asks, in words."""
    asked = phrase(condition)
    if isinstance(condition, InSet):
        return _codes_words(condition, item, gettext("%(name)s: %(codes)s"))
    values: dict[str, Any] = {
        "name": fact_words(asked.name, item),
        "least": asked.least,
        "most": asked.most,
    }
    return gettext(asked.msgid) % values


def _codes_words(condition: InSet, item: ItemDefinition, sentence: str) -> str:
    *others, last = (code_words(condition.name, code, item) for code in sorted(condition.codes))
    either = gettext(" or ").join([gettext(", ").join(others), last]) if others else last
    return sentence % {"name": fact_words(condition.name, item), "codes": either}


def _single(condition: InSet) -> bool:
    return len(condition.codes) == 1


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule in words: one sentence, or a heading over others (``all``, ``any``, ``not``)."""

    kind: str
    words: str = ""
    parts: tuple["Rule", ...] = ()


def rule_words(expression: Expression, item: ItemDefinition) -> Rule:
    """Return a whole rule as a tree of sentences."""
    match expression:
        case And(parts):
            return Rule("all", parts=tuple(rule_words(part, item) for part in parts))
        case Or(parts):
            return Rule("any", parts=tuple(rule_words(part, item) for part in parts))
        case Not(InSet() as part):
            opposite = {YES: NO, NO: YES}.get(next(iter(part.codes)), "") if _single(part) else ""
            if opposite:
                turned = InSet(part.name, frozenset({opposite}))
                return Rule("one", words=condition_words(turned, item))
            words = _codes_words(part, item, gettext("%(name)s: anything but %(codes)s"))
            return Rule("one", words=words)
        case Not(part):
            return Rule("not", parts=(rule_words(part, item),))
        case _:
            return Rule("one", words=condition_words(expression, item))

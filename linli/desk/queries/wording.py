"""Values of the storeys below in the words and the language of the reader."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import get_language, gettext

from linli.basics import NoSuchThing, Refused
from linli.cases import queries as cases
from linli.cases.domain import RUNNING, Status
from linli.catalogue import queries as catalogue
from linli.catalogue.domain import ItemDefinition
from linli.desk.domain import ENDS, STATES, Look, dial
from linli.fabric.jinja import LAW_TIME, MONTHS, day, language, local_text, moment, span_brief
from linli.parties import queries as parties
from linli.people import queries as people
from linli.places import queries as places
from linli.rulebook import queries as rulebook
from linli.rulebook.domain import Condition, phrase

if TYPE_CHECKING:
    from linli.cases.models import Case
    from linli.cases.queries import ShownCase

WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock ready for the macro: its state, the words above the line and below it."""

    state: str
    words: str
    due: str
    run: int
    end: int


def clock_of(
    *,
    opened_at: datetime | None,
    due_at: datetime | None,
    at: datetime,
    stands: str = "",
    words: str = "",
) -> Clock | None:
    """Return the clock of a case or a step, None where no rule set one or it has not begun."""
    if due_at is None or opened_at is None:
        return None
    soon = cases.windows_at(at).amber
    shown = dial(opened_at=opened_at, due_at=due_at, at=at, soon=soon, stands=stands)
    if not words:
        span = span_brief(shown.left)
        late = shown.state == "late"
        words = (gettext("%(span)s late") if late else gettext("%(span)s left")) % {"span": span}
    if shown.state == "paused":  # the end it had moves when it runs again
        return Clock(shown.state, words, "", shown.run, shown.end)
    due = gettext("by %(moment)s") % {"moment": rulebook.by_guess(moment(due_at), due_at)}
    return Clock(shown.state, words, due, shown.run, shown.end)


def case_address(number: str) -> str:
    """Return the address of the page of a case."""
    return _case_address().format(number)


@cache
def _case_address() -> str:
    return reverse("desk:case", args=["NUMBER"]).replace("NUMBER", "{}")


def case_clock(case: "Case | ShownCase", *, at: datetime) -> Clock | None:
    """Return the clock of a case; it stands still while somebody else is waited for."""
    still = {
        Status.ASKING: ("paused", gettext("with the resident")),
        Status.PAUSED: ("paused", gettext("stands still")),
        Status.ANSWERED: ("done", gettext("answer given")),
        Status.ENDED: ("done", gettext("stopped")),
    }
    stands, words = ("", "") if case.status in RUNNING else still[Status(case.status)]
    began = case.reopened_at or case.opened_at
    return clock_of(opened_at=began, due_at=case.due_at, at=at, stands=stands, words=words)


def look_of(case: "Case | ShownCase") -> Look:
    """Return how the state of a case is shown; an end says which."""
    look = STATES[case.status]
    if case.end and case.status == Status.ENDED:
        return Look(look.chip, look.icon, ENDS[case.end])
    if case.reopened and case.status in RUNNING:
        return Look("need", "reopen", gettext("Reopened"))
    return look


def item_name(case: "Case | ShownCase") -> str:
    """Return the name of the item a case is pinned to."""
    return local_text(catalogue.definition(case.version_id).name)


def item_words(code: str, on: date) -> str:
    """Return the name of an item in force, else its code."""
    try:
        return local_text(catalogue.current(code, on).definition.name)
    except NoSuchThing:
        return code


def place_of_case(case: "Case | ShownCase", within: frozenset[int] = frozenset()) -> str:
    """
    Return where a case lies. ``case.place`` must be loaded with it.

    :param within: the communities the reader reaches; if that is one, its own name is left out
    """
    tree = places.tree(case.district)
    if case.place_id is None:
        return case.place_words
    if case.place_id in tree:
        words = tree.path_words(case.place_id, language())
    else:
        door = local_text(case.place.name) if case.place else ""
        above = tree.path_words(case.place.parent_id or 0, language()) if case.place else ""
        words = f"{door}, {above}" if language() == "en" else above + door
    if case.community_id and within == {case.community_id} and case.place_id != case.community_id:
        known = tree.path_words(case.community_id, language())
        words = words.removeprefix(known).removesuffix(f", {known}")
    return (
        gettext("%(place)s, %(words)s") % {"place": words, "words": case.place_words}
        if (case.place_words)
        else words
    )


def party_name(party_id: object) -> str:
    """Return an office by its name; “an office” where it is not known."""
    try:
        return parties.party_words(parties.party(int(str(party_id))))
    except (Refused, ValueError):
        return gettext("an office")


def person_name(appointment: int | None) -> str:
    """Return the name of a member of staff, empty where there is none."""
    if appointment is None:
        return ""
    try:
        return parties.staff_words(appointment).name
    except Refused:
        return ""


def clause_entry(code: str, on: date) -> dict[str, Any]:
    """Return a clause of the packs: name, when, basis, example."""
    for entry in catalogue.entries("clauses", on):
        if entry["code"] == code:
            return entry
    return {"code": code, "name": code, "when": "", "basis": ()}


def clause_words(code: str, on: date) -> str:
    """Return a clause by its name."""
    return local_text(clause_entry(code, on)["name"])


def law_words(cited: Iterable[str]) -> str:
    """Return laws and their articles as the reader's language cites them."""
    english = (get_language() or "").startswith("en")
    parted = (one.partition(" ") for one in cited)
    return gettext("; ").join(
        catalogue.cite(law, article, english=english) for law, _, article in parted
    )


def basis_words(item: ItemDefinition) -> str:
    """Return the law an item stands on, or that its content is a template of ours."""
    if item.basis:
        return law_words([f"{one.law} {one.article}" for one in item.basis])
    return gettext("illustrative") if item.example else ""


def fact_name(attribute: str, item: ItemDefinition | None = None) -> str:
    """Return what a fact or an asked field is called."""
    if attribute == "age":
        return gettext("Age")
    entry = people.dictionary().get(attribute)
    if entry is not None:
        return local_text(entry.name)
    for field in item.all_fields() if item else ():
        if field.code == attribute:
            return local_text(field.label)
    return attribute


def code_name(attribute: str, code: str, item: ItemDefinition | None = None) -> str:
    """Return what a code of a fact, or of an item's own question, means."""
    entry = people.dictionary().get(attribute)
    if entry is not None and code in entry.codes:
        return local_text(entry.codes[code])
    for field in item.all_fields() if item else ():
        if field.code == attribute and code in field.choices:
            return local_text(field.choices[code])
    return {"yes": gettext("yes"), "no": gettext("no")}.get(code, code)


def value_words(attribute: str, value: object, item: ItemDefinition | None = None) -> str:
    """Return the value of a fact or an answer in words."""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, date):
        return day(value, whole=True)
    return code_name(attribute, str(value), item)


def condition_words(condition: Condition, item: ItemDefinition) -> str:
    """Return what one condition asks, as one sentence."""
    asked = phrase(condition)
    values: Mapping[str, Any] = {
        "name": fact_name(asked.name, item),
        "least": asked.least,
        "most": asked.most,
        "codes": gettext(" or ").join(code_name(asked.name, c, item) for c in asked.codes),
    }
    return gettext(asked.msgid) % values


def day_heading(at: datetime) -> str:
    """Return the day as a heading: 11 月 16 日，周一; Monday, 16 Nov."""
    here = at.astimezone(LAW_TIME)
    if language() == "en":
        return f"{here:%A}, {here.day} {MONTHS[here.month - 1]}"
    return f"{here.month} 月 {here.day} 日，周{WEEKDAYS[here.weekday()]}"

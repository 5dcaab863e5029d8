"""What facts and their values are called, of whatever is counted."""

from collections.abc import Iterable, Mapping

from django.conf import settings
from django.utils.translation import gettext

from linli.basics import gettext_noop
from linli.cases.domain import CHANNEL_WORDS
from linli.catalogue import queries as catalogue
from linli.fabric.jinja import local_text
from linli.ledger import queries as ledger
from linli.parties.domain import HAT_WORDS
from linli.people import queries as people
from linli.places.domain import KIND_WORDS
from linli.rulebook.domain import NEVER, PERIODS, within
from linli.visits.domain import OUTCOME_WORDS

SUBJECT_WORDS: Mapping[str, str] = {
    "people": gettext_noop("people who live here"),
    "households": gettext_noop("households somebody lives in"),
    "buildings": gettext_noop("buildings and courtyards"),
    "organisations": gettext_noop("offices, organisations and bodies of residents"),
    "cases": gettext_noop("matters received"),
    "visits": gettext_noop("visits to a door"),
    "ledger": gettext_noop("budget lines"),
}
FACT_WORDS: Mapping[str, str] = {
    "age": gettext_noop("Age"),
    "kind": gettext_noop("Kind of household"),
    "people": gettext_noop("People in it"),
    "building_kind": gettext_noop("Kind of building"),
    "doors": gettext_noop("Flats in it"),
    "standing_since": gettext_noop("Standing since"),
    "party_kind": gettext_noop("Kind of body"),
    "sector": gettext_noop("Government, community or organisation"),
    "for_profit": gettext_noop("Works for profit"),
    "legal_person": gettext_noop("Is a legal person"),
    "registered_on": gettext_noop("Day of registration"),
    "registered_in": gettext_noop("Time of registration"),
    "registered_this_week": gettext_noop("Registered this week"),
    "item": gettext_noop("The matter"),
    "errand": gettext_noop("What the resident wanted"),
    "channel": gettext_noop("The way in"),
    "state": gettext_noop("Where it stands"),
    "end": gettext_noop("How it ended"),
    "late": gettext_noop("Answered late, or late already"),
    "opened_on": gettext_noop("Day it was received"),
    "opened_in": gettext_noop("Time it was received"),
    "opened_this_week": gettext_noop("Received this week"),
    "answered_on": gettext_noop("Day it was answered"),
    "answered_in": gettext_noop("Time it was answered"),
    "answered_this_week": gettext_noop("Answered this week"),
    "outcome": gettext_noop("How the visit went"),
    "visit_kind": gettext_noop("Reason of the visit"),
    "paper": gettext_noop("Written on paper first"),
    "minutes": gettext_noop("Minutes of the visit"),
    "visited_on": gettext_noop("Day of the visit"),
    "visited_in": gettext_noop("Time of the visit"),
    "visited_this_week": gettext_noop("Visited this week"),
    "seen_before_in": gettext_noop("The visit to the same door before this one"),
    "seen_before_this_week": gettext_noop("Same door visited earlier this week"),
    "unit": gettext_noop("Counted in"),
    "owner": gettext_noop("Whose line it is"),
    "running": gettext_noop("In force on that day"),
    "begins_on": gettext_noop("First day"),
    "ends_on": gettext_noop("Last day"),
    "budgeted": gettext_noop("Given to the line"),
    "reserved": gettext_noop("Reserved"),
    "committed": gettext_noop("Committed"),
    "paid": gettext_noop("Paid"),
}
_PERIODS = {
    "month": gettext_noop("this month"),
    "quarter": gettext_noop("earlier this quarter"),
    "half_year": gettext_noop("earlier this half year"),
    "year": gettext_noop("earlier this year"),
    "before": gettext_noop("before this year"),
    "never": gettext_noop("never"),
}
_SPANS = {
    "month": (gettext_noop("this month"), gettext_noop("before this month, or never")),
    "quarter": (gettext_noop("this quarter"), gettext_noop("before this quarter, or never")),
    "half_year": (gettext_noop("this half year"), gettext_noop("before this half year, or never")),
    "year": (gettext_noop("this year"), gettext_noop("before this year, or never")),
}
_EARLIER = {
    "last_month": gettext_noop("last month"),
    "last_quarter": gettext_noop("last quarter"),
    "first_half": gettext_noop("the first half of the year"),
    "last_year": gettext_noop("last year"),
}
_BODIES = {str(kind): words for kind, words in HAT_WORDS.items()}
CODE_WORDS: Mapping[str, Mapping[str, str]] = {
    "kind": {
        "family": gettext_noop("family household"),
        "collective": gettext_noop("shared quarters"),
    },
    "building_kind": {str(kind): words for kind, words in KIND_WORDS.items()},
    "party_kind": _BODIES,
    "owner": _BODIES,
    "sector": {
        "government": gettext_noop("government"),
        "community": gettext_noop("community"),
        "organisation": gettext_noop("organisation"),
    },
    "errand": {
        "apply": gettext_noop("to apply for something"),
        "report": gettext_noop("to report something"),
        "ask": gettext_noop("to ask something"),
        "book": gettext_noop("to book something"),
        "join": gettext_noop("to take part"),
        "propose": gettext_noop("to propose something"),
        "help": gettext_noop("to get help"),
    },
    "channel": CHANNEL_WORDS,
    "state": {
        "open": gettext_noop("not answered yet"),
        "over": gettext_noop("answered or over"),
    },
    "end": {
        "solved": gettext_noop("solved"),
        "explained": gettext_noop("explained"),
        "not_ours": gettext_noop("not ours to solve"),
        "merged": gettext_noop("joined to another matter"),
        "withdrawn": gettext_noop("taken back by the resident"),
    },
    "outcome": OUTCOME_WORDS,
    "visit_kind": {
        "round": gettext_noop("the usual round"),
        "care": gettext_noop("care for somebody"),
        "question": gettext_noop("a question of a form"),
        "case": gettext_noop("a matter in hand"),
    },
    **dict.fromkeys(("opened_in", "answered_in", "visited_in", "registered_in"), _PERIODS),
    "seen_before_in": _PERIODS,
}


def fact_name(attribute: str) -> str:
    """Return what a fact is called, of whatever is counted."""
    span = _span_of(attribute)
    if span is not None:
        return fact_name(f"{attribute.removesuffix(span)}in")
    words = FACT_WORDS.get(attribute)
    return gettext(words) if words is not None else people.fact_label(attribute)


def span_name(attribute: str) -> str:
    """Return the earlier period an attribute asks about (上月), "" if it asks about none."""
    span = _span_of(attribute)
    return "" if span is None else gettext(_EARLIER[span])


def _span_of(attribute: str) -> str | None:
    return next((span for span in _EARLIER if attribute.endswith(f"_{span}")), None)


def code_names(attribute: str, codes: Iterable[str]) -> list[str]:
    """Return what values of a fact are called; the periods up to one are that one."""
    asked = frozenset(codes)
    if attribute.endswith("_in"):
        for period, (within_it, not_in_it) in _SPANS.items():
            if asked == within(period):
                return [gettext(within_it)]
            if asked == {*PERIODS, NEVER} - within(period):
                return [gettext(not_in_it)]
    return [_code_name(attribute, code) for code in sorted(asked)]


def _code_name(attribute: str, code: str) -> str:
    words = CODE_WORDS.get(attribute, {}).get(code)
    if words is not None:
        return gettext(words)
    if attribute == "item":
        return item_name(code)
    if attribute == "unit":
        return local_text(_units(settings.DISTRICT).get(code, code))
    entry = people.dictionary().get(attribute)
    if entry is not None and code in entry.codes:
        return local_text(entry.codes[code])
    return {"yes": gettext("yes"), "no": gettext("no")}.get(code, code)


def item_name(code: str) -> str:
    """Return what an item is called, by its newest wording."""
    found = catalogue.wordings(code)
    return local_text(found[-1].definition.name) if found else code


def _units(district: int) -> Mapping[str, object]:
    return {one.code: one.name for one in ledger.units(district=district)}

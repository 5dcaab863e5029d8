"""The trail of a case in words: every happening as it is told, in the language of the request."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext

from linli.basics import NoSuchThing, Refused
from linli.cases.domain import CHANNEL_WORDS, PAUSE_WORDS, PROOF_WORDS, telling
from linli.cases.models import Case, Step
from linli.catalogue import queries as catalogue
from linli.catalogue.domain import ItemDefinition
from linli.fabric.jinja import day, local_text, moment
from linli.parties import queries as parties

from .one import Happening


@dataclass(frozen=True, slots=True)
class Told:
    """One knot of the trail: ``quote`` is what was written then, ``who`` a name and its hat."""

    icon: str
    kind: str
    words: str
    at: str
    detail: str
    quote: str
    who: str


def trail(
    case: Case, happenings: Iterable[Happening], steps: Sequence[Step], *, on: date
) -> tuple[Told, ...]:
    """Return the happenings as they are told; clauses and items are named as on a day."""
    item = catalogue.definition(case.version_id)
    names = {step.pk: local_text(step.name) for step in steps}
    return tuple(_told(one, _values(one.data, case, item, names, on)) for one in happenings)


def paper_names(item: ItemDefinition, codes: Iterable[str]) -> tuple[str, ...]:
    """Return papers by their names; a paper the item does not list keeps its own words."""
    names = {paper.code: local_text(paper.name) for paper in item.papers}
    return tuple(names.get(code, code) for code in codes)


def _told(one: Happening, values: Mapping[str, Any]) -> Told:
    told = telling(one.kind, one.data)
    who = _person(one.appointment)
    hat = parties.hat_words(one.hat) if who and one.hat else ""
    return Told(
        icon=told.icon,
        kind=told.kind,
        words=gettext(told.words) % values,
        at=moment(one.at),
        detail=gettext(told.detail) % values if told.detail else "",
        quote=one.words,
        who=f"{who} · {hat}" if hat else who,
    )


def _values(
    data: Mapping[str, Any], case: Case, item: ItemDefinition, steps: Mapping[int, str], on: date
) -> dict[str, Any]:
    return {
        "party": _party(data.get("party_id") or data.get("owner_id") or case.owner_id),
        "from_party": _party(data.get("from_party_id")),
        "to_party": _party(data.get("to_party_id")),
        "arbiter": _party(data.get("arbiter_id")),
        "to_name": _person(data.get("to_appointment_id")) or gettext("the office"),
        "step": steps.get(data.get("step_id") or 0, ""),
        "channel": _one_of(CHANNEL_WORDS, data.get("channel") or case.channel),
        "clause": clause_words(str(data.get("clause", "")), on),
        "papers": gettext(", ").join(paper_names(item, data.get("papers", ()))),
        "count": len(data.get("file_ids", ())),
        "proof": _one_of(PROOF_WORDS, data.get("proof")),
        "reason": _one_of(PAUSE_WORDS, data.get("reason")),
        "review": _when(data.get("review_at"), day),
        "due": _when(data.get("due_at"), moment),
        "item": _item(str(data.get("item", "")), on),
        "hop": data.get("hop", ""),
    }


def _party(party_id: object) -> str:
    try:
        return parties.party_words(parties.party(int(str(party_id))))
    except (Refused, ValueError):
        return gettext("the office")


def _person(appointment: object) -> str:
    """Return the name of a member of staff; empty where nobody is named."""
    try:
        return parties.staff_words(int(str(appointment))).name
    except (Refused, ValueError):
        return ""


def clause_words(code: str, on: date) -> str:
    """Return a clause as people know it, by the list of the day; its code where the list has none."""
    for entry in catalogue.entries("clauses", on) if code else ():
        if entry["code"] == code:
            return local_text(entry["name"])
    return code


def _item(code: str, on: date) -> str:
    try:
        return local_text(catalogue.current(code, on).definition.name) if code else ""
    except NoSuchThing:
        return code


def _one_of(words: Mapping[str, str], code: object) -> str:
    found = words.get(str(code))
    return gettext(found) if found else ""


def _when(text: object, show: Callable[[datetime], str]) -> str:
    found = parse_datetime(str(text)) if text else None
    return show(found) if found else ""

"""Everything held of one person, to take along (个人信息保护法 45)."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from linli.basics import Actor, Refused
from linli.cases.models import Booking, Report
from linli.parties import queries as parties
from linli.people import queries as people
from linli.places import queries as places
from linli.rulebook.domain import local_date

from .awards import held_awards

if TYPE_CHECKING:
    from linli.people.models import Person


def copy_of(by: Actor, person: "Person", *, at: datetime) -> dict[str, Any]:
    """
    Return a copy of everything held of a person, as plain values. Who may have it the caller has
    asked: the person themselves, or whoever a granted request names.
    """
    held = people.data_of(person)
    home = places.place_words(by.district, person.home_id, "zh-Hans") if person.home_id else None
    return {
        "made_at": at.isoformat(),
        "name": held["name"],
        "phone": held["phone"],
        "id_number": held["id_number"],
        "home": home,
        "facts": {
            name: value if isinstance(value, str | int | bool) else str(value)
            for name, value in held["facts"].items()
        },
        "awards": [
            {
                "item": one.item,
                "from": one.from_on.isoformat(),
                "to": one.to_on.isoformat() if one.to_on else None,
                "ended_because": one.end_reason or None,
            }
            for one in held_awards(by.district, person.pk, local_date(at))
        ],
        "matters": [_matter(one) for one in _reports(by, person)],
        "turns": [
            {"number": one.number, "at": (one.starts_at or one.made_at).isoformat()}
            for one in Booking.objects.filter(
                district=by.district, person__in=people.records_of(person.pk)
            ).order_by("id")
        ],
        "read_by": [
            {"hour": one.hour.isoformat(), "who": _who(one), "hat": one.hat, "purpose": one.purpose}
            for one in held["read_by"]
        ],
    }


def _reports(by: Actor, person: "Person") -> QuerySet[Report]:
    rows = Report.objects.filter(district=by.district, person__in=people.records_of(person.pk))
    return rows.select_related("case").order_by("id")


def _matter(report: Report) -> dict[str, Any]:
    """Return what somebody reported, in their own words, and how it ended; of others' words nothing."""
    case = report.case
    return {
        "number": case.number,
        "item": case.item,
        "reported_at": report.reported_at.isoformat(),
        "words": report.words or (case.words if report.first else ""),
        "place_words": case.place_words if report.first else "",
        "status": case.status,
        "end": case.end or None,
        "ended_at": case.ended_at.isoformat() if case.ended_at else None,
        "withdrawn_at": report.withdrawn_at.isoformat() if report.withdrawn_at else None,
    }


def _who(look: Any) -> str:  # a value of people.domain
    try:
        words = parties.staff_words(look.appointment)
    except Refused:
        return ""
    return f"{words.name} · {words.party}"

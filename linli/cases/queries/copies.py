"""Everything held of one person, to take along (个人信息保护法 45)."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from linli.basics import Actor
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
        "read_by": [
            {"hour": one.hour.isoformat(), "hat": one.hat, "purpose": one.purpose}
            for one in held["read_by"]
        ],
    }

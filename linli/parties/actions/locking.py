"""What every action of this storey begins with: may the hat do it, and the row locked."""

from linli.basics import Actor, NoSuchThing, NotAllowed
from linli.parties.domain import Permission, Seat
from linli.parties.models import Appointment, Party
from linli.places import queries as places


def may(by: Actor, permission: Permission) -> None:
    """:raises NotAllowed: unless the hat may; the house itself may everything"""
    if by.kind != "system":
        by.must(permission)


def may_at(by: Actor, permission: Permission, place: int) -> None:
    """
    Let a hat act on the parties of its own territory only (decisions 11).

    :raises NotAllowed: without the permission, or for a party whose territory the hat does not cover
    """
    may(by, permission)
    if by.kind == "system":
        return
    territory = places.tree(by.district).communities_under(place)
    if not territory or not territory <= by.communities:
        raise NotAllowed


def locked_party(by: Actor, party_id: int) -> Party:
    """:raises NoSuchThing: if the district has no such party"""
    found = Party.objects.select_for_update().filter(district=by.district, pk=party_id).first()
    if found is None:
        raise NoSuchThing
    return found


def locked_appointment(by: Actor, appointment_id: int) -> Appointment:
    """:raises NoSuchThing: if the district has no such appointment"""
    rows = Appointment.objects.select_for_update().filter(district=by.district)
    found = rows.filter(pk=appointment_id).first()
    if found is None:
        raise NoSuchThing
    return found


def as_seat(one: Appointment) -> Seat:
    """Return an appointment as the rules on seats look at it; its party is loaded."""
    return Seat(one.party.kind, one.party.place_id, one.role, one.party.office)

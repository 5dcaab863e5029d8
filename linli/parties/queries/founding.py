"""What stands before a district brings in its units and staff."""

from datetime import date

from linli.identity import queries as identity
from linli.parties.domain import CENTER, COMMUNITY_KINDS, Kind, PartyRow
from linli.parties.models import Appointment, Party, Post
from linli.places import queries as places
from linli.places.domain import Kind as PlaceKind

HATS = frozenset(COMMUNITY_KINDS.values())
WITH_OFFICES = frozenset({PlaceKind.STREET, PlaceKind.DISTRICT})


def party_rows(district: int) -> list[PartyRow]:
    """Return every unit as the row that would bring it in, closed ones too."""
    return [
        PartyRow(
            code=one.code,
            kind=one.kind,
            name=one.name,
            place=one.place_id,
            office=one.office,
            parent=one.parent.code if one.parent else "",
            phone=one.phone,
            sector=one.sector,
            for_profit=one.for_profit,
            legal_person=one.legal_person,
            from_on=one.from_on,
        )
        for one in Party.objects.filter(district=district).select_related("parent").order_by("id")
    ]


def seat_rows(district: int) -> list[tuple[str, str, str, date | None]]:
    """Return who (the login, else the name), party, role and last day of every seat, old ones first."""
    rows = Appointment.objects.filter(district=district).select_related("user", "party")
    return [
        (one.user.username if one.user else one.name, one.party.code, one.role, one.to_on)
        for one in rows.order_by("from_on", "id")
    ]


def name_of_login(district: int, login: str) -> str | None:
    """Return the name a login has at its desks, "" if it has no desk, None if nobody signs in so."""
    user = identity.user_named(login)
    if user is None:
        return None
    desks = Appointment.objects.filter(district=district, user=user).order_by("-id")
    return desks.values_list("name", flat=True).first() or ""


def kinds_at(place: str) -> list[str]:
    """Return which kinds of unit may stand at a kind of place: a community's own stand in it alone."""
    if place == PlaceKind.COMMUNITY:
        return [str(kind) for kind in Kind if kind is not Kind.OFFICE]
    return [Kind.OFFICE.value, Kind.ORGANISATION.value] if place in WITH_OFFICES else []


def unit_code(district: int, place: int, kind: str, office: str) -> str:
    """Return the code of a unit: a place has one office of a kind, but may have two companies."""
    at = places.tree(district).node(place).code
    if kind in HATS or kind == Kind.OFFICE:
        return f"{at}.{office or kind}"
    base = f"{at}.organisation_{office}"
    taken = set(
        Party.objects.filter(district=district, code__startswith=base).values_list(
            "code", flat=True
        )
    )
    numbered = (f"{base}_{number}" for number in range(2, len(taken) + 3))
    return next(code for code in (base, *numbered) if code not in taken)


def center_above(district: int, place: int, code: str) -> str:
    """Return the code of the center a unit stands below: its street's, else the district's, else none."""
    tree = places.tree(district)
    above = [node.code for node in reversed(tree.path(place)) if node.kind in WITH_OFFICES]
    wanted = [f"{one}.{CENTER}" for one in above if f"{one}.{CENTER}" != code]
    found = set(
        Party.objects.filter(district=district, code__in=wanted).values_list("code", flat=True)
    )
    return next((one for one in wanted if one in found), "")


def post_codes(district: int) -> frozenset[str]:
    """Return the codes of all posts."""
    return frozenset(Post.objects.filter(district=district).values_list("code", flat=True))

"""What stands before a district brings in its units and staff."""

from datetime import date

from linli.identity import queries as identity
from linli.parties.domain import PartyRow
from linli.parties.models import Appointment, Party, Post


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


def post_codes(district: int) -> frozenset[str]:
    """Return the codes of all posts."""
    return frozenset(Post.objects.filter(district=district).values_list("code", flat=True))

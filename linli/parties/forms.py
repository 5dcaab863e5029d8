"""From what a browser sends to the values of the actions."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time

from django.http import QueryDict
from django.utils import timezone

from linli.basics import Actor, Invalid, gettext_noop
from linli.fabric.asked import day, maybe_day, needed, number, text
from linli.identity import queries as identity
from linli.identity.domain import check_login
from linli.people import queries as people
from linli.places import queries as places
from linli.rulebook.domain import SHANGHAI, local_date, read_identity_number

from .domain import AppointmentRow, Kind, NoSuchUser, NotOnRegister, PartyRow, Permission
from .queries import founding

NO_TIME = gettext_noop("Write times such as 08:30-11:30 13:30-17:00.")
NO_OFFICE = gettext_noop(
    "Say in a code of small letters what it does, so that its matters find it."
)
LONGEST = 60
_OFFICE = re.compile(r"[a-z][a-z0-9_]{0,29}")
_SPAN = re.compile(r"(\d{1,2})[:\uff1a](\d{2})\s*[-–—~至]\s*(\d{1,2})[:\uff1a](\d{2})")


def appointment(sent: QueryDict, party: int) -> AppointmentRow:
    """
    Return the appointment that was filled in.

    :raises NoSuchUser: if nobody signs in under the name
    :raises Invalid: if there is no name, or a day cannot be read
    """
    username = text(sent, "username")
    user = identity.user_named(username) if username else None
    if username and user is None:
        raise NoSuchUser(username)
    return _seat(sent, party, user.pk if user else None)


def person(sent: QueryDict, by: Actor) -> int:
    """
    Return who on the register was named, by name and identity number.

    :raises NotAllowed: unless the hat links seats; nobody else learns who is on the register
    :raises NotOnRegister: if nobody within reach has both
    :raises BadNumber: if the identity number cannot be right
    """
    by.must(Permission.LINK)
    name = "".join(text(sent, "name").split())
    number = read_identity_number(text(sent, "id_number"), on=local_date(timezone.now())).text
    found = people.named_people(by, {(name, number)}).get((name, number))
    if found is None:
        raise NotOnRegister
    return found.id


def newcomer(sent: QueryDict, party: int) -> tuple[AppointmentRow, str]:
    """
    Return the appointment that was filled in, of one who does not sign in yet, and the login.

    :raises Invalid: if the login or the name cannot be one, or a day cannot be read
    """
    username = check_login(text(sent, "username"))
    return _seat(sent, party, None), username


def _seat(sent: QueryDict, party: int, user: int | None) -> AppointmentRow:
    name = text(sent, "name")
    if not name:
        raise Invalid(field="name", reason=gettext_noop("Write the name residents are shown."))
    return AppointmentRow(
        user=user,
        party=party,
        role=text(sent, "role"),
        name=name[:60],
        from_on=day(sent, "from_on"),
        to_on=maybe_day(sent, "to_on"),
        post=number(sent, "post"),
        backup=number(sent, "backup"),
    )


def week(sent: QueryDict) -> Mapping[int, list[tuple[int, int]]]:
    """
    Return weekday (Monday 0) → spans in minutes.

    :raises Invalid: if something typed is no time
    """
    found = {}
    for weekday in range(7):
        typed = text(sent, f"day{weekday}")
        spans = [
            (int(a) * 60 + int(b), int(c) * 60 + int(d)) for a, b, c, d in _SPAN.findall(typed)
        ]
        if re.sub(r"[\s,;\uff0c\uff1b\u3001]+", "", _SPAN.sub("", typed)):
            raise Invalid(field=f"day{weekday}", reason=NO_TIME)
        if spans:
            found[weekday] = spans
    return found


def shift(sent: QueryDict) -> tuple[int, datetime, datetime]:
    """
    Return one shift: appointment, start and end.

    :raises Invalid: if day or time cannot be read
    """
    on = day(sent, "on")
    try:
        starts, ends = (time.fromisoformat(text(sent, name)) for name in ("starts", "ends"))
    except ValueError as wrong:
        raise Invalid(field="starts", reason=NO_TIME) from wrong
    return (
        needed(sent, "seat"),
        datetime.combine(on, starts, SHANGHAI),
        datetime.combine(on, ends, SHANGHAI),
    )


def names(sent: QueryDict) -> dict[str, str]:
    """
    Return the name of a unit in the languages it has.

    :raises Invalid: without a Chinese name, or with one that is too long
    """
    found = {"zh-Hans": text(sent, "name"), "en": text(sent, "name_en")}
    if not found["zh-Hans"] or max(map(len, found.values())) > LONGEST:
        reason = gettext_noop("Write a name of at most 60 characters.")
        raise Invalid(field="name", reason=reason)
    return {language: words for language, words in found.items() if words}


def unit(sent: QueryDict, by: Actor, on: date) -> PartyRow:
    """
    Return the unit that was filled in, below the center above it.

    :raises NoSuchThing: if there is no such place
    :raises Invalid: if such a unit cannot stand there, or has no name, or does nothing
    """
    place, kind = needed(sent, "place"), text(sent, "kind")
    if kind not in founding.kinds_at(places.tree(by.district).node(place).kind):
        raise Invalid(field="kind", reason=gettext_noop("Such a unit does not stand here."))
    name, office = names(sent), "" if kind in founding.HATS else text(sent, "office")
    if kind not in founding.HATS and not _OFFICE.fullmatch(office):
        raise Invalid(field="office", reason=NO_OFFICE)
    code = founding.unit_code(by.district, place, kind, office)
    return PartyRow(
        code=code,
        kind=kind,
        name=name,
        place=place,
        office=office,
        parent=founding.center_above(by.district, place, code),
        phone=text(sent, "phone"),
        for_profit=kind == Kind.ORGANISATION and text(sent, "for_profit") == "yes",
        from_on=on,
    )


def framework(sent: QueryDict) -> tuple[str, dict[str, str], int, int]:
    """
    Return code, name, core and flexible posts of a framework.

    :raises Invalid: without a code or a name
    """
    code, name = text(sent, "code"), text(sent, "name")
    core, flexible = number(sent, "core"), number(sent, "flexible")
    if not re.fullmatch(r"[a-z0-9_+-]{1,30}", code) or not name:
        reason = gettext_noop("Write a name, and a code of small letters and digits.")
        raise Invalid(field="code", reason=reason)
    return code, {"zh-Hans": name, "en": text(sent, "name_en") or name}, core or 0, flexible or 0

"""Founding and changing parties, their posts and their hours."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from linli.basics import Actor, Invalid, NoSuchThing, gettext_noop
from linli.fabric.blanks import fitting
from linli.fabric.versions import bump
from linli.fabric.writing import write_atomic
from linli.journal.actions import record, record_many
from linli.parties import queries
from linli.parties.domain import (
    ClosedAlready,
    CodeTaken,
    Kind,
    PartyRow,
    Permission,
    check_framework,
    check_hours,
    check_party,
    check_phone,
    check_span,
    sector_of,
)
from linli.parties.events import (
    DaysClosed,
    DaysReopened,
    HoursSet,
    PartyChanged,
    PartyFounded,
    PostFrameworkSet,
)
from linli.parties.models import Closing, OpeningHours, Party, Post, PostFramework

from .locking import locked_party, may, may_at


@write_atomic
def found_party(*, by: Actor, at: datetime, row: PartyRow) -> Party:
    """
    Enter a party.

    :raises NotAllowed: unless the hat may found parties
    :raises CodeTaken: if the code is in use
    :raises NoLegalPerson: if it is marked as a legal person and cannot be one
    :raises Invalid: for an unknown kind, sector or parent, what is no telephone, or a text that is
        too long
    """
    return load_parties(by=by, at=at, rows=[row])[0]


@write_atomic
def load_parties(*, by: Actor, at: datetime, rows: Sequence[PartyRow]) -> list[Party]:
    """
    Enter many parties in two statements, one line each. A parent stands before its children.

    :raises NotAllowed: unless the hat may found parties
    :raises CodeTaken: if a code is in use or comes twice
    :raises NoLegalPerson: if a row is marked as a legal person and cannot be one
    :raises Invalid: for an unknown kind, sector or parent, what is no telephone, or a text that is
        too long
    """
    may(by, Permission.FOUND)
    _check_codes(by, [row.code for row in rows])
    known = dict(Party.objects.filter(district=by.district).values_list("code", "id"))
    made: list[Party] = []
    waiting = list(rows)
    while waiting:
        ready = [row for row in waiting if not row.parent or row.parent in known]
        if not ready:
            raise Invalid(
                field="parent", reason=gettext_noop("The party above this one is not known.")
            )
        new = Party.objects.bulk_create([_party(row, by, known) for row in ready], batch_size=500)
        known.update({one.code: one.pk for one in new})
        made += new
        done = {row.code for row in ready}
        waiting = [row for row in waiting if row.code not in done]
    record_many(
        [
            (PartyFounded(at=at, party_id=one.pk, kind=one.kind, place_id=one.place_id), [one])
            for one in made
        ],
        by=by,
    )
    bump(queries.NAME)
    by_code = {one.code: one for one in made}
    return [by_code[row.code] for row in rows]


def _check_codes(by: Actor, codes: Sequence[str]) -> None:
    twice = next((code for code, times in Counter(codes).items() if times > 1), None)
    if twice is not None:
        raise CodeTaken(twice)
    taken = Party.objects.filter(district=by.district, code__in=codes).order_by("code")
    first = taken.values_list("code", flat=True).first()
    if first is not None:
        raise CodeTaken(first)


def _party(row: PartyRow, by: Actor, known: Mapping[str, int]) -> Party:
    sector = row.sector or sector_of(row.kind)
    check_party(
        kind=row.kind, sector=sector, legal_person=row.legal_person, for_profit=row.for_profit
    )
    return fitting(
        Party(
            district=by.district,
            code=row.code,
            kind=str(row.kind),
            office=row.office,
            sector=str(sector),
            for_profit=row.for_profit,
            # art. 12: a residents' committee always is one
            legal_person=row.legal_person or row.kind == Kind.COMMITTEE,
            name=dict(row.name),
            place_id=row.place,
            parent_id=known[row.parent] if row.parent else None,
            phone=check_phone(row.phone),
            from_on=row.from_on,
        )
    )


@write_atomic
def change_party(
    *,
    by: Actor,
    at: datetime,
    party_id: int,
    name: Mapping[str, str] | None = None,
    phone: str | None = None,
) -> Party:
    """
    Change the name or the telephone of a party.

    :raises NotAllowed: unless the hat may found parties
    :raises NoSuchThing: if there is no such party
    :raises Invalid: if the telephone cannot be one
    """
    may(by, Permission.FOUND)
    found = locked_party(by, party_id)
    found.name = dict(name) if name is not None else found.name
    found.phone = check_phone(phone) if phone is not None else found.phone
    fitting(found).save(update_fields=["name", "phone"])
    record(PartyChanged(at=at, party_id=found.pk), by=by, rows=[found])
    bump(queries.NAME)
    return found


@write_atomic
def set_framework(
    *,
    by: Actor,
    at: datetime,
    code: str,
    name: Mapping[str, str],
    core: int,
    flexible: int,
    post_names: Mapping[str, Mapping[str, str]] | None = None,
) -> PostFramework:
    """
    Set up a framework of posts, such as 7 core and 1 flexible ("7+1").

    Posts carry the neutral codes P1 … P7 and +1; ``post_names`` are the operator's.

    :raises NotAllowed: unless the hat may appoint
    :raises Invalid: with no post, more than anybody has, or a code that is too long
    :raises CodeTaken: if the framework exists
    """
    may(by, Permission.APPOINT)
    check_framework(core, flexible)
    if PostFramework.objects.filter(district=by.district, code=code).exists():
        raise CodeTaken(code)
    framework = fitting(PostFramework(district=by.district, code=code, name=dict(name)))
    framework.save()
    codes = [f"P{n + 1}" for n in range(core)] + [f"+{n + 1}" for n in range(flexible)]
    named = post_names or {}
    posts = Post.objects.bulk_create(
        [
            Post(
                district=by.district,
                framework=framework,
                code=post,
                position=place,
                flexible=place >= core,
                name=dict(named[post]) if post in named else None,
            )
            for place, post in enumerate(codes)
        ]
    )
    event = PostFrameworkSet(at=at, framework_id=framework.pk, core=core, flexible=flexible)
    record(event, by=by, rows=[framework, *posts])
    bump(queries.NAME)
    return framework


@write_atomic
def set_hours(
    *,
    by: Actor,
    at: datetime,
    party_id: int,
    from_on: date,
    week: Mapping[int, Sequence[tuple[int, int]]],
) -> list[OpeningHours]:
    """
    Set a party's weekly hours from a day on: weekday (Monday 0) → spans in minutes of the day.

    :raises NotAllowed: unless the hat keeps the roster
    :raises NoSuchThing: if there is no such party
    :raises Invalid: if the spans overlap or leave the day, or if later hours are already set
    """
    may(by, Permission.ROSTER)
    found = locked_party(by, party_id)
    may_at(by, Permission.ROSTER, found.place_id)
    check_hours(week)
    old = list(OpeningHours.objects.select_for_update().filter(party=found, until_on=None))
    for row in old:
        check_span(row.from_on, from_on, field="from_on")
        row.until_on = from_on
    OpeningHours.objects.bulk_update(old, ["until_on"])
    new = OpeningHours.objects.bulk_create(
        [
            OpeningHours(
                district=by.district,
                party=found,
                weekday=weekday,
                opens_minute=opens,
                closes_minute=closes,
                from_on=from_on,
            )
            for weekday, spans in sorted(week.items())
            for opens, closes in spans
        ]
    )
    record(HoursSet(at=at, party_id=found.pk, spans=len(new)), by=by, rows=[*old, *new])
    bump(queries.NAME)
    return new


@write_atomic
def close_days(*, by: Actor, at: datetime, party_id: int, from_on: date, to_on: date) -> Closing:
    """
    Shut a party on some days, both ends included, whatever its week says.

    :raises NotAllowed: unless the hat keeps the roster of this territory
    :raises NoSuchThing: if there is no such party
    :raises Invalid: if it ends before it begins
    :raises ClosedAlready: if one of the days is closed already
    """
    may(by, Permission.ROSTER)
    found = locked_party(by, party_id)
    may_at(by, Permission.ROSTER, found.place_id)
    check_span(from_on, to_on)
    others = Closing.objects.filter(party=found, voided_at=None)
    if others.filter(from_on__lte=to_on, to_on__gte=from_on).exists():
        raise ClosedAlready
    closing = Closing.objects.create(
        district=by.district, party=found, from_on=from_on, to_on=to_on
    )
    record(DaysClosed(at=at, party_id=found.pk, closing_id=closing.pk), by=by, rows=[closing])
    bump(queries.NAME)
    return closing


@write_atomic
def reopen_days(*, by: Actor, at: datetime, closing_id: int) -> None:
    """
    Take a closing back.

    :raises NotAllowed: unless the hat keeps the roster of this territory
    :raises NoSuchThing: if there is no such closing, or it was taken back
    """
    closings = Closing.objects.select_for_update(of=("self",)).select_related("party")
    found = closings.filter(district=by.district, pk=closing_id, voided_at=None).first()
    if found is None:
        raise NoSuchThing
    may_at(by, Permission.ROSTER, found.party.place_id)
    found.voided_at = at
    found.save(update_fields=["voided_at"])
    record(DaysReopened(at=at, party_id=found.party_id, closing_id=found.pk), by=by, rows=[found])
    bump(queries.NAME)

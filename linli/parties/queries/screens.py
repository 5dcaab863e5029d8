"""What the screens of offices show: who sits there, who is on duty, when they are open."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.utils.translation import gettext

from linli.basics import Actor, gettext_noop
from linli.fabric.jinja import day, language, local_text
from linli.parties.domain import HAT_WORDS, ROLE_WORDS, Permission, Role, size_rule
from linli.parties.models import Appointment, Party, Post, PostFramework
from linli.places import queries as places
from linli.rulebook.domain import SHANGHAI

from . import (
    appointees_of,
    closings_of,
    directory,
    is_away,
    party,
    party_words,
    roster_of,
    weekly_hours,
)
from .founding import kinds_at

DAYS = (
    gettext_noop("Monday"),
    gettext_noop("Tuesday"),
    gettext_noop("Wednesday"),
    gettext_noop("Thursday"),
    gettext_noop("Friday"),
    gettext_noop("Saturday"),
    gettext_noop("Sunday"),
)


@dataclass(frozen=True, slots=True)
class OfficeRow:
    """One office or hat on the list."""

    id: int
    name: str
    hat: str
    phone: str
    people: int


@dataclass(frozen=True, slots=True)
class OfficeList:
    """The offices of one place, the way up, and the places below that have offices."""

    place: int
    words: str
    above: tuple[tuple[int, str], ...]
    below: tuple[tuple[int, str], ...]
    rows: tuple[OfficeRow, ...]
    kinds: tuple[tuple[str, str], ...]  # which units may be founded here by whoever looks


@dataclass(frozen=True, slots=True)
class SeatRow:
    """One appointment as the page of its office shows it."""

    id: int
    name: str
    role: str
    post: str
    since: str
    until: str
    backup: int | None
    backup_name: str
    away: bool
    ahead: bool
    linked: bool


@dataclass(frozen=True, slots=True)
class DayRow:
    """One day of the week shown: its word, when it is open, and who is on duty."""

    words: str
    on: str
    hours: str
    closed: bool
    shifts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Size:
    """How many members a body has, and what the law says."""

    members: int
    least: int
    most: int
    article: str

    @property
    def few(self) -> bool:
        return self.members < self.least


@dataclass(frozen=True, slots=True)
class OfficePage:
    """One office or hat with its people, its week and its closings."""

    id: int
    name: str
    names: Mapping[str, str]
    hat: str
    place: int
    place_words: str
    phone: str
    above: tuple[int, str] | None
    legal_person: bool
    ended: str
    seats: tuple[SeatRow, ...]
    week: tuple[DayRow, ...]
    monday: date
    closings: tuple[tuple[int, str], ...]
    size: Size | None
    may: dict[str, bool]


def offices_at(by: Actor, place: int | None, *, on: date) -> OfficeList:
    """
    Return the offices of a place; where none is named, of the place of the hat worn.

    :raises NotAllowed: without ``parties.see``
    """
    by.must(Permission.SEE)
    tree = places.tree(by.district)
    here = place if place is not None and place in tree else party(by.office()).place_id
    found = directory(by.district).parties.values()
    open_ones = [one for one in found if one.to_on is None or one.to_on >= on]
    with_offices = {one.place_id for one in open_ones}
    if Permission.FOUND in by.permissions:  # where none is yet, one may be founded
        with_offices |= {node.id for node in tree.children(here) if kinds_at(node.kind)}
    above = []
    up = tree.node(here).parent
    while up is not None:
        above.append((up, local_text(tree.node(up).name)))
        up = tree.node(up).parent
    below = sorted(
        (node for node in with_offices if node in tree and tree.node(node).parent == here),
        key=lambda node: (tree.node(node).sort_key, node),
    )
    return OfficeList(
        place=here,
        words=local_text(tree.node(here).name),
        above=tuple(reversed(above)),
        below=tuple((node, local_text(tree.node(node).name)) for node in below),
        rows=tuple(
            OfficeRow(
                id=one.pk,
                name=party_words(one),
                hat=gettext(HAT_WORDS[one.kind]),
                phone=one.phone,
                people=len(appointees_of(one.pk, on=on)),
            )
            for one in open_ones
            if one.place_id == here
        ),
        kinds=tuple(
            (kind, gettext(HAT_WORDS[kind]))
            for kind in kinds_at(tree.node(here).kind)
            if Permission.FOUND in by.permissions
        ),
    )


def office_page(by: Actor, party_id: int, *, on: date, week_of: date) -> OfficePage:
    """
    Return one office as a page shows it.

    :param week_of: any day of the week whose roster is shown
    :raises NotAllowed: without ``parties.see``
    :raises NoSuchThing: if there is no such party
    """
    by.must(Permission.SEE)
    found = party(party_id)
    above = party(found.parent_id) if found.parent_id is not None else None
    monday = week_of - timedelta(days=week_of.weekday())
    territory = places.tree(by.district).communities_under(found.place_id)
    own = found.to_on is None and bool(territory) and territory <= by.communities
    return OfficePage(
        id=found.pk,
        name=party_words(found),
        names=found.name,
        hat=gettext(HAT_WORDS[found.kind]),
        place=found.place_id,
        place_words=places.place_words(by.district, found.place_id, language()),
        phone=found.phone,
        above=(above.pk, party_words(above)) if above else None,
        legal_person=found.legal_person,
        ended=day(found.to_on) if found.to_on else "",
        seats=tuple(_seats(found, on)),
        week=tuple(_week(found, monday)),
        monday=monday,
        closings=tuple(
            (one.pk, " – ".join(dict.fromkeys((day(one.from_on), day(one.to_on)))))
            for one in closings_of(found.pk, on=on)
        ),
        size=_size(found, on),
        may={
            "appoint": own and Permission.APPOINT in by.permissions,
            "roster": own and Permission.ROSTER in by.permissions,
            "link": own and Permission.LINK in by.permissions,
            "found": own and Permission.FOUND in by.permissions,
        },
    )


def _seats(found: Party, on: date) -> list[SeatRow]:
    known = directory(settings.DISTRICT)
    posts = {one.pk: post_words(one) for one in Post.objects.filter(district=found.district)}
    ranks = known.ranks
    held = [one for one in known.of_party.get(found.pk, ()) if one.to_on is None or one.to_on >= on]
    held.sort(key=lambda one: (ranks.get(one.post_id or 0, 99), one.pk))
    return [_seat(one, posts.get(one.post_id or 0, ""), on) for one in held]


def _seat(one: Appointment, post: str, on: date) -> SeatRow:
    known = directory(settings.DISTRICT).appointments
    backup = known.get(one.backup_id or 0)
    return SeatRow(
        id=one.pk,
        name=one.name,
        role=gettext(ROLE_WORDS[one.role]),
        post=post,
        since=day(one.from_on),
        until=day(one.to_on),
        backup=one.backup_id,
        backup_name=backup.name if backup else "",
        away=is_away(one.pk, on),
        ahead=one.from_on > on,
        linked=one.person is not None,
    )


def _week(found: Party, monday: date) -> list[DayRow]:
    starts = datetime.combine(monday, time(), SHANGHAI)
    shifts = list(roster_of(found.pk, starts_at=starts, ends_at=starts + timedelta(days=7)))
    closings = closings_of(found.pk, on=monday)
    rows = []
    for ahead in range(7):
        on = monday + timedelta(days=ahead)
        spans = weekly_hours(found.pk, on=on).get(on.weekday(), ())
        today = [one for one in shifts if one.starts_at.astimezone(SHANGHAI).date() == on]
        rows.append(
            DayRow(
                words=gettext(DAYS[ahead]),
                on=day(on),
                hours=", ".join(span_words(one) for one in spans),
                closed=any(one.from_on <= on <= one.to_on for one in closings),
                shifts=tuple(
                    (one.appointment.name, _times(one.starts_at, one.ends_at)) for one in today
                ),
            )
        )
    return rows


def span_words(span: tuple[int, int]) -> str:
    """Return ``08:30–17:00`` for minutes of the day."""
    return "–".join(f"{minute // 60:02d}:{minute % 60:02d}" for minute in span)


def _times(starts_at: datetime, ends_at: datetime) -> str:
    here, there = starts_at.astimezone(SHANGHAI), ends_at.astimezone(SHANGHAI)
    return f"{here:%H:%M}–{there:%H:%M}"


def _size(found: Party, on: date) -> Size | None:
    rule = size_rule(found.kind, on)
    if rule is None:
        return None
    members = {one.user_id or -one.pk for one in appointees_of(found.pk, on=on)}
    return Size(len(members), rule.least, rule.most, gettext(rule.article))


def post_words(post: Post) -> str:
    """Return the operator's name of a post, else its code."""
    return local_text(post.name) if post.name else post.code


def role_choices() -> list[tuple[str, str]]:
    """Return the roles somebody can be appointed to."""
    return [(str(role), gettext(ROLE_WORDS[role])) for role in Role]


def post_choices(district: int) -> list[tuple[int, str]]:
    """Return every post of every framework, by framework and position."""
    posts = Post.objects.filter(district=district).select_related("framework")
    return [
        (one.pk, f"{local_text(one.framework.name)} · {post_words(one)}")
        for one in posts.order_by("framework", "position")
    ]


def frameworks(by: Actor) -> list[tuple[str, str, list[tuple[str, str, bool]]]]:
    """
    Return each framework: code, name and its posts (code, name, flexible).

    :raises NotAllowed: without ``parties.see``
    """
    by.must(Permission.SEE)
    held = PostFramework.objects.filter(district=by.district).prefetch_related("posts")
    return [
        (
            one.code,
            local_text(one.name),
            [
                (post.code, local_text(post.name) if post.name else "", post.flexible)
                for post in sorted(one.posts.all(), key=lambda post: post.position)
            ],
        )
        for one in held.order_by("id")
    ]

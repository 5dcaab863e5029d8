"""How the offices of the demo are staffed through the week: posts, A/B covers, hours, a roster."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from linli.basics import Actor
from linli.parties import actions as parties
from linli.parties.domain import AppointmentRow, PartyRow
from linli.rulebook.domain import SHANGHAI

POST_NAMES = {
    "P1": {"zh-Hans": "民生保障", "en": "Welfare"},
    "P2": {"zh-Hans": "社会治理", "en": "Order and disputes"},
    "P3": {"zh-Hans": "文化教育", "en": "Culture and schooling"},
}
MORNING, AFTERNOON = (9 * 60, 12 * 60), (13 * 60 + 30, 17 * 60 + 30)
SATURDAY = (9 * 60, 11 * 60 + 30)
ROSTER_DAYS = 14
DUTY = (time(17, 30), time(21))


def framework(*, by: Actor, at: datetime) -> list[int]:
    """Set up “7+1” and return the ids of its posts in order; the post names are 示例."""
    made = parties.set_framework(
        by=by,
        at=at,
        code="7+1",
        name={"zh-Hans": "“7+1”岗位（示例）", "en": "“7+1” posts (example)"},
        core=7,
        flexible=1,
        post_names=POST_NAMES,
    )
    return list(made.posts.order_by("position").values_list("pk", flat=True))


def with_posts(
    rows: Sequence[AppointmentRow], stations: Mapping[int, str], posts: Sequence[int]
) -> list[AppointmentRow]:
    """Return the rows with a post for everybody at a station, and clerks standing in for each other."""
    found = list(rows)
    at_station: dict[int, list[int]] = {}
    for place, row in enumerate(rows):
        if row.party in stations:
            at_station.setdefault(row.party, []).append(place)
    for places in at_station.values():
        for seat, place in enumerate(places):
            found[place] = replace(found[place], post=posts[seat % len(posts)])
        clerks = [place for place in places if rows[place].role == "clerk"]
        if len(clerks) > 1:
            for one, other in zip(clerks, [*clerks[1:], clerks[0]], strict=True):
                found[one] = replace(found[one], backup=other)
    return found


def open_offices(
    *, by: Actor, at: datetime, rows: Sequence[PartyRow], ids: Mapping[str, int], on: date
) -> None:
    """Give stations and streets' centres their hours; stations open on Saturday mornings too."""
    weekday = dict.fromkeys(range(5), (MORNING, AFTERNOON))
    for row in rows:
        if row.kind == "station":
            week = {**weekday, 5: (SATURDAY,)}
        elif row.office == "center":
            week = dict(weekday)
        else:
            continue
        parties.set_hours(by=by, at=at, party_id=ids[row.code], from_on=on, week=week)


def put_on_duty(*, by: Actor, at: datetime, party: int, people: Sequence[int], today: date) -> None:
    """Let appointees of one office stand evening duty in turns for a fortnight."""
    shifts = [
        (
            people[day % len(people)],
            datetime.combine(today + timedelta(days=day), DUTY[0], SHANGHAI),
            datetime.combine(today + timedelta(days=day), DUTY[1], SHANGHAI),
        )
        for day in range(ROSTER_DAYS)
    ]
    parties.set_roster(by=by, at=at, party_id=party, shifts=shifts)

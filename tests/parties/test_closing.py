"""A unit that has ended is closed: in which order, who sits there no more, and what is refused."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from linli.journal.models import Line
from linli.journal.queries import verify_live
from linli.parties import actions, queries
from linli.parties.domain import AppointmentRow, PartyRow, UnitEnded
from linli.parties.models import Appointment, Party
from tests.parties.conftest import HOUSE
from tests.parties.test_screens import at_desk, office, one_factor, page

__all__ = ["at_desk", "one_factor"]
STATION, CENTER = "330102001005.station", "330102001.center"


def held() -> tuple[object, ...]:
    return (
        list(Party.objects.order_by("id").values_list("pk", "to_on")),
        list(Appointment.objects.order_by("id").values_list("pk", "to_on")),
        Line.objects.count(),
    )


def test_who_sits_there_ends_with_it_and_its_work_goes_to_the_unit_above(world, at_desk) -> None:
    today = queries.law_day(timezone.now())
    district, station = at_desk("district"), office(world)
    soon = today + timedelta(days=9)
    row = AppointmentRow(None, world.party[STATION], "clerk", "何新", soon)
    ahead = actions.make_appointment(by=HOUSE, at=timezone.now(), row=row)
    assert 'do/close/"' in page(district.get(station))
    answer = district.post(station + "do/close/", {"on": today.isoformat()})

    assert answer.headers["Location"].endswith("?did=close")
    assert Party.objects.get(pk=world.party[STATION]).to_on == today
    seats = Appointment.objects.filter(party=world.party[STATION]).order_by("id")
    assert list(seats.values_list("to_on", flat=True)) == [today] * 3 + [soon]
    kinds = [one.kind for one in Line.objects.order_by("-id")[:9]][::-1]
    assert kinds == ["AppointmentEnded", "CoverMoved"] * 4 + ["PartyClosed"]
    lines = Line.objects.count()
    for act in (
        lambda: actions.make_appointment(by=HOUSE, at=timezone.now(), row=row),
        lambda: actions.load_appointments(by=HOUSE, at=timezone.now(), rows=[row]),
    ):
        with pytest.raises(UnitEnded):
            act()
    assert (seats.count(), seats.last(), Line.objects.count()) == (4, ahead, lines)
    assert queries.unit_for("community.station", world.community).code == CENTER
    assert queries.standing(world.party[STATION]).code == CENTER
    assert queries.standing(world.party[CENTER]).code == CENTER
    assert queries.taking_on(world.party[CENTER]).code == CENTER
    with pytest.raises(UnitEnded, match=STATION):
        queries.taking_on(world.party[STATION])
    assert list(verify_live()) == []
    shown = page(district.get(station))
    assert "This unit was closed; its last day was" in shown
    assert "/do/" not in shown
    again = district.post(station + "do/close/", {"on": today.isoformat()})
    assert (again.status_code, "closed already" in again.content.decode()) == (409, True)


def test_a_refusal_closes_nothing_and_says_what_to_do(world, at_desk, monkeypatch) -> None:
    today = queries.law_day(timezone.now())
    ahead = (today + timedelta(days=1)).isoformat()
    now, civil = today.isoformat(), "330102001.civil"
    before = held()
    for login, code, on, status, said in (
        ("head", STATION, now, 403, ""),
        ("street", STATION, now, 403, ""),
        ("district", STATION, "soon", 422, "Write a day such as"),
        ("district", STATION, ahead, 422, "Close a unit on its last day, or after it."),
        ("district", STATION, "2025-12-31", 422, "The last day lies before the first day."),
        ("district", CENTER, now, 409, "5 units stand below this one, first 330102001.civil."),
        ("district", "330102.center", now, 409, "Whatever no other unit takes falls to this one"),
    ):
        answer = at_desk(login).post(office(world, code) + "do/close/", {"on": on})
        assert (answer.status_code, said in answer.content.decode()) == (status, True), said
        assert held() == before
    work = (("steps in its hands:", "Hand them over or finish them.", lambda party, at: 2),)
    monkeypatch.setattr("config.closing.CLOSING", work)
    answer = at_desk("district").post(office(world, civil) + "do/close/", {"on": now})
    assert answer.status_code == 409
    assert "steps in its hands: 2. Hand them over or finish them." in answer.content.decode()
    assert held() == before


def test_a_center_is_closed_once_another_stands_and_nothing_is_below_it(world) -> None:
    at, on = timezone.now(), date(2026, 11, 1)
    for code in reversed(world.party):
        if code != "330102.center":
            actions.close_party(by=HOUSE, at=at, party_id=world.party[code], on=on)
    row = PartyRow(
        code="330102.center_2",
        kind="office",
        office="center",
        name={"zh-Hans": "新中心"},
        place=world.place["330102"],
    )
    actions.found_party(by=HOUSE, at=at, row=row)
    actions.close_party(by=HOUSE, at=at, party_id=world.party["330102.center"], on=on)
    assert queries.unit_for("street.civil", world.grid).code == "330102.center_2"
    assert queries.standing(world.party[STATION]).code == "330102.center_2"

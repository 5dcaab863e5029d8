"""Whose seat it is on the register: who links it, what that keeps apart, what is refused."""

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest
from django.db import transaction
from django.utils import timezone

from config.wiring import REACTIONS
from linli.basics import Actor, NotAllowed
from linli.fabric import versions
from linli.journal.models import Line
from linli.journal.queries import verify_live
from linli.parties import actions, queries
from linli.parties.domain import AppointmentRow, NotLinked
from linli.parties.models import Appointment
from linli.parties.reactions import forget_holder
from linli.people import actions as people
from linli.people.events import PersonEnded, PersonErased
from linli.people.models import Person
from linli.rulebook.domain import identity_check
from tests.parties.conftest import DAY, HOUSE
from tests.parties.test_screens import at_desk, office, one_factor, page

__all__ = ["at_desk", "one_factor"]
COMMITTEE = "330102001005.committee"
NOBODY = Actor(kind="resident", district=1)


def number(sequence: int) -> str:
    first = f"33010219800101{sequence:03d}"
    return first + identity_check(first)


@pytest.fixture
def town(world, clerk) -> SimpleNamespace:
    """周敏 of the station and her mother, on the register; 吴兰 lives in the next community."""
    now = timezone.now()

    def known(name: str, sequence: int, community: int) -> Person:
        return people.register_person(
            by=clerk, at=now, name=name, community=community, id_number=number(sequence)
        )

    zhou, mother = known("周敏", 11, world.community), known("马红", 22, world.community)
    people.note_kin(by=clerk, at=now, person=zhou.pk, relative=mother.pk, kinship="parent")
    wu = known("吴兰", 33, world.other)
    return SimpleNamespace(zhou=zhou, mother=mother, wu=wu, clerk=clerk)


def held() -> list[tuple[int, int | None]]:
    return list(Appointment.objects.order_by("id").values_list("pk", "person"))


def naming(seat: int, name: str = "周敏", sequence: int = 11) -> dict[str, object]:
    return {"seat": seat, "name": name, "id_number": number(sequence)}


def test_the_head_links_a_seat_and_takes_the_link_away(world, town, at_desk) -> None:
    head, seat, station = at_desk("head"), world.seat["zhou"], office(world)
    assert "on the register</span>" not in page(head.get(station))

    answer = head.post(station + "do/link/", naming(seat))

    assert answer.headers["Location"].endswith("?did=link")
    assert dict(held())[seat] == town.zhou.pk
    line = Line.objects.get(kind="SeatLinked")
    assert (line.subject_id, line.actor_id) == (seat, world.user["head"].pk)
    assert str(town.zhou.pk) in line.body
    assert "周敏" not in line.body
    zhou = queries.actor_for(world.user["zhou"], None, on=queries.law_day(timezone.now()))
    assert zhou.person == town.zhou.pk
    shown = page(head.get(station))
    assert "on the register</span>" in shown
    assert number(11) not in shown
    assert "on the register</span>" not in page(at_desk("wu").get(station))

    row = AppointmentRow(world.user["zhou"].pk, world.party[COMMITTEE], "worker", "周敏", DAY)
    another = actions.make_appointment(by=HOUSE, at=timezone.now(), row=row)
    row = replace(row, party=world.party["330102001005.party_org"])
    (third,) = actions.load_appointments(by=HOUSE, at=timezone.now(), rows=[row])
    # A further seat of the login is the same person's.
    assert (another.person, third.person) == (town.zhou.pk, town.zhou.pk)

    assert head.post(station + "do/unlink/", {"seat": seat}).status_code == 302
    assert {person for _, person in held()} == {None}
    parted = Line.objects.filter(kind="SeatUnlinked").order_by("subject_id")
    assert [one.subject_id for one in parted] == [seat, another.pk, third.pk]
    assert list(verify_live()) == []


def change_before(world, town, change: str) -> None:
    now = timezone.now()
    zhou = {"by": HOUSE, "at": now, "appointment_id": world.seat["zhou"]}
    if change == "linked":
        actions.link_seat(**zhou, person=town.mother.pk)
    elif change == "another's":
        actions.link_seat(by=HOUSE, at=now, appointment_id=world.seat["wu"], person=town.zhou.pk)
    elif change == "over":
        actions.end_appointment(**zhou, on=date(2026, 2, 1))
    elif change == "closed":
        people.end_person(by=town.clerk, at=now, person=town.zhou.pk, reason="died", on=now.date())
    elif change in {"both", "kin"}:  # 周敏 sits on the committee; she or her mother on the other
        for user, code, person in (
            (world.user["zhou"].pk, COMMITTEE, None),
            (None, "330102001005.oversight", town.zhou if change == "both" else town.mother),
        ):
            row = AppointmentRow(
                user, world.party[code], "worker", "周敏", DAY, person=person and person.pk
            )
            actions.make_appointment(by=HOUSE, at=now, row=row)


def test_a_refusal_links_nothing_and_says_what_to_do(world, town, at_desk) -> None:
    station, zhou = office(world), world.seat["zhou"]
    own, away = naming(world.seat["head"]), naming(world.seat["wu"], "吴兰", 33)
    for login, change, sent, status, said in (
        ("wu", "", naming(zhou), 403, ""),
        ("street", "", naming(zhou), 403, ""),
        ("head", "", own, 409, "This seat is yours."),
        ("head", "", naming(zhou, "周梅"), 422, "Nobody in your communities is on the register"),
        ("head", "", away, 422, "who lives elsewhere is linked by the district"),
        ("head", "", naming(zhou) | {"id_number": "33010219800101"}, 422, "18 characters"),
        ("head", "", naming(world.seat["civil"]), 404, ""),
        ("head", "linked", naming(zhou), 409, "linked to a record already"),
        ("head", "another's", naming(zhou), 409, "Somebody else of the staff is linked"),
        ("head", "over", naming(zhou), 409, "already ended"),
        ("head", "closed", naming(zhou), 409, "record is closed"),
        ("head", "both", naming(zhou), 409, "art. 36"),
        ("head", "kin", naming(zhou), 409, "is a near relative of somebody"),
    ):
        with transaction.atomic():
            change_before(world, town, change)
            versions.forget_everything()
            desk, before = at_desk(login), (held(), Line.objects.count())
            answer = desk.post(station + "do/link/", sent)
            assert (answer.status_code, said in answer.content.decode()) == (status, True), said
            assert (held(), Line.objects.count()) == before
            transaction.set_rollback(True)
    versions.forget_everything()
    assert at_desk("district").post(station + "do/link/", away).status_code == 302


def test_who_is_linked_cannot_free_themselves_and_a_link_that_is_not_there_stays_so(
    world, town, at_desk
) -> None:
    now, station = timezone.now(), office(world)
    for name in ("head", "zhou"):
        person = town.mother if name == "head" else town.zhou
        actions.link_seat(by=HOUSE, at=now, appointment_id=world.seat[name], person=person.pk)
    before = held(), Line.objects.count()
    own = at_desk("head").post(station + "do/unlink/", {"seat": world.seat["head"]})
    assert (own.status_code, "This seat is yours." in own.content.decode()) == (409, True)
    assert (
        at_desk("zhou").post(station + "do/unlink/", {"seat": world.seat["zhou"]}).status_code
        == 403
    )
    with pytest.raises(NotLinked):
        actions.unlink_seat(by=HOUSE, at=now, appointment_id=world.seat["wu"])
    assert (held(), Line.objects.count()) == before


def test_an_erased_record_is_nobodys_seat_any_more_even_a_past_one(world, town) -> None:
    now, seat = timezone.now(), world.seat["zhou"]
    actions.link_seat(by=HOUSE, at=now, appointment_id=seat, person=town.zhou.pk)
    actions.link_seat(by=HOUSE, at=now, appointment_id=world.seat["wu"], person=town.wu.pk)
    actions.end_appointment(by=HOUSE, at=now, appointment_id=seat, on=date(2026, 2, 1))
    before = dict(held())
    for _ in range(2):  # a reaction may come twice
        forget_holder(PersonErased(at=now, person_id=town.zhou.pk), 0)
    assert dict(held()) == before | {seat: None}
    assert Line.objects.filter(kind="SeatUnlinked").count() == 1
    forget_holder(PersonEnded(at=now, person_id=town.wu.pk, reason="moved"), 0)
    assert dict(held()) == before | {seat: None}
    with pytest.raises(NotAllowed):
        actions.forget_linked(by=NOBODY, at=now, person=town.wu.pk)
    assert forget_holder in REACTIONS[PersonErased]

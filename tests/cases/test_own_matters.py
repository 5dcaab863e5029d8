"""Nobody handles their own matter or a near relative's, once the seat is linked to the register."""

from linli.cases import actions
from linli.parties import actions as parties
from linli.parties import queries as party_queries
from linli.parties.domain import OwnMatter
from linli.people import actions as people
from tests.world import DOOR, HOUSE_ITSELF, NOON

from .errands import RESIDENT, refused, said, step


def test_own_and_near_relatives_matters_are_a_colleagues_on_whichever_record(world) -> None:
    clerk = world.at("station")
    own, mother, neighbour, twice = (
        people.register_person(by=HOUSE_ITSELF, at=NOON, name=name, home=world.place(DOOR)).pk
        for name in ("周敏", "马红", "陈桂兰", "马红")
    )
    people.note_kin(by=HOUSE_ITSELF, at=NOON, person=own, relative=mother, kinship="parent")
    people.merge_people(by=HOUSE_ITSELF, at=NOON, kept=twice, gone=mother)
    opened = {
        person: actions.open_case(by=RESIDENT, said=said(world, person_id=person), at=NOON)
        for person in (own, mother, neighbour, twice)
    }
    parties.link_seat(by=HOUSE_ITSELF, at=NOON, appointment_id=clerk.appointment, person=own)
    seat = party_queries.appointment(clerk.appointment)
    by = party_queries.actor_for(seat.user, seat.pk, on=party_queries.law_day(NOON))
    for person in (own, mother, twice):
        held = step(opened[person], "look").pk
        refused(OwnMatter, actions.accept_step, by=by, step_id=held, at=NOON)
    held = step(opened[neighbour], "look").pk
    assert actions.accept_step(by=by, step_id=held, at=NOON).appointment == clerk.appointment

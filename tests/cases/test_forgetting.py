"""What cases let go of when a person is erased, and what they keep."""

from dataclasses import replace

import pytest

from linli.basics import Actor, NotAllowed
from linli.cases import actions
from linli.cases.actions import Visitor
from linli.cases.models import Attachment, Booking, Report
from linli.files.domain.cleaning import clean
from linli.files.models import File
from linli.journal.actions import run_reactions, system
from linli.notices.models import Notice
from linli.people import actions as people
from tests.portal.pictures import picture
from tests.world import DOOR, HOUSE_ITSELF, NOON

from .errands import HOUR, everything, kinds, me_too, refused, said

NAME, PHONE = "陈阿姨", "13800000521"


@pytest.fixture
def auntie(world) -> Actor:
    """A resident with a record and a sign-in of her own."""
    found = people.register_person(by=HOUSE_ITSELF, at=NOON, name=NAME, home=world.place(DOOR))
    return Actor(kind="resident", district=1, user=world.at("station").user, person=found.pk)


def left(world, auntie, **more):
    """A matter with name, telephone and a paper."""
    words = said(world, name=NAME, phone=PHONE, **more)
    receipt = actions.open_case(by=auntie, said=words, at=NOON)
    papers = [clean(content=picture().read(), name="灯.png")]
    actions.give_files(by=auntie, report=receipt.report, papers=papers, at=NOON)
    return receipt


def test_name_telephone_words_and_papers_go_and_the_matter_stays(world, auntie) -> None:
    receipt = left(world, auntie)

    assert actions.forget_reporter(by=system(1), person=auntie.person, at=NOON + HOUR) == 1

    gone = Report.objects.get()
    assert (gone.name, gone.phone, gone.phone_index, gone.words, gone.salt) == (
        "",
        None,
        None,
        "",
        None,
    )
    file = File.objects.get(pk=Attachment.objects.get().file_id)
    assert (file.key, file.ended_at) == (None, NOON + HOUR)
    assert gone.case.words == "三单元楼道顶上漏水，滴到电表箱了。"
    assert gone.case.status == receipt.case.status
    assert kinds(receipt) == ["CaseOpened", "FilesAttached"]


def test_what_merged_records_reported_goes_too(world, auntie) -> None:
    left(world, auntie)
    kept = people.register_person(by=HOUSE_ITSELF, at=NOON, name=NAME, home=world.place(DOOR))
    people.merge_people(by=HOUSE_ITSELF, at=NOON, kept=kept.pk, gone=auntie.person)

    assert actions.forget_reporter(by=system(1), person=kept.pk, at=NOON) == 1


def test_a_booking_loses_its_name_and_its_letter(world, auntie) -> None:
    booked = Visitor(item="shared_leak", name=NAME, phone=PHONE)
    ticket = actions.draw_number(
        by=auntie, party_id=world.party("990101001001.station"), visitor=booked, at=NOON
    )
    Booking.objects.update(person=auntie.person)

    assert actions.forget_reporter(by=system(1), person=auntie.person, at=NOON) == 1

    gone = Booking.objects.get(pk=ticket.booking.pk)
    assert (gone.name, gone.phone, gone.salt, gone.state) == ("", None, None, "waiting")


def test_letters_to_her_go_and_letters_to_others_stay(world, auntie) -> None:
    receipt = left(world, auntie)
    neighbour = replace(auntie, user=None, person=None)
    me_too(receipt.case, by=neighbour, name="李四", phone="13900000000")
    actions.ask_papers(
        by=world.at("station"),
        case_id=receipt.case.pk,
        papers=["房产证"],
        words="请补",
        review_at=NOON + 24 * HOUR,
        at=NOON,
    )
    while run_reactions(by=system(1), at=NOON):
        pass
    assert Notice.objects.filter(event="papers_missing").exclude(title="").count() == 2

    actions.forget_reporter(by=system(1), person=auntie.person, at=NOON)

    [kept] = Notice.objects.filter(event="papers_missing").exclude(title="")
    assert kept.contact.open() == "13900000000"
    assert Report.objects.get(name="李四").phone.open() == "13900000000"


def test_forgetting_twice_does_nothing_more(world, auntie) -> None:
    left(world, auntie)
    actions.forget_reporter(by=system(1), person=auntie.person, at=NOON)
    before = everything()

    assert actions.forget_reporter(by=system(1), person=auntie.person, at=NOON) == 0
    assert everything() == before


def test_nobody_but_the_house_forgets_a_reporter(world, auntie) -> None:
    left(world, auntie)
    refused(
        NotAllowed,
        actions.forget_reporter,
        by=world.at("station"),
        person=auntie.person,
        at=NOON,
    )

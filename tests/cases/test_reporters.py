"""Opening a reporter's number, and acting in their name: what it leaves, and whom it refuses."""

import json
from dataclasses import replace

import pytest

from linli.basics import Actor, Invalid, NoSuchThing, NotAllowed
from linli.cases import actions, domain, queries
from linli.cases.actions import Identified
from linli.cases.domain import Channel, ForAct, Proof
from linli.cases.models import Attachment, Case, ContactOpening, ForReporter, Report
from linli.fabric import versions
from linli.files.domain.cleaning import clean
from linli.files.models import File
from linli.journal.actions import run_reactions, system
from linli.journal.models import Line
from linli.notices.models import Notice
from linli.parties.models import Party
from linli.people import actions as people
from linli.people.models import ReadLog
from tests.portal.pictures import picture
from tests.world import DOOR, HOUSE_ITSELF, NOON

from .errands import HOUR, RESIDENT, all_done, answer, kinds, me_too, refused, said


@pytest.fixture
def told(world):
    """Somebody who left a name and a number, without signing in."""
    words = said(world, name="陈阿姨", phone="13800000521")
    return actions.open_case(by=RESIDENT, said=words, at=NOON)


def sure(receipt, **changes) -> Identified:
    values = {"proof": Proof.CODE, "code": receipt.code, "reason": "来电说已经好了"}
    return Identified(**{**values, **changes})


def photo():
    return clean(content=picture().read(), name="灯.png")


def opened(world, told, desk="station", reason="要约上门时间"):
    return actions.open_contact(
        by=world.at(desk), case_id=told.case.pk, report_id=told.report.pk, reason=reason, at=NOON
    )


# ---- the rules ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("party", "outside", "learns"),
    [
        (1, False, True),
        (2, False, False),
        (3, False, False),
        (None, False, False),
        (1, True, False),
        (2, True, False),
        (3, True, True),
        (None, True, False),
    ],
)
def test_a_hidden_reporter_opens_for_the_accountable_public_office_only(
    party, outside, learns
) -> None:
    """Office 1 answers for it, 3 watches over 1."""
    assert domain.learns_hidden(party=party, owner=1, outside=outside, above=(3,)) is learns
    domain.check_contact(hidden=False, learns=learns)
    if learns:
        domain.check_contact(hidden=True, learns=learns)
    else:
        with pytest.raises(domain.ContactHidden):
            domain.check_contact(hidden=True, learns=learns)


@pytest.mark.parametrize(
    ("proof", "fits", "statement", "refusal"),
    [
        (Proof.CODE, True, "", None),
        (Proof.CODE, False, "看了身份证", domain.CodeDoesNotFit),
        (Proof.IDENTITY, False, "看了身份证", None),
        (Proof.IDENTITY, True, "  ", domain.NotShownToBe),
    ],
)
def test_what_counts_as_proof(proof, fits, statement, refusal) -> None:
    if refusal is None:
        domain.check_proof(proof, code_fits=fits, statement=statement)
    else:
        with pytest.raises(refusal):
            domain.check_proof(proof, code_fits=fits, statement=statement)


# ---- opening a number -----------------------------------------------------------------------


def test_a_number_is_opened_for_a_reason_and_the_reporter_can_read_it(world, told) -> None:
    contact = opened(world, told)

    assert (contact.name, contact.phone) == ("陈阿姨", "13800000521")
    (look,) = queries.looks_at(told.report)
    station = world.at("station")
    assert (look.appointment, look.hat, look.reason, look.at) == (
        station.appointment,
        station.hat,
        "要约上门时间",
        NOON,
    )
    line = Line.objects.get(subject_kind="case", subject_id=told.case.pk, kind="ContactOpened")
    assert json.loads(line.body)["event"]["report_id"] == told.report.pk
    assert not any(word in line.body for word in ("陈阿姨", "13800000521", "上门"))
    assert ReadLog.objects.count() == 0  # nobody on record was looked at


def test_of_a_person_on_record_it_stands_among_who_saw_me(world) -> None:
    person = people.register_person(
        by=HOUSE_ITSELF, at=NOON, name="陈桂英", home=world.place(DOOR), phone="13800005210"
    )
    receipt = actions.open_case(by=RESIDENT, said=said(world, person_id=person.pk), at=NOON)

    contact = opened(world, receipt)

    assert (contact.name, contact.phone) == ("陈桂英", "13800005210")
    row = ReadLog.objects.get(person=person)
    assert (row.appointment, row.purpose) == (world.at("station").appointment, "item")


def test_a_number_stays_shut(world, told) -> None:
    auditor = Actor(
        kind="staff",
        district=1,
        appointment=1,
        party=world.at("station").party,
        permissions=frozenset({"cases.see"}),
    )
    ids = {"case_id": told.case.pk, "report_id": told.report.pk, "at": NOON}
    mine = world.at("station")

    refused(NotAllowed, actions.open_contact, by=auditor, reason="想看", **ids)
    refused(NoSuchThing, actions.open_contact, by=world.at("neighbour"), reason="想看", **ids)
    refused(domain.ReasonMissing, actions.open_contact, by=mine, reason="  ", **ids)
    refused(
        NoSuchThing, actions.open_contact, by=mine, reason="想看", **{**ids, "report_id": 10**9}
    )


def test_who_left_nothing_has_nothing_to_open(world) -> None:
    receipt = actions.open_case(by=RESIDENT, said=said(world), at=NOON)

    refused(
        domain.NoContact,
        actions.open_contact,
        by=world.at("station"),
        case_id=receipt.case.pk,
        report_id=receipt.report.pk,
        reason="想问一句",
        at=NOON,
    )


def test_the_unit_complained_of_does_not_learn_who_it_was(world) -> None:
    words = said(world, name="陈阿姨", phone="13800000521", hidden=True)
    receipt = actions.open_case(by=RESIDENT, said=words, at=NOON)
    ids = {"case_id": receipt.case.pk, "report_id": receipt.report.pk, "at": NOON}

    for desk in ("street_city", "housing"):
        refused(
            domain.ContactHidden,
            actions.open_contact,
            by=world.at(desk),
            reason="要去现场",
            **ids,
        )
    assert opened(world, receipt).phone == "13800000521"

    # Where a company answers for it, it may be the one complained of: who watches over it may open.
    unit = Party.objects.filter(pk=world.at("station").party)
    unit.update(kind="organisation", sector="organisation")
    versions.forget_everything()
    refused(
        domain.ContactHidden, actions.open_contact, by=world.at("station"), reason="去现场", **ids
    )
    assert opened(world, receipt, "street", reason="核实").phone == "13800000521"


# ---- in a reporter's name -------------------------------------------------------------------


def test_a_clerk_takes_it_back_for_one_who_reads_out_the_signs(world, told) -> None:
    actions.withdraw_for(
        by=world.at("station"),
        case_id=told.case.pk,
        report_id=told.report.pk,
        identified=sure(told),
        at=NOON + HOUR,
    )

    case = Case.objects.get(pk=told.case.pk)
    assert (case.status, case.end) == ("ended", "withdrawn")
    row = ForReporter.objects.get()
    assert (row.act, row.proof, row.channel, row.reason) == (
        ForAct.WITHDRAW,
        Proof.CODE,
        Channel.PHONE,
        "来电说已经好了",
    )
    assert row.appointment == world.at("station").appointment
    assert kinds(told)[-2:] == ["DoneForReporter", "CaseEnded"]
    lines = list(
        Line.objects.filter(subject_kind="case", subject_id=told.case.pk).order_by("-id")[:2]
    )
    assert len({line.act_id for line in lines}) == 1
    assert {line.hat for line in lines} == {world.at("station").hat}
    while run_reactions(by=system(1), at=NOON + HOUR):
        pass
    (notice,) = Notice.objects.all()
    assert (notice.event, notice.channel) == ("case_withdrawn", "sms")


def test_papers_at_the_window_let_the_clock_run_on(world, told, settings, tmp_path) -> None:
    settings.FILES = str(tmp_path)
    actions.ask_papers(
        by=world.at("station"),
        case_id=told.case.pk,
        papers=["身份证"],
        words="请带身份证",
        review_at=NOON + 48 * HOUR,
        at=NOON,
    )
    actions.bring_papers_for(
        by=world.at("station"),
        case_id=told.case.pk,
        report_id=told.report.pk,
        identified=sure(
            told, proof=Proof.IDENTITY, statement="看了身份证", channel=Channel.WINDOW, code=""
        ),
        papers=[photo()],
        at=NOON + HOUR,
    )

    assert Case.objects.get(pk=told.case.pk).status == "working"
    assert Attachment.objects.filter(case=told.case).count() == 1
    assert kinds(told)[-3:] == ["DoneForReporter", "PapersBrought", "CaseResumed"]
    assert ForReporter.objects.get().channel == "window"


def test_nobody_acts_for_a_reporter_on_the_word_of_a_voice(world, told) -> None:
    ids = {"case_id": told.case.pk, "report_id": told.report.pk, "at": NOON}
    mine = world.at("station")

    def no(kind, by, identified):
        refused(kind, actions.withdraw_for, by=by, identified=identified, **ids)

    no(domain.CodeDoesNotFit, mine, sure(told, code="000000"))
    no(domain.NotShownToBe, mine, sure(told, proof=Proof.IDENTITY))
    no(domain.ReasonMissing, mine, sure(told, reason=" "))
    no(NotAllowed, world.at("housing"), sure(told))
    no(NoSuchThing, world.at("neighbour"), sure(told))


def test_a_neighbour_who_joined_has_only_their_own_word_taken_back(world, told) -> None:
    joined = me_too(told.case, phone="13800000522")
    actions.withdraw_for(
        by=world.at("station"),
        case_id=told.case.pk,
        report_id=joined.report.pk,
        identified=sure(joined),
        at=NOON,
    )

    assert Case.objects.get(pk=told.case.pk).status == "offered"
    assert kinds(told)[-2:] == ["DoneForReporter", "ReportWithdrawn"]
    while run_reactions(by=system(1), at=NOON + HOUR):
        pass
    (notice,) = Notice.objects.all()  # to the neighbour, not to whoever reported it first
    assert (notice.event, notice.subject_id) == ("case_withdrawn", told.case.pk)
    assert Report.objects.get(pk=joined.report.pk).withdrawn_at == NOON


# ---- taking it back oneself -----------------------------------------------------------------


@pytest.mark.parametrize("first", ["told", "joined"])
def test_a_case_goes_on_while_somebody_stands_by_it(world, told, first) -> None:
    joined = me_too(told.case, phone="13800000522")
    one, other = (told, joined) if first == "told" else (joined, told)
    before = Case.objects.filter(pk=told.case.pk).values().get()

    actions.withdraw_case(by=RESIDENT, report=one.report, at=NOON + HOUR)

    assert Case.objects.filter(pk=told.case.pk).values().get() == before
    assert Report.objects.get(pk=one.report.pk).withdrawn_at == NOON + HOUR
    assert Report.objects.get(pk=other.report.pk).withdrawn_at is None
    assert kinds(told)[-1] == "ReportWithdrawn"

    actions.withdraw_case(by=RESIDENT, report=other.report, at=NOON + 2 * HOUR)

    case = Case.objects.get(pk=told.case.pk)
    assert (case.status, case.end, case.ended_at) == ("ended", "withdrawn", NOON + 2 * HOUR)
    assert set(case.steps.values_list("state", flat=True)) == {"dropped"}
    assert kinds(told)[-1] == "CaseEnded"


def test_whoever_took_it_back_has_no_more_word_in_it(world, told, settings, tmp_path) -> None:
    settings.FILES = str(tmp_path)
    joined = me_too(told.case, phone="13800000522")
    actions.withdraw_case(by=RESIDENT, report=joined.report, at=NOON)
    left = {"by": RESIDENT, "report": joined.report, "at": NOON + HOUR}

    refused(domain.ReportTakenBack, actions.withdraw_case, **left)
    refused(domain.ReportTakenBack, actions.give_files, papers=[photo()], **left)
    refused(domain.ReportTakenBack, actions.bring_papers, file_ids=[], **left)
    all_done(world, told)
    answer(world, told)
    late = {**left, "at": NOON + 5 * HOUR}
    refused(domain.ReportTakenBack, actions.confirm_case, rating=None, **late)
    refused(domain.ReportTakenBack, actions.reopen_case, words="", **late)
    refused(domain.WrongMoment, actions.withdraw_case, **late)


def test_nobody_writes_to_one_who_took_it_back(world, told) -> None:
    joined = me_too(told.case, phone="13800000522")
    assert len(queries.reporters_of(told.case)) == 2

    actions.withdraw_case(by=RESIDENT, report=told.report, at=NOON)

    assert [one.phone for one in queries.reporters_of(told.case)] == ["13800000522"]
    assert joined.report.phone.open() == "13800000522"


# ---- who reported ---------------------------------------------------------------------------


def test_a_clerk_on_record_is_not_the_reporter_of_what_they_take_down(world) -> None:
    person = people.register_person(by=HOUSE_ITSELF, at=NOON, name="前台小吴", phone="13900000001")
    clerk = replace(world.at("station"), person=person.pk)
    taken = actions.open_case(by=clerk, said=said(world, channel=Channel.PHONE), at=NOON)
    joined = me_too(taken.case, by=clerk, name="老周", words="")
    resident = Actor(kind="resident", district=1, user=7, person=person.pk)
    own = actions.open_case(by=resident, said=said(world), at=NOON)

    assert (taken.report.person_id, joined.report.person_id) == (None, None)
    assert taken.report.taken_by == clerk.appointment
    assert own.report.person_id == person.pk


# ---- files ----------------------------------------------------------------------------------


def test_an_office_adds_a_file_and_no_clock_is_touched(world, told, settings, tmp_path) -> None:
    settings.FILES = str(tmp_path)
    before = Case.objects.values().get(pk=told.case.pk)
    actions.attach_files(
        by=world.at("station"), case_id=told.case.pk, papers=[photo()], at=NOON + HOUR
    )

    assert Case.objects.values().get(pk=told.case.pk) == before
    (given,) = queries.files_given(told.case, queries.history(told.case), first=told.report.pk)
    assert (given.report, given.appointment, given.picture, given.personal) == (
        None,
        world.at("station").appointment,
        True,
        False,
    )
    assert given.name == "灯.png"


def test_files_are_refused_to_strangers_and_in_handfuls(world, told, settings, tmp_path) -> None:
    settings.FILES = str(tmp_path)
    add = {"case_id": told.case.pk, "papers": [photo()], "at": NOON}
    refused(NoSuchThing, actions.attach_files, by=world.at("neighbour"), **add)
    refused(NotAllowed, actions.attach_files, by=RESIDENT, **add)
    refused(Invalid, actions.attach_files, by=world.at("station"), **{**add, "papers": []})
    many = {**add, "papers": [photo()] * 7}
    refused(Invalid, actions.attach_files, by=world.at("station"), **many)
    actions.withdraw_case(by=RESIDENT, report=told.report, at=NOON)
    refused(domain.WrongMoment, actions.attach_files, by=world.at("station"), **add)
    assert File.objects.count() == 0


def test_a_personal_file_leaves_a_look(world, settings, tmp_path) -> None:
    settings.FILES = str(tmp_path)
    person = people.register_person(
        by=HOUSE_ITSELF, at=NOON, name="陈桂英", home=world.place(DOOR), phone="13800005210"
    )
    receipt = actions.open_case(by=RESIDENT, said=said(world, person_id=person.pk), at=NOON)
    actions.give_files(by=RESIDENT, report=receipt.report, papers=[photo()], at=NOON)
    attachment = Attachment.objects.get()
    look = {"number": receipt.case.number, "attachment_id": attachment.pk, "at": NOON}

    actions.open_attachment(by=world.at("station"), **look)

    assert ReadLog.objects.get(person=person).appointment == world.at("station").appointment
    refused(NoSuchThing, actions.open_attachment, by=world.at("neighbour"), **look)
    missing = {**look, "attachment_id": attachment.pk + 1}
    refused(NoSuchThing, actions.open_attachment, by=world.at("station"), **missing)


def test_a_neighbour_sees_the_offices_files_and_their_own_only(
    world,
    told,
    settings,
    tmp_path,
) -> None:
    settings.FILES = str(tmp_path)
    joined = me_too(told.case, words="")
    actions.give_files(by=RESIDENT, report=told.report, papers=[photo()], at=NOON)
    actions.give_files(by=RESIDENT, report=joined.report, papers=[photo()], at=NOON)
    actions.attach_files(by=world.at("station"), case_id=told.case.pk, papers=[photo()], at=NOON)
    theirs, own, office = Attachment.objects.order_by("id").values_list("id", flat=True)
    happenings = queries.history(told.case)

    def may(report: Report, attachment: int) -> bool:
        try:
            queries.attachment_of_report(report, attachment, happenings, first=told.report.pk)
        except NoSuchThing:
            return False
        return True

    assert [may(joined.report, one) for one in (theirs, own, office)] == [False, True, True]
    assert [may(told.report, one) for one in (theirs, own, office)] == [True, False, True]


def test_every_row_of_it_is_proved_by_the_record(world, told, settings, tmp_path) -> None:
    settings.FILES = str(tmp_path)
    opened(world, told)
    actions.withdraw_for(
        by=world.at("station"),
        case_id=told.case.pk,
        report_id=told.report.pk,
        identified=sure(told),
        at=NOON + HOUR,
    )
    bodies = "".join(Line.objects.values_list("body", flat=True))
    assert "case_contact_opening" in bodies
    assert "case_for_reporter" in bodies
    assert ContactOpening.objects.count() == ForReporter.objects.count() == 1

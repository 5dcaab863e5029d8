"""待打电话: what could not be sent is told by telephone, by the office that answers for the matter."""

from datetime import timedelta

import pytest

from linli.cases import actions
from linli.cases.domain import NoContact
from linli.cases.models import ContactOpening
from linli.journal.models import Line
from linli.notices import actions as notices
from linli.notices.domain import PATIENCE, Recipient
from linli.notices.models import Notice
from linli.people import actions as people
from linli.people.models import ReadLog
from tests.cases.errands import me_too
from tests.world import DOOR, HOUSE_ITSELF

from .conftest import report
from .test_screens import MOST_QUERIES, cost

PHONE = "13800000521"
CALLS = "/desk/calls/"
WORDS = {"number": "26", "item": "楼道漏水", "reply": "换了接头。", "office": "站", "phone": "123"}


def given_up(at, *, subject, phone: str = PHONE) -> Notice:
    """Return a letter that no telephone took."""
    asked = subject[0] == "right"
    owed = notices.queue_notice(
        by=HOUSE_ITSELF,
        event="right_asked" if asked else "work_done",
        recipient=Recipient.to_phone(phone),
        values={"right": "删除信息", "due": "12月12日"} if asked else WORDS,
        subject=subject,
        at=at,
        sensitive=False,
    )
    Notice.objects.filter(pk=owed.pk).update(tries=len(PATIENCE) + 1)
    notices.note_outcomes(by=HOUSE_ITSELF, complaints={owed.pk: "Timeout"}, at=at)
    return Notice.objects.get(pk=owed.pk)


def rows() -> list:
    tables = (Line, Notice, ContactOpening)
    return [list(table.objects.order_by("pk").values()) for table in tables]


@pytest.fixture
def told(world, now):
    return report(world, at=now - timedelta(hours=1), name="陈阿姨", phone=PHONE)


@pytest.fixture
def owed(told, now) -> Notice:
    return given_up(now, subject=("case", told.case.pk))


def page_of(at_desk, desk: str = "station", address: str = CALLS) -> str:
    return at_desk(desk).get(address).content.decode()


def test_without_a_call_to_make_the_morning_is_silent(world, at_desk) -> None:
    assert CALLS not in page_of(at_desk, address="/desk/")
    assert "没有要打的电话。" in page_of(at_desk)


def test_the_morning_says_how_many_must_be_called(at_desk, owed, told, now) -> None:
    assert "没送到的消息：1 条" in page_of(at_desk, address="/desk/")
    for minute in range(9):
        given_up(now + timedelta(minutes=minute), subject=("case", told.case.pk))
    assert "没送到的消息：9+ 条" in page_of(at_desk, address="/desk/")


def test_only_the_office_that_answers_for_the_matter_is_told(at_desk, owed) -> None:
    assert "楼道漏水说办好了" in page_of(at_desk)
    for other in ("neighbour", "street_city", "committee"):
        assert "没有要打的电话。" in page_of(at_desk, other)
        assert CALLS not in page_of(at_desk, other, "/desk/")
    assert at_desk("arbiter").get(CALLS).status_code == 403
    assert CALLS not in page_of(at_desk, "arbiter", "/desk/")


def test_the_number_opens_for_a_reason_and_leaves_a_trace(at_desk, owed, told) -> None:
    assert PHONE not in page_of(at_desk)
    answer = at_desk("station").post(f"{CALLS}{owed.pk}/number/", {"reason": "短信没送到"})
    assert answer.status_code == 200
    assert f'href="tel:{PHONE}"' in answer.content.decode()
    assert "陈阿姨" in answer.content.decode()
    opening = ContactOpening.objects.get()
    assert (opening.report_id, opening.reason) == (told.report.pk, "短信没送到")
    assert Line.objects.latest("id").kind == "ContactOpened"
    assert PHONE not in page_of(at_desk)


def test_of_two_who_reported_the_one_who_was_written_to_is_called(world, at_desk, told, now):
    other = me_too(told.case, name="李叔", phone="13900000999", at=now)
    owed = given_up(now, subject=("case", told.case.pk), phone="13900000999")
    answer = at_desk("station").post(f"{CALLS}{owed.pk}/number/", {"reason": "短信没送到"})
    assert "13900000999" in answer.content.decode()
    assert ContactOpening.objects.get().report_id == other.report.pk


def test_without_a_reason_it_stays_shut_and_says_so(at_desk, owed) -> None:
    before = rows()
    answer = at_desk("station").post(f"{CALLS}{owed.pk}/number/", {"reason": " "})
    assert (answer.status_code, rows()) == (422, before)
    assert PHONE not in answer.content.decode()
    assert "请写明为什么。" in answer.content.decode()


def test_one_who_left_another_number_meanwhile_cannot_be_opened(world, at_desk, told, now) -> None:
    owed = given_up(now, subject=("case", told.case.pk), phone="13700000000")
    before = rows()
    with pytest.raises(NoContact):
        actions.open_call(by=world.at("station"), notice_id=owed.pk, reason="x", at=now)
    assert rows() == before


def test_told_by_telephone_it_leaves_the_list_and_the_morning(at_desk, owed, now) -> None:
    answer = at_desk("station").post(f"{CALLS}{owed.pk}/told/")
    assert answer["Location"] == f"{CALLS}?did=told"
    owed.refresh_from_db()
    assert owed.state == "told"
    line = Line.objects.latest("id")
    assert (line.kind, line.subject_id) == ("NoticeTold", owed.pk)
    page = page_of(at_desk, address=answer["Location"])
    assert "记下了：已经电话告诉。" in page
    assert "没有要打的电话。" in page
    assert CALLS not in page_of(at_desk, address="/desk/")


def test_who_comes_second_is_told_so_and_nothing_changes(at_desk, owed) -> None:
    at_desk("station").post(f"{CALLS}{owed.pk}/told/")
    before = rows()
    answer = at_desk("station").post(f"{CALLS}{owed.pk}/told/")
    assert (answer.status_code, rows()) == (409, before)
    assert "同事已经告诉他们了。" in answer.content.decode()


@pytest.mark.parametrize(
    ("desk", "status"), [("neighbour", 404), ("street_city", 404), ("arbiter", 403)]
)
@pytest.mark.parametrize("what", ["number", "told"])
def test_another_office_changes_nothing(at_desk, owed, desk, status, what) -> None:
    before = rows()
    answer = at_desk(desk).post(f"{CALLS}{owed.pk}/{what}/", {"reason": "短信没送到"})
    assert (answer.status_code, rows()) == (status, before)


def test_what_was_sent_or_never_was_is_no_call(at_desk, told, now) -> None:
    sent = notices.queue_notice(
        by=HOUSE_ITSELF,
        event="work_done",
        recipient=Recipient.to_phone(PHONE),
        values=WORDS,
        subject=("case", told.case.pk),
        at=now,
        sensitive=False,
    )
    before = rows()
    for notice_id in (sent.pk, 999_999):
        assert at_desk("station").post(f"{CALLS}{notice_id}/told/").status_code == 404
    assert rows() == before


# ---- about one's own data -------------------------------------------------------------------


@pytest.fixture
def asker(world, now):
    found = people.register_person(
        by=HOUSE_ITSELF, at=now, name="陈桂英", home=world.place(DOOR), phone=PHONE
    )
    return people.request_right(by=HOUSE_ITSELF, at=now, person=found.pk, kind="erasure")


@pytest.fixture
def unheard(asker, now) -> Notice:
    return given_up(now, subject=("right", asker.pk))


def test_whoever_decides_on_data_calls_whom_a_letter_about_it_did_not_reach(
    at_desk, unheard, asker
):
    assert "没送到的消息：1 条" in page_of(at_desk, "district", "/desk/")
    page = page_of(at_desk, "district")
    assert "收到了：删除信息" in page
    assert "陈**" in page
    assert f'href="/data-requests/{asker.pk}/"' in page
    assert 'name="reason"' not in page
    for other in ("station", "neighbour", "street_city", "committee"):
        assert "没有要打的电话。" in page_of(at_desk, other)
        assert CALLS not in page_of(at_desk, other, "/desk/")


def test_the_number_on_record_opens_and_they_see_who_looked(world, at_desk, unheard, asker) -> None:
    assert PHONE not in page_of(at_desk, "district")
    answer = at_desk("district").post(f"{CALLS}{unheard.pk}/number/")
    assert f'href="tel:{PHONE}"' in answer.content.decode()
    assert "陈桂英" in answer.content.decode()
    look = ReadLog.objects.get(person=asker.person_id)
    assert (look.appointment, look.purpose) == (world.at("district").appointment, "own_request")
    assert ContactOpening.objects.count() == 0


def test_one_told_of_their_data_leaves_the_list(at_desk, unheard) -> None:
    answer = at_desk("district").post(f"{CALLS}{unheard.pk}/told/")
    assert answer["Location"] == f"{CALLS}?did=told"
    unheard.refresh_from_db()
    assert unheard.state == "told"
    assert "没有要打的电话。" in page_of(at_desk, "district")


@pytest.mark.parametrize(
    ("desk", "status"), [("station", 404), ("street_city", 404), ("arbiter", 403)]
)
@pytest.mark.parametrize("what", ["number", "told"])
def test_who_does_not_decide_on_data_opens_and_changes_nothing(
    at_desk, unheard, desk, status, what
) -> None:
    before = rows()
    answer = at_desk(desk).post(f"{CALLS}{unheard.pk}/{what}/", {"reason": "x"})
    assert (answer.status_code, rows()) == (status, before)
    assert ReadLog.objects.count() == 0


def test_the_list_costs_few_statements_however_long(at_desk, told, now) -> None:
    for minute in range(30):
        given_up(now + timedelta(minutes=minute), subject=("case", told.case.pk))
    assert cost(at_desk("station"), CALLS) <= MOST_QUERIES
    assert cost(at_desk("station"), "/desk/") <= MOST_QUERIES


def test_what_is_told_about_ones_office_is_read_at_the_desk(world, at_desk, told, now) -> None:
    notice = notices.queue_notice(
        by=HOUSE_ITSELF,
        event="step_amber",
        recipient=Recipient.to_user(world.at("station").user),
        values={"number": "26", "item": "楼道漏水", "due": "明天"},
        subject=("case", told.case.pk),
        at=now,
        sensitive=False,
    )
    browser = at_desk("station")
    page = browser.get("/desk/").content.decode()
    assert '<b class="num">1</b>' in page
    inbox = browser.get("/messages/").content.decode()
    assert 'class="rail"' in inbox  # in the frame of the workbench
    answer = browser.post(f"/messages/{notice.pk}/open/")
    assert answer["Location"] == f"/desk/cases/{told.case.number}/"
    assert browser.get(answer["Location"]).status_code == 200
    assert '<b class="num">' not in browser.get("/desk/").content.decode()

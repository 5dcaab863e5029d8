"""Queueing, sending, trying again, giving up, reading and forgetting."""

import json
import stat
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.db.models import Q

from linli.basics import Actor, NoSuchThing
from linli.fabric.writing import write_atomic
from linli.identity.models import User
from linli.journal.domain import digest
from linli.journal.models import Line
from linli.notices import actions, queries
from linli.notices.actions import Outcome
from linli.notices.domain import PATIENCE, AlreadyTold, BadTemplate, Recipient
from linli.notices.models import Notice, Reply

from .test_queries import unread

pytestmark = pytest.mark.django_db
VALUES = {
    "number": "1118-034",
    "item": "楼道顶漏水",
    "due": "11 月 21 日",
    "person": "周敏",
    "phone": "8000 1234",
}
PHONE = "13800001234"


@pytest.fixture(autouse=True)
def outbox(settings, tmp_path):
    settings.OUTBOX = tmp_path / "outbox"
    return settings.OUTBOX / "sms"


@pytest.fixture
def user():
    return User.objects.create(username="zhou")


def tell(clerk, at, recipient, **changes):
    given = {
        "event": "case_reopened",
        "values": VALUES,
        "subject": ("case", 7),
        "sensitive": False,
    } | changes
    return actions.queue_notice(by=clerk, recipient=recipient, at=at, **given)


def kinds():
    return list(Line.objects.order_by("id").values_list("kind", flat=True))


def test_on_the_site_a_notice_stands_at_once(clerk, noon, user):
    notice = tell(clerk, noon, Recipient.to_user(user.pk, "en"), sensitive=True)
    notice.refresh_from_db()
    assert notice.title == "1118-034 is open again"
    assert (notice.state, notice.sent_at, notice.next_at, notice.contact) == (
        "sent",
        noon,
        None,
        None,
    )
    assert (notice.subject_kind, notice.subject_id, notice.channel) == ("case", 7, "inapp")


def test_the_line_holds_no_name_no_address_and_no_text(clerk, noon):
    notice = tell(clerk, noon, Recipient.to_phone(PHONE))
    line = Line.objects.get()
    assert json.loads(line.body)["event"] == {
        "notice_id": notice.pk,
        "event": "case_reopened",
        "channel": "sms",
        "about_kind": "case",
        "about_id": 7,
    }
    assert json.loads(line.body)["rows"][0][:2] == ["notices_notice", notice.pk]
    assert (line.subject_kind, line.subject_id) == ("notice", notice.pk)
    for secret in (PHONE, "漏水", "周敏"):
        assert secret not in line.body


def test_an_address_lies_sealed(clerk, noon):
    notice = tell(clerk, noon, Recipient.to_phone(PHONE))
    notice.refresh_from_db()
    assert notice.contact.open() == PHONE
    assert PHONE.encode() not in notice.contact.token
    assert PHONE not in str(notice.contact)


def test_a_text_message_becomes_one_private_file(clerk, noon, outbox):
    notice = tell(clerk, noon, Recipient.to_phone(PHONE))
    later = noon + timedelta(seconds=5)
    assert actions.send_due(by=clerk, at=later, most=-1) == Outcome()
    assert actions.send_due(by=clerk, at=later) == Outcome(sent=1)
    [path] = outbox.iterdir()
    assert path.name == f"linli-1-{notice.pk}.json"
    assert json.loads(path.read_text()) == {
        "to": PHONE,
        "text": "【邻里】1118-034 号楼道顶漏水重新办，周敏负责，电话 8000 1234，最晚 11 月 21 日。",
    }
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    notice.refresh_from_db()
    assert (notice.state, notice.sent_at, notice.tries, notice.next_at) == ("sent", later, 1, None)
    assert kinds() == ["NoticeQueued", "NoticeSent"]
    assert actions.send_due(by=clerk, at=later + timedelta(days=1)) == Outcome()
    assert len(list(outbox.iterdir())) == 1


def test_an_email_goes_through_the_post(clerk, noon):
    notice = tell(clerk, noon, Recipient.to_email("li@example.test", "en"))
    assert actions.send_due(by=clerk, at=noon) == Outcome(sent=1)
    [letter] = mail.outbox
    assert letter.to == ["li@example.test"]
    assert letter.subject == "1118-034 is open again"
    assert letter.extra_headers["X-Entity-Ref-ID"] == f"linli-1-{notice.pk}"


def test_a_sensitive_matter_goes_quietly(clerk, noon, outbox):
    tell(clerk, noon, Recipient.to_email("li@example.test"), sensitive=True)
    tell(clerk, noon, Recipient.to_phone(PHONE), sensitive=True)
    actions.send_due(by=clerk, at=noon)
    said = mail.outbox[0].subject + mail.outbox[0].body + next(outbox.iterdir()).read_text()
    assert "漏水" not in said
    assert "1118-034" in said


def test_an_adapter_is_chosen_by_its_name(clerk, noon, settings, outbox, monkeypatch):
    taken = []
    monkeypatch.setattr(actions, "_write_sms", None)
    settings.SMS_ADAPTER = "tests.notices.test_actions.carrier"
    monkeypatch.setattr("tests.notices.test_actions.carrier", lambda **letter: taken.append(letter))
    notice = tell(clerk, noon, Recipient.to_phone(PHONE))
    assert actions.send_due(by=clerk, at=noon) == Outcome(sent=1)
    assert taken == [{"key": f"linli-1-{notice.pk}", "phone": PHONE, "text": notice.body}]


def carrier(**letter):
    raise ConnectionError(letter["phone"])


def test_a_carrier_that_fails_is_tried_again_and_then_given_up(clerk, noon, settings, outbox):
    settings.SMS_ADAPTER = "tests.notices.test_actions.carrier"
    notice = tell(clerk, noon, Recipient.to_phone(PHONE))
    at = noon
    for seconds in PATIENCE:
        assert actions.send_due(by=clerk, at=at) == Outcome(put_off=1)
        early = at + timedelta(seconds=seconds - 1)
        assert actions.send_due(by=clerk, at=early) == Outcome()
        at += timedelta(seconds=seconds)
    assert list(queries.failed_notices(clerk, Q())) == []
    assert actions.send_due(by=clerk, at=at) == Outcome(failed=1)
    notice.refresh_from_db()
    assert (notice.state, notice.failed_at, notice.tries) == ("failed", at, 6)
    assert notice.complaint == "ConnectionError"
    assert list(queries.failed_notices(clerk, Q())) == [notice]
    assert kinds() == ["NoticeQueued", "NoticeFailed"]
    assert actions.send_due(by=clerk, at=at + timedelta(days=9)) == Outcome()


def given_up(clerk, at, **changes) -> Notice:
    """Return a letter that was tried as often as any is."""
    notice = tell(clerk, at, Recipient.to_phone(PHONE), **changes)
    Notice.objects.filter(pk=notice.pk).update(tries=len(PATIENCE) + 1)
    actions.note_outcomes(by=clerk, complaints={notice.pk: "Timeout"}, at=at)
    notice.refresh_from_db()
    return notice


def test_what_could_not_go_by_e_mail_stands_on_the_site_and_is_nobodys_call(clerk, noon):
    notice = tell(clerk, noon, Recipient.to_email("li@example.test"))
    Notice.objects.update(state="failed", failed_at=noon)
    assert list(queries.failed_notices(clerk, Q())) == []
    assert notice.channel == "email"


def test_what_was_told_by_telephone_leaves_the_list_and_a_line(clerk, noon):
    notice, later = given_up(clerk, noon), noon + timedelta(hours=1)
    actions.note_told(by=clerk, notice_id=notice.pk, at=later)
    notice.refresh_from_db()
    assert (notice.state, notice.failed_at, notice.told_at) == ("told", noon, later)
    assert list(queries.failed_notices(clerk, Q())) == []
    line = Line.objects.latest("id")
    assert (line.kind, line.subject_id) == ("NoticeTold", notice.pk)


def test_it_is_told_once(clerk, noon):
    notice = given_up(clerk, noon)
    actions.note_told(by=clerk, notice_id=notice.pk, at=noon)
    before = [*Notice.objects.values(), Line.objects.count()]
    with pytest.raises(AlreadyTold):
        actions.note_told(by=clerk, notice_id=notice.pk, at=noon + timedelta(hours=1))
    assert [*Notice.objects.values(), Line.objects.count()] == before


def test_only_what_failed_in_the_district_and_is_not_forgotten_is_told(clerk, noon):
    waiting = tell(clerk, noon, Recipient.to_phone(PHONE))
    elsewhere = given_up(clerk, noon, subject=("case", 8))
    Notice.objects.filter(pk=elsewhere.pk).update(district=2)
    gone = given_up(clerk, noon, subject=("case", 9))
    actions.forget_notices(by=clerk, subject=("case", 9), at=noon)
    before = [*Notice.objects.order_by("pk").values(), Line.objects.count()]
    for one in (waiting, elsewhere, gone):
        with pytest.raises(NoSuchThing):
            actions.note_told(by=clerk, notice_id=one.pk, at=noon)
    assert list(queries.failed_notices(clerk, Q())) == []
    assert [*Notice.objects.order_by("pk").values(), Line.objects.count()] == before


def test_the_database_knows_when_something_told_was_told(clerk, noon):
    given_up(clerk, noon)
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.update(state="told")
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.update(told_at=noon)


def test_one_bad_address_does_not_stop_the_others(clerk, noon, settings, outbox):
    settings.SMS_ADAPTER = "tests.notices.test_actions.carrier"
    tell(clerk, noon, Recipient.to_phone(PHONE))
    tell(clerk, noon, Recipient.to_email("li@example.test"))
    assert actions.send_due(by=clerk, at=noon) == Outcome(sent=1, put_off=1)


def test_what_is_claimed_is_not_sent_twice_and_not_lost(clerk, noon):
    notice = tell(clerk, noon, Recipient.to_phone(PHONE))
    assert [one.notice_id for one in actions.claim_due(by=clerk, at=noon, most=10)] == [notice.pk]
    assert actions.claim_due(by=clerk, at=noon + timedelta(minutes=9), most=10) == []
    again = actions.claim_due(by=clerk, at=noon + timedelta(minutes=10), most=10)
    assert [one.key for one in again] == [f"linli-1-{notice.pk}"]


def test_a_round_takes_the_oldest_first_and_no_more_than_asked(clerk, noon):
    late = tell(clerk, noon + timedelta(minutes=1), Recipient.to_phone(PHONE))
    early = tell(clerk, noon, Recipient.to_phone(PHONE))
    soon = noon + timedelta(minutes=2)
    assert [one.notice_id for one in actions.claim_due(by=clerk, at=soon, most=1)] == [early.pk]
    assert [one.notice_id for one in actions.claim_due(by=clerk, at=soon, most=9)] == [late.pk]


def test_letters_are_not_sent_from_inside_an_act(clerk, noon, outbox):
    tell(clerk, noon, Recipient.to_phone(PHONE))

    @write_atomic
    def act():
        actions.send_due(by=clerk, at=noon)

    with pytest.raises(RuntimeError, match="could still be undone"):
        act()
    assert not outbox.exists()


def test_a_reminder_waits_for_its_day(clerk, noon, user):
    day = noon + timedelta(days=1)
    tell(clerk, noon, Recipient.to_user(user.pk), due_at=day)
    assert unread(user) == 0
    assert actions.send_due(by=clerk, at=noon) == Outcome()
    assert actions.send_due(by=clerk, at=day) == Outcome(sent=1)
    assert unread(user) == 1


def test_many_are_told_in_few_statements(clerk, noon, django_assert_max_num_queries):
    letters = [(Recipient.to_phone(f"1380000{n:04}"), VALUES) for n in range(300)]
    with django_assert_max_num_queries(20):
        told = actions.queue_notices(
            by=clerk,
            event="case_reopened",
            letters=letters,
            subject=("case", 1),
            sensitive=False,
            at=noon,
        )
    assert len({notice.pk for notice in told}) == 300
    assert Line.objects.count() == 300


@pytest.mark.parametrize("wrong", [{"event": "nothing"}, {"values": {"number": "1"}}])
def test_a_notice_that_cannot_be_said_changes_nothing(clerk, noon, wrong):
    with pytest.raises(BadTemplate):
        tell(clerk, noon, Recipient.to_phone(PHONE), **wrong)
    assert not Notice.objects.exists()
    assert not Line.objects.exists()


def test_the_day_is_the_day_in_shanghai(clerk):
    with pytest.raises(BadTemplate, match="1999-12-31"):
        tell(clerk, datetime(1999, 12, 31, 15, 59, tzinfo=UTC), Recipient.to_phone(PHONE))
    assert tell(clerk, datetime(1999, 12, 31, 16, tzinfo=UTC), Recipient.to_phone(PHONE)).pk


def test_reading_is_noted_once(clerk, noon, user):
    notice = tell(clerk, noon, Recipient.to_user(user.pk))
    reader = Actor(kind="resident", district=1, user=user.pk)
    assert actions.mark_read(by=reader, notice_ids=[notice.pk], at=noon) == 1
    assert actions.mark_read(by=reader, notice_ids=[notice.pk], at=noon + timedelta(1)) == 0
    notice.refresh_from_db()
    assert (notice.state, notice.read_at) == ("read", noon)
    assert kinds() == ["NoticeQueued", "NoticeRead"]


@pytest.mark.parametrize("reader", [None, 999_999])
def test_nobody_reads_what_is_anothers(clerk, noon, user, reader):
    mine = tell(clerk, noon, Recipient.to_user(user.pk))
    sms = tell(clerk, noon, Recipient.to_phone(PHONE))
    for notice in (mine, sms):
        with pytest.raises(NoSuchThing):
            actions.mark_read(
                by=Actor(kind="resident", district=1, user=reader), notice_ids=[notice.pk], at=noon
            )
    assert set(Notice.objects.values_list("read_at", flat=True)) == {None}
    assert kinds() == ["NoticeQueued", "NoticeQueued"]


def test_forgetting_takes_address_and_text(clerk, noon, user, outbox):
    shown = tell(clerk, noon, Recipient.to_user(user.pk))
    waiting = tell(clerk, noon, Recipient.to_phone(PHONE))
    other = tell(clerk, noon, Recipient.to_phone(PHONE), subject=("case", 8))
    assert actions.forget_notices(by=clerk, subject=("case", 7), at=noon) == 2
    for notice in (shown, waiting):
        notice.refresh_from_db()
        assert (notice.title, notice.body, notice.contact, notice.salt) == ("", "", None, None)
    assert (shown.state, waiting.state) == ("sent", "failed")
    assert unread(user) == 0
    assert queries.notices_for(user.pk).rows == []
    assert actions.send_due(by=clerk, at=noon) == Outcome(sent=1)
    other.refresh_from_db()
    assert other.contact.open() == PHONE
    assert actions.forget_notices(by=clerk, subject=("case", 7), at=noon) == 0
    assert kinds().count("NoticeForgotten") == 2


@pytest.mark.parametrize(
    "change",
    [
        {"contact": None},
        {"channel": "inapp"},
        {"state": "sent"},
        {"state": "read"},
        {"state": "failed"},
        {"next_at": None},
        {"forgotten_at": datetime(2026, 1, 1, tzinfo=UTC)},
        {"user_id": 1},
    ],
)
def test_the_database_refuses_a_notice_that_cannot_be(clerk, noon, user, change):
    notice = tell(clerk, noon, Recipient.to_phone(PHONE))
    change = {name: user.pk if name == "user_id" else value for name, value in change.items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.filter(pk=notice.pk).update(**change)


REPLY = {
    "code": "repaired",
    "since": date(2026, 1, 1),
    "outcome": "solved",
    "title": {"zh-Hans": "修好了", "en": "Repaired"},
    "body": {"zh-Hans": "{item}修好了", "en": "{item} is repaired"},
}


def test_replies_are_loaded_once(clerk, noon):
    assert actions.load_replies(by=clerk, rows=[REPLY], at=noon) == 1
    assert actions.load_replies(by=clerk, rows=[REPLY], at=noon) == 0
    changed = REPLY | {"body": {"zh-Hans": "好了", "en": "Done"}}
    assert actions.load_replies(by=clerk, rows=[changed], at=noon) == 1
    reply = Reply.objects.get()
    assert (reply.body["en"], reply.item, reply.example) == ("Done", "", False)
    assert kinds() == ["ReplyChanged", "ReplyChanged"]


@pytest.mark.parametrize(
    "wrong", [{"code": ""}, {"since": "2026"}, {"title": {"en": "x"}}, {"body": {}}]
)
def test_a_bad_reply_loads_nothing(clerk, noon, wrong):
    with pytest.raises(BadTemplate):
        actions.load_replies(by=clerk, rows=[REPLY, REPLY | {"code": "b"} | wrong], at=noon)
    assert not Reply.objects.exists()
    assert not Line.objects.exists()


def bound_faults(model):
    """Return the rows whose content is not what the last line that names them says."""
    said = {}
    for body in Line.objects.order_by("id").values_list("body", flat=True):
        said |= {(table, pk): found for table, pk, found in json.loads(body)["rows"]}
    return [
        row.pk
        for row in model.objects.all()
        if said.get((model._meta.db_table, row.pk))
        != digest(bytes(row.salt or b""), row.canonical_row())
    ]


def test_the_record_fits_every_row_as_it_lies(clerk, noon, user, settings, outbox):
    read = tell(clerk, noon, Recipient.to_user(user.pk))
    tell(clerk, noon, Recipient.to_email("li@example.test"))
    tell(clerk, noon, Recipient.to_phone(PHONE), subject=("case", 8))
    assert bound_faults(Notice) == []
    settings.SMS_ADAPTER = "tests.notices.test_actions.carrier"
    assert actions.send_due(by=clerk, at=noon) == Outcome(sent=1, put_off=1)
    assert bound_faults(Notice) == []
    reader = Actor(kind="resident", district=1, user=user.pk)
    actions.mark_read(by=reader, notice_ids=[read.pk], at=noon)
    actions.load_replies(by=clerk, rows=[REPLY], at=noon)
    actions.forget_notices(by=clerk, subject=("case", 8), at=noon)
    assert bound_faults(Notice) == []
    assert bound_faults(Reply) == []
    Notice.objects.filter(pk=read.pk).update(body="changed")
    assert bound_faults(Notice) == [read.pk]


def test_forgetting_the_letters_to_one_leaves_those_to_others(clerk, noon, user):
    mine = tell(clerk, noon, Recipient.to_user(user.pk))
    by_phone = tell(clerk, noon, Recipient.to_phone(PHONE))
    other = tell(clerk, noon, Recipient.to_phone("13900000000"))
    hers = [Recipient.to_user(user.pk), Recipient.to_phone(PHONE)]
    assert actions.forget_notices(by=clerk, subject=("case", 7), at=noon, to=hers) == 2
    for notice in (mine, by_phone, other):
        notice.refresh_from_db()
    assert (mine.title, by_phone.contact, other.contact.open()) == ("", None, "13900000000")
    assert actions.forget_notices(by=clerk, subject=("case", 7), at=noon, to=[]) == 0

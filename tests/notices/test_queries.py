"""Pages of notices, and which replies lie ready."""

from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db.models import Q

from linli.basics import Invalid, NoSuchThing
from linli.identity.models import User
from linli.notices import actions, queries
from linli.notices.domain import LANGUAGES, Recipient, names_in
from linli.notices.models import Notice, Reply

pytestmark = pytest.mark.django_db
VALUES = {"number": "1", "item": "x", "due": "d", "person": "p", "phone": "8"}


@pytest.fixture
def user():
    return User.objects.create(username="zhou")


def tell(clerk, at, recipient, subject=("case", 1)):
    return actions.queue_notice(
        by=clerk,
        event="case_reopened",
        recipient=recipient,
        values=VALUES,
        subject=subject,
        sensitive=False,
        at=at,
    )


def unread(user):
    return User.objects.values_list(queries.unread()).get(pk=user.pk)[0]


def test_a_user_pages_through_their_own(clerk, noon, user):
    other = User.objects.create(username="li")
    told = [
        tell(clerk, noon + timedelta(minutes=minute), Recipient.to_user(user.pk))
        for minute in range(5)
    ]
    tell(clerk, noon, Recipient.to_user(other.pk))
    first = queries.notices_for(user.pk, limit=2)
    second = queries.notices_for(user.pk, after=first.next, limit=2)
    third = queries.notices_for(user.pk, after=second.next, limit=2)
    assert [*first.rows, *second.rows, *third.rows] == told[::-1]
    assert third.next is None
    assert unread(user) == 5
    with pytest.raises(Invalid):
        queries.notices_for(other.pk, after=first.next)


def test_failures_are_shown_to_their_district_only(clerk, noon):
    notice = tell(clerk, noon, Recipient.to_phone("13800000000"))
    Notice.objects.update(state="failed", failed_at=noon, district=2)
    assert list(queries.failed_notices(clerk, Q())) == []
    Notice.objects.update(district=1)
    assert list(queries.failed_notices(clerk, Q())) == [notice]


def test_only_what_the_caller_answers_for_is_shown(clerk, noon):
    mine = tell(clerk, noon, Recipient.to_phone("13800000000"), subject=("case", 7))
    tell(clerk, noon, Recipient.to_phone("13800000000"), subject=("case", 8))
    Notice.objects.update(state="failed", failed_at=noon, next_at=None)
    whose = Q(subject_kind="case", subject_id=7)
    assert list(queries.failed_notices(clerk, whose)) == [mine]
    assert queries.failed_page(clerk, whose).rows == [mine]
    assert queries.failed_notice(clerk, whose, mine.pk) == mine
    with pytest.raises(NoSuchThing):
        queries.failed_notice(clerk, whose, mine.pk + 1)


def test_what_is_unread_is_counted_up_to_ten(clerk, noon, user):
    for minute in range(12):
        tell(clerk, noon + timedelta(minutes=minute), Recipient.to_user(user.pk))
    assert unread(user) == 10


def reply(code, *, since=date(2026, 1, 1), item="", outcome=""):
    return Reply.objects.create(
        district=1, code=code, since=since, item=item, outcome=outcome, title={}, body={}
    )


def test_the_replies_that_fit_come_with_the_items_own_first():
    common = reply("a")
    old = reply("b", outcome="solved", item="leak")
    new = reply("b", outcome="solved", item="leak", since=date(2026, 6, 1))
    reply("c", item="noise")
    ask = {"district": 1, "item": "leak"}
    assert queries.replies_for(**ask, day=date(2026, 5, 31)) == [old, common]
    assert queries.replies_for(**ask, day=date(2026, 6, 1)) == [new, common]
    assert queries.replies_for(**ask, day=date(2025, 12, 31)) == []
    assert queries.replies_for(**ask | {"district": 2}, day=date(2026, 6, 1)) == []


def test_the_examples_load_and_are_marked(capsys):
    call_command("load_replies")
    assert capsys.readouterr().out == "4 of 4 replies were new or changed.\n"
    for one in Reply.objects.all():
        assert one.example is True
        assert set(one.body) == set(LANGUAGES)
        assert names_in(one.body["en"]) == names_in(one.body["zh-Hans"])
    call_command("load_replies")
    assert capsys.readouterr().out == "0 of 4 replies were new or changed.\n"

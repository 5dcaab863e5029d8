"""A decision that is overdue is told, once, to those who may decide and to the office that asked."""

from datetime import timedelta

import pytest

from linli.gate import actions
from linli.journal.actions import run_reactions, system
from linli.notices.models import Notice
from tests.world import HOUSE_ITSELF, NOON

from .conftest import submitted
from .test_screens import _now, browser  # noqa: F401

pytestmark = pytest.mark.django_db
LATE = NOON + timedelta(days=22)  # 15 working days were given


def escalate(at) -> int:
    found = actions.escalate_requests(by=HOUSE_ITSELF, at=at)
    run_reactions(by=system(1), at=at)
    return found


def test_what_nobody_decides_is_told_above_and_to_whoever_asked_once(world) -> None:
    row = submitted(world)
    assert escalate(LATE - timedelta(days=1)) == 0
    assert not Notice.objects.exists()
    assert [escalate(LATE + timedelta(days=more)) for more in range(3)] == [1, 0, 0]

    told = Notice.objects.order_by("id")
    desks = {actor.user: desk for desk, actor in world.staff.items()}
    assert sorted(desks[one.user_id] for one in told) == ["district", "housing"]
    assert {(one.event, one.subject_kind, one.subject_id) for one in told} == {
        ("request_escalated", "request", row.pk)
    }
    assert {(one.title, one.body) for one in told} == {
        (
            f"{row.number} 到期没审，报到上一级",
            "区住房和城乡建设局申请的“查看老楼外墙”该在 2026-12-07 前审完，还没审，已报到上一级。",
        )
    }
    client, mine = browser("housing", "en"), told.get(user_id=world.at("housing").user)
    assert "decision is late" in client.get(f"/tasks/r/{row.number}/").content.decode()
    assert "Open the request" in client.get("/messages/").content.decode()
    opened = client.post(f"/messages/{mine.pk}/open/")
    assert opened["Location"] == f"/tasks/r/{row.number}/"
    actions.return_request(by=world.at("district"), request=row.pk, words="再议", at=LATE)
    assert "decision is late" not in client.get(f"/tasks/r/{row.number}/").content.decode()


def test_what_was_decided_before_the_letter_went_is_not_told(world) -> None:
    row = submitted(world)
    actions.cosign_request(by=world.at("street"), request=row.pk, at=NOON)
    actions.escalate_requests(by=HOUSE_ITSELF, at=LATE)
    actions.return_request(by=world.at("district"), request=row.pk, words="再议", at=LATE)
    run_reactions(by=system(1), at=LATE)
    assert not Notice.objects.exists()

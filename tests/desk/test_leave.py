"""A step whose leave has ended says so on every list, and what to do; its clock runs on."""

from datetime import timedelta

import pytest
from django.utils import timezone

from linli.cases import actions, queries
from linli.cases.models import Step
from linli.catalogue import actions as catalogue
from linli.catalogue.models import DutyLine, Mandate
from linli.desk.queries.offices import office_steps
from linli.desk.queries.today import today
from tests.world import GREEN, HOUSE_ITSELF

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def handed(world, leak, now) -> Step:
    """The step to mend, handed to the station on leave that ends after an hour."""
    catalogue.grant_mandate(
        by=HOUSE_ITSELF,
        duty_line=DutyLine.objects.get(code="public_affairs").pk,
        origin="emergency",
        communities=[world.place(GREEN)],
        minutes=60,
        asked_by=world.party("990101.civil_affairs"),
        evidence=["现场照片"],
        valid_from=now - HOUR,
        valid_to=now + HOUR,
        at=now - HOUR,
    )
    held = Step.objects.get(case=leak.case, code="mend")
    return actions.hand_over_step(
        by=world.at("street_city"),
        step_id=held.pk,
        to_party=world.party(f"{GREEN}.station"),
        note="社区去修",
        at=now,
    )


def looks(world, at) -> list[tuple[bool, str, bool]]:
    by = world.at("station")
    shown = {one.id: one for one in (*today(by, at=at).offered, *today(by, at=at).in_hand)}
    listed = {one.id: one for one in office_steps(by, at=at)}
    found = [listed[one] == line for one, line in shown.items()]
    assert all(found)
    return [(one.leave_over, one.look.words, one.clock is not None) for one in shown.values()]


def test_until_its_last_moment_it_is_on_offer_and_then_it_is_marked(world, handed, now) -> None:
    ends = now + HOUR
    before = looks(world, ends - timedelta(microseconds=1))
    assert (False, "On offer", True) in before
    assert not any(over for over, _, _ in before)
    assert (True, "leave is over: hand it on", True) in looks(world, ends)


def test_leave_that_is_called_off_marks_it_at_once(world, handed, now) -> None:
    catalogue.revoke_mandate(by=HOUSE_ITSELF, mandate=Mandate.objects.get().pk, at=now)
    assert (True, "leave is over: hand it on", True) in looks(world, now)


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "leave is over: hand it on"), ("zh-hans", "准入已到期：请转出去")],
)
def test_both_screens_say_it(at_desk, handed, language, words, monkeypatch) -> None:
    later = timezone.now() + 2 * HOUR
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    for page in ("/desk/", "/desk/load/"):
        assert words in at_desk("station", language).get(page).content.decode()


def test_handed_on_it_is_off_the_list(world, handed, now) -> None:
    later = now + 2 * HOUR
    actions.hand_over_step(
        by=world.at("station"),
        step_id=handed.pk,
        to_party=world.party("990101001.urban_management"),
        note="准入到期",
        at=later,
    )
    assert handed.pk not in [one for one, _ in queries.held_steps(world.at("station"))]

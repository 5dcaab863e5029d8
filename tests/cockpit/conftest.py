"""A street with two weeks of matters in every state, seen on a Thursday at ten."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from linli.cases import actions
from linli.cases.actions import Said
from linli.cases.domain import Channel, End, PauseReason
from linli.cases.models import Report, Step
from linli.catalogue import queries as catalogue
from linli.identity import actions as identity
from linli.identity.models import User
from linli.places.models import Place
from tests.kept import kept
from tests.world import GREEN, HOUSE_ITSELF, NOON, STAIR, STREET, WILLOW, World, build_world

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOW = datetime(2026, 11, 26, 2, tzinfo=UTC)


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> datetime:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    return NOW


@pytest.fixture
def world(db: None, now: datetime, request: pytest.FixtureRequest) -> World:
    """The district; with what ``busy`` is, where a test wants it. Each is built once and copied."""
    with_matters = "busy" in request.fixturenames
    return kept(("cockpit", with_matters), lambda: _build(with_matters))


def _build(with_matters: bool) -> World:
    found = build_world()
    identity.mark_demo(by=HOUSE_ITSELF, at=NOON)  # staff without a second factor may come in
    if with_matters:
        fill(Matters(found))
    return found


class Matters:
    """Opens cases and takes them along."""

    def __init__(self, world: World) -> None:
        self.world = world

    def open(self, at: datetime, place: str = STAIR, channel: Channel = Channel.PORTAL):
        said = Said(
            item="shared_leak",
            words="楼道顶上漏水。",
            channel=channel,
            place_id=self.world.place(place),
        )
        return actions.open_case(by=HOUSE_ITSELF, said=said, at=at).case

    def ask(self, at: datetime, place: str = STAIR):
        """A question answered on the spot, at the window of the community."""
        said = Said(
            item="shared_leak",
            words="找谁修楼道？",
            channel=Channel.WINDOW,
            place_id=self.world.place(place),
        )
        by = self.world.at("station")
        return actions.answer_consultation(by=by, said=said, answer="找物业。", at=at).case

    def accept(self, case, at: datetime):
        for step in Step.objects.filter(case=case, state="offered"):
            actions.accept_step(by=self.desk(step), step_id=step.pk, at=at)
        return case

    def desk(self, step):
        parties = {actor.party: actor for actor in self.world.staff.values()}
        return parties[step.party_id]

    def answer(self, case, at: datetime, end: End = End.EXPLAINED):
        case.refresh_from_db()
        owner = {actor.party: actor for actor in self.world.staff.values()}[case.owner_id]
        return actions.answer_case(by=owner, case_id=case.pk, end=end, words="这样办了。", at=at)

    def confirm(self, case, at: datetime, rating: int | None):
        report = Report.objects.get(case=case)
        return actions.confirm_case(by=HOUSE_ITSELF, report=report, rating=rating, at=at)

    def reopen(self, case, at: datetime):
        report = Report.objects.get(case=case)
        return actions.reopen_case(by=HOUSE_ITSELF, report=report, words="没好", at=at)


@pytest.fixture
def matters(world: World) -> Matters:
    return Matters(world)


@pytest.fixture
def busy(matters: Matters) -> Matters:
    """A street in which ``fill`` has happened."""
    return matters


def fill(matters: Matters) -> None:
    """Something of everything: late, escalated, stuck, nobody's, reopened; answered and rated."""
    matters.open(NOW - HOUR)  # fresh: nothing is wrong with it
    matters.open(NOON, place=WILLOW)  # nobody took it up, long overdue
    matters.accept(matters.open(NOON + HOUR, channel=Channel.PHONE), NOON + 2 * HOUR)
    paused = matters.accept(matters.open(NOW - 5 * HOUR), NOW - 4 * HOUR)
    actions.pause_case(
        by=matters.world.at("station"),
        case_id=paused.pk,
        reason=PauseReason.WEATHER,
        words="下雨",
        review_at=NOW + DAY,
        at=NOW - 3 * HOUR,
    )
    returned = matters.open(NOW - 2 * DAY)
    step = Step.objects.filter(case=returned, state="offered").order_by("id").first()
    clause = step_clause(returned)
    actions.return_step(
        by=matters.desk(step), step_id=step.pk, clause=clause, note="不归我们", at=NOW - 30 * HOUR
    )
    for at, rating in ((NOON, 5), (NOON + DAY, 3), (NOON + 2 * DAY, None)):
        told = matters.answer(matters.accept(matters.open(at), at + HOUR), at + 6 * HOUR)
        matters.confirm(told, at + 8 * HOUR, rating)
    matters.answer(matters.accept(matters.open(NOW - 2 * DAY, WILLOW), NOW - DAY), NOW - 3 * HOUR)
    again = matters.answer(matters.accept(matters.open(NOON), NOON + HOUR), NOON + 2 * HOUR)
    matters.reopen(again, NOW - HOUR)
    matters.open(NOW - 40 * DAY)  # the month before
    matters.ask(NOW - 40 * DAY)
    actions.turn_clocks(by=HOUSE_ITSELF, at=NOW)


def step_clause(case) -> str:

    return catalogue.definition(case.version_id).clauses[0]


@pytest.fixture
def outlines(world: World) -> None:
    """Two squares side by side, and the street around them."""
    for code, west, east in ((GREEN, 120.0, 120.1), (WILLOW, 120.1, 120.2), (STREET, 120.0, 120.2)):
        ring = [[west, 30.0], [east, 30.0], [east, 30.1], [west, 30.1], [west, 30.0]]
        Place.objects.filter(code=code).update(outline={"type": "Polygon", "coordinates": [ring]})


def browser_of(desk: str, language: str = "zh-CN") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(User.objects.get(username=desk))
    return client


@pytest.fixture
def street(world: World) -> Client:
    return browser_of("street")

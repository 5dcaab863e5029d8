"""A year of cases: when they come, what they are about, and how they go."""

from bisect import bisect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from operator import itemgetter
from random import Random
from typing import Any

from linli.cases.domain import Channel, End, check_sign
from linli.cases.domain.lives import Deed, Happened, Life, Part
from linli.cases.domain.numbers import CODE_SIGNS, RANDOM_SIGNS, SIGNS
from linli.catalogue.domain import ItemDefinition, StepDefinition
from linli.rulebook.domain import SHANGHAI, Unit

from . import sayings
from .names import person_name, telephone
from .turns import UNASKED_AFTER, Turns, own_courses

HOURS_OF: Mapping[Unit, float] = {
    Unit.HOURS: 1,
    Unit.WORKING_HOURS: 3,
    Unit.CALENDAR_DAYS: 24,
    Unit.WORKING_DAYS: 34,
    Unit.MONTHS: 720,
    Unit.YEARS: 8_760,
}
UNTIMED_HOURS = 72
PEAKS = (8, 9, 9, 9, 10, 10, 10, 11, 13, 14, 14, 15, 15, 16, 17, 19, 20, 21)
ASKING = ((Channel.PHONE, 45), (Channel.WINDOW, 40), (Channel.PORTAL, 15))
TELLING = (
    (Channel.PORTAL, 34),
    (Channel.PHONE, 30),
    (Channel.WINDOW, 20),
    (Channel.DOOR_CODE, 9),
    (Channel.PAPER, 3),
    (Channel.PROXY, 4),
)
KNOWN_SHARE = 0.4  # of those who come to the window or ring, found on the register
# How long a period lasts at least: what is done in so much is in time on any calendar.
LEAST_HOURS: Mapping[Unit, float] = {**HOURS_OF, Unit.WORKING_HOURS: 1, Unit.WORKING_DAYS: 24}
# What is still open at the demo clerk's station, by how much of its time is over: most has hardly
# begun, some is nearly due, a little is late.
AGES: tuple[tuple[float, tuple[float, float]], ...] = (
    (0.49, (0.02, 0.5)),
    (0.12, (0.8, 1.0)),
    (0.04, (2.0, 2.8)),
)
JUST_SAID = 0.35  # the rest of it: not even the time to take it up is over
LEFT_LYING = 0.05  # of what should have been taken up


@dataclass(frozen=True, slots=True)
class Offered:
    """
    An item as the year needs it: the version to pin, and since when it is in force.

    ``earlier`` are the wordings before it: since when, and the version.
    """

    version_id: int
    definition: ItemDefinition
    since: date
    earlier: tuple[tuple[date, int], ...] = ()

    def on(self, day: date) -> tuple[int, bool]:
        """Return the version to pin on a day, and whether it was in force by then."""
        spans = sorted((*self.earlier, (self.since, self.version_id)))
        begun = [version for since, version in spans if since <= day]
        return (begun[-1], True) if begun else (self.version_id, False)


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Somebody on the register who may come to the window."""

    id: int
    name: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Area:
    """One community: stairwells with their words, and some of the people who live there."""

    id: int
    stairwells: Sequence[tuple[int, str]]
    neighbours: Sequence[Neighbour]


@dataclass(frozen=True, slots=True)
class Inside:
    """The course planned for a sub-case: when it would open, what happens, and its own sub-cases."""

    opened: datetime
    course: Sequence[Happened]
    further: Mapping[str, "Inside"]

    @property
    def answered(self) -> datetime:
        return max(one.at for one in self.course if one.deed is Deed.ANSWER)


class Year:
    """Draws the cases of the days up to ``now``, in the order they came."""

    def __init__(
        self,
        calibration: Mapping[str, Any],
        offered: Sequence[Offered],
        areas: Sequence[Area],
        now: datetime,
        chance: Random,
    ) -> None:
        self.demand, self.process = calibration["demand"], calibration["process"]
        self.callback, self.matters = calibration["callback"], calibration["matters"]
        self.turns = Turns(calibration["turns"], chance)
        self.areas, self.now, self.chance = areas, now, chance
        self.asking = next(one for one in offered if one.definition.errand.value == "ask")
        self._by_code = {one.definition.code: one for one in offered}
        usable = [
            one
            for one in offered
            if one.definition.errand.value != "ask"
            and all(step.item in self._by_code for step in one.definition.steps if step.item)
        ]
        self.usual = [one for one in usable if one.definition.code in self.matters] or usable
        self.first_hand = [
            one for one in self.usual if one.definition.steps[0].performer == "community.station"
        ] or self.usual
        self._used: set[str] = set()
        self._by_version = {
            version: one
            for one in self.usual
            for version in (one.version_id, *(former for _, former in one.earlier))
        }
        spread = self.demand["community_spread"]
        self._areas_weighed = list(
            accumulate(chance.lognormvariate(0, spread) for _ in range(len(areas)))
        )
        self._months = {month: self._weights(month) for month in range(1, 13)}

    def _weights(self, month: int) -> list[float]:
        weights = []
        for one in self.usual:
            figures = self.matters.get(one.definition.code, {"weight": 1})
            weights.append(figures["weight"] * figures.get("season", {}).get(month, 1))
        return list(accumulate(weights))

    def lives(self, contacts: int, pile: int) -> Iterator[Life]:
        """Yield the year's cases and, in the first community, a pile of fresh ones."""
        moments: list[tuple[datetime, Offered | None]] = [
            (moment, None) for moment in self._moments(contacts, 365)
        ]
        moments += [self._lately() for _ in range(pile)]
        for moment, fresh in sorted(moments, key=itemgetter(0)):
            if fresh is not None:
                yield self._fresh(fresh, moment)
            elif self.chance.random() < self.demand["answered_at_once"]:
                yield self._asked(moment)
            else:
                told = self._told(moment)
                yield told
                if self.chance.random() < self.turns.shares["merged"]:
                    yield from self._said_twice(told)

    def own(self, neighbour: Neighbour, user: int) -> Iterator[Life]:
        """Yield the matters of the one resident who can sign in, in all their states."""
        home = replace(self.areas[0], neighbours=())
        offered = self.first_hand[0]
        step = offered.definition.steps[0].code

        def ago(hours: float) -> datetime:
            return self.now - timedelta(hours=hours)

        for began, after in own_courses(step, self.now, ago):
            life = self._matter(offered, home, ago(began), after)
            yield replace(
                life,
                channel=Channel.PORTAL,
                subject_id=neighbour.id,
                name=neighbour.name,
                user_id=user,
                hidden=False,
            )

    def _said_twice(self, first: Life) -> Iterator[Life]:
        """Yield the same matter said once more by somebody else, and made one with the first."""
        said = first.opened_at + self._hours(self.chance.uniform(0.5, 20))
        found = said + self._hours(self.chance.uniform(0.5, 4))
        over = [one.at for one in first.after if one.deed in (Deed.ANSWER, Deed.WITHDRAW)]
        offered = self._by_version.get(first.version_id)
        if found >= min([*over, self.now]) or offered is None or not offered.definition.joinable:
            return
        if offered.definition.sensitive:
            return
        area = next(one for one in self.areas if one.id == first.community_id)
        merged = Happened(deed=Deed.MERGE, at=found, into=first.number)
        yield replace(
            self._matter(offered, area, said, (merged,)),
            words=first.words.rpartition("，")[0] + "，" + self.chance.choice(sayings.WISH),
            place_id=first.place_id,
        )

    def _moments(self, count: int, days: int) -> list[datetime]:
        """Return so many moments: Mondays are busiest, and so are mornings."""
        today = self.now.astimezone(SHANGHAI).date()
        dates = [today - timedelta(days=back) for back in range(days)]
        weighed = list(accumulate(self.demand["weekday"][day.weekday()] for day in dates))
        found: list[datetime] = []
        while len(found) < count:
            day = dates[bisect(weighed, self.chance.random() * weighed[-1])]
            hour, minute = self.chance.choice(PEAKS), self.chance.randrange(60)
            clock = time(hour, minute, self.chance.randrange(60))
            moment = datetime.combine(day, clock, SHANGHAI)
            if moment >= self.now:
                moment -= timedelta(days=1)
            found.append(moment)
        return found

    def _area(self) -> Area:
        draw = self.chance.random() * self._areas_weighed[-1]
        return self.areas[bisect(self._areas_weighed, draw)]

    def _number(self, moment: datetime) -> str:
        while True:
            body = f"{moment:%y%m%d}" + "".join(self.chance.choices(SIGNS, k=RANDOM_SIGNS))
            if body not in self._used:
                self._used.add(body)
                return body + check_sign(body)

    def _life(self, offered: Offered, area: Area, moment: datetime, **values: Any) -> Life:
        chance = self.chance
        channel = values["channel"]
        known = None
        if channel not in (Channel.PORTAL, Channel.DOOR_CODE) and area.neighbours:
            known = chance.choice(area.neighbours) if chance.random() < KNOWN_SHARE else None
        silent = channel is Channel.PORTAL and chance.random() < 0.3
        version, timed = offered.on(moment.date())
        return Life(
            version_id=version,
            opened_at=moment,
            timed=timed,
            number=self._number(moment),
            code="".join(chance.choices(SIGNS, k=CODE_SIGNS)),
            community_id=area.id,
            subject_id=known.id if known else None,
            name=known.name if known else ("" if silent else person_name(chance)),
            phone="" if silent else telephone(50_000_000 + len(self._used)),
            hidden=not silent and chance.random() < self.demand["hidden"],
            **values,
        )

    def _channel(self, channels: Sequence[tuple[Channel, int]]) -> Channel:
        found = self.chance.choices([one for one, _ in channels], [share for _, share in channels])
        return found[0]

    def _asked(self, moment: datetime) -> Life:
        words, answer = sayings.question(self.chance)
        area = self._area()
        return self._life(
            self.asking,
            area,
            moment,
            place_id=_stairwell(area, self.chance)[0],
            channel=self._channel(ASKING),
            words=words,
            answer=answer,
        )

    def _told(self, moment: datetime) -> Life:
        weighed = self._months[moment.month]
        offered = self.usual[bisect(weighed, self.chance.random() * weighed[-1])]
        inside: dict[str, Inside] = {}
        course = self._course(offered.definition, moment, inside)
        timed = offered.on(moment.date())[1]
        bent = self.turns.bent(offered.definition, moment, course, timed=timed)
        if any(one.deed is Deed.REOPEN for one in bent):  # who came back is asked again, like all
            bent[-1] = self._ending(bent[-2].at)
        after = [one for one in bent if one.at < self.now]
        life = self._matter(offered, self._area(), moment, after)
        parts = self._parts(offered.definition, after, inside)
        return replace(life, parts=parts) if parts else life

    def _lately(self) -> tuple[datetime, Offered]:
        """Return when something still open was said, and what; see ``AGES``."""
        offered = self.chance.choice(self.first_hand)
        spans = [(_least_hours(offered.definition), span) for _, span in AGES]
        spans.append((_first_hours(offered.definition), (0.05, 0.8)))
        shares = [*(share for share, _ in AGES), JUST_SAID]
        [(whole, (least, most))] = self.chance.choices(spans, shares)
        return self.now - self._hours(whole * self.chance.uniform(least, most)), offered

    def _fresh(self, offered: Offered, moment: datetime) -> Life:
        """Return a case of the first community that nobody has finished: taken up, or not even that."""
        after = []
        first = _first_hours(offered.definition)
        taken = moment + self._hours(first * self.chance.uniform(0.1, 0.9))
        due = self.now - moment > timedelta(hours=first)
        if due and taken < self.now and self.chance.random() >= LEFT_LYING:
            step = offered.definition.steps[0].code
            words = self.chance.choice(sayings.TAKEN_UP)
            after = [Happened(deed=Deed.ACCEPT, at=taken, step=step, words=words)]
        return self._matter(offered, self.areas[0], moment, after)

    def _matter(
        self, offered: Offered, area: Area, moment: datetime, after: Sequence[Happened]
    ) -> Life:
        chance, item = self.chance, offered.definition
        place, where = _stairwell(area, chance)
        words = sayings.matter(
            chance,
            item.words or (item.name["zh-Hans"],),
            where if item.place.value == "required" else "",
            long=chance.random() < self.demand["long_words"],
        )
        return self._life(
            offered,
            area,
            moment,
            channel=self._channel(TELLING),
            words=words,
            place_id=place,
            after=tuple(after),
        )

    # How one case goes

    def _course(
        self, item: ItemDefinition, opened: datetime, inside: dict[str, Inside]
    ) -> list[Happened]:
        """Return one course; ``inside`` takes those of its sub-cases, by the code of their step."""
        chance = self.chance
        happened: list[Happened] = []
        finished: dict[str, datetime] = {}
        for number, step in enumerate(_in_order(item.steps)):
            offered = max((finished[code] for code in step.after), default=opened)
            deeds, done = self._work(item, step, offered, first=number == 0)
            if step.item and step.after:
                inside[step.code] = within = self._inside(step.item, offered)
                done = max(done, within.answered)  # the step waits for what it stands for
                deeds[-1] = replace(deeds[-1], at=done)
            finished[step.code] = done
            happened += deeds
        happened.sort(key=lambda one: one.at)
        end = chance.choices([End.SOLVED, End.EXPLAINED, End.NOT_OURS], [0.75, 0.21, 0.04])[0]
        told = max(finished.values()) + self._hours(chance.uniform(0.5, 20))
        if chance.random() < self.demand["unreasonable"]:
            # Explained before the work is done: what is still open is dropped.
            end, told = End.EXPLAINED, min(finished.values()) + self._hours(2)
            happened = [one for one in happened if one.at < told]
        words = chance.choice(sayings.ANSWERS[end.value])
        happened.append(Happened(deed=Deed.ANSWER, at=told, end=end, words=words))
        if not inside and chance.random() >= self.process["late"]:
            happened = _in_time(happened, opened, _least_hours(item) * chance.uniform(0.3, 0.9))
        return [*happened, self._ending(happened[-1].at)]

    def _inside(self, code: str, opened: datetime) -> Inside:
        item, further = self._by_code[code].definition, dict[str, Inside]()
        return Inside(opened, self._course(item, opened, further), further)

    def _parts(
        self, item: ItemDefinition, after: Sequence[Happened], inside: Mapping[str, Inside]
    ) -> dict[str, Part]:
        """Return what came of the sub-cases that were opened, each moved to when that was."""
        done = {one.step: one.at for one in after if one.deed is Deed.FINISH}
        parts = {}
        for step in item.steps:
            if step.code not in inside or not done.keys() >= set(step.after):
                continue
            opened, plan = max(done[code] for code in step.after), inside[step.code]
            offered = self._by_code[step.item]
            version, timed = offered.on(opened.date())
            moved = [replace(one, at=one.at + (opened - plan.opened)) for one in plan.course]
            lived = tuple(one for one in moved if one.at < self.now)
            parts[step.code] = Part(
                version_id=version,
                timed=timed,
                number=self._number(opened),
                code="".join(self.chance.choices(SIGNS, k=CODE_SIGNS)),
                after=lived,
                parts=self._parts(offered.definition, lived, plan.further),
            )
        return parts

    def _work(
        self, item: ItemDefinition, step: StepDefinition, offered: datetime, *, first: bool
    ) -> tuple[list[Happened], datetime]:
        """Return what is done to one step, in order, and when it is finished."""
        chance, figures, at = self.chance, self.process, offered
        within = step.within
        span = HOURS_OF[within.unit] * within.amount if within else UNTIMED_HOURS
        deeds: list[Happened] = []
        # 响应率 follows from this; no figure of it is known, so it is 假设.
        at += self._hours(min(span * 0.3, 20) * chance.lognormvariate(-1, 0.8))
        if first and item.clauses and chance.random() < figures["returned"]:
            at = self._returned(item, step, at, deeds)
        if chance.random() < figures["handed_over"]:
            other = "district.center" if step.performer == "street.center" else "street.center"
            words = chance.choice(sayings.PASSED_ON)
            deeds.append(
                Happened(deed=Deed.HAND_OVER, at=at, step=step.code, performer=other, words=words)
            )
            at += self._hours(24 * figures["days_per_handover"] * chance.lognormvariate(-0.2, 0.6))
        words = chance.choice(sayings.TAKEN_UP)
        deeds.append(Happened(deed=Deed.ACCEPT, at=at, step=step.code, words=words))
        slow = 12 if chance.random() < figures["stuck"] else 1
        at += self._hours(span * slow * chance.lognormvariate(-1, 0.6))
        words = chance.choice(sayings.DONE)
        deeds.append(Happened(deed=Deed.FINISH, at=at, step=step.code, words=words))
        return deeds, at

    def _returned(
        self, item: ItemDefinition, step: StepDefinition, at: datetime, deeds: list[Happened]
    ) -> datetime:
        chance = self.chance
        clause = chance.choice(item.clauses)
        words = chance.choice(sayings.GIVEN_BACK)
        deeds.append(Happened(deed=Deed.RETURN, at=at, step=step.code, clause=clause, words=words))
        at += self._hours(chance.uniform(6, 60))
        upheld = chance.random() < self.process["upheld"]
        deeds.append(
            Happened(
                deed=Deed.RULE,
                at=at,
                step=step.code,
                clause=clause,
                upheld=upheld,
                performer="district.center"
                if step.performer.startswith("street.")
                else "street.center",
                words=chance.choice(sayings.UPHELD if upheld else sayings.DISMISSED),
            )
        )
        return at + self._hours(chance.uniform(1, 24))

    def _ending(self, told: datetime) -> Happened:
        chance = self.chance
        if chance.random() >= self.callback["reached"]:
            return Happened(deed=Deed.END, at=told + UNASKED_AFTER)
        happy = chance.random() < self.callback["satisfied"]
        rating = chance.choice((4, 5, 5)) if happy else chance.choice((1, 2, 3))
        at = told + self._hours(chance.uniform(1, 140))
        return Happened(deed=Deed.END, at=at, confirmed=True, rating=rating)

    @staticmethod
    def _hours(hours: float) -> timedelta:
        return timedelta(seconds=int(hours * 3600) + 1)


def _stairwell(area: Area, chance: Random) -> tuple[int, str]:
    """Return a place of a community, and its words."""
    return chance.choice(area.stairwells) if area.stairwells else (area.id, "")


def _least_hours(item: ItemDefinition) -> float:
    """Return in how many hours a case of an item is in time, whatever the calendar."""
    return LEAST_HOURS[item.whole.unit] * item.whole.amount


def _first_hours(item: ItemDefinition) -> float:
    """Return in how many hours an item is taken up in time; at most a day."""
    within = item.steps[0].within
    return min(LEAST_HOURS[within.unit] * within.amount if within else 24, 24)


def _in_time(happened: Sequence[Happened], opened: datetime, most_hours: float) -> list[Happened]:
    """Return a course that is over within so many hours: all goes quicker by the same share."""
    share = timedelta(hours=most_hours) / (happened[-1].at - opened)
    if share >= 1:
        return list(happened)
    found, last = list[Happened](), opened
    for one in happened:
        at = opened + (one.at - opened) * share
        last = max(at.replace(microsecond=0), last + timedelta(seconds=1))
        found.append(replace(one, at=last))
    return found


def _in_order(steps: Sequence[StepDefinition]) -> list[StepDefinition]:
    """Return the steps so that each stands behind those it waits for."""
    found: list[StepDefinition] = []
    left = list(steps)
    while left:
        done = {step.code for step in found}
        ready = [step for step in left if set(step.after) <= done]
        found += ready
        left = [step for step in left if step not in ready]
    return found

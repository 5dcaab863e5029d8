"""What else befalls a case on its way: it waits, gets more time, comes back, is one of two."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from linli.cases.domain import End, PauseReason
from linli.cases.domain.lives import Deed, Happened
from linli.cases.domain.numbers import CODE_SIGNS, SIGNS
from linli.catalogue.domain import ItemDefinition

from . import sayings
from .names import person_name, telephone

UNASKED_AFTER = timedelta(days=7, minutes=1)  # who says nothing for a week is counted not reached
SHORTEST = timedelta(hours=6)  # what is done in less is not interrupted
TOP = "district.center"


class Turns:
    """Bends the course of one case after another; ``shares`` are the figures of the calibration."""

    def __init__(self, shares: Mapping[str, float], chance: Random) -> None:
        self.shares, self.chance = shares, chance
        self._callers = 70_000_000

    def bent(
        self, item: ItemDefinition, opened: datetime, course: Sequence[Happened], *, timed: bool
    ) -> list[Happened]:
        """Return the course with what befalls this case; most go on as they were."""
        happened = sorted(course, key=lambda one: one.at)
        taken = next((one.at for one in happened if one.deed is Deed.ACCEPT), None)
        told = next(one.at for one in happened if one.deed is Deed.ANSWER)
        if self._draw("withdrawn"):
            return self._withdrawn(happened, opened, told)
        if taken is not None and told - taken > SHORTEST:
            if self._draw("paused"):
                happened = self._paused(item, happened, taken + timedelta(hours=1))
            if timed and item.accountable != TOP and self._draw("extended"):
                words = self.chance.choice(sayings.MORE_TIME)
                at = taken + timedelta(hours=5)
                happened.append(Happened(deed=Deed.EXTEND, at=at, performer=TOP, words=words))
            if item.accountable != TOP and self._draw("supervised"):
                at = taken + timedelta(hours=4)
                happened.append(Happened(deed=Deed.SUPERVISE, at=at, performer=TOP))
        if item.joinable and not item.sensitive and self._draw("joined"):
            happened += self._joined(opened, min(one.at for one in happened if _ends(one)))
        if self._draw("reopened"):
            happened = self._reopened(happened)
        return sorted(happened, key=lambda one: one.at)

    def _draw(self, what: str) -> bool:
        return self.chance.random() < self.shares[what]

    def _hours(self, least: float, most: float) -> timedelta:
        return timedelta(seconds=int(self.chance.uniform(least, most) * 3600))

    def _withdrawn(
        self, happened: Sequence[Happened], opened: datetime, told: datetime
    ) -> list[Happened]:
        at = opened + (told - opened) * self.chance.uniform(0.1, 0.8)
        at = at.replace(microsecond=0)
        kept = [one for one in happened if one.at < at]
        return [*kept, Happened(deed=Deed.WITHDRAW, at=at)]

    def _paused(
        self, item: ItemDefinition, happened: Sequence[Happened], at: datetime
    ) -> list[Happened]:
        """Let the clock wait; all that comes later comes so much later."""
        papers = tuple(paper.code for paper in item.papers[:1])
        days = self.chance.randint(1, 9)
        stood = timedelta(days=days) + self._hours(0, 6)
        until = at + timedelta(days=min(days + 5, 28))
        if papers or self.chance.random() < 0.4:
            deed, reason = Deed.ASK, PauseReason.PAPERS
            words = self.chance.choice(sayings.MISSING)
        else:
            deed, reason = Deed.PAUSE, self.chance.choice((PauseReason.EXPERT, PauseReason.WEATHER))
            words = self.chance.choice(sayings.WAITING[reason.value])
        return [
            *(one for one in happened if one.at <= at),
            Happened(deed=deed, at=at, until=until, reason=reason, papers=papers, words=words),
            Happened(deed=Deed.RESUME, at=at + stood),
            *(replace(one, at=one.at + stood) for one in happened if one.at > at),
        ]

    def _joined(self, opened: datetime, before: datetime) -> list[Happened]:
        found = []
        for _ in range(self.chance.randint(1, 3)):
            at = opened + (before - opened) * self.chance.uniform(0.05, 0.9)
            self._callers += 1
            found.append(
                Happened(
                    deed=Deed.JOIN,
                    at=at.replace(microsecond=0),
                    name=person_name(self.chance),
                    phone=telephone(self._callers),
                    words=self.chance.choice(sayings.ME_TOO),
                    code="".join(self.chance.choices(SIGNS, k=CODE_SIGNS)),
                )
            )
        return [one for one in found if opened < one.at < before]

    def _reopened(self, happened: Sequence[Happened]) -> list[Happened]:
        """Let the resident say within days that it is not solved; the office answers once more."""
        told = next(one for one in happened if one.deed is Deed.ANSWER)
        back = told.at + self._hours(3, 100)
        again = back + self._hours(10, 120)
        words = self.chance.choice(sayings.ANSWERS["solved"])
        return [
            *(one for one in happened if one.deed is not Deed.END),
            Happened(deed=Deed.REOPEN, at=back, words=self.chance.choice(sayings.NOT_SOLVED)),
            Happened(deed=Deed.ANSWER, at=again, end=End.SOLVED, words=words),
            Happened(deed=Deed.END, at=again + UNASKED_AFTER),
        ]


def _ends(one: Happened) -> bool:
    return one.deed in (Deed.ANSWER, Deed.WITHDRAW)


def own_courses(
    step: str, now: datetime, ago: Callable[[float], datetime]
) -> list[tuple[float, tuple[Happened, ...]]]:
    """
    Return the matters of the demo's resident: how many hours ago each began, and what came after.

    :param ago: hours → the moment so long before now
    """
    taken = sayings.TAKEN_UP[0]

    def accepted(hours: float) -> Happened:
        return Happened(deed=Deed.ACCEPT, at=ago(hours), step=step, words=taken)

    def answer(hours: float) -> Happened:
        words = sayings.ANSWERS["solved"][0]
        return Happened(deed=Deed.ANSWER, at=ago(hours), end=End.SOLVED, words=words)

    missing = Happened(
        deed=Deed.ASK,
        at=ago(20),
        until=now + timedelta(days=5),
        reason=PauseReason.PAPERS,
        words=sayings.MISSING[0],
    )
    happy = Happened(deed=Deed.END, at=ago(300), confirmed=True, rating=5)
    back = Happened(deed=Deed.REOPEN, at=ago(30), words=sayings.NOT_SOLVED[0])
    return [
        (1, ()),
        (26, (accepted(20),)),
        (30, (accepted(28), missing)),
        (60, (accepted(50), answer(10))),
        (400, (accepted(390), answer(310), happy)),
        (200, (accepted(190), answer(100), back)),
        (80, (Happened(deed=Deed.WITHDRAW, at=ago(70)),)),
        (900, (accepted(880), answer(800), Happened(deed=Deed.END, at=ago(600)))),
    ]

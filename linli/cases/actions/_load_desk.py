"""What the cases of one load share: reserved ids, answers asked once, and the lines drafted."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from linli.basics import Actor
from linli.cases.domain import deadline
from linli.catalogue import queries as catalogue
from linli.catalogue.domain import ItemDefinition
from linli.journal.actions import Drafts, system
from linli.parties import queries as parties
from linli.rulebook import queries as rulebook
from linli.rulebook.domain import Period, Unit, local_date

HOURS = (Unit.HOURS, Unit.WORKING_HOURS)


@dataclass(frozen=True, slots=True)
class Ids:
    """The ids reserved for the rows of one load."""

    cases: Iterator[int]
    reports: Iterator[int]
    steps: Iterator[int]
    moves: Iterator[int]
    rulings: Iterator[int]


class Desk:
    """What the cases of one load ask again and again, each answer kept; and the lines drafted."""

    def __init__(self, *, by: Actor, at: datetime, act: int) -> None:
        self.by, self.at = by, at
        self.house = system(by.district)
        self.resident = Actor(kind="resident", district=by.district)
        self.drafts = Drafts(act=act)
        self._definitions: dict[int, ItemDefinition] = {}
        self._units: dict[tuple[str, int | None], int] = {}
        self._staff: dict[int, tuple[Actor, ...]] = {}
        self._dues: dict[tuple[datetime | date, Period], datetime | None] = {}
        self._calendar = rulebook.calendar()

    def definition(self, version_id: int) -> ItemDefinition:
        """:raises NoSuchThing: if there is no such version"""
        if version_id not in self._definitions:
            self._definitions[version_id] = catalogue.definition(version_id)
        return self._definitions[version_id]

    def unit(self, performer: str, ground: int | None) -> int:
        """Return the id of the party that answers for a performer at a place."""
        key = performer, ground
        if key not in self._units:
            self._units[key] = parties.unit_for(performer, ground).pk
        return self._units[key]

    def holder(self, party: int, turn: int) -> Actor:
        """Return one of those who work at a party, taking turns; the house where nobody does."""
        if party not in self._staff:
            on = local_date(self.at)
            able = {one.id for one in parties.candidates_of(party, on)}
            self._staff[party] = tuple(
                Actor(
                    kind="staff",
                    district=self.by.district,
                    user=one.user_id,
                    appointment=one.pk,
                    hat=one.hat,
                    party=party,
                )
                for one in parties.appointees_of(party, on=on)
                if one.pk in able and one.role != "auditor"
            )
        staff = self._staff[party]
        return staff[turn % len(staff)] if staff else self.house

    def due(self, start: datetime, period: Period | None) -> datetime | None:
        """Return the end of a period; the same for all that began on one day, but for hours."""
        if period is None:
            return None
        key = (start if period.unit in HOURS else local_date(start), period)
        if key not in self._dues:
            self._dues[key] = deadline(start, period, self._calendar)
        return self._dues[key]

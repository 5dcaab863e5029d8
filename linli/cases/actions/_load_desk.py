"""What the cases of one load share: reserved ids, answers asked once, and the lines drafted."""

from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from linli.basics import Actor, NoSuchThing
from linli.cases.domain import Hours, Mark, Windows, deadline, next_mark, put_off
from linli.cases.models import Award, Case
from linli.cases.queries import hours_on, windows_at
from linli.catalogue import queries as catalogue
from linli.catalogue.domain import ItemDefinition
from linli.fabric.keyring import keyring
from linli.journal.actions import Drafts, system
from linli.parties import queries as parties
from linli.people import queries as people
from linli.rulebook import queries as rulebook
from linli.rulebook.domain import Pause, Period, Unit, local_date

HOURS = (Unit.HOURS, Unit.WORKING_HOURS)


@dataclass(frozen=True, slots=True)
class Ids:
    """The ids reserved for the rows of one load."""

    cases: Iterator[int]
    reports: Iterator[int]
    steps: Iterator[int]
    moves: Iterator[int]
    rulings: Iterator[int]
    pauses: Iterator[int]
    extensions: Iterator[int]
    awards: Iterator[int]


class Desk:
    """What the cases of one load ask again and again, each answer kept; and the lines drafted."""

    def __init__(self, *, by: Actor, at: datetime, act: int) -> None:
        self.by, self.at = by, at
        self.house = system(by.district)
        self.resident = Actor(kind="resident", district=by.district)
        self.drafts = Drafts(act=act)
        # Looked for once: each use of it asks four files whether they changed.
        self.ring = keyring()
        self._step_names: dict[int, list[tuple[dict[str, str], list[str]]]] = {}
        self._definitions: dict[int, ItemDefinition] = {}
        self._units: dict[tuple[str, int | None], int] = {}
        self._staff: dict[int, tuple[Actor, ...]] = {}
        self._dues: dict[tuple[datetime | date, Period, int], datetime | None] = {}
        self._hours: dict[tuple[int, int], Hours] = {}
        self._changes: dict[int, list[date]] = {}
        self._windows: dict[date, Windows] = {}
        self._cases: dict[str, int] = {}
        self._awards: set[tuple[int | None, str]] | None = None
        self._standing: dict[int, int] | None = None
        self._calendar = rulebook.calendar()

    def definition(self, version_id: int) -> ItemDefinition:
        """:raises NoSuchThing: if there is no such version"""
        if version_id not in self._definitions:
            self._definitions[version_id] = catalogue.definition(version_id)
        return self._definitions[version_id]

    def step_names(self, version_id: int) -> list[tuple[dict[str, str], list[str]]]:
        """Return name and predecessors of each step of a version; the rows of all its cases share them."""
        if version_id not in self._step_names:
            steps = self.definition(version_id).steps
            self._step_names[version_id] = [(dict(one.name), list(one.after)) for one in steps]
        return self._step_names[version_id]

    def unit(self, performer: str, ground: int | None) -> int:
        """Return the id of the party that answers for a performer at a place."""
        # All places of a district have the same departments above them.
        key = performer, None if performer.startswith("district.") else ground
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

    def due(self, party: int, start: datetime, period: Period | None) -> datetime | None:
        """
        Return the end of a period at an office; the same for all of one day, but for hours.

        Offices that open at the same times are held as one value, so that its id tells them apart.
        """
        if period is None:
            return None
        day = local_date(start)
        hours = self._hours_on(party, day)
        key = (start if period.unit in HOURS else day, period, id(hours))
        if key not in self._dues:
            self._dues[key] = deadline(start, period, self._calendar, hours)
        return self._dues[key]

    def put_off(
        self,
        party: int,
        due: datetime,
        period: Period | None,
        *,
        start: datetime,
        pauses: Sequence[Pause],
    ) -> datetime:
        """Return where the end of a clock moves that stood still; the last pause is over now."""
        hours = self._hours_on(party, local_date(start))
        return put_off(
            due, start=start, period=period, pauses=pauses, calendar=self._calendar, hours=hours
        )

    def _hours_on(self, party: int, day: date) -> Hours:
        """Return when an office works; asked once for all the days until that changes."""
        if party not in self._changes:
            self._changes[party] = parties.hours_change_on(party)
        key = party, bisect(self._changes[party], day)
        if key not in self._hours:
            self._hours[key] = hours_on(party, day)
        return self._hours[key]

    def windows(self, at: datetime) -> Windows:
        """Return the windows in force on the day of a moment."""
        day = local_date(at)
        if day not in self._windows:
            self._windows[day] = windows_at(at)
        return self._windows[day]

    def next_mark_at(
        self, *, start: datetime, due_at: datetime | None, at: datetime, turned: Mark | None = None
    ) -> datetime | None:
        """Return when a clock rings next, by the windows of the day of an act."""
        if due_at is None:
            return None
        found = next_mark(began_at=start, due_at=due_at, turned=turned, windows=self.windows(at))
        return found.at if found else None

    @property
    def awards(self) -> set[tuple[int | None, str]]:
        """Standing person and item of all that is had in the district; the load adds its own."""
        if self._awards is None:
            rows = Award.objects.filter(district=self.by.district, to_on=None)
            held = rows.values_list("person", "item")
            self._awards = {(self.standing(person), item) for person, item in held}
        return self._awards

    def standing(self, person: int) -> int:
        """Return the record that stands for a person, however often theirs was merged on."""
        if self._standing is None:
            self._standing = people.standing_records(self.by.district)
        return self._standing.get(person, person)

    def remember(self, number: str, case_id: int) -> None:
        """Keep which row a number is, for those that merge into it."""
        self._cases[number] = case_id

    def case_id(self, number: str) -> int:
        """:raises NoSuchThing: if no case has the number, here or in the district"""
        if number not in self._cases:
            held = Case.objects.filter(district=self.by.district, number=number)
            found = held.values_list("pk", flat=True).first()
            if found is None:
                raise NoSuchThing
            self._cases[number] = found
        return self._cases[number]

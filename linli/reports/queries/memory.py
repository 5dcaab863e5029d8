"""
The district as it is today, held in memory: after a day's changes only who changed is read again.

Everybody keeps a place of their own, so that a change touches nobody else. Ages need no reading:
every count is taken anew from the birth dates (decision 19).

No page and no chore of the product asks it: what they send speaks of the end of a period that is
over, as known at one moment, and mostly of one community, which ``Counts`` reads from the rows in
less time than everybody takes to hold. It is for a process that goes on counting the district of
today; the bench measures it, and the tests hold it against the rows.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from threading import Lock

import numpy as np

from linli.people import queries as people
from linli.people.domain import Numbers, Residents
from linli.reports.domain import Laid, aged, by_place, free_places, lay_out, relaid, replaced
from linli.rulebook.domain import local_date

from .compiling import Counts, communities_counted

SPARE = 1  # words left empty in each community: 64 people may come before all are laid out anew


@dataclass(frozen=True, slots=True)
class _Held:
    """
    Everybody in the order of their places, and when each fact was looked at; 0 is nobody.

    ``turning`` are those of whom something is known that begins or ends later.
    """

    laid: Laid
    residents: Residents
    looked: Mapping[str, Numbers]
    turning: frozenset[int]

    @classmethod
    def read(cls, district: int, at: datetime) -> "_Held":
        on = local_date(at)
        found = people.population(on, at, district=district)
        looked = people.looked_at(found, on, district=district)
        laid = lay_out(
            found.population,
            found.communities,
            communities=communities_counted(district),
            spare=SPARE,
        )
        return cls(
            replace(laid, places=np.arange(laid.population.size)),
            Residents(
                ids=by_place(laid, found.ids),
                communities=by_place(laid, found.communities),
                households=by_place(laid, found.households),
                registered=by_place(laid, found.registered),
                population=laid.population,
            ),
            {name: by_place(laid, days) for name, days in looked.items()},
            people.turning_people(district, on),
        )

    def reread(self, changed: frozenset[int], district: int, at: datetime) -> "_Held | None":
        """Return the same with these people as they are now; None where there is no room."""
        on, held = local_date(at), self.residents
        news = people.population(on, at, district=district, people=changed)
        looked = people.looked_at(news, on, district=district)
        gone = np.flatnonzero(np.isin(held.ids, np.array(sorted(changed), dtype=np.int64)))
        free = free_places(self.laid, gone, news.communities)
        if free is None:
            return None
        laid = relaid(self.laid, gone, free, news.population)
        return _Held(
            laid,
            Residents(
                ids=replaced(held.ids, gone, free, news.ids),
                communities=replaced(held.communities, gone, free, news.communities),
                households=replaced(held.households, gone, free, news.households),
                registered=replaced(held.registered, gone, free, news.registered),
                population=laid.population,
            ),
            {name: replaced(days, gone, free, looked[name]) for name, days in self.looked.items()},
            (self.turning - changed) | people.turning_people(district, on, people=changed),
        )

    def on(self, day: date) -> Laid:
        """Return everybody laid out for counting, with the facts that are too old on a day."""
        return aged(self.laid, people.stale_of(self.residents, self.looked, day))


@dataclass(slots=True)
class Memory:
    """Everybody as they were known when last asked, and the line of the record then."""

    district: int
    _held: _Held | None = None
    _at: datetime | None = None
    _line: int = 0
    _lock: Lock = field(default_factory=Lock)
    read_again: int = 0

    def counts(self, at: datetime) -> Counts:
        """Return everything countable as of the day of ``at``, known then. For now, not the past."""
        with self._lock:
            changed, line = people.changed_people(self.district, self._line)
            held = None
            if self._held is not None and changed is not None and self._at and at >= self._at:
                changed |= self._held.turning
                held = self._held.reread(changed, self.district, at)
                self.read_again = len(changed)
            if held is None:
                held = _Held.read(self.district, at)
                self.read_again = int(np.count_nonzero(held.residents.ids))
            self._held, self._at, self._line = held, at, line
            on = local_date(at)
            return Counts(self.district, on, at, residents=held.residents, laid=held.on(on))

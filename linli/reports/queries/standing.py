"""
The district as it is today, held in memory: after a day's changes only who changed is read again.

Ages need no reading: every count is taken anew from the birth dates (decision 19).
"""

from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from linli.fabric import versions
from linli.people import queries as people
from linli.people.domain import Numbers, Residents
from linli.rulebook.domain import Column, Population, local_date

from .compiling import Counts

Kind = TypeVar("Kind", bound=np.generic)


@dataclass(slots=True)
class Standing:
    """Everybody's columns as they were known when last asked, and the line of the record then."""

    district: int
    _residents: Residents | None = None
    _looked: dict[str, Numbers] = field(default_factory=dict)
    _at: datetime | None = None
    _line: int = 0
    _lock: Lock = field(default_factory=Lock)
    read_again: int = 0

    def counts(self, at: datetime) -> Counts:
        """Return everything countable as of the day of ``at``, known then. For now, not the past."""
        with self._lock:
            changed, line = people.changed_people(self.district, self._line)
            if changed is None or self._at is None or at < self._at:
                self._read(at)
            else:
                turned = people.turning_people(self.district, local_date(self._at))
                self._reread(changed | turned, at)
            self._at, self._line = at, line
            found = self._residents
            assert found is not None  # noqa: S101  # read just above
            on = local_date(at)
            stale = people.stale_of(found, self._looked, on)
        return Counts(self.district, on, at, residents=found, stale=stale)

    def _read(self, at: datetime) -> None:
        on = local_date(at)
        self._residents = found = people.population(on, at, district=self.district)
        self._looked = dict(people.looked_at(found, on, district=self.district))
        self.read_again = len(found.ids)

    def _reread(self, changed: frozenset[int], at: datetime) -> None:
        self.read_again = len(changed)
        held = self._residents
        if not changed or held is None:
            return
        on = local_date(at)
        news = people.population(on, at, district=self.district, people=changed)
        looked = people.looked_at(news, on, district=self.district)
        kept = ~np.isin(held.ids, np.array(sorted(changed), dtype=np.int64))
        ids, lives = (
            _both(held.ids, news.ids, kept),
            _both(held.communities, news.communities, kept),
        )
        order = np.lexsort((ids, lives))
        self._looked = {n: _both(days, looked[n], kept)[order] for n, days in self._looked.items()}
        columns = {
            name: Column(
                _both(one.values, news.population.columns[name].values, kept)[order],
                _both(one.known, news.population.columns[name].known, kept)[order],
                one.codes,
            )
            for name, one in held.population.columns.items()
        }
        self._residents = Residents(
            ids=ids[order],
            communities=lives[order],
            households=_both(held.households, news.households, kept)[order],
            population=Population(len(ids), columns),
        )


def _both(old: NDArray[Kind], new: NDArray[Kind], kept: NDArray[np.bool_]) -> NDArray[Kind]:
    return np.concatenate([old[kept], new])


@versions.cached("places")
def standing(district: int) -> Standing:
    """Return the one of this process; where places moved, another begins."""
    return Standing(district)

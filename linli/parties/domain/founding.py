"""What a district brings along when it begins: its units and who sits in them, and what that changes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from .seats import Seat, check_seat, check_size
from .units import check_span, check_term
from .words import PartyRow


@dataclass(frozen=True, slots=True)
class SeatRow:
    """
    Who is to sit where. ``party`` is the code of a party, ``post`` that of a post.

    ``login`` is empty for one who never signs in; ``backup`` is the login of B.
    """

    login: str
    name: str
    party: str
    role: str
    from_on: date
    to_on: date | None = None
    post: str = ""
    backup: str = ""

    @property
    def who(self) -> str:
        """By what this person is known again: the login, else the name."""
        return self.login or self.name


@dataclass(frozen=True, slots=True)
class Opened:
    """What bringing in units and staff changed; nothing the second time."""

    parties_new: int = 0
    parties_changed: int = 0
    users_new: int = 0
    seats_new: int = 0
    seats_changed: int = 0
    posts_new: int = 0


@dataclass(frozen=True, slots=True)
class FirstPassword:
    """A login and the password it was given, shown once and kept nowhere."""

    login: str
    password: str


class SeatBook:
    """Who holds which seats, while further ones are tried one by one against the law."""

    def __init__(
        self,
        parties: Iterable[PartyRow],
        held: Mapping[str, Sequence[Seat]],
        sizes: Mapping[str, int],
    ) -> None:
        """``held``: by login; ``sizes``: by the code of a party. Both without those to be tried."""
        self._parties = {one.code: one for one in parties}
        self._held = {login: list(seats) for login, seats in held.items()}
        self._sizes = dict(sizes)

    def take(self, row: SeatRow) -> None:
        """
        Seat one more, as ``make_appointment`` would.

        :raises MayNotServeBoth: if the law keeps two bodies apart
        :raises ArbiterStandsApart: if an arbiter would handle cases
        :raises MustLeaveElectionCommittee: if one still runs the election of the committee
        :raises BodyFull: if the body has as many members as the law allows
        :raises AuditorNeedsEnd: for an auditor without a last day
        :raises Invalid: for an unknown role, or a last day before the first
        """
        check_term(row.role, row.to_on)
        check_span(row.from_on, row.to_on)
        party = self._parties[row.party]
        seat = Seat(party.kind, party.place, row.role, party.office)
        mine = self._held.setdefault(row.who, [])
        check_seat(seat, name=row.name, held=mine, held_by_relatives=(), on=row.from_on)
        check_size(party.kind, self._sizes.get(party.code, 0), on=row.from_on)
        mine.append(seat)
        self._sizes[party.code] = self._sizes.get(party.code, 0) + 1

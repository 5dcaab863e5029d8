"""Which seats one person may hold together, and what nobody may decide for themselves."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from linli.basics import gettext_noop

from .refusals import (
    ArbiterStandsApart,
    BodyFull,
    MayNotServeBoth,
    MustLeaveElectionCommittee,
    OwnMatter,
    RelativeServes,
)
from .words import HANDLING, HAT_WORDS, Kind, Role


@dataclass(frozen=True, slots=True)
class CrossRule:
    """
    Two bodies of one community that the law keeps apart, from a date.

    ``one`` and ``other`` may be the same: then only ``relatives`` are kept out.
    """

    one: Kind
    other: Kind
    persons: bool
    relatives: bool
    from_on: date
    article: str


# Party organisation and committee may share members (art. 8), so no rule names that pair.
CROSS_RULES: tuple[CrossRule, ...] = (
    CrossRule(
        one=Kind.COMMITTEE,
        other=Kind.OVERSIGHT,
        persons=True,
        relatives=True,
        from_on=date(2026, 1, 1),
        article=gettext_noop("Organic Law of Urban Residents' Committees (2025), art. 36"),
    ),
    CrossRule(
        one=Kind.COMMITTEE,
        other=Kind.COMMITTEE,
        persons=False,
        relatives=True,
        from_on=date(2026, 1, 1),
        article=gettext_noop("Organic Law of Urban Residents' Committees (2025), art. 8"),
    ),
)


@dataclass(frozen=True, slots=True)
class SizeRule:
    """How many members a body has by law, from a date; both ends count in."""

    kind: Kind
    least: int
    most: int
    from_on: date
    article: str


# 居民选举委员会: an autonomous body of the community under this code of an office (art. 15).
ELECTION_COMMITTEE = "election_committee"
ELECTIONS_FROM = date(2026, 1, 1)

# 居民委员会由主任、副主任和委员共五至九人组成。
SIZE_RULES: tuple[SizeRule, ...] = (
    SizeRule(
        kind=Kind.COMMITTEE,
        least=5,
        most=9,
        from_on=date(2026, 1, 1),
        article=gettext_noop("Organic Law of Urban Residents' Committees (2025), art. 8"),
    ),
)


def size_rule(kind: str, on: date, rules: Sequence[SizeRule] = SIZE_RULES) -> SizeRule | None:
    """Return the rule on the size of a body in force on a day, None where there is none."""
    held = (rule for rule in rules if rule.kind == kind and rule.from_on <= on)
    return max(held, key=lambda rule: rule.from_on, default=None)


def check_size(
    kind: str, members: int, *, on: date, rules: Sequence[SizeRule] = SIZE_RULES
) -> None:
    """
    Check that a body may take one more member.

    Too few cannot be refused: members come one by one. It is shown where they are appointed.

    :param members: how many it has without the new one
    :raises BodyFull: if it has as many as the law allows
    """
    rule = size_rule(kind, on, rules)
    if rule is not None and members >= rule.most:
        raise BodyFull(body=HAT_WORDS[kind], most=rule.most, article=rule.article)


@dataclass(frozen=True, slots=True)
class Seat:
    """A seat somebody holds or is to hold: the kind of party, the place it answers for, the role."""

    kind: str
    place: int
    role: str = Role.WORKER
    office: str = ""


def check_seat(
    wanted: Seat,
    *,
    name: str,
    held: Iterable[Seat],
    held_by_relatives: Iterable[Seat],
    on: date,
    rules: Sequence[CrossRule] = CROSS_RULES,
) -> None:
    """
    Check a new seat against those the person and the near relatives hold on that day.

    :raises MayNotServeBoth: if the law keeps the two bodies apart
    :raises RelativeServes: if it keeps near relatives out
    :raises ArbiterStandsApart: if one would be arbiter and handle cases
    :raises MustLeaveElectionCommittee: if they, or a near relative, still run its election
    """
    held, kin = list(held), list(held_by_relatives)
    check_candidate(wanted, [*held, *kin], on=on)
    for rule in rules:
        if on < rule.from_on:
            continue
        for seat in held if rule.persons else ():
            if _kept_apart(rule, wanted, seat):
                raise MayNotServeBoth(
                    name=name,
                    held=HAT_WORDS[seat.kind],
                    wanted=HAT_WORDS[wanted.kind],
                    article=rule.article,
                )
        for seat in kin if rule.relatives else ():
            if _kept_apart(rule, wanted, seat):
                raise RelativeServes(
                    name=name,
                    held=HAT_WORDS[seat.kind],
                    wanted=HAT_WORDS[wanted.kind],
                    article=rule.article,
                )
    roles = {wanted.role, *(seat.role for seat in held)}
    if Role.ARBITER in roles and roles & HANDLING:
        raise ArbiterStandsApart


def _kept_apart(rule: CrossRule, wanted: Seat, held: Seat) -> bool:
    pair = (wanted.kind, held.kind)
    return wanted.place == held.place and pair in (
        (rule.one, rule.other),
        (rule.other, rule.one),
    )


def check_candidate(wanted: Seat, seats: Iterable[Seat], *, on: date) -> None:
    """
    Check the seats of one who is to sit on a committee, and of the near relatives.

    Who stands for election leaves the body that runs it, themselves or for a near relative; so
    nobody comes from there, or from beside there, into the committee.

    :raises MustLeaveElectionCommittee: if one of them is on its election committee (art. 15)
    """
    if wanted.kind != Kind.COMMITTEE or on < ELECTIONS_FROM:
        return
    if any(seat.office == ELECTION_COMMITTEE and seat.place == wanted.place for seat in seats):
        raise MustLeaveElectionCommittee


def check_not_own(
    person: int | None, *, concerned: Collection[int], relatives: Collection[int] = ()
) -> None:
    """
    Check that the handler is none of those concerned, nor a near relative of one.

    ``person`` is the handler's id in ``people``; ``relatives`` those of the handler.

    :raises OwnMatter: if so
    """
    if person in concerned or set(relatives) & set(concerned):
        raise OwnMatter

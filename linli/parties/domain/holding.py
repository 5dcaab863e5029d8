"""Who holds a party's work, who takes over, and how a performer of a step is named."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from linli.basics import Invalid, gettext_noop

from .words import HANDLING, LEADING, Kind, Role


@dataclass(frozen=True, slots=True)
class Candidate:
    """One who could hold a party's work on a day: ``rank`` orders the A's, ``backup`` names B."""

    id: int
    role: str
    rank: int = 0
    backup: int | None = None
    away: bool = False


def choose_holder(candidates: Sequence[Candidate], *, on_duty: int | None = None) -> int | None:
    """
    Return who holds the party's work: duty, else A, else B for an A who is away, else the head.

    None only where there is nobody at all. Auditors and arbiters never hold work.
    """
    able = [one for one in candidates if one.role in HANDLING | {Role.DISTRICT}]
    here = {one.id for one in able if not one.away}
    if on_duty in here:
        return on_duty
    workers = sorted((one for one in able if one.role not in LEADING), key=lambda a: (a.rank, a.id))
    heads = [one.id for one in able if one.role in LEADING]
    if workers and workers[0].id in here:
        return workers[0].id
    wanted = ([workers[0].backup] if workers else []) + heads + [one.id for one in workers]
    return next(
        (one for one in wanted if one in here), next(iter(heads + [w.id for w in workers]), None)
    )


def choose_cover(
    leaver: Candidate, others: Sequence[Candidate], *, heads_above: Sequence[Candidate] = ()
) -> int | None:
    """Return who takes the open work of one who leaves: B, else the head, else who is there."""
    here = [one for one in others if one.id != leaver.id and not one.away]
    if leaver.backup in {one.id for one in here}:
        return leaver.backup
    heads = [one.id for one in (*here, *heads_above) if one.role in LEADING]
    workers = [one.id for one in here if one.role in HANDLING - LEADING]
    return next(iter(heads + workers), None)


COMMUNITY_KINDS: Mapping[str, Kind] = {
    "station": Kind.STATION,
    "committee": Kind.COMMITTEE,
    "party": Kind.PARTY_ORG,
    "oversight": Kind.OVERSIGHT,
}
LEVELS = ("community", "street", "district", "organisation")
CENTER = "center"


def read_performer(performer: str) -> tuple[str, str]:
    """
    Return level and office of a performer such as ``street.civil``.

    :raises Invalid: if it is not in the vocabulary
    """
    level, _, office = performer.partition(".")
    if (
        level not in LEVELS
        or not office
        or (level == "community" and office not in COMMUNITY_KINDS)
    ):
        raise Invalid(
            field="performer",
            reason=gettext_noop(
                "A performer reads community.station, street.civil, district.housing or "
                "organisation.property."
            ),
        )
    return level, office

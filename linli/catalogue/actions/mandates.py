"""Granting and revoking mandates: leave for communities to do work no resident asked for."""

from collections.abc import Sequence
from datetime import datetime

from linli.basics import Actor, NoSuchThing
from linli.catalogue.domain import (
    AlreadyEnded,
    DutyKind,
    MandateOrigin,
    Permission,
    check_mandate,
    holds,
)
from linli.catalogue.events import MandateGranted, MandateRevoked
from linli.catalogue.models import DutyLine, Mandate, MandateTerms
from linli.fabric.writing import write_atomic
from linli.journal.actions import record
from linli.parties import queries as parties
from linli.rulebook.domain import local_date


@write_atomic
def grant_mandate(
    *,
    by: Actor,
    duty_line: int,
    origin: str,
    communities: Sequence[int],
    minutes: int,
    asked_by: int,
    evidence: Sequence[str],
    valid_from: datetime,
    valid_to: datetime,
    at: datetime,
) -> Mandate:
    """
    Give communities leave for work no resident asked for. Only the gate calls this.

    :param communities: ids; none means all
    :param minutes: what one piece of the work takes
    :param asked_by: the party that wants the work
    :param evidence: what is to be shown for it
    :raises NotAllowed: unless the hat may grant mandates
    :raises NotOnTheList: if the line was taken back or is negative, and nothing is urgent
    :raises LineNotInForce: if the line is not in force that day
    :raises MandateWithoutEnd: if it does not end after it begins
    :raises EmergencyTooLong: if an emergency would outlast its 72 hours
    :raises NothingAsked: without minutes or evidence
    :raises NoSuchThing: if there is no such party, line or origin
    """
    by.must(Permission.GRANT_MANDATE)
    lines = DutyLine.objects.select_for_update().filter(pk=duty_line, district=by.district)
    line = lines.first()
    if line is None or origin not in list(MandateOrigin):
        raise NoSuchThing
    on = local_date(valid_from)
    kind = MandateOrigin(origin)
    check_mandate(
        origin=kind,
        line=line.code,
        kind=DutyKind(line.kind),
        in_force=holds(line, on),
        valid_from=valid_from,
        valid_to=valid_to,
        on=on,
        minutes=minutes,
        evidence=evidence,
    )
    party = parties.party(asked_by)
    mandate = Mandate.objects.create(
        district=by.district,
        duty_line=line,
        origin=kind.value,
        communities=sorted(communities),
        minutes=minutes,
        valid_from=valid_from,
        valid_to=valid_to,
        granted_at=at,
    )
    terms = MandateTerms.objects.create(
        district=by.district,
        mandate=mandate,
        asked_by_id=party.pk,
        evidence=list(evidence),
        appointment=by.appointment,
    )
    record(_granted(mandate, at), by=by, rows=[mandate, terms])
    return mandate


def _granted(mandate: Mandate, at: datetime) -> MandateGranted:
    return MandateGranted(
        at=at,
        mandate_id=mandate.pk,
        duty_line_id=mandate.duty_line_id,
        origin=mandate.origin,
        minutes=mandate.minutes,
        valid_from=mandate.valid_from,
        valid_to=mandate.valid_to,
    )


@write_atomic
def revoke_mandate(*, by: Actor, mandate: int, at: datetime) -> Mandate:
    """
    End a mandate before its time. What was done under it stays done.

    :raises NotAllowed: unless the hat may grant mandates
    :raises NoSuchThing: if there is no such mandate
    :raises AlreadyEnded: if it was revoked, or its time is over
    """
    by.must(Permission.GRANT_MANDATE)
    found = Mandate.objects.select_for_update().filter(pk=mandate, district=by.district).first()
    if found is None:
        raise NoSuchThing
    if found.revoked_at is not None or found.valid_to <= at:
        raise AlreadyEnded
    found.revoked_at = at
    found.save(update_fields=["revoked_at"])
    record(MandateRevoked(at=at, mandate_id=found.pk), by=by, rows=[found])
    return found

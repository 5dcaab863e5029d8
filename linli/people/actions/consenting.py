"""Consent and its withdrawal, near relatives, and what somebody arranges for afterwards."""

from datetime import datetime

from linli.basics import Actor, Invalid, NoSuchThing, gettext_noop
from linli.fabric.blanks import Bound
from linli.fabric.writing import write_atomic
from linli.journal.actions import record
from linli.people import domain, queries
from linli.people.domain import Permission
from linli.people.events import (
    AfterwardsArranged,
    ConsentGiven,
    ConsentWithdrawn,
    KinNoted,
)
from linli.people.models import Arrangement, Consent, Kin, Person
from linli.rulebook.domain import local_date

from .facts import living, reached


def _consenter(by: Actor, found: Person, at: datetime) -> int:
    return domain.check_consenter(
        by,
        person=found.pk,
        guardian=queries.guardian_of(found),
        birth_on=found.birth_on,
        on=local_date(at),
    )


@write_atomic
def give_consent(*, by: Actor, at: datetime, person: int, purpose: str) -> Consent:
    """
    Consent to one purpose (个人信息保护法 13(1)(1), 14); one that stands stays as it is.

    :raises NoSuchThing: if there is no such person, or not for this actor
    :raises PersonEnded: if the record is closed
    :raises UnknownPurpose: if the purpose is not on the list
    :raises NoConsentAsked: if the purpose rests on a duty
    :raises GuardianConsents: for a child under fourteen without the guardian (31)
    :raises NotAllowed: for staff without ``people.register``
    """
    found = living(by, person)
    if purpose not in queries.purposes():
        raise domain.UnknownPurpose
    domain.check_purpose(queries.purposes()[purpose])
    given_by = _consenter(by, found, at)
    consent, new = Consent.objects.get_or_create(
        district=by.district,
        person=found,
        purpose=purpose,
        withdrawn_at=None,
        defaults={"given_by": given_by, "appointment": by.appointment, "given_at": at},
    )
    if new:
        event = ConsentGiven(at=at, person_id=person, consent_id=consent.pk, purpose=purpose)
        record(event, by=by, rows=[consent])
    return consent


@write_atomic
def withdraw_consent(*, by: Actor, at: datetime, person: int, purpose: str) -> Consent:
    """
    Withdraw a consent; it takes one press, as giving it did (个人信息保护法 15).

    What was done before stays lawful. No service depends on it (16).

    :raises NoSuchThing: if there is no such person, or not for this actor
    :raises NothingToWithdraw: if none stands
    :raises GuardianConsents: for a child under fourteen without the guardian (31)
    :raises NotAllowed: for staff without ``people.register``
    """
    found = reached(by, person)
    _consenter(by, found, at)
    # Each record that became theirs may have one; whoever withdraws means all of them.
    given = Consent.objects.select_for_update().filter(
        person__in=queries.their_records(found.pk), purpose=purpose, withdrawn_at=None
    )
    consents = list(given.order_by("id"))
    if not consents:
        raise domain.NothingToWithdraw
    for consent in consents:
        consent.withdrawn_at = at
        consent.save(update_fields=["withdrawn_at"])
    first = consents[0]
    event = ConsentWithdrawn(at=at, person_id=person, consent_id=first.pk, purpose=purpose)
    record(event, by=by, rows=consents)
    return first


@write_atomic
def note_kin(*, by: Actor, at: datetime, person: int, relative: int, kinship: str) -> Kin:
    """
    Note that ``relative`` is a near relative of ``person``, as papers showed at the window.

    The other side is noted with it.

    :raises NotAllowed: without ``people.register``
    :raises NoSuchThing: if one of them is not there, or not for this actor, or both are the same
    :raises Invalid: if it is no near kinship (民法典 1045)
    :raises KinKnown: if the two are noted already
    """
    by.must(Permission.REGISTER_PEOPLE)
    if person == relative:
        raise NoSuchThing
    found, other = reached(by, person), reached(by, relative)
    if kinship not in domain.KINSHIP:
        raise Invalid(field="kinship", reason=gettext_noop("Choose one from the list."))
    theirs, others = queries.every_record([person]), queries.every_record([relative])
    if Kin.objects.filter(person__in=theirs, relative__in=others).exists():
        raise domain.KinKnown
    rows: list[Bound] = [
        Kin.objects.create(
            district=by.district, person=one, relative=another, kinship=which, noted_at=at
        )
        for one, another, which in (
            (found, other, kinship),
            (other, found, domain.OTHER_SIDE[kinship]),
        )
    ]
    record(KinNoted(at=at, person_id=person, relative_id=relative), by=by, rows=rows)
    return rows[0]  # type: ignore[return-value]  # a Kin


@write_atomic
def arrange_afterwards(*, by: Actor, at: datetime, person: int, relatives_may: bool) -> bool:
    """
    Say whether near relatives may ask for one's data after one's death (个人信息保护法 49).

    Return whether that was news. Without a word they may.

    :raises NoSuchThing: if there is no such person, or not for this actor
    :raises PersonEnded: if the record is closed
    :raises GuardianConsents: for a child under fourteen without the guardian
    :raises NotAllowed: for staff without ``people.register``
    """
    found = living(by, person)
    _consenter(by, found, at)
    made = Arrangement.objects.select_for_update().filter(
        person__in=queries.their_records(found.pk), withdrawn_at=None
    )
    held = list(made.order_by("id"))
    if bool(held) != relatives_may:
        return False
    for one in held:
        one.withdrawn_at = at
        one.save(update_fields=["withdrawn_at"])
    if not held:
        held = [Arrangement.objects.create(district=by.district, person=found, made_at=at)]
    event = AfterwardsArranged(at=at, person_id=person, relatives_may=relatives_may)
    record(event, by=by, rows=held)
    return True

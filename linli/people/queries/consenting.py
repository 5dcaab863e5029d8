"""Which consents stand, who is near to whom, and what was arranged for afterwards."""

from dataclasses import dataclass
from datetime import datetime

from linli.basics import Actor, NoSuchThing
from linli.people.domain import ArrangedOtherwise, is_under_fourteen
from linli.people.models import Arrangement, Consent, Kin, Person
from linli.rulebook.domain import local_date

from .dictionaries import purposes
from .merged import every_record, their_records
from .register import person_for


@dataclass(frozen=True, slots=True)
class ConsentLine:
    """One purpose that rests on consent, and since when it stands; None is not given."""

    purpose: str
    since: datetime | None


def has_consent(person: int, purpose: str) -> bool:
    """Return whether the record may be used for a purpose: by duty, or by a consent that stands."""
    known = purposes().get(purpose)
    if known is None or not known.consent:
        return known is not None
    given = Consent.objects.filter(purpose=purpose, withdrawn_at=None)
    return given.filter(person__in=their_records(person)).exists()


def consents_of(by: Actor, person: int) -> list[ConsentLine]:
    """
    Return each purpose that needs consent with what was said.

    :raises NoSuchThing: if there is no such person, or not for this actor
    """
    found = person_for(by, person)
    rows = Consent.objects.filter(person__in=their_records(found.pk), withdrawn_at=None)
    given = dict(rows.order_by("-given_at").values_list("purpose", "given_at"))
    return [ConsentLine(code, given.get(code)) for code, one in purposes().items() if one.consent]


def relatives_of(person: int) -> list[int]:
    """Return every record of the near relatives, for the rules that keep them apart. Three queries."""
    rows = Kin.objects.filter(person__in=every_record([person]))
    return every_record(rows.values_list("relative", flat=True))


def relatives_may_ask(person: int) -> bool:
    """Return whether the person has arranged nothing against it (个人信息保护法 49)."""
    made = Arrangement.objects.filter(person__in=their_records(person), withdrawn_at=None)
    return not made.exists()


def wards_of(by: Actor, *, at: datetime) -> list[Person]:
    """Return the children under fourteen the signed-in resident answers for (31)."""
    if by.kind != "resident" or by.person is None:
        return []
    own = their_records(by.person)
    rows = Person.objects.filter(district=by.district, guardian__in=own, ended_on=None)
    on = local_date(at)
    return [one for one in rows.order_by("id") if is_under_fourteen(one.birth_on, on)]


def deceased_of(by: Actor) -> list[Person]:
    """Return the near relatives of the signed-in resident who have died."""
    if by.kind != "resident" or by.person is None:
        return []
    own = every_record([by.person])
    kin = Kin.objects.filter(district=by.district, relative__in=own).values_list(
        "person", flat=True
    )
    return list(Person.objects.filter(pk__in=every_record(kin), end_reason="died").order_by("id"))


def check_relative(by: Actor, person: Person) -> bool:
    """
    Return whether the actor asks as a near relative of one who died.

    :raises ArrangedOtherwise: if they had arranged that nobody does
    """
    if by.kind != "resident" or by.person is None or person.end_reason != "died":
        return False
    theirs, own = their_records(person.pk), every_record([by.person])
    if not Kin.objects.filter(person__in=theirs, relative__in=own).exists():
        return False
    if not relatives_may_ask(person.pk):
        raise ArrangedOtherwise
    return True


def asked_by_relative(by: Actor, person: int) -> Person:
    """
    Return one who died, for a near relative.

    :raises NoSuchThing: for anybody else
    :raises ArrangedOtherwise: if they had arranged that nobody asks
    """
    found = Person.objects.filter(district=by.district, pk=person).first()
    if found is None or not check_relative(by, found):
        raise NoSuchThing
    return found

"""Who consents to what (个人信息保护法 13, 15, 31), and what near relatives may ask (49)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from linli.basics import Actor, NoSuchThing, Refused, gettext_noop

from .dictionary import Fact, Purpose
from .registry import OWN_CONSENT_YEARS, Permission, is_under_fourteen

# 近亲属: 民法典 1045.
KINSHIP: Mapping[str, str] = {
    "spouse": gettext_noop("husband or wife"),
    "parent": gettext_noop("father or mother"),
    "child": gettext_noop("son or daughter"),
    "sibling": gettext_noop("brother or sister"),
    "grandparent": gettext_noop("grandparent"),
    "grandchild": gettext_noop("grandchild"),
}
# What each kinship is, seen from the other side.
OTHER_SIDE: Mapping[str, str] = {
    "spouse": "spouse",
    "parent": "child",
    "child": "parent",
    "sibling": "sibling",
    "grandparent": "grandchild",
    "grandchild": "grandparent",
}


class NoConsentAsked(Refused):
    """The purpose rests on a duty of the law, not on consent."""

    message = gettext_noop(
        "The law itself asks for this, so it needs no consent and none can be withdrawn."
    )


class GuardianConsents(Refused):
    """A child under fourteen does not consent alone (个人信息保护法 31)."""

    message = gettext_noop(
        "Under %(years)s a parent or another guardian consents. Ask them to sign in."
    )

    def __init__(self) -> None:
        super().__init__()
        self.years = OWN_CONSENT_YEARS


class ConsentMissing(Refused):
    """The record may be opened for this purpose only with the person's consent."""

    message = gettext_noop(
        "They have not consented to this purpose. Ask them first, or choose another purpose."
    )


class ItemMissing(Refused):
    """Minimum necessary (个人信息保护法 6): without an item nobody can say what it needs."""

    message = gettext_noop(
        "For an errand, open the card at the window or in the matter: only what the errand needs "
        "is shown there. Here, choose another purpose."
    )


class NothingToWithdraw(Refused):
    """There is no such consent, or it was withdrawn."""

    message = gettext_noop("There is no consent to withdraw.")


class ArrangedOtherwise(Refused):
    """The deceased had arranged that relatives may not ask (个人信息保护法 49)."""

    message = gettext_noop(
        "They had arranged in their lifetime that nobody asks for their data: 个人信息保护法 49."
    )


class InterestNeeded(Refused):
    """A near relative asks for an own lawful interest (个人信息保护法 49)."""

    message = gettext_noop("Write what you need it for. The law asks for an interest of your own.")
    status = 422


class KinKnown(Refused):
    """The two are noted as relatives already."""

    message = gettext_noop("The two are noted as near relatives already.")


class ListCannotConsent(Refused):
    """Nobody consents by standing on a list (个人信息保护法 14)."""

    message = gettext_noop(
        "“%(purpose)s” rests on each person's own consent, which a list cannot give: "
        "个人信息保护法 14. State another purpose."
    )
    status = 422

    def __init__(self, *, purpose: str) -> None:
        super().__init__(purpose)
        self.purpose = purpose


class NotForThese(Refused):
    """Only what a stated purpose needs is brought in (个人信息保护法 6)."""

    message = gettext_noop(
        "No stated purpose may use “%(attribute)s”: 个人信息保护法 6. State one that needs it, "
        "or leave it out."
    )
    status = 422

    def __init__(self, *, attribute: str) -> None:
        super().__init__(attribute)
        self.attribute = attribute


def check_brought_in(purposes: Sequence[Purpose], facts: Iterable[Fact]) -> None:
    """
    :raises ListCannotConsent: for a purpose that rests on consent
    :raises NotForThese: if no stated purpose may use a fact
    """
    for purpose in purposes:
        if purpose.consent:
            raise ListCannotConsent(purpose=purpose.name["en"])
    stated = {purpose.code for purpose in purposes}
    for fact in facts:
        if not stated & fact.purposes:
            raise NotForThese(attribute=fact.name["en"])


def check_purpose(purpose: Purpose) -> None:
    """:raises NoConsentAsked: unless the purpose rests on consent"""
    if not purpose.consent:
        raise NoConsentAsked


def check_consenter(
    by: Actor, *, person: int, guardian: int | None, birth_on: date | None, on: date
) -> int:
    """
    Return whose consent it is: the person's own, or the guardian's for a child.

    Staff write down what was said to them.

    :raises GuardianConsents: for a child under fourteen without the guardian
    :raises NotAllowed: for staff without ``people.register``
    :raises NoSuchThing: for anybody else
    """
    child = is_under_fourteen(birth_on, on)
    if by.kind == "staff":
        by.must(Permission.REGISTER_PEOPLE)
    elif by.person is None or by.person not in (person, guardian):
        raise NoSuchThing
    elif child and by.person == person:
        raise GuardianConsents
    elif by.person == guardian:
        return by.person
    if child:
        if guardian is None:
            raise GuardianConsents
        return guardian
    return person

"""The vocabulary: kinds of party, sectors, roles, hats, and the rows that are loaded."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from linli.basics import gettext_noop


class Permission(StrEnum):
    """What a hat may do with the parties themselves."""

    SEE = "parties.see"
    FOUND = "parties.found"
    APPOINT = "parties.appoint"
    ROSTER = "parties.roster"
    TOKENS = "parties.tokens"
    LINK = "parties.link"


class Kind(StrEnum):
    """What a party is. The kind is also the hat its appointees wear."""

    OFFICE = "office"
    STATION = "station"
    COMMITTEE = "committee"
    PARTY_ORG = "party_org"
    OVERSIGHT = "oversight"
    ORGANISATION = "organisation"
    AUTONOMOUS_BODY = "autonomous_body"


class Sector(StrEnum):
    """The three actors of the model: 政府, 社区, 社区其他各类组织."""

    GOVERNMENT = "government"
    COMMUNITY = "community"
    ORGANISATION = "organisation"


class Role(StrEnum):
    """What an appointment lets one do; the table of permissions is data of the installation."""

    CLERK = "clerk"
    WORKER = "worker"
    HEAD = "head"
    STREET = "street"
    DEPARTMENT = "department"
    ARBITER = "arbiter"
    DISTRICT = "district"
    AUDITOR = "auditor"
    PROVIDER = "provider"


# The key of the session under which the appointment worn is kept.
HAT_KEY = "hat"

# Those who handle cases for a party; an arbiter must be none of them.
HANDLING = frozenset(
    {Role.CLERK, Role.WORKER, Role.HEAD, Role.STREET, Role.DEPARTMENT, Role.PROVIDER}
)
LEADING = frozenset({Role.HEAD, Role.DISTRICT})

HAT_WORDS: Mapping[str, str] = {
    Kind.OFFICE: gettext_noop("government office"),
    Kind.STATION: gettext_noop("public service station"),
    Kind.COMMITTEE: gettext_noop("residents' committee"),
    Kind.PARTY_ORG: gettext_noop("community Party organisation"),
    Kind.OVERSIGHT: gettext_noop("residents' affairs oversight committee"),
    Kind.ORGANISATION: gettext_noop("organisation"),
    Kind.AUTONOMOUS_BODY: gettext_noop("residents' own body"),
}
ROLE_WORDS: Mapping[str, str] = {
    Role.CLERK: gettext_noop("window clerk"),
    Role.WORKER: gettext_noop("community worker"),
    Role.HEAD: gettext_noop("head"),
    Role.STREET: gettext_noop("street officer"),
    Role.DEPARTMENT: gettext_noop("department officer"),
    Role.ARBITER: gettext_noop("arbiter"),
    Role.DISTRICT: gettext_noop("district officer"),
    Role.AUDITOR: gettext_noop("auditor"),
    Role.PROVIDER: gettext_noop("provider"),
}


# Why a resident needs another first password, and what they showed at the window.
LOST_REASONS: Mapping[str, str] = {
    "forgotten": gettext_noop("They forgot it"),
    "known": gettext_noop("Somebody else may know it"),
}
IDENTITY_PAPERS: Mapping[str, str] = {
    "identity_card": gettext_noop("Resident identity card"),
    "temporary_card": gettext_noop("Temporary identity card"),
    "passport": gettext_noop("Passport"),
    "other_photo": gettext_noop("Another official paper with a photo"),
}


@dataclass(frozen=True, slots=True)
class StaffWords:
    """How a member of staff is shown: the name, the hat in words, the party, its telephone."""

    name: str
    hat: str
    party: str
    phone: str

    def __str__(self) -> str:
        return f"{self.name} · {self.party}" if self.party else self.name


@dataclass(frozen=True, slots=True)
class PartyRow:
    """One party to be loaded; ``parent`` is the code of a party loaded before or in the same list."""

    code: str
    kind: str
    name: Mapping[str, str]
    place: int
    office: str = ""
    parent: str = ""
    phone: str = ""
    sector: str = ""
    for_profit: bool = False
    legal_person: bool = False
    from_on: date = date(2026, 1, 1)


@dataclass(frozen=True, slots=True)
class AppointmentRow:
    """One appointment to be loaded; ``backup`` is the position of B's row in the same list."""

    user: int | None
    party: int
    role: str
    name: str
    from_on: date
    to_on: date | None = None
    post: int | None = None
    person: int | None = None
    backup: int | None = None

"""What a party may claim to be, spans of days, opening hours."""

import itertools
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date

from linli.basics import Invalid, gettext_noop

from .refusals import AuditorNeedsEnd, NoLegalPerson
from .words import HAT_WORDS, Kind, Role, Sector

MOST_POSTS = 30
LONGEST_PHONE = 30
_PHONE = re.compile(r"\+?(?=[0-9(])(?:[0-9]|\([0-9]+\)|[ -](?=[0-9(]))+")
_SECTOR_OF: Mapping[str, Sector] = {
    Kind.OFFICE: Sector.GOVERNMENT,
    Kind.ORGANISATION: Sector.ORGANISATION,
}
# 城市居民委员会组织法 (2025) art. 12 makes the committee a legal person. For the others of the
# community none is known to exist, so they stand under one.
_NO_LEGAL_PERSON = frozenset({Kind.STATION, Kind.PARTY_ORG, Kind.OVERSIGHT})


def sector_of(kind: str) -> Sector:
    """Return the sector a kind belongs to: offices are government, organisations their own."""
    return _SECTOR_OF.get(kind, Sector.COMMUNITY)


def check_party(*, kind: str, sector: str, legal_person: bool, for_profit: bool) -> None:
    """
    Check what a party claims to be.

    :raises Invalid: for an unknown kind or sector, or profit outside the organisations
    :raises NoLegalPerson: for a body that stands under a legal person
    """
    if kind not in HAT_WORDS:
        raise Invalid(field="kind", reason=gettext_noop("This kind of party is not known."))
    if sector not in set(Sector):
        raise Invalid(field="sector", reason=gettext_noop("This sector is not known."))
    if for_profit and sector != Sector.ORGANISATION:
        raise Invalid(
            field="for_profit", reason=gettext_noop("Only an organisation can work for profit.")
        )
    if legal_person and kind in _NO_LEGAL_PERSON:
        raise NoLegalPerson(kind)


def check_phone(typed: str) -> str:
    """
    Return an office's telephone as residents are shown it; nothing stands for none.

    Three digits are a telephone too (110), and so are five (12345).

    :raises Invalid: unless 3 to 20 digits, with spaces, dashes, brackets or a + in front
    """
    tidy = " ".join(unicodedata.normalize("NFKC", typed).split())
    digits = sum(sign.isdigit() for sign in tidy)
    fits = len(tidy) <= LONGEST_PHONE and 3 <= digits <= 20 and _PHONE.fullmatch(tidy)
    if tidy and not fits:
        reason = gettext_noop(
            "Write a telephone of 3 to 20 digits, such as 0571-8000 1234; spaces, dashes, brackets "
            "and a + in front may be in it."
        )
        raise Invalid(field="phone", reason=reason)
    return tidy


def check_span(from_on: date, to_on: date | None, *, field: str = "to_on") -> None:
    """
    Check that a span of days does not end before it begins. The last day is included.

    :raises Invalid: if it does
    """
    if to_on is not None and to_on < from_on:
        raise Invalid(field=field, reason=gettext_noop("The last day lies before the first day."))


def check_framework(core: int, flexible: int) -> None:
    """
    Check how many posts a framework has.

    :raises Invalid: with none, or more than anybody has
    """
    if min(core, flexible) < 0 or not 0 < core + flexible <= MOST_POSTS:
        raise Invalid(field="core", reason=gettext_noop("A framework has 1 to 30 posts."))


def check_term(role: str, to_on: date | None) -> None:
    """
    Check that the role is known and that an auditor's time is limited.

    :raises Invalid: for a role that does not exist
    :raises AuditorNeedsEnd: for an auditor without a last day
    """
    if role not in set(Role):
        raise Invalid(field="role", reason=gettext_noop("This role is not known."))
    if role == Role.AUDITOR and to_on is None:
        raise AuditorNeedsEnd


def check_hours(week: Mapping[int, Sequence[tuple[int, int]]]) -> None:
    """
    Check opening hours: weekday (Monday 0) → spans in minutes of the day, apart and in order.

    :raises Invalid: if a span is empty, outside the day, or overlaps the one before
    """
    sentence = gettext_noop("Opening times must lie within a day, in order, without overlap.")
    for weekday, spans in week.items():
        edges = [minute for span in spans for minute in span]
        inside = not edges or (edges[0] >= 0 and edges[-1] <= 24 * 60)
        if weekday not in range(7) or not inside or any(b <= a for a, b in spans):
            raise Invalid(field="week", reason=sentence)
        if any(later[0] < earlier[1] for earlier, later in itertools.pairwise(spans)):
            raise Invalid(field="week", reason=sentence)

"""Questions of forms: each has a basis, and none is asked twice."""

from dataclasses import dataclass
from datetime import date, datetime

from linli.basics import Refused, gettext_noop


class NothingAsksThis(Refused):
    """Neither the duty list nor a mandate gives the community this question (费随事转)."""

    message = gettext_noop(
        "Nothing gives the community this question: no open line of its duty list, and no mandate. "
        "Have it admitted first."
    )


class NotToBeAsked(Refused):
    """The dictionary does not give the fact to reports (个人信息保护法 6)."""

    message = gettext_noop("Reports may not use %(attribute)s, so nobody is asked for it.")
    status = 422

    def __init__(self, *, attribute: str) -> None:
        super().__init__(attribute)
        self.attribute = attribute


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """
    One fact of one person that a form wants.

    ``duty_line`` is the code of the line it stands on, ``mandate`` the id of an admission.
    ``as_of`` is the day the form speaks of: a fact nobody knew yet then holds from that day on.
    """

    person: int
    attribute: str
    form: str
    duty_line: str = ""
    mandate: int | None = None
    as_of: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenQuestion:
    """One open question, for every form that wants it."""

    id: int
    person: int
    attribute: str
    forms: tuple[str, ...]
    community: int
    asked_at: datetime


def answered_lately(answered_on: date | None, greatest_age_days: int | None, *, on: date) -> bool:
    """Whether an answer still holds, so that the question is not asked again."""
    if answered_on is None:
        return False
    return greatest_age_days is None or (on - answered_on).days <= greatest_age_days

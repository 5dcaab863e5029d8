"""Under what a community may act that no resident asked for (权随责走、费随事转)."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum

from linli.basics import Refused, gettext_noop

from .definitions import OPEN_DUTIES, DutyKind


class MandateOrigin(StrEnum):
    ADMITTED = "admitted"
    EMERGENCY = "emergency"


EMERGENCY_LAPSES = timedelta(hours=72)  # unless it is reviewed and admitted as a new mandate


class NotOnTheList(Refused):
    """The duty list does not give this work to communities."""

    message = gettext_noop(
        "Line %(line)s of the duty list is %(kind)s. This work may not be given to a community."
    )

    def __init__(self, *, line: str, kind: str) -> None:
        super().__init__(line, kind)
        self.line = line
        self.kind = kind


class LineNotInForce(Refused):
    message = gettext_noop("Line %(line)s of the duty list is not in force on %(on)s.")

    def __init__(self, *, line: str, on: date) -> None:
        super().__init__(line, on)
        self.line = line
        self.on = on


class MandateWithoutEnd(Refused):
    status = 422
    message = gettext_noop("A mandate ends after it begins. Give a later end.")


class EmergencyTooLong(Refused):
    """What nobody reviewed does not go on."""

    status = 422
    message = gettext_noop(
        "An emergency lapses after %(hours)s hours. Give an earlier end, and have the work reviewed."
    )

    def __init__(self) -> None:
        super().__init__()
        self.hours = int(EMERGENCY_LAPSES / timedelta(hours=1))


class NothingAsked(Refused):
    """A mandate names the work: its minutes, and what shows that it was done."""

    status = 422
    message = gettext_noop("Say how many minutes the work takes and what shows that it was done.")


class AlreadyEnded(Refused):
    message = gettext_noop("This mandate has ended already.")


KIND_WORDS: Mapping[DutyKind, str] = {
    DutyKind.TAKEN_BACK: gettext_noop("taken back"),
    DutyKind.NEGATIVE: gettext_noop("negative"),
    DutyKind.BASIC: gettext_noop("basic"),
    DutyKind.COOPERATE: gettext_noop("to cooperate"),
}


def check_mandate(
    *,
    origin: MandateOrigin,
    line: str,
    kind: DutyKind,
    in_force: bool,
    valid_from: datetime,
    valid_to: datetime,
    on: date,
    minutes: int,
    evidence: Collection[str],
) -> None:
    """
    Check that a mandate may be granted.

    An emergency may reach past the list, and lapses by its end; an admitted task may not.

    :raises NotOnTheList: if the line was taken back or is negative
    :raises LineNotInForce: if the line is not in force that day
    :raises MandateWithoutEnd: if it does not end after it begins
    :raises EmergencyTooLong: if an emergency would outlast its 72 hours
    :raises NothingAsked: without minutes or evidence
    """
    if valid_to <= valid_from:
        raise MandateWithoutEnd
    if origin is MandateOrigin.EMERGENCY and valid_to - valid_from > EMERGENCY_LAPSES:
        raise EmergencyTooLong
    if minutes < 1 or not evidence:
        raise NothingAsked
    if not in_force:
        raise LineNotInForce(line=line, on=on)
    if origin is MandateOrigin.ADMITTED and kind not in OPEN_DUTIES:
        raise NotOnTheList(line=line, kind=KIND_WORDS[kind])

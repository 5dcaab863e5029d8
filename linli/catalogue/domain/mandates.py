"""Under what a community may act that no resident asked for (权随责走、费随事转)."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum

from linli.basics import Refused, gettext_noop

from .definitions import OPEN_DUTIES, DutyKind


class MandateOrigin(StrEnum):
    ADMITTED = "admitted"
    EMERGENCY = "emergency"


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
) -> None:
    """
    Check that a mandate may be granted.

    An emergency may reach past the list, and lapses by its end; an admitted task may not.

    :raises NotOnTheList: if the line was taken back or is negative
    :raises LineNotInForce: if the line is not in force that day
    :raises MandateWithoutEnd: if it does not end after it begins
    """
    if valid_to <= valid_from:
        raise MandateWithoutEnd
    if not in_force:
        raise LineNotInForce(line=line, on=on)
    if origin is MandateOrigin.ADMITTED and kind not in OPEN_DUTIES:
        raise NotOnTheList(line=line, kind=KIND_WORDS[kind])

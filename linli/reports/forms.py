"""What an office sends to have its form taken in."""

import base64
import binascii
from dataclasses import dataclass

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from linli.basics import Invalid, gettext_noop
from linli.fabric.asked import text

from .domain import LEVELS, MOST_DAYS, BadDays, BadWorkbook, PeriodKind, WorkbookTooLarge

LARGEST = 1_000_000
_NEEDED = gettext_noop("Fill this in.")


@dataclass(frozen=True, slots=True)
class Asked:
    """A form to be taken in. ``kept`` is the file once more, for the page that confirms."""

    code: str = ""
    name: str = ""
    level: str = "community"
    period: str = "month"
    days: str = "5"
    duty: str = ""
    exact: bool = False
    workbook: bytes = b""

    @property
    def kept(self) -> str:
        return base64.b64encode(self.workbook).decode()

    @classmethod
    def read(cls, sent: QueryDict, files: "MultiValueDict[str, UploadedFile[bytes]]") -> "Asked":
        """:raises BadWorkbook: if what was kept is damaged"""
        return cls(
            code=text(sent, "code", most=40),
            name=text(sent, "name", most=120),
            level=text(sent, "level"),
            period=text(sent, "period"),
            days=text(sent, "days"),
            duty=text(sent, "duty"),
            exact=bool(text(sent, "exact")),
            workbook=_workbook(sent, files),
        )

    def check(self) -> tuple[PeriodKind, int]:
        """
        Return the period and the days, once everything needed is there.

        :raises Invalid: naming the field
        """
        for field in ("name", "code"):
            if not getattr(self, field):
                raise Invalid(field=field, reason=_NEEDED)
        if self.level not in LEVELS:
            raise Invalid(field="level", reason=_NEEDED)
        if self.period not in list(PeriodKind):
            raise Invalid(field="period", reason=_NEEDED)
        if not (self.days.isascii() and self.days.isdecimal() and int(self.days) <= MOST_DAYS):
            raise Invalid(field="days", reason=BadDays.message)
        if not self.workbook:
            raise Invalid(field="workbook", reason=_NEEDED)
        return PeriodKind(self.period), int(self.days)


def _workbook(sent: QueryDict, files: "MultiValueDict[str, UploadedFile[bytes]]") -> bytes:
    file = files.get("workbook")
    if file is not None:
        if (file.size or 0) > LARGEST:
            raise WorkbookTooLarge
        return bytes(file.read())
    try:
        return base64.b64decode(sent.get("kept", ""), validate=True)
    except (binascii.Error, ValueError):
        raise BadWorkbook from None

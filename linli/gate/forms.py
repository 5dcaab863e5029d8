"""From what a browser sends to the values of the actions."""

from collections.abc import Iterable
from datetime import date, datetime

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from linli.basics import Invalid, gettext_noop
from linli.fabric.asked import day, is_id, number, text
from linli.fabric.writing import EARLIEST
from linli.files.domain.cleaning import Clean, clean
from linli.reports.domain import Cell, WorkbookTooLarge
from linli.rulebook.domain import local_date

from .domain import BadRequestPlan, Effort, Kind, Wanted, check_files, month_of
from .queries import composing, whom_words

MOST_WORDS = 2_000
MOST_COMMUNITIES = 300
MOST_CELL = 4_000
_MINUTES = gettext_noop("Write a whole number of minutes.")
_CHOICE = gettext_noop("Choose one.")
_EMPTY = gettext_noop("every line must be filled in.")
_FILE = gettext_noop("Choose the Excel file of your form.")
MOST_BYTES = 1_000_000


def communities(sent: QueryDict, reach: Iterable[int]) -> frozenset[int]:
    """Return the communities that were ticked, of those the hat reaches; ``all`` is all of them."""
    within = frozenset(reach)
    if sent.get("all"):
        return within
    ticked = sent.getlist("community")[:MOST_COMMUNITIES]
    return within & frozenset(int(one) for one in ticked if is_id(one))


def put_together(sent: QueryDict) -> Cell | None:
    """
    Return what was put together, from its fields or as a page carries it on; None where nothing was.

    :raises BadRequestPlan: if it cannot be read
    """
    carried = text(sent, "cell", most=MOST_CELL)
    if carried:
        return composing.read_whom_text(carried)
    of = sent.get("of", "")
    if of not in composing.SUBJECTS:
        return None
    found = [_condition(sent, box) for box in composing.boxes(of)]
    return composing.composed(of, [one for one in found if one is not None])


def _condition(sent: QueryDict, box: composing.Box) -> dict[str, object] | None:
    """Return the condition on one fact, None where nothing was chosen."""
    name = f"f.{box.name}"
    match box.kind:
        case "range":
            ends = {end: number(sent, f"{name}.{end}") for end in ("from", "to")}
            given = {end: value for end, value in ends.items() if value is not None}
            return {box.name: given} if given else None
        case "yes_no":
            chosen = {"yes": True, "no": False}.get(sent.get(name, ""))
            return None if chosen is None else {box.name: chosen}
        case _:
            codes = {code for code, _ in box.options}
            ticked = [one for one in sent.getlist(name) if one in codes]
            return {box.name: {"in": ticked}} if ticked else None


def asks(sent: QueryDict) -> tuple[str, str]:
    """Return what a new request carries along, as it goes on and in words; empty where nothing does."""
    try:
        found = put_together(sent)
    except BadRequestPlan:
        return "", ""
    return ("", "") if found is None else (composing.written(found), whom_words(found))


def workbook(files: "MultiValueDict[str, UploadedFile[bytes]]") -> bytes:
    """
    Return the Excel file that was sent.

    :raises Invalid: if none was
    :raises WorkbookTooLarge: if it is larger than a form is
    """
    file = files.get("workbook")
    if file is None:
        raise Invalid(field="workbook", reason=_FILE)
    if (file.size or 0) > MOST_BYTES:
        raise WorkbookTooLarge
    return bytes(file.read())


# What every request says, in the order of the form; without its law it is the gate that says no.
NEEDED = ("title", "words", "purpose", "duty_line", "minutes", "from_on", "to_on", "evidence")


def wanted(sent: QueryDict, reach: Iterable[int], *, district: int, on: date) -> Wanted:
    """
    Return the request that was filled in.

    :raises Invalid: for a number or a day that cannot be read
    :raises BadRequestPlan: naming the first line that is empty, or if what was put together cannot be read
    """
    empty = next((name for name in NEEDED if not text(sent, name)), None)
    if empty is not None:
        raise BadRequestPlan(field=empty, reason=_EMPTY)
    whom = put_together(sent)
    if whom is None and sent.get("whom"):
        whom = composing.whom_named(text(sent, "whom"), district=district, on=on)
    return Wanted(
        kind=Kind.DATA if sent.get("kind") == "data" else Kind.WORK,
        title=text(sent, "title", most=120),
        words=text(sent, "words", most=MOST_WORDS),
        purpose=text(sent, "purpose", most=300),
        basis=text(sent, "basis", most=120),
        duty_line=text(sent, "duty_line", most=60),
        communities=communities(sent, reach),
        from_on=day(sent, "from_on"),
        to_on=day(sent, "to_on"),
        minutes=minutes(sent),
        evidence=text(sent, "evidence", most=200),
        budget_line=text(sent, "budget_line", most=60),
        with_names=bool(sent.get("with_names")),
        whom=whom,
    )


def papers(files: "MultiValueDict[str, UploadedFile[bytes]]") -> list[Clean]:
    """
    Return the pictures and PDFs that came along, ready to be kept.

    :raises FileRefused: in one of its kinds, if one is not taken
    :raises TooManyFiles: if there are too many
    """
    uploads = [one for one in files.getlist("papers") if one.size]
    check_files(len(uploads))
    return [clean(content=one.read(), name=one.name or "") for one in uploads]


def minutes(sent: QueryDict) -> int:
    """:raises Invalid: unless it is a whole number"""
    typed = text(sent, "minutes", most=8)
    if not is_id(typed):
        raise Invalid(field="minutes", reason=_MINUTES)
    return int(typed)


def effort(sent: QueryDict) -> Effort:
    """:raises Invalid: unless one was chosen"""
    try:
        return Effort(sent.get("effort", ""))
    except ValueError as wrong:
        raise Invalid(field="effort", reason=_CHOICE) from wrong


def month(sent: QueryDict, *, at: datetime) -> date:
    """Return the first day of the month chosen; this month's if none was, or one that cannot be."""
    this = month_of(local_date(at))
    typed = text(sent, "month", most=7)
    try:
        chosen = date.fromisoformat(f"{typed}-01")
    except ValueError:
        return this
    return chosen if date(EARLIEST, 1, 1) <= chosen <= this else this

"""What a community owes, by when, and what it sent back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import get_language, gettext

from linli.basics import gettext_noop
from linli.catalogue import queries as catalogue
from linli.catalogue.domain import KIND_WORDS, Duty, read_citation
from linli.fabric.jinja import local_text
from linli.places import queries as places
from linli.reports.domain import (
    NOTICE,
    NOTICE_DAYS,
    Unowed,
    WhyUnowed,
    grants_exact,
    unowed,
)
from linli.reports.models import Edition, Form
from linli.rulebook import queries as rulebook

_WORDS = {
    WhyUnowed.NO_LINE: gettext_noop(
        "This form rests on no line of the duty list. You need not fill it in, and may send it back."
    ),
    WhyUnowed.NOT_LISTED: gettext_noop(
        "Your duty list has no line “%(line)s”, on which this form rests. You need not fill it in, "
        "and may send it back."
    ),
    WhyUnowed.CLOSED: gettext_noop(
        "The line “%(line)s”, on which this form rests, is on your duty list as %(kind)s. You need "
        "not fill it in, and may send it back."
    ),
}


@dataclass(frozen=True, slots=True)
class Back:
    """A form sent back: when, by which community, to the office that asked, by which law and article."""

    at: datetime
    community: int
    asked_by: int
    basis: str


def notice_days(district: int, on: date) -> int:
    """Return how many working days a place has at the least, from when a form is opened."""
    [root] = places.tree(district).roots()
    row = rulebook.find_rule(NOTICE, on=on, jurisdiction=root.code, district=district)
    return row.value if row is not None and isinstance(row.value, int) else NOTICE_DAYS


def line_of(form: Form) -> str | None:
    """Return what all lists call the line a form rests on: a place's own list is kept under another."""
    if form.duty_line is None:
        return None
    terms = list(form.duty_line.terms.all())
    return terms[0].code if terms else form.duty_line.code


def unowed_editions(editions: Iterable[Edition], *, on: date) -> Mapping[int, Unowed]:
    """
    Return edition → why it need not be filled in, of those that communities do not owe.

    A street's own form asks no residents' committee for anything.
    """
    lists: dict[int, Mapping[str, Duty]] = {}
    found: dict[int, Unowed] = {}
    for one in editions:
        if one.form.level != "community":
            continue
        if one.place_id not in lists:
            lists[one.place_id] = catalogue.duty_list(one.place_id, on, district=one.district)
        line = line_of(one.form)
        why = unowed(line, lists[one.place_id].get(line or ""))
        if why is not None:
            found[one.pk] = why
    return found


def is_exact(edition: Edition, *, on: date) -> bool:
    """
    Return whether a form tells numbers below five: as it was sent, else as its line grants it now.

    A line that was taken back, or is worded without them since, grants them no longer.
    """
    if not edition.form.exact or edition.exact is not None:
        return bool(edition.exact)
    if edition.state == "sent":
        return True  # from before it was kept with what was sent
    listed = catalogue.duty_list(edition.place_id, on, district=edition.district)
    return grants_exact(listed.get(line_of(edition.form) or ""))


def unowed_words(edition: Edition, why: Unowed) -> str:
    """Return in a sentence why a form need not be filled in."""
    line = edition.form.duty_line
    name = local_text(line.name) if line is not None else ""
    kind = gettext(KIND_WORDS[why.kind]) if why.kind is not None else ""
    return gettext(_WORDS[why.why]) % {"line": name, "kind": kind}


def basis_words(basis: str) -> str:
    """Return “law article” as people cite it, in the language of the request."""
    cited = read_citation(basis)
    if cited is None:
        return basis
    english = (get_language() or "").startswith("en")
    return catalogue.cite(*cited, english=english)


def sent_back(begins: datetime, ends: datetime, *, district: int) -> list[Back]:
    """Return what communities sent back in a time, the newest first: it counts on the bill."""
    rows = Edition.objects.filter(district=district, state="back")
    rows = rows.filter(back_at__gte=begins, back_at__lt=ends).order_by("-back_at", "-id")
    return [
        Back(one.back_at, one.place_id, one.form.asked_by_id, one.basis)
        for one in rows.select_related("form")
        if one.back_at is not None and one.basis is not None
    ]

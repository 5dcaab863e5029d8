"""The records behind a number."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext

from linli.basics import Actor
from linli.cases import queries as cases
from linli.cases.domain import spoken
from linli.cockpit.domain import ANY, OF_MONTH, OF_NOW, WRONG, Month
from linli.rulebook.domain import local_date

from .wording import (
    Clock,
    channel_words,
    clock_of,
    community_words,
    counts_words,
    item_names,
    item_of_case,
    month_words,
    owner_words,
    place_words,
    records_link,
)

if TYPE_CHECKING:
    from linli.cases.models import Case

ROWS = 50


@dataclass(frozen=True, slots=True)
class Record:
    """One case behind a number."""

    number: str
    spoken: str
    href: str
    item: str
    place: str
    owner: str
    clock: Clock | None
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of wrong beside the list: how many there are of it in the same community."""

    label: str
    n: int
    href: str
    here: bool


@dataclass(frozen=True, slots=True)
class RecordsPage:
    """
    One page of records: what they have in common, and where the page before and after lie.

    ``kinds`` are of what is wrong now, and say of a list of several what it is made of.
    """

    figure: str
    icon: str
    counts: str
    narrowed: tuple[str, ...]
    kinds: tuple[Kind, ...]
    rows: tuple[Record, ...]
    older: str
    newer: str
    back: str
    at: datetime


def records_of(found: Sequence["Case"], *, at: datetime) -> tuple[Record, ...]:
    """Return cases as lines of a list; one query more if a clock among them stands still."""
    pauses = cases.open_pauses(found)
    return tuple(
        Record(
            number=case.number,
            spoken=spoken(case.number),
            href=reverse("desk:case", args=[case.number]),
            item=item_of_case(case),
            place=place_words(case),
            owner=owner_words(case),
            clock=clock_of(case, pauses.get(case.pk), at=at),
            opened_at=case.opened_at,
        )
        for case in found
    )


def records(actor: Actor, cut: cases.Cut, *, month: Month | None, after: str) -> RecordsPage:
    """
    Return one page of the records behind a number; one query, and one to count the kinds of wrong.

    :raises NotAllowed: unless the hat may supervise
    :raises NoSuchThing: if there is no such figure
    :raises Invalid: if the cursor does not fit
    """
    page = cases.list_cut(actor, cut, after=after, limit=ROWS)
    figure = (OF_MONTH if month else OF_NOW)[cut.figure]

    def link(cursor: str | None) -> str:
        return (
            cursor
            and records_link(
                cut.figure,
                month=month,
                community=cut.community,
                item=cut.item,
                channel=cut.channel,
                after=cursor,
            )
        ) or ""

    return RecordsPage(
        figure=figure.words,
        icon=figure.icon,
        counts=counts_words(figure, cut.at),
        narrowed=_narrowed(cut, month),
        kinds=() if month or cut.item or cut.channel else tuple(_kinds(actor, cut)),
        rows=records_of([row.case for row in page.rows], at=cut.at),
        older=link(page.next),
        newer=link(page.previous),
        back=f"{reverse('cockpit:cases')}?month={month}" if month else reverse("cockpit:today"),
        at=cut.at,
    )


def _kinds(actor: Actor, cut: cases.Cut) -> Iterator[Kind]:
    """Yield the kinds that occur, and the one that is shown; all of them together first."""
    rows = [
        row
        for row in cases.what_is_wrong(actor, at=cut.at)
        if cut.community is None or row["community_id"] == (cut.community or None)
    ]
    for code, figure in (("any", ANY), *WRONG.items()):
        n = sum(row[code] for row in rows)
        if n or code == cut.figure:
            href = records_link(code, community=cut.community)
            yield Kind(gettext(figure.words), n, href, code == cut.figure)


def _narrowed(cut: cases.Cut, month: Month | None) -> tuple[str, ...]:
    found = [month_words(month)] if month else []
    if cut.community is not None:
        found.append(community_words(cut.community))
    if cut.item:
        found.append(item_names(local_date(cut.at)).get(cut.item, cut.item))
    if cut.channel:
        found.append(channel_words(cut.channel))
    return tuple(found)

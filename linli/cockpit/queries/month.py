"""办事: the cases received in a month, as they stand now."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from linli.basics import Actor
from linli.cases import queries as cases
from linli.cases.domain import Bounds
from linli.cockpit.domain import (
    NOTHING,
    PARTS,
    RATES,
    SPENT,
    STANDS,
    UNASKED,
    Month,
    Move,
    Times,
    month_of,
    shares,
    split_time,
)
from linli.fabric.jinja import percent, span_words
from linli.rulebook.domain import local_date

from .wording import (
    Map,
    channel_words,
    community_words,
    counts_words,
    item_names,
    map_of,
    month_choices,
    month_words,
    records_link,
)

MOST_TIMED = 2_000


@dataclass(frozen=True, slots=True)
class Number:
    """A number that opens."""

    words: str
    n: int
    href: str
    counts: str = ""


@dataclass(frozen=True, slots=True)
class Rate:
    """One rate between its bounds, in per cent; its parts; its formula. No bounds: nobody to ask."""

    words: str
    low: float | None
    high: float | None
    estimate: float | None
    value: str
    parts: tuple[Number, ...]
    formula: str


@dataclass(frozen=True, slots=True)
class Row:
    """One community, item or channel: received, over, answered, open; and its bar in per cent."""

    words: str
    numbers: tuple[tuple[int, str], ...]
    bar: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Spent:
    """Where the time of the answered cases went, shares of it, and a mean per case in words."""

    n: int
    href: str
    measured: int
    parts: tuple[tuple[str, float, str], ...]
    bar: tuple[float, ...]
    stood: str
    mean: str


@dataclass(frozen=True, slots=True)
class MonthPage:
    """The page of one month."""

    month: str
    words: str
    earlier: str
    later: str
    choices: tuple[tuple[str, str], ...]
    stands: tuple[Number, ...]
    rates: tuple[Rate, ...]
    unasked: Number
    spent: Spent
    communities: tuple[Row, ...]
    items: tuple[Row, ...]
    channels: tuple[Row, ...]
    map: Map | None
    running: bool
    at: datetime


def month_page(actor: Actor, month: Month, *, at: datetime) -> MonthPage:
    """
    Return one month of the office's docket; five queries.

    :raises NotAllowed: unless the hat may supervise
    """
    rows = cases.volumes(actor, since=month.since, until=month.until)
    rates = cases.rates(actor, since=month.since, until=month.until, at=at)

    def names_of(place: int | None) -> str:
        return community_words(place, actor.communities)

    names, this = item_names(local_date(at)), month_of(at)
    opened: Counter[int] = Counter()
    for row in rows:
        opened[row["community_id"] or 0] += row["opened"]
    return MonthPage(
        month=str(month),
        words=month_words(month),
        earlier=_address(month.shifted(-1)),
        later=_address(month.shifted(1)) if month < this else "",
        choices=month_choices(this, month),
        stands=tuple(
            Number(
                one.words,
                sum(row[code] for row in rows),
                records_link(code, month=month),
                counts_words(one),
            )
            for code, one in STANDS.items()
        ),
        rates=tuple(_rate(code, rates[code], month) for code in RATES),
        unasked=Number(
            UNASKED.words, rates["solved"].unasked, records_link("unasked", month=month)
        ),
        spent=_spent(actor, month, n=sum(row["timed"] for row in rows), at=at),
        communities=_rows(rows, "community_id", "community", names_of, month),
        items=_rows(rows, "item", "item", lambda code: names.get(code, code), month),
        channels=_rows(rows, "channel", "channel", channel_words, month),
        map=map_of(actor.communities, opened, figure="opened", month=month),
        running=month == this,
        at=at,
    )


def _address(month: Month) -> str:
    return f"{reverse('cockpit:cases')}?month={month}"


def _rate(code: str, found: Bounds, month: Month) -> Rate:
    said = {"all": found.total, "yes": found.yes, "no": found.no, "unknown": found.unknown}
    parts = tuple(
        Number(PARTS[f"{code}_{part}"].words, n, records_link(f"{code}_{part}", month=month))
        for part, n in said.items()
        if f"{code}_{part}" in PARTS
    )
    low, high = found.low, found.high
    if low is None or high is None:
        return Rate(RATES[code].words, None, None, None, "", parts, counts_words(RATES[code]))
    told = found.yes + found.no
    value = percent(low) if low == high else f"{percent(low).removesuffix(' %')}–{percent(high)}"
    return Rate(
        words=RATES[code].words,
        low=round(float(low) * 100, 2),
        high=round(float(high) * 100, 2),
        estimate=round(found.yes / told * 100, 2) if told and found.unknown else None,
        value=value,
        parts=parts,
        formula=counts_words(RATES[code]),
    )


def _rows(
    rows: Sequence[Mapping[str, Any]],
    key: str,
    asked: str,
    words: Callable[[Any], str],
    month: Month,
) -> tuple[Row, ...]:
    sums: dict[Any, Counter[str]] = {}
    for row in rows:
        sums.setdefault(row[key] or 0, Counter()).update({code: row[code] for code in STANDS})
    most = max((one["opened"] for one in sums.values()), default=0)
    ordered = sorted(sums.items(), key=lambda pair: (-pair[1]["opened"], str(pair[0])))
    return tuple(
        Row(
            words=words(value),
            numbers=tuple(
                (found[code], records_link(code, month=month, **{asked: value})) for code in STANDS
            ),
            bar=tuple(round(found[code] * 100 / most, 2) for code in ("over", "told", "open")),
        )
        for value, found in ordered
    )


def _spent(actor: Actor, month: Month, *, n: int, at: datetime) -> Spent:
    found = cases.courses(actor, since=month.since, until=month.until, at=at, most=MOST_TIMED)
    whole = sum((_times(one) for one in found), Times())
    waited = whole.wait + whole.stood
    parts = list(zip(SPENT, (whole.touch, waited, whole.handover), strict=True))
    of = shares([time for _, time in parts])
    number = len(found)
    return Spent(
        n=n,
        href=records_link("timed", month=month),
        measured=number,
        parts=tuple(
            (words, share, span_words(time / number) if number else "")
            for (words, time), share in zip(parts, of, strict=True)
        ),
        bar=of,
        stood=span_words(whole.stood / number) if number and whole.stood > NOTHING else "",
        mean=span_words(whole.whole / number) if number else "",
    )


def _times(course: cases.Course) -> Times:
    moves = [
        Move(
            step=move.step_id,
            at=move.moved_at,
            state=move.to_state,
            passed=move.from_state == "returned" or move.from_party != move.to_party,
        )
        for move in course.moves
    ]
    pauses = [(pause.begun_at, pause.ended_at) for pause in course.pauses]
    return split_time(
        opened_at=course.opened_at, told_at=course.told_at, moves=moves, pauses=pauses
    )

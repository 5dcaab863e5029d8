"""
The arithmetic of the cockpit: months, where the time of a case went, and a map from outlines.

No number here is typed by anybody; each is counted from records, and each has its formula in words.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from linli.basics import gettext_noop
from linli.rulebook.domain import SHANGHAI

NOTHING = timedelta()
MAP_WIDTH = 600
MOST_LABEL = 2  # from this many on a community is filled, not only tinted


@dataclass(frozen=True, slots=True)
class Figure:
    """A number's name, its icon, and what it counts, in words."""

    words: str
    icon: str
    counts: str


# 今天: what is wrong with open cases, in the order a morning looks at it.
WRONG: Mapping[str, Figure] = {
    "late": Figure(
        gettext_noop("Overdue"),
        "overdue",
        gettext_noop(
            "Open cases whose clock runs past its end, or was stopped only after it had passed."
        ),
    ),
    "escalated": Figure(
        gettext_noop("Escalated"),
        "warn",
        gettext_noop(
            "Open cases whose own clock, that of a first answer still owed, or that of a step in hand has passed its last mark: a quarter of the time beyond the end."
        ),
    ),
    "stuck": Figure(
        gettext_noop("Not ruled"),
        "scale",
        gettext_noop(
            "Open cases with a return that has waited for the arbiter for more than %(hours)s hours (an illustrative limit of ours)."
        ),
    ),
    "nobody": Figure(
        gettext_noop("Nobody yet"),
        "person",
        gettext_noop(
            "Open cases whose first answer is due or has no day, and which no person has taken up."
        ),
    ),
    "reopened": Figure(
        gettext_noop("Came back"),
        "reopen",
        gettext_noop("Open cases that were answered before and that the resident opened again."),
    ),
}
ANY = Figure(
    gettext_noop("Something is wrong"),
    "warn",
    gettext_noop("Open cases with at least one of the five; a case with two counts once."),
)
URGENT = Figure(
    gettext_noop("Emergencies to review"),
    "warn",
    gettext_noop(
        "Emergencies under way that nobody has reviewed; %(hours)s hours after they were declared they lapse."
    ),
)
# 办事: the cases received in a month, as they stand now.
STANDS: Mapping[str, Figure] = {
    "opened": Figure(
        gettext_noop("Received in the month"),
        "accept",
        gettext_noop("All cases received in the month that this office answers for or watches."),
    ),
    "over": Figure(
        gettext_noop("Of them over"), "done", gettext_noop("Received in the month, and over now.")
    ),
    "told": Figure(
        gettext_noop("Of them answered"),
        "question",
        gettext_noop("Received in the month, answered, and waiting for the resident's word."),
    ),
    "open": Figure(
        gettext_noop("Of them open"),
        "clock",
        gettext_noop("Received in the month, and still being worked on."),
    ),
}
# 钱: what came to each stage of budget lines in a month, less what went back; and late payments.
LATE = "late"
STEPS: Mapping[str, str] = {
    "appropriated": gettext_noop("Given"),
    "reserved": gettext_noop("Reserved"),
    "committed": gettext_noop("Committed"),
    "paid": gettext_noop("Paid"),
    LATE: gettext_noop("Paid late, or not yet"),
}
# The three rates of 北京市接诉即办工作条例 art. 32; the formulas are ours.
RATES: Mapping[str, Figure] = {
    "responded": Figure(
        gettext_noop("Rate of first answers in time"),
        "clock",
        gettext_noop(
            "First answer no later than its deadline, or on the spot ÷ cases whose first answer came or fell due."
        ),
    ),
    "solved": Figure(
        gettext_noop("Rate of matters solved"),
        "done",
        gettext_noop(
            "“Solved” said by the resident ÷ cases told as solved or explained whose resident is asked, and those the resident sent back."
        ),
    ),
    "content": Figure(
        gettext_noop("Rate of residents content"),
        "check",
        gettext_noop(
            "Four or five stars ÷ cases told as solved or explained whose resident is asked."
        ),
    ),
}
PARTS: Mapping[str, Figure] = {
    "responded_yes": Figure(
        gettext_noop("First answer in time"), "done", RATES["responded"].counts
    ),
    "responded_no": Figure(gettext_noop("First answer late"), "overdue", RATES["responded"].counts),
    "responded_all": Figure(gettext_noop("First answer due"), "clock", RATES["responded"].counts),
    "solved_yes": Figure(gettext_noop("Said to be solved"), "done", RATES["solved"].counts),
    "solved_no": Figure(gettext_noop("Said not to be solved"), "reopen", RATES["solved"].counts),
    "solved_unknown": Figure(
        gettext_noop("Nobody reached about it"), "question", RATES["solved"].counts
    ),
    "solved_all": Figure(gettext_noop("To be confirmed"), "case", RATES["solved"].counts),
    "content_yes": Figure(gettext_noop("Four or five stars"), "done", RATES["content"].counts),
    "content_no": Figure(gettext_noop("Three stars or fewer"), "warn", RATES["content"].counts),
    "content_unknown": Figure(gettext_noop("No stars given"), "question", RATES["content"].counts),
    "content_all": Figure(gettext_noop("To be rated"), "case", RATES["content"].counts),
}
TIMED = Figure(
    gettext_noop("Answered cases, by their time"),
    "clock",
    gettext_noop("Received in the month, answered by an office, never reopened."),
)
UNASKED = Figure(
    gettext_noop("Over with the answer itself"),
    "question",
    gettext_noop(
        "Answered on the spot, or answered before they were taken over: over with the answer itself, and nobody is asked about them."
    ),
)
SPENT = (
    gettext_noop("In somebody's hands"),
    gettext_noop("Waiting"),
    gettext_noop("Between offices"),
)
OF_NOW: Mapping[str, Figure] = {**WRONG, "any": ANY}
OF_MONTH: Mapping[str, Figure] = {**STANDS, **PARTS, "timed": TIMED, "unasked": UNASKED}
CHANNELS: Mapping[str, str] = {
    "portal": gettext_noop("On the site"),
    "window": gettext_noop("At the window"),
    "phone": gettext_noop("By telephone"),
    "paper": gettext_noop("On paper"),
    "proxy": gettext_noop("By somebody on their behalf"),
    "door_code": gettext_noop("From the code at the door"),
    "api": gettext_noop("Through another system"),
    "import": gettext_noop("Taken over from the earlier system"),
}


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A month of the calendar in Asia/Shanghai."""

    year: int
    month: int

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    @property
    def since(self) -> datetime:
        return datetime(self.year, self.month, 1, tzinfo=SHANGHAI)

    @property
    def until(self) -> datetime:
        return self.shifted(1).since

    def shifted(self, months: int) -> "Month":
        """Return the month so many months later, earlier if negative."""
        whole = self.year * 12 + self.month - 1 + months
        return Month(whole // 12, whole % 12 + 1)


def month_of(at: datetime) -> Month:
    """Return the month a moment falls in."""
    here = at.astimezone(SHANGHAI)
    return Month(here.year, here.month)


def read_month(text: str) -> Month | None:
    """Return the month of ``2026-10``; None for anything else."""
    year, _, month = text.partition("-")
    digits = len(year) == 4 and len(month) == 2 and (year + month).isascii()
    if not (digits and (year + month).isdecimal()):
        return None
    found = Month(int(year), int(month))
    return found if 2000 <= found.year <= 2999 and 1 <= found.month <= 12 else None


@dataclass(frozen=True, slots=True)
class Move:
    """A step enters a state; ``passed`` if it came from another office or from the arbiter."""

    step: int
    at: datetime
    state: str
    passed: bool


@dataclass(frozen=True, slots=True)
class Times:
    """
    Where time went. ``touch``: a person has a step in hand. ``handover``: none has, and a step is on
    its way from one office to another or before the arbiter. ``stood``: the clock stands still for
    a listed reason. ``wait``: all the rest.
    """

    touch: timedelta = NOTHING
    wait: timedelta = NOTHING
    stood: timedelta = NOTHING
    handover: timedelta = NOTHING

    @property
    def whole(self) -> timedelta:
        return self.touch + self.wait + self.stood + self.handover

    def __add__(self, other: "Times") -> "Times":
        return Times(
            self.touch + other.touch,
            self.wait + other.wait,
            self.stood + other.stood,
            self.handover + other.handover,
        )


def split_time(
    *,
    opened_at: datetime,
    told_at: datetime,
    moves: Sequence[Move],
    pauses: Sequence[tuple[datetime, datetime | None]],
) -> Times:
    """
    Return where the time between opening and answer went; the four parts make up the whole.

    Every instant counts once: a pause before work in hand, work in hand before a hand-over, a
    hand-over before waiting. It is time of the calendar, nights and feast days too.

    :param moves: oldest first
    :param pauses: from, to; an open one lasts until the answer
    """
    stood = [(begun, ended or told_at) for begun, ended in pauses]
    cuts = {opened_at, told_at, *(move.at for move in moves), *(m for pair in stood for m in pair)}
    points = sorted(moment for moment in cuts if opened_at <= moment <= told_at)
    steps: dict[int, str] = {}
    spent = dict.fromkeys(("touch", "wait", "stood", "handover"), NOTHING)
    left = list(moves)
    for begin, end in pairwise(points):
        while left and left[0].at <= begin:
            move = left.pop(0)
            steps[move.step] = _part(move)
        still = any(begun <= begin < ended for begun, ended in stood)
        spent["stood" if still else _strongest(steps.values())] += end - begin
    return Times(**spent)


def _part(move: Move) -> str:
    if move.state == "accepted":
        return "touch"
    if move.state == "returned" or (move.state == "offered" and move.passed):
        return "handover"
    return "wait"


def _strongest(parts: Iterable[str]) -> str:
    found = set(parts)
    return next((part for part in ("touch", "handover") if part in found), "wait")


def shares(parts: Sequence[timedelta]) -> tuple[float, ...]:
    """Return parts as per cent of their sum; all nothing where the sum is."""
    whole = sum(parts, NOTHING)
    return tuple(round(part / whole * 100, 2) if whole else 0.0 for part in parts)


Ring = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Drawn:
    """Outlines on a sheet: its width and height, and for each place its path and where its number goes."""

    width: int
    height: int
    paths: Mapping[int, str]
    middles: Mapping[int, tuple[int, int]]


def draw(
    outlines: Mapping[int, Sequence[Ring]], middles: Mapping[int, tuple[float, float]]
) -> Drawn | None:
    """
    Return outlines of longitudes and latitudes as SVG paths, None if there are none.

    Degrees of longitude are narrowed by the cosine of the middle latitude: true enough for a
    district, and no survey.
    """
    points = [point for rings in outlines.values() for ring in rings for point in ring]
    if not points:
        return None
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    narrow = math.cos(math.radians((south + north) / 2))
    scale = MAP_WIDTH / max((east - west) * narrow, north - south, 1e-9)

    def at(point: tuple[float, float]) -> tuple[int, int]:
        return round((point[0] - west) * narrow * scale), round((north - point[1]) * scale)

    paths = {
        place: "".join("M" + " ".join(f"{x},{y}" for x, y in map(at, ring)) + "Z" for ring in rings)
        for place, rings in outlines.items()
    }
    corner = at((east, south))
    return Drawn(
        corner[0], corner[1], paths, {place: at(point) for place, point in middles.items()}
    )

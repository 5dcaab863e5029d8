"""
What an office may ask of communities, and the states such a request goes through.

DRAFT → SUBMITTED → UNDER_REVIEW → ADMITTED or RETURNED; ADMITTED → ACTIVE → EXPIRED or REVOKED. What no
street signs may be RETURNED too. An emergency is ACTIVE at once and EXPIRED after 72 hours unless reviewed. Numbers that the facts
already answer are ANSWERED and ask nothing of anybody.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from linli.basics import Refused, gettext_noop
from linli.reports.domain import Cell


class Kind(StrEnum):
    DATA = "data"
    WORK = "work"


class Lane(StrEnum):
    ORDINARY = "ordinary"
    EMERGENCY = "emergency"


class State(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    UNDER_REVIEW = "under_review"
    ADMITTED = "admitted"
    RETURNED = "returned"
    ACTIVE = "active"
    EXPIRED = "expired"
    REVOKED = "revoked"
    ANSWERED = "answered"


class TaskState(StrEnum):
    """An admitted request at one community."""

    GIVEN = "given"
    BEGUN = "begun"
    DONE = "done"
    LAPSED = "lapsed"


class Effort(StrEnum):
    """What minutes were spent on. The share of DOOR is the north star (上门时间占比)."""

    DOOR = "door"
    FORM = "form"
    MEETING = "meeting"
    OTHER = "other"


RUNNING = frozenset({State.ADMITTED, State.ACTIVE})
OVER = frozenset({State.RETURNED, State.EXPIRED, State.REVOKED, State.ANSWERED})
AT_WORK = frozenset({TaskState.GIVEN, TaskState.BEGUN})
MOVES: frozenset[tuple[State, State]] = frozenset(
    {
        (State.DRAFT, State.SUBMITTED),
        (State.DRAFT, State.RETURNED),
        (State.SUBMITTED, State.UNDER_REVIEW),
        (State.SUBMITTED, State.RETURNED),
        (State.SUBMITTED, State.ACTIVE),
        (State.UNDER_REVIEW, State.ACTIVE),
        (State.UNDER_REVIEW, State.ADMITTED),
        (State.UNDER_REVIEW, State.RETURNED),
        (State.ADMITTED, State.ACTIVE),
        (State.ADMITTED, State.EXPIRED),
        (State.ADMITTED, State.REVOKED),
        (State.ACTIVE, State.EXPIRED),
        (State.ACTIVE, State.REVOKED),
    }
)
STATE_WORDS = {
    State.DRAFT: gettext_noop("draft"),
    State.SUBMITTED: gettext_noop("waits for the street"),
    State.UNDER_REVIEW: gettext_noop("waits for the decision"),
    State.ADMITTED: gettext_noop("admitted"),
    State.RETURNED: gettext_noop("returned"),
    State.ACTIVE: gettext_noop("under way"),
    State.EXPIRED: gettext_noop("ran out"),
    State.REVOKED: gettext_noop("called off"),
    State.ANSWERED: gettext_noop("answered from the facts"),
}
TASK_WORDS = {
    TaskState.GIVEN: gettext_noop("not begun"),
    TaskState.BEGUN: gettext_noop("under way"),
    TaskState.DONE: gettext_noop("done"),
    TaskState.LAPSED: gettext_noop("lapsed"),
}
EFFORT_WORDS = {
    Effort.DOOR: gettext_noop("at the door"),
    Effort.FORM: gettext_noop("filling in forms"),
    Effort.MEETING: gettext_noop("in meetings"),
    Effort.OTHER: gettext_noop("other work"),
}


class WrongState(Refused):
    message = gettext_noop("This request is “%(state)s” now. That cannot be done with it any more.")

    def __init__(self, *, state: State) -> None:
        super().__init__(state)
        self.state = STATE_WORDS[state]


class SameHand(Refused):
    """Approver ≠ submitter."""

    message = gettext_noop(
        "Whoever asked, or let it through, may not sign or decide. Somebody else has to."
    )


class NeverUrgent(Refused):
    """No hurry opens the gate for what the list closes (城市居民委员会组织法 art. 43)."""

    message = gettext_noop(
        "This is not lawful, or was taken back. No emergency gives it to a community: do it yourself."
    )


class SignedAlready(Refused):
    message = gettext_noop("Your street has signed this request already.")


class NotYourStreet(Refused):
    message = gettext_noop("This request concerns no community of your street.")


class TaskOver(Refused):
    """Nothing is alive after its lapse."""

    message = gettext_noop(
        "The leave for this work has ended, or the work is done. Nobody need do it any more."
    )


class NotBegun(Refused):
    message = gettext_noop("Begin the work first.")


class NothingToPay(Refused):
    message = gettext_noop("There is nothing to pay for this task, or it is paid.")


class NothingShown(Refused):
    status = 422
    message = gettext_noop("Say what shows that it was done: %(evidence)s.")

    def __init__(self, *, evidence: str) -> None:
        super().__init__(evidence)
        self.evidence = evidence


class TooManyFiles(Refused):
    status = 422
    message = gettext_noop("Choose at most six pictures or PDFs.")


class BadRequestPlan(Refused):
    """Something is missing, or cannot be."""

    status = 422
    message = gettext_noop("This is not complete: %(reason)s")

    def __init__(self, *, field: str, reason: str) -> None:
        super().__init__(field, reason)
        self.field = field
        self.reason = reason


class NotYourMoney(Refused):
    message = gettext_noop("This budget line is not your office's. Name one of your own.")


class PaidByTheAsker(Refused):
    message = gettext_noop("Only the office that asked pays for it.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """
    What an office asks: the work or the question, where, when, and who pays.

    ``communities`` are ids; ``minutes`` what one community spends; ``to_on`` is the last day, and
    with it the question or the work ends. ``budget_line`` is a code of the ledger, or empty.
    ``whom``: of whom a fact is missing that shall be asked; for work whose doors it goes to, None
    where it is done without visiting.
    """

    kind: Kind
    title: str
    words: str
    purpose: str
    basis: str
    duty_line: str
    communities: frozenset[int]
    from_on: date
    to_on: date
    minutes: int
    evidence: str
    budget_line: str = ""
    with_names: bool = False
    whom: Cell | None = None


MOST_MINUTES = 10_000
MOST_FILES = 6  # that show one task was done
LONGEST_DAYS = 366
WITH_DOORS = ("people", "households", "buildings")  # what work at doors may go to
LONGEST = {"title": 120, "purpose": 300, "basis": 120, "duty_line": 60, "evidence": 200}


def check_words(**fields: str) -> None:
    """:raises BadRequestPlan: naming the first field that is longer than its line"""
    for field, words in fields.items():
        if len(words.strip()) > LONGEST.get(field, len(words)):
            raise BadRequestPlan(field=field, reason=gettext_noop("write it shorter."))


def check_wanted(wanted: Wanted, *, on: date) -> None:
    """
    Check that a request says all it has to.

    :raises BadRequestPlan: naming the first field that is missing or cannot be
    """
    for field, words in (
        ("title", wanted.title),
        ("words", wanted.words),
        ("purpose", wanted.purpose),
        ("duty_line", wanted.duty_line),
        ("evidence", wanted.evidence),
    ):
        if not words.strip():
            raise BadRequestPlan(field=field, reason=gettext_noop("every line must be filled in."))
    check_words(
        title=wanted.title,
        words=wanted.words,
        purpose=wanted.purpose,
        basis=wanted.basis,
        duty_line=wanted.duty_line,
        evidence=wanted.evidence,
    )
    if wanted.kind is Kind.DATA and (wanted.whom is None or wanted.whom.where is None):
        raise BadRequestPlan(
            field="whom", reason=gettext_noop("put together what you want to know.")
        )
    if wanted.kind is Kind.DATA and wanted.whom is not None and wanted.whom.of != "people":
        raise BadRequestPlan(field="whom", reason=gettext_noop("questions are asked of people."))
    if wanted.whom is not None and (wanted.whom.of not in WITH_DOORS or wanted.whom.total):
        raise BadRequestPlan(
            field="whom", reason=gettext_noop("work goes to people, households or buildings.")
        )
    if not wanted.communities:
        raise BadRequestPlan(field="communities", reason=gettext_noop("name the communities."))
    if not 1 <= wanted.minutes <= MOST_MINUTES:
        raise BadRequestPlan(
            field="minutes", reason=gettext_noop("give the minutes one community needs.")
        )
    if wanted.to_on < wanted.from_on or wanted.from_on < on:
        raise BadRequestPlan(
            field="to_on", reason=gettext_noop("it begins today or later, and ends after that.")
        )
    if (wanted.to_on - wanted.from_on).days >= LONGEST_DAYS:
        raise BadRequestPlan(
            field="to_on", reason=gettext_noop("it ends within a year; then ask again.")
        )


def check_files(number: int) -> None:
    """:raises TooManyFiles: if more are to show a task was done than are taken"""
    if number > MOST_FILES:
        raise TooManyFiles


def check_move(before: State, then: State) -> None:
    """:raises WrongState: if the table of moves has no such move"""
    if (before, then) not in MOVES:
        raise WrongState(state=before)


def alive(state: State, valid_from: datetime, valid_to: datetime, *, at: datetime) -> bool:
    """Return whether work under a request may go on at a moment; no sweep is needed for it to end."""
    return state in RUNNING and valid_from <= at < valid_to


def signed_by_all(streets: Collection[int], signed: Collection[int]) -> bool:
    """Return whether every street concerned has signed."""
    return frozenset(streets) <= frozenset(signed)

"""
What may happen to a case and to its steps: tables of states, and the refusals beside them.

A case is never without an owner: the accountable party of its item owns it from the first moment
to the last; hand-overs move steps, not the answer owed to the resident.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from linli.basics import Refused, gettext_noop

from .windows import USUAL, Windows


class Permission(StrEnum):
    """What a hat may do with cases."""

    SEE = "cases.see"
    ACCEPT = "cases.accept"
    ACT = "cases.act"
    HAND_OVER = "cases.hand_over"
    RETURN = "cases.return"
    ARBITRATE = "cases.arbitrate"
    SUPERVISE = "cases.supervise"
    REASSIGN = "cases.reassign"
    END_AWARDS = "cases.end_awards"
    LOAD_AWARDS = "cases.load_awards"


class Status(StrEnum):
    """Where a case stands, in the order it is shown."""

    OFFERED = "offered"  # somebody owns it, nobody has taken it up yet
    WORKING = "working"
    ASKING = "asking"  # waits for a paper or a word from the resident
    PAUSED = "paused"  # waits for a listed reason, to be looked at again on a day
    ANSWERED = "answered"  # told; waits for the resident to say whether it is solved
    ENDED = "ended"


class End(StrEnum):
    """The five honest ends."""

    SOLVED = "solved"
    EXPLAINED = "explained"
    NOT_OURS = "not_ours"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"


class StepState(StrEnum):
    WAITING = "waiting"  # an earlier step is not done
    OFFERED = "offered"
    ACCEPTED = "accepted"
    RETURNED = "returned"  # waits for the arbiter
    DONE = "done"
    DROPPED = "dropped"  # the case ended without it


class Channel(StrEnum):
    PORTAL = "portal"
    WINDOW = "window"
    PHONE = "phone"
    PAPER = "paper"
    PROXY = "proxy"
    DOOR_CODE = "door_code"
    API = "api"
    IMPORT = "import"


class Role(StrEnum):
    """Why a party sees a case; a party with two reasons is listed under the first."""

    OWNER = "owner"
    HANDLER = "handler"
    ASSISTANT = "assistant"
    OVERSEER = "overseer"
    TAKER = "taker"  # it took the matter in; others work on it


OPEN = frozenset({Status.OFFERED, Status.WORKING, Status.ASKING, Status.PAUSED})
RUNNING = frozenset({Status.OFFERED, Status.WORKING})
# Codes of steps that no item has: an invited office's part, and its assistance (会办, 协办).
JOINT, ASSIST = "+joint", "+assist"
AGAIN = "'"  # marks the second step of one code, after a case was re-routed
# The states in which an office may pass a step on.
IN_HAND = frozenset({StepState.OFFERED, StepState.ACCEPTED})
# The states in which a step is somebody's, the arbiter's too.
HELD = IN_HAND | {StepState.RETURNED}
# The ends an office may tell; the other two come about by their own acts.
ANSWERS = (End.SOLVED, End.EXPLAINED, End.NOT_OURS)
STEP_MOVES: Mapping[StepState, frozenset[StepState]] = {
    StepState.WAITING: frozenset({StepState.OFFERED, StepState.DROPPED}),
    StepState.OFFERED: frozenset(
        {StepState.ACCEPTED, StepState.OFFERED, StepState.RETURNED, StepState.DROPPED}
    ),
    StepState.ACCEPTED: frozenset({StepState.DONE, StepState.OFFERED, StepState.DROPPED}),
    StepState.RETURNED: frozenset({StepState.OFFERED, StepState.DROPPED}),
    StepState.DONE: frozenset({StepState.OFFERED}),  # by reopening only
    StepState.DROPPED: frozenset({StepState.OFFERED}),  # by reopening only
}


STATE_WORDS: Mapping[str, str] = {
    Status.OFFERED: gettext_noop("offered"),
    Status.WORKING: gettext_noop("being worked on"),
    Status.ASKING: gettext_noop("waiting for papers"),
    Status.PAUSED: gettext_noop("standing still"),
    Status.ANSWERED: gettext_noop("answered"),
    Status.ENDED: gettext_noop("ended"),
    StepState.WAITING: gettext_noop("waiting for an earlier step"),
    StepState.ACCEPTED: gettext_noop("taken up"),
    StepState.RETURNED: gettext_noop("before the arbiter"),
    StepState.DONE: gettext_noop("done"),
    StepState.DROPPED: gettext_noop("dropped"),
    End.SOLVED: gettext_noop("solved"),
    End.EXPLAINED: gettext_noop("explained"),
    End.NOT_OURS: gettext_noop("not ours"),
    End.MERGED: gettext_noop("merged"),
    End.WITHDRAWN: gettext_noop("withdrawn"),
}


class WrongMoment(Refused):
    """The case or step has moved on since the page was shown."""

    message = gettext_noop(
        "This has moved on since you opened the page: it is now “%(state)s”. Reload and look again."
    )

    def __init__(self, *, state: str) -> None:
        super().__init__(state)
        self.state = STATE_WORDS.get(state, state)


class SameMatter(Refused):
    """A case cannot be joined to itself."""

    message = gettext_noop("This is that very matter. Give the number of the other one.")


class StaleStep(Refused):
    """Somebody else wrote first."""

    message = gettext_noop(
        "Somebody else changed this step a moment ago. Nothing of yours was saved; reload and look."
    )


class NoClause(Refused):
    """A return must cite a clause of the item."""

    status = 422
    message = gettext_noop(
        "A return must cite a clause. Choose one from the list; “not ours” alone is not enough."
    )


class TooManyHops(Refused):
    """Two hand-overs are the most a resident has to bear."""

    message = gettext_noop(
        "This has changed hands %(most)s times already. It cannot be passed on; the district takes it."
    )

    def __init__(self, *, most: int) -> None:
        super().__init__(most)
        self.most = most


class WordsMissing(Refused):
    """An answer, a refusal or a delay needs its words."""

    status = 422
    message = gettext_noop("Write one sentence for the resident first; it goes out with your name.")


class StepsOpen(Refused):
    """The owner speaks last: other offices are still at work."""

    message = gettext_noop(
        "%(count)s steps are not done yet. Finish or withdraw them before you answer."
    )

    def __init__(self, *, count: int) -> None:
        super().__init__(count)
        self.count = count


class TooLateToReopen(Refused):
    """The window for reopening is over."""

    message = gettext_noop(
        "This case ended more than %(days)s days ago. Report it again; we will link the two."
    )

    def __init__(self, *, days: int) -> None:
        super().__init__(days)
        self.days = days


class SameParty(Refused):
    """A thing cannot be handed to the one who holds it."""

    status = 422
    message = gettext_noop("It is already with this office. Choose another one.")


class NotYourRuling(Refused):
    """Nobody rules in a matter of their own office (decided: arbiter ≠ party)."""

    status = 403
    message = gettext_noop(
        "Your own office is a party to this return. Another arbiter must decide."
    )


class TooLateToUndo(Refused):
    """Five minutes have passed."""

    message = gettext_noop(
        "More than %(minutes)s minutes have passed. Hand it over or return it instead."
    )

    def __init__(self, *, minutes: int) -> None:
        super().__init__(minutes)
        self.minutes = minutes


@dataclass(frozen=True, slots=True)
class StepView:
    """What the rules need to know of one step."""

    code: str
    after: tuple[str, ...]
    state: StepState


def check_step_move(now: StepState, then: StepState) -> None:
    """:raises WrongMoment: unless the table of moves has it"""
    if then not in STEP_MOVES[now]:
        raise WrongMoment(state=now)


def check_in_hand(state: StepState) -> None:
    """:raises WrongMoment: unless the step is on offer or taken up"""
    if state not in IN_HAND:
        raise WrongMoment(state=state)


def check_open(status: Status) -> None:
    """:raises WrongMoment: unless the case is still being worked on"""
    if status not in OPEN:
        raise WrongMoment(state=status)


def check_hops(hops: int, windows: Windows = USUAL) -> None:
    """:raises TooManyHops: once a step has changed hands as often as it may"""
    if hops >= windows.hops:
        raise TooManyHops(most=windows.hops)


def check_clause(clause: str, clauses: Collection[str]) -> None:
    """:raises NoClause: unless the item lists the clause"""
    if clause not in clauses:
        raise NoClause


def check_words(words: str) -> None:
    """:raises WordsMissing: if nothing but white space is there"""
    if not words.strip():
        raise WordsMissing


def ready(steps: Sequence[StepView]) -> tuple[str, ...]:
    """Return the codes of waiting steps all of whose predecessors are done."""
    done = {step.code for step in steps if step.state == StepState.DONE}
    return tuple(
        step.code
        for step in steps
        if step.state == StepState.WAITING and all(code in done for code in step.after)
    )


def unfinished(steps: Sequence[StepView]) -> int:
    """Return how many steps still wait, are offered, in hand or before the arbiter; help apart."""
    closed = {StepState.DONE, StepState.DROPPED}
    return sum(step.state not in closed and not step.code.startswith(ASSIST) for step in steps)

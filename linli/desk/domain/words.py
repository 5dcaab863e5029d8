"""Plain words for staff: states, ends, roles, channels, and what was just done."""

from collections.abc import Mapping
from dataclasses import dataclass

from linli.basics import Refused, gettext_noop
from linli.cases.domain import CHANNEL_WORDS, PAUSE_WORDS


@dataclass(frozen=True, slots=True)
class Look:
    """How a state is shown: the kind of chip, its icon, its words."""

    chip: str
    icon: str
    words: str


@dataclass(frozen=True, slots=True)
class View:
    """A saved filter: its words, its icon, and what it asks of the list."""

    words: str
    icon: str
    asks: Mapping[str, str]


class NobodyChosen(Refused):
    """An errand needs to know whose it is."""

    status = 422
    message = gettext_noop("Say whose errand this is: choose a person, or write a name.")


class ProofMissing(Refused):
    """Acting for another needs its proof (民法典 165)."""

    status = 422
    message = gettext_noop("Write who came for them and what proves it, such as a signed letter.")


class AnswerMissing(Refused):
    """A question of the item was left out, or answered in a way it does not take."""

    status = 422
    message = gettext_noop("“%(label)s” is still to be answered.")

    def __init__(self, *, code: str, label: str) -> None:
        super().__init__(code, label)
        self.code = code
        self.label = label


STATES: Mapping[str, Look] = {
    "offered": Look("wait", "accept", gettext_noop("Not taken up yet")),
    "working": Look("", "handover", gettext_noop("In hand")),
    "asking": Look("need", "attach", gettext_noop("Waits for a paper")),
    "paused": Look("wait", "pause", gettext_noop("Clock stands still")),
    "answered": Look("", "question", gettext_noop("Answered, resident has the word")),
    "ended": Look("", "done", gettext_noop("Over")),
}
STEP_STATES: Mapping[str, Look] = {
    "waiting": Look("wait", "clock", gettext_noop("Waits for an earlier step")),
    "offered": Look("wait", "accept", gettext_noop("On offer")),
    "accepted": Look("", "visit", gettext_noop("Taken up")),
    "returned": Look("need", "scale", gettext_noop("Before the arbiter")),
    "done": Look("", "done", gettext_noop("Done")),
    "dropped": Look("", "cross", gettext_noop("Not needed")),
}
LEAVE_OVER = Look("late", "refused", gettext_noop("leave is over: hand it on"))
ENDS: Mapping[str, str] = {
    "solved": gettext_noop("Solved"),
    "explained": gettext_noop("Explained, cannot be given"),
    "not_ours": gettext_noop("Not for us to decide"),
    "merged": gettext_noop("Merged"),
    "withdrawn": gettext_noop("Withdrawn"),
}
ROLES: Mapping[str, str] = {
    "owner": gettext_noop("We answer for it"),
    "handler": gettext_noop("We handle a step"),
    "assistant": gettext_noop("We assist"),
    "overseer": gettext_noop("We watch over it"),
    "taker": gettext_noop("We took it in"),
}
CHANNELS = CHANNEL_WORDS
WINDOW_CHANNELS: Mapping[str, str] = {
    "window": gettext_noop("Window"),
    "phone": gettext_noop("Telephone"),
    "paper": gettext_noop("Paper"),
    "proxy": gettext_noop("On behalf"),
}
ANSWERS_SHORT: Mapping[str, str] = {
    "solved": gettext_noop("Solved"),
    "explained": gettext_noop("Explained"),
    "not_ours": gettext_noop("Not ours"),
}
PAUSES = {code: words for code, words in PAUSE_WORDS.items() if code != "papers"}
PAUSES_ALL = PAUSE_WORDS
ORDERS: Mapping[str, str] = {
    "due": gettext_noop("Most urgent first"),
    "opened": gettext_noop("Newest first"),
    "number": gettext_noop("By number"),
}
VIEWS: Mapping[str, View] = {
    "open": View(gettext_noop("All open"), "", {"order": "due"}),
    "ours": View(gettext_noop("We answer for"), "", {"order": "due", "role": "owner"}),
    "steps": View(gettext_noop("We handle"), "", {"order": "due", "role": "handler"}),
    "watched": View(gettext_noop("We watch over"), "", {"order": "due", "role": "overseer"}),
    "fresh": View(gettext_noop("Not taken up"), "", {"order": "due", "status": "offered"}),
    "papers": View(gettext_noop("Waiting for papers"), "", {"order": "due", "status": "asking"}),
    "told": View(gettext_noop("Resident has the word"), "", {"status": "answered"}),
    "over": View(gettext_noop("Over"), "", {"status": "ended"}),
}
TURNS: Mapping[str, Look] = {
    "waiting": Look("wait", "clock", gettext_noop("Waiting")),
    "called": Look("act", "accept", gettext_noop("Called")),
    "served": Look("", "done", gettext_noop("Served")),
    "missed": Look("need", "cross", gettext_noop("Did not come")),
    "cancelled": Look("", "cross", gettext_noop("Given back")),
}
ACTS_DONE: Mapping[str, str] = {
    "accept": gettext_noop("Taken up. The resident sees your office's name now."),
    "finish": gettext_noop("Step done. Whoever waited for it has it now."),
    "hand_over": gettext_noop("Handed over. It stays in your list until it is done."),
    "return": gettext_noop("Returned. The arbiter decides; number and clock stay."),
    "undo": gettext_noop("Taken back. It is as it was before."),
    "invite": gettext_noop("Asked in. They accept it or return it; you still answer for the case."),
    "answer": gettext_noop("Told. The resident has the last word."),
    "ask_papers": gettext_noop("Told, once and all of it. The clock waits for the resident."),
    "pause": gettext_noop("The clock stands still; the resident was told why."),
    "resume": gettext_noop("The clock runs again."),
    "extend": gettext_noop("More time granted; the resident was told why."),
    "supervise": gettext_noop("Urged. It stands in the record under your office's name."),
    "merge": gettext_noop("Merged. Every reporter keeps receipt and clock."),
    "undo_merge": gettext_noop("Parted again. It is back with its office."),
    "reroute": gettext_noop("Filed under the right item; number and clock stay."),
    "attach": gettext_noop("Added. It stands with the case now."),
    "forget_file": gettext_noop("Erased. Nobody can open it any more."),
    "for_withdraw": gettext_noop("Taken back in their name. They were told."),
    "for_papers": gettext_noop("Papers taken in. Everybody who reported it was told."),
    "rule": gettext_noop("Decided. It is a precedent from now on."),
    "reassign": gettext_noop("Moved. Both offices see it in their lists."),
}

"""Plain words for staff: states, ends, roles, channels, and what was just done."""

from collections.abc import Mapping
from dataclasses import dataclass

from linli.basics import Refused, gettext_noop


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
}
CHANNELS: Mapping[str, str] = {
    "portal": gettext_noop("on the site"),
    "window": gettext_noop("at the window"),
    "phone": gettext_noop("by telephone"),
    "paper": gettext_noop("on paper"),
    "proxy": gettext_noop("by somebody on their behalf"),
    "door_code": gettext_noop("from the code at the door"),
    "api": gettext_noop("through another system"),
    "import": gettext_noop("taken over from the earlier system"),
}
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
PAUSES: Mapping[str, str] = {
    "expert": gettext_noop("Inspection, test or expert review"),
    "weather": gettext_noop("The weather does not allow it"),
    "other_case": gettext_noop("Another decision has to come first"),
}
PAUSES_ALL: Mapping[str, str] = {
    "papers": gettext_noop("Papers only the resident can bring"),
    **PAUSES,
}
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
ACTS_DONE: Mapping[str, str] = {
    "accept": gettext_noop("Taken up. The resident sees your office's name now."),
    "finish": gettext_noop("Step done. Whoever waited for it has it now."),
    "hand_over": gettext_noop("Handed over. It stays in your list until it is done."),
    "return": gettext_noop("Returned. The arbiter decides; number and clock stay."),
    "undo": gettext_noop("Taken back. It is as it was before."),
    "answer": gettext_noop("Told. The resident has the last word."),
    "ask_papers": gettext_noop("Told, once and all of it. The clock waits for the resident."),
    "pause": gettext_noop("The clock stands still; the resident was told why."),
    "resume": gettext_noop("The clock runs again."),
    "extend": gettext_noop("More time granted; the resident was told why."),
    "supervise": gettext_noop("Urged. It stands in the record under your office's name."),
    "merge": gettext_noop("Merged. Every reporter keeps receipt and clock."),
    "undo_merge": gettext_noop("Parted again. It is back with its office."),
    "reroute": gettext_noop("Filed under the right item; number and clock stay."),
    "rule": gettext_noop("Decided. It is a precedent from now on."),
    "reassign": gettext_noop("Moved. Both offices see it in their lists."),
}

"""How each happening of a case is told on its trail, to staff."""

from collections.abc import Mapping
from dataclasses import dataclass

from linli.basics import gettext_noop


@dataclass(frozen=True, slots=True)
class Telling:
    """The icon, the kind of knot, the sentence, and a second sentence below it."""

    icon: str
    kind: str
    words: str
    detail: str = ""


TELLINGS: Mapping[str, Telling] = {
    "CaseOpened": Telling(
        "accept", "", gettext_noop("Received %(channel)s"), gettext_noop("Item: %(item)s.")
    ),
    "ConsultationAnswered": Telling(
        "done", "", gettext_noop("Question answered on the spot, %(channel)s")
    ),
    "StepAccepted": Telling("visit", "", gettext_noop("%(party)s took up: %(step)s")),
    "StepDone": Telling("done", "", gettext_noop("%(party)s finished: %(step)s")),
    "StepHandedOver": Telling(
        "handover",
        "hand",
        gettext_noop("%(from_party)s handed over to %(to_party)s: %(step)s"),
        gettext_noop("Hand-over %(hop)s of at most 2."),
    ),
    "StepReturned": Telling(
        "return",
        "hand",
        gettext_noop("%(party)s returned: %(step)s"),
        gettext_noop("Clause: %(clause)s. %(arbiter)s decides."),
    ),
    "ReturnRuled.upheld": Telling(
        "scale",
        "hand",
        gettext_noop("Return upheld, %(to_party)s does it: %(step)s"),
        gettext_noop("Clause: %(clause)s."),
    ),
    "ReturnRuled.dismissed": Telling(
        "scale",
        "hand",
        gettext_noop("Return dismissed, back to %(to_party)s: %(step)s"),
        gettext_noop("Clause: %(clause)s."),
    ),
    "StepUndone": Telling(
        "return", "", gettext_noop("%(party)s took its last move back: %(step)s")
    ),
    "PartyInvited": Telling(
        "people", "", gettext_noop("%(party)s was asked to take part: %(step)s")
    ),
    "CaseAnswered": Telling("question", "", gettext_noop("%(party)s answered: %(end)s")),
    "CaseEnded.confirmed": Telling("check", "", gettext_noop("The resident says it is settled")),
    "CaseEnded.withdrawn": Telling("cross", "", gettext_noop("The resident withdrew it")),
    "CaseEnded": Telling(
        "done",
        "",
        gettext_noop("Over without a word from the resident"),
        gettext_noop("Counted as not reached, never as satisfied."),
    ),
    "CaseReopened": Telling(
        "reopen",
        "hand",
        gettext_noop("Not solved, says the resident: opened again"),
        gettext_noop("Back with %(party)s, time %(times)s."),
    ),
    "CaseJoined": Telling("people", "", gettext_noop("One more household says “me too”")),
    "CasesMerged": Telling("merge", "hand", gettext_noop("Merged into another case")),
    "MergeUndone": Telling("merge", "hand", gettext_noop("Parted again: two matters after all")),
    "PapersAsked": Telling(
        "form",
        "wait",
        gettext_noop("Told the resident once what is missing: %(papers)s"),
        gettext_noop("The clock stands still; looked at again on %(review)s."),
    ),
    "PapersBrought": Telling("attach", "", gettext_noop("The resident brought %(count)s files")),
    "CasePaused": Telling(
        "pause",
        "wait",
        gettext_noop("The clock stands still: %(reason)s"),
        gettext_noop("Looked at again on %(review)s."),
    ),
    "CaseResumed": Telling("clock", "", gettext_noop("The clock runs again, until %(due)s")),
    "DeadlineExtended": Telling(
        "calendar", "", gettext_noop("More time granted, once, until %(due)s")
    ),
    "CaseRerouted": Telling(
        "right",
        "hand",
        gettext_noop("Filed under the right item: %(item)s"),
        gettext_noop("Number, receipts and clock stay."),
    ),
    "CaseSupervised": Telling("eye", "", gettext_noop("%(party)s urges it on")),
    "ClockTurned.amber": Telling("soon", "", gettext_noop("Four fifths of the time are gone")),
    "ClockTurned.red": Telling("overdue", "", gettext_noop("The time is over")),
    "ClockTurned.escalated": Telling(
        "overdue", "", gettext_noop("Still not done: told to the office above")
    ),
}
OTHER = Telling("info", "", gettext_noop("Something was noted"))


def telling(kind: str, data: Mapping[str, object]) -> Telling:
    """Return how a happening of this kind, with this data, is told."""
    variant = ""
    if kind == "ReturnRuled":
        variant = "upheld" if data.get("upheld") else "dismissed"
    elif kind == "ClockTurned":
        variant = str(data.get("mark", ""))
    elif kind == "CaseEnded":
        variant = "confirmed" if data.get("confirmed") else str(data.get("end", ""))
    return TELLINGS.get(f"{kind}.{variant}") or TELLINGS.get(kind, OTHER)

"""How each happening of a case is told, in the same plain words to whoever may read it."""

from collections.abc import Mapping
from dataclasses import dataclass

from linli.basics import gettext_noop


@dataclass(frozen=True, slots=True)
class Telling:
    """The icon, the kind of knot on the trail, the sentence, and a second sentence below it."""

    icon: str
    kind: str
    words: str
    detail: str = ""


CHANNEL_WORDS: Mapping[str, str] = {
    "portal": gettext_noop("on the site"),
    "window": gettext_noop("at the window"),
    "phone": gettext_noop("by telephone"),
    "paper": gettext_noop("on paper"),
    "proxy": gettext_noop("by somebody on their behalf"),
    "door_code": gettext_noop("from the code at the door"),
    "api": gettext_noop("through another system"),
    "import": gettext_noop("taken over from the earlier system"),
}
PAUSE_WORDS: Mapping[str, str] = {
    "papers": gettext_noop("Papers only the resident can bring"),
    "expert": gettext_noop("Inspection, test or expert review"),
    "weather": gettext_noop("The weather does not allow it"),
    "other_case": gettext_noop("Another decision has to come first"),
}
PROOF_WORDS: Mapping[str, str] = {
    "code": gettext_noop("by the six signs of the receipt"),
    "identity": gettext_noop("by who they are"),
}
LAST_WORD = gettext_noop("The reporter has the last word.")
STAYS = gettext_noop("Who answers for it stays the same.")
CLAUSE = gettext_noop("Clause: %(clause)s.")
LOOKED_AT = gettext_noop("The clock stands still; looked at again on %(review)s.")

TELLINGS: Mapping[str, Telling] = {
    "CaseOpened": Telling(
        "accept", "", gettext_noop("Received %(channel)s"), gettext_noop("Item: %(item)s.")
    ),
    "ConsultationAnswered": Telling(
        "done", "", gettext_noop("Question answered on the spot, %(channel)s")
    ),
    "StepAccepted": Telling("visit", "", gettext_noop("%(party)s took up: %(step)s")),
    "AnswersKept.left": Telling(
        "form",
        "",
        gettext_noop("Some answers were not written to the card"),
        gettext_noop("It holds something newer, or they do not fit. Compare the two."),
    ),
    "AnswersKept": Telling(
        "form",
        "",
        gettext_noop("What was answered stands on the card now"),
        gettext_noop("Nobody has to be asked for it again."),
    ),
    "StepDone": Telling("done", "", gettext_noop("%(party)s finished: %(step)s")),
    "StepHandedOver.moved": Telling(
        "handover", "hand", gettext_noop("%(to_party)s does it now: %(step)s"), STAYS
    ),
    "StepHandedOver": Telling(
        "handover",
        "hand",
        gettext_noop("%(from_party)s handed over to %(to_party)s: %(step)s"),
        gettext_noop("Hand-over %(hop)s of at most 2. Who answers for it stays the same."),
    ),
    "StepReturned": Telling(
        "return",
        "hand",
        gettext_noop("%(party)s returned: %(step)s"),
        gettext_noop("Clause: %(clause)s. %(arbiter)s decides; number and clock stay."),
    ),
    "ReturnRuled.upheld": Telling(
        "scale", "hand", gettext_noop("Return upheld, %(to_party)s does it: %(step)s"), CLAUSE
    ),
    "ReturnRuled": Telling(
        "scale", "hand", gettext_noop("Return dismissed, back to %(to_party)s: %(step)s"), CLAUSE
    ),
    "ReturnClosed": Telling(
        "scale",
        "hand",
        gettext_noop("The return is over without a ruling: %(step)s"),
        gettext_noop("Clause: %(clause)s. The case ended or changed its item first."),
    ),
    "StepUndone": Telling(
        "return", "", gettext_noop("%(party)s took its last move back: %(step)s")
    ),
    "PartyInvited.lead": Telling(
        "people", "", gettext_noop("%(party)s was asked to do a part of it"), STAYS
    ),
    "PartyInvited": Telling("people", "", gettext_noop("%(party)s was asked to help"), STAYS),
    "CaseAnswered.solved": Telling(
        "question", "now", gettext_noop("%(party)s says it is done"), LAST_WORD
    ),
    "CaseAnswered.explained": Telling(
        "question", "now", gettext_noop("%(party)s explained why not"), LAST_WORD
    ),
    "CaseAnswered.not_ours": Telling(
        "question", "now", gettext_noop("%(party)s says this is not for us to decide"), LAST_WORD
    ),
    "CaseEnded.confirmed": Telling("check", "", gettext_noop("The reporter says it is settled")),
    "CaseEnded.withdrawn": Telling("cross", "", gettext_noop("The reporter took it back")),
    "CaseEnded": Telling(
        "done",
        "",
        gettext_noop("Over without a word from the reporter"),
        gettext_noop("Counted as “no answer”, never as satisfied."),
    ),
    "CaseReopened": Telling(
        "reopen",
        "hand",
        gettext_noop("Not solved, says the reporter: opened again"),
        gettext_noop("Back with %(party)s; the same people answer for it."),
    ),
    "CaseJoined": Telling("people", "", gettext_noop("A neighbour said “me too”")),
    "ReportWithdrawn": Telling(
        "cross",
        "",
        gettext_noop("One of those who reported it took their report back"),
        gettext_noop("It goes on for the others."),
    ),
    "CasesMerged": Telling(
        "merge",
        "hand",
        gettext_noop("Joined with another report of the same matter"),
        gettext_noop("Every number and every receipt stays good."),
    ),
    "MergeUndone": Telling(
        "merge", "hand", gettext_noop("Taken apart again: two matters after all")
    ),
    "PapersAsked": Telling(
        "form", "wait", gettext_noop("The reporter was asked, once, for what is missing"), LOOKED_AT
    ),
    "PapersAsked.listed": Telling(
        "form", "wait", gettext_noop("The reporter was asked, once, for: %(papers)s"), LOOKED_AT
    ),
    "PapersBrought": Telling("attach", "", gettext_noop("Files were added: %(count)s")),
    "FilesAttached": Telling("attach", "", gettext_noop("Files were added: %(count)s")),
    "AttachmentOpened": Telling("eye", "", gettext_noop("A personal file was opened")),
    "AttachmentForgotten": Telling("attach", "", gettext_noop("A file was erased for good")),
    "ContactOpened": Telling(
        "eye",
        "",
        gettext_noop("A name and telephone number were opened"),
        gettext_noop("Whose they are can read who it was, and why."),
    ),
    "DoneForReporter.withdraw": Telling(
        "phone",
        "hand",
        gettext_noop("Taken back in the reporter's name, %(channel)s"),
        gettext_noop("Made sure of %(proof)s."),
    ),
    "DoneForReporter": Telling(
        "phone",
        "hand",
        gettext_noop("Papers taken in, in the reporter's name, %(channel)s"),
        gettext_noop("Made sure of %(proof)s."),
    ),
    "CasePaused": Telling(
        "pause",
        "wait",
        gettext_noop("The clock stands still: %(reason)s"),
        gettext_noop("Looked at again on %(review)s."),
    ),
    "CaseResumed.timed": Telling("clock", "", gettext_noop("The clock runs again, until %(due)s")),
    "CaseResumed": Telling("clock", "", gettext_noop("It goes on")),
    "DeadlineExtended": Telling(
        "calendar", "", gettext_noop("More time granted, once, until %(due)s")
    ),
    "CaseRerouted": Telling(
        "right",
        "hand",
        gettext_noop("Filed under the right item: %(item)s"),
        gettext_noop("Number, receipts and clock stay."),
    ),
    "WorkPassedOn": Telling(
        "handover",
        "hand",
        gettext_noop("Somebody else looks after it now: %(to_name)s"),
        gettext_noop("The office, the number and the clock stay."),
    ),
    "CaseSupervised": Telling("eye", "", gettext_noop("%(party)s urges it on")),
    "ClockTurned": Telling("info", "", gettext_noop("The clock was set anew")),
    "ClockTurned.amber": Telling("soon", "", gettext_noop("Most of the time is gone")),
    "ClockTurned.red": Telling("overdue", "", gettext_noop("The time is over and it is not done")),
    "ClockTurned.escalated": Telling(
        "overdue", "", gettext_noop("Still not done: told to the office above")
    ),
    "ClockTurned.first.amber": Telling(
        "soon", "", gettext_noop("Nobody has answered yet, and the time for it is nearly gone")
    ),
    "ClockTurned.first.red": Telling(
        "overdue", "", gettext_noop("The time for a first answer is over")
    ),
    "ClockTurned.first.escalated": Telling(
        "overdue", "", gettext_noop("Still no first answer: told to the office above")
    ),
}
OTHER = Telling("info", "", gettext_noop("Something was noted"))


def telling(kind: str, data: Mapping[str, object]) -> Telling:
    """Return how a happening of this kind, with this data, is told."""
    variant = {
        "AnswersKept": "left" if data.get("left") else "",
        "StepHandedOver": "" if data.get("hop") else "moved",
        "ReturnRuled": "upheld" if data.get("upheld") else "",
        "PartyInvited": "lead" if data.get("lead") else "",
        "PapersAsked": "listed" if data.get("papers") else "",
        "CaseAnswered": data.get("end"),
        "CaseEnded": "confirmed" if data.get("confirmed") else data.get("end"),
        "CaseResumed": "timed" if data.get("due_at") else "",
        "ClockTurned": f"first.{data.get('mark')}" if data.get("first") else data.get("mark"),
        "DoneForReporter": data.get("act"),
    }.get(kind)
    return TELLINGS.get(f"{kind}.{variant}") or TELLINGS.get(kind, OTHER)

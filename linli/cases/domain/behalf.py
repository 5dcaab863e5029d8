"""Acting for a reporter, and looking at who reported: what must be shown, and to whom it is refused."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

from linli.basics import Refused, gettext_noop


class Proof(StrEnum):
    """How somebody at the window or on the telephone showed that they are the reporter."""

    CODE = "code"  # the six signs of the receipt
    IDENTITY = "identity"  # a clerk compared the person with what is known, and says how


class ForAct(StrEnum):
    """What a clerk may do in a reporter's name."""

    WITHDRAW = "withdraw"
    PAPERS = "papers"


class ReasonMissing(Refused):
    """A look, or an act in another's name, needs its reason."""

    status = 422
    message = gettext_noop("Write why. The person it concerns can read it.")


class NotShownToBe(Refused):
    """Nobody acts for a reporter on the word of a voice alone."""

    status = 422
    message = gettext_noop(
        "Ask for the six signs on the receipt, or write how you made sure who it is."
    )


class CodeDoesNotFit(Refused):
    """The six signs are not those of this receipt."""

    status = 422
    message = gettext_noop("These signs do not belong to this receipt. Read them out once more.")


class ReportTakenBack(Refused):
    """Whoever took their report back has no more word in the matter; others may go on with it."""

    message = gettext_noop("This report was taken back. Report it anew if it is needed after all.")


class ContactHidden(Refused):
    """The reporter is hidden from every office but the public one that is accountable."""

    status = 403
    message = gettext_noop(
        "This person asked to be hidden. Only the public office that answers for it may open it."
    )


class NoContact(Refused):
    """There is neither a name nor a number to open."""

    status = 404
    message = gettext_noop("This person left neither a name nor a telephone number.")


def check_reason(reason: str) -> None:
    """:raises ReasonMissing: if nothing but white space is there"""
    if not reason.strip():
        raise ReasonMissing


def check_proof(proof: Proof, *, code_fits: bool, statement: str) -> None:
    """
    :raises CodeDoesNotFit: if the six signs are not those of the receipt
    :raises NotShownToBe: if identity was checked and nobody says how
    """
    if proof is Proof.CODE and not code_fits:
        raise CodeDoesNotFit
    if proof is Proof.IDENTITY and not statement.strip():
        raise NotShownToBe


def check_stands(withdrawn_at: datetime | None) -> None:
    """:raises ReportTakenBack: if the report was taken back"""
    if withdrawn_at is not None:
        raise ReportTakenBack


def learns_hidden(*, party: int | None, owner: int, outside: bool, above: Collection[int]) -> bool:
    """
    Return whether an office may learn who a hidden reporter is: the accountable one.

    :param outside: whether that is no public office, such as the property company people complain of;
        then those above it may, and it may not
    """
    return party in above if outside else party == owner


def check_contact(*, hidden: bool, learns: bool) -> None:
    """:raises ContactHidden: if the reporter is hidden, from this office too"""
    if hidden and not learns:
        raise ContactHidden

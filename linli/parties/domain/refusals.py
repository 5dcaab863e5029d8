"""What this storey refuses, each with one sentence for the person who asked."""

from typing import ClassVar

from linli.basics import Refused, gettext_noop

from .words import HAT_WORDS


class NoLegalPerson(Refused):
    """A body that stands under a legal person was entered as one."""

    message: ClassVar[str] = gettext_noop(
        "A %(kind)s is not a legal person of its own. Leave the mark out."
    )

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = HAT_WORDS[kind]


class CodeTaken(Refused):
    """Two parties of a district cannot share a code."""

    message: ClassVar[str] = gettext_noop("The code %(code)s is taken. Choose another one.")

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class MayNotServeBoth(Refused):
    """The law keeps two bodies apart: a member of one may not be a member of the other."""

    message: ClassVar[str] = gettext_noop(
        "%(name)s already serves in the %(held)s and may not serve in the %(wanted)s as well: "
        "%(article)s. End the other appointment first."
    )

    def __init__(self, *, name: str, held: str, wanted: str, article: str) -> None:
        super().__init__(name, held, wanted, article)
        self.name, self.held, self.wanted, self.article = name, held, wanted, article


class RelativeServes(Refused):
    """The law keeps near relatives out of a body."""

    message: ClassVar[str] = gettext_noop(
        "%(name)s is a near relative of somebody in the %(held)s and may not serve in the "
        "%(wanted)s: %(article)s."
    )

    def __init__(self, *, name: str, held: str, wanted: str, article: str) -> None:
        super().__init__(name, held, wanted, article)
        self.name, self.held, self.wanted, self.article = name, held, wanted, article


class BodyFull(Refused):
    """A body has as many members as the law allows."""

    message: ClassVar[str] = gettext_noop(
        "The %(body)s has %(most)s members already, and the law allows no more: %(article)s. End "
        "another appointment first."
    )

    def __init__(self, *, body: str, most: int, article: str) -> None:
        super().__init__(body, most, article)
        self.body, self.most, self.article = body, most, article


class ClosedAlready(Refused):
    """Two closings of one party cover the same day."""

    message: ClassVar[str] = gettext_noop("Some of these days are entered as closed already.")


class NoSuchUser(Refused):
    """Nobody signs in under this name."""

    status = 422
    message: ClassVar[str] = gettext_noop(
        "Nobody signs in as “%(username)s”. Check the name, or let them be added first."
    )

    def __init__(self, username: str) -> None:
        super().__init__(username)
        self.username = username


class MustLeaveElectionCommittee(Refused):
    """A candidate, or a candidate's near relative, still runs the election (art. 15)."""

    message: ClassVar[str] = gettext_noop(
        "Whoever stands for election, or has a near relative who does, must first leave the "
        "election committee: %(article)s."
    )

    def __init__(self) -> None:
        super().__init__()
        self.article = gettext_noop("Organic Law of Urban Residents' Committees (2025), art. 15")


class ArbiterStandsApart(Refused):
    """An arbiter handles no cases."""

    message: ClassVar[str] = gettext_noop(
        "An arbiter may not handle cases for any office. Choose somebody else to decide."
    )


class AuditorNeedsEnd(Refused):
    """An auditor reads for a stated time only."""

    message: ClassVar[str] = gettext_noop("An auditor's appointment needs a last day.")


class OwnMatter(Refused):
    """The matter is the handler's own, or a near relative's."""

    message: ClassVar[str] = gettext_noop(
        "This matter is your own or a near relative's. A colleague must take it."
    )
    status = 403


class AlreadyEnded(Refused):
    """The appointment is over."""

    message: ClassVar[str] = gettext_noop("This appointment has already ended.")


class LeaveOverlaps(Refused):
    """Two leaves of one appointment cover the same day."""

    message: ClassVar[str] = gettext_noop(
        "A leave is already entered for some of these days. Change that one instead."
    )


class NobodyAnswers(Refused):
    """No party, or nobody in it, can be found for a matter."""

    message: ClassVar[str] = gettext_noop(
        "Nobody is appointed who could take this. Ask the district's office to appoint somebody."
    )

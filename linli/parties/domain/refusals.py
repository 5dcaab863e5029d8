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


class SignsInNowhere(Refused):
    """A resident without a login cannot have lost its password."""

    message: ClassVar[str] = gettext_noop(
        "They do not sign in yet. Let them sign in on the page of their record."
    )


class SignsInAsStaff(Refused):
    """The login opens the workbench too; the window does not hand that out."""

    message: ClassVar[str] = gettext_noop(
        "They sign in as staff with this login. Whoever adds users gives them a new password, on "
        "the page of their office."
    )


class AlreadyEnded(Refused):
    """The appointment is over."""

    message: ClassVar[str] = gettext_noop("This appointment has already ended.")


class NotOnRegister(Refused):
    """Nobody within reach has this name and this number."""

    status = 422
    message: ClassVar[str] = gettext_noop(
        "Nobody in your communities is on the register with this name and number. Check both; who "
        "lives elsewhere is linked by the district."
    )


class LinkedAlready(Refused):
    """A seat is one person's."""

    message: ClassVar[str] = gettext_noop(
        "This seat is linked to a record already. If that is the wrong one, take the link away first."
    )


class NotLinked(Refused):
    """There is no link to take away."""

    message: ClassVar[str] = gettext_noop("This seat is linked to no record.")


class AnothersRecord(Refused):
    """Two logins of the staff cannot be one person's."""

    message: ClassVar[str] = gettext_noop(
        "Somebody else of the staff is linked to this record. See whose it is, and take the wrong "
        "link away first."
    )


class OwnSeat(Refused):
    """Nobody says for themselves which matters are their own."""

    message: ClassVar[str] = gettext_noop(
        "This seat is yours. Ask somebody else who may to link it, or to take the link away."
    )


class LeaveOverlaps(Refused):
    """Two leaves of one appointment cover the same day."""

    message: ClassVar[str] = gettext_noop(
        "A leave is already entered for some of these days. Change that one instead."
    )


class UnitEnded(Refused):
    """A unit that has a last day takes nothing on."""

    message: ClassVar[str] = gettext_noop("%(unit)s has been closed. Choose another office.")

    def __init__(self, unit: str) -> None:
        super().__init__(unit)
        self.unit = unit


class UnitClosedAlready(Refused):
    """A unit has one last day."""

    message: ClassVar[str] = gettext_noop("This unit is closed already.")


class UnitsBelow(Refused):
    """Other units stand below this one."""

    message: ClassVar[str] = gettext_noop(
        "%(units)s units stand below this one, first %(first)s. Close them before it."
    )

    def __init__(self, *, units: int, first: str) -> None:
        super().__init__(units, first)
        self.units, self.first = units, first


class LastUnit(Refused):
    """Whatever nobody else takes falls to this unit, so somebody must always be there."""

    message: ClassVar[str] = gettext_noop(
        "Whatever no other unit takes falls to this one, so it stays. Found another center of the "
        "district first."
    )


class StillOpen(Refused):
    """A unit has work that would be left alone."""

    message: ClassVar[str] = gettext_noop(
        "There is open work here: %(what)s %(count)s. %(remedy)s Then close the unit."
    )

    def __init__(self, *, what: str, remedy: str, count: int) -> None:
        super().__init__(what, remedy, count)
        self.what, self.remedy, self.count = what, remedy, count


class NobodyAnswers(Refused):
    """No party, or nobody in it, can be found for a matter."""

    message: ClassVar[str] = gettext_noop(
        "Nobody is appointed who could take this. Ask the district's office to appoint somebody."
    )

"""
Who may do what with a case, beyond what the hat allows.

The accountable office steers the case: it pauses, asks for papers, merges, re-routes, invites and
answers. The centers that watch over it (street, district) may do the same in its place. Whoever
else performs a step acts on that step and on nothing besides.
"""

from collections.abc import Collection

from linli.basics import Refused, gettext_noop


class NotYours(Refused):
    """The step is with another office."""

    status = 403
    message = gettext_noop("This step is with %(office)s. Ask them, or ask for a hand-over.")

    def __init__(self, *, office: str) -> None:
        super().__init__(office)
        self.office = office


class NotInCharge(Refused):
    """Another office answers for the case."""

    status = 403
    message = gettext_noop(
        "%(office)s answers for this case. Only they, or the center above them, may do this: "
        "ask them."
    )

    def __init__(self, *, office: str) -> None:
        super().__init__(office)
        self.office = office


class OwnTime(Refused):
    """The office that works does not grant itself more time, nor urge itself."""

    status = 403
    message = gettext_noop(
        "Your office answers for this case itself. Ask the center above you to do this."
    )


def oversees(*, party: int | None, owner: int, above: Collection[int], supervises: bool) -> bool:
    """Return whether an office watches over the accountable one, under a hat that supervises."""
    return supervises and party != owner and party in above


def steers(*, party: int | None, owner: int, above: Collection[int], supervises: bool) -> bool:
    """Return whether an office is the accountable one, or watches over it."""
    return party == owner or oversees(party=party, owner=owner, above=above, supervises=supervises)

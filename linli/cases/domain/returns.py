"""退单: what an office may no longer return, and what has to wait for the arbiter."""

from collections.abc import Mapping
from datetime import date

from linli.basics import Refused, gettext_noop

from .windows import USUAL, Windows


class AlreadyRuled(Refused):
    """An arbiter decides once: the same office cites the same clause of a step only once."""

    message = gettext_noop(
        "The arbiter ruled on this on %(ruled_on)s: “%(clause)s” does not apply, and the step stays "
        "with your office. Take it up; cite another clause if one applies, or ask the center "
        "above you, which may move it."
    )

    def __init__(self, *, ruled_on: date, clause: str) -> None:
        super().__init__(ruled_on, clause)
        self.ruled_on = ruled_on
        self.clause = clause


class RuledOften(Refused):
    """An office returns one step in vain as often as a step may change hands, and no more."""

    message = gettext_noop(
        "The arbiter has sent this step back to your office %(most)s times; it stays with you, "
        "whatever the clause. Take it up, or ask the center above you, which may move it."
    )

    def __init__(self, *, most: int) -> None:
        super().__init__(most)
        self.most = most


class ReturnPending(Refused):
    """Who must do it is before the arbiter; nobody answers past them."""

    message = gettext_noop(
        "%(office)s returned a step of this, and the arbiter has not ruled yet. Answer after the "
        "ruling, or once %(office)s has taken its return back."
    )

    def __init__(self, *, office: str) -> None:
        super().__init__(office)
        self.office = office


def check_return(
    clause: str, words: str, dismissed: Mapping[str, date], windows: Windows = USUAL
) -> None:
    """
    Check that an office may return a step by a clause.

    :param words: the clause as people know it
    :param dismissed: the clauses by which the office returned the step in vain, and the days of it
    :raises AlreadyRuled: if the clause is among them
    :raises RuledOften: if they are as many as the hops a step may make
    """
    if clause in dismissed:
        raise AlreadyRuled(ruled_on=dismissed[clause], clause=words)
    if len(dismissed) >= windows.hops:
        raise RuledOften(most=windows.hops)

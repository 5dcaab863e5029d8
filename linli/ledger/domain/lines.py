"""A budget line: appropriated → reserved → committed → paid, each an account of the line."""

from dataclasses import dataclass
from enum import StrEnum

from linli.basics import Refused, gettext_noop

from .units import UnitData


class Stage(StrEnum):
    APPROPRIATED = "appropriated"
    RESERVED = "reserved"
    COMMITTED = "committed"
    PAID = "paid"


OUTSIDE = ""  # an account that belongs to no line

# The only ways from stage to stage. A correction goes one of them backwards.
WAYS: frozenset[tuple[str, str]] = frozenset(
    {
        (OUTSIDE, Stage.APPROPRIATED),
        (Stage.APPROPRIATED, OUTSIDE),
        (Stage.APPROPRIATED, Stage.RESERVED),
        (Stage.RESERVED, Stage.APPROPRIATED),
        (Stage.RESERVED, Stage.COMMITTED),
        (Stage.COMMITTED, Stage.RESERVED),
        (Stage.COMMITTED, Stage.PAID),
    }
)


class NoSuchWay(Refused):
    """Money of a budget line goes from stage to stage, and skips none."""

    message = gettext_noop(
        "Money of a budget line goes step by step: given, reserved, committed, paid."
    )


class NotOnLine(Refused):
    """The stage of the line holds less than was asked for."""

    message = gettext_noop(
        "This budget line has only %(left)s %(unit)s %(stage)s: %(short)s less than the %(asked)s "
        "asked for."
    )

    def __init__(self, *, asked: int, left: int, stage: Stage, unit: UnitData) -> None:
        super().__init__(asked, left, stage)
        self.asked = unit.shown(asked)
        self.left = unit.shown(left)
        self.short = unit.shown(asked - left)
        self.stage = STAGE_WORDS[stage]
        self.unit = unit.words


STAGE_WORDS = {
    Stage.APPROPRIATED: gettext_noop("free to use"),
    Stage.RESERVED: gettext_noop("reserved"),
    Stage.COMMITTED: gettext_noop("committed"),
    Stage.PAID: gettext_noop("paid"),
}


@dataclass(frozen=True, slots=True)
class LineBalance:
    """
    What stands at each stage of a line now.

    The totals are nested: what was paid was committed, what was committed was reserved.
    """

    appropriated: int = 0
    reserved: int = 0
    committed: int = 0
    paid: int = 0

    @property
    def total(self) -> int:
        """All that was given to the line."""
        return self.appropriated + self.reserved_total

    @property
    def reserved_total(self) -> int:
        """All that left the free part: reserved now, or gone further."""
        return self.reserved + self.committed_total

    @property
    def committed_total(self) -> int:
        return self.committed + self.paid

    def at(self, stage: Stage) -> int:
        held: int = getattr(self, stage.value)
        return held

    def stepped(self, source: Stage, target: Stage, amount: int) -> "LineBalance":
        """Return the line after ``amount`` went from stage to stage."""
        standing = {one.value: self.at(one) for one in Stage}
        standing[source.value] -= amount
        standing[target.value] += amount
        return LineBalance(**standing)


def check_way(source: str, target: str, *, same_line: bool, backwards: bool = False) -> None:
    """
    Return quietly if money may go from one stage (``OUTSIDE``: no line's) to the other.

    :raises NoSuchWay: if a stage is skipped, or another line is meant
    """
    way = (target, source) if backwards else (source, target)
    outside = OUTSIDE in way
    if way == (OUTSIDE, OUTSIDE):
        return
    if way not in WAYS or (not outside and not same_line):
        raise NoSuchWay


def check_step(
    line: LineBalance, source: Stage, target: Stage, *, amount: int, unit: UnitData
) -> None:
    """
    Return quietly if ``amount`` may go on from a stage to the next.

    :raises NoSuchWay: if it is not the next
    :raises NotOnLine: if the stage holds less
    """
    check_way(source, target, same_line=True)
    if amount > line.at(source):
        raise NotOnLine(asked=amount, left=line.at(source), stage=source, unit=unit)

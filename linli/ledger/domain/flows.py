"""What moved up the stages of budget lines in a span of time: given, reserved, committed, paid."""

from dataclasses import dataclass

from .lines import OUTSIDE, Stage

BEFORE = {
    Stage.APPROPRIATED: OUTSIDE,
    Stage.RESERVED: Stage.APPROPRIATED,
    Stage.COMMITTED: Stage.RESERVED,
    Stage.PAID: Stage.COMMITTED,
}


@dataclass(frozen=True, slots=True)
class Flow:
    """
    What came to one stage of an office's lines in one unit, less what went back.

    ``bookings`` counts both; ``amount`` is in whole parts of the unit.
    """

    owner_id: int
    unit_id: int
    stage: Stage
    amount: int
    bookings: int


def sign_of(stage: Stage, payer: str, payee: str) -> int:
    """Return 1 for what came to a stage from the one before it, -1 for what went back, else 0."""
    below = BEFORE[stage]
    if (payer, payee) == (below, stage):
        return 1
    return -1 if (payer, payee) == (stage, below) else 0

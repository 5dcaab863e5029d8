"""What one must be allowed to do at the gate."""

from enum import StrEnum


class Permission(StrEnum):
    ASK = "gate.ask"
    COSIGN = "gate.cosign"
    DECIDE = "gate.decide"
    WORK = "gate.work"
    SEE = "gate.see"

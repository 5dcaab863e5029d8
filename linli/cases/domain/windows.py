"""
Every window and cap of cases on one day, from the dated rows ``cases.*`` of the rulebook.

The values here stand only where no row is loaded; they are those of the shipped rows, all 示例.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from linli.rulebook.domain import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Windows:
    """
    ``amber`` is the share of the time given after which a clock turns amber, ``escalation`` the
    share of the same time that may pass after its end. ``extension`` is in per cent of that time.
    ``seats`` is how many a window serves at once, ``slot_minutes`` how long one errand takes.
    """

    reopen_days: int = 30
    silence_days: int = 7
    pause_days: int = 30
    ruling_hours: int = 24
    undo_minutes: int = 5
    amber: Fraction = Fraction(4, 5)
    escalation: Fraction = Fraction(1, 4)
    extension: int = 100
    hops: int = 2
    reason_signs: int = 10
    seats: int = 2
    slot_minutes: int = 30


USUAL = Windows()
KEYS = {
    "reopen_days": "cases.reopen",
    "silence_days": "cases.silence",
    "pause_days": "cases.pause",
    "ruling_hours": "cases.ruling_hours",
    "undo_minutes": "cases.undo",
    "amber": "cases.amber",
    "escalation": "cases.escalation",
    "extension": "cases.extension",
    "hops": "cases.hops",
    "reason_signs": "cases.reason_signs",
    "seats": "cases.seats",
    "slot_minutes": "cases.slot_minutes",
}
LEAST = {"seats": 1, "slot_minutes": 5}  # less is a slip of the pen


def read_windows(row: Callable[[str], Rule | None]) -> Windows:
    """
    Return the windows that ``row``, key → rule in force or None, comes to.

    The database itself allows two hops; a row may ask for fewer, never for more.
    """
    found = {}
    for name, key in KEYS.items():
        rule, usual = row(key), getattr(USUAL, name)
        if rule is None or not isinstance(rule.value, type(usual)):
            continue
        if rule.value >= LEAST.get(name, 0):
            found[name] = rule.value
    windows = Windows(**found)
    if windows.hops <= USUAL.hops:
        return windows
    return Windows(**{**found, "hops": USUAL.hops})

"""How often doors are knocked at: the rulebook's rows, else our template."""

import functools
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from linli.fabric.documents import read_yaml
from linli.rulebook import queries as rulebook
from linli.visits.domain import Rounds

WORKER = Path(__file__).parent.parent / "static" / "visits" / "worker.js"
DATA = Path(__file__).parent.parent / "data" / "rounds.yaml"
NUMBERS = (
    *("elder_years", "elder_alone_days", "household_days", "after_refusal_days"),
    *("capacity", "draft_days"),
)


@functools.cache
def _template() -> Mapping[str, Any]:
    found: Mapping[str, Any] = read_yaml(DATA)
    return found


@functools.cache
def worker_script() -> str:
    """Return the script that keeps the frame of the cards on a phone."""
    return WORKER.read_text(encoding="utf-8")


def rounds(on: date, *, district: int) -> Rounds:
    """Return what holds on a day; ``example`` says that a number is our template (示例)."""
    numbers, example = dict[str, int](), False
    for name in NUMBERS:
        entry = _template()[name]
        rule = rulebook.find_rule(entry["key"], on=on, district=district)
        if rule is not None and isinstance(rule.value, int):
            numbers[name] = rule.value
        else:
            numbers[name] = entry["value"]
            example |= entry.get("example") is True
    return Rounds(**numbers, weights=_template()["weights"], example=example)

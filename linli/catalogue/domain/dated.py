"""
From when what holds: a law cited before it is in force, and what stood before it.

An entry that rests on a law from a later day may say ``example_before: true``: up to that day the
same is offered as an example (示例), without basis and without amounts.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from linli.basics import gettext_noop

from .definitions import Basis
from .entries import Entry
from .yaml_marks import Flaw, Path

EARLIER = "example_before"
DROPPED = frozenset({EARLIER, "basis", "from", "to", "example"})


def wordings(entry: Entry, start: date) -> tuple[Mapping[Any, Any], ...]:
    """
    Return the wordings an entry writes down, the oldest first: itself, or the example before it.

    :param start: the first day of the pack
    :raises Flaw: if it has an example before a day that it does not name
    """
    data, begins = entry.data, entry.day("from")
    if not entry.yes(EARLIER):
        return (data,)
    if begins is None or begins <= start:
        raise entry.flaw(
            EARLIER, gettext_noop("Give from: a day after the pack begins, %(start)s."), start=start
        )
    earlier = {key: value for key, value in data.items() if key not in DROPPED}
    if isinstance(earlier.get("fee"), Mapping):
        earlier["fee"] = {
            key: value
            for key, value in earlier["fee"].items()
            if key not in ("amount_fen", "basis")
        }
    later = {key: value for key, value in data.items() if key != EARLIER}
    return ({**earlier, "example": True, "from": start, "to": begins}, later)


def check_laws(
    cited: Iterable[Basis], laws: Mapping[str, date], *, begins: date, path: Path
) -> None:
    """
    Check that every law cited is in the list, and in force when what cites it begins.

    :param laws: code → first day in force
    :raises Flaw: at the first that is not
    """
    for place, one in enumerate(cited):
        if one.law not in laws:
            raise Flaw(
                (*path, place), gettext_noop("The list of laws has no %(law)s."), law=one.law
            )
        if laws[one.law] > begins:
            raise Flaw(
                (*path, place),
                gettext_noop(
                    "%(law)s is in force from %(since)s, and this begins on %(begins)s. Give a "
                    "later from:, and example_before: true for the time before."
                ),
                law=one.law,
                since=laws[one.law],
                begins=begins,
            )

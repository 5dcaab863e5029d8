"""
What an item version keeps: plain JSON in which nothing has to be looked up any more.

Facts may change their codes, be renamed or be limited to other purposes. What the facts meant when
the version was published is therefore kept with it (``facts``) and used when it is read again.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from linli.rulebook.domain import AttributeType, Kind, attributes

from .definitions import ItemDefinition
from .entries import Entry
from .reading import read_item

FACTS = "facts"


def plain_item(
    data: Mapping[Any, Any],
    item: ItemDefinition,
    general: Iterable[str],
    types: Mapping[str, AttributeType],
) -> dict[str, Any]:
    """
    Return what a version of ``item`` keeps.

    :param general: the clauses by which any item may be returned
    :param types: the fact dictionary of the day
    """
    plain: dict[str, Any] = to_plain(data)
    plain["clauses"] = list(dict.fromkeys((*item.clauses, *general)))
    plain["first_response"] = str(item.first_response)
    plain["whole"] = str(item.whole)
    asked = _asked(item)
    plain[FACTS] = {
        name: _spelt(kind)
        for name, kind in sorted(types.items())
        if name in asked or kind.of in asked  # an age is asked of the birth date
    }
    return plain


def read_kept(plain: Mapping[str, Any], today: Mapping[str, AttributeType]) -> ItemDefinition:
    """
    Return the item a version keeps, with the facts as they were spelt then.

    :param today: the fact dictionary, for versions from before facts were kept
    """
    spelt = plain.get(FACTS)
    types = today if spelt is None else {name: _type(one) for name, one in spelt.items()}
    rest = {key: value for key, value in plain.items() if key != FACTS}
    return read_item(Entry(rest, ()), types, {})


def _asked(item: ItemDefinition) -> frozenset[str]:
    rules = [item.eligibility, *(paper.needed_when for paper in item.papers)]
    return frozenset(name for rule in rules if rule is not None for name in attributes(rule))


def _spelt(kind: AttributeType) -> dict[str, Any]:
    spelt: dict[str, Any] = {"kind": kind.kind.value, "codes": sorted(kind.codes)}
    return spelt | ({"of": kind.of} if kind.of else {})


def _type(spelt: Mapping[str, Any]) -> AttributeType:
    return AttributeType(
        Kind(spelt["kind"]), codes=frozenset(spelt["codes"]), of=spelt.get("of", "")
    )


def to_plain(data: Any) -> Any:
    """Return YAML's values as JSON has them: dates as text, keys as text (yes and no too)."""
    if isinstance(data, Mapping):
        return {_key(key): to_plain(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [to_plain(one) for one in data]
    return data.isoformat() if isinstance(data, date) else data


def _key(key: object) -> str:
    return {True: "yes", False: "no"}.get(key, str(key)) if isinstance(key, bool) else str(key)

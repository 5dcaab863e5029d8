"""The lists of a pack: which there are, what an entry of each has, duty lines and certificates."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from linli.basics import gettext_noop

from .dated import check_laws
from .definitions import DutyKind
from .entries import Entry
from .kept import to_plain
from .yaml_marks import Flaw

Laws = Mapping[str, date]
SPAN = frozenset({"from", "to"})
# The lists a pack may bring, and the keys each of their entries has and may have.
LISTS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "levels": (
        frozenset({"code", "name", "first_response", "whole"}),
        frozenset({"note", "example"}),
    ),
    "clauses": (
        frozenset({"code", "name", "when"}),
        frozenset({"basis", "names_line", "general", "example"}) | SPAN,
    ),
    "laws": (
        frozenset({"code", "name", "from"}),
        frozenset({"to", "source", "date_not_checked", "articles"}),
    ),
    "units": (frozenset({"code", "name"}), frozenset({"example"})),
    "people": (frozenset({"code", "name"}), frozenset({"note"})),
    "life_events": (frozenset({"code", "name"}), frozenset({"note"})),
    "replies": (frozenset({"code", "name", "end", "words"}), frozenset({"example"})),
    "synonyms": (frozenset({"code", "words"}), frozenset()),
    "dangers": (frozenset({"code", "words"}), frozenset()),
    "templates": (
        frozenset({"code", "name", "mechanism", "shape", "example", "note"}),
        frozenset({"slots", "body", "basis", "words"}) | SPAN,
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyLineData:
    """
    One line of a duty list as it is written down.

    ``minutes_example`` marks minutes that are ours and not measured. ``exact_counts`` and
    ``names`` say what a form under this line may show: exact small numbers, and people's names.
    """

    code: str
    kind: DutyKind
    name: Mapping[str, str]
    basis: tuple[str, ...] = ()
    department: str = ""
    expected_minutes: int | None = None
    minutes_example: bool = False
    communities: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    exact_counts: bool = False
    names: bool = False
    example: bool = False
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateData:
    """A paper a community must not issue, how people call it, and who may (operator's data)."""

    code: str
    name: Mapping[str, str]
    words: tuple[str, ...]
    basis: str
    instead: Mapping[str, str]
    valid_from: date
    valid_to: date | None


def list_entry(entry: Entry, kind: str, start: date, laws: Laws) -> dict[str, Any]:
    """
    Return an entry of one of ``LISTS`` as plain data.

    :param laws: code → first day in force
    :raises Flaw: naming the key that is missing, or cannot be
    """
    needed, allowed = LISTS[kind]
    for key in sorted(needed):
        if key not in entry.data:
            raise Flaw(entry.path, gettext_noop("The key %(key)s is missing."), key=key)
    entry.left -= needed | allowed
    entry.words("code")
    if "name" in needed:
        entry.text("name")
    if kind == "levels":
        entry.period("first_response")
        entry.period("whole")
    begins = entry.day("from") or start
    entry.day("to")
    if "basis" in entry.data:
        check_laws(entry.basis(), laws, begins=begins, path=entry.at("basis"))
    entry.done()
    plain: dict[str, Any] = to_plain(entry.data)
    for key in ("name", "when", "words", "note"):
        if isinstance(plain.get(key), str):
            plain[key] = {"zh-Hans": plain[key]}
    return plain


def duty_line(entry: Entry, start: date, laws: Laws) -> DutyLineData:
    """Return a line of the duty list; it rests on a law in force, or is an example (示例)."""
    basis, begins = entry.basis(), entry.day("from") or start
    check_laws(basis, laws, begins=begins, path=entry.at("basis"))
    line = DutyLineData(
        code=entry.code("code"),
        kind=entry.one_of("kind", DutyKind),
        name=entry.text("name"),
        basis=tuple(f"{one.law} {one.article}" for one in basis),
        department=entry.words("department", ""),
        expected_minutes=entry.number("expected_minutes"),
        minutes_example=entry.yes("minutes_example"),
        communities=entry.codes("communities"),
        evidence=entry.codes("evidence"),
        exact_counts=entry.yes("exact_counts"),
        names=entry.yes("names"),
        example=entry.yes("example"),
        valid_from=begins,
        valid_to=entry.day("to"),
    )
    if not line.basis and not line.example:
        raise entry.flaw(
            "basis", gettext_noop("Name the law this line rests on, or mark it example: true.")
        )
    entry.done()
    return line


def certificate(entry: Entry, start: date, laws: Laws) -> CertificateData:
    """Return a paper a community must not issue."""
    found = CertificateData(
        code=entry.code("code"),
        name=entry.text("name"),
        words=entry.codes("words"),
        basis=entry.words("basis"),
        instead=entry.text("instead", {}),
        valid_from=entry.day("from") or start,
        valid_to=entry.day("to"),
    )
    law = found.basis.partition(" ")[0]
    if law not in laws:
        raise entry.flaw("basis", gettext_noop("The list of laws has no %(law)s."), law=law)
    entry.done()
    return found

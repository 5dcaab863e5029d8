"""Checking a statement of an account: signed by whom, and whether every line adds up."""

import hashlib
import json
import re
import zlib
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

from .package import Fault, Verdict, check_package
from .proof import canonical, is_signed

FORMAT = "linli-statement-1"
PAPER = "linli-statement-pdf-1"
MARK = re.compile(rb"\n%" + PAPER.encode() + rb" ([0-9a-f]{128})\n\Z")
MOST_BYTES = 64 << 20
STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Told:
    """
    What a statement says of itself, for whoever compares it with paper, in signs safe to print.

    Balances are written as on the paper; ``unit`` is language → name.
    """

    account: str
    since: datetime | None
    until: datetime | None
    opening: str
    closing: str
    unit: dict[str, str]


def check_file(
    file: IO[bytes], *, root: str = "", keys: Collection[str] = (), most_bytes: int = 1 << 40
) -> Verdict:
    """Return what is wrong with a package, or with a statement as JSON or as PDF; see both checks."""
    start = file.read(5)
    file.seek(0)
    if start.lstrip()[:1] != b"{" and start != b"%PDF-":
        return check_package(file, root=root, keys=keys, most_bytes=most_bytes)
    most = min(most_bytes, MOST_BYTES)
    content = file.read(most + 1)
    verdict = Verdict()
    if len(content) > most:
        verdict.add(Fault("too_large"))
    elif start == b"%PDF-":
        _check(_attached(content, most), verdict, keys)
        if verdict.statement is not None:
            _check_paper(content, verdict)
    else:
        _check(content, verdict, keys)
    return verdict


def _check_paper(pdf: bytes, verdict: Verdict) -> None:
    """Note whether the last line of a PDF signs every byte before it, by the key of the statement inside."""
    tail = len(pdf) - len(PAPER) - 140
    found = MARK.search(pdf, max(tail, 0))
    if found is None:
        verdict.add(Fault("paper_unsigned"))
        return
    digest = hashlib.sha256(pdf[: found.start() + 1]).hexdigest()
    signed = {"format": PAPER, "sha256": digest}
    if not is_signed(verdict.public_key, found[1].decode(), signed):
        verdict.add(Fault("paper_altered"))


def _attached(pdf: bytes, most: int) -> bytes:
    """Return the statement that lies inside a printed one, or nothing."""
    marker = f'"format":"{FORMAT}"'.encode()
    for found in STREAM.finditer(pdf):
        unpacked = found[1]
        with suppress(zlib.error):
            unpacked = zlib.decompressobj().decompress(found[1], most)
        if unpacked.lstrip()[:1] == b"{" and marker in unpacked:
            return unpacked
        most -= len(unpacked)
        if most <= 0:  # it unpacks to more than a statement ever is
            break
    return b""


def _check(content: bytes, verdict: Verdict, keys: Collection[str]) -> None:
    try:
        held = json.loads(content)
        statement, signature = held["statement"], str(held["signature"])
        signer = str(statement["public_key"])
        faults = list(_sums(statement)) if statement["format"] == FORMAT else None
        # Nothing beside the statement: another reader might show it.
        bare = canonical(held) == content.strip()
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        faults = None
    if faults is None:
        verdict.add(Fault("not_a_statement"))
        return
    verdict.statement = statement
    verdict.rows, verdict.root, verdict.public_key = (
        len(statement["entries"]),
        str(statement["root"]),
        signer,
    )
    if not bare or not is_signed(signer, signature, statement):
        verdict.add(Fault("statement_altered"))
    if keys and signer not in keys:
        verdict.add(Fault("foreign_key", member="statement", note=signer))
    for fault in faults:
        verdict.add(fault)


def _sums(statement: dict[str, Any]) -> Iterator[Fault]:
    """Yield each line whose balance is not the one before it and its amount; and a wrong end."""
    standing = statement["opening"]
    for number, entry in enumerate(statement["entries"], 1):
        standing += entry["amount"]
        if standing != entry["balance"]:
            yield Fault("statement_sum", position=number)
            standing = entry["balance"]
    if standing != statement["closing"]:
        yield Fault("statement_end")


def told(statement: dict[str, Any]) -> Told:
    """Return account, time and both balances; what cannot be read is a dash, for nobody vouches for it."""
    unit = statement.get("unit")
    unit = unit if isinstance(unit, dict) else {}
    names, places = unit.get("name"), unit.get("places")
    places = places if isinstance(places, int) and 0 <= places <= 9 else 0
    return Told(
        account=_plain(statement.get("account")),
        since=_moment(statement.get("since")),
        until=_moment(statement.get("until")),
        opening=_amount(statement.get("opening"), places),
        closing=_amount(statement.get("closing"), places),
        unit={_plain(key): _plain(name) for key, name in names.items()}
        if isinstance(names, dict)
        else {},
    )


def _plain(value: object) -> str:
    """Return a few signs that do nothing to a terminal."""
    text = str(value)[:60] if isinstance(value, str | int) else ""
    return text if text and text.isprintable() else "—"


def _amount(value: object, places: int) -> str:
    if not isinstance(value, int) or abs(value) >= 10**30:
        return "—"
    whole, rest = divmod(abs(value), 10**places)
    sign = "−" if value < 0 else ""
    return f"{sign}{whole:,}.{rest:0{places}d}" if places else f"{sign}{whole:,}"


def _moment(value: object) -> datetime | None:
    """Return a moment of a file; None if it is none, for the file is not ours to trust."""
    try:
        found = datetime.fromisoformat(str(value)[:40])
    except ValueError:
        return None
    return found if found.tzinfo and 1900 <= found.year <= 9000 else None

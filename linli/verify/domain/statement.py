"""Checking a statement of an account: signed by whom, and whether every line adds up."""

import json
import re
import zlib
from collections.abc import Collection, Iterator
from contextlib import suppress
from typing import IO, Any

from .package import Fault, Verdict, check_package
from .proof import is_signed

FORMAT = "linli-statement-1"
MOST_BYTES = 64 << 20
STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)


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
    else:
        _check(content if start != b"%PDF-" else _attached(content, most), verdict, keys)
    return verdict


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
    if not is_signed(signer, signature, statement):
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

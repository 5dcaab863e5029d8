"""Whether the live database still is what the record says it was: lines, seals and every row."""

import hashlib
import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings
from django.db import connection

from linli.fabric.blanks import Bound
from linli.fabric.keyring import Signer, keyring
from linli.fabric.sequences import floor_of
from linli.journal.domain import NO_ROOT, Fault, chain_root, leaf_hash, root_of
from linli.journal.models import Line, Seal

from .record import COLUMNS, all_rows, bound_models
from .stream import Stream, as_bytes, encoded

MOST_NAMED = 1_000  # missing lines of one batch; a batch has no more


@dataclass
class Tally:
    """What a check went through, filled while it goes."""

    lines: int = 0
    unsealed: int = 0
    seals: int = 0
    rows: int = 0
    files: int = 0
    last_root: str = ""


@dataclass(frozen=True)
class Sealed:
    """One seal as it lies in the table; ``text`` is what its signature is over."""

    number: int
    count: int
    previous: bytes
    root: bytes
    alg: str
    key_id: str
    public_key: bytes
    signature: bytes
    text: str


@dataclass
class Batch:
    """The leaves of one batch that were met so far, by position."""

    seal: Sealed
    leaves: dict[int, bytes] = field(default_factory=dict)


class Newest:
    """
    For every row the record knows: the newest digest and the line it stands on.

    24 bytes a row, in pages of neighbouring ids; a dictionary would take ten times as much.
    """

    WIDTH, PAGE = 24, 1_024
    NOTHING = bytes(WIDTH)

    def __init__(self) -> None:
        self._pages: dict[str, dict[int, bytearray]] = {}

    def put(self, table: str, pk: int, digest: bytes, line: int) -> None:
        pages = self._pages.setdefault(table, {})
        number, place = divmod(pk, self.PAGE)
        page = pages.get(number)
        if page is None:
            page = pages[number] = bytearray(self.WIDTH * self.PAGE)
        start = place * self.WIDTH
        page[start : start + self.WIDTH] = digest[:16].ljust(16) + line.to_bytes(8, "big")

    def take(self, table: str, pk: int) -> tuple[bytes, int] | None:
        """Return half the digest and the line, and forget both."""
        number, place = divmod(pk, self.PAGE)
        page = self._pages.get(table, {}).get(number)
        start = place * self.WIDTH
        if page is None or page[start : start + self.WIDTH] == self.NOTHING:
            return None
        found = bytes(page[start : start + self.WIDTH])
        page[start : start + self.WIDTH] = self.NOTHING
        return found[:16], int.from_bytes(found[16:], "big")

    def left(self) -> Iterator[tuple[str, int, int]]:
        """Yield table, id and line of what nobody took."""
        for table, pages in sorted(self._pages.items()):
            for number, page in sorted(pages.items()):
                for place in range(self.PAGE):
                    slot = page[place * self.WIDTH : (place + 1) * self.WIDTH]
                    if slot != self.NOTHING:
                        line = int.from_bytes(slot[16:], "big")
                        yield table, number * self.PAGE + place, line


def verify_live(
    tally: Tally | None = None, *, roots: Collection[str] = (), keys: Collection[bytes] = ()
) -> Iterator[Fault]:
    """
    Yield whatever does not add up: seals, lines, and the rows of every bound table.

    :param roots: roots printed on receipts, in hex; each must be the root of a seal
    :param keys: public keys trusted beside this installation's own and former ones, 32 bytes each
    """
    tally = tally if tally is not None else Tally()
    newest = Newest()
    seals = {seal.number: seal for seal in _seals()}
    signers = [*keyring().signers, *(Signer(key, None, None) for key in keys)]
    yield from _verify_seals(seals, tally, signers)
    known = {seal.root.hex() for seal in seals.values()}
    for root in roots:
        if root not in known:
            yield Fault("seal", f"root {root}", "no seal has it: the record was cut or exchanged")
    yield from _verify_lines(seals, tally, newest)
    yield from _verify_ends()
    yield from _verify_rows(tally, newest)


def _seals() -> list[Sealed]:
    """Return all seals by number; what does not even have the right kind of value comes as 0 or b""."""
    beside = ("number", "count", "previous", "root", "alg", "key_id", "public_key", "signature")
    signed = ("number", "count", "previous", "root", "sealed_at")
    found = []
    for _, raw, text in Stream(Seal, signed, beside):
        number, count = (value if isinstance(value, int) else 0 for value in raw[:2])
        previous, root, public_key, signature = map(as_bytes, (*raw[2:4], *raw[6:]))
        alg, key_id = map(str, raw[4:6])
        found.append(
            Sealed(number, count, previous, root, alg, key_id, public_key, signature, text)
        )
    return sorted(found, key=lambda seal: seal.number)


def _verify_seals(
    seals: dict[int, Sealed], tally: Tally, signers: Collection[Signer]
) -> Iterator[Fault]:
    previous, expected = NO_ROOT, 1
    trusted = {signer.public_key for signer in signers}
    for number, seal in seals.items():
        where = f"seal {number}"
        if number != expected:
            yield Fault("seal", f"seals {expected} to {number - 1}", "missing")
        elif seal.previous != previous:
            yield Fault("seal", where, "does not follow the seal before it")
        if seal.public_key not in trusted:
            yield Fault("seal", where, "signed with a key that is not this installation's")
        elif not _signed(seal):
            yield Fault("seal", where, "altered: the signature does not fit")
        elif not _in_time(seal, signers):
            yield Fault("seal", where, "signed with a key that was not in use at that moment")
        previous, expected = seal.root, number + 1
    tally.seals, tally.last_root = len(seals), previous.hex() if seals else ""


def _signed(seal: Sealed) -> bool:
    try:
        key = Ed25519PublicKey.from_public_bytes(seal.public_key)
        key.verify(seal.signature, encoded(seal.text))
    except (InvalidSignature, ValueError):
        return False
    same = hashlib.sha256(seal.public_key).hexdigest()[:16] == seal.key_id
    return same and seal.alg == "sha256-rfc6962+ed25519"


def _in_time(seal: Sealed, signers: Collection[Signer]) -> bool:
    """Whether its key was this installation's when the seal says it was signed."""
    at = datetime.fromisoformat(json.loads(seal.text)["sealed_at"])
    return any(one.signed_at(at) for one in signers if one.public_key == seal.public_key)


def _verify_lines(seals: dict[int, Sealed], tally: Tally, newest: Newest) -> Iterator[Fault]:
    open_batches = {number: Batch(seal) for number, seal in seals.items()}
    expected = None
    beside = ("batch", "position", "leaf", "body")
    for pk, (number, position, leaf, body), text in Stream(Line, COLUMNS, beside):
        tally.lines += 1
        where = f"line {pk}, batch {number}, position {position}"
        for table, row, digest in _rows_of(body):
            newest.put(table, row, digest, pk)
        if number is None:
            tally.unsealed += 1
            if connection.vendor == "sqlite" and pk not in (expected or pk, _floor() + 1):
                yield Fault("line", f"lines {expected} to {pk - 1}", "missing, unsealed")
            expected = pk + 1
            continue
        expected = pk + 1
        found = leaf_hash(encoded(text))
        if found != as_bytes(leaf):
            yield Fault("line", where, "altered: it is not what was sealed")
        batch = open_batches.get(number)
        if batch is None:
            yield Fault("line", where, "its batch has no seal, or has all its lines without it")
            continue
        if position in batch.leaves:
            yield Fault("line", where, "another line has this position")
        batch.leaves[position] = as_bytes(leaf)
        if len(batch.leaves) == batch.seal.count:
            yield from _verify_batch(open_batches.pop(number))
    for batch in open_batches.values():
        yield from _verify_batch(batch)


def _verify_ends() -> Iterator[Fault]:
    """On SQLite no number is given twice, so what was cut off the end is missed too."""
    if connection.vendor != "sqlite":
        return
    for model in (Line, Seal):
        table = model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute("SELECT max(seq) FROM sqlite_sequence WHERE name = %s", [table])
            given = cursor.fetchone()[0] or 0
        there = model.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        if given not in (there, _floor()):
            what = model._meta.verbose_name_plural
            where = f"the last {given - there} {what}"
            yield Fault(str(model._meta.verbose_name), where, "missing: the end was cut off")


def _floor() -> int:
    """Return the number ids of this installation begin after, whatever there was before."""
    return floor_of(settings.INSTALLATION)


def _rows_of(body: Any) -> list[tuple[str, int, bytes]]:
    """Return table, id and digest of each row a line binds; none if it cannot be read any more."""
    try:
        rows = json.loads(body)["rows"]
        return [(str(table), int(pk), bytes.fromhex(digest)) for table, pk, digest in rows]
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return []


def _verify_batch(batch: Batch) -> Iterator[Fault]:
    seal, leaves = batch.seal, batch.leaves
    missing = list(islice((at for at in range(seal.count) if at not in leaves), MOST_NAMED))
    for place in missing:
        yield Fault("line", f"batch {seal.number}, position {place}", "missing: it was sealed here")
    if missing:
        return
    root = root_of([leaves[place] for place in range(seal.count)])
    if chain_root(seal.previous, root) != seal.root:
        yield Fault("seal", f"seal {seal.number}", "its root is not the root of its lines")


def _verify_rows(tally: Tally, newest: Newest) -> Iterator[Fault]:
    for model in bound_models():
        yield from _verify_table(model, tally, newest)
    for table, pk, line in newest.left():
        yield Fault("row", f"{table} {pk}", f"gone, though {_line_words(line)} binds it")


def _verify_table(model: type[Bound], tally: Tally, newest: Newest) -> Iterator[Fault]:
    """
    A row without a salt matches only a line written when the salt had gone: an erasure's.

    So whoever drops a salt by hand is named like whoever changes a value.
    """
    table = model._meta.db_table
    for pk, (salt,), text in all_rows(model):
        tally.rows += 1
        held = newest.take(table, pk)
        if held is None:
            yield Fault("row", f"{table} {pk}", "no line binds it: nobody answers for it")
            continue
        digest = hashlib.sha256(as_bytes(salt) + encoded(text)).digest()
        if digest[:16] != held[0]:
            yield Fault("row", f"{table} {pk}", f"altered since {_line_words(held[1])}")


def _line_words(pk: int) -> str:
    found = Line.objects.filter(pk=pk).values_list("batch", "position").first()
    batch, position = found or (None, None)
    return f"line {pk} (batch {batch}, position {position})" if batch else f"line {pk} (unsealed)"

"""Checking a package: what it holds, whether it adds up, and what exactly does not."""

import hashlib
import json
import lzma
import zipfile
import zlib
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import IO, Any

from .book import Book
from .proof import bare_root, canonical, is_signed, leaf, next_root, tree_root

FORMAT = "linli-package-1"
ALGORITHM = "sha256-rfc6962+ed25519"
MANIFEST, LINES, SEALS, BALANCES, ROWS, FILES = (
    "manifest.json",
    "lines.jsonl",
    "seals.jsonl",
    "balances.jsonl",
    "rows/",
    "files/",
)
MOST_FAULTS = 200
MOST_MANIFEST = 64 << 20  # bytes; it names every file
PIECE = 1 << 20
NO_ROOT = "00" * 32
# An unknown way of packing, or a password asked for, is a RuntimeError of the library.
UNREADABLE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, RuntimeError)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that does not add up. ``kind`` says what; the rest says where, as far as it applies."""

    kind: str
    member: str = ""
    table: str = ""
    row: int | None = None
    line: int | None = None
    batch: int | None = None
    position: int | None = None
    note: str = ""


@dataclass
class Verdict:
    """What a check found. ``faults`` holds the first of them; ``fault_count`` counts them all."""

    faults: list[Fault] = field(default_factory=list)
    fault_count: int = 0
    lines: int = 0
    unsealed: int = 0
    seals: int = 0
    rows: int = 0
    files: int = 0
    root: str = ""
    sealed_at: str = ""
    public_key: str = ""
    statement: dict[str, Any] | None = None  # what was checked, if it was no package

    @property
    def passed(self) -> bool:
        return self.fault_count == 0

    def add(self, fault: Fault) -> None:
        self.fault_count += 1
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(fault)


class Unusable(Exception):
    """The package cannot be read any further; the fault is already noted."""


def check_package(
    file: IO[bytes],
    *,
    root: str = "",
    keys: Collection[str] = (),
    most_bytes: int = 1 << 40,
) -> Verdict:
    """
    Return what is wrong with a package, if anything is.

    :param root: a root printed on a receipt; it must be in the chain, or the tail was cut
    :param keys: hex public keys one trusts; without any, only the package agreeing with itself is
        shown
    :param most_bytes: how much it may unpack to
    """
    verdict = Verdict()
    try:
        with zipfile.ZipFile(file) as package:
            _Check(package, verdict, most_bytes).run(bare_root(root), set(keys))
    except Unusable:
        pass
    except UNREADABLE:
        verdict.add(Fault("not_a_package"))
    return verdict


class _Check:
    """One run over one package."""

    def __init__(self, package: zipfile.ZipFile, verdict: Verdict, most_bytes: int) -> None:
        self.package, self.verdict, self.left = package, verdict, most_bytes
        self.there = set(package.namelist())
        self.manifest: dict[str, Any] = {}
        self.leaves: dict[int, dict[int, bytes]] = {}
        # table → id → half a digest and the line it stands on
        self.newest: dict[str, dict[int, tuple[bytes, int]]] = {}
        self.wanted_files: set[str] = set()
        # public key → the first and the last moment it may have signed at, as texts; "" is open
        self.signers: dict[str, tuple[str, str]] = {}
        self.book = Book()

    def run(self, root: str, keys: set[str]) -> None:
        self._names()
        self._head(keys)
        self._lines()
        self._seals(root)
        self._rows()
        self._balances()
        self._files()

    def fault(self, kind: str, **where: Any) -> None:
        self.verdict.add(Fault(kind, **where))

    def _names(self) -> None:
        names = self.package.namelist()
        for name, times in sorted(Counter(names).items()):
            if times > 1:
                self.fault("member_twice", member=name)
        if sum(info.file_size for info in self.package.infolist()) > self.left:
            self.fault("too_large")
            raise Unusable
        if MANIFEST not in names or self.package.getinfo(MANIFEST).file_size > MOST_MANIFEST:
            self.fault("no_manifest")
            raise Unusable

    def _head(self, keys: set[str]) -> None:
        """Read the signed head: who signed, how much there is, and the hash of every member."""
        try:
            head = json.loads(self.package.read(MANIFEST))
            self.manifest = head["manifest"]
            signer, signature = str(self.manifest["public_key"]), head["signature"]
            members = self.manifest["members"]
            good = self.manifest["format"] == FORMAT and all(
                isinstance(one["sha256"], str) and isinstance(one["count"], int)
                for one in members.values()
            )
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError, *UNREADABLE):
            good = False
        if not good:
            self.fault("no_manifest")
            raise Unusable
        self.verdict.public_key = signer
        self._former(signer)
        if not is_signed(signer, signature, self.manifest):
            self.fault("manifest_altered", member=MANIFEST)
        if keys and signer not in keys:
            self.fault("foreign_key", member=MANIFEST, note=signer)
        for name in sorted(set(members) - self.there):
            self.fault("member_missing", member=name)
        for name in sorted(self.there - set(members) - {MANIFEST}):
            self.fault("member_extra", member=name)

    def _former(self, signer: str) -> None:
        """Read whose seals the signer vouches for: its own, and of the keys before it."""
        try:
            self.signers = {
                str(one["public_key"]): (str(one["since"] or ""), str(one["until"] or ""))
                for one in self.manifest.get("signers", ())
            }
        except (TypeError, KeyError, AttributeError):
            self.fault("no_manifest")
            raise Unusable from None
        self.signers.setdefault(signer, ("", ""))

    def _objects(self, name: str) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield number and object of each line of a member, and say whether it is as was signed."""
        expected = self.manifest["members"].get(name)
        if expected is None or name not in self.there:
            return
        hashed, count = hashlib.sha256(), 0
        try:
            with self.package.open(name) as member:
                for text in self._texts(member):
                    hashed.update(text)
                    count += 1
                    yield from self._object(name, count, text)
        except UNREADABLE:
            self.fault("member_damaged", member=name)
            return
        if hashed.hexdigest() != expected["sha256"]:
            self.fault("member_altered", member=name)
        if count != expected["count"]:
            self.fault("count_differs", member=name, note=f"{count}/{expected['count']}")

    def _texts(self, member: IO[bytes]) -> Iterator[bytes]:
        """Read line by line; the sizes a package claims may be lies, so count what comes."""
        while text := member.readline(16 * PIECE):
            self.left -= len(text)
            if self.left < 0:
                self.fault("too_large")
                raise Unusable
            yield text

    def _object(self, name: str, number: int, text: bytes) -> Iterator[tuple[int, dict[str, Any]]]:
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            value = None
        if isinstance(value, dict):
            yield number, value
        else:
            self.fault("line_unreadable", member=name, position=number)

    # Lines ---------------------------------------------------------------------

    def _lines(self) -> None:
        for number, line in self._objects(LINES):
            self.verdict.lines += 1
            try:
                self._line(line)
            except (KeyError, TypeError, ValueError, OverflowError, RecursionError):
                self.fault("line_unreadable", member=LINES, position=number)

    def _line(self, line: dict[str, Any]) -> None:
        pk, batch, position = int(line["id"]), line["batch"], line["position"]
        if batch is None:
            self.verdict.unsealed += 1
        else:
            found = leaf(line)
            if found.hex() != line["leaf"]:
                self.fault("line_altered", line=pk, batch=batch, position=position)
            held = self.leaves.setdefault(int(batch), {})
            if position in held:
                self.fault("position_twice", line=pk, batch=batch, position=position)
            held[int(position)] = bytes.fromhex(line["leaf"])
        for table, row, digest in json.loads(line["body"])["rows"]:
            known = self.newest.setdefault(str(table), {})
            before = known.get(row)
            if before is None or before[1] < pk:
                known[int(row)] = (bytes.fromhex(digest)[:16], pk)

    # Seals ---------------------------------------------------------------------

    def _seals(self, root: str) -> None:
        previous, last, roots = NO_ROOT, 0, set()
        for number, seal in self._objects(SEALS):
            self.verdict.seals += 1
            try:
                last = self._seal(seal, previous, last)
                previous = str(seal["root"])
                roots.add(previous)
            except (KeyError, TypeError, ValueError, OverflowError):
                self.fault("line_unreadable", member=SEALS, position=number)
        for batch in sorted(self.leaves):
            self.fault("seal_missing", batch=batch)
        self.verdict.root = previous if last else ""
        if (self.manifest.get("seals"), self.manifest.get("root")) != (last, self.verdict.root):
            self.fault("tail_cut", batch=last, note=str(self.manifest.get("seals")))
        if root and root not in roots:
            self.fault("root_unknown", note=root)

    def _seal(self, seal: dict[str, Any], previous: str, last: int) -> int:
        number, count = int(seal["number"]), int(seal["count"])
        if number != last + 1:
            self.fault("seal_missing", batch=last + 1)
        elif seal["previous"] != previous:
            self.fault("chain_broken", batch=number)
        signed = {name: seal[name] for name in ("number", "root", "previous", "count", "sealed_at")}
        times = self.signers.get(str(seal["public_key"]))
        if times is None:
            self.fault("foreign_key", batch=number, note=str(seal["public_key"]))
        elif not self._is_good(seal, signed):
            self.fault("seal_altered", batch=number)
        elif not times[0] <= str(seal["sealed_at"]) <= (times[1] or "9999"):
            self.fault("key_not_in_use", batch=number, note=str(seal["public_key"]))
        self.verdict.sealed_at = str(seal["sealed_at"])
        held = self.leaves.pop(number, {})
        missing = [place for place in range(min(count, len(held) + 1_000)) if place not in held]
        for place in missing:
            self.fault("line_missing", batch=number, position=place)
        if len(held) > count:
            self.fault("root_differs", batch=number)
        if missing or len(held) != count:
            return number
        tree = tree_root(held[place] for place in range(count))
        if next_root(bytes.fromhex(seal["previous"]), tree).hex() != seal["root"]:
            self.fault("root_differs", batch=number)
        return number

    def _is_good(self, seal: dict[str, Any], signed: dict[str, Any]) -> bool:
        fingerprint = hashlib.sha256(bytes.fromhex(seal["public_key"])).hexdigest()[:16]
        return (
            seal["alg"] == ALGORITHM
            and seal["key_id"] == fingerprint
            and is_signed(seal["public_key"], seal["signature"], signed)
        )

    # Rows and files ------------------------------------------------------------

    def _rows(self) -> None:
        for name in sorted(self.manifest["members"]):
            if not name.startswith(ROWS):
                continue
            table = name.removeprefix(ROWS).removesuffix(".jsonl")
            known = self.newest.setdefault(table, {})
            for number, held in self._objects(name):
                self.verdict.rows += 1
                try:
                    self._row(table, known, held)
                except (KeyError, TypeError, ValueError, OverflowError, RecursionError):
                    self.fault("line_unreadable", member=name, position=number)
        for table, known in sorted(self.newest.items()):
            for row, (_, line) in sorted(known.items()):
                self.fault("row_missing", table=table, row=row, line=line)

    def _row(self, table: str, known: dict[int, tuple[bytes, int]], held: dict[str, Any]) -> None:
        row, salt = held["row"], bytes.fromhex(held["salt"] or "")
        pk = int(row["id"])
        bound = known.pop(pk, None)
        if bound is None:
            self.fault("row_unbound", table=table, row=pk)
        elif hashlib.sha256(salt + canonical(row)).digest()[:16] != bound[0]:
            self.fault("row_altered", table=table, row=pk, line=bound[1])
        self.book.row(table, row)
        if table == "files_file" and row.get("ended_at") is None:
            self.wanted_files.add(str(row["digest"]))

    def _balances(self) -> None:
        """Compare what stands on each account with what its transfers make."""
        if self.book.limits and BALANCES not in self.manifest["members"]:
            self.fault("member_missing", member=BALANCES)
            return
        for number, held in self._objects(BALANCES):
            try:
                self.book.balance(held)
            except (KeyError, TypeError, ValueError, OverflowError):
                self.fault("line_unreadable", member=BALANCES, position=number)
        for pk, note in self.book.wrong():
            self.fault("account_sum", table="ledger_account", row=pk, note=note)
        for pk in self.book.outside():
            self.fault("account_limits", table="ledger_account", row=pk)

    def _files(self) -> None:
        for digest in sorted(self.wanted_files):
            name = f"{FILES}{digest}"
            if name not in self.there:
                self.fault("file_missing", member=name)
        for name in sorted(self.there):
            if name.startswith(FILES):
                self.verdict.files += 1
                self._file(name)

    def _file(self, name: str) -> None:
        hashed = hashlib.sha256()
        try:
            with self.package.open(name) as member:
                for piece in self._texts(member):
                    hashed.update(piece)
        except UNREADABLE:
            self.fault("member_damaged", member=name)
            return
        if hashed.hexdigest() != name.removeprefix(FILES):
            self.fault("file_altered", member=name)

"""
Writing a package: the record, its seals, every bound row and every file, for anyone to check.

The same database gives the same bytes. Nothing is held in memory but a page of rows.
"""

import hashlib
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import IO, Any

from django.conf import settings

from linli.fabric.blanks import plain
from linli.fabric.keyring import keyring
from linli.files import queries as files
from linli.journal import queries as journal
from linli.journal.domain import canonical
from linli.ledger import queries as ledger

FORMAT = "linli-package-1"


@dataclass
class Package:
    """A zip under way, and what its signed head will say of each member."""

    zip: zipfile.ZipFile
    members: dict[str, dict[str, Any]] = field(default_factory=dict)

    def add(self, name: str, texts: Iterable[str]) -> int:
        """Write one member line by line; return how many lines."""
        hashed, count = hashlib.sha256(), 0
        with self.zip.open(name, "w", force_zip64=True) as member:
            for text in texts:
                line = text.encode("utf-8", "surrogatepass") + b"\n"
                hashed.update(line)
                member.write(line)
                count += 1
        self.members[name] = {"sha256": hashed.hexdigest(), "count": count}
        return count

    def add_file(self, digest: str) -> None:
        """Write the ciphertext of one file, if the disk has it; the check names those it has not."""
        try:
            content = files.path_of(digest).read_bytes()
        except OSError:
            return
        self.zip.writestr(zipfile.ZipInfo(f"files/{digest}"), content)
        found = hashlib.sha256(content).hexdigest()
        self.members[f"files/{digest}"] = {"sha256": found, "count": 1}


def write_package(target: IO[bytes]) -> dict[str, Any]:
    """Write the package of this district and return its signed head."""
    with (
        journal.one_moment(),
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made,
    ):
        package = Package(made)
        lines = package.add("lines.jsonl", (text for _, _, text in journal.all_lines()))
        seals = package.add("seals.jsonl", (text for _, _, text in journal.all_seals()))
        for model in sorted(journal.bound_models(), key=lambda model: model._meta.db_table):
            rows = journal.all_rows(model)
            package.add(f"rows/{rows.table}.jsonl", _rows(rows))
        package.add("balances.jsonl", map(canonical, ledger.all_balances()))
        for digest in files.all_live_digests():
            package.add_file(digest)
        head = _head(package, lines=lines, seals=seals)
        made.writestr(zipfile.ZipInfo("manifest.json"), canonical(head))
        return head


def _rows(rows: journal.Stream) -> Iterator[str]:
    for _, (salt,), text in rows:
        held = f'"{bytes(salt).hex()}"' if salt is not None else "null"
        yield f'{{"row":{text},"salt":{held}}}'


def _head(package: Package, *, lines: int, seals: int) -> dict[str, Any]:
    last, ring = journal.last_seal(), keyring()
    manifest = {
        "format": FORMAT,
        "district": settings.DISTRICT,
        "lines": lines,
        "seals": seals,
        "root": bytes(last.root).hex() if last else "",
        "public_key": ring.public_key.hex(),
        "signers": [
            {
                "public_key": one.public_key.hex(),
                "since": plain(one.since),
                "until": plain(one.until),
            }
            for one in ring.signers
        ],
        "members": package.members,
    }
    signature = ring.signer.sign(canonical(manifest).encode("utf-8", "surrogatepass"))
    return {"manifest": manifest, "signature": signature.hex()}

"""``linli verify``: whether the record, the rows and the files still are what was sealed."""

import time
from collections.abc import Sequence
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import override

from linli.fabric.jinja import LAW_TIME
from linli.fabric.keyring import keyring
from linli.journal.queries import Tally
from linli.verify import queries
from linli.verify.domain import Told, bare_root, check_file, told
from linli.verify.management.tables import check_tables

MOST_SHOWN = 1_000


class Command(BaseCommand):
    help = (
        "Check the live database, a package made by `linli export`, or an account's statement; "
        "names what was altered."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("package", nargs="?", type=Path, help="a package; else the database")
        parser.add_argument(
            "--root", action="append", default=[], help="a root printed on a receipt: must be there"
        )
        parser.add_argument(
            "--key", action="append", default=[], help="hex public key of a signer trusted as well"
        )

    def handle(
        self, *, package: Path | None, root: list[str], key: list[str], **options: object
    ) -> None:
        del options
        roots = [bare_root(text) for text in root]
        if not all(_is_hex(text) for text in (*roots, *key)):
            raise CommandError("A root and a key are 64 digits, 0 to 9 and a to f.")
        started = time.monotonic()
        with override("en"):
            if package is None:
                faults, counts, rows = self._live(roots, key)
            else:
                faults, counts, rows = self._package(package, roots, key)
        seconds = time.monotonic() - started
        self.stdout.write(f"{counts}; {seconds:.1f} s, {rows / max(seconds, 0.001):,.0f} rows/s")
        if faults:
            self.stdout.write(f"NOT PASSED: {faults} faults")
            raise SystemExit(1)
        self.stdout.write("PASSED")

    def _live(self, roots: Sequence[str], keys: Sequence[str]) -> tuple[int, str, int]:
        check_tables()
        tally, count = Tally(), 0
        trusted = [bytes.fromhex(text) for text in keys]
        for count, fault in enumerate(queries.verify_all(tally, roots=roots, keys=trusted), 1):
            self._say(count, f"{fault.where}: {fault.what}")
        counts = (
            f"{tally.rows:,} rows, {tally.lines:,} lines ({tally.unsealed:,} not sealed yet), "
            f"{tally.seals:,} seals, root {tally.last_root or 'none yet'}"
        )
        return count, counts, tally.rows + tally.lines

    def _package(
        self, package: Path, roots: Sequence[str], keys: Sequence[str]
    ) -> tuple[int, str, int]:
        if len(roots) > 1:
            raise CommandError("Give one --root with a package.")
        trusted = {*keys, *_own_key()}
        try:
            with package.open("rb") as file:
                found = check_file(file, root="".join(roots), keys=trusted)
        except OSError as trouble:
            raise CommandError(f"{package} cannot be opened: {trouble.strerror}.") from trouble
        for count, fault in enumerate(found.faults, 1):
            self._say(count, queries.words_of(fault))
        if found.fault_count > len(found.faults):
            self.stdout.write(f"… and {found.fault_count - len(found.faults)} more")
        if not trusted:
            self.stdout.write(
                f"signed by {found.public_key}; compare it, or give the key you trust with --key"
            )
        if found.statement is not None:
            self.stdout.write(_told(told(found.statement)))
        counts = (
            f"{found.rows:,} rows, {found.lines:,} lines ({found.unsealed:,} not sealed yet), "
            f"{found.seals:,} seals, {found.files:,} files, root {found.root or 'none yet'}"
        )
        return found.fault_count, counts, found.rows + found.lines

    def _say(self, count: int, words: str) -> None:
        if count <= MOST_SHOWN:
            self.stdout.write(words)
        elif count == MOST_SHOWN + 1:
            self.stdout.write("… and more, which are only counted")


def _told(what: Told) -> str:
    """Return what stands in a statement, to be compared with paper."""
    since, until = (
        f"{at.astimezone(LAW_TIME):%Y-%m-%d %H:%M}" if at else "—"
        for at in (what.since, what.until)
    )
    unit = what.unit.get("en") or what.unit.get("zh-Hans") or ""
    return (
        f"account {what.account}, from {since} to {until}, balance before {what.opening}, "
        f"balance after {what.closing} {unit}; compare these with the paper"
    )


def _own_key() -> set[str]:
    """Return this house's own keys, former ones too; none where there is no house to check with."""
    try:
        return {one.public_key.hex() for one in keyring().signers}
    except Exception:  # whoever checks a stranger's package needs no keys
        return set()


def _is_hex(text: str) -> bool:
    return len(text) == 64 and set(text) <= set("0123456789abcdef")

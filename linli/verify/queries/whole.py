"""The live check over all storeys: record and rows, the ledger, files, and lists."""

from collections.abc import Collection, Iterator

from linli.cases import queries as cases
from linli.files import queries as files
from linli.journal import queries as journal
from linli.journal.domain import Fault
from linli.ledger import queries as ledger
from linli.parties.queries import passkeys


def verify_all(
    tally: journal.Tally, *, roots: Collection[str] = (), keys: Collection[bytes] = ()
) -> Iterator[Fault]:
    """Yield every fault of the live database, as it is at one moment, and of its files."""
    with journal.one_moment():
        yield from journal.verify_live(tally, roots=roots, keys=keys)
        yield from ledger.verify_ledger()
        yield from cases.verify_lists()
        yield from passkeys.verify_passkeys()
        yield from files.verify_files()

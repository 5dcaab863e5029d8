"""
The ledger against two floors: bookings a second by several writers, and counting a million anew.

The bare floor is the same statements and commits without the framework: the locks and the one row by
the bare driver, whose triggers move both accounts. Beside it, for information, stand rows without
rules: one inserted, two updated, one commit. Single bookings are held against the first, batches
even against the second. Run by ``bench.run`` as a module of its own; prints one JSON list a row.
"""

import io
import json
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from multiprocessing import get_context
from typing import Any

import django

WRITERS, ACCOUNTS, MANY, MILLION, ROUNDS = 4, 10_000, 100, 1_000_000, 3
FLOOR = """
WITH t AS (INSERT INTO bare_transfer (payer, payee, amount) VALUES (%(payer)s, %(payee)s, 1))
UPDATE bare_account SET posted_in = posted_in + (id = %(payee)s)::int,
  posted_out = posted_out + (id = %(payer)s)::int WHERE id IN (%(payer)s, %(payee)s)
"""
LOCK = "SELECT 1 FROM bare_account WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"
BARE = """
CREATE TABLE bare_account (id bigint PRIMARY KEY, posted_in bigint, posted_out bigint);
CREATE TABLE bare_transfer (id bigserial PRIMARY KEY, payer bigint, payee bigint, amount bigint);
CREATE INDEX ON bare_transfer (payer, id);
CREATE INDEX ON bare_transfer (payee, id);
INSERT INTO bare_account SELECT id, 0, 0 FROM ledger_account;
"""
# The book's own statement, without the house around it: the locks first, then the row.
BOOK = """
INSERT INTO ledger_transfer (district, payer_id, payee_id, amount, unit_id, kind, act, key, at)
SELECT 1, %(payer)s, %(payee)s, 1, (SELECT min(id) FROM ledger_unit), 'bench', 1, %(key)s, now()
FROM (SELECT count(*) FROM (SELECT 1 FROM ledger_account WHERE id IN (%(payer)s, %(payee)s)
  ORDER BY id FOR NO KEY UPDATE) locked) locks
"""
Pairs = Iterator[tuple[int, int]]


def pairs(hot: bool, first: int, seed: int) -> Pairs:
    """Yield payer and payee: all from one hot account, or any two of ten thousand."""
    chance = random.Random(seed)
    while True:
        payer, payee = chance.sample(range(first, first + ACCOUNTS), 2)
        yield (first + ACCOUNTS, payee) if hot else (payer, payee)


def floor_one(some: Pairs, times: int) -> None:
    for _, (payer, payee) in zip(range(times), some, strict=False):
        _bare().execute(FLOOR, {"payer": payer, "payee": payee})


def floor_many(some: Pairs, times: int) -> None:
    batch = [{"payer": payer, "payee": payee} for _, (payer, payee) in zip(range(times), some)]  # noqa: B905
    sides = sorted({side for one in batch for side in one.values()})
    with _bare().transaction(), _bare().cursor() as cursor:
        cursor.execute(LOCK, [sides])
        cursor.executemany(FLOOR, batch)


def book_one(some: Pairs, times: int) -> None:
    for _, (payer, payee) in zip(range(times), some, strict=False):
        _bare().execute(BOOK, {"payer": payer, "payee": payee, "key": os.urandom(8).hex()})


def house_one(some: Pairs, times: int) -> None:
    from django.utils import timezone  # noqa: PLC0415

    from linli.journal.actions import system  # noqa: PLC0415
    from linli.ledger import actions  # noqa: PLC0415

    by = system(1)
    for _, (payer, payee) in zip(range(times), some, strict=False):
        actions.post_transfer(
            by=by,
            at=timezone.now(),
            payer=payer,
            payee=payee,
            amount=1,
            kind="bench",
            key=os.urandom(8).hex(),
        )


def house_many(some: Pairs, times: int) -> None:
    from django.utils import timezone  # noqa: PLC0415

    from linli.journal.actions import system  # noqa: PLC0415
    from linli.ledger import actions  # noqa: PLC0415

    bookings = [
        actions.Booking(payer, payee, 1, "bench", os.urandom(8).hex())
        for _, (payer, payee) in zip(range(times), some, strict=False)
    ]
    actions.post_transfers(by=system(1), at=timezone.now(), bookings=bookings)


def _bare() -> Any:
    """Return this process's bare psycopg connection."""
    import psycopg  # noqa: PLC0415

    if "bare" not in _held:
        _held["bare"] = psycopg.connect(os.environ["LINLI_DATABASE_URL"], autocommit=True)
    return _held["bare"]


_held: dict[str, Any] = {}
DEEDS: dict[str, tuple[Callable[[Pairs, int], None], int]] = {
    "floor_one": (floor_one, 1),
    "floor_many": (floor_many, MANY),
    "book_one": (book_one, 1),
    "house_one": (house_one, 1),
    "house_many": (house_many, MANY),
}


ROWS = (  # what is held against which floor, and whether a goal is
    ("house_one", "book_one", "booked with its line", True),
    ("house_many", "floor_many", f"booked with lines, {MANY} an act", True),
    ("book_one", "floor_one", "booked by the database, against rows without rules", False),
    ("house_one", "floor_one", "booked with its line, against rows without rules", False),
)


def write_along(work: tuple[str, bool, int, int, float]) -> int:
    """Be one writer: begin with the others, write for so many seconds, return how many were booked."""
    name, hot, first, number, seconds = work
    deed, each = DEEDS[name]
    some = pairs(hot, first, number)
    deed(some, each)
    done, end = 0, time.perf_counter() + seconds
    while time.perf_counter() < end:
        deed(some, each)
        done += each
    return done


def rate(name: str, *, hot: bool, first: int, seconds: float) -> float:
    """Return how many bookings a second all writers make together."""
    work = [(name, hot, first, number, seconds) for number in range(WRITERS)]
    from django.db import connections  # noqa: PLC0415

    connections.close_all()  # a connection must not be shared with those who write
    with get_context("fork").Pool(WRITERS) as pool:
        return sum(pool.map(write_along, work, chunksize=1)) / seconds


def open_accounts() -> int:
    """Open ten thousand accounts and a hot one, without limits; return the first id."""
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from linli.fabric.bulk import insert_rows  # noqa: PLC0415
    from linli.ledger.models import Account, Unit  # noqa: PLC0415

    call_command("load_units", verbosity=0, stdout=io.StringIO())
    unit, now = Unit.objects.earliest("id"), timezone.now()
    rows = [
        Account(district=1, unit=unit, above="bench", purpose="main", opened_at=now)
        for _ in range(ACCOUNTS + 1)
    ]
    insert_rows(rows)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(BARE)
    return int(rows[0].pk)


def fill(first: int) -> None:
    """Put a million bookings there without the triggers, and the counts they make."""
    from django.db import connection  # noqa: PLC0415

    postgres = connection.vendor == "postgresql"
    series = (
        f"SELECT i FROM generate_series(1, {MILLION}) i"
        if postgres
        else "WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < "
        f"{MILLION}) SELECT i FROM s"
    )
    counts = """
        UPDATE ledger_account a SET posted_out = s.went, posted_in = s.came, last_transfer = s.newest
        FROM (SELECT id, sum(went) AS went, sum(came) AS came, max(newest) AS newest FROM (
          SELECT payer_id AS id, amount AS went, 0 AS came, id AS newest FROM ledger_transfer
          UNION ALL SELECT payee_id, 0, amount, id FROM ledger_transfer) e GROUP BY id) s
        WHERE a.id = s.id"""
    with connection.cursor() as cursor:
        if postgres:
            cursor.execute("SET session_replication_role = replica")
        else:
            cursor.execute(
                "SELECT name FROM sqlite_master WHERE name LIKE 'ledger_%' AND type = 'trigger'"
            )
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name}")
        cursor.execute(
            "INSERT INTO ledger_transfer (district, payer_id, payee_id, amount, unit_id, kind, act, "
            f"key, at) SELECT 1, {first} + i % {ACCOUNTS}, {first} + (i * 7 + 1) % {ACCOUNTS}, 5, "
            f"(SELECT min(id) FROM ledger_unit), 'bench', 1, 'm' || i, '2026-11-16 04:00:00' "
            f"FROM ({series}) numbers WHERE (i - (i * 7 + 1)) % {ACCOUNTS} <> 0"
        )
        if postgres:
            cursor.execute(counts)
            cursor.execute("SET session_replication_role = origin")
            cursor.execute("ANALYZE")
        else:
            _count_on_sqlite(cursor)
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _count_on_sqlite(cursor: Any) -> None:
    cursor.execute("CREATE TEMP TABLE s (id INTEGER PRIMARY KEY, went, came, newest)")
    cursor.execute(
        "INSERT INTO s SELECT id, sum(went), sum(came), max(newest) FROM ("
        "SELECT payer_id AS id, amount AS went, 0 AS came, id AS newest FROM ledger_transfer "
        "UNION ALL SELECT payee_id, 0, amount, id FROM ledger_transfer) GROUP BY id"
    )
    cursor.execute(
        "UPDATE ledger_account SET posted_out = s.went, posted_in = s.came, "
        "last_transfer = s.newest FROM s WHERE s.id = ledger_account.id"
    )


def counted_anew(first: int) -> float:
    """Return the seconds it takes to count a million bookings anew."""
    from linli.ledger import queries  # noqa: PLC0415

    fill(first)
    began = time.perf_counter()
    faults = list(queries.verify_ledger())
    if faults:
        sys.exit(f"the book of the bench does not add up: {faults[:3]}")
    return time.perf_counter() - began


def main(seconds: float) -> None:
    """Measure and print what was found, one JSON list a row."""
    django.setup()
    from django.db import connection  # noqa: PLC0415

    first = open_accounts()
    if connection.vendor == "postgresql":
        for hot in (True, False):
            where = "1 hot account" if hot else "10,000 accounts"
            found = dict.fromkeys(DEEDS, 0.0)
            for _ in range(
                ROUNDS
            ):  # by turns: what a disk does in one second is not what it does next
                for name in DEEDS:
                    found[name] += rate(name, hot=hot, first=first, seconds=seconds) / ROUNDS
            for deed, floor, words, judged in ROWS:
                ratio = found[deed] / found[floor]
                goal = f"≥ 0.5 × floor {'met' if ratio >= 0.5 else 'MISSED'}"
                shown = [f"{found[deed]:.0f}", f"{1 / ratio:.1f}×"]
                print(json.dumps([f"{words}, {where}", *shown, goal if judged else ""]))
    took = counted_anew(first)
    goal = f"≤ 5 s {'met' if took <= 5 else 'MISSED'}"
    print(json.dumps([f"a million bookings counted anew: {took:.1f} s", "", "", goal]))


if __name__ == "__main__":
    main(float(sys.argv[1]))

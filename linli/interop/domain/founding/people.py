"""People: who signs in, and which seats they hold."""

import re
from collections import defaultdict
from collections.abc import Set as AbstractSet
from datetime import date

from linli.parties.domain import Seat, SeatBook, SeatRow

from .cells import Texts, day, name
from .units import Units
from .words import (
    BAD_LOGIN,
    LOGIN_TAKEN,
    NO_DAY,
    OWN_BACKUP,
    ROLES,
    STAFF_COLUMNS,
    TWICE,
    TWO_NAMES,
    UNKNOWN_BACKUP,
    UNKNOWN_POST,
    UNKNOWN_ROLE,
    Ground,
    Wrong,
)

_LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,59}")


def _wrong(texts: Texts, column: str, reason: str) -> Wrong:
    return Wrong(column=STAFF_COLUMNS[column][0], cell=texts[column], reason=reason)


class People:
    """The seats that are held and those a workbook adds, tried one by one against the law."""

    def __init__(self, ground: Ground, units: Units, posts: AbstractSet[str]) -> None:
        self._units, self._posts = units, posts
        self._named = ground.named
        self._names: dict[str, str] = {}  # login → name, of those read
        self._standing = {(who, party, role): until for who, party, role, until in ground.seats}
        held: dict[str, list[Seat]] = defaultdict(list)
        sizes: dict[str, int] = defaultdict(int)
        for who, code, role, until in ground.seats:
            party = units.by_code[code]
            if until is None or until >= ground.today:
                held[who].append(Seat(party.kind, party.place, role, party.office))
                sizes[code] += 1
        self._law = SeatBook(units.by_code.values(), held, sizes)
        self._read: set[tuple[str, str, str]] = set()
        self._logins = {who for who, _, _, until in ground.seats if until is None}

    def read(self, texts: Texts) -> SeatRow:
        """
        Return the seat a line names.

        :raises Wrong: naming the cell that cannot be used
        :raises Refused: if the law, or a rule, keeps the person out; the article is in the reason
        """
        called = name(texts, "name", STAFF_COLUMNS["name"][0])
        unit = self._units.find(texts["unit"], STAFF_COLUMNS["unit"][0])
        role = ROLES.get(texts["role"])
        if role is None:
            raise _wrong(texts, "role", UNKNOWN_ROLE)
        from_on = day(texts, "from_on", STAFF_COLUMNS["from_on"][0])
        if from_on is None:
            raise _wrong(texts, "from_on", NO_DAY)
        if texts["post"] and texts["post"].upper() not in self._posts:
            raise _wrong(texts, "post", UNKNOWN_POST)
        row = SeatRow(
            login=self._login(texts, called),
            name=called,
            party=unit,
            role=role,
            from_on=from_on,
            to_on=day(texts, "to_on", STAFF_COLUMNS["to_on"][0]),
            post=texts["post"].upper(),
            backup=texts["backup"],
        )
        key = (row.who, row.party, str(row.role))
        if key in self._read:
            raise _wrong(texts, "name", TWICE)
        self._read.add(key)
        if not self._stands(key, from_on):
            self._law.take(row)
        self._logins.add(row.who)
        return row

    def covered(self, row: SeatRow) -> SeatRow:
        """:raises Wrong: if B is the person, or holds no seat"""
        column = STAFF_COLUMNS["backup"][0]
        if row.backup and row.backup == row.who:
            raise Wrong(column=column, cell=row.backup, reason=OWN_BACKUP)
        if row.backup and row.backup not in self._logins:
            raise Wrong(column=column, cell=row.backup, reason=UNKNOWN_BACKUP)
        return row

    def _stands(self, key: tuple[str, str, str], from_on: date) -> bool:
        if key not in self._standing:
            return False
        until = self._standing[key]
        return until is None or from_on <= until

    def _login(self, texts: Texts, called: str) -> str:
        login = texts["login"]
        if not login:
            return ""
        if not _LOGIN.fullmatch(login):
            raise _wrong(texts, "login", BAD_LOGIN)
        known = self._names.get(login)
        if known is None:
            known = self._named(login)
        if known not in {None, called}:
            raise _wrong(texts, "login", TWO_NAMES if known else LOGIN_TAKEN)
        self._names[login] = called
        return login

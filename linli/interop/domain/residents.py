"""
The roll of residents a district brings with it: what each line says, and who belongs together.

A line that cannot be brought in is told with sheet, line, column and reason; the others come in.
What is wrong is said without the value: the list of bad lines names nobody's number.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeVar

from linli.basics import Invalid, Refused, gettext_noop
from linli.people.domain import (
    Fact,
    HouseholdRow,
    PersonRow,
    Value,
    agree_with_number,
    check_guardian,
    check_name,
    check_phone,
    check_value,
    is_under_fourteen,
)
from linli.places.domain import Home
from linli.rulebook.domain import Kind, read_identity_number, tidied

from .founding.cells import Columns, Table, Texts, day, lines, words
from .founding.words import NO_COLUMN, TWICE, BadLine, Wrong

T = TypeVar("T")
Watch = Callable[[Iterator[tuple[int, Texts]]], Iterable[tuple[int, Texts]]]

SHEET = "居民"
GUARDIAN, HOUSEHOLD, HOUSEHOLD_KIND, NOTE = "guardian", "household", "household_kind", "note"
# The columns that are no facts of the dictionary, by either name.
OWN_COLUMNS: Mapping[str, tuple[str, str, bool]] = {
    HOUSEHOLD: ("户号", "household", False),
    HOUSEHOLD_KIND: ("户别", "kind of household", False),
    GUARDIAN: ("监护人身份证号", "guardian's identity number", False),
    NOTE: ("备注", "note", False),
}
NEEDED = frozenset({"name", "id_number", "home"})
HOUSEHOLD_KINDS: Mapping[str, str] = {
    "": "family",
    "家庭户": "family",
    "集体户": "collective",
    "family": "family",
    "collective": "collective",
}
YES_NO: Mapping[str, bool] = {"是": True, "否": False, "yes": True, "no": False}

NO_HOME = gettext_noop("There is no such door. Write its code, or its address as it stands there.")
SEVERAL_HOMES = gettext_noop("Several doors are called so. Write the code.")
NO_KEY = gettext_noop(
    "Without an identity number write the birth date and a door, so that nobody is entered twice."
)
NOT_A_WORD = gettext_noop("This is none of the words that may stand here. See the sheet 说明.")
NO_GUARDIAN = gettext_noop("Nobody on this list or on record has this identity number.")
GUARDIAN_IS_WARD = gettext_noop("A guardian cannot be somebody who has a guardian.")


def columns_for(facts: Mapping[str, Fact]) -> dict[str, tuple[str, str, bool]]:
    """Return every column of the roll: attribute → Chinese and English heading, whether needed."""
    named = {
        attribute: (fact.name["zh-Hans"], fact.name["en"].lower(), attribute in NEEDED)
        for attribute, fact in facts.items()
    }
    return named | dict(OWN_COLUMNS)


@dataclass(frozen=True, slots=True)
class Resident:
    """One line that can be brought in."""

    sheet: str
    line: int
    row: PersonRow
    house: HouseholdRow | None
    guardian: str  # identity number, as it is written down
    born: date | None


@dataclass(slots=True)
class Roll:
    """What a file brings; ``home`` finds where somebody may live by a code or an address."""

    today: date
    facts: Mapping[str, Fact]
    home: Callable[[str], Sequence[Home]]
    residents: list[Resident] = field(default_factory=list)
    flaws: list[BadLine] = field(default_factory=list)
    columns: set[str] = field(default_factory=set)  # those in which something stands
    unread: set[str] = field(default_factory=set)  # headings nobody knows
    _seen: dict[object, bool] = field(default_factory=dict)
    _codes: Mapping[str, Mapping[str, str]] = field(init=False)

    def __post_init__(self) -> None:
        self._codes = {
            name: {
                word.lower(): code
                for code, said in fact.codes.items()
                for word in (code, *said.values())
            }
            for name, fact in self.facts.items()
        }

    def read(self, sheet: str, table: Table, watch: Watch = iter) -> None:
        """
        Take in the lines of a sheet.

        :param watch: what counts the lines as they go by
        :raises BadLine: if a column that must be there is missing
        """
        every = columns_for(self.facts)
        head = {words(cell).lower() for cell in table[0]} - {""} if table else set()
        there = {name: one for name, one in every.items() if head & {one[0].lower(), one[1]}}
        for name in NEEDED - there.keys():
            missing = Wrong(column=every[name][0], cell="", reason=NO_COLUMN)
            raise BadLine(sheet=sheet, line=1, reason=missing)
        self.unread |= head - {said.lower() for one in there.values() for said in one[:2]}
        there[NOTE] = every[NOTE]
        for line, texts in watch(lines(sheet, table, there)):
            self.columns.update(filter(texts.get, texts))
            try:
                self.residents.append(self._resident(sheet, line, texts, there))
            except Wrong as wrong:
                self.flaws.append(BadLine(sheet=sheet, line=line, reason=wrong))

    def guardians_elsewhere(self) -> set[str]:
        """Return the identity numbers of guardians who are not on the list."""
        listed = {one.row.key for one in self.residents}
        return {one.guardian for one in self.residents if one.guardian} - listed

    def settle(self, on_record: Mapping[str, int]) -> None:
        """
        Lead wards to their guardians; a ward without one is a flaw.

        :param on_record: identity number → record, of guardians who are not on the list
        """
        free, wards = set[str](), set[str]()
        for one in self.residents:
            child = is_under_fourteen(one.born, self.today)
            (wards if one.guardian or child else free).add(one.row.key)
        kept = []
        for one in self.residents:
            try:
                kept.append(self._guarded(one, free, wards, on_record))
            except Wrong as wrong:
                self.flaws.append(BadLine(sheet=one.sheet, line=one.line, reason=wrong))
        self.residents = kept

    def parts(self, most: int) -> Iterator[list[Resident]]:
        """Yield the residents in parts of about ``most``: households and wards are never parted."""
        part: list[Resident] = []
        for group in _groups(self.residents):
            if part and len(part) + len(group) > most:
                yield part
                part = []
            part += group
        if part:
            yield part

    def tell(self, one: Resident, attribute: str, reason: str | Refused) -> None:
        """Note that a line was not brought in after all."""
        column = columns_for(self.facts)[attribute][0]
        wrong = Wrong(column=column, cell="", reason=reason)
        self.flaws.append(BadLine(sheet=one.sheet, line=one.line, reason=wrong))

    def _resident(self, sheet: str, line: int, texts: Texts, there: Columns) -> Resident:
        called = _try("name", there, lambda: check_name(texts["name"]))
        facts: dict[str, object] = {}
        for attribute in texts.keys() & self.facts.keys():
            fact = self.facts[attribute]
            if fact.type is not None and texts[attribute]:
                facts[attribute] = self._value(fact, texts, there)
        number = None
        if texts["id_number"]:
            number = _try(
                "id_number", there, lambda: read_identity_number(texts["id_number"], on=self.today)
            )
            try:
                agree_with_number(facts, number)
            except Invalid as differs:
                raise _wrong(differs.field, there, differs.reason) from differs
        phone = texts.get("phone") or None
        if phone:
            phone = _try("phone", there, lambda: check_phone(texts["phone"]))
        where = self._home(texts, there)
        born = facts.get("birth_on")
        plain = (called, born, where.door)
        if number is None and None in plain:
            raise _wrong("id_number", there, NO_KEY)
        key = number.text if number else " ".join(map(str, plain))
        self._once(key, plain, numbered=number is not None, there=there)
        house = self._household(texts, there, where)
        return Resident(
            sheet=sheet,
            line=line,
            row=PersonRow(
                key=key,
                name=called,
                household=house.key if house else None,
                home=where.door,
                community=where.community,
                id_number=number.text if number else None,
                phone=phone,
                facts=facts,  # type: ignore[arg-type]  # checked one by one
            ),
            house=house,
            guardian=tidied(texts.get(GUARDIAN, "")),
            born=born if isinstance(born, date) else None,
        )

    def _once(self, key: str, plain: object, *, numbered: bool, there: Columns) -> None:
        """Two lines are one person's by the number, or by name, birth date and door if one has none."""
        if key in self._seen or (plain in self._seen and not (numbered and self._seen[plain])):
            raise _wrong("id_number" if numbered else "name", there, TWICE)
        self._seen[key] = self._seen[plain] = numbered

    def _home(self, texts: Texts, there: Columns) -> Home:
        found = self.home(texts["home"])
        if len(found) != 1:
            raise _wrong("home", there, SEVERAL_HOMES if found else NO_HOME)
        return found[0]

    def _household(self, texts: Texts, there: Columns, where: Home) -> HouseholdRow | None:
        """One number behind one door is one household; behind another door it is another's."""
        said = texts.get(HOUSEHOLD, "")
        kind = HOUSEHOLD_KINDS.get(texts.get(HOUSEHOLD_KIND, "").lower())
        if kind is None:
            raise _wrong(HOUSEHOLD_KIND, there, NOT_A_WORD)
        if not said:
            return None
        return HouseholdRow(
            key=f"{where.community}.{where.door}.{said}",
            home=where.door,
            community=where.community,
            kind=kind,
        )

    def _value(self, fact: Fact, texts: Texts, there: Columns) -> Value:
        text = texts[fact.attribute].lower()
        value: Value | None = None
        match fact.type.kind if fact.type else None:
            case Kind.BOOL:
                value = YES_NO.get(text)
            case Kind.CODE:
                value = self._codes[fact.attribute].get(text)
            case Kind.INT if text.isascii() and text.isdecimal():
                value = int(text)
            case Kind.DATE:
                try:
                    value = day(texts, fact.attribute, there[fact.attribute][0])
                except Wrong as wrong:
                    raise _wrong(fact.attribute, there, wrong.reason) from None
        if value is None:
            raise _wrong(fact.attribute, there, NOT_A_WORD)
        _try(fact.attribute, there, lambda: check_value(fact, value))
        return value

    def _guarded(
        self,
        one: Resident,
        free: set[str],
        wards: set[str],
        on_record: Mapping[str, int],
    ) -> Resident:
        if not one.guardian:
            _try(GUARDIAN, OWN_COLUMNS, lambda: check_guardian(one.born, None, self.today))
            return one
        if one.guardian in free:
            return replace(one, row=replace(one.row, guardian=one.guardian))
        if one.guardian in on_record:
            return replace(one, row=replace(one.row, guardian_record=on_record[one.guardian]))
        reason = GUARDIAN_IS_WARD if one.guardian in wards else NO_GUARDIAN
        raise _wrong(GUARDIAN, OWN_COLUMNS, reason)


def _wrong(attribute: str, there: Columns, reason: "str | Refused") -> Wrong:
    return Wrong(column=there[attribute][0], cell="", reason=reason)


def _try(attribute: str, there: Columns, read: Callable[[], T]) -> T:
    """:raises Wrong: naming the column, with the refusal as its reason"""
    try:
        return read()
    except Refused as refusal:
        raise _wrong(attribute, there, refusal) from refusal


def _groups(residents: Sequence[Resident]) -> list[list[Resident]]:
    """Return those who belong together, by household or as ward and guardian, in order of the list."""
    leader = list(range(len(residents)))

    def first(place: int) -> int:
        while leader[place] != place:
            leader[place] = place = leader[leader[place]]
        return place

    bound: dict[str, int] = {}
    keys = {one.row.key: place for place, one in enumerate(residents)}
    for place, one in enumerate(residents):
        others = [keys[one.row.guardian]] if one.row.guardian else []
        if one.row.household:
            others.append(bound.setdefault(one.row.household, place))
        for other in others:
            low, high = sorted((first(place), first(other)))
            leader[high] = low
    groups: dict[int, list[Resident]] = {}
    for place, one in enumerate(residents):
        groups.setdefault(first(place), []).append(one)
    return list(groups.values())

"""
Places: the tree from the district down to the door, as values and rules.

Levels: dictionary §2.2; 居委会组织法 art. 3 (the area of a residents' committee is a 社区).
Division codes: 6 digits for a district, 9 for a street, 12 for a community (statistical division
codes); below the community codes are our own.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from linli.basics import Actor, Invalid, NoSuchThing, Refused, gettext_noop
from linli.rulebook.domain import NUMERALS, number_of

MICRO = 1_000_000
LANGUAGES = ("zh-Hans", "en")


class Permission(StrEnum):
    KEEP_PLACES = "places.keep"
    LOAD_PLACES = "places.load"


class Kind(StrEnum):
    DISTRICT = "district"
    STREET = "street"
    COMMUNITY = "community"
    GRID = "grid"
    COURTYARD = "courtyard"
    BUILDING = "building"
    STAIRWELL = "stairwell"
    DOOR = "door"


KIND_WORDS: Mapping[Kind, str] = {
    Kind.DISTRICT: gettext_noop("district"),
    Kind.STREET: gettext_noop("street"),
    Kind.COMMUNITY: gettext_noop("community"),
    Kind.GRID: gettext_noop("grid"),
    Kind.COURTYARD: gettext_noop("courtyard"),
    Kind.BUILDING: gettext_noop("building"),
    Kind.STAIRWELL: gettext_noop("stairwell"),
    Kind.DOOR: gettext_noop("door"),
}

# Which kinds a place may stand in. A bungalow's door opens on its courtyard.
PARENTS: Mapping[Kind, frozenset[Kind]] = {
    Kind.DISTRICT: frozenset(),
    Kind.STREET: frozenset({Kind.DISTRICT}),
    Kind.COMMUNITY: frozenset({Kind.STREET}),
    Kind.GRID: frozenset({Kind.COMMUNITY}),
    Kind.COURTYARD: frozenset({Kind.COMMUNITY, Kind.GRID}),
    Kind.BUILDING: frozenset({Kind.COMMUNITY, Kind.GRID, Kind.COURTYARD}),
    Kind.STAIRWELL: frozenset({Kind.BUILDING}),
    Kind.DOOR: frozenset({Kind.STAIRWELL, Kind.BUILDING, Kind.COURTYARD}),
}
ABOVE_COMMUNITY = frozenset({Kind.DISTRICT, Kind.STREET})
# 门栋码: a plate hangs at the stairwell, and a card may hang at the single door.
WITH_TOKEN = frozenset({Kind.STAIRWELL, Kind.DOOR})

_LOCAL_LETTERS: Mapping[Kind, str] = {
    Kind.GRID: "G",
    Kind.COURTYARD: "Y",
    Kind.BUILDING: "B",
    Kind.STAIRWELL: "S",
    Kind.DOOR: "D",
}
_CODES: Mapping[Kind, re.Pattern[str]] = {
    Kind.DISTRICT: re.compile(r"[1-9][0-9]{5}"),
    Kind.STREET: re.compile(r"[1-9][0-9]{8}"),
    Kind.COMMUNITY: re.compile(r"[1-9][0-9]{11}"),
}
_NUMBER = re.compile(f"[0-9]+|(?![百千])[{NUMERALS}]+")  # 百 and 千 alone begin names
_LOCAL_CODE = re.compile(r"[1-9][0-9]{5,11}(-[GYBSD][0-9A-Z]{1,10}){1,5}")


class WrongParent(Refused):
    """A place cannot stand in a place of that kind."""

    message = gettext_noop(
        "A %(kind)s cannot stand in a %(parent)s. Choose another place above it."
    )

    def __init__(self, *, kind: Kind, parent: Kind | None) -> None:
        super().__init__(kind, parent)
        self.kind = KIND_WORDS[kind]
        self.parent = KIND_WORDS[parent] if parent else gettext_noop("nothing")


class WrongCode(Refused):
    """The code does not have the form codes of this kind have."""

    message = gettext_noop(
        "%(code)s is no code for a %(kind)s. A district has 6 digits, a street 9, a community 12."
    )
    status = 422

    def __init__(self, *, code: str, kind: Kind) -> None:
        super().__init__(code, kind)
        self.code = code
        self.kind = KIND_WORDS[kind]


class CodeMissing(Refused):
    """A place that has a code everywhere came without one."""

    message = gettext_noop(
        "The code of the %(kind)s is missing. A street has 9 digits, a community 12."
    )
    status = 422

    def __init__(self, *, kind: Kind) -> None:
        super().__init__(kind)
        self.kind = KIND_WORDS[kind]


class OtherCode(Refused):
    """The place of this name is known by another code."""

    message = gettext_noop("The place of this name has the code %(known)s, not %(code)s.")
    status = 422

    def __init__(self, *, code: str, known: str) -> None:
        super().__init__(code, known)
        self.code = code
        self.known = known


class CodeTaken(Refused):
    """Another place has this code."""

    message = gettext_noop("The code %(code)s belongs to another place already.")

    def __init__(self, *, code: str) -> None:
        super().__init__(code)
        self.code = code


class PlaceEnded(Refused):
    """The place exists no more."""

    message = gettext_noop("This place no longer exists. Choose the one it became part of.")


class InsideItself(Refused):
    """A place would stand in itself or below itself."""

    message = gettext_noop("A place cannot become part of itself or of a place inside it.")


class DifferentKinds(Refused):
    """Only places of one kind merge."""

    message = gettext_noop("Only two places of the same kind can be merged.")


class DayToCome(Refused):
    """Changes are entered when they hold, not before."""

    message = gettext_noop("This day has not come yet. Enter the change when it takes effect.")
    status = 422


def check_parent(kind: Kind, parent: Kind | None) -> None:
    """:raises WrongParent: unless ``kind`` may stand in ``parent``"""
    if (parent is None and PARENTS[kind]) or (parent is not None and parent not in PARENTS[kind]):
        raise WrongParent(kind=kind, parent=parent)


def check_code(kind: Kind, code: str) -> None:
    """
    Check that ``code`` has the form of its kind.

    :raises CodeMissing: if there is none
    :raises WrongCode: if it has another form
    """
    if not code:
        raise CodeMissing(kind=kind)
    form = _CODES.get(kind, _LOCAL_CODE)
    if not form.fullmatch(code) or len(code) > 60:
        raise WrongCode(code=code, kind=kind)


def check_name(name: Mapping[str, str]) -> dict[str, str]:
    """
    Return the name in the languages we keep, trimmed.

    :raises Invalid: without a Chinese name, or with one over 60 characters
    """
    kept = {language: str(name.get(language, "")).strip() for language in LANGUAGES}
    if not kept["zh-Hans"]:
        raise Invalid(field="name", reason=gettext_noop("A place needs a Chinese name."))
    if max(map(len, kept.values())) > 60:
        raise Invalid(field="name", reason=gettext_noop("A name has at most 60 characters."))
    return {language: words for language, words in kept.items() if words}


def check_day(on: date, today: date) -> None:
    """:raises DayToCome: if ``on`` lies after today"""
    if on > today:
        raise DayToCome


def check_point(longitude: int | None, latitude: int | None) -> None:
    """
    :param longitude: WGS-84 in microdegrees, like ``latitude``; both or neither
    :raises Invalid: otherwise
    """
    if longitude is None and latitude is None:
        return
    if (
        longitude is None
        or latitude is None
        or abs(longitude) > 180 * MICRO
        or abs(latitude) > 90 * MICRO
    ):
        raise Invalid(
            field="longitude", reason=gettext_noop("A point needs a longitude and a latitude.")
        )


def check_outline(outline: object) -> dict[str, object] | None:
    """
    Return a GeoJSON Polygon or MultiPolygon (RFC 7946) with six decimals, about ten centimetres.

    :raises Invalid: if it is anything else
    """
    if outline is None:
        return None
    if isinstance(outline, dict) and outline.get("type") in ("Polygon", "MultiPolygon"):
        try:
            depth = 3 if outline["type"] == "Polygon" else 4
            return {"type": outline["type"], "coordinates": _rounded(outline["coordinates"], depth)}
        except (KeyError, TypeError, ValueError):
            pass
    raise Invalid(
        field="outline", reason=gettext_noop("An outline is a GeoJSON polygon of longitudes first.")
    )


def _rounded(found: object, depth: int) -> object:
    if depth == 0:
        return round(float(found), 6)  # type: ignore[arg-type]
    if not isinstance(found, list | tuple) or not found or (depth == 2 and len(found) < 4):
        raise ValueError("not a ring")
    if depth == 1 and len(found) < 2:
        raise ValueError("not a point")
    return [_rounded(part, depth - 1) for part in (found[:2] if depth == 1 else found)]


def check_within(by: Actor, community: int | None) -> None:
    """
    :raises NoSuchThing: if a member of staff reaches for a place of another community
    """
    if by.kind == "staff" and community is not None and community not in by.communities:
        raise NoSuchThing


def check_merge(*, kind: Kind, into: Kind, same: bool, ended: bool) -> None:
    """:raises Refused: unless two living places of one kind are merged"""
    if same:
        raise InsideItself
    if kind is not into or kind is Kind.DISTRICT:
        raise DifferentKinds
    if ended:
        raise PlaceEnded


def local_code(parent_code: str, kind: Kind, number: str | int) -> str:
    """Return our own code of a place below the community: 330102003012-B12-S2-D301."""
    return f"{parent_code}-{_LOCAL_LETTERS[kind]}{number}"


def possible_codes(above: str, kind: Kind, name: str) -> Iterator[str]:
    """Yield codes that look like the name: 12幢 is B12, and 12号楼 then B12A."""
    plain = "".join(one for one in name.upper() if one.isascii() and one.isalnum())[:9]
    label = plain or str(sum(ord(one) * 31**place for place, one in enumerate(name)) % 10**8)
    for letter in ("", *"ABCDEFGHJKLMNPQRSTUVWXYZ"):
        yield local_code(above, kind, label + letter)


def sort_key_of(words: str) -> str:
    """Return what a name is sorted by: numbers by their size, so that 10幢 follows 9幢, 三 follows 二."""
    plain = unicodedata.normalize("NFKC", words)
    return _NUMBER.sub(lambda found: str(number_of(found[0])).rjust(6, "0"), plain)[:90]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRow:
    """One place as an import gives it; the parent is named by its code."""

    kind: Kind
    code: str
    parent_code: str | None
    name: Mapping[str, str]
    longitude: int | None = None
    latitude: int | None = None
    outline: Mapping[str, object] | None = None
    sort_key: str = ""


def check_row(row: PlaceRow) -> None:
    """:raises Refused: if the row could not become a place whatever stands above it"""
    check_code(row.kind, row.code)
    check_name(row.name)
    check_point(row.longitude, row.latitude)
    check_outline(row.outline)
    if (row.parent_code is None) != (row.kind is Kind.DISTRICT):
        raise WrongParent(kind=row.kind, parent=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceNode:
    """One place of the tree. ``ended`` ones keep their words and stand in no list."""

    id: int
    kind: Kind
    parent: int | None
    community: int | None
    code: str
    name: Mapping[str, str]
    sort_key: str
    longitude: int | None = None
    latitude: int | None = None
    ended: bool = False
    merged_into: int | None = None

    def words(self, language: str) -> str:
        """Return the name in ``language``, else in Chinese."""
        return self.name.get(language_of(language)) or self.name["zh-Hans"]


def language_of(asked: str) -> str:
    """Return ``en`` or ``zh-Hans`` for any tag of a language."""
    return "en" if asked.lower().startswith("en") else "zh-Hans"


_SET_OFF = re.compile(r"\d+ ")


def joined(words: Sequence[str], language: str) -> str:
    """
    Return an address from its parts, widest first: run together in Chinese, turned in English.

    A name that sets its number off keeps the distance to both sides: 青桐社区 3 幢 2 单元, but 12幢2单元.
    """
    if language_of(language) == "en":
        return ", ".join(reversed(words))
    return "".join(f" {one}" if _SET_OFF.match(one) else one for one in words).strip()


@dataclass(frozen=True, slots=True)
class Home:
    """Where somebody may live: a door, or a community alone where the door is not known."""

    door: int | None
    community: int


def as_called(words: str) -> str:
    """Return a code or an address as it is compared: without spaces, in plain and capital characters."""
    return "".join(unicodedata.normalize("NFKC", words).split()).upper()


class PlaceTree:
    """All places of a district but the doors, immutable, kept by each process."""

    def __init__(self, nodes: Iterable[PlaceNode]) -> None:
        self._nodes = {node.id: node for node in nodes}
        self._codes = {node.code: node.id for node in self._nodes.values()}
        below: dict[int, list[PlaceNode]] = {}
        became: dict[int, list[PlaceNode]] = {}
        for node in self._nodes.values():
            if node.parent is not None:
                below.setdefault(node.parent, []).append(node)
            if node.merged_into is not None:
                became.setdefault(node.merged_into, []).append(node)
        self._below = {
            parent: tuple(sorted(found, key=lambda node: (node.sort_key, node.id)))
            for parent, found in below.items()
        }
        self._became = became
        self._roots = tuple(node for node in self._nodes.values() if node.parent is None)
        self._scopes: dict[int, frozenset[int]] = {}

    def __len__(self) -> int:
        return len(self._nodes)

    def __contains__(self, place: object) -> bool:
        return place in self._nodes

    def node(self, place: int) -> PlaceNode:
        """:raises NoSuchThing: if the tree has no such place"""
        found = self._nodes.get(place)
        if found is None:
            raise NoSuchThing
        return found

    def by_code(self, code: str) -> PlaceNode | None:
        """Return the place with this code, ended or not."""
        found = self._codes.get(code)
        return None if found is None else self._nodes[found]

    def roots(self) -> tuple[PlaceNode, ...]:
        """Return the places without one above: the district, once it is loaded."""
        return self._roots

    def children(self, place: int) -> tuple[PlaceNode, ...]:
        """Return the living places directly inside, in order of their sort keys."""
        return tuple(node for node in self._below.get(place, ()) if not node.ended)

    def path(self, place: int) -> tuple[PlaceNode, ...]:
        """
        Return the places from the district down to this one.

        :raises NoSuchThing: if the tree has no such place
        """
        found = [self.node(place)]
        while found[-1].parent is not None:
            found.append(self.node(found[-1].parent))
        return tuple(reversed(found))

    def path_words(self, place: int, language: str) -> str:
        """
        Return the address from the street down; the district's own name for the district.

        :raises NoSuchThing: if the tree has no such place
        """
        path = self.path(place)
        # Grids are for staff; nobody gives one as an address.
        spoken = [
            node for node in path[1:] if node.kind is not Kind.GRID or node.id == place
        ] or path
        return joined([node.words(language) for node in spoken], language)

    def street_of(self, place: int) -> int | None:
        """
        Return the street a place lies in, None for the district.

        :raises NoSuchThing: if the tree has no such place
        """
        return next((node.id for node in self.path(place) if node.kind is Kind.STREET), None)

    def community_of(self, place: int) -> int | None:
        """
        Return the community a place lies in, None for a street or the district.

        :raises NoSuchThing: if the tree has no such place
        """
        return self.node(place).community

    def communities_under(self, place: int) -> frozenset[int]:
        """
        Return the scope of an office here: its communities, with those that became part of them.

        :raises NoSuchThing: if the tree has no such place
        """
        if place not in self._scopes:
            self._scopes[place] = frozenset(self._reach(self.node(place)))
        return self._scopes[place]

    def _reach(self, node: PlaceNode) -> Iterable[int]:
        for earlier in self._became.get(node.id, ()):
            yield from self._reach(earlier)
        if node.kind is Kind.COMMUNITY:
            yield node.id
        elif node.kind in ABOVE_COMMUNITY:
            for child in self._below.get(node.id, ()):
                yield from self._reach(child)
        elif node.community is not None:
            yield node.community

    def under(self, place: int) -> list[int]:
        """Return the ids of this place and of everything inside it, ended or not."""
        found, ahead = [], [place]
        while ahead:
            found.append(ahead.pop())
            ahead.extend(node.id for node in self._below.get(found[-1], ()))
        return found

"""
A small district for tests: one street, two communities, one house, the offices and their people.

``build_world`` goes in by the front doors, so what the tests stand on is what the product makes.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from linli import rulebook
from linli.basics import Actor
from linli.catalogue import actions as catalogue
from linli.fabric.documents import read_yaml
from linli.fabric.writing import write_atomic
from linli.identity.events import UsersBound
from linli.identity.models import User
from linli.journal.actions import record
from linli.parties import actions as parties
from linli.parties import queries as party_queries
from linli.parties.domain import AppointmentRow, PartyRow
from linli.places import actions as places
from linli.places.domain import Kind, PlaceRow
from linli.places.models import Place
from linli.rulebook.actions import load_calendar_year
from linli.rulebook.domain import CalendarYear, read_calendar_year

from .kept import kept

PROJECT = Path(__file__).parents[1]
PACK = PROJECT / "tests" / "pack"
NOON = datetime(2026, 11, 16, 4, tzinfo=UTC)  # a Monday, 12:00 in Shanghai
FIRST_DAY = date(2026, 1, 1)
DISTRICT, STREET, GREEN, WILLOW = "990101", "990101001", "990101001001", "990101001002"
GRID = f"{GREEN}-G01"
HOUSE, STAIR, DOOR = f"{GRID}-B03", f"{GRID}-B03-S3", f"{GRID}-B03-S3-D501"


class Everything(frozenset):
    """Holds whatever is asked for."""

    def __contains__(self, permission: object) -> bool:
        return True


HOUSE_ITSELF = Actor(kind="system", district=1, hat="system", permissions=Everything())


@dataclass(frozen=True)
class World:
    """Ids of places and parties by code, and an actor for each desk."""

    places: dict[str, int]
    parties: dict[str, int]
    staff: dict[str, Actor]

    def place(self, code: str) -> int:
        return self.places[code]

    def party(self, code: str) -> int:
        return self.parties[code]

    def at(self, desk: str) -> Actor:
        """Return the actor who sits at a desk, such as ``station`` or ``arbiter``."""
        return self.staff[desk]


def _name(zh: str, en: str) -> dict[str, str]:
    return {"zh-Hans": zh, "en": en}


def _place(kind: Kind, code: str, parent: str | None, name: dict[str, str]) -> PlaceRow:
    return PlaceRow(kind=kind, code=code, parent_code=parent, name=name)


PLACES = (
    _place(Kind.DISTRICT, DISTRICT, None, _name("示例区", "Sample District")),
    _place(Kind.STREET, STREET, DISTRICT, _name("柳营街道", "Liuying Street")),
    _place(Kind.COMMUNITY, GREEN, STREET, _name("青桐社区", "Qingtong Community")),
    _place(Kind.COMMUNITY, WILLOW, STREET, _name("柳浪社区", "Liulang Community")),
    _place(Kind.GRID, GRID, GREEN, _name("第一网格", "Grid 1")),
    _place(Kind.BUILDING, HOUSE, GRID, _name("3 幢", "Building 3")),
    _place(Kind.STAIRWELL, STAIR, HOUSE, _name("3 单元", "Stairwell 3")),
    _place(Kind.DOOR, DOOR, STAIR, _name("501 室", "Flat 501")),
)
# code of the place, kind, office, Chinese and English name, the desk of its person, the person's role
PARTIES = (
    (DISTRICT, "office", "center", "区社区服务中心", "District center", "district", "district"),
    (DISTRICT, "office", "arbitration", "区派单裁决组", "Arbitration group", "arbiter", "arbiter"),
    (
        DISTRICT,
        "office",
        "housing",
        "区住房和城乡建设局",
        "Housing bureau",
        "housing",
        "department",
    ),
    (
        DISTRICT,
        "office",
        "urban_management",
        "区城市管理局",
        "Urban management",
        "city",
        "department",
    ),
    (DISTRICT, "office", "civil_affairs", "区民政局", "Civil affairs", "civil", "department"),
    (STREET, "office", "center", "柳营街道中心", "Street center", "street", "street"),
    (
        STREET,
        "office",
        "civil_affairs",
        "街道救助窗口",
        "Street aid window",
        "street_civil",
        "street",
    ),
    (
        STREET,
        "office",
        "urban_management",
        "街道城管办",
        "Street city office",
        "street_city",
        "street",
    ),
    (GREEN, "station", "", "青桐社区公共服务工作站", "Qingtong station", "station", "clerk"),
    (GREEN, "committee", "", "青桐社区居委会", "Qingtong committee", "committee", "worker"),
    (WILLOW, "station", "", "柳浪社区公共服务工作站", "Liulang station", "neighbour", "clerk"),
)
NAMES = ("周敏", "李强", "王芳", "赵磊", "陈静", "孙丽", "吴刚", "郑洁", "冯涛", "褚兰", "卫平")


@write_atomic
def bind(*users: User, at: datetime = NOON) -> None:
    """Put logins on the record that a test made by its own hands."""
    event = UsersBound(at=at, district_id=HOUSE_ITSELF.district, users=len(users))
    record(event, by=HOUSE_ITSELF, rows=users)


def build_world(*, pack: Path | None = PACK, at: datetime = NOON) -> World:
    """Return where everything is in the district; built once, and copied for every later test."""
    if pack is None or pack.is_relative_to(PROJECT):
        return kept(("world", pack, at), lambda: _build(pack, at))
    return _build(pack, at)  # a folder of one test, which may write into it


def _build(pack: Path | None, at: datetime) -> World:
    load_calendar_year(by=HOUSE_ITSELF, year=year_2026(), at=at)
    places.load_places(by=HOUSE_ITSELF, at=at, rows=PLACES, on=FIRST_DAY)
    codes = dict(Place.objects.values_list("code", "id"))
    rows = [
        PartyRow(
            code=f"{place}.{office or kind}",
            kind=kind,
            name=_name(zh, en),
            place=codes[place],
            office=office,
            phone="8000 1234",
        )
        for place, kind, office, zh, en, _, _ in PARTIES
    ]
    found = parties.load_parties(by=HOUSE_ITSELF, at=at, rows=rows)
    by_code = {party.code: party.pk for party in found}
    staff = _appoint([by_code[row.code] for row in rows], at)
    if pack is not None:
        catalogue.load_pack(by=HOUSE_ITSELF, folder=pack, at=at)
    return World(places=codes, parties=by_code, staff=staff)


def _appoint(party_ids: list[int], at: datetime) -> dict[str, Actor]:
    rows, users = [], {}
    for (_, _, _, _, _, desk, role), party, name in zip(PARTIES, party_ids, NAMES, strict=True):
        user = User.objects.create(username=desk, is_staff=True)
        user.set_password(f"{desk}-password-1")
        user.save()
        users[desk] = user
        rows.append(AppointmentRow(user.pk, party, role, name, FIRST_DAY))
    bind(*users.values(), at=at)
    parties.load_appointments(by=HOUSE_ITSELF, at=at, rows=rows)
    return {
        desk: party_queries.actor_for(user, None, on=party_queries.law_day(at))
        for desk, user in users.items()
    }


def year_2026() -> CalendarYear:
    """Return the published calendar of 2026 as the project ships it."""
    shipped = Path(rulebook.__file__).parent / "data" / "calendar_2026.yaml"
    return read_calendar_year(read_yaml(shipped))

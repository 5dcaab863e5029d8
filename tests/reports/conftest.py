"""A small district with known people, the words of headings, and one form."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import xlsxwriter
import yaml

from linli.catalogue import actions as catalogue
from linli.people import actions as people
from linli.reports import queries
from linli.reports.actions import load_definitions, read_definitions
from linli.reports.domain import Lexicon, read_lexicon
from tests.kept import kept
from tests.world import GREEN, HOUSE_ITSELF, NOON, WILLOW, World, build_world

from .things import Things, at, build_things

COMMON = Path(__file__).parents[2] / "packs" / "common"
LISTS = Path(__file__).parent / "lists"
JUNE = datetime(2026, 6, 1, 4, tzinfo=UTC)


@pytest.fixture(scope="session")
def lexicon() -> Lexicon:
    terms = yaml.safe_load((COMMON / "terms.yaml").read_text("utf-8"))
    return read_lexicon(terms, queries.dictionaries())


Merge = tuple[int, int, int, int, str]


def drawn(rows: Sequence[Sequence[str | None]], merges: Sequence[Merge] = ()) -> bytes:
    """A sheet of these rows from A1; "" is a bordered empty place, None is nothing at all."""
    into = io.BytesIO()
    book = xlsxwriter.Workbook(into, {"in_memory": True})
    box, sheet = book.add_format({"border": 1}), book.add_worksheet("表")
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            if text:
                sheet.write_string(r, c, text, box)
            elif text is not None:
                sheet.write_blank(r, c, None, box)
    for merge in merges:
        sheet.merge_range(*merge, box)
    book.close()
    return into.getvalue()


@dataclass(slots=True)
class Built:
    """A district, and what a test wants in it besides; each kind is built once and then copied."""

    world: World
    residents: dict[str, int] = field(default_factory=dict)
    things: Things = field(default_factory=Things)


@pytest.fixture
def built(db: None, request: pytest.FixtureRequest) -> Built:
    wanted = {"busy", "things", "residents", "lists"} & set(request.fixturenames)
    return kept(("reports", *sorted(wanted)), lambda: _build(wanted))


def _build(wanted: set[str]) -> Built:
    busy = "busy" in wanted
    found = Built(_with_words(build_world(at=at(1, 1)) if busy else build_world(pack=None)))
    if "lists" in wanted:
        catalogue.load_pack(by=HOUSE_ITSELF, folder=LISTS, at=NOON)
    if "residents" in wanted:
        found.residents = _settle(found.world)
    if "things" in wanted:
        found.things = build_things(found.world)
    return found


@pytest.fixture
def world(built: Built) -> World:
    return built.world


@pytest.fixture
def busy(built: Built) -> World:
    """The same with a pack of items, for a district in which something happens."""
    return built.world


@pytest.fixture
def things(busy: World, built: Built) -> Things:
    """What happened in it."""
    return built.things


@pytest.fixture
def lists(built: Built) -> None:
    """Three lines of the duty list: two a community works under, one that was taken back."""


@pytest.fixture
def residents(built: Built) -> dict[str, int]:
    """Eight people, six of them in Qingtong; the facts in ``_settle`` are all that is known of them."""
    return built.residents


def _with_words(found: World) -> World:
    indicators, terms = read_definitions(COMMON)
    load_definitions(
        by=HOUSE_ITSELF,
        pack="common",
        indicators=indicators,
        terms=terms,
        begins=date(2026, 1, 1),
        at=NOON,
    )
    return found


def _settle(world: World) -> dict[str, int]:
    known: list[tuple[str, str, date | None, dict[str, object]]] = [
        ("王一", GREEN, date(1940, 1, 1), {"sex": "female", "lives_alone": True}),
        ("王二", GREEN, date(1944, 1, 1), {"sex": "male", "lives_alone": True}),
        ("王三", GREEN, date(1946, 11, 17), {"sex": "male", "lives_alone": False}),
        ("王四", GREEN, date(1960, 1, 1), {"sex": "female"}),
        ("王五", GREEN, date(1990, 1, 1), {"sex": "female", "party_member": True}),
        ("王六", GREEN, None, {"sex": "male"}),
        ("李一", WILLOW, date(1930, 1, 1), {"sex": "male", "lives_alone": True}),
        ("李二", WILLOW, date(1999, 1, 1), {"sex": "female"}),
    ]
    found = {}
    for name, community, born, facts in known:
        held = facts | ({"birth_on": born} if born else {})
        person = people.register_person(
            by=HOUSE_ITSELF, at=JUNE, name=name, community=world.place(community), facts=held
        )
        found[name] = person.pk
    return found


STREET_FORM = drawn(
    [
        ["柳营街道老年人情况统计表", None, None, None],
        ["社区", "80岁以上", "独居", "其中：女"],
        ["青桐社区", "", "", ""],
        ["柳浪", "", "", ""],
        ["合计", "", "", ""],
    ],
    [(0, 0, 0, 3, "柳营街道老年人情况统计表")],
)
COMMUNITY_FORM = drawn(
    [["社区", "老年人", "80岁以上老人", "空巢老人", "党员"], ["", "", "", "", ""]],
)

"""What leaves the house on stored forms: nothing small, nothing that gives it away, marks for the old."""

import html
import itertools
import json
from datetime import date, datetime, timedelta

import pytest
from django.test import Client

from linli.identity.models import User
from linli.people import actions as people
from linli.people.models import Person
from linli.reports import queries
from linli.reports.actions import import_form, open_due_editions, send_edition
from linli.reports.domain import FEWEST, Cell, Field, PeriodKind
from linli.reports.models import Edition, Form
from linli.rulebook.domain import Expression, InSet
from tests.world import GREEN, HOUSE_ITSELF, NOON, STREET, WILLOW, World

from .cells import Look, cells
from .conftest import drawn
from .things import Things

pytestmark = pytest.mark.django_db
JUNE = NOON - timedelta(days=160)
AS_OF = date(2026, 10, 31)


def settle(
    world: World,
    how_many: int,
    *,
    born: date,
    sex: str,
    community: str = GREEN,
    at: datetime = JUNE,
    **facts: object,
) -> None:
    for _ in range(how_many):
        people.register_person(
            by=HOUSE_ITSELF,
            at=at,
            name="某人",
            community=world.place(community),
            facts={"birth_on": born, "sex": sex, "lives_alone": False} | facts,
        )


def sent(
    world: World, code: str, workbook: bytes, *, place: str = GREEN, **more: object
) -> Edition:
    asked: dict[str, object] = {
        "by": world.at("civil"),
        "code": code,
        "name": code,
        "level": "street" if place == STREET else "community",
        "period": PeriodKind.MONTH,
        "due_days": 5,
        "workbook": workbook,
        "at": NOON,
    }
    import_form(**(asked | more))  # type: ignore[arg-type]
    open_due_editions(by=HOUSE_ITSELF, at=NOON)
    row = Edition.objects.get(form__code=code, place=world.place(place))
    desk = world.at("street_civil" if place == STREET else "committee")
    return send_edition(by=desk, edition=row.pk, at=NOON)


def numbers(edition: Edition) -> dict[str, int | None]:
    """What the database holds of an edition that was sent, by cell."""
    fields = queries.fields_of(edition.form)
    stored = json.loads(Edition.objects.get(pk=edition.pk).numbers)
    return dict(zip([one.name for one in fields], stored, strict=True))


SPLIT = drawn([["社区", "老年人", "男老年人", "女老年人"], ["", "", "", ""]])
LINES = drawn(
    [
        ["社区", "老年人", "男老年人", "女老年人"],
        ["青桐社区", "", "", ""],
        ["柳浪社区", "", "", ""],
        ["合计", "", "", ""],
    ]
)
OLD = date(1950, 1, 1)


def spans(told: dict[str, int | None], sums: list[tuple[str, tuple[str, ...]]]) -> dict[str, int]:
    """How far apart the least and the greatest lie that a reader can think of, by trying all."""
    gone = sorted(name for name, number in told.items() if number is None)
    seen: dict[str, set[int]] = {name: set() for name in gone}
    for guess in itertools.product(range(13), repeat=len(gone)):
        full = {**told, **dict(zip(gone, guess, strict=True))}
        if all(full[whole] == sum(full[part] or 0 for part in parts) for whole, parts in sums):
            for name in gone:
                seen[name].add(full[name] or 0)
    return {name: max(values) - min(values) for name, values in seen.items()}


@pytest.mark.parametrize(("men", "women"), [(2, 9), (4, 1), (9, 3), (0, 3)])
def test_what_a_sent_form_hides_stays_open_to_its_reader(
    world: World, men: int, women: int
) -> None:
    settle(world, men, born=OLD, sex="male")
    settle(world, women, born=OLD, sex="female")

    told = numbers(sent(world, "A", SPLIT))

    assert not [number for number in told.values() if number in range(1, FEWEST)]
    assert None in told.values()
    apart = spans(told, [("B2", ("C2", "D2"))])
    assert all(width >= FEWEST for width in apart.values()), (told, apart)


def test_over_lines_and_columns_too(world: World) -> None:
    for community, men, women in ((GREEN, 3, 8), (WILLOW, 7, 9)):
        settle(world, men, born=OLD, sex="male", community=community)
        settle(world, women, born=OLD, sex="female", community=community)

    told = numbers(sent(world, "A", LINES, place=STREET))

    assert (told["B2"], told["B3"], told["B4"], told["C2"]) == (11, 16, 27, None)
    seen: dict[str, set[int]] = {name: set() for name, number in told.items() if number is None}
    for men, other in itertools.product(range(12), range(17)):
        full = {"C2": men, "C3": other, "C4": men + other}
        full |= {"D2": 11 - men, "D3": 16 - other, "D4": 27 - men - other}
        if all(told[name] in (None, number) for name, number in full.items()):
            for name, values in seen.items():
                values.add(full[name])
    assert {"C2", "C3", "D2", "D3"} <= set(seen)
    assert all(max(values) - min(values) >= FEWEST for values in seen.values()), (told, seen)


@pytest.mark.parametrize(
    ("between", "withheld"), [(0, False), (1, True), (4, True), (5, False), (9, False)]
)
def test_a_second_form_does_not_tell_of_those_between_it_and_the_first(
    world: World, between: int, withheld: bool
) -> None:
    settle(world, 12, born=OLD, sex="male")
    settle(world, between, born=date(1965, 1, 1), sex="male")  # 61: in the first, not the second
    first = sent(world, "A", drawn([["社区", "60岁以上"], ["", ""]]))
    second = sent(world, "B", drawn([["社区", "65岁以上"], ["", ""]]))
    third = sent(world, "C", drawn([["社区", "60岁以上"], ["", ""]]))

    assert numbers(first) == {"B2": 12 + between}
    assert numbers(second) == {"B2": None if withheld else 12}
    assert numbers(third) == {"B2": 12 + between}  # the same again tells nothing new


@pytest.mark.parametrize(("between", "withheld"), [(0, False), (2, True), (5, False)])
def test_one_form_does_not_tell_of_those_between_its_own_numbers(
    world: World, between: int, withheld: bool
) -> None:
    settle(world, 12, born=OLD, sex="male")
    settle(world, between, born=date(1965, 1, 1), sex="male")
    both = drawn([["社区", "60岁以上", "65岁以上"], ["", "", ""]])

    assert numbers(sent(world, "A", both)) == {
        "B2": 12 + between,
        "C2": None if withheld else 12,
    }


def test_a_streets_form_does_not_tell_beside_its_communities_forms(world: World) -> None:
    settle(world, 12, born=OLD, sex="male")
    settle(world, 2, born=date(1965, 1, 1), sex="male")
    settle(world, 20, born=OLD, sex="male", community=WILLOW)
    first = sent(world, "A", drawn([["社区", "60岁以上"], ["", ""]]))
    lines = drawn([["社区", "65岁以上"], ["青桐社区", ""], ["柳浪社区", ""]])

    assert numbers(first) == {"B2": 14}
    assert numbers(sent(world, "B", lines, place=STREET)) == {"B2": None, "B3": 20}


BANDS = [["社区", "60岁以上", "60-69岁", "70-79岁", "80岁以上"], ["", "", "", "", ""]]


def test_a_small_band_of_ages_is_not_told_by_the_others_and_their_whole(world: World) -> None:
    for how_many, born in ((12, 1963), (3, 1953), (30, 1940)):
        settle(world, how_many, born=date(born, 1, 1), sex="male")

    assert numbers(sent(world, "A", drawn(BANDS))) == {"B2": 45, "C2": None, "D2": None, "E2": 30}


def test_few_of_whom_a_form_asks_nothing_are_not_told_by_what_is_left(world: World) -> None:
    for how_many, born in ((12, 1963), (3, 1953), (30, 1940)):
        settle(world, how_many, born=date(born, 1, 1), sex="male")
    without = [[*line[:3], line[4]] for line in BANDS]
    settle(world, 20, born=OLD, sex="male", community=WILLOW)
    alone = drawn([["社区", "老年人"], ["青桐社区", ""], ["合计", ""]])

    assert numbers(sent(world, "A", drawn(without))) == {"B2": 45, "C2": None, "D2": 30}
    assert numbers(sent(world, "B", alone, place=STREET)) == {"B2": 45, "B3": 65}


def test_few_of_another_community_are_not_told_by_the_whole_and_its_others(world: World) -> None:
    settle(world, 20, born=OLD, sex="male")
    settle(world, 2, born=OLD, sex="male", community=WILLOW)
    alone = drawn([["社区", "老年人"], ["青桐社区", ""], ["合计", ""]])

    assert numbers(sent(world, "A", alone, place=STREET)) == {"B2": None, "B3": 22}


def test_an_exact_form_is_exact_and_says_so(world: World, lists: None, browser: "Browser") -> None:
    settle(world, 2, born=OLD, sex="male")
    settle(world, 1, born=OLD, sex="female")

    plain = sent(world, "A", SPLIT)
    exact = sent(world, "B", SPLIT, duty="aid_assist", exact=True)

    assert numbers(plain) == {"B2": None, "C2": None, "D2": None}
    assert numbers(exact) == {"B2": 3, "C2": 2, "D2": 1}
    said = "这张表报精确数"
    for edition, is_exact in ((plain, False), (exact, True)):
        assert (said in browser.page(f"/reports/{edition.pk}/")) is is_exact
        assert browser.json(f"/api/v1/reports/{edition.pk}")["exact"] is is_exact


def test_houses_and_bodies_are_no_persons_and_are_told(world: World) -> None:
    edition = sent(
        world, "A", drawn([["社区", "楼栋数", "社会组织数", "老年人"], ["", "", "", ""]])
    )

    assert numbers(edition) == {"B2": 1, "C2": 0, "D2": 0}


# --- what is old is marked ------------------------------------------------------------------


class Browser:
    """The committee at its desk."""

    def __init__(self) -> None:
        self.client = Client(headers={"accept-language": "zh-hans"})
        self.client.force_login(User.objects.get(username="committee"))

    def page(self, address: str) -> str:
        answer = self.client.get(address)
        assert answer.status_code == 200
        return html.unescape(answer.content.decode())

    def json(self, address: str) -> dict[str, object]:
        answer = self.client.get(address)
        assert answer.status_code == 200, answer.content
        found: dict[str, object] = answer.json()
        return found

    def sheet(self, address: str) -> dict[str, Look]:
        return cells(self.client.get(address).content)


@pytest.fixture
def browser(world: World, monkeypatch: pytest.MonkeyPatch) -> Browser:
    monkeypatch.setattr("linli.identity.queries.has_second_factor", lambda user: True)
    return Browser()


def test_a_number_on_facts_too_old_is_marked_wherever_it_goes(
    world: World, browser: Browser
) -> None:
    settle(world, 6, born=OLD, sex="male", at=NOON - timedelta(days=900), lives_alone=True)
    settle(world, 7, born=OLD, sex="female", lives_alone=True, at=NOON - timedelta(days=20))
    edition = sent(
        world, "A", drawn([["社区", "独居老人", "独居女老人", "老年人"], ["", "", "", ""]])
    )

    assert numbers(edition) == {"B2": 13, "C2": 7, "D2": 13}
    told = browser.json(f"/api/v1/reports/{edition.pk}")["numbers"]
    assert [(one["cell"], one["number"], one["stale"], one["mark"]) for one in told] == [
        ("B2", 13, True, "stale"),
        ("C2", 7, False, ""),
        ("D2", 13, False, ""),  # how old somebody is never grows old
    ]
    text = browser.page(f"/reports/{edition.pk}/")
    assert text.count('class="number number-stale"') == 1
    assert "有 6 人的事实太久没人核实。" in text
    sheet = browser.sheet(f"/reports/{edition.pk}/file/")
    assert [(sheet[c].value, sheet[c].format) for c in ("B2", "C2", "D2")] == [
        ("13", '0" 旧"'),
        ("7", "General"),
        ("13", "General"),
    ]
    assert [one["id"] for one in browser.json("/api/v1/reports")["items"]] == [edition.pk]  # type: ignore[union-attr]


def test_what_was_sent_gives_the_same_bytes_whatever_becomes_known(
    world: World, browser: Browser
) -> None:
    settle(world, 6, born=OLD, sex="male", at=NOON - timedelta(days=900), lives_alone=True)
    settle(world, 7, born=OLD, sex="female", lives_alone=True)
    edition = sent(world, "A", drawn([["社区", "独居老人", "独居女老人"], ["", "", ""]]))
    address = f"/reports/{edition.pk}/file/"
    file, told = browser.client.get(address).content, numbers(edition)
    later = NOON + timedelta(days=3)
    first, second, *others = Person.objects.order_by("id").values_list("pk", flat=True)

    for person in others:  # a paper of that month, keyed in afterwards
        people.confirm_fact(
            by=HOUSE_ITSELF, at=later, person=person, attribute="lives_alone", on=AS_OF
        )
    people.record_fact(
        by=HOUSE_ITSELF,
        at=later,
        person=first,
        attribute="birth_on",
        value=date(1999, 1, 1),
        valid_from=date(1999, 1, 1),
    )
    people.end_person(by=HOUSE_ITSELF, at=later, person=second, reason="moved", on=date(2026, 9, 1))
    settle(world, 3, born=OLD, sex="female", at=later, lives_alone=True)

    assert told == {"B2": 13, "C2": 7}
    assert [one.number for one in queries.compiled(edition, known_at=later)] != [13, 7]
    assert browser.client.get(address).content == file
    assert browser.sheet(address)["B2"].format == '0" 旧"'
    answers = browser.json(f"/api/v1/reports/{edition.pk}")["numbers"]
    assert [(one["number"], one["stale"]) for one in answers] == [(13, True), (7, False)]


def test_minutes_of_one_visit_do_not_leave_the_house_and_those_of_many_do(
    busy: World, things: Things
) -> None:
    def released(where: Expression | None) -> tuple[int, int | None, bool]:
        field = Field("Sheet1", (2, 2), ("走访时长",), None, Cell("visits", where, "minutes"))
        found = queries.answers([field], counts, [busy.place(GREEN)])
        [told] = queries.released(edition, found, on=NOON.date())
        return found[0].behind, told.number, told.hidden

    edition = Edition(
        district=1, form=Form(exact=False), place_id=busy.place(GREEN), as_of=NOON.date()
    )
    counts = queries.Counts(1, edition.as_of, NOON, {busy.place(GREEN)})

    one = InSet("outcome", frozenset({"not_home"}))  # 2 minutes at one door
    assert released(one) == (1, None, True)
    assert released(None) == (5, 79, False)


@pytest.mark.parametrize(("of_whom_nobody_knows", "hides"), [(2, 1), (5, 0)])
def test_of_how_few_nobody_knows_cannot_be_worked_out(
    world: World, of_whom_nobody_knows: int, hides: int
) -> None:
    settle(world, 10, born=OLD, sex="male")
    settle(world, 11, born=OLD, sex="female")
    for _ in range(of_whom_nobody_knows):
        people.register_person(
            by=HOUSE_ITSELF,
            at=JUNE,
            name="某人",
            community=world.place(GREEN),
            facts={"birth_on": OLD},
        )

    told = numbers(sent(world, "sexes", SPLIT))

    assert sorted(told) == ["B2", "C2", "D2"]
    assert [told["B2"], told["D2"]] == [21 + of_whom_nobody_knows, 11]
    assert told["C2"] == (None if hides else 10)

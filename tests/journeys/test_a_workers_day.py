"""
One day of a community worker, over the pages: twenty doors, three forms, one dispute. Nothing is
asked twice, neither on another card nor for another form; in the evening the forms answer themselves.
"""

import html
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from linli.fabric import versions
from linli.identity.models import User
from linli.parties import actions as parties
from linli.parties.domain import AppointmentRow
from linli.people import actions as people
from linli.people import queries as people_queries
from linli.people.models import Person
from linli.places import actions as places
from linli.places.domain import Kind, PlaceRow
from linli.places.models import Place
from linli.reports import queries as reports
from linli.reports.actions import (
    ask_for_gaps,
    import_form,
    load_definitions,
    open_due_editions,
    read_definitions,
)
from linli.reports.domain import PeriodKind, read_workbook
from linli.reports.models import Edition
from linli.visits.models import Conflict, Question, Visit
from tests.reports.conftest import drawn
from tests.world import FIRST_DAY, GREEN, HOUSE_ITSELF, NOON, STAIR, World, build_world

PACK = Path(__file__).parents[2] / "packs" / "common"
DOORS, TWO_FACTS = 20, 10
FACTS = ("volunteer", "veteran", "medical_insurance", "employment")
KNOWN = {"hukou": "local", "residence": "owner", "dibao": False}
FORMS = {
    "A": ["志愿者", "退役军人"],
    "B": ["志愿者", "居民医保"],
    "C": ["退役军人", "失业", "居民医保"],
}
# What everybody would say, by the number of their door: the forms are recounted from it by hand.
TRUTH = {
    "volunteer": lambda n: n % 2 == 0,
    "veteran": lambda n: n % 3 == 0,
    "medical_insurance": lambda n: "resident" if n < 12 else "employee",
    "employment": lambda n: "unemployed" if n % 3 == 1 else "employed",
}
COUNTED = {
    "志愿者": TRUTH["volunteer"],
    "退役军人": TRUTH["veteran"],
    "居民医保": lambda n: TRUTH["medical_insurance"](n) == "resident",
    "失业": lambda n: TRUTH["employment"](n) == "unemployed",
}


class Day:
    """The clock, the households, and what was asked of whom so far."""

    def __init__(self) -> None:
        self.now, self.asked, self.doors = NOON, list[tuple[int, str]](), dict[int, int]()
        self.people: dict[int, int] = {}
        self.world: World = build_world(pack=PACK)

    def lives(self, number: int, home: int) -> None:
        before = NOON - timedelta(days=200)
        house = people.register_household(by=HOUSE_ITSELF, at=before, home=home)
        unknown = {FACTS[number % 4], *([FACTS[(number + 1) % 4]] if number < TWO_FACTS else [])}
        told = {name: TRUTH[name](number) for name in FACTS if name not in unknown}
        person = people.register_person(
            by=HOUSE_ITSELF,
            at=before,
            name=f"李某{number}",
            household=house.pk,
            facts={"birth_on": date(1970, 1, 1 + number), **KNOWN, **told},
        )
        self.doors[house.pk], self.people[person.pk] = number, number


@pytest.fixture
def day(db: None, monkeypatch: pytest.MonkeyPatch) -> Day:
    versions.forget_everything()
    monkeypatch.setattr("linli.identity.queries.has_second_factor", lambda user: True)
    made = Day()
    monkeypatch.setattr(timezone, "now", lambda: made.now)
    indicators, terms = read_definitions(PACK)
    load_definitions(
        by=HOUSE_ITSELF,
        pack="common",
        indicators=indicators,
        terms=terms,
        begins=FIRST_DAY,
        at=NOON,
    )
    code = f"{STAIR}-D6"
    rows = [
        PlaceRow(
            kind=Kind.DOOR, code=f"{code}{n:02}", parent_code=STAIR, name={"zh-Hans": f"6{n:02} 室"}
        )
        for n in range(DOORS)
    ]
    places.load_places(by=HOUSE_ITSELF, at=NOON, rows=rows, on=FIRST_DAY)
    homes = (
        Place.objects.filter(code__startswith=code).order_by("code").values_list("pk", flat=True)
    )
    for number, home in enumerate(homes):
        made.lives(number, home)
    colleague = User.objects.create(username="colleague", is_staff=True)
    row = AppointmentRow(
        colleague.pk, made.world.party(f"{GREEN}.committee"), "worker", "卫国", FIRST_DAY
    )
    parties.load_appointments(by=HOUSE_ITSELF, at=NOON, rows=[row])
    return made


def browser(desk: str) -> Client:
    made = Client(headers={"accept-language": "zh-hans"})
    made.force_login(User.objects.get(username=desk))
    return made


def text(answer: object) -> str:
    return html.unescape(answer.content.decode())  # type: ignore[attr-defined]


def ask_for_forms(day: Day) -> None:
    """Let an office ask for three forms that overlap; what nobody knows becomes questions."""
    for code, heads in FORMS.items():
        import_form(
            by=day.world.at("civil"),
            code=code,
            name=f"表{code}",
            level="community",
            period=PeriodKind.MONTH,
            due_days=13,
            workbook=drawn([["社区", *heads], ["", *("" for _ in heads)]]),
            duty="assist_government",
            at=NOON,
        )
    open_due_editions(by=HOUSE_ITSELF, at=NOON)


def hidden(page: str, name: str) -> str:
    return re.search(rf'name="{name}" value="([^"]*)"', page)[1]


def open_card(day: Day, client: Client, house: int, reasons: str) -> tuple[str, dict[str, str]]:
    page = text(
        client.post("/visits/card/", {"household": house, "reasons": reasons, "do": "open"})
    )
    sent = {name: hidden(page, name) for name in ("key", "card", "reasons")}
    return page, sent | {
        "outcome": "done",
        "visited_on": day.now.date().isoformat(),
        "minutes": "8",
    }


def questions_on(page: str) -> list[tuple[int, str]]:
    """Return person and fact of what the card asks."""
    found = []
    for part in re.findall(r'<fieldset class="note note-need asked">(.*?)</fieldset>', page, re.S):
        found += re.findall(r'name="v\.(\d+)\.(\w+)"', part)
    return [(int(person), name) for person, name in found]


def spell(value: object) -> str:
    return (
        {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)
    )


def visit(day: Day, client: Client, house: int, reasons: str) -> None:
    """Open the card of a door, ask what it asks, and say that the rest has not changed."""
    page, sent = open_card(day, client, house, reasons)
    for person, name in questions_on(page):
        day.asked.append((person, name))
        sent[f"v.{person}.{name}"] = spell(TRUTH[name](day.people[person]))
    answer = client.post("/visits/send/", {**sent, "do": "same"})
    assert answer.status_code == 302, text(answer)
    day.now += timedelta(minutes=12)


def lead(client: Client) -> str:
    """Return what the week says of itself."""
    return re.search(r'<p class="lead">(.*?)</p>', text(client.get("/reports/")))[1]


def doors_of(page: str) -> list[tuple[int, str]]:
    """Return house and reasons of each door of the morning's list, in its order."""
    found = re.findall(
        r'name="household" value="(\d+)"><input type="hidden" name="reasons" value="([^"]*)">'
        r'<button [^>]*value="open"',
        page,
    )
    return [(int(house), reasons) for house, reasons in found]


def differ(day: Day, one: Client, other: Client) -> None:
    """Two cards of one door cross: each says another thing; a person decides, side by side."""
    house = next(iter(day.doors))
    person = Person.objects.get(household=house).pk
    cards = [(client, *open_card(day, client, house, "")) for client in (one, other)]
    assert questions_on(cards[0][1]) == []
    for (client, _, sent), value in zip(cards, ("tenant", "with_family"), strict=True):
        answer = client.post("/visits/send/", {**sent, f"v.{person}.residence": value})
        assert answer.status_code == 302
    assert people_queries.facts_of(person)["residence"] == "tenant"
    page = text(one.get("/visits/conflicts/"))
    assert "租住" in page
    assert "住亲属家" in page
    row = Conflict.objects.get()
    decided = {"choice": "mine", "reason": "told", "seen": hidden(page, "seen")}
    assert one.post(f"/visits/conflicts/{row.pk}/", decided).status_code == 302
    assert "没有两个说法" in text(one.get("/visits/conflicts/"))
    assert people_queries.facts_of(person)["residence"] == "with_family"


def numbers_sent(client: Client, edition: Edition) -> list[str | None]:
    """Return the numbers in the file that goes back to the office."""
    [sheet] = read_workbook(client.get(f"/reports/{edition.pk}/file/").content)
    heads = len(FORMS[edition.form.code])
    return [sheet.texts.get((2, column)) for column in range(2, 2 + heads)]


def editions(day: Day) -> list[Edition]:
    """Return what the community owes, by the form's code."""
    rows = Edition.objects.filter(place=day.world.place(GREEN)).select_related("form")
    return list(rows.order_by("form__code"))


def test_twenty_doors_three_forms_one_dispute_and_nothing_twice(day: Day) -> None:
    worker, colleague = browser("committee"), browser("colleague")
    ask_for_forms(day)
    wanted = set(Question.objects.values_list("person", "attribute"))
    lacking = [len(reports.gaps([one], at=day.now)) for one in editions(day)]
    assert lacking == [15, 15, 23]  # of which 23 are wanted by two forms and asked once
    assert len(wanted) == DOORS + TWO_FACTS
    assert lead(worker) == "3 张：0 张已自动答，3 张缺 7 项。"

    # Twenty doors, as the morning's list has them.
    doors = doors_of(text(worker.get("/visits/")))
    assert len(doors) == DOORS
    for house, reasons in doors:
        assert "question" in reasons.split()
        visit(day, worker, house, reasons)

    # Every question was asked, at one door, once; no card asks anything any more.
    assert len(day.asked) == len(set(day.asked)) == len(wanted)
    assert set(day.asked) == wanted
    assert Visit.objects.filter(outcome="done").count() == DOORS
    assert not Question.objects.filter(answered_at=None).exists()
    assert doors_of(text(worker.get("/visits/"))) == []

    # One dispute about what is so, which ends.
    differ(day, worker, colleague)

    # The three forms answer themselves: each number is what a count by hand gives.
    assert lead(worker) == "3 张：3 张已自动答。"
    for edition in editions(day):
        assert worker.post(f"/reports/{edition.pk}/send/").status_code == 302
        counted = [str(sum(map(COUNTED[head], range(DOORS)))) for head in FORMS[edition.form.code]]
        assert numbers_sent(worker, edition) == counted

    # Nothing is wanted again, neither by these forms nor by one more that wants the same.
    assert ask_for_gaps(by=HOUSE_ITSELF, at=day.now) == 0
    assert Question.objects.count() == len(wanted)

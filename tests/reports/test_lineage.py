"""A number opens to what was counted: the same things, each once, to whoever may see them."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from linli.basics import NoSuchThing
from linli.cases import actions as cases
from linli.fabric import versions
from linli.people import actions as people
from linli.people.domain import mask_name
from linli.reports import queries
from linli.reports.actions import import_form, open_due_editions, send_edition
from linli.reports.domain import PeriodKind
from linli.reports.models import Edition
from tests.cases.errands import RESIDENT
from tests.world import DOOR, GREEN, HOUSE_ITSELF, World

from .conftest import drawn
from .things import Things, at

pytestmark = pytest.mark.django_db
HEADS = (
    "受理件数",
    "在办件数",
    "走访户数",
    "走访分钟数",
    "社会组织数",
    "楼栋数",
    "支出经费（分）",
    "户数",
)
NUMBERS = [3, 3, 2, 59, 2, 2, 120_050, 1]
RECORDS = [3, 3, 2, 4, 2, 2, 1, 1]
DECEMBER = at(12, 1)


@pytest.fixture
def edition(busy: World, things: Things) -> Edition:
    import_form(
        by=busy.at("civil"),
        code="SQ-01",
        name="社区民生服务月报",
        level="community",
        period=PeriodKind.MONTH,
        due_days=5,
        workbook=drawn(
            [
                ["社区民生服务月报", *[None] * len(HEADS)],
                ["社区", *HEADS],
                ["", *[""] * len(HEADS)],
            ],
            [(0, 0, 0, len(HEADS), "社区民生服务月报")],
        ),
        at=at(11, 20),
    )
    open_due_editions(by=HOUSE_ITSELF, at=DECEMBER)
    return Edition.objects.get(place=busy.place(GREEN), as_of=date(2026, 11, 30))


def test_a_monthly_return_of_the_community_answers_itself(edition: Edition) -> None:
    assert edition.form.matched == edition.form.asked == len(HEADS)
    assert [one.number for one in queries.compiled(edition, known_at=DECEMBER)] == NUMBERS


def test_every_number_opens_to_just_what_was_counted(busy: World, edition: Edition) -> None:
    by = busy.at("committee")
    for place, (number, records) in enumerate(zip(NUMBERS, RECORDS, strict=True)):
        found = queries.behind(by, edition, place, at=DECEMBER)
        assert (found.number, found.total, len(found.records)) == (number, records, records)
        if HEADS[place] in ("走访分钟数", "支出经费（分）"):
            assert sum(one.amount or 0 for one in found.records) == number


def test_matters_open_at_the_desk_of_whoever_is_concerned(
    busy: World, things: Things, edition: Edition
) -> None:
    numbers = {name: one.case.number for name, one in things.cases.items()}
    opens = {
        desk: {
            one.words.split()[0]: one.opens
            for one in queries.behind(busy.at(desk), edition, 0, at=DECEMBER).records
        }
        for desk in ("committee", "street_civil")
    }

    assert set(opens["committee"]) == {numbers["waits"], numbers["last"], numbers["more"]}
    assert set(opens["committee"].values()) == {None}  # they see that there are, and no more
    by = replace(busy.at("committee"), party=busy.party(f"{GREEN}.station"))
    mine = queries.behind(by, edition, 0, at=DECEMBER).records
    assert [one.opens for one in mine] == [("desk:case", one.words.split()[0]) for one in mine]


def test_nobody_sees_behind_a_number_of_another_community(busy: World, edition: Edition) -> None:
    for place in range(len(HEADS)):
        with pytest.raises(NoSuchThing):
            queries.behind(busy.at("neighbour"), edition, place, at=DECEMBER)


def test_what_was_sent_opens_to_what_was_known_then(
    busy: World, things: Things, edition: Edition
) -> None:
    send_edition(by=busy.at("committee"), edition=edition.pk, at=DECEMBER)
    before = [
        queries.behind(busy.at("committee"), edition_again(edition), place, at=DECEMBER)
        for place in range(len(HEADS))
    ]
    cases.reopen_case(
        by=RESIDENT, report=things.cases["again"].report, words="还漏", at=at(12, 1, 9)
    )
    cases.answer_case(
        by=busy.at("station"),
        case_id=things.cases["waits"].case.pk,
        end=things.cases["waits"].case.end or "explained",
        words="已经看过，是户内的管子，告诉了房主怎么修。",
        at=at(12, 1, 9),
    )
    people.register_person(by=HOUSE_ITSELF, at=at(12, 1, 9), name="新来的", home=busy.place(DOOR))

    after = [
        queries.behind(busy.at("committee"), edition_again(edition), place, at=at(12, 2))
        for place in range(len(HEADS))
    ]
    assert [(one.number, [r.id for r in one.records]) for one in after] == [
        (one.number, [r.id for r in one.records]) for one in before
    ]


def edition_again(edition: Edition) -> Edition:
    return Edition.objects.select_related("form").get(pk=edition.pk)


def test_households_are_listed_by_who_lived_there_masked_page_by_page(
    busy: World, things: Things, edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    members = {things.doors["family"]: ["陈秀英"]}
    for number in range(4):
        house = people.register_household(
            by=HOUSE_ITSELF, at=at(11, 3), home=busy.place(DOOR), kind="family"
        )
        members[house.pk] = [f"赵{'一二三'[n]}明" for n in range(number % 2 + 1)]
        for name in members[house.pk]:
            people.register_person(
                by=HOUSE_ITSELF,
                at=at(11, 3),
                name=name,
                home=busy.place(DOOR),
                household=house.pk,
            )
    monkeypatch.setattr("linli.reports.queries.lineage.PAGE", 2)
    place, after, pages = HEADS.index("户数"), 0, []
    while True:
        found = queries.behind(busy.at("committee"), edition, place, at=DECEMBER, after=after)
        pages.append(list(found.records))
        if found.after is None:
            break
        after = found.after

    assert [len(one) for one in pages] == [2, 2, 1]
    seen = {one.id: one for records in pages for one in records}
    [number] = [
        one.number
        for one in queries.compiled(edition, known_at=DECEMBER)
        if one.field.texts[-1] == "户数"
    ]
    assert len(seen) == found.total == found.number == number == 5
    assert {one: said.words.split("、") for one, said in seen.items()} == {
        house: [mask_name(name) for name in names] for house, names in members.items()
    }
    assert all(one.masked for one in seen.values())


def test_a_person_stands_behind_a_number_with_the_days_of_the_facts(
    busy: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = {"by": HOUSE_ITSELF, "at": at(11, 3), "community": busy.place(GREEN)}
    facts = {"birth_on": date(1940, 1, 1), "lives_alone": True}
    old = people.register_person(name="陈秀英", facts=facts, **told)
    again = people.register_person(name="陈秀兰", facts=facts, **told)
    people.confirm_fact(
        by=HOUSE_ITSELF,
        at=at(11, 20),
        person=again.pk,
        attribute="lives_alone",
        on=date(2026, 11, 20),
    )
    import_form(
        by=busy.at("civil"),
        code="LR-01",
        name="表",
        level="community",
        period=PeriodKind.MONTH,
        due_days=5,
        workbook=drawn([["社区", "独居老人"], ["", ""]]),
        at=at(11, 20),
    )
    open_due_editions(by=HOUSE_ITSELF, at=DECEMBER)
    edition = Edition.objects.get(place=busy.place(GREEN), as_of=date(2026, 11, 30))

    with override("zh-hans"):
        found = queries.behind(busy.at("committee"), edition, 0, at=DECEMBER)

    assert {one.id: one.facts for one in found.records} == {
        old.pk: "独居：11 月 3 日登记或核实",
        again.pk: "独居：11 月 20 日登记或核实",
    }


def test_a_page_of_many_records_asks_no_more_than_a_page_of_one(
    busy: World, edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    by = busy.at("committee")

    def asked(place: int, page: int) -> tuple[int, int]:
        monkeypatch.setattr("linli.reports.queries.lineage.PAGE", page)
        request = versions.remember_for_this_request()
        with CaptureQueriesContext(connection) as caught:
            found = queries.behind(by, edition, place, at=DECEMBER)
        versions.forget(request)
        return len(found.records), len(caught)

    for place, records in enumerate(RECORDS):
        asked(place, 50)  # what is read once for all requests
        one, many = asked(place, 1), asked(place, 50)
        assert (one[0], many[0]) == (1, records)
        assert one[1] == many[1]

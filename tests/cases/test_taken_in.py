"""Whoever took a matter in sees it; without a place it lies where their office stands, or the words say."""

import pytest

from linli.basics import NoSuchThing
from linli.cases import actions, queries
from linli.cases.domain import Channel, Permission
from linli.cases.models import Case, Docket
from tests.world import GREEN, NOON, STREET, WILLOW

from .errands import RESIDENT, said
from .test_api import client_for, post

ALLOWED = ("street", "street_civil", "street_city", "station", "committee", "neighbour")
STATION, NEIGHBOUR = f"{GREEN}.station", f"{WILLOW}.station"


def taken(world, desk: str, **changes) -> Case:
    words = {"place_id": None, "words": "水管在漏。", "channel": Channel.WINDOW, **changes}
    return actions.open_case(by=world.at(desk), said=said(world, **words), at=NOON).case


def test_every_token_that_may_open_a_case_reads_back_what_it_opened(world) -> None:
    desks = [desk for desk, by in world.staff.items() if Permission.ACCEPT in by.permissions]
    assert {*desks} == {*ALLOWED}
    for desk in desks:
        client = client_for(world, desk)
        for item in ("shared_leak", "question"):
            made = post(client, "/cases", {"item": item, "words": "漏水了，找谁？"})
            number = made.json()["number"]

            shown = client.get(f"/api/v1/cases/{number}")
            listed = client.get("/api/v1/cases", {"q": "漏水了"}).json()["items"]

            assert (desk, made.status_code, shown.status_code) == (desk, 201, 200)
            assert number in {row["number"] for row in listed}
            newest = queries.list_rows(world.at(desk), queries.CaseFilter()).rows[0]
            assert newest.case.number == number
    assert list(queries.verify_lists()) == []


@pytest.mark.parametrize(
    ("desk", "changes", "place", "owner"),
    [
        ("station", {}, GREEN, STATION),
        ("committee", {}, GREEN, STATION),
        ("street_civil", {}, STREET, f"{STREET}.center"),
        ("housing", {}, None, "990101.center"),
        ("station", {"place_words": "柳浪社区 2 幢"}, WILLOW, NEIGHBOUR),
        ("station", {"words": "我住柳浪社区，水管在漏。"}, WILLOW, NEIGHBOUR),
        ("station", {"place_words": "Liulang Community, house 2"}, WILLOW, NEIGHBOUR),
        ("station", {"place_words": "青桐社区和柳浪社区之间"}, GREEN, STATION),
        ("station", {"place_words": "柳营街道"}, GREEN, STATION),
        ("street", {"place_words": "柳浪社区 2 幢"}, WILLOW, NEIGHBOUR),
        ("district", {"place_words": "柳营街道的路口"}, STREET, f"{STREET}.center"),
    ],
)
def test_without_a_place_it_lies_where_the_words_or_the_office_say(
    world, desk, changes, place, owner
) -> None:
    case = taken(world, desk, **changes)

    assert case.place_id == (world.place(place) if place else None)
    assert case.community_id == (world.place(place) if place in (GREEN, WILLOW) else None)
    assert case.owner_id == world.party(owner)
    assert queries.case_for(world.at(desk), case.number) == case


def test_a_named_place_and_a_residents_own_report_stay_where_they_were_said(world) -> None:
    named = taken(world, "station", place_id=world.place(WILLOW), words="青桐社区的人来说的。")
    own = said(world, place_id=None, words="柳浪社区的水管在漏。")

    assert named.place_id == world.place(WILLOW)
    assert actions.open_case(by=RESIDENT, said=own, at=NOON).case.place_id is None


def test_whoever_took_it_in_is_listed_as_that_and_steers_nothing(world) -> None:
    case = taken(world, "station", place_id=world.place(WILLOW))
    answered = actions.answer_consultation(
        by=world.at("street_civil"),
        said=said(world, item="question", place_id=world.place(WILLOW)),
        answer="去工作站。",
        at=NOON,
    ).case

    rows = Docket.objects.filter(role="taker").values_list("case", "party")
    assert set(rows) == {
        (case.pk, world.party(STATION)),
        (answered.pk, world.party(f"{STREET}.civil_affairs")),
    }
    assert not queries.steered_by(world.at("station"), case)
    with pytest.raises(NoSuchThing):
        queries.case_for(world.at("committee"), case.number)
    assert list(queries.verify_lists()) == []

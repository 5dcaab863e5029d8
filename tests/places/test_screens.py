"""Places at the workbench: one page each, and each form with its refusals."""

import re
from dataclasses import replace

import pytest
from django.test import Client

from linli.identity.models import User
from linli.journal.models import Line
from linli.parties import actions as parties
from linli.parties.domain import AppointmentRow
from linli.places.models import Place, PlaceMove
from linli.places.queries.plates import plates_of
from tests.world import (
    DISTRICT,
    FIRST_DAY,
    GREEN,
    GRID,
    HOUSE,
    HOUSE_ITSELF,
    NOON,
    STAIR,
    STREET,
    WILLOW,
    Everything,
    World,
    build_world,
)

DAY = "2026-11-01"


@pytest.fixture(autouse=True)
def one_factor(monkeypatch) -> None:
    monkeypatch.setattr("linli.identity.queries.has_second_factor", lambda user: True)


@pytest.fixture
def world(db) -> World:
    world = build_world()
    for name, party, role in (
        ("head", f"{GREEN}.station", "head"),
        ("chief", f"{DISTRICT}.center", "district"),
        ("window", f"{GREEN}.station", "clerk"),
    ):
        user = User.objects.create(username=name, is_staff=True)
        row = AppointmentRow(user.pk, world.party(party), role, name, FIRST_DAY)
        parties.make_appointment(by=HOUSE_ITSELF, at=NOON, row=row)
    return world


def at_desk(name: str, language: str = "en") -> Client:
    browser = Client(headers={"accept-language": language})
    browser.force_login(User.objects.get(username=name))
    return browser


def page(answer) -> str:
    assert answer.status_code == 200, answer.content.decode()[:300]
    return answer.content.decode()


def state() -> tuple[list[dict], int, int]:
    return (
        list(Place.objects.order_by("id").values()),
        PlaceMove.objects.count(),
        Line.objects.count(),
    )


def test_the_district_leads_down_to_every_door(world) -> None:
    chief, seen = at_desk("chief"), []
    ahead = ["/places/"]
    while ahead:
        html = page(chief.get(ahead.pop()))
        seen.append(re.search(r"<h1>(.*?)</h1>", html)[1])
        below = html.split('id="below"')[1].split('id="past"')[0]
        ahead += re.findall(r'href="(/places/\d+/)"', below)
    assert sorted(seen) == sorted(
        one.name.get("en") or one.name["zh-Hans"] for one in Place.objects.all()
    )


def test_a_place_gets_another_name_and_its_page_keeps_the_old_one(world) -> None:
    chief, address = at_desk("chief"), f"/places/{world.place(HOUSE)}/"
    sent = {"name": "三号楼", "name_en": "House Three", "on": DAY}
    answer = chief.post(address + "do/rename/", sent)
    assert answer.headers["Location"] == address + "?did=rename"
    html = page(chief.get(address + "?did=rename"))
    assert "House Three</h1>" in html
    assert "Was called Building 3 until then." in html
    assert "在这以前叫“3 幢”。" in page(at_desk("chief", "zh-hans").get(address))
    assert Place.objects.get(code=HOUSE).name == {"zh-Hans": "三号楼", "en": "House Three"}


def test_a_place_is_added_with_a_code_of_our_own_that_looks_like_its_name(world) -> None:
    head, address = at_desk("head"), f"/places/{world.place(STAIR)}/"
    for code in (f"{STAIR}-D502", f"{STAIR}-D502A"):
        sent = {"kind": "door", "name": "502室", "on": DAY}
        answer = head.post(address + "do/add/", sent)
        made = Place.objects.get(code=code)
        assert answer.headers["Location"] == f"/places/{made.pk}/?did=add"
        assert (made.parent_id, made.community_id) == (world.place(STAIR), world.place(GREEN))
    assert "502室" in page(head.get(address))


def test_a_grid_moves_to_another_community_with_all_inside_it(world) -> None:
    chief, grid = at_desk("chief"), world.place(GRID)
    looked = page(chief.get(f"/places/{grid}/?community={world.place(WILLOW)}"))
    assert f'<option value="{world.place(WILLOW)}"' in looked
    sent = {"parent": world.place(WILLOW), "on": DAY}
    answer = chief.post(f"/places/{grid}/do/move/", sent)
    assert answer.headers["Location"] == f"/places/{grid}/?did=move"
    assert Place.objects.get(code=STAIR).community_id == world.place(WILLOW)
    html = page(chief.get(f"/places/{grid}/"))
    assert (
        "Moved from Qingtong Community, Liuying Street to Liulang Community, Liuying Street."
        in html
    )


def test_a_community_becomes_part_of_another_and_says_so_on_both_pages(world) -> None:
    chief, gone, kept = at_desk("chief"), world.place(WILLOW), world.place(GREEN)
    answer = chief.post(f"/places/{gone}/do/merge/", {"into": kept, "on": DAY})
    assert answer.headers["Location"] == f"/places/{kept}/?did=merge"
    assert "Liulang Community, Liuying Street became part of it." in page(
        chief.get(f"/places/{kept}/")
    )
    ended = page(chief.get(f"/places/{gone}/"))
    assert "It is part of this place now:" in ended
    assert "/do/" not in ended
    again = chief.post(f"/places/{gone}/do/rename/", {"name": "柳浪", "on": DAY})
    assert again.status_code == 409
    assert "This place no longer exists." in again.content.decode()


def test_whoever_keeps_one_community_keeps_nothing_above_or_beside_it(world) -> None:
    head = at_desk("head")
    assert "/do/rename/" in page(head.get(f"/places/{world.place(GREEN)}/"))
    for above in (DISTRICT, STREET):
        assert "/do/" not in page(head.get(f"/places/{world.place(above)}/"))
    before = state()
    sent = {"name": "别名", "kind": "community", "code": f"{STREET}009", "on": DAY}
    for act, code, status in (
        ("rename", STREET, 403),
        ("add", STREET, 403),
        ("rename", DISTRICT, 403),
        ("rename", WILLOW, 404),
    ):
        answer = head.post(f"/places/{world.place(code)}/do/{act}/", sent)
        assert answer.status_code == status
    into_street = {"parent": world.place(STREET), "on": DAY}
    answer = head.post(f"/places/{world.place(GREEN)}/do/move/", into_street)
    assert answer.status_code == 403
    assert head.get(f"/places/{world.place(WILLOW)}/").status_code == 404
    assert at_desk("window").get("/places/").status_code == 403
    assert Client().get("/places/").status_code == 302
    assert state() == before


def test_the_plates_of_a_community_are_printed_and_lead_to_its_stairwells(world) -> None:
    head = at_desk("head")
    assert f"/desk/plates/{world.place(GREEN)}/" in page(head.get(f"/places/{world.place(GREEN)}/"))
    html = page(head.get(f"/desk/plates/{world.place(GREEN)}/"))
    here = Place.objects.filter(community_id=world.place(GREEN), valid_to=None)
    assert html.count('class="slip-qr"') == here.filter(kind="stairwell").count() > 0
    chief = replace(HOUSE_ITSELF, permissions=Everything())
    stair = here.get(pk=world.place(STAIR))
    hung = plates_of(chief, stair.pk)
    assert {one.token for one in hung} == {
        stair.door_token,
        *here.filter(parent=stair).values_list("door_token", flat=True),
    }
    for one in hung:
        assert "/report/" in Client().get(f"/d/{one.token}/").headers["Location"]


def test_plates_are_of_one_community_at_most(world) -> None:
    for code in (DISTRICT, STREET, WILLOW):
        assert at_desk("head").get(f"/desk/plates/{world.place(code)}/").status_code in {403, 404}
    assert at_desk("window").get(f"/desk/plates/{world.place(GREEN)}/").status_code == 403


@pytest.mark.parametrize(
    ("act", "sent", "said"),
    [
        ("rename", {"name": ""}, "A place needs a Chinese name."),
        ("rename", {"name": "甲", "on": "soon"}, "Write a day such as"),
        ("rename", {"name": "甲", "on": "2999-01-01"}, "This day has not come yet."),
        ("add", {"name": "甲", "kind": "palace"}, "Choose a kind from the list."),
        ("add", {"name": "甲", "kind": "street"}, "cannot stand in a"),
        ("add", {"name": "甲", "kind": "grid", "code": "x"}, "is no code for a"),
        ("add", {"name": "甲", "kind": "grid", "code": GRID}, "belongs to another place already"),
        ("merge", {"into": "itself"}, "A place cannot become part of itself"),
        ("merge", {"into": "above"}, "Only two places of the same kind"),
        ("move", {"parent": "itself"}, "cannot stand in a"),
    ],
)
def test_what_cannot_be_is_refused_on_the_page_with_what_was_typed(world, act, sent, said) -> None:
    ids = {"itself": world.place(GREEN), "above": world.place(STREET)}
    typed = {"on": DAY} | {name: ids.get(value, value) for name, value in sent.items()}
    before = state()
    answer = at_desk("chief").post(f"/places/{world.place(GREEN)}/do/{act}/", typed)
    html = answer.content.decode()
    assert answer.status_code in {409, 422}
    assert said in html
    if sent.get("name"):
        assert f'value="{sent["name"]}"' in html
    assert state() == before

"""The bill opens down to one visit card: office, request, community, visit; and names no person."""

import re
from datetime import date

import pytest
from django.test import Client

from linli.basics import Actor
from linli.gate import actions
from linli.gate.domain import Effort, Kind
from linli.gate.models import Worked
from linli.gate.queries import billing, burden, evidence
from linli.people.models import ReadLog
from tests.world import NOON

from .conftest import TODAY, admitted, task, worker
from .test_doors import Neighbours, cell, neighbours
from .test_screens import _now, browser  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(db) -> Neighbours:
    return neighbours()


def follow(client: Client, page: str, what: str) -> str:
    """Go to the address a page links to, and return what stands there."""
    found = re.search(rf'href="({what})"', page)
    assert found, f"no link to {what}"
    answer = client.get(found[1].replace("&amp;", "&"))
    assert answer.status_code == 200, found[1]
    return answer.content.decode()


def test_from_the_bill_to_a_visit_card(here) -> None:
    row = here.ask(kind=Kind.WORK)
    visit = here.visit(here.alone, "k1", reasons=("admitted",))
    client = browser("committee", "en")

    bill = client.get("/burden/?month=2026-11").content.decode()
    office = follow(client, bill, r"/burden/\?month=2026-11&amp;office=990101\.housing#entries")
    assert "Requests of Housing bureau" in office
    public = follow(client, office, f"/burden/r/{row.number}/")
    mine = task(row, here.world)
    shown = follow(client, public, f"/tasks/t/{mine.pk}/")
    assert "1 / 1" in shown
    assert "陈" not in shown
    card = follow(client, shown, f"/visits/{visit.pk}/")
    assert "陈**" in card
    assert "陈秀英" not in card
    before = ReadLog.objects.count()
    opened = client.post("/visits/card/", {"person": here.alone})
    assert opened.status_code == 200
    assert ReadLog.objects.count() > before


def test_answered_questions_lead_to_the_visit_that_answered_them(here) -> None:
    row = here.ask()
    visit = here.visit(here.first, "k1", stated=here.says(here.first), reasons=("question",))
    mine = task(row, here.world)
    shown = browser("committee", "en").get(f"/tasks/t/{mine.pk}/").content.decode()

    assert "1 / 2" in shown
    assert f'href="/visits/{visit.pk}/"' in shown
    where = f"/tasks/r/{row.number}/"
    assert "1 of 2 answered" in browser("committee", "en").get(where).content.decode()
    request = browser("housing", "en").get(where).content.decode()
    assert "1 of 2 answered" not in request
    assert "1 / 2" not in request
    assert "fewer than five: how many is not shown" in request
    theirs = browser("housing", "en").get(f"/tasks/t/{mine.pk}/").content.decode()
    assert "1 / 2" not in theirs
    assert evidence.task_page(here.world.at("housing"), mine.pk, at=NOON).questions == [
        ("Lives alone", None, None)
    ]
    assert evidence.task_page(here.world.at("committee"), mine.pk, at=NOON).questions == [
        ("Lives alone", 2, 1)
    ]


def test_five_or_more_are_told_in_fives(here) -> None:
    for number in range(3):
        here.lives(f"孙{number}", date(1941, 1, 1))
    row = here.ask()  # of five it is not known
    here.visit(here.first, "k1", stated=here.says(here.first), reasons=("question",))
    mine = task(row, here.world)

    [told] = burden.public_page(Actor(kind="resident", district=1), row.number, district=1).tasks
    assert (told.met, told.fen) == ("0/5", 0)
    [asked] = evidence.task_page(here.world.at("housing"), mine.pk, at=NOON).questions
    assert asked[1:] == (5, 0)
    page = browser("housing", "en").get(f"/tasks/r/{row.number}/").content.decode()
    assert "0 of 5 answered" in page
    assert "told in fives" in page
    assert "1 of 5 answered" in (
        browser("committee", "en").get(f"/tasks/r/{row.number}/").content.decode()
    )


def test_who_asked_reads_in_fives_how_it_goes_and_never_a_visit(here) -> None:
    doors = [here.alone, *(here.lives(f"孙{one}", date(1941, 1, 1)) for one in range(4))]
    row = here.ask(kind=Kind.WORK, whom=cell({"age": {"from": 80}}), duty_line="help")
    doors += [here.first, here.second]
    mine = task(row, here.world)
    where = f"/tasks/t/{mine.pk}/"
    for number, person in enumerate(doors):
        page = browser("housing", "en").get(where).content.decode()
        assert f"{number - number % 5} / 5" in page
        assert "The visits stay with the community" in page
        visit = here.visit(person, f"k{number}", reasons=("admitted",))
    page = browser("housing", "en").get(where).content.decode()

    assert "The visits stay with the community" in page
    assert f"/visits/{visit.pk}/" not in page
    assert "12</td>" not in page
    assert "30 minutes · at the door" in page  # 84 were spent, 30 agreed on
    assert "of all visits, in fives" in page
    own = browser("committee", "en").get(where).content.decode()
    assert own.count("12</td>") == 14
    assert browser("district").get(f"/tasks/t/{mine.pk}/").status_code == 200
    assert browser("neighbour").get(f"/tasks/t/{mine.pk}/").status_code == 404
    for desk, linked in (("housing", True), ("district", True), ("civil", False)):
        request = browser(desk).get(f"/tasks/r/{row.number}/").content.decode()
        assert (f'href="{where}"' in request) is linked
    assert browser("civil").get(f"/tasks/t/{mine.pk}/").status_code == 404
    assert browser("committee").get("/tasks/t/99999/").status_code == 404
    assert Client().get(f"/tasks/t/{mine.pk}/").status_code == 302


def test_everybody_reads_the_request_and_no_person(here) -> None:
    row = here.ask(kind=Kind.WORK)
    here.visit(here.alone, "k1", reasons=("admitted",))
    anybody = Client(headers={"accept-language": "en"})
    page = anybody.get(f"/burden/r/{row.number}/").content.decode()

    assert "排除外墙脱落的危险" in page
    assert "1/1" not in page  # one door: what came of it would speak of whoever lives there
    assert "paid 0.00 yuan" in page
    assert "/tasks/" not in page
    assert "陈" not in page
    draft = actions.draft_request(by=here.world.at("housing"), wanted=plan(here), at=NOON)
    assert anybody.get(f"/burden/r/{draft.number}/").status_code == 404
    assert anybody.get("/burden/?office=nothing").status_code == 200


def plan(here):
    from .conftest import wanted  # noqa: PLC0415

    return wanted(here.world)


def test_minutes_are_taken_back_on_the_tasks_own_page(here) -> None:
    row = here.ask(kind=Kind.WORK)
    here.visit(here.alone, "k1", reasons=("admitted",))
    mine, booked = task(row, here.world), Worked.objects.get()
    client = browser("committee", "en")
    assert "Take back" in client.get(f"/tasks/t/{mine.pk}/").content.decode()
    done = client.post(f"/tasks/t/{mine.pk}/do/undo/", {"worked": booked.pk})

    assert done.status_code == 302
    assert "undone" in client.get(f"/tasks/t/{mine.pk}/").content.decode()
    again = client.post(f"/tasks/t/{mine.pk}/do/undo/", {"worked": booked.pk})
    assert again.status_code == 409


def test_the_share_at_the_door_opens_to_what_it_is_made_of(here) -> None:
    here.ask(kind=Kind.WORK)
    here.visit(here.alone, "k1", minutes=20, reasons=("elder_alone", "admitted"))
    for number in range(5):
        here.visit(here.young, f"m{number}", minutes=10, reasons=("due",))
    office = admitted(here.world, duty_line="help")
    mine = task(office, here.world)
    actions.begin_task(by=worker(here.world), task=mine.pk, at=NOON)
    for effort, minutes in ((Effort.FORM, 8), (Effort.FORM, 7), (Effort.DOOR, 2)):
        actions.book_minutes(
            by=worker(here.world),
            task=mine.pk,
            effort=effort,
            minutes=minutes,
            worked_on=TODAY,
            at=NOON,
        )
    month = TODAY.replace(day=1)
    # 60 minutes on five cards and 2 by hand, of 77; a card counts once, though 30 were booked for it,
    # and the sixth waits for four more: what it says would be one door's.
    assert billing.time_spent(month, district=1) == {Effort.DOOR: 62, Effort.FORM: 15}
    assert sum(Worked.objects.values_list("minutes", flat=True)) == 47
    anybody = Client(headers={"accept-language": "en"})
    bill = anybody.get("/burden/?month=2026-11").content.decode()
    assert "80.5 %" in bill
    opened = follow(anybody, bill, r"/burden/minutes/\?month=2026-11")
    assert "80.5 %" in opened
    assert "60 of the minutes at the door stand on visit cards" in opened
    assert "/tasks/t/" not in opened
    staff = browser("committee", "en").get("/burden/minutes/?month=2026-11").content.decode()
    assert f"/tasks/t/{mine.pk}/" in staff


def test_what_stands_on_the_visit_list_is_named_at_the_gate(here) -> None:
    row = here.ask(kind=Kind.WORK)
    page = browser("committee", "en").get("/tasks/").content.decode()
    assert "0 of 1 at the doors" in page
    assert "It is done" not in page
    morning = browser("committee", "en").get("/visits/").content.decode()
    assert f"/tasks/r/{row.number}/" in morning
    assert "Admitted work" in morning

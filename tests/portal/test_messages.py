"""我的消息: the bell, the list, opening, and whose messages they are."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from linli.basics import Actor
from linli.cases import actions as cases
from linli.cases.models import Case
from linli.identity.models import User
from linli.journal.models import Line
from linli.journal.queries import verify_live
from linli.notices import actions as notices
from linli.notices.domain import Recipient
from linli.notices.models import Notice
from tests.cases.errands import said
from tests.world import HOUSE_ITSELF, NOON

BELL = 'class="bell'
LIST = "/messages/"
VALUES = {"number": "26", "item": "楼道漏水", "reply": "换了接头。", "office": "站", "phone": "123"}


def tell(user: int, *, minute: int = 0, subject=("case", 1)) -> Notice:
    return notices.queue_notice(
        by=HOUSE_ITSELF,
        event="work_done",
        recipient=Recipient.to_user(user),
        values=VALUES,
        subject=subject,
        at=NOON + timedelta(minutes=minute),
        sensitive=False,
    )


def bell_of(browser: Client) -> str:
    """Return what the bell of the first page says, tags left out."""
    page = browser.get("/").content.decode()
    found = page[page.index(BELL) :]
    return found[: found.index("</a>")]


def rows() -> list:
    return [*Notice.objects.order_by("pk").values(), Line.objects.count()]


@pytest.fixture
def chen(resident) -> int:
    return User.objects.get(username="chen").pk


@pytest.fixture
def leak(world, resident, chen) -> Case:
    by = resident_actor(chen)
    return cases.open_case(by=by, said=said(world), at=NOON).case


def resident_actor(user: int) -> Actor:
    return Actor(kind="resident", district=1, user=user)


def test_a_stranger_has_no_bell_and_is_led_to_the_door(browser):
    assert BELL not in browser.get("/").content.decode()
    answer = browser.get(LIST)
    assert (answer.status_code, answer["Location"]) == (302, "/account/login/?next=/messages/")


def test_the_bell_counts_to_nine_and_then_says_more(resident, chen):
    assert "<b" not in bell_of(resident)
    for minute in range(9):
        tell(chen, minute=minute)
    assert '<b class="num">9</b>' in bell_of(resident)
    tell(chen, minute=10)
    assert '<b class="num">9+</b>' in bell_of(resident)
    tell(chen, minute=11)
    assert '<b class="num">9+</b>' in bell_of(resident)


def test_the_bell_costs_no_statement_of_its_own(resident, chen):
    for minute in range(30):
        tell(chen, minute=minute)
    resident.get("/")
    with CaptureQueriesContext(connection) as asked:
        resident.get("/")
    (counting,) = [one["sql"] for one in asked if "notices_notice" in one["sql"]]
    assert "identity_user" in counting
    assert "LIMIT 10" in counting


def test_the_list_is_newest_first_and_goes_on_by_key(resident, chen):
    told = [tell(chen, minute=minute) for minute in range(31)]
    first = resident.get(LIST).content.decode()
    assert [one.pk for one in reversed(told)][:30] == opened_by(first)
    assert "我看过了" in first  # what it is about is not there: read, and led nowhere
    after = first[first.index('href="?after=') + len('href="') :]
    second = resident.get(LIST + after[: after.index('"')]).content.decode()
    assert opened_by(second) == [told[0].pk]


def opened_by(page: str) -> list[int]:
    """Return the ids of the messages a page offers to open, as they stand."""
    parts = page.split('action="/messages/')[1:]
    return [int(one.split("/")[0]) for one in parts if one[0].isdigit()]


def test_looking_at_the_list_reads_nothing(resident, chen):
    tell(chen)
    before = rows()
    assert resident.get(LIST).status_code == 200
    assert resident.head(LIST).status_code == 200
    assert rows() == before


def test_opening_reads_it_leads_to_the_matter_and_empties_the_bell(resident, chen, leak):
    notice = tell(chen, subject=("case", leak.pk))
    assert '<b class="num">1</b>' in bell_of(resident)
    answer = resident.post(f"{LIST}{notice.pk}/open/")
    assert answer["Location"] == reverse("portal:matter", args=[leak.number])
    assert resident.get(answer["Location"]).status_code == 200
    assert "<b" not in bell_of(resident)
    notice.refresh_from_db()
    assert (notice.state, notice.read_at) == ("read", NOON)
    last = Line.objects.latest("id")
    assert last.kind == "NoticeRead"
    page = resident.get(LIST).content.decode()
    assert opened_by(page) == []
    assert f'href="/case/{leak.number}/"' in page  # and leads there still


def test_opening_again_changes_nothing(resident, chen, leak):
    notice = tell(chen, subject=("case", leak.pk))
    resident.post(f"{LIST}{notice.pk}/open/")
    before = rows()
    assert resident.post(f"{LIST}{notice.pk}/open/").status_code == 302
    assert rows() == before


def test_a_page_of_messages_is_read_with_one_press(resident, chen):
    told = [tell(chen, minute=minute) for minute in range(3)]
    answer = resident.post(f"{LIST}read/", {"notice": [told[0].pk, told[2].pk]})
    assert answer["Location"] == LIST
    assert list(Notice.objects.order_by("pk").values_list("state", flat=True)) == [
        "read",
        "sent",
        "read",
    ]


@pytest.mark.parametrize("typed", ["999999", "x"])
def test_a_message_that_is_not_there_is_not_found(resident, chen, typed):
    tell(chen)
    before = rows()
    assert resident.post(f"{LIST}{typed}/open/").status_code == 404
    assert rows() == before


def test_a_message_of_somebody_else_does_not_exist(world, resident, chen):
    other = tell(world.at("station").user)
    before = rows()
    assert resident.post(f"{LIST}{other.pk}/open/").status_code == 404
    assert resident.post(f"{LIST}read/", {"notice": [other.pk]}).status_code == 404
    assert opened_by(resident.get(LIST).content.decode()) == []
    assert rows() == before


def test_a_stranger_opens_nothing(browser, world):
    notice = tell(world.at("station").user)
    before = rows()
    for address in (f"{LIST}{notice.pk}/open/", f"{LIST}read/"):
        assert browser.post(address)["Location"] == "/account/login/?next=/messages/"
    assert rows() == before


def test_an_altered_cursor_is_refused(resident):
    assert resident.get(f"{LIST}?after=x").status_code == 422


def test_messages_about_a_booking_and_about_data_lead_there(resident, chen):
    right = tell(chen, subject=("right", 1))
    assert resident.post(f"{LIST}{right.pk}/open/")["Location"] == "/me/"


def test_a_page_of_messages_costs_few_statements(resident, chen, leak):
    for minute in range(30):
        tell(chen, minute=minute, subject=("case", leak.pk))
    resident.get(LIST)
    with CaptureQueriesContext(connection) as asked:
        resident.get(LIST)
    assert len(asked) <= 10, [one["sql"][:90] for one in asked]


def test_in_large_print_the_first_page_says_that_something_is_new(resident, chen):
    resident.cookies["look_mode"] = "elder"
    assert "您有新消息" not in resident.get("/").content.decode()
    tell(chen)
    page = resident.get("/").content.decode()
    assert "您有新消息：1 条" in page
    assert '<a class="link-touch" href="/messages/">' in page


def test_what_was_forgotten_is_gone_from_the_list_and_the_bell(resident, chen):
    notice = tell(chen, subject=("case", 7))
    notices.forget_notices(by=HOUSE_ITSELF, subject=("case", 7), at=NOON)
    before = rows()
    assert "<b" not in bell_of(resident)
    assert opened_by(resident.get(LIST).content.decode()) == []
    assert resident.post(f"{LIST}{notice.pk}/open/").status_code == 404
    assert rows() == before


EMAIL = f"{LIST}email/"


def kept(chen: int) -> tuple[str, list[str]]:
    lines = Line.objects.filter(kind="EmailKept").order_by("id")
    return User.objects.get(pk=chen).email, [line.subject_kind for line in lines]


def test_whoever_leaves_an_address_is_written_to_there_as_well(resident, chen):
    tell(chen)
    assert list(Notice.objects.values_list("channel", flat=True)) == ["inapp"]

    assert resident.post(EMAIL, {"email": " chen@example.cn "}).status_code == 302

    assert kept(chen) == ("chen@example.cn", ["user"])
    assert 'value="chen@example.cn"' in resident.get(LIST).content.decode()
    tell(chen, minute=1)
    copy = Notice.objects.latest("id")
    assert (copy.channel, copy.user_id, copy.contact.open()) == ("email", None, "chen@example.cn")
    assert copy.body == Notice.objects.filter(channel="inapp").latest("id").body
    assert list(verify_live()) == []

    resident.post(EMAIL, {"email": ""})

    assert kept(chen) == ("", ["user", "user"])
    tell(chen, minute=2)
    assert Notice.objects.latest("id").channel == "inapp"


@pytest.mark.parametrize(
    "typed", ["chen", "chen@", f"{'c' * 250}@example.cn", "a@b.cn\nBcc: c@d.cn"]
)
def test_what_is_no_address_is_asked_for_again(resident, chen, typed):
    before = rows()
    answer = resident.post(EMAIL, {"email": typed})
    assert answer.status_code == 422
    assert "请写成 name@example.cn 这样的邮箱地址，或者空着。" in answer.content.decode()
    assert (kept(chen), rows()) == (("", []), before)


def test_a_stranger_leaves_no_address(browser, world):
    answer = browser.post(EMAIL, {"email": "chen@example.cn"})
    assert answer["Location"] == "/account/login/?next=/messages/"
    assert not User.objects.exclude(email="").exists()

"""Three numbers of last month for everybody, and none that might be somebody."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache

from linli.basics import Actor
from linli.cases import actions, domain
from linli.cases import queries as cases
from linli.cases.actions import Said
from linli.cases.domain import Channel, End, Published
from linli.portal import queries
from tests.world import GREEN, NOON

DECEMBER = datetime(2026, 12, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("received", "answered", "in_time", "shown"),
    [
        (4, 4, 4, Published(None, None, None)),
        (5, 5, 5, Published(5, 5, 5)),
        (5, 0, 5, Published(5, 0, 5)),
        (9, 5, 4, Published(9, None, None)),  # four are left beside the five
        (10, 5, 6, Published(10, 5, None)),
        (100, 97, 60, Published(100, None, 60)),
    ],
)
def test_small_counts_and_what_would_give_them_away_are_hidden(
    received, answered, in_time, shown
) -> None:
    assert domain.publish(received=received, answered=answered, in_time=in_time) == shown


def reported(world, count: int) -> None:
    said = Said(
        item="shared_leak", words="楼道漏水", channel=Channel.PHONE, place_id=world.place(GREEN)
    )
    for _ in range(count):
        case = actions.open_case(by=Actor(kind="resident", district=1), said=said, at=NOON).case
        actions.answer_case(
            by=world.at("station"),
            case_id=case.pk,
            end=End.EXPLAINED,
            words="这是自家户内，请物业看。",
            at=NOON + timedelta(hours=1),
        )


def test_last_month_is_counted_once_an_hour_and_shown_on_the_first_page(
    world, browser, django_assert_num_queries, monkeypatch
) -> None:
    cache.clear()
    reported(world, 6)
    with django_assert_num_queries(1):
        found = [queries.last_month(1, at=DECEMBER) for _ in range(2)]

    assert found[0] == found[1] == queries.LastMonth(11, 6, 6, 6)
    monkeypatch.setattr("linli.portal.views.home.timezone.now", lambda: DECEMBER)
    page = browser.get("/").content.decode()
    assert "上个月大家反映了 6 件事。" in page
    assert "其中 6 件按时有了回音。" in page


def test_a_month_with_little_in_it_says_nothing(world, browser) -> None:
    cache.clear()
    reported(world, 4)

    assert queries.last_month(1, at=DECEMBER) is None
    assert cases.month_figures(1, since=NOON, until=DECEMBER) == Published(None, None, None)
    assert "上个月大家反映了" not in browser.get("/").content.decode()

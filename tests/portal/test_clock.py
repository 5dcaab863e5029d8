"""A deadline that was counted without the days off of its year says so, to residents and at the desk."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from linli.cases import actions as cases
from linli.cases.models import Case
from linli.cockpit.queries import wording as cockpit
from linli.desk.queries import paper
from linli.desk.queries import wording as desk
from linli.journal.actions import run_reactions, system
from linli.notices.models import Notice
from linli.portal.queries import wording as portal
from linli.rulebook.domain import SHANGHAI
from tests.world import NOON

from .test_views import handed_in

KNOWN = datetime(2026, 12, 31, 17, tzinfo=SHANGHAI)
GUESSED = datetime(2027, 1, 8, 17, tzinfo=SHANGHAI)


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("language", "due_at", "resident", "clerk"),
    [
        ("en", KNOWN, "31 Dec, 17:00 at the latest", "by 31 Dec 17:00"),
        ("en", GUESSED, "about 8 Jan, 17:00 at the latest", "by about 8 Jan 2027 17:00"),
        ("zh-hans", KNOWN, "最晚 12 月 31 日 17:00", "12 月 31 日 17:00 前"),
        (
            "zh-hans",
            GUESSED,
            "最晚 1 月 8 日 17:00（大约）",
            "2027 年 1 月 8 日 17:00（大约） 前",
        ),
    ],
)
def test_a_deadline_in_a_year_without_a_notice_is_said_to_be_a_guess(
    language: str, due_at: datetime, resident: str, clerk: str
) -> None:
    with translation.override(language):
        shown = portal.clock_of(opened_at=NOON, due_at=due_at, status="working", at=NOON)
        seen = desk.clock_of(opened_at=NOON, due_at=due_at, at=NOON)
    assert shown is not None
    assert seen is not None
    assert (shown.due, seen.due) == (resident, clerk)


def said_of(case: Case, browser: Client, language: str) -> list[str]:
    """Return where the deadline of a case stands: received page, slip, window's slip, cockpit, letter."""
    pages = [
        browser.get(reverse(f"portal:{page}", args=[case.number])).content.decode()
        for page in ("received", "slip")
    ]
    with translation.override(language):
        printed = paper.receipt_slip(
            number=case.number,
            code="",
            item="",
            owner=case.owner_id,
            opened_at=case.opened_at,
            due_at=case.due_at,
            taken_by="",
            address="",
            copy=False,
        )
        clock = cockpit.clock_of(case, None, at=case.opened_at)
    assert clock is not None
    return [*pages, printed.facts[0][1], clock.due, Notice.objects.latest("id").body]


@pytest.mark.parametrize(
    ("language", "known", "guessed"),
    [
        (
            "en",
            [
                "latest: 31 Dec",
                ">31 Dec 2026",
                "31 Dec ",
                "by 31 Dec ",
                "We answer by 31 Dec 2026 12:00.",
            ],
            [
                "latest: about 1 Jan",
                ">about 1 Jan",
                "about 1 Jan",
                "by about 1 Jan",
                "We answer by about 1 Jan 2027 12:00.",
            ],
        ),
        (
            "zh-hans",
            ["最晚 2026 年", ">2026 年 12", "12 月 31 日", "12 月 31", "最晚 2026 年 12 月 31 日"],
            [
                "最晚 2027 年 1 月 1 日 12:00（大约）",
                ">2027 年 1 月 1 日 12:00（大约）",
                "12:00（大约）",
                "12:00（大约） 前",
                "最晚 2027 年 1 月 1 日 12:00（大约）。",
            ],
        ),
    ],
)
def test_received_page_slips_and_letters_say_so_too(
    world, hands, language: str, known: list[str], guessed: list[str]
) -> None:
    for day, want, expected in ((30, "楼道漏水", known), (31, "水管滴水三天了", guessed)):
        hands.at = datetime(2026, 12, day, 12, tzinfo=SHANGHAI)
        browser = Client(headers={"accept-language": language})
        case = handed_in(world, browser, want=want, phone="13800005210")
        held = {"by": world.at("station"), "case_id": case.pk, "at": hands.at}
        review = hands.at + timedelta(days=3)
        cases.ask_papers(papers=["photo"], words="请补", review_at=review, **held)
        cases.resume_case(**held)
        while run_reactions(by=system(1), at=hands.at):
            pass
        for words, shown in zip(expected, said_of(case, browser, language), strict=True):
            assert words in shown

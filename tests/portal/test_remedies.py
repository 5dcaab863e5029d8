"""What a resident reads after a “no”: on the page of the matter and on the printed slip."""

import pytest
import yaml
from django.urls import reverse

from linli.basics import Actor
from linli.cases import actions as cases
from linli.cases.actions import Said
from linli.cases.domain import Channel, End
from linli.identity.models import User
from linli.rulebook.actions import load_rules
from linli.rulebook.domain import read_rules
from linli.rulebook.management.commands.load_rules import DATA
from tests.world import HOUSE_ITSELF, NOON, STAIR

REASONS = "按维修资金办法第五条，漏点在户内，不在公共部位。"


@pytest.fixture
def refused(world, browser):
    """Return what refuses a resident's request and opens its pages."""
    rows = read_rules(yaml.safe_load((DATA / "rules.yaml").read_text(encoding="utf-8")))
    load_rules(by=HOUSE_ITSELF, rules=rows, at=NOON)
    user = User.objects.create(username="resident")
    browser.force_login(user)

    def refuse(item: str, end: End = End.EXPLAINED) -> str:
        receipt = cases.open_case(
            by=Actor(kind="resident", district=1, user=user.pk),
            said=Said(
                item=item, words="屋顶漏了", channel=Channel.PORTAL, place_id=world.place(STAIR)
            ),
            at=NOON,
        )
        cases.answer_case(
            by=world.at("station"), case_id=receipt.case.pk, end=end, words=REASONS, at=NOON
        )
        return receipt.case.number

    return refuse


@pytest.mark.parametrize("page", ["matter", "slip"])
def test_an_administrative_no_says_where_to_turn_and_until_when(browser, refused, page):
    number = refused("roof_renewal")
    shown = browser.get(reverse(f"portal:{page}", args=[number])).content.decode()

    assert "不同意这个结果怎么办" in shown
    assert "60 日内申请行政复议（《行政复议法（2023年修订）》第20条）" in shown
    assert "6 个月内向人民法院提起行政诉讼（《行政诉讼法》第46条）" in shown
    assert "还没有对照法律原文核对" in shown


@pytest.mark.parametrize("page", ["matter", "slip"])
@pytest.mark.parametrize("end", [End.EXPLAINED, End.NOT_OURS])
def test_any_other_no_says_how_to_open_it_again_and_complain(browser, refused, page, end):
    number = refused("shared_leak", end)
    shown = browser.get(reverse(f"portal:{page}", args=[number])).content.decode()

    assert "30 天内说一声“没解决”" in shown
    assert "向上一级中心投诉" in shown
    assert "行政复议" not in shown


def test_an_open_matter_keeps_the_slip_it_had(browser, world):
    user = User.objects.create(username="resident")
    browser.force_login(user)
    said = Said(
        item="shared_leak", words="漏水", channel=Channel.PORTAL, place_id=world.place(STAIR)
    )
    by = Actor(kind="resident", district=1, user=user.pk)
    number = cases.open_case(by=by, said=said, at=NOON).case.number
    shown = browser.get(reverse("portal:slip", args=[number])).content.decode()

    assert "不同意这个结果怎么办" not in shown

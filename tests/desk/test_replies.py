"""Ready replies at the desk: the district's own stand first, in place of the packs' of the same code."""

from datetime import date, timedelta

import pytest

from linli.cases.domain import spoken
from linli.cases.models import Case
from linli.catalogue import queries as catalogue
from linli.notices.actions import load_replies
from linli.notices.domain import BadTemplate, fill_known
from linli.notices.models import Reply
from tests.world import HOUSE_ITSELF

from .test_screens import MOST_QUERIES, cost

SINCE = date(2026, 1, 1)


def own(code: str, zh: str, **more):
    return {
        "code": code,
        "since": SINCE,
        "outcome": "solved",
        "title": {"zh-Hans": "本区的话", "en": "Our words"},
        "body": {"zh-Hans": zh, "en": "Done: {item}."},
    } | more


def offered(at_desk, case: Case, query: str = "", language: str = "zh-hans") -> str:
    return at_desk("station", language).get(f"/desk/cases/{case.number}/{query}").content.decode()


def test_a_reply_that_was_loaded_is_offered_and_filled_in(at_desk, leak, now) -> None:
    load_replies(
        by=HOUSE_ITSELF, rows=[own("ours", "{number}：{item}办好了，{date}再看。")], at=now
    )
    page = offered(at_desk, leak.case, "?reply=ours")
    # What is known is filled in; what only the office can say is left for it to write.
    words = f"{spoken(leak.case.number)}：公共部位漏水办好了，{{date}}再看。"
    assert f">{words}</textarea>" in page
    assert '<a href="?reply=ours#answer"><b>本区的话</b>' in page
    assert 'value="solved" checked' in page


def test_it_is_read_in_the_language_of_the_page(at_desk, leak, now) -> None:
    load_replies(by=HOUSE_ITSELF, rows=[own("ours", "办好了。")], at=now)
    assert "Our words" in offered(at_desk, leak.case, language="en")


def test_it_stands_in_place_of_the_packs_reply_of_the_same_code(
    at_desk, leak, now, monkeypatch
) -> None:
    theirs = [
        {"code": code, "name": "包里的", "end": "resolved", "words": f"包里的话：{code}。"}
        for code in ("fixed", "arranged")
    ]
    lists = catalogue.entries
    monkeypatch.setattr(
        catalogue,
        "entries",
        lambda kind, on, **more: theirs if kind == "replies" else lists(kind, on, **more),
    )
    assert "包里的话：fixed。" in offered(at_desk, leak.case)
    load_replies(by=HOUSE_ITSELF, rows=[own("fixed", "我们自己的话。")], at=now)
    page = offered(at_desk, leak.case)
    assert page.count('href="?reply=fixed#answer"') == 1
    assert "包里的话：fixed。" not in page
    assert page.index("我们自己的话。") < page.index("包里的话：arranged。")


def test_one_of_another_item_or_a_later_day_is_not_offered(at_desk, leak, now) -> None:
    rows = [
        own("other", "别的事。", item="noise"),
        own("later", "以后的话。", since=now.date() + timedelta(days=2)),
    ]
    load_replies(by=HOUSE_ITSELF, rows=rows, at=now)
    page = offered(at_desk, leak.case)
    assert "别的事。" not in page
    assert "以后的话。" not in page


def test_a_page_offers_what_was_loaded_after_it_was_first_shown(at_desk, leak, now) -> None:
    offered(at_desk, leak.case)
    load_replies(by=HOUSE_ITSELF, rows=[own("ours", "办好了。")], at=now)
    assert "?reply=ours" in offered(at_desk, leak.case)
    assert cost(at_desk("station"), f"/desk/cases/{leak.case.number}/") <= MOST_QUERIES


def test_a_file_with_a_flaw_loads_nothing(at_desk, leak, now) -> None:
    with pytest.raises(BadTemplate):
        load_replies(by=HOUSE_ITSELF, rows=[own("ours", "好"), own("", "坏")], at=now)
    assert Reply.objects.count() == 0
    assert "?reply=ours" not in offered(at_desk, leak.case)


def test_only_what_is_known_is_filled_in() -> None:
    assert (
        fill_known("{item}，{date}，{phone}", {"item": "漏水", "phone": ""})
        == "漏水，{date}，{phone}"
    )

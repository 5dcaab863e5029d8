"""A filter somebody keeps is a tab of the list in their browser, without the words they typed."""

import re

from linli.desk.views.filters import MOST_KEPT

TAB = re.compile(r'<a href="(/desk/cases/[^"]*)"( aria-current="page")?>([^<]+)</a>')
LEAKS = {"item": "shared_leak", "status": "working", "order": "due"}
ADDRESS = "/desk/cases/?status=working&item=shared_leak&order=due"


def tabs(browser, address: str = "/desk/cases/") -> dict[str, bool]:
    """Return the words of the tabs, and which of them is shown."""
    html = browser.get(address).content.decode()
    nav = html[html.index('<nav class="tabs"') :].split("</nav>")[0]
    return {words: bool(here) for _, here, words in TAB.findall(nav)}


def test_a_filter_that_is_kept_is_a_tab_until_it_is_let_go(at_desk) -> None:
    clerk = at_desk("station")
    fixed = tabs(clerk)
    answer = clerk.post("/desk/filters/", {**LEAKS, "q": "王小明", "limit": "50"})

    assert (answer.status_code, answer["Location"]) == (302, ADDRESS)
    assert "王" not in str(clerk.cookies)
    assert list(tabs(clerk, ADDRESS).items())[len(fixed) :] == [("在办 · 公共部位漏水", True)]
    assert "不再留着这组筛选" in clerk.get(ADDRESS).content.decode()

    clerk.post("/desk/filters/", LEAKS)  # twice is once
    assert len(tabs(clerk)) == len(fixed) + 1
    clerk.post("/desk/filters/", {**LEAKS, "forget": "1"})
    assert tabs(clerk) == fixed


def test_only_what_was_chosen_from_lists_is_offered_to_be_kept(at_desk) -> None:
    clerk = at_desk("station")
    offered = [
        "存下这组筛选" in clerk.get(address).content.decode()
        for address in (
            ADDRESS,
            "/desk/cases/",
            "/desk/cases/?role=owner",
            f"{ADDRESS}&q=漏水",
            "/desk/cases/?item=no_such_item",
        )
    ]
    assert offered == [True, False, False, False, False]


def test_the_oldest_of_too_many_goes_and_what_is_no_choice_any_more_is_left_out(at_desk) -> None:
    clerk = at_desk("station")
    fixed = tabs(clerk)
    states = ["offered", "working", "asking", "paused", "answered", "ended"]
    for status in [*states, "no such state"][: MOST_KEPT + 1]:
        clerk.post("/desk/filters/", {"item": "shared_leak", "status": status})
    kept = list(tabs(clerk))[len(fixed) :]

    assert len(kept) == MOST_KEPT - 1  # the first went, the last says nothing
    assert not any("no such state" in words for words in kept)


def test_whoever_else_sits_at_the_browser_keeps_their_own(at_desk, world) -> None:
    clerk, other = at_desk("station"), at_desk("committee")
    fixed = tabs(other)
    clerk.post("/desk/filters/", LEAKS)
    other.cookies.update({k: v for k, v in clerk.cookies.items() if k.startswith("kept_filters")})
    assert tabs(other) == fixed

    name = next(k for k in clerk.cookies if k.startswith("kept_filters"))
    clerk.cookies[name] = "%|&&==|\x7f|item"
    assert tabs(clerk) == fixed

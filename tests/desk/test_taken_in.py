"""What the desk shows of what its office took in, and of returns that end without a ruling."""

from linli.cases import actions
from linli.cases.models import Case, Ruling, Step
from tests.world import GREEN, WILLOW


def test_a_window_keeps_what_it_took_in_and_asks_papers_only_where_it_answers(world, at_desk):
    browser = at_desk("station")
    sent = {"item": "roof_renewal", "own_name": "陈桂英", "a.roof": "shared", "do": "submit"}

    pages = []
    for where in ({}, {"place_words": "柳浪社区 2 幢"}):
        to = browser.post("/desk/accept/", {**sent, "words": "屋顶漏了", **where})["Location"]
        session = browser.session  # as if a paper were missing
        session["desk_receipts"] = {
            k: {**v, "missing": ["deed"]} for k, v in session["desk_receipts"].items()
        }
        session.save()
        pages.append(browser.get(to).content.decode())

    ours, theirs = Case.objects.order_by("id")
    assert [ours.community_id, theirs.community_id] == [world.place(GREEN), world.place(WILLOW)]
    for case, page in zip((ours, theirs), pages, strict=True):
        assert f'href="/desk/cases/{case.number}/"' in page
        assert browser.get(f"/desk/cases/{case.number}/").status_code == 200
    listed = browser.get("/desk/cases/?role=taker").content.decode()
    assert (theirs.number in listed, ours.number in listed) == (True, False)
    assert "我们受理的" in listed
    assert ["/do/ask_papers/" in page for page in pages] == [True, False]


def test_a_return_is_taken_back_at_the_desk_and_the_arbiter_sees_that(world, leak, at_desk, now):
    mend = Step.objects.get(case=leak.case, code="mend")
    given = {
        "step_id": mend.pk,
        "clause": "private_part",
        "note": "在户内。",
        "at": leak.case.opened_at,
    }
    actions.return_step(by=world.at("street_city"), **given)
    page = f"/desk/cases/{leak.case.number}/"
    browser, offered = at_desk("street_city"), "正等裁决。裁决之前，可以把退单收回来。"
    assert offered in browser.get(page).content.decode()
    assert offered not in at_desk("station").get(page).content.decode()

    assert browser.post(f"{page}do/undo/", {"step": mend.pk}).status_code == 302

    mend.refresh_from_db()
    assert (mend.state, Ruling.objects.get().upheld) == ("offered", None)
    decided = at_desk("arbiter").get("/desk/returns/").content.decode()
    assert "退单收回了，或者事情先结束了，不用再裁。" in decided
    assert "不成立" not in decided

"""Every page in both languages, what it costs, who may see what, and that refusals keep the words."""

import re
import shutil
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from linli.cases import actions as cases
from linli.cases.domain import End, PauseReason
from linli.cases.models import Attachment, Case, Report, Step
from linli.catalogue.actions import load_pack
from linli.fabric.limits import count_try
from linli.files.models import File
from linli.identity.models import User
from linli.journal.models import Line
from linli.places.models import Place
from tests.cases.errands import me_too
from tests.portal.pictures import picture
from tests.world import GREEN, HOUSE_ITSELF, NOON, PACK, STAIR

HAN = re.compile(r"[\u3400-\u9fff]+")
MOST_QUERIES = 10
OPEN_PAGES = ["home", "report", "matters", "find", "catalogue", "data", "privacy"]


def typed(world, **more):
    return {
        "want": "三单元楼道顶上漏水，滴到电表箱了。",
        "item": "shared_leak",
        "community": str(world.place(GREEN)),
        "place_words": "3 幢 3 单元四楼",
        "answer-shared_leak-where": "shared",
        **more,
    }


def handed_in(world, browser, **more) -> Case:
    """Hand in a report as a browser does, and return the case."""
    answer = browser.post(reverse("portal:report"), typed(world, **more))
    assert answer.status_code == 302, answer.content.decode()
    return Case.objects.get(number=answer["Location"].split("/")[2])


def code_of(browser) -> str:
    return browser.session["fresh"]["code"]


def rows() -> dict[str, list]:
    models = [*apps.get_app_config("cases").get_models(), Line, File]
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


def chrome_of(page: str) -> str:
    """Return the words of a page outside what people or packs wrote: head, menus, headings, labels."""
    page = re.sub(r"<script.*?</script>|<style.*?</style>", "", page, flags=re.S)
    return re.sub(r"<[^>]+>", " ", page)


def answered(world, case: Case, *, end: End = End.SOLVED, at=NOON) -> None:
    station = world.at("station")
    for step in Step.objects.filter(case=case).exclude(state="done").order_by("id"):
        actor = next(one for one in world.staff.values() if one.party == step.party_id)
        cases.accept_step(by=actor, step_id=step.pk, at=at)
        cases.finish_step(by=actor, step_id=step.pk, outcome="done", note="换了接头。", at=at)
    cases.answer_case(by=station, case_id=case.pk, end=end, words="修好了，请看看。", at=at)


# ---- every page -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", OPEN_PAGES)
def test_pages_open_without_an_account_in_few_statements(browser, name):
    browser.get(reverse(f"portal:{name}"))
    with CaptureQueriesContext(connection) as asked:
        answer = browser.get(reverse(f"portal:{name}"))
    assert answer.status_code == 200
    assert len(asked) <= MOST_QUERIES, [query["sql"][:90] for query in asked]


@pytest.mark.parametrize("name", ["home", "report", "matters", "find", "data"])
def test_in_english_no_chinese_stands_in_the_chrome(world, name):
    english = Client(headers={"accept-language": "en"})
    page = chrome_of(english.get(reverse(f"portal:{name}")).content.decode())
    # The one switch to the other language, and what the small pack and the staff list say.
    data = {"中文", "周敏", "房子坏了"}
    assert set(HAN.findall(page)) <= data


@pytest.mark.parametrize("name", OPEN_PAGES)
def test_in_chinese_no_message_is_left_in_english(browser, name):
    page = chrome_of(browser.get(reverse(f"portal:{name}")).content.decode())
    page = page.replace("English", "").replace("Linli", "")
    assert re.findall(r"[A-Za-z]{3,} [a-z]{2,}", page) == []


def test_the_home_page_has_the_one_box_and_whom_to_ring(browser):
    page = browser.get("/").content.decode()
    assert 'name="want"' in page
    assert "8000 1234" in page
    assert "房子坏了" in page


def test_each_line_of_the_promise_leads_to_its_proof(browser):
    page = browser.get("/").content.decode()
    kept = page[page.index('id="promise"') : page.index("</section>", page.index('id="promise"'))]
    assert re.findall(r'<a href="([^"]+)"><b>([^<]+)</b>', kept) == [
        ("/me/", "居民的事只说一次"),
        ("/burden/minutes/", "社区的数只录一次"),
        ("/burden/", "谁派活谁付账"),
        ("/verify/", "办没办，人人查得到"),
    ]
    foot = page[page.index('class="foot"') :]
    assert "居民的事只说一次，社区的数只录一次；谁派活谁付账；办没办，人人查得到。" in foot
    assert 'href="/burden/">减负账单' in foot


# ---- reporting ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["home", "report"])
def test_danger_to_life_comes_before_the_box(browser, name):
    page = browser.get(reverse(f"portal:{name}")).content.decode()
    assert page.index("tel:110") < page.index("tel:119") < page.index("tel:120")
    assert page.index("tel:120") < page.index('name="want"')


@pytest.mark.parametrize("words", ["想自杀", "不想活了", "邻居家有人被打", "I want to kill myself"])
def test_words_of_danger_are_answered_with_whom_to_ring_now(browser, words):
    page = browser.get(reverse("portal:report"), {"want": words}).content.decode()
    assert page.count("现在就打电话，别等我们回话。") == page.count('role="alert"') == 1
    assert page.index('role="alert"') < page.index("tel:110") < page.index("tel:120")
    assert page.index("tel:120") < page.index('name="item"')


def test_nobody_else_is_told_that_a_life_is_in_danger(browser):
    page = browser.get(reverse("portal:report"), {"want": "楼道漏水"}).content.decode()
    assert "现在就打电话" not in page
    assert 'role="alert"' not in page
    assert "tel:110" in page


def test_one_sentence_finds_the_item_and_asks_only_what_is_missing(browser):
    page = browser.get(reverse("portal:report"), {"want": "楼道漏水"}).content.decode()
    assert "公共部位漏水" in page
    assert "漏在哪里" in page
    assert "户内的由房主自己修" in page  # why it is asked
    assert "都不是，请人帮我看" in page


def test_the_receipt_shows_number_code_clock_person_and_telephone(world, browser):
    case = handed_in(world, browser)
    page = browser.get(reverse("portal:received", args=[case.number])).content.decode()
    assert code_of(browser) in page
    assert f"{case.number[:6]}-{case.number[6:9]}-{case.number[9:]}" in page
    assert "还剩" in page
    assert "冯涛" in page
    assert "8000 1234" in page
    assert case.words == "三单元楼道顶上漏水，滴到电表箱了。"
    assert case.community_id == world.place(GREEN)
    assert case.answers == {"where": "shared"}


def test_the_code_is_shown_in_one_sitting_only(world, browser, hands):
    case = handed_in(world, browser)
    hands.at += timedelta(minutes=31)
    answer = browser.get(reverse("portal:received", args=[case.number]))
    assert answer["Location"] == reverse("portal:matter", args=[case.number])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"phone": "138 0000 521"}, "现在是 10 位，手机号要 11 位"),
        ({"community": ""}, "请选社区"),
        ({"answer-shared_leak-where": ""}, "请答一下"),
        ({"answer-shared_leak-where": "moon"}, "请选一个答案"),
        ({"item": "unknown"}, "选最像的一个"),
        ({"place_words": "长" * 201}, "200 字"),
        ({"name": "长" * 61}, "60 个字"),
    ],
)
def test_a_mistake_keeps_what_was_typed_and_changes_nothing(world, browser, change, words):
    before = rows()
    sent = typed(world, **{"name": "陈阿婆", "phone": "13800005210", **change})
    answer = browser.post(reverse("portal:report"), sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert "三单元楼道顶上漏水，滴到电表箱了。" in page
    for kept in {"place_words", "name", "phone"} - set(change):
        assert sent[kept] in page
    assert rows() == before


def test_a_question_left_open_is_named_among_the_mistakes(world, browser):
    sent = typed(world, **{"answer-shared_leak-where": ""})
    page = browser.post(reverse("portal:report"), sent).content.decode()
    problems = page[page.index('id="problems"') : page.index("</div></div>")]
    assert re.findall(r'<a href="#answer-[^"]+">([^<]+)</a>', problems) == [
        "漏在哪里：这一项请答一下。"
    ]


def test_no_words_and_too_many_words_are_refused(world, browser):
    before = rows()
    for want in ("", "水" * 4_001):
        answer = browser.post(reverse("portal:report"), typed(world, want=want))
        assert answer.status_code == 422
    assert rows() == before


def test_a_neighbours_report_is_shown_before_a_second_one_is_taken(world, browser):
    first = handed_in(world, browser)
    answer = browser.post(reverse("portal:report"), typed(world, want="楼道顶上漏水了"))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert first.number in page
    assert first.words not in page  # kind, place and date only
    assert Case.objects.count() == 1
    again = typed(world, want="楼道顶上漏水了", near_shown=first.number)
    assert browser.post(reverse("portal:report"), again).status_code == 302
    assert Case.objects.count() == 2


def test_me_too_gives_a_receipt_of_ones_own(world, browser):
    first = handed_in(world, browser)
    other = Client(headers={"accept-language": "zh-CN"})
    answer = other.post(
        reverse("portal:report"), typed(world, want="也漏", join=first.number, hidden="yes")
    )
    assert answer.status_code == 302
    assert Case.objects.count() == 1
    joined = Report.objects.get(case=first, first=False)
    assert (joined.words, joined.hidden) == ("也漏", True)
    page = other.get(answer["Location"]).content.decode()
    assert code_of(other) in page
    address = reverse("portal:matter", args=[first.number])
    told = "您选了不露名：只有负责答复的公家单位可以打开。"
    assert told in other.get(address).content.decode()
    assert told not in browser.get(address).content.decode()


def test_joining_what_is_not_there_is_refused_with_the_words_kept(world, browser):
    before = rows()
    answer = browser.post(reverse("portal:report"), typed(world, join="2611160000A"))
    assert answer.status_code == 404
    assert "三单元楼道顶上漏水" in answer.content.decode()
    assert rows() == before


def test_a_door_plate_fills_the_place_in(world, browser):
    plate = Place.objects.get(pk=world.place(STAIR))
    answer = browser.get(reverse("portal:door", args=[plate.door_token]))
    page = browser.get(answer["Location"]).content.decode()
    assert "3 单元" in page
    case = handed_in(world, browser, community="", door=plate.door_token)
    assert (case.place_id, case.channel) == (plate.pk, "door_code")


def test_an_unknown_plate_is_not_found(browser):
    assert browser.get(reverse("portal:door", args=["nothing"])).status_code == 404


def test_pictures_come_along_in_the_same_act(world, browser):
    case = handed_in(world, browser, photos=[picture(), picture()])
    assert Attachment.objects.filter(case=case).count() == 2
    acts = Line.objects.filter(subject_kind="case", subject_id=case.pk).values_list("act_id")
    assert acts.distinct().count() == 1


def test_what_is_no_picture_keeps_the_words_and_nothing_else(world, browser):
    before = rows()
    wrong = picture(content=b"MZ not a picture", name="a.exe")
    answer = browser.post(reverse("portal:report"), typed(world, photos=[wrong]))
    assert answer.status_code == 422
    assert "三单元楼道顶上漏水" in answer.content.decode()
    assert rows() == before


def test_the_home_of_one_who_signed_in_is_not_asked_again(world, resident):
    page = resident.get(reverse("portal:report"), {"want": "楼道漏水"}).content.decode()
    assert "在我家" in page
    assert page.count("我们这里有登记") == 3
    assert (
        f'<a href="{reverse("portal:privacy")}">为什么存、依据什么</a>' in page
    )  # 个人信息保护法 17
    assert '电话 <strong class="num">13800005210</strong>' in page
    assert "姓名 <strong>陈桂英</strong>" in page
    sent = typed(world, community="", at="home")
    answer = resident.post(reverse("portal:report"), sent)
    case = Case.objects.get(number=answer["Location"].split("/")[2])
    assert case.community_id == world.place(GREEN)
    report = Report.objects.get(case=case)
    assert report.user is not None
    assert report.name == "陈桂英"
    assert report.phone.open() == "13800005210"

    refused = resident.post(reverse("portal:report"), {**sent, "at": "other"})
    assert refused.status_code == 422
    assert 'value="other" checked' in refused.content.decode()


def test_whoever_hands_in_all_day_is_asked_to_wait_and_keeps_the_words(world, browser):
    for _ in range(60):
        count_try("report", "127.0.0.1", minutes=60)
    before = rows()
    answer = browser.post(reverse("portal:report"), typed(world))
    assert answer.status_code == 429
    assert "三单元楼道顶上漏水" in answer.content.decode()
    assert rows() == before


def test_what_is_kept_sealed_is_not_asked_on_a_page_anybody_may_open(world, browser, tmp_path):
    folder = shutil.copytree(PACK, tmp_path / "pack")
    items = folder / "items" / next(iter((PACK / "items").iterdir())).name
    field = "{code: card, fact: id_number, label: 身份证号, why: 核对, kind: line}"
    text = items.read_text(encoding="utf-8")
    items.write_text(
        text.replace("    fields:\n", f"    fields:\n      - {field}\n", 1), encoding="utf-8"
    )
    load_pack(by=HOUSE_ITSELF, folder=folder, at=NOON)
    page = browser.get(reverse("portal:report"), {"want": "楼道漏水"}).content.decode()
    assert "身份证号：网上不用填" in page
    assert 'name="answer-shared_leak-card"' not in page


# ---- finding a case and reading it --------------------------------------------------------------


def test_one_reporters_page_is_not_anothers(world, browser, resident):
    case = handed_in(world, browser)
    page = resident.get(reverse("portal:matter", args=[case.number])).content.decode()
    assert case.words not in page
    for act in ("confirm", "reopen", "withdraw", "bring"):
        assert resident.post(reverse(f"portal:{act}", args=[case.number])).status_code == 404
    for paper in ("slip", "slip_pdf", "received"):
        assert resident.get(reverse(f"portal:{paper}", args=[case.number])).status_code == 404


def test_the_page_of_a_case_costs_few_statements(world, browser):
    case = handed_in(world, browser)
    answered(world, case)
    address = reverse("portal:matter", args=[case.number])
    browser.get(address)
    with CaptureQueriesContext(connection) as asked:
        page = browser.get(address).content.decode()
    assert len(asked) <= MOST_QUERIES
    assert "经办的人说办好了。您说呢？" in page
    assert "换了接头。" in page


def test_both_answers_weigh_the_same(world, browser):
    case = handed_in(world, browser)
    answered(world, case)
    page = browser.get(reverse("portal:matter", args=[case.number])).content.decode()
    even = page[page.index('class="even"') :]
    assert re.findall(r'<button class="([^"]+)"', even)[:2] == ["btn", "btn"]


def test_yes_ends_it_and_the_rating_is_kept(world, browser):
    case = handed_in(world, browser)
    answered(world, case)
    browser.post(reverse("portal:confirm", args=[case.number]), {"rating": "4"})
    case.refresh_from_db()
    assert (case.status, case.confirmed, case.rating) == ("ended", True, 4)


def test_a_rating_is_asked_once_and_opening_again_ends_with_its_time(world, resident, hands):
    case = handed_in(world, resident)
    address = reverse("portal:matter", args=[case.number])
    answered(world, case)
    assert 'name="rating"' in resident.get(address).content.decode()
    resident.post(reverse("portal:confirm", args=[case.number]), {"rating": "4"})
    page = resident.get(address).content.decode()
    assert "12 月 16 日 12:00 之前，按一下就能重开，还由原来的单位办。" in page
    resident.post(reverse("portal:reopen", args=[case.number]))
    case.refresh_from_db()
    answered(world, case)
    page = resident.get(address).content.decode()
    assert ("没解决，重开" in page, 'name="rating"' in page) == (True, False)
    resident.post(reverse("portal:confirm", args=[case.number]))
    case.refresh_from_db()
    assert (case.status, case.confirmed, case.rating) == ("ended", True, 4)

    hands.at = NOON + timedelta(days=31)
    resident.force_login(User.objects.get(username="chen"))
    page = resident.get(address).content.decode()
    assert (case.words in page, "/reopen/" in page) == (True, False)
    before = rows()
    late = resident.post(reverse("portal:reopen", args=[case.number]))
    assert (late.status_code, rows()) == (409, before)


def test_no_opens_it_again_with_the_same_office(world, browser):
    case = handed_in(world, browser)
    answered(world, case)
    page = browser.get(reverse("portal:matter", args=[case.number])).content.decode()
    assert "编号和头一天不变，办理时限从重开那一刻重新算。" in page
    browser.post(reverse("portal:reopen", args=[case.number]), {"words": "还在滴"})
    case.refresh_from_db()
    assert (case.status, case.reopened) == ("offered", 1)
    assert case.owner_id == world.at("station").party
    page = browser.get(reverse("portal:matter", args=[case.number])).content.decode()
    assert "报事的人说没解决，重新办" in page


def test_too_early_a_yes_is_refused_on_the_page_and_changes_nothing(world, browser):
    case = handed_in(world, browser)
    before = rows()
    answer = browser.post(reverse("portal:reopen", args=[case.number]), {"words": "还在滴"})
    assert answer.status_code == 409
    assert case.words in answer.content.decode()
    assert rows() == before


def test_taking_it_back(world, browser):
    case = handed_in(world, browser)
    browser.post(reverse("portal:withdraw", args=[case.number]))
    case.refresh_from_db()
    assert (case.status, case.end) == ("ended", "withdrawn")
    assert "您撤回了" in browser.get(reverse("portal:matters")).content.decode()


def test_taking_it_back_while_a_neighbour_stands_by_theirs(world, browser):
    case = handed_in(world, browser)
    me_too(case)
    browser.post(reverse("portal:withdraw", args=[case.number]))

    case.refresh_from_db()
    assert (case.status, case.end) == ("offered", "")
    page = browser.get(reverse("portal:matter", args=[case.number])).content.decode()
    assert "接着给他们办" in page
    assert "您撤回了" in page
    for act in ("withdraw", "bring", "confirm"):
        assert reverse(f"portal:{act}", args=[case.number]) not in page
    lines = browser.get(reverse("portal:matters")).content.decode()
    assert lines.index('id="over"') < lines.index(f"/case/{case.number}/")


def test_what_is_missing_is_said_once_and_brought_later(world, browser):
    case = handed_in(world, browser)
    cases.ask_papers(
        by=world.at("station"),
        case_id=case.pk,
        papers=["photo"],
        words="还差一张照片，可以拍照补。",
        review_at=NOON + timedelta(days=3),
        at=NOON,
    )
    address = reverse("portal:matter", args=[case.number])
    page = browser.get(address).content.decode()
    for words in ("还差这些", "还差一张照片", "11 月 19 日 前补齐", "就顺延多久"):
        assert words in page
    nothing = browser.post(reverse("portal:bring", args=[case.number]))
    assert nothing.status_code == 422
    browser.post(reverse("portal:bring", args=[case.number]), {"papers": [picture()]})
    case.refresh_from_db()
    assert case.status == "working"
    page = browser.get(address).content.decode()
    assert "补了 1 个文件" in page
    assert "时钟接着走" in page


def test_a_pause_is_told_with_its_reason(world, browser):
    case = handed_in(world, browser)
    cases.pause_case(
        by=world.at("station"),
        case_id=case.pk,
        reason=PauseReason.WEATHER,
        words="等雨停",
        review_at=NOON + timedelta(days=2),
        at=NOON,
    )
    page = browser.get(reverse("portal:matter", args=[case.number])).content.decode()
    for words in ("暂停计时：天气不允许", "等雨停", "11 月 18 日 会再看一次"):
        assert words in page
    assert "还差这些" not in page  # it waits for nothing of the reader's


def test_the_slip_has_the_code_once_and_then_is_a_copy(world, browser, hands):
    case = handed_in(world, browser)
    address = reverse("portal:slip", args=[case.number])
    page = browser.get(address).content.decode()
    assert code_of(browser) in page
    assert "副本" not in page
    assert "<svg" in page
    code = code_of(browser)
    hands.at += timedelta(hours=1)
    page = browser.get(address).content.decode()
    assert code not in page
    assert "副本" in page

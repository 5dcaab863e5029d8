"""A matter is found again by its number, and opened by the six signs; guessing comes to an end."""

from django.test import Client
from django.urls import reverse

from .test_views import code_of, handed_in


def test_with_the_number_alone_only_the_state_is_shown(world, browser):
    case = handed_in(world, browser)
    stranger = Client(headers={"accept-language": "zh-CN"})
    page = stranger.get(reverse("portal:matter", args=[case.number])).content.decode()
    assert "收到了" in page
    for hidden in (case.words, "3 幢", "公共部位漏水", "冯涛"):
        assert hidden not in page


def test_number_and_code_open_the_words(world, browser):
    case = handed_in(world, browser)
    stranger = Client(headers={"accept-language": "zh-CN"})
    sent = {"number": f" {case.number.lower()} ", "code": code_of(browser).lower()}
    answer = stranger.post(reverse("portal:find"), sent)
    page = stranger.get(answer["Location"]).content.decode()
    assert case.words in page
    assert "收到，网上" in page


def test_wrong_signs_are_refused_kept_and_counted(world, browser):
    case = handed_in(world, browser)
    stranger = Client(headers={"accept-language": "zh-CN"})
    for _ in range(8):
        answer = stranger.post(reverse("portal:find"), {"number": case.number, "code": "000000"})
        assert answer.status_code == 404
        assert case.number in answer.content.decode()
    right = {"number": case.number, "code": code_of(browser)}
    answer = stranger.post(reverse("portal:find"), right)
    assert answer.status_code == 429
    assert "30 分钟" in answer.content.decode()
    elsewhere = Client(REMOTE_ADDR="203.0.113.7")  # a stranger does not lock the owner out
    assert elsewhere.post(reverse("portal:find"), right).status_code == 302


def test_guesses_from_everywhere_come_to_an_end(world, browser, monkeypatch):
    case = handed_in(world, browser)
    monkeypatch.setattr("linli.portal.views.matters.MOST_FOR_A_NUMBER", 3)
    asked = [
        Client(REMOTE_ADDR=f"203.0.113.{n}").post(
            reverse("portal:find"), {"number": case.number, "code": "000000"}
        )
        for n in range(4)
    ]
    assert [answer.status_code for answer in asked] == [404, 404, 404, 429]


def test_a_mistyped_number_says_so(browser):
    answer = browser.post(reverse("portal:find"), {"number": "261116ABCDEF", "code": ""})
    assert answer.status_code == 404
    assert "261116ABCDEF" in answer.content.decode()
    assert browser.get(reverse("portal:matter", args=["nonsense"])).status_code == 404

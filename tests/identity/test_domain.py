from datetime import UTC, datetime, timedelta

import pytest

from linli.basics import Invalid
from linli.identity import domain

NOW = datetime(2026, 11, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "token"),
    [("", ""), ("Bearer abc", "abc"), ("bearer  abc ", "abc")],
)
def test_a_bearer_is_read(header, token):
    assert domain.read_bearer(header) == token


@pytest.mark.parametrize("header", ["Basic abc", "Bearer", "Bearer  ", "abc"])
def test_what_is_no_bearer_is_refused(header):
    with pytest.raises(domain.TokenNotGood):
        domain.read_bearer(header)


def test_a_token_is_kept_as_its_sha256():
    assert domain.token_hash("linli_x") == (
        "15baf8b1ceb445ad914ffa9c226c52194b5526bd7b965a793087c362ac00c56a"
    )


@pytest.mark.parametrize(
    ("days", "good"), [(-1, False), (0, False), (1, True), (366, True), (367, False)]
)
def test_a_token_lasts_up_to_a_year(days, good):
    act = lambda: domain.check_lifetime(at=NOW, expires_at=NOW + timedelta(days=days))  # noqa: E731
    if good:
        assert act() is None
        return
    with pytest.raises(Invalid):
        act()


CHROME = (
    "Mozilla/5.0 (%s) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0%s Safari/537.36%s"
)
APPLE = "Mozilla/5.0 (%s) AppleWebKit/605.1.15 (KHTML, like Gecko) %s"


@pytest.mark.parametrize(
    ("sent", "browser", "device"),
    [
        (CHROME % ("Linux; Android 10; K", " Mobile", ""), "Chrome", "Android phone"),
        (CHROME % ("Linux; Android 10; K", "", ""), "Chrome", "Android tablet"),
        (CHROME % ("Windows NT 10.0; Win64; x64", "", ""), "Chrome", "Windows computer"),
        (CHROME % ("Windows NT 10.0; Win64; x64", "", " Edg/131.0"), "Edge", "Windows computer"),
        (CHROME % ("X11; Linux x86_64", "", " OPR/116.0"), "Opera", "Linux computer"),
        (
            CHROME % ("Linux; Android 13; V2", " Mobile", " MicroMessenger/8.0.50"),
            "WeChat",
            "Android phone",
        ),
        (
            CHROME % ("Phone; OpenHarmony 5.0; HarmonyOS 5.0", " Mobile", " HuaweiBrowser/5"),
            "Huawei Browser",
            "HarmonyOS device",
        ),
        (
            APPLE % ("iPhone; CPU iPhone OS 18_1 like Mac OS X", "Version/18.1 Safari/604.1"),
            "Safari",
            "iPhone",
        ),
        (APPLE % ("iPad; CPU OS 18_1 like Mac OS X", "CriOS/131.0 Safari/604.1"), "Chrome", "iPad"),
        (
            APPLE % ("Macintosh; Intel Mac OS X 10_15_7", "Version/18.1 Safari/605.1.15"),
            "Safari",
            "Mac or iPad",
        ),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0",
            "Firefox",
            "Linux computer",
        ),
        ("curl/8.5.0", "another browser", "another device"),
        ("", "another browser", "another device"),
    ],
)
def test_a_session_is_called_by_its_browser_and_device(sent, browser, device):
    assert domain.device_of(sent) == (browser, device)

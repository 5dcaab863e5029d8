"""A real browser for journeys: one Chromium, and a context for each person who sits at it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

import pytest
from django.conf import settings
from django.test import Client

from linli.identity.models import User

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), ""
)
IN_A_BROWSER = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed"),
    pytest.mark.django_db(transaction=True),
]


_lent: list = []  # Playwright and its Chromium, once somebody has asked for them


@contextmanager
def chromium() -> Iterator:
    """Lend the one Chromium; whatever was opened in it is closed again."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    if not _lent:
        played = sync_playwright().start()
        _lent.append(played)
        _lent.append(
            played.chromium.launch(
                executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"]
            )
        )
    try:
        yield _lent[1]
    finally:
        for context in _lent[1].contexts:
            context.close()


def give_back() -> None:
    """End Chromium, if it was ever started."""
    if _lent:
        played, browser = _lent
        browser.close()
        played.stop()
        _lent.clear()


def sits_down(browser, url: str, username: str = ""):
    """Return a page in Chinese of somebody who is signed in, or of a stranger."""
    context = browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 900})
    context.set_default_timeout(10_000)
    if username:
        client = Client()
        client.force_login(User.objects.get(username=username))
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": url}])
    return context.new_page()


def wait_until(page, script: str, seconds: int = 60) -> None:
    """
    Ask a page until it says yes. The script may wait for something itself.

    Playwright's `wait_for_function` takes the promise of such a script for a yes.
    """
    end = monotonic() + seconds
    while not page.evaluate(script):
        assert monotonic() < end, script
        page.wait_for_timeout(50)


def unfold(page, words: str):
    """Open the fold with these words and return it."""
    fold = page.locator("details", has=page.locator("summary", has_text=words)).first
    fold.locator("summary").first.click()
    return fold

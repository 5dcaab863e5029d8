"""Down the list of cases and into one, without a mouse."""

from urllib.parse import urlsplit

from .browsing import IN_A_BROWSER
from .test_pages_are_fit import a_browser, house  # noqa: F401  # a fixture

pytestmark = IN_A_BROWSER


def test_j_and_enter_open_the_first_case_of_the_list(live_server, house):  # noqa: F811
    with a_browser(live_server.url, who="station", width=1280) as page:
        page.goto(f"{live_server.url}/desk/cases/")
        page.keyboard.press("j")
        with page.expect_navigation():
            page.keyboard.press("Enter")

        assert urlsplit(page.url).path == "/desk/cases/{number}/".format(**house)

"""
Every screen, looked at in Chromium: Chinese and English, a phone and a desk, light and dark.

``python -m tools.pictures`` saves pictures under ``--out`` (var/pictures); ``--check`` saves none.
Both fail when a screen scrolls sideways, complains in the console, breaks the content policy, or
speaks the wrong language; screens that no link reaches are listed at the end.
"""

import argparse
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tools.tours import (
    DEEDS,
    FOR_ELDERS,
    IN_THE_DARK,
    SAID,
    START,
    VISITORS,
    Deed,
    House,
    second_factor,
    the_house_breaks,
)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
ROOT = Path(__file__).parents[1]
RESIDENTS = "2000"
HAN = re.compile(r"[\u4e00-\u9fff]")
WIDTHS = {"phone": 390, "desk": 1440}
LANGUAGES = {"zh": ("zh-hans", "zh-Hans"), "en": ("en", "en")}
# Addresses that answer with no page of ours: files, machines, and what only a filled form reaches.
NO_SCREEN = re.compile(
    r"^/(api|open311|static|i18n|look|healthz|readyz)|\.(csv|xlsx|pdf|json)$|/logout/|/files/\d+/"
)
# What residents, offices and the law say stands in the language they said it in.
DATA = ".words, q, blockquote, button[lang], .drawn [lang], .rows .t [lang], h1[lang]"

LOOK = """data => {
  const shown = e => e.checkVisibility({visibilityProperty: true});
  const said = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode());) {
    const parent = node.parentElement, words = node.data.replace(/\\s+/g, " ").trim();
    if (!words || parent.closest("script, style") || !shown(parent)) continue;
    if (parent.closest(data)) continue;
    said.push(words);
  }
  for (const e of document.querySelectorAll("[aria-label], [placeholder], [title], [alt]"))
    if (shown(e) && !e.closest("button[lang]"))
      for (const name of ["aria-label", "placeholder", "title", "alt"])
        if (e.getAttribute(name)) said.push(e.getAttribute(name));
  return {said, lang: document.documentElement.lang,
          far: document.documentElement.scrollWidth - document.documentElement.clientWidth};
}"""

HAND_IN = """() => {
  const form = document.querySelector("#community").form;
  const asked = `[name^="answer-${form.querySelector("[name=item]:checked").value}-"]`;
  for (const one of form.querySelectorAll("select"))
    if (!one.value) one.value = one.querySelector("option:not([value=''])").value;
  const radios = [...form.querySelectorAll("input[type=radio]" + asked)];
  for (const one of radios)
    if (!radios.some(other => other.name == one.name && other.checked)) one.checked = true;
  for (const one of form.querySelectorAll(asked + ":not([type=radio], [type=checkbox], select)"))
    if (!one.value) one.value = "3";
  form.requestSubmit(form.querySelector("button.btn-main"));
}"""


@dataclass(frozen=True)
class Words:
    """Messages in one language: whole ones, and the longest piece between the figures of each."""

    whole: frozenset[str]
    pieces: tuple[str, ...]

    @classmethod
    def of(cls, messages: list[str], whole: int, piece: int) -> "Words":
        """Keep what has at least so many signs; what is shorter may be a word of the data."""
        cuts = {
            max(re.split(r"%\(\w+\)[sd]|%%", one), key=len).strip(" .。，,:：") for one in messages
        }
        return cls(
            frozenset(one for one in messages if len(one) >= whole),
            tuple(sorted(one for one in cuts if len(one) >= piece)),
        )

    def strange(self, said: list[str]) -> Iterator[str]:
        """Yield what is said in these words."""
        for line in said:
            if line in self.whole or any(piece in line for piece in self.pieces):
                yield f"in the wrong language: {line[:80]!r}"


@dataclass
class Findings:
    """What is wrong, and which screens were seen."""

    wrong: list[str] = field(default_factory=list)
    seen: dict[str, tuple[str, str]] = field(default_factory=dict)  # screen → (who, address)
    pages: int = 0

    def add(self, where: str, words: str) -> None:
        self.wrong.append(f"{where}: {words}")


def chromium_path() -> str:
    """Return where Chromium lies, or nothing."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next(filter(None, map(shutil.which, names)), "")


# ---- the house -----------------------------------------------------------------------------------


@contextmanager
def house() -> Iterator[House]:
    """Serve a demo district from a throw-away folder."""
    with tempfile.TemporaryDirectory() as home:
        env = {**os.environ, "LINLI_HOME": home, "LINLI_STRICT_TEMPLATES": "1"}
        env.pop("LINLI_DATABASE_URL", None)
        linli = [sys.executable, "-m", "config.command"]
        for command in (["prepare", "--no-demo"], ["demo", "--residents", RESIDENTS]):
            subprocess.run(
                [*linli, *command], cwd=ROOT, env=env, check=True, capture_output=True, text=True
            )
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        address = f"http://127.0.0.1:{port}"
        with (Path(home) / "log").open("wb") as log:
            serve = [*linli, "serve", "--port", str(port)]
            server = subprocess.Popen(serve, cwd=ROOT, env=env, stdout=log, stderr=log)
            try:
                _wait_for(f"{address}/readyz", server)
                logins = _logins(Path(home) / "demo-logins.txt")
                yield House(address, Path(home) / "linli.sqlite3", logins)
            finally:
                server.terminate()
                server.wait(timeout=30)


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(400):
        if server.poll() is not None:
            raise SystemExit("The server ended by itself.")
        try:
            urllib.request.urlopen(address, timeout=2)  # noqa: S310  # our own server
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("The server did not answer within a minute and a half.")


def _logins(path: Path) -> dict[str, str]:
    """Return login → password, from lines of ``login  password  further words``."""
    rows = [line.split() for line in path.read_text(encoding="utf-8").splitlines()]
    return {row[0].rstrip(":"): row[1] for row in rows if len(row) > 1}


# ---- the words -----------------------------------------------------------------------------------


def foreign_words() -> dict[str, Words]:
    """Return, for each language of a page, the messages that may stand in it only in the other."""
    from tools import messages  # noqa: PLC0415

    english, chinese = list[str](), list[str]()
    for (asked, _), answers in messages.everywhere().items():
        both = asked if isinstance(asked, tuple) else (asked,)
        english += [str(one) for one in both]
        for answer in answers:
            chinese += [str(one) for one in (answer if isinstance(answer, tuple) else (answer,))]
    english = [one for one in english if not HAN.search(one)]
    chinese = [one for one in chinese if HAN.search(one)]
    return {"zh": Words.of(english, 4, 14), "en": Words.of(chinese, 2, 6)}


def screen_of(address: str) -> str:
    """Return the name of the address in ``config.urls``, or nothing."""
    from django.urls import Resolver404, resolve  # noqa: PLC0415

    try:
        return resolve(urlsplit(address).path).view_name
    except Resolver404:
        return "not found"


def every_screen() -> set[str]:
    """Return the names of all addresses that answer a GET with a page."""
    from django.urls import URLPattern, get_resolver  # noqa: PLC0415

    found = set()
    for one in get_resolver().url_patterns:
        inner = [one] if isinstance(one, URLPattern) else one.url_patterns
        name = "" if isinstance(one, URLPattern) else one.namespace or ""
        for pattern in inner:
            if isinstance(pattern, URLPattern) and pattern.name:
                found.add(f"{name}:{pattern.name}" if name else pattern.name)
    return found


# ---- looking -------------------------------------------------------------------------------------


class Eye:
    """One visitor's browser in one language and one look: ``dark``, ``elder`` or none."""

    def __init__(
        self,
        browser: Any,
        address: str,
        login: tuple[str, str],
        language: str,
        look: str,
        *,
        kept: Sequence[Any] = (),
    ) -> None:
        self.address, self.who, self.language = address, login[0], language
        self.light = look
        self.context = browser.new_context(viewport={"width": WIDTHS["desk"], "height": 900})
        self.context.add_cookies(kept)
        if look:
            name = "look_mode" if look == "elder" else "look_theme"
            self.context.add_cookies([{"name": name, "value": look, "url": address}])
        self.speak(language)
        self.page = self.context.new_page()
        self.page.set_default_timeout(15_000)
        self.heard: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.heard.append(f"script: {error}"))
        if self.who and not kept:
            self._sign_in(*login)

    def _hear(self, message: Any) -> None:
        own = message.location.get("url") == self.page.url  # a 404 page says so itself
        if message.type == "error" and not (own and "Failed to load" in message.text):
            self.heard.append(message.text)

    def _sign_in(self, login: str, password: str) -> None:
        self.page.goto(f"{self.address}/account/login/")
        self.page.fill("input[name=login]", login)
        self.page.fill("input[name=password]", password)
        # A click alone does not wait: on a slow machine the next page would be asked for too soon,
        # and the sign-in be given up half-way.
        self.press("main form button[type=submit]")
        if screen_of(self.page.url) == "account_login":
            raise SystemExit(f"{login} could not sign in.")

    def report(self) -> str:
        """Hand in a leak as anybody may, and return where its page is."""
        self.page.goto(self.address + SAID)
        with self.page.expect_navigation():
            self.page.evaluate(HAND_IN)
        join = self.page.locator("button[name=join]")
        if join.count():  # neighbours have reported one already
            join.first.click()
        self.page.wait_for_url("**/case/**")
        return str(urlsplit(self.page.url).path)

    def speak(self, language: str) -> None:
        """Read the next page in this language."""
        self.language = language
        cookie = {"name": "django_language", "value": LANGUAGES[language][0], "url": self.address}
        self.context.add_cookies([cookie])

    def go(self, address: str, status: int = 200) -> None:
        """Open a page that must answer so."""
        self.heard.clear()
        answer = self.page.goto(self.address + address)
        if answer.status != status:
            self.heard.append(f"answered {answer.status}, not {status}")

    def press(self, selector: str) -> int:
        """Press something that leads to another page; return how that answers."""
        self.heard.clear()
        with self.page.expect_navigation() as led:
            self.page.locator(selector).first.click()
        return int(led.value.status)

    def look(
        self, address: str, out: Path | None, found: Findings, words: Mapping[str, Words]
    ) -> list[str]:
        """Visit one screen, see it, and return where its links go."""
        self.heard.clear()
        try:
            answer = self.page.goto(self.address + address)
        except Exception as stopped:
            if "Download is starting" in str(stopped):
                return []  # a file to keep, no screen
            raise
        if answer.status >= 500:
            self.heard.append(f"answered {answer.status}")
        self.see(screen_of(address), address, out, found, words)
        links: list[str] = self.page.eval_on_selector_all(
            "a[href]", "all => all.map(a => a.getAttribute('href'))"
        )
        return [link.split("#")[0] for link in links if re.match(r"/(?!/)", link)]

    def see(
        self, name: str, at: str, out: Path | None, found: Findings, words: Mapping[str, Words]
    ) -> None:
        """Note what is wrong with the page that is open, in both widths."""
        where = " ".join(filter(None, (name, self.language, self.light)))
        where = f"{where} ({self.who or 'nobody'} {at})"
        for device, width in WIDTHS.items():
            self.page.set_viewport_size({"width": width, "height": 900})
            told = self.page.evaluate(LOOK, DATA)
            if told["far"] > 0:
                found.add(where, f"scrolls {told['far']} px sideways at {width} px")
            if out:
                parts = [name.replace(":", "-"), self.who or "nobody", self.language, device]
                file = ".".join(filter(None, [*parts, self.light, "png"])).replace(" ", "-")
                self.page.screenshot(path=out / file, full_page=True)
        if told["lang"] != LANGUAGES[self.language][1]:
            found.add(where, f"says lang={told['lang']!r}")
        for line in words[self.language].strange(told["said"]):
            found.add(where, line)
        for line in self.heard:
            found.add(where, line[:300])
        found.pages += 1


@dataclass(frozen=True)
class Looking:
    """What every tour needs: who opens a browser, what is known, where findings go."""

    open_eye: Callable[..., Eye]
    house: House
    out: Path | None
    found: Findings
    words: Mapping[str, Words]

    def look(self, eye: Eye, link: str) -> list[str]:
        return eye.look(link, self.out, self.found, self.words)

    def tour(self, who: str) -> None:
        """Follow every link of one visitor in Chinese, then the same in English, dark and large."""
        login = (who, self.house.logins.get(who, ""))
        start = START[who] if who in START else START["staff"]
        ways: dict[str, str] = {}
        # Signed in once: thirty times a minute from one address is the most. And who reports without
        # an account is known by the session.
        kept: list[Any] = []
        for language in LANGUAGES:
            eye = self.open_eye(login, language, "", kept=kept)
            if not ways:
                self._follow(eye, [*start, *([] if who else [eye.report()])], start, ways)
            else:
                for link in ways.values():
                    self.look(eye, link)
            if who in DEEDS:
                self.do(eye, DEEDS[who])
            kept = [one for one in eye.context.cookies() if one["name"] == "sessionid"]
            eye.context.close()
        for look, screens in (("dark", IN_THE_DARK), ("elder", () if who else FOR_ELDERS)):
            links = sorted(link for link in ways.values() if screen_of(link) in screens)
            for language in LANGUAGES if links else ():
                eye = self.open_eye(login, language, look, kept=kept)
                for link in links:
                    self.look(eye, link)
                eye.context.close()

    def _follow(
        self, eye: Eye, waiting: list[str], start: tuple[str, ...], ways: dict[str, str]
    ) -> None:
        while waiting:
            link = waiting.pop(0)
            name = link if link in start else screen_of(link)
            fresh = name not in ways and (name not in self.found.seen or link in start)
            if NO_SCREEN.search(urlsplit(link).path) or not fresh:
                continue
            ways[name] = link
            waiting += self.look(eye, link)
            self.found.seen.setdefault(screen_of(link), (eye.who, link))

    def do(self, eye: Eye, deed: Deed) -> None:
        """See what one deed shows."""
        for name in deed(eye, self.house):
            at = urlsplit(eye.page.url).path
            eye.see(name, at, self.out, self.found, self.words)
            for one in (name.split()[0], screen_of(at)):
                self.found.seen.setdefault(one, (eye.who, at))


@contextmanager
def _reported(words: str, found: Findings) -> Iterator[None]:
    begun, told = time.monotonic(), len(found.wrong)
    try:
        yield
    finally:
        took = time.monotonic() - begun
        print(f"{words}: {found.pages} pages so far, {took:.0f} s", flush=True)
        print("\n".join(dict.fromkeys(found.wrong[told:])), flush=True)


def main() -> int:
    """Look at everything; 1 if something is wrong."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--check", action="store_true", help="save no pictures")
    asked.add_argument("--out", type=Path, default=ROOT / "var" / "pictures")
    options = asked.parse_args()
    if not chromium_path():
        print("No Chromium here, so the screens were not looked at.")
        return 1 if os.environ.get("CI") == "true" else 0
    import django  # noqa: PLC0415
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    django.setup()
    out = None if options.check else options.out
    if out:
        out.mkdir(parents=True, exist_ok=True)
    found = Findings()
    with house() as demo, sync_playwright() as played:
        browser = played.chromium.launch(
            executable_path=chromium_path(), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        looking = Looking(partial(Eye, browser, demo.address), demo, out, found, foreign_words())
        for who in ("", *(one for one in VISITORS if one in demo.logins)):
            with _reported(who or "nobody", found):
                looking.tour(who)
        for who, deed in (("auditor", second_factor), ("", the_house_breaks)):
            with _reported(deed.__name__, found):
                eye = looking.open_eye((who, demo.logins.get(who, "")), "zh", "")
                looking.do(eye, deed)
        browser.close()
    unseen = sorted(every_screen() - set(found.seen))
    print(f"{len(found.seen)} screens, {found.pages} pages looked at, {len(found.wrong)} faults.")
    print("No link leads to:", ", ".join(unseen))
    return 1 if found.wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())

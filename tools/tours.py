"""Where the visitors of ``tools.pictures`` begin, and what they do to see what no link leads to."""

import base64
import hashlib
import hmac
import io
import sqlite3
import struct
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

SAID = "/report/?want=楼道顶上漏水"
# Who comes, in this order; a screen somebody saw is not looked for again.
VISITORS = ("clerk", "resident", "worker", "head", "department", "street", "arbiter", "district")
MONEY = ("/money/", "/money/trial/", "/burden/", "/tasks/")
START = {
    "": ("/", SAID, "/nowhere/", "/account/login/", "/me/", "/my/", "/services/?all=1", "/burden/"),
    "resident": ("/", "/my/", "/me/", SAID),
    "staff": ("/desk/", "/cockpit/", "/desk/returns/"),
    "clerk": ("/desk/", "/desk/accept/?want=楼道顶上漏水", "/desk/find/?q=漏水",
              "/account/sessions/", "/account/keys/", "/account/password/", "/account/desk/",
              "/nowhere/"),
    "worker": ("/desk/", "/visits/", "/reports/", "/people/", "/tasks/"),
    "head": ("/desk/", "/visits/", "/reports/", "/tasks/refuse/", *MONEY[:1]),
    "department": ("/desk/", "/tasks/", "/tasks/new/", "/tasks/ask/", "/reports/forms/",
                   "/reports/forms/new/", "/burden/", "/money/"),
    "district": ("/desk/", "/cockpit/", *MONEY),
}  # fmt: skip
# In these lights the screens named here are looked at too, in both languages.
IN_THE_DARK = {"portal:home", "portal:report", "portal:matter", "desk:today", "desk:case",
               "desk:cases", "cockpit:today", "verify:page", "account_login", "visits:morning",
               "gate:home", "gate:bill", "ledger:money", "reports:week"}  # fmt: skip
FOR_ELDERS = {"portal:home", "portal:report", "portal:matter", "portal:matters", "account_login",
              "portal:catalogue", "portal:data"}  # fmt: skip


class Browser(Protocol):
    """What a visitor can do, see ``tools.pictures.Eye``."""

    page: Any
    language: str

    def go(self, address: str, status: int = 200) -> None: ...
    def press(self, selector: str) -> int: ...
    def speak(self, language: str) -> None: ...


@dataclass(frozen=True)
class House:
    """The demo that is looked at: its address, its database, who may come in."""

    address: str
    database: Path
    logins: dict[str, str]

    def ask(self, words: str) -> Any:
        """Return the first column of the first row."""
        with sqlite3.connect(self.database, timeout=30) as base:
            row = base.execute(words).fetchone()
        base.close()
        return row[0] if row else None


KNOCK = """([household, what]) => {
  const form = document.querySelector("input[name=sheet]").form, button = document.createElement("button");
  button.name = "do"; button.value = what; button.className = "knock"; button.textContent = what;
  button.formNoValidate = true;
  const of = document.createElement("input");
  of.type = "hidden"; of.name = "household"; of.value = household;
  form.append(of, button);
}"""
ROLL = "姓名,身份证号,享受起始日\n陈秀英,330102194105030010,2026-01-01\n"
# One deed shows screens one after the other; it yields the name of what the page shows now.
Deed = Callable[[Browser, House], Iterator[str]]


def nobodys_deeds(eye: Browser, house: House) -> Iterator[str]:
    """A door's plate, a slip, and the pages that say what went wrong."""
    plate = house.ask("SELECT door_token FROM places_place WHERE door_token IS NOT NULL")
    eye.go(f"/d/{plate}/")
    yield "portal:door"
    number = house.ask("SELECT number FROM case_case ORDER BY id DESC LIMIT 1")
    eye.go(f"/case/{number}/slip/")
    yield "portal:slip"
    eye.go("/report/?" + "&".join(f"a{n}=" for n in range(1_100)), 413)
    yield "error 413"
    for _ in range(30):
        eye.go("/find/")
        eye.page.fill("#number", number)
        eye.page.fill("#code", "ABC234")
        if eye.press("main form .btn-main") == 429:
            yield "error 429"
            break


def clerks_deeds(eye: Browser, _house: House) -> Iterator[str]:
    """What a hat may not open, the walk-in's slip, papers asked for, and the clerk's own receipt."""
    eye.go("/money/trial/", 403)
    yield "error 403"
    eye.go("/desk/queue/")
    eye.page.select_option("select[name=item]", index=1)
    eye.page.fill("form[action$='/give/'] input[name=name]", "陈阿姨")
    eye.press("form[action$='/give/'] button")
    if (slip := eye.page.locator("main a[href$='/slip/']")).count():
        eye.go(slip.first.get_attribute("href"))
        yield "desk:queue_slip"
    else:  # a day on which nobody is at the window
        yield "desk:queue_give"
    eye.go("/people/")
    eye.press("main form button")
    yield "people: nothing typed"


def residents_deeds(eye: Browser, _house: House) -> Iterator[str]:
    """A right asked for with nothing said."""
    eye.go("/me/")
    if eye.page.locator("form[action='/me/requests/'] button").count():
        eye.press("form[action='/me/requests/'] button")
        yield "portal:ask_right"


def workers_deeds(eye: Browser, house: House) -> Iterator[str]:
    """A visit card, its paper, and a code that is none."""
    met = house.ask("SELECT household_id FROM visits_visit WHERE household_id IS NOT NULL")
    for do in ("open", "print"):
        eye.go("/visits/")
        # In a small demo nobody is to be seen today: open the card of one who was seen before.
        eye.page.evaluate(KNOCK, [str(met), do])
        eye.press(".knock")
        yield f"visits:card {do}"
    eye.go("/visits/")
    eye.page.fill("input[name=sheet]", "AAAA2222")
    eye.press("button[name=do][value=paper]")
    yield "visits:card no such paper"


def arbiters_deeds(eye: Browser, _house: House) -> Iterator[str]:
    """A return that waits; in a small demo there may be none."""
    eye.go("/desk/returns/")
    waiting = eye.page.locator("main a[href^='/desk/returns/']")
    if waiting.count():
        eye.go(str(waiting.first.get_attribute("href")))
        yield "desk:return"


def departments_deeds(eye: Browser, _house: House) -> Iterator[str]:
    """A number the facts know, one they do not, a request with nothing in it, a form read."""
    for words, name in (("65岁以上独居老人数", "known"), ("红头发的人数", "unknown")):
        eye.go(f"/tasks/ask/?q={words}")
        yield f"gate:ask {name}"
    eye.go("/tasks/new/")
    eye.page.evaluate("document.querySelector('main form').noValidate = true")
    eye.press("main form .btn-main")
    yield "gate:new nothing typed"
    eye.go("/reports/forms/new/")
    eye.page.evaluate("document.querySelector('main form').noValidate = true")
    eye.page.set_input_files(
        "input[type=file]",
        {"name": "form.xlsx", "mimeType": "application/octet-stream", "buffer": _sheet()},
    )
    eye.page.fill("main input[name=name]", "老年人情况表")
    eye.page.fill("main input[name=code]", "LN-01")
    eye.press("main form .btn-main")
    yield "reports:take_in read"


def streets_deeds(eye: Browser, _house: House) -> Iterator[str]:
    """A roll of one whose number cannot be right, read and not brought in."""
    eye.go("/desk/rolls/")
    eye.page.select_option("main select[name=item]", index=1)
    eye.page.set_input_files(
        "input[type=file]",
        {"name": "roll.csv", "mimeType": "text/csv", "buffer": ROLL.encode()},
    )
    eye.press("main form .btn-main")
    yield "desk:rolls read"


def _sheet() -> bytes:
    import xlsxwriter  # noqa: PLC0415

    into = io.BytesIO()
    with xlsxwriter.Workbook(into, {"in_memory": True}) as book:
        sheet, box = book.add_worksheet("表"), book.add_format({"border": 1})
        for column, words in enumerate(("社区", "80岁以上老人", "独居老人", "红头发的人")):
            sheet.write_string(0, column, words, box)
            sheet.write_blank(1, column, None, box)
    return into.getvalue()


def second_factor(eye: Browser, house: House) -> Iterator[str]:
    """The code generator, the recovery codes, and the second step at the door; in both languages."""
    for language in ("zh", "en"):
        eye.speak(language)
        eye.go("/account/keys/generator/")
        yield "mfa_activate_totp"
    eye.page.fill("input[name=code]", one_time_code(eye.page.inner_text("main code").strip()))
    eye.press("main form .btn-main")
    for language in ("zh", "en"):
        eye.speak(language)
        for address, name in (("recovery/", "view_recovery_codes"), ("", "index")):
            eye.go(f"/account/keys/{address}")
            yield f"mfa_{name}"
    eye.page.context.clear_cookies(name="sessionid")
    eye.go("/account/login/")
    eye.page.fill("input[name=login]", "auditor")
    eye.page.fill("input[name=password]", house.logins["auditor"])
    eye.press("main form button[type=submit]")
    for language in ("zh", "en"):
        eye.speak(language)
        eye.go("/account/keys/code/")
        yield "mfa_authenticate"


def one_time_code(secret: str) -> str:
    """Return the six digits a code generator shows now (RFC 6238)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    signed = hmac.digest(key, struct.pack(">Q", int(time.time()) // 30), hashlib.sha1)
    (number,) = struct.unpack_from(">I", signed, signed[-1] & 15)
    return f"{(number & 0x7FFFFFFF) % 1_000_000:06}"


def the_house_breaks(eye: Browser, house: House) -> Iterator[str]:
    """The page of a fault of ours, for which a table is taken away. Comes last."""
    number = house.ask("SELECT number FROM case_case LIMIT 1")
    with sqlite3.connect(house.database, timeout=30) as base:
        base.execute("PRAGMA legacy_alter_table = ON")
        base.execute("ALTER TABLE case_case RENAME TO case_gone")
    base.close()
    for language in ("zh", "en"):
        eye.speak(language)
        eye.go(f"/case/{number}/", 500)
        yield "error 500"


DEEDS: dict[str, Deed] = {
    "": nobodys_deeds,
    "clerk": clerks_deeds,
    "resident": residents_deeds,
    "worker": workers_deeds,
    "department": departments_deeds,
    "street": streets_deeds,
    "arbiter": arbiters_deeds,
}

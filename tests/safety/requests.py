"""Every address of the house, and a request for it that would be a good one from the right person."""

from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.test import Client
from django.urls import get_resolver
from django.utils import timezone

from config.api import api
from linli.cases.domain import check_sign
from linli.visits.forms import Token
from tests.portal.pictures import picture
from tests.world import DOOR, GREEN, HOUSE, STAIR

from .conftest import House

NOWHERE = "26111600000" + check_sign("26111600000")  # a good number that no case has
UNTIL = str(timezone.localdate() + timedelta(days=9))
REPORT = {
    "service_code": "shared_leak",
    "description": "水管漏水",
    "address_string": "3 幢",
    "attribute[where]": "shared",
}
PICTURE = {"name": "灯.png", "content": b64encode(picture().read()).decode()}


@dataclass(frozen=True)
class Ask:
    """One request: where to, and what it carries."""

    method: str
    path: str
    body: dict[str, Any] = field(default_factory=dict)

    def send(self, client: Client):
        """Return the answer; bodies go as JSON to the machine's door and as a form elsewhere."""
        if self.method == "GET":
            return client.get(self.path)
        if self.path.startswith("/api/"):
            return client.post(self.path, self.body, content_type="application/json")
        return client.post(self.path, self.body)


def routes() -> Iterator[str]:
    """Yield every route of the URL configuration, as it is written there."""
    yield from _walk(get_resolver().url_patterns, "")


def _walk(patterns, before: str) -> Iterator[str]:
    for one in patterns:
        where = before + str(one.pattern)
        if hasattr(one, "url_patterns"):
            yield from _walk(one.url_patterns, where)
        else:
            yield where


def operations() -> Iterator[tuple[str, str]]:
    """Yield method and route of every operation of the published schema."""
    for path, methods in api.get_openapi_schema()["paths"].items():
        for method in methods:
            yield method.upper(), path.lstrip("/").replace("{", "<").replace("}", ">")


def number_in(route: str) -> bool:
    """Whether the route names a case; what the gate was asked for has numbers of its own."""
    asked = route.startswith(("tasks/", "burden/"))
    return not asked and ("<number>" in route or "<str:number>" in route)


def ask(house: House, method: str, route: str, *, number: str = "", act: str = "") -> Ask:
    """Return the request of a row, about the fresh case or the number given."""
    number = number or house.fresh.number
    path = "/" + route
    for name, value in values(house).items():
        path = path.replace(name, value)
    path = path.replace("<str:number>", number).replace("<number>", number)
    path = path.replace("<str:act>", act).replace("<act>", act)
    path = path.replace(r"^desk/cases\.(?P<kind>csv|xlsx)$", "desk/cases.csv")
    if route.endswith("/times"):
        path += "?item=shared_leak"
    return Ask(method, path, bodies(house, route, act) if method == "POST" else {})


def values(house: House) -> Mapping[str, str]:
    """Return what stands for each placeholder of a route; what belongs to nobody is 999."""
    station = str(house.world.party(f"{GREEN}.station"))
    return house.things | {
        "<int:ruling>": str(house.ruling),
        "<int:pk>": "999",
        "<party>": station,
        "<request_id>": house.things["<int:request_id>"],
        "<int:party>": station,
        "<int:place>": str(house.world.place(STAIR)),
        "<int:award>": "999",
        "<slug:item>": "old_age_allowance",
        "<int:number>": "0",
        "<str:code>": "shared_leak",
        "<code>": "shared_leak",
        "<str:token>": "not-a-plate",
        "<str:once>": "not-a-sitting",
        "<str:doing>": "withdraw",
        "<int:booking>/<str:act>": "0/next",
    }


def bodies(house: House, route: str, act: str) -> dict[str, Any]:
    """Return the body that a right person would send."""
    if route.startswith("offices/<int:party>"):
        return office_body(house, act)
    if route.startswith("tasks/"):
        return gate_body(act)
    if route.startswith("places/"):
        return place_body(house)
    if act:
        return act_body(house, act, machine=route.startswith("api/"))
    person = house.things["<int:person>"]
    leak = {"item": "shared_leak", "words": "水管漏水", "place": house.world.place(STAIR)}
    return {
        **machine_bodies(house, leak),
        "desk/accept/": {**leak, "a.where": "shared", "do": "submit", "own_name": "陈"},
        "desk/load/move/": {
            "step": house.step("look"),
            "to_party": house.world.party("990101001.center"),
            "note": "人手不够",
        },
        "desk/cases/<str:number>/card/": {"person": person},
        "desk/cases/<str:number>/contact/": {"report": house.report, "reason": "要约时间"},
        "desk/cases/<str:number>/for/<str:doing>/": for_them(house),
        "desk/calls/<int:notice>/number/": {"reason": "短信没送到"},
        "desk/queue/give/": {"item": "nothing_like_it"},
        "desk/returns/<int:ruling>/rule/": {"upheld": "no", "words": "就归这里"},
        "find/": {"number": house.fresh.number, "code": house.code},
        "report/": {
            "want": "楼顶防水层破了",
            "item": "shared_leak",
            "community": house.world.place(GREEN),
            "answer-shared_leak-where": "shared",
        },
        "account/hat/": {"appointment": 999},
        "account/tokens/": {"days": "30"},
        "offices/found/": {
            "place": house.world.place(GREEN),
            "kind": "organisation",
            "office": "choir",
            "name": "合唱队",
        },
        "offices/posts/": {"code": "7+1", "name": "7+1", "core": "7", "flexible": "1"},
        "visits/card/": {"household": house.things["<int:household>"], "do": "open"},
        "reports/send/": {"edition": house.things["<int:edition>"]},
        "visits/send/": {
            "key": "k",
            "card": Token(int(house.things["<int:household>"]), None, {}).signed(),
            "outcome": "not_home",
            "visited_on": str(timezone.localdate()),
        },
        "visits/conflicts/<int:conflict>/": {
            "choice": "mine",
            "reason": "told",
            "seen": house.things["<seen>"],
        },
        **people_bodies(house),
        "data-requests/<int:request_id>/decide/": {"decision": "grant"},
        "desk/people/<int:person>/awards/<int:award>/end/": {
            "reason": "revoked",
            "on": "2026-11-01",
        },
        "account/desk/": {"appointment": 999},
    }.get(route, {"words": "好的", "kind": "copy"})


def people_bodies(house: House) -> dict[str, Any]:
    """Return what is sent about one person."""
    return {
        "people/new/": {"name": "何新", "home": house.world.place(DOOR), "household": "own"},
        "people/": {"name": "陈桂兰", "fact": "phone", "value": "13800000521"},
        "people/<int:person>/admit/": {"username": "chenxiuying"},
        "people/<int:person>/card/": {"purpose": "social_aid"},
        "people/<int:person>/password/": {"shown": "passport", "reason": "forgotten"},
        "people/<int:person>/ask/": {"kind": "correction", "details": "生日不对"},
        "people/<int:person>/fact/": {"attribute": "dibao", "value": "yes", "reason": "told"},
        "people/<int:person>/kin/": {"relative": house.things["<int:other>"], "kinship": "child"},
        "people/<int:person>/move/": {
            "home": house.world.place(DOOR),
            "on": "2026-11-01",
            "reason": "told",
        },
        "people/<int:person>/confirm/": {"topic": "aid"},
        "people/<int:person>/end/": {"reason": "died", "on": "2026-11-01"},
    }


def machine_bodies(house: House, leak: dict[str, Any]) -> dict[str, Any]:
    """Return the bodies that programs send."""
    return {
        "api/v1/cases": leak,
        "open311/v2/requests.json": REPORT,
        "open311/v2/requests.xml": REPORT,
        "api/v1/data-requests/<request_id>/decide": {"right": "export", "grant": True},
        "api/v1/cases/<number>/contact": {"report": house.report, "reason": "要约时间"},
        "api/v1/cases/<number>/attachments": {"files": [PICTURE]},
        "api/v1/cases/<number>/for/withdraw": for_them(house),
        "api/v1/cases/<number>/for/papers": {**for_them(house), "files": [PICTURE]},
        "api/v1/bookings": {
            "party": house.world.party(f"{GREEN}.station"),
            "item": "shared_leak",
            "starts_at": f"{a_wednesday()}T10:00:00+08:00",
        },
        "api/v1/bookings/<number>/cancel": {"code": house.code},
    }


def a_wednesday() -> date:
    """Return a day on which windows are open, near enough to be booked."""
    soon = timezone.localdate() + timedelta(days=2)
    return soon + timedelta(days=(2 - soon.weekday()) % 7)


def for_them(house: House) -> dict[str, Any]:
    """Return what a clerk writes who acts for the reporter of the fresh case."""
    return {
        "report": house.report,
        "proof": "code",
        "code": house.code,
        "reason": "说已经好了",
    }


def office_body(house: House, act: str) -> dict[str, Any]:
    """Return the body of one act at the station of the green community."""
    seat = house.world.at("station").appointment
    body: dict[str, Any] = {"seat": seat, "on": UNTIL, "from_on": UNTIL, "to_on": UNTIL}
    more: dict[str, dict[str, Any]] = {
        "appoint": {"name": "何新", "role": "worker"},
        "shift": {"starts": "08:30", "ends": "12:00"},
        "hours": {"day0": "08:30-17:00"},
        "phone": {"phone": "8000 9999"},
        "rename": {"name": "青桐工作站"},
        "reopen": {"closing": "999"},
    }
    return body | more.get(act, {})


def place_body(house: House) -> dict[str, Any]:
    """Return the body of any act at a stairwell, which has no equal to be merged with."""
    return {
        "name": "502 室",
        "kind": "door",
        "on": "2026-11-01",
        "parent": house.world.place(HOUSE),
        "into": house.world.place(STAIR),
    }


def gate_body(act: str) -> dict[str, Any]:
    """Return the body of one act with what the gate was asked for, or with a task it let in."""
    more: dict[str, dict[str, Any]] = {
        "book": {"effort": "door", "minutes": "20", "worked_on": str(timezone.localdate())},
        "finish": {"shown": "三张照片"},
        "undo": {"worked": "999"},
    }
    return {"words": "屋顶要塌"} | more.get(act, {})


def act_body(house: House, act: str, *, machine: bool) -> dict[str, Any]:
    """Return the body of one act with the fresh case."""
    street = house.world.party("990101001.center")
    body: dict[str, Any] = {
        "step": house.step("look"),
        "words": "请看一下",
        "until": f"{UNTIL}T10:00:00+08:00" if machine else UNTIL,
    }
    more: dict[str, dict[str, Any]] = {
        "finish": {"outcome": "done"},
        "hand_over": {"party": street, "to_party": street},
        "return": {"clause": "not_here"},
        "rule": {"ruling": house.ruling, "upheld": False},
        "answer": {"end": "solved"},
        "invite": {"party": street, "to_party": street, "lead": True if machine else "yes"},
        "ask_papers": {"papers": ["身份证"]},
        "pause": {"reason": "expert"},
        "merge": {"into": house.returned.number},
        "reroute": {"item": "roof_renewal"},
    }
    return body | more.get(act, {})

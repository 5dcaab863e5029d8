"""
Every address that takes a form, and as whom: the walk's browsers, and forms filled from what exists.

``FIELDS`` has a row for each; an address that takes a POST and has none fails the test.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any
from unittest import mock

from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver

from linli.basics import Actor
from linli.cases.api import ACTS as MACHINE_ACTS
from linli.cases.models import Award, Booking, Case
from linli.desk.views.acts import ACTS as DESK_ACTS
from linli.desk.views.queue import ACTS as QUEUE_ACTS
from linli.gate.models import Request
from linli.gate.views.tasks import ACTS as GATE_ACTS
from linli.gate.views.tasks import WORK as GATE_WORK
from linli.identity import actions as identity
from linli.identity.models import User
from linli.parties.models import Closing
from linli.parties.views.offices import ACTS as OFFICE_ACTS
from linli.people.models import Merge, RightsRequest
from linli.places.models import Place
from linli.places.views import ACTS as PLACE_ACTS
from linli.rulebook.domain import local_date
from tests.portal.pictures import picture
from tests.reports.conftest import COMMUNITY_FORM

from .drawing import DUTIES, IDS, Hand, Nothing

BROKEN_BOOK = b"PK\x03\x04 no workbook"

# address → what its form holds. One word a field; ``name=values`` where the name says too little.
FIELDS: Mapping[str, str] = {
    "account/again/": "password",
    "account/desk/": "appointment next",
    "account/hat/": "appointment next",
    "account/keys/": "",
    "account/keys/code/": "code",
    "account/keys/code/again/": "code",
    "account/keys/generator/": "code",
    "account/keys/generator/away/": "",
    "account/keys/passkeys/": "",
    "account/keys/passkeys/<int:pk>/away/": "",
    "account/keys/passkeys/add/": "name credential=words",
    "account/keys/passkeys/again/": "credential=words",
    "account/keys/passkeys/login/": "credential=words",
    "account/keys/recovery/": "",
    "account/keys/recovery/new/": "",
    "account/login/": "login=desk password next",
    "account/logout/": "",
    "account/password/": "oldpassword=password password1=password password2=password",
    "account/password/set/": "password1=password password2=password",
    "account/sessions/<int:pk>/end/": "",
    "account/tokens/": "days",
    "account/tokens/<int:pk>/end/": "",
    "api/v1/": "",
    "api/v1/bookings": "party item starts_at=time name phone",
    "api/v1/bookings/<number>/cancel": "code",
    "api/v1/cases": "item words place place_words name phone hidden=flag",
    "api/v1/cases/<number>/<act>": (
        "step words clause outcome party end until=time reason=pause item into ruling upheld=flag"
    ),
    "api/v1/cases/<number>/attachments": "files=json_files",
    "api/v1/cases/<number>/contact": "report reason",
    "api/v1/cases/<number>/for/papers": "report proof code statement reason files=json_files",
    "api/v1/cases/<number>/for/withdraw": "report proof code statement reason",
    "api/v1/data-requests/<request_id>/decide": "right grant=flag reasons=words",
    "api/v1/openapi.json": "",
    "book/": "item community time name phone",
    "book/<str:number>/": "code",
    "book/<str:number>/cancel/": "code",
    "case/<str:number>/confirm/": "rating",
    "case/<str:number>/papers/": "words photos=file",
    "case/<str:number>/reopen/": "words",
    "case/<str:number>/withdraw/": "words",
    "desk/accept/": (
        "do=accept words item channel name fact value person own_name=name own_phone=phone "
        "behalf_words=words hidden place place_words answer=words once booking"
    ),
    "desk/cases/<str:number>/card/": "person step",
    "desk/cases/<str:number>/contact/": "report reason",
    "desk/cases/<str:number>/do/<str:act>/": (
        "step words outcome clause to_party end until reason=pause lead=yes papers item into"
    ),
    "desk/cases/<str:number>/files/": "files=file",
    "desk/cases/<str:number>/files/<int:attachment>/forget/": "",
    "desk/cases/<str:number>/for/<str:doing>/": "report proof code statement reason files=file",
    "data-requests/<int:request_id>/decide/": "decision reasons=words",
    "desk/filters/": "item",
    "desk/load/move/": "step to_party note=words",
    "desk/people/<int:person>/awards/": "",
    "desk/people/<int:person>/awards/<int:award>/end/": "reason on=day",
    "desk/queue/<int:booking>/<str:act>/": "",
    "desk/requests/<int:request_id>/copy/": "",
    "desk/queue/give/": "item name phone",
    "desk/calls/<int:notice>/number/": "reason=words",
    "desk/calls/<int:notice>/told/": "",
    "desk/rolls/": "item roll=workbook",
    "desk/rolls/take/": "shown=words",
    "desk/returns/<int:ruling>/rule/": "upheld=yes to_party words",
    "find/": "number code",
    "i18n/setlang/": "language next",
    "look/": "mode theme next",
    "me/afterwards/": "relatives",
    "me/consent/": "person give=purpose withdraw=purpose",
    "me/record/": "",
    "me/requests/": "person kind details=words",
    "me/requests/<int:asked>/withdraw/": "person",
    "messages/<int:notice>/open/": "",
    "messages/email/": "email",
    "messages/read/": "notice",
    "offices/<int:party>/do/<str:act>/": (
        "seat name role username=words from_on=day to_on=day on=day backup factor=words starts=hour "
        "ends=hour day0=hours closing phone name_en=name id_number=phone"
    ),
    "offices/found/": "place kind=unit name name_en=name office=words phone for_profit=yes",
    "offices/posts/": "code name name_en=name core=minutes flexible=minutes",
    "open311/v2/requests.json": "service_code=item description=words address_string=words phone",
    "open311/v2/requests.xml": "service_code=item description=words address_string=words phone",
    "people/": "name fact value",
    "people/new/": "home household guardian name id_number=phone phone birth_on=day sex=words",
    "people/<int:person>/admit/": "username=words",
    "people/<int:person>/ask/": "kind details=words",
    "people/<int:person>/card/": "purpose",
    "people/<int:person>/confirm/": "topic",
    "people/<int:person>/end/": "reason on=day",
    "people/<int:person>/fact/": "attribute value reason since=day",
    "people/<int:person>/kin/": "relative kinship",
    "people/<int:person>/move/": "home on=day reason who=words community house=home",
    "people/<int:person>/password/": "shown=paper reason=lost",
    "people/<int:person>/same/<int:other>/": "keep=person",
    "people/merges/<int:merge>/undo/": "",
    "places/<int:place>/do/<str:act>/": "name name_en=name kind=place_kind parent=place into=place on=day",
    "queue/<str:code>/": "",
    "report/": "want=words item at community place_words door name phone join=number",
    "reports/<int:edition>/back/": "",
    "reports/<int:edition>/send/": "",
    "reports/send/": "edition",
    "reports/forms/<int:form>/end/": "",
    "reports/forms/new/": "do=take code name level period days duty exact=yes workbook",
    "tasks/ask/form/": "workbook",
    "tasks/ask/take/": "q=asked purpose basis line of f.lives_alone=yes f.age.from=age",
    "tasks/new/": (
        "kind title=words words purpose basis duty_line community from_on=day to_on=day minutes "
        "evidence=words budget_line with_names=rarely of f.lives_alone=yes f.age.from=age whom=asked"
    ),
    "tasks/r/<str:number>/do/<str:act>/": "words",
    "tasks/refuse/": "asked_by asked_words=words words line",
    "tasks/t/<int:task>/do/<str:act>/": "minutes effort worked_on=day shown=words papers=file",
    "verify/": "root package=file",
    "visits/card/": "household person print=yes sheet=words",
    "visits/conflicts/<int:conflict>/": "choice reason seen=minutes",
    "visits/send/": "key card=words outcome minutes visited_on=day do=words",
}
ACTS: Mapping[str, tuple[str, ...]] = {
    "api/v1/cases/<number>/<act>": tuple(MACHINE_ACTS),
    "desk/cases/<str:number>/do/<str:act>/": tuple(DESK_ACTS),
    "desk/queue/<int:booking>/<str:act>/": tuple(QUEUE_ACTS),
    "offices/<int:party>/do/<str:act>/": tuple(OFFICE_ACTS),
    "places/<int:place>/do/<str:act>/": tuple(PLACE_ACTS),
    "tasks/r/<str:number>/do/<str:act>/": tuple(GATE_ACTS),
    "tasks/t/<int:task>/do/<str:act>/": tuple(GATE_WORK),
}
TYPED: Mapping[str, tuple[str, ...]] = {
    "age": ("70", "", "x"),
    "accept": ("check", "find", "submit", "submit", "answer", "item:shared_leak"),
    "asked": ("男性居民人数", "60岁以上老人人数", "", "没有这样的数"),
    "at": ("home", "there"),
    "channel": ("window", "phone"),
    "days": ("30", "0", "x"),
    "decision": ("grant", "refuse", "look", "nothing"),
    "desk": ("housing", "committee", "nobody"),
    "door": ("501", ""),
    "effort": ("door", "form", "meeting", "nothing"),
    "end": ("solved", "explained", "not_ours", "nothing"),
    "flag": ("true", "false"),
    "hidden": ("yes", "no"),
    "hour": ("08:30", "17:00", "x"),
    "hours": ("08:30-17:00", ""),
    "kind": ("work", "work", "data", "copy", "correction"),
    "lost": ("forgotten", "known", "nothing"),
    "minutes": ("1", "5", "10", "60", "3000", "-1", "x"),
    "mode": ("dark", "light"),
    "name": ("陈桂兰", "何新", ""),
    "next": ("/desk/", "/tasks/", "https://example.org/"),
    "of": ("people", "people", "households", ""),
    "once": ("0" * 32, ""),
    "paper": ("identity_card", "passport", "nothing"),
    "password": ("housing-password-1", "x"),
    "pause": ("expert", "weather", "nothing"),
    "period": ("month", "quarter", "nothing"),
    "place_kind": ("grid", "building", "stairwell", "door", "palace"),
    "place_words": ("3 幢", ""),
    "proof": ("code", "identity"),
    "rarely": ("", "", "", "yes"),
    "rating": ("1", "5", "9", ""),
    "relatives": ("may", ""),
    "right": ("export", "correction", "erasure", "nothing"),
    "root": ("0" * 64, "x"),
    "take": ("take", "look"),
    "theme": ("plain", "x"),
    "unit": ("station", "organisation", "office", "nothing"),
    "value": ("13800000521", "yes", "2020-01-01", ""),
    "yes": ("yes", "no"),
}
NASTY = ("", "\x00", "9" * 25, "-1", "² ", "长" * 4_001, "' OR 1=1 --", "null", "99999-99-99")


def routes() -> Iterator[str]:
    """Yield every route of the URL configuration, as it is written there."""
    yield from _walk(get_resolver().url_patterns, "")


def _walk(patterns: list[Any], before: str) -> Iterator[str]:
    for one in patterns:
        where = before + str(one.pattern)
        if hasattr(one, "url_patterns"):
            yield from _walk(one.url_patterns, where)
        else:
            yield where


class Browsers:
    """A browser for each role, and a bearer token for each that may have one."""

    def __init__(self, hand: Hand, actors: Mapping[str, Actor]) -> None:
        self.hand, self.actors = hand, actors
        self.open: dict[str, tuple[Client, datetime]] = {}
        self.tokens: dict[str, dict[str, str]] = {}
        self.answers: dict[int, int] = {}

    @property
    def draw(self) -> Random:
        return self.hand.draw

    def post(self, role: str, route: str, at: datetime) -> HttpResponse:
        """
        Send one form as a role at a moment; a server that breaks raises.

        :raises Nothing: if there is no row yet that the address could name
        """
        path, body = "/" + self.path(route), self.body(route, at)
        cache.clear()  # so many a minute; the walk's minutes are drawn close together
        with mock.patch("django.utils.timezone.now", return_value=at):
            if route.startswith(("api/", "open311/")):
                answer = self._machine(role, path, body, at)
            else:
                client = self._browser(role, at)
                answer = client.post(path, body)
                if route.startswith("account/"):
                    self.open.pop(role)
        status = answer.status_code
        self.answers[status] = self.answers.get(status, 0) + 1
        assert status < 500, f"{role}: POST {path} {body}: {status}"
        return answer

    def _browser(self, role: str, at: datetime) -> Client:
        client, since = self.open.get(role, (None, at))
        if client is None or at - since > timedelta(hours=4):
            client = Client()
            user = self.actors[role].user
            if user is not None:
                # Who was given a first password changed it at once, and goes on.
                User.objects.filter(pk=user).update(must_change_password=False)
                client.force_login(User.objects.get(pk=user))
            self.open[role] = client, at
        return client

    def _machine(self, role: str, path: str, body: Mapping[str, Any], at: datetime) -> HttpResponse:
        by = self.actors[role]
        if role not in self.tokens and by.appointment is not None and by.user is not None:
            _, token = identity.give_token(
                by=by,
                at=at,
                user_id=by.user,
                appointment_id=by.appointment,
                expires_at=at + timedelta(days=90),
            )
            self.tokens[role] = {"authorization": f"Bearer {token}"}
        client = Client(headers=self.tokens.get(role, {}))
        if path.startswith("/open311/"):
            return client.post(path, body)
        return client.post(path, json.dumps(body), content_type="application/json")

    def path(self, route: str) -> str:
        """:raises Nothing: if there is no row yet that the address could name"""
        found = route.replace("<str:doing>", self.draw.choice(("withdraw", "papers")))
        found = found.replace("<str:code>", "shared_leak")
        if route in ACTS:
            act = self.draw.choice((*ACTS[route], "nothing") if self.rarely() else ACTS[route])
            found = found.replace("<str:act>", act).replace("<act>", act)
        for name in ("<str:number>", "<number>"):
            if name in found:
                found = found.replace(name, self._number(route))
        tables: dict[str, type[Model]] = {
            **IDS,
            "asked": RightsRequest,
            "award": Award,
            "closing": Closing,
            "merge": Merge,
            "request_id": RightsRequest,
        }
        for name, table in tables.items():
            for sign in (f"<int:{name}>", f"<{name}>"):
                if sign in found:
                    found = found.replace(sign, str(abs(self.hand.some_id(table))))
        return found

    def _number(self, route: str) -> str:
        table: type[Model] = Case
        if route.startswith("tasks/"):
            table = Request
        elif "book" in route:
            table = Booking
        rows = table._default_manager.order_by("-pk").values_list("number", flat=True)[:6]
        if not rows:
            raise Nothing
        return "261116000000" if self.rarely() else self.draw.choice(list(rows))

    def rarely(self) -> bool:
        return self.draw.random() < 0.06

    def body(self, route: str, at: datetime) -> dict[str, Any]:
        """Return a form that is filled in, mostly well."""
        machine = route.startswith("api/")
        found: dict[str, Any] = {}
        for field in FIELDS[route].split():
            name, _, meant = field.partition("=")
            if self.rarely():
                if self.draw.random() < 0.5:
                    found[name] = self.draw.choice(NASTY)
                continue
            value = self._typed(meant or name, at)
            if value is not None:
                found[name] = value if machine or not isinstance(value, int) else str(value)
        if route == "report/":
            found |= {"answer-shared_leak-where": "shared"}
        if route == "desk/accept/":
            found |= {"a.where": "shared"}
        return found

    def _typed(self, meant: str, at: datetime) -> Any:
        special: dict[str, Callable[[], Any]] = {
            "community": self._communities,
            "key": lambda: self.hand.words("key"),
            "card": lambda: "none",
            "time": lambda: self.hand.moment(at).isoformat(),
            "file": picture,
            "json_files": list,
            "workbook": self._workbook,
            "line": lambda: self.draw.choice(DUTIES),
            "outcome": lambda: self.draw.choice(("done", "not_home", "好了")),
        }
        if meant in special:
            return special[meant]()
        if meant in ("day", "until"):
            return self.hand.day(at).isoformat() if self.rarely() else self._soon(at)
        if meant in TYPED:
            return self.draw.choice(TYPED[meant])
        if meant in IDS and meant not in ("duty_line", "into"):
            return self.hand.some_id(IDS[meant])
        return self.hand.words(meant)

    def _soon(self, at: datetime) -> str:
        return (local_date(at) + timedelta(days=self.draw.randrange(12))).isoformat()

    def _communities(self) -> list[int]:
        ids = list(Place.objects.filter(kind="community").values_list("pk", flat=True))
        return self.draw.sample(ids, self.draw.randrange(1, len(ids) + 1))

    def _workbook(self) -> SimpleUploadedFile:
        return SimpleUploadedFile("form.xlsx", self.draw.choice((COMMUNITY_FORM, BROKEN_BOOK)))

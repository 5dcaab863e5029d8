"""Open311 GeoReport v2: what outside programs may ask and see."""

from dataclasses import replace
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import timezone

from linli.cases.models import Case
from linli.catalogue import queries as catalogue
from linli.fabric.limits import count_try
from linli.identity import actions as identity
from linli.identity.models import User
from linli.journal.models import Line
from linli.parties import actions as parties
from linli.places.models import Place
from linli.rulebook.domain import local_date
from tests.world import GREEN, HOUSE, HOUSE_ITSELF, build_world

WORDS = {
    "service_code": "shared_leak",
    "description": "楼道顶上漏水，陈阿姨家门口",
    "address_string": "青桐社区 3 幢 3 单元",
    "last_name": "陈",
    "phone": "13800000521",
}


@pytest.fixture
def world(db):
    return build_world()


def test_only_reports_are_listed_as_services(world) -> None:
    codes = [row["service_code"] for row in Client().get("/open311/v2/services.json").json()]

    assert codes == ["shared_leak"]


def test_the_definition_says_what_is_asked_and_why(world) -> None:
    found = Client().get("/open311/v2/services/shared_leak.json").json()

    assert [(a["code"], a["required"]) for a in found["attributes"]] == [("where", True)]
    assert found["attributes"][0]["datatype_description"] == "户内的由房主自己修"


def test_an_unknown_service_is_said_so(world) -> None:
    assert Client().get("/open311/v2/services/no.json").status_code == 404


def test_what_nobody_may_look_up_afterwards_is_not_taken_here(world, monkeypatch) -> None:
    apply, leak = "roof_renewal", WORDS["service_code"]
    offers = catalogue.items(local_date(timezone.now()))
    assert {apply, leak} < {one.definition.code for one in offers}
    secret = [replace(one, definition=replace(one.definition, sensitive=True)) for one in offers]

    def asked(code):
        definition = Client().get(f"/open311/v2/services/{code}.json")
        made = Client().post("/open311/v2/requests.json", {**WORDS, "service_code": code})
        return definition.status_code, made.status_code, Case.objects.count()

    assert asked(apply) == (404, 404, 0)
    monkeypatch.setattr(catalogue, "items", lambda _: secret)
    assert asked(leak) == (404, 404, 0)
    assert Client().get("/open311/v2/services.json").json() == []


def test_a_request_opens_a_case_and_shows_no_words(world) -> None:
    made = Client().post("/open311/v2/requests.json", WORDS)

    assert made.status_code == 201
    number = made.json()[0]["service_request_id"]
    assert Case.objects.get(number=number).words == WORDS["description"]
    shown = Client().get(f"/open311/v2/requests/{number}.json").json()[0]
    assert (shown["status"], shown["service_code"]) == ("open", "shared_leak")
    assert not any(secret in str(shown) for secret in ("陈", "13800000521", "漏水，"))
    listed = Client().get("/open311/v2/requests.json?status=open").json()
    assert [row["service_request_id"] for row in listed] == [number]
    assert Client().get(f"/open311/v2/tokens/{number}.json").json()[0]["token"] == number


def xml(answer, status: int = 200):
    """Return the root of an answer that says it is XML."""
    assert (answer.status_code, answer["Content-Type"]) == (status, "text/xml; charset=utf-8")
    return ElementTree.fromstring(answer.content)  # noqa: S314  # our own


def test_all_of_it_is_there_in_xml_too(world) -> None:
    client = Client()
    (service,) = xml(client.get("/open311/v2/services.xml"))
    assert (service.tag, service.findtext("service_code")) == ("service", "shared_leak")
    assert service.findtext("metadata") == "true"
    asked = xml(client.get("/open311/v2/services/shared_leak.xml"))
    assert asked.tag == "service_definition"
    assert asked.findtext("attributes/attribute/code") == "where"
    keys = [one.text for one in asked.iterfind("attributes/attribute/values/value/key")]
    assert keys == ["shared", "private"]

    made = xml(client.post("/open311/v2/requests.xml", WORDS), 201)
    number = made.findtext("request/service_request_id")
    assert Case.objects.get(number=number).words == WORDS["description"]
    shown = xml(client.get(f"/open311/v2/requests/{number}.xml"))
    assert (shown.tag, shown.findtext("request/status")) == ("service_requests", "open")
    (listed,) = xml(client.get("/open311/v2/requests.xml?status=open"))
    assert listed.findtext("service_request_id") == number
    assert xml(client.get(f"/open311/v2/tokens/{number}.xml")).findtext("request/token") == number

    for path in ("services/no", "requests/1", "tokens/1"):
        wrong = xml(client.get(f"/open311/v2/{path}.xml"), 404)
        assert wrong.findtext("error/code") == "404"
        assert wrong.findtext("error/description")


def test_whatever_was_typed_xml_can_be_read(world) -> None:
    wrong = xml(Client().get("/open311/v2/requests.xml", {"status": "<\x0b&\ufffe"}), 400)

    assert "<&" in wrong.findtext("error/description")


PICTURE = "https://pictures.example/leak.jpg?of=3&size=l"


@pytest.mark.parametrize("kind", ["json", "xml"])
def test_the_address_of_a_picture_is_the_last_line_of_what_was_said(world, kind) -> None:
    made = Client().post(f"/open311/v2/requests.{kind}", {**WORDS, "media_url": PICTURE})

    case = Case.objects.get()
    assert (made.status_code, case.words) == (201, f"{WORDS['description']}\n{PICTURE}")
    shown = Client().get(f"/open311/v2/requests/{case.number}.{kind}")
    assert (shown.status_code, b"pictures.example" in shown.content) == (200, False)


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "ftp://pictures.example/leak.jpg",
        "pictures.example/leak.jpg",
        "https://pictures.example/a b",
        "https://pictures.example/\nleak.jpg",
        f"https://pictures.example/{'a' * 500}",
    ],
)
def test_no_other_address_of_a_picture_is_kept(world, address) -> None:
    sent = {**WORDS, "media_url": address}
    plain = Client().post("/open311/v2/requests.json", sent)
    marked = Client().post("/open311/v2/requests.xml", sent)

    (told,) = {row["description"] for row in plain.json()}
    assert (plain.status_code, told[:11]) == (400, "media_url: ")
    assert [one.text for one in xml(marked, 400).iterfind("error/description")] == [told]
    assert not Case.objects.exists()


def test_words_and_picture_together_are_no_longer_than_words_may_be(world) -> None:
    sent = {**WORDS, "description": "漏" * 3_990, "media_url": PICTURE}

    assert Client().post("/open311/v2/requests.json", sent).status_code == 422
    assert not Case.objects.exists()


HERE = {"lat": "30.2451234", "long": "120.1650009", "address_string": ""}


def test_a_point_is_the_building_it_lies_at_and_is_kept_in_digits(world) -> None:
    house = Place.objects.filter(code=HOUSE)
    house.update(longitude=120_165_200, latitude=30_245_200)  # some 20 m away

    answer = Client().post("/open311/v2/requests.json", {**WORDS, **HERE})

    case = Case.objects.get()
    assert (answer.status_code, case.place_id) == (201, world.place(HOUSE))
    assert (case.place_words, case.community_id) == ("30.245123, 120.165001", world.place(GREEN))
    shown = Client().get(f"/open311/v2/requests/{case.number}.json").json()[0]
    assert shown["address"] == "柳营街道青桐社区"  # anybody sees the community, not the house


def test_a_point_nobody_knows_is_not_lost(world) -> None:
    answer = Client().post("/open311/v2/requests.json", {**WORDS, **HERE})

    case = Case.objects.get()
    assert (answer.status_code, case.place_id) == (201, None)
    assert case.place_words == "30.245123, 120.165001"


def test_a_cookie_gives_nobody_a_hat_here(world) -> None:
    """A browser sends it for any other site too."""
    parties.mark_demo(by=HOUSE_ITSELF, at=timezone.now())  # no second factor is asked for
    browser = Client()
    browser.force_login(User.objects.get(pk=world.at("station").user))

    assert browser.post("/open311/v2/requests.json", WORDS).status_code == 201
    [line] = Line.objects.filter(kind="CaseOpened")
    assert (line.actor_kind, line.actor_id, line.hat) == ("resident", None, "")


def test_a_number_is_found_as_it_is_printed(world) -> None:
    made = Client().post("/open311/v2/requests.json", WORDS).json()[0]
    number = made["service_request_id"]
    spoken = f"{number[:6]}-{number[6:]}"

    found = Client().get(f"/open311/v2/tokens/{spoken}.json").json()

    assert found == [{"token": number, "service_request_id": number}]


def test_attributes_are_kept_as_answers(world) -> None:
    Client().post("/open311/v2/requests.json", {**WORDS, "attribute[where]": "private"})

    assert Case.objects.get().answers == {"where": "private"}


@pytest.mark.parametrize("change", [{"attribute[where]": "roof"}, {"attribute[colour]": "red"}])
def test_an_attribute_that_cannot_be_is_explained(world, change) -> None:
    answer = Client().post("/open311/v2/requests.json", {**WORDS, **change})

    assert answer.status_code == 422
    assert ("where" in answer.json()[0]["description"], Case.objects.count()) == (True, 0)


@pytest.mark.parametrize(
    "change",
    [
        {"service_code": "no"},
        {"description": ""},
        {"address_string": ""},
        {"lat": "north"},
        {"phone": "ring me"},
    ],
)
def test_bad_input_is_explained_and_opens_nothing(world, change) -> None:
    answer = Client().post("/open311/v2/requests.json", {**WORDS, **change})

    assert answer.status_code in (400, 404, 422)
    assert answer.json()[0]["description"]
    assert not Case.objects.exists()


@pytest.mark.parametrize("name", ["start_date", "end_date"])
@pytest.mark.parametrize(
    "moment", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59-12:00", "2026-02-30T00:00:00Z", "x"]
)
def test_a_moment_no_calendar_holds_is_explained(world, name, moment) -> None:
    answer = Client().get("/open311/v2/requests.json", {name: moment})

    assert (answer.status_code, answer.json()[0]["description"][: len(name)]) == (400, name)


def test_a_span_is_of_days_in_which_cases_were_opened(world) -> None:
    client = Client()
    made = client.post("/open311/v2/requests.json", WORDS).json()[0]["service_request_id"]
    now = timezone.now()

    def listed(**asked):
        found = client.get("/open311/v2/requests.json", asked).json()
        return [row["service_request_id"] for row in found]

    past, ahead = ((now + timedelta(days=days)).isoformat() for days in (-1, 1))
    assert listed(start_date=past, end_date=ahead) == [made]
    assert (listed(end_date=past), listed(start_date=ahead)) == ([], [])


def test_too_many_reports_from_one_place_have_to_wait(world) -> None:
    client = Client()
    answers = [client.post("/open311/v2/requests.json", WORDS).status_code for _ in range(21)]

    assert answers == [201] * 20 + [429]


def test_whose_token_it_is_may_report_as_often_as_need_be(world) -> None:
    clerk, now = world.at("station"), timezone.now()
    _, token = identity.give_token(
        by=HOUSE_ITSELF,
        at=now,
        user_id=clerk.user,
        appointment_id=clerk.appointment,
        expires_at=now + timedelta(days=1),
    )
    machine = Client(headers={"authorization": f"Bearer {token}"})
    for _ in range(20):
        count_try("open311", "127.0.0.1", minutes=60)

    assert machine.post("/open311/v2/requests.json", WORDS).status_code == 201
    assert Client().post("/open311/v2/requests.json", WORDS).status_code == 429
    [line] = Line.objects.filter(kind="CaseOpened")
    assert line.appointment == clerk.appointment

"""The forms anybody can reach, with text of every kind: no crash, and a refusal changes nothing."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from linli.desk.views.acts import ACTS
from tests.world import GREEN

from .conftest import House
from .fuzz import NASTY, TYPED, answered, trying
from .requests import act_body

REPORT = ("want", "item", "at", "community", "place_words", "door", "phone", "name", "hidden")
REPORT += ("near_shown", "answer-shared_leak-where", "join")
# path and the boxes of each form
FORMS = {
    "/report/": REPORT,
    "/find/": ("number", "code"),
    "/account/login/": ("login", "password", "next", "remember"),
    "/look/": ("mode", "theme", "next"),
    "/i18n/setlang/": ("language", "next"),
    "/me/requests/": ("kind", "details"),
}
RECEIPT = {
    "confirm/": ("rating",),
    "reopen/": ("words",),
    "withdraw/": ("words",),
    "papers/": ("words",),
}


@pytest.mark.parametrize("path", FORMS)
def test_any_text_in_any_box(house: House, path: str) -> None:
    stranger, good = Client(), good_words(house, path)

    @trying(40)
    @given(st.dictionaries(st.sampled_from(FORMS[path]), TYPED, max_size=3))
    def holds(change) -> None:
        answered(lambda: stranger.post(path, {**good, **change}))
        answered(lambda: stranger.get(path, change))

    holds()


@pytest.mark.parametrize("typed", NASTY)
def test_every_box_with_each_nasty_text(house: House, typed: str) -> None:
    stranger = Client()
    for path, boxes in FORMS.items():
        for box in boxes:
            answered(
                lambda path=path, box=box: stranger.post(
                    path, {**good_words(house, path), box: typed}
                )
            )


def good_words(house: House, path: str) -> dict:
    if path == "/report/":
        return {
            "want": "楼顶防水层破了",
            "item": "shared_leak",
            "community": house.world.place(GREEN),
            "answer-shared_leak-where": "shared",
        }
    return {"number": house.fresh.number, "code": house.code} if path == "/find/" else {}


@pytest.mark.parametrize("act", RECEIPT)
def test_the_receipts_own_forms(house: House, act: str) -> None:
    holder = Client()
    holder.post("/find/", {"number": house.fresh.number, "code": house.code})
    path = f"/case/{house.fresh.number}/{act}"

    @trying(15)
    @given(st.dictionaries(st.sampled_from(RECEIPT[act]), TYPED, max_size=1))
    def holds(change) -> None:
        answered(lambda: holder.post(path, change))

    holds()


@pytest.mark.parametrize("role", ["clerk", "arbiter", "district"])
def test_the_desks_addresses(house: House, role: str) -> None:
    desk = house.browser(role)
    desk.raise_request_exception = True
    boxes = ("q", "status", "item", "role", "order", "limit", "after", "did", "reply", "once")

    @trying(12)
    @given(st.dictionaries(st.sampled_from(boxes), TYPED, max_size=3))
    def holds(asked) -> None:
        for path in ("/desk/", "/desk/find/", "/desk/cases/", "/desk/returns/", "/desk/load/"):
            answered(lambda path=path: desk.get(path, asked))

    holds()


def test_the_window_with_any_text(house: House) -> None:
    desk = house.browser("clerk")
    desk.raise_request_exception = True
    boxes = ("do", "words", "item", "channel", "name", "fact", "value", "person", "purpose")
    boxes += ("own_name", "own_phone", "behalf_words", "place", "place_words", "answer", "once")
    boxes += ("ticked", "a.where")
    good = {"words": "水管漏水", "item": "shared_leak", "place": house.world.place(GREEN)}
    good |= {"own_name": "陈", "a.where": "shared"}
    doing = st.sampled_from(("check", "find", "open:1", "close", "submit", "answer", "item:no"))

    @trying(60)
    @given(doing, st.dictionaries(st.sampled_from(boxes), TYPED, max_size=3))
    def holds(do, change) -> None:
        answered(lambda: desk.post("/desk/accept/", {**good, "do": do, **change}))

    holds()


BROKEN = (
    b"",
    b"--x\r\n",
    b'--x\r\nContent-Disposition: form-data; name="want"\r\n\r\nhalf',
    b'--x\r\nContent-Disposition: form-data; name="photos"; filename="\x00.jpg"\r\n\r\n\xff\xd8\r\n--x--',
    b"--x\r\nContent-Disposition: form-data\r\n\r\nnameless\r\n--x--\r\n",
    b"\xff" * 500,
)


@pytest.mark.parametrize("body", BROKEN)
@pytest.mark.parametrize("path", ["/report/", "/find/", "/account/login/"])
def test_a_broken_form(house: House, path: str, body: bytes) -> None:
    for media in ("multipart/form-data; boundary=x", "multipart/form-data", "text/plain"):
        answer = answered(lambda media=media: Client().generic("POST", path, body, media))
        assert answer.status_code < 500


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jpg", b"\xff\xd8\xff\xe0broken"),
        ("a.png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 50),
        ("a.svg", b"<svg onload='alert(1)'/>"),
        ("a.exe", b"MZ" + b"\x90" * 500),
        ("a.pdf", b"%PDF-1.7 broken"),
        ("x" * 300 + ".jpg", b"\xff\xd8"),
        ("../../a.gif", b"GIF89a"),
    ],
)
def test_a_broken_picture_is_refused(house: House, name: str, content: bytes) -> None:
    file = SimpleUploadedFile(name, content, content_type="image/jpeg")
    sent = {**good_words(house, "/report/"), "photos": file}

    answer = answered(lambda: Client().post("/report/", sent))

    assert answer.status_code == 422


def test_the_desks_acts_with_any_text(house: House) -> None:
    desk = house.browser("clerk")
    desk.raise_request_exception = True
    boxes = ("step", "words", "clause", "to_party", "until", "papers", "other_papers", "into")
    boxes += ("item", "end", "reason")

    @trying(60)
    @given(
        st.sampled_from(sorted(ACTS)), st.dictionaries(st.sampled_from(boxes), TYPED, max_size=2)
    )
    def holds(act, change) -> None:
        body = {**act_body(house, act, machine=False), **change}
        answered(lambda: desk.post(f"/desk/cases/{house.fresh.number}/do/{act}/", body))

    holds()


def test_moving_work_with_any_text(house: House) -> None:
    desk = house.browser("district")
    desk.raise_request_exception = True
    good = {"step": house.step("look"), "to_party": house.world.party("990101001.center")}

    @trying(30)
    @given(st.dictionaries(st.sampled_from(("step", "to_party", "note")), TYPED, max_size=2))
    def holds(change) -> None:
        answered(lambda: desk.post("/desk/load/move/", {**good, "note": "人手不够", **change}))

    holds()

"""
A district without a demo begins: rules and packs, one workbook of its own, the first accepted case.

From ``prepare --no-demo`` to a leak a clerk took in, with nothing that only the demo would make.
"""

import re
import stat
from io import StringIO
from pathlib import Path

import pytest
from allauth.mfa.totp.internal import auth
from django.core.management import call_command
from django.test import Client

from linli.cases.models import Case, Step
from linli.fabric import versions
from linli.fabric.management.commands import prepare
from linli.places.models import Place
from tests.interop.books import small_book

pytestmark = pytest.mark.django_db
GREEN = "990101001001"


@pytest.fixture
def empty(settings, tmp_path, monkeypatch):
    """A house with rules and packs, and nobody in it."""
    versions.forget_everything()
    settings.HOME = tmp_path
    # A command line closes the connection at its end, and with it the test's transaction.
    monkeypatch.setattr(
        prepare, "execute_from_command_line", lambda words: call_command(*words[1:])
    )
    call_command("prepare", no_demo=True, stdout=StringIO())
    assert not Place.objects.exists()
    return tmp_path


def test_from_an_empty_house_to_the_first_accepted_case(empty: Path) -> None:
    said = StringIO()
    call_command("found_district", small_book(empty), area="990101", name="示例区", stdout=said)
    passwords = the_first_passwords(said.getvalue())
    clerk = signed_in("zhoumin", passwords["zhoumin"])

    errand = {"words": "楼道顶上漏水", "channel": "window"}
    page = clerk.post("/desk/accept/", {**errand, "do": "check"}).content.decode()
    assert 'value="common_leak"' in page
    answer = clerk.post(
        "/desk/accept/",
        {
            **errand,
            "item": "common_leak",
            "place": Place.objects.get(kind="building").pk,
            "a.leak_part": "roof",
            "a.still_running": "yes",
            "own_name": "李大爷",
            "once": "first1",
            "do": "submit",
        },
    )
    assert answer.status_code == 302, answer.content.decode()
    case = Case.objects.get()
    assert (case.item, case.channel) == ("common_leak", "window")
    assert case.community_id == Place.objects.get(code=GREEN).pk
    offices = Step.objects.filter(case=case).order_by("id").values_list("party__code", flat=True)
    station, property_ = f"{GREEN}.station", f"{GREEN}.organisation_property"
    assert list(offices) == [station, property_, property_, station]

    said = StringIO()
    call_command("verify", stdout=said)
    assert said.getvalue().endswith("PASSED\n")


def the_first_passwords(said: str) -> dict[str, str]:
    """Return login → password from the file the command names, which is nobody else's."""
    path = Path(re.search(r"first passwords: (\S+)", said)[1])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    lines = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    return {login: password for login, _, password in lines}


def signed_in(login: str, password: str) -> Client:
    """Sign in as one does the first time: a password and a code generator of one's own."""
    client = Client(headers={"accept-language": "zh-hans"})
    answer = client.post("/account/login/", {"login": login, "password": password})
    assert answer.status_code == 302
    assert client.get("/desk/")["Location"] == "/account/password/"
    typed = {"oldpassword": password, "password1": "own-sentence", "password2": "own-sentence"}
    assert client.post("/account/password/", typed).status_code == 302
    assert client.get("/desk/")["Location"] == "/account/keys/generator/"
    secret = client.get("/account/keys/generator/").context_data["form"].secret
    code = f"{auth.hotp_value(secret, next(auth.yield_hotp_counters_from_time())):06}"
    assert client.post("/account/keys/generator/", {"code": code}).status_code == 302
    assert client.get("/desk/").status_code == 200
    return client

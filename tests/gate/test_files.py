"""Pictures and PDFs show that a task was done: to whom, and that they stay as they were shown."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client
from PIL import Image

from linli.files import queries as kept
from linli.files.domain.cleaning import Clean, clean
from linli.files.models import File
from linli.gate import actions
from linli.gate.domain import TaskOver, TooManyFiles
from linli.gate.models import TaskFile
from linli.gate.queries.shown import may_see_files
from linli.journal.models import Line
from tests.files.conftest import photo
from tests.portal.pictures import picture
from tests.verify.conftest import faults, planted
from tests.world import NOON

from .conftest import LATER, admitted, submitted, task, worker
from .test_actions import refused
from .test_screens import browser

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
LOST = "Browsers forget chosen pictures"


@pytest.fixture(autouse=True)
def _now(monkeypatch):
    monkeypatch.setattr("linli.identity.queries.has_second_factor", lambda user: True)
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON)


@pytest.fixture
def store(settings, tmp_path):
    settings.FILES = tmp_path / "files"
    return settings.FILES


@pytest.fixture
def begun(world, store):
    """A task of the green community under way, and its request."""
    row = admitted(world)
    mine = task(row, world)
    actions.begin_task(by=worker(world), task=mine.pk, at=NOON)
    return mine


def upload(content: bytes, name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_a_picture_and_a_pdf_show_it_to_three_hands_and_to_nobody_else(world, begun) -> None:
    sent = {"shown": "照片 2 张", "papers": [upload(photo(), "墙.jpg"), upload(PDF, "记录.pdf")]}
    committee = browser("committee", "en")
    answer = committee.post(f"/tasks/t/{begun.pk}/do/finish/", sent)
    assert answer["Location"] == f"/tasks/t/{begun.pk}/?did=finish"
    shown, paper = TaskFile.objects.order_by("id")
    assert [one.file.purpose for one in (shown, paper)] == ["task", "task"]
    line = Line.objects.get(kind="TaskDone")
    assert f'"file_ids":[{shown.file_id},{paper.file_id}]' in line.body

    where = f"/tasks/t/{begun.pk}/files/{shown.pk}/"
    seeing = {"committee": 200, "housing": 200, "street": 200, "street_civil": 200}
    others = ("station", "neighbour", "civil", "city", "arbiter", "district")
    for desk, status in (seeing | dict.fromkeys(others, 404)).items():
        client = browser(desk, "en")
        assert client.get(where).status_code == status, desk
        assert client.get(f"{where}small/").status_code == status, desk
        page = client.get(f"/tasks/t/{begun.pk}/")
        assert page.status_code == {"district": 200, "arbiter": 403}.get(desk, status), desk
        assert (f'src="{where}small/"' in page.content.decode()) is (status == 200), desk
        assert ("are shown to the community" in page.content.decode()) is (desk == "district")
    assert Client().get(where).status_code == 403
    assert committee.get(f"/tasks/t/{begun.pk + 1}/files/{shown.pk}/").status_code == 404
    assert "/files/" not in Client().get(f"/burden/r/{begun.request.number}/").content.decode()

    given = committee.get(where)
    assert given["Content-Disposition"].startswith("inline")
    assert given["X-Content-Type-Options"] == "nosniff"
    assert dict(Image.open(io.BytesIO(given.content)).getexif()) == {}
    assert committee.get(f"{where}small/")["Content-Type"] == "image/jpeg"
    document = f"/tasks/t/{begun.pk}/files/{paper.pk}/"
    assert committee.get(document)["Content-Disposition"].startswith("attachment")
    assert committee.get(f"{document}small/").status_code == 404
    assert f'href="{document}"' in committee.get(f"/tasks/t/{begun.pk}/").content.decode()


def test_a_street_that_did_not_sign_is_shown_nothing(world) -> None:
    row = actions.declare_emergency(
        by=world.at("district"), request=submitted(world).pk, words="台风今晚到", at=NOON
    )
    mine, by = task(row, world), worker(world)
    actions.begin_task(by=by, task=mine.pk, at=NOON)
    actions.finish_task(by=by, task=mine.pk, shown="照片", papers=[square()], at=NOON)
    seen = [desk for desk, actor in world.staff.items() if may_see_files(actor, mine)]
    assert sorted(seen) == ["committee", "housing"]
    page = browser("street", "en").get(f"/tasks/t/{mine.pk}/").content.decode()
    assert "are shown to the community" in page
    assert "/files/" not in page


def square() -> Clean:
    return clean(content=picture().read(), name="墙.png")


def test_what_is_refused_keeps_the_words_and_no_file(world, begun, store) -> None:
    client, where = browser("committee", "en"), f"/tasks/t/{begun.pk}/do"
    seven = [picture(name=f"{one}.png") for one in range(7)]
    refusals = [
        ({"shown": "照片 7 张", "papers": seven}, "Choose at most six"),
        ({"shown": "照片 7 张", "papers": [upload(b"MZ\x90 a program", "a.jpg")]}, LOST),
        ({"shown": " ", "papers": [picture()]}, "Say what shows that it was done"),
    ]
    for sent, said in refusals:
        answer = client.post(f"{where}/finish/", sent)
        page = answer.content.decode()
        assert answer.status_code == 422, said
        assert said in page
        assert LOST in page
        assert sent["shown"].strip() in page
        assert 'enctype="multipart/form-data"' in page
    booked = client.post(f"{where}/book/", {"minutes": "25 or so", "effort": "form"})
    assert booked.status_code == 422
    assert 'value="25 or so"' in booked.content.decode()
    assert '<option value="form" selected>' in booked.content.decode()
    far = {"shown": "照片", "papers": [upload(b"MZ", "a.jpg")]}
    assert browser("housing").post(f"{where}/finish/", far).status_code == 403
    refused(
        TooManyFiles,
        actions.finish_task,
        by=worker(world),
        task=begun.pk,
        shown="照片",
        papers=[square()] * 7,
        at=NOON,
    )
    assert (TaskFile.objects.count(), File.objects.count(), list(store.rglob("*"))) == (
        0,
        0,
        [],
    )


def test_nothing_is_added_changed_or_taken_away_once_it_is_shown(world, begun) -> None:
    by = worker(world)
    actions.finish_task(by=by, task=begun.pk, shown="照片", papers=[square()], at=NOON)
    [shown] = TaskFile.objects.all()
    again = {"task": begun.pk, "shown": "别的", "papers": [square()], "at": NOON}
    for at in (NOON, LATER):
        refused(TaskOver, actions.finish_task, by=by, **again)
        for statement in (
            f"UPDATE gate_task_file SET file_id = file_id + 1 WHERE id = {shown.pk}",
            f"DELETE FROM gate_task_file WHERE id = {shown.pk}",
        ):
            with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
                written(statement)
        if at == NOON:
            actions.pay_task(by=world.at("housing"), task=begun.pk, at=NOON)
    assert faults() == []
    with planted(f"DELETE FROM gate_task_file WHERE id = {shown.pk}"):
        [said] = faults()
        assert said.startswith(f"gate_task_file {shown.pk}: gone, though line ")
    kept.path_of(shown.file.digest).write_bytes(b"another picture")
    assert faults() == [f"file {shown.file_id}: altered"]


def written(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)

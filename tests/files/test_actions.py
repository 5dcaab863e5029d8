"""Keeping, forgetting and sweeping: what lies on the disk, what stands in the tables, what is said."""

import errno
import hashlib
import json
import os
import shutil
from datetime import timedelta
from types import SimpleNamespace

import pytest

from linli.basics import NoSuchThing
from linli.fabric.writing import write_atomic
from linli.files import actions, queries
from linli.files.domain import kinds
from linli.files.domain.cleaning import clean
from linli.files.models import File
from linli.journal.domain import digest
from linli.journal.models import Line

from .conftest import pdf, photo

pytestmark = pytest.mark.django_db


def lying(store):
    return sorted(path for path in store.rglob("*") if path.is_file())


def age(path, at, hours):
    moment = (at - timedelta(hours=hours)).timestamp()
    os.utime(path, (moment, moment))


def keep(clerk, noon, content=None):
    content = content or photo()
    return actions.keep_file(by=clerk, content=content, name="水管.JPG", purpose="report", at=noon)


def test_a_file_is_kept_sealed_under_its_hash(store, clerk, noon):
    file = keep(clerk, noon)
    content, media_type = queries.open_file(file)
    assert media_type == "image/jpeg"
    assert (file.name, file.purpose, file.district, file.created_at, file.ended_at) == (
        "水管.jpg",
        "report",
        1,
        noon,
        None,
    )
    assert file.size_bytes == len(content)
    [path] = lying(store)
    sealed = path.read_bytes()
    assert path == store / file.digest[:2] / file.digest
    assert hashlib.sha256(sealed).hexdigest() == file.digest
    assert content not in sealed
    assert b"JFIF" not in sealed


def test_the_line_names_neither_the_file_nor_its_content(store, clerk, noon):
    file = keep(clerk, noon)
    line = Line.objects.get()
    assert (line.kind, line.subject_kind, line.subject_id, line.at) == (
        "FileKept",
        "file",
        file.pk,
        noon,
    )
    body = json.loads(line.body)
    assert body["event"] == {
        "file_id": file.pk,
        "purpose": "report",
        "media_type": "image/jpeg",
        "size_bytes": file.size_bytes,
    }
    assert [row[:2] for row in body["rows"]] == [["files_file", file.pk]]
    assert "水管" not in line.body


def test_the_same_photo_twice_is_two_files_with_two_keys(store, clerk, noon):
    content = photo()
    one, two = keep(clerk, noon, content), keep(clerk, noon, content)
    assert one.digest != two.digest
    assert len(lying(store)) == 2


def test_what_was_cleaned_before_is_kept_as_it_is(store, clerk, noon):
    ready = clean(content=pdf(b"hello"), name="a.pdf")
    file = actions.keep_file(by=clerk, content=ready, purpose="report", at=noon)
    assert queries.open_file(file) == (pdf(b"hello"), "application/pdf")
    assert file.name == "a.pdf"


def nothing_changed(store):
    return not lying(store) and not File.objects.exists() and not Line.objects.exists()


def test_a_refused_file_changes_nothing(store, clerk, noon):
    with pytest.raises(kinds.KindNotTaken):
        keep(clerk, noon, b"<html>")
    assert nothing_changed(store)


def test_a_full_disk_refuses_before_it_says_yes(store, clerk, noon, monkeypatch):
    monkeypatch.setattr(
        shutil, "disk_usage", lambda path: SimpleNamespace(free=kinds.RESERVE_BYTES + 10)
    )
    with pytest.raises(kinds.NoRoom) as caught:
        keep(clerk, noon)
    assert caught.value.status == 507
    assert nothing_changed(store)


@pytest.mark.parametrize("trouble", [("fsync", errno.ENOSPC), ("open", errno.EDQUOT)])
def test_a_disk_that_fills_while_writing_leaves_nothing(store, clerk, noon, monkeypatch, trouble):
    def full(*_args, **_kwargs):
        raise OSError(trouble[1], "full")

    monkeypatch.setattr(os, trouble[0], full)
    with pytest.raises(kinds.NoRoom):
        keep(clerk, noon)
    monkeypatch.undo()
    assert nothing_changed(store)


def test_another_trouble_of_the_disk_is_not_hidden(store, clerk, noon, monkeypatch):
    def broken(handle):
        raise OSError(errno.EIO, "broken")

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(OSError, match="broken"):
        keep(clerk, noon)
    assert not lying(store)


def test_the_content_is_on_the_disk_before_the_row_is_written(store, clerk, noon, monkeypatch):
    steps = []
    sync, create = os.fsync, File.objects.create
    monkeypatch.setattr(os, "fsync", lambda handle: (steps.append("sync"), sync(handle))[1])
    monkeypatch.setattr(
        File.objects, "create", lambda **values: (steps.append("row"), create(**values))[1]
    )
    keep(clerk, noon)
    # The store's folder, its parent's entry, the file, and the name of the file.
    assert steps[-3:] == ["sync", "sync", "row"]


def test_a_crash_before_the_commit_leaves_an_orphan_that_is_swept(store, clerk, noon):
    @write_atomic
    def crashes() -> None:
        keep(clerk, noon)
        raise SystemExit

    with pytest.raises(SystemExit):
        crashes()
    assert not File.objects.exists()
    [orphan] = lying(store)
    half = orphan.with_name("cd" * 32 + ".part")
    half.write_bytes(b"half")
    age(orphan, noon, 0.9)
    age(half, noon, 2)
    assert actions.sweep_orphans(by=clerk, at=noon) == 1
    assert lying(store) == [orphan], "an act under way may still need it"
    assert actions.sweep_orphans(by=clerk, at=noon + timedelta(hours=1)) == 1
    assert lying(store) == []


def test_live_files_are_never_swept(store, clerk, noon):
    file = keep(clerk, noon)
    age(queries.path_of(file.digest), noon, 10_000)
    assert actions.sweep_orphans(by=clerk, at=noon) == 0
    assert queries.open_file(file)[1] == "image/jpeg"


def test_sweeping_an_empty_store_finds_nothing(store, clerk, noon):
    assert actions.sweep_orphans(by=clerk, at=noon) == 0


def test_forgetting_drops_the_key_for_good(store, clerk, noon):
    file = keep(clerk, noon)
    actions.forget_file(by=clerk, file_id=file.pk, at=noon)
    file.refresh_from_db()
    assert (file.key, file.name, file.salt, file.ended_at) == (None, "", None, noon)
    assert [line.kind for line in Line.objects.order_by("id")] == ["FileKept", "FileForgotten"]
    with pytest.raises(kinds.FileForgotten):
        queries.open_file(file)
    assert list(queries.verify_files()) == []
    age(queries.path_of(file.digest), noon, 2)
    assert actions.sweep_orphans(by=clerk, at=noon) == 1
    assert lying(store) == []


def test_forgetting_twice_changes_nothing(store, clerk, noon):
    file = keep(clerk, noon)
    actions.forget_file(by=clerk, file_id=file.pk, at=noon)
    actions.forget_file(by=clerk, file_id=file.pk, at=noon + timedelta(days=1))
    assert File.objects.get().ended_at == noon
    assert Line.objects.count() == 2


def test_a_file_of_another_district_is_not_found(store, clerk, noon):
    file = keep(clerk, noon)
    File.objects.update(district=2)
    with pytest.raises(NoSuchThing):
        actions.forget_file(by=clerk, file_id=file.pk, at=noon)
    assert File.objects.get().ended_at is None
    assert Line.objects.count() == 1


def bound_faults(model):
    """Return the rows whose content is not what the last line that names them says."""
    said = {}
    for body in Line.objects.order_by("id").values_list("body", flat=True):
        said |= {(table, pk): found for table, pk, found in json.loads(body)["rows"]}
    return [
        row.pk
        for row in model.objects.all()
        if said.get((model._meta.db_table, row.pk))
        != digest(bytes(row.salt or b""), row.canonical_row())
    ]


def test_the_record_fits_every_row_as_it_lies(store, clerk, noon):
    keep(clerk, noon)
    gone = keep(clerk, noon)
    assert bound_faults(File) == []
    actions.forget_file(by=clerk, file_id=gone.pk, at=noon)
    assert bound_faults(File) == []
    File.objects.filter(pk=gone.pk).update(purpose="other")
    assert bound_faults(File) == [gone.pk]

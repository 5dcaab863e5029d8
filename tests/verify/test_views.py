"""The public page: anybody, no script, a root from paper, a package, and plain words."""

import io

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from linli.cases.models import Case
from linli.journal.models import Line, Seal
from linli.journal.queries import last_seal
from linli.verify import views

from .test_package import changed, members, packed, resigned, written


@pytest.fixture(autouse=True)
def untried():
    cache.clear()


@pytest.fixture
def visitor(lived) -> Client:
    return Client(headers={"accept-language": "zh-hans"})


def send(visitor, content: bytes, **more):
    file = SimpleUploadedFile("村<b>.zip", content)
    return visitor.post("/verify/", {"package": file, **more})


def text(response) -> str:
    return response.content.decode()


def test_the_page_shows_the_newest_seal_to_anybody(visitor):
    response = visitor.get("/verify/")
    seal = last_seal()
    root = bytes(seal.root).hex()
    assert response.status_code == 200
    assert " ".join(root[at : at + 8] for at in range(0, 64, 8)) in text(response)
    assert "<script" not in text(response)
    assert "no-store" in response["Cache-Control"]


def test_a_root_on_a_receipt_is_found(visitor):
    seal = Seal.objects.get(number=2)
    root = bytes(seal.root).hex()
    said = text(visitor.get("/verify/", {"root": f" {root[:8].upper()} {root[8:]}"}))
    assert "对得上。" in said
    assert "第 2 号封签" in said


def test_a_root_that_is_not_ours_is_said_so(visitor):
    assert "对不上。" in text(visitor.get("/verify/", {"root": "ab" * 32}))


@pytest.mark.parametrize("typed", ["abc", "z" * 64, "<script>", ""])
def test_what_is_no_root_is_kept_and_explained(visitor, typed):
    response = visitor.get("/verify/", {"root": typed})
    assert response.status_code == 422
    assert "存证根一共 64 位" in text(response)
    assert f'value="{typed.replace("<", "&lt;").replace(">", "&gt;")}"' in text(response)


def test_a_whole_package_passes(visitor):
    root = bytes(last_seal().root).hex()
    response = send(visitor, written(), root=root)
    assert response.status_code == 200
    assert "<h1>通过</h1>" in text(response)
    assert "您回执上的存证根在里面。" in text(response)
    assert "村&lt;b&gt;.zip" in text(response)


def test_a_changed_row_is_named_in_both_languages(visitor, client):
    parts = members(written())
    forged = resigned(changed(parts, "rows/case_case.jsonl", 0, revision=99))
    content = packed(forged).getvalue()
    pk = Case.objects.earliest("pk").pk
    assert f"case_case 第 {pk} 号在第" in (said := text(send(visitor, content)))
    assert "<h1>不通过</h1>" in said
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    assert f"case_case {pk} was altered after record line" in text(send(client, content))


def test_a_package_of_another_house_does_not_pass_here(visitor, settings, tmp_path):
    from linli.fabric.keyring import make_keys  # noqa: PLC0415

    content = written()
    make_keys(tmp_path / "keys")
    settings.KEYS = tmp_path / "keys"
    said = text(send(visitor, content))
    assert "<h1>不通过</h1>" in said
    assert "manifest.json 是用别的密钥签的" in said


def test_checking_changes_nothing(visitor):
    before = (Line.objects.count(), Seal.objects.count())
    send(visitor, written())
    assert (Line.objects.count(), Seal.objects.count()) == before


@pytest.mark.parametrize("content", [b"x", b"PK\x03\x04", b"\x00" * 5_000])
def test_any_other_file_is_said_to_be_none(visitor, content):
    said = text(send(visitor, content))
    assert "这不是邻里的导出包" in said
    assert "和封存时不一样" not in said  # it never was sealed
    assert "查验了哪些" not in said


def test_no_file_is_asked_for_again(visitor):
    for data in ({}, {"package": io.BytesIO(b"")}):
        response = visitor.post("/verify/", data)
        assert response.status_code == 422
        assert "请先选要查验的文件。" in text(response)


def test_too_large_a_file_is_refused_before_it_is_read(visitor, monkeypatch):
    monkeypatch.setattr(views, "MOST_BYTES", 1_000)
    response = send(visitor, b"x" * 20_000)
    assert response.status_code == 413
    assert "本页最多收 60 MB 的文件" in text(response)


def test_one_address_does_not_check_for_ever(visitor, monkeypatch):
    monkeypatch.setattr(views, "TRIES", 2)
    assert [send(visitor, b"x").status_code for _ in range(3)] == [200, 200, 429]


def test_the_form_is_guarded_against_other_sites(lived):
    guarded = Client(enforce_csrf_checks=True)
    assert send(guarded, b"x").status_code == 403


def test_the_button_that_chooses_a_file_speaks_the_language_of_the_page(visitor):
    page = text(visitor.get("/verify/"))
    assert '<span class="btn" aria-hidden="true">' in page
    assert '选择文件</span><input type="file" id="package"' in page
    assert "novalidate" in page

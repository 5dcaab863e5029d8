"""A package passes where it is whole, and each thing changed in it is named."""

import ast
import hashlib
import io
import json
import sys
import zipfile
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.fabric.keyring import keyring
from linli.files.models import File
from linli.identity.models import User
from linli.journal.domain import canonical, chain_root, digest, leaf_hash, root_of
from linli.verify import domain, queries
from linli.verify.domain import proof
from linli.verify.queries.words import WORDS

MEMBER = {"lines.jsonl", "seals.jsonl"}


@pytest.fixture
def package(lived) -> dict[str, bytes]:
    return members(written())


@pytest.fixture(scope="module")
def small(lived_once, django_db_blocker):
    """The members of one package for all of Hypothesis's examples."""
    with django_db_blocker.unblock():
        return members(written())


def written() -> bytes:
    target = io.BytesIO()
    queries.write_package(target)
    return target.getvalue()


def members(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def packed(parts: dict[str, bytes]) -> io.BytesIO:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        for name, content in parts.items():
            package.writestr(name, content)
    target.seek(0)
    return target


def check(parts: dict[str, bytes], **options) -> domain.Verdict:
    return domain.check_package(packed(parts), **options)


def kinds(parts: dict[str, bytes], **options) -> set[str]:
    return {fault.kind for fault in check(parts, **options).faults}


def of(verdict: domain.Verdict, kind: str) -> domain.Fault:
    [found] = [fault for fault in verdict.faults if fault.kind == kind]
    return found


def changed(parts, member: str, place: int, **values) -> dict[str, bytes]:
    """Return the package with some values of one line of a member set anew."""
    lines = parts[member].splitlines()
    held = json.loads(lines[place])
    held.get("row", held).update(values)
    lines[place] = domain.package.canonical(held)
    return {**parts, member: b"\n".join(lines) + b"\n"}


def without(parts, member: str, *places: int) -> dict[str, bytes]:
    lines = parts[member].splitlines()
    for place in sorted((place % len(lines) for place in places), reverse=True):
        del lines[place]
    return {**parts, member: b"".join(line + b"\n" for line in lines)}


def resigned(parts, key: Ed25519PrivateKey | None = None) -> dict[str, bytes]:
    """Return the package with a head that fits it again, signed by whoever does such a thing."""
    key = key or keyring().signer
    head = json.loads(parts["manifest.json"])["manifest"]
    for name in head["members"]:
        count = 1 if name.startswith("files/") else parts[name].count(b"\n")
        head["members"][name] = {"sha256": hashlib.sha256(parts[name]).hexdigest(), "count": count}
    head["public_key"] = raw(key)
    signed = {"manifest": head, "signature": key.sign(proof.canonical(head)).hex()}
    return {**parts, "manifest.json": proof.canonical(signed)}


def raw(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def test_a_whole_package_passes(package):
    verdict = check(package, keys={keyring().public_key.hex()})
    assert (verdict.passed, verdict.faults) == (True, [])
    assert verdict.lines == package["lines.jsonl"].count(b"\n")
    assert verdict.unsealed == 1
    assert verdict.seals == package["seals.jsonl"].count(b"\n") >= 3
    assert (verdict.files, len(verdict.root)) == (1, 64)
    assert check(package, root=f" {verdict.root[:8].upper()} {verdict.root[8:]}").passed


def test_the_same_database_gives_the_same_bytes(lived):
    assert written() == written()


def test_no_password_hash_is_in_a_package(package):
    """Its SHA-256 is, so that whoever still has the hash can be shown that it is the one."""
    kept = dict(User.objects.values_list("pk", "password"))
    rows = [json.loads(line)["row"] for line in package["rows/identity_user.jsonl"].splitlines()]
    assert {row["id"]: row["password"] for row in rows} == {
        pk: hashlib.sha256(password.encode()).hexdigest() for pk, password in kept.items()
    }
    everything = b"".join(package.values()).decode(errors="replace")
    assert len(kept) >= 6
    assert [one for one in kept.values() if one in everything] == []


def test_a_single_byte_in_any_table_names_the_row(package):
    """Even when the forger holds the key and signs a new head."""
    tables = [name for name in package if name.startswith("rows/") and package[name]]
    assert len(tables) >= 26
    for name in tables:
        last = package[name].count(b"\n") - 1
        row = json.loads(package[name].splitlines()[last])["row"]
        verdict = check(resigned(changed(package, name, last, district=row["district"] + 1)))
        fault = of(verdict, "row_altered")
        assert (fault.table, fault.row) == (name[5:-6], row["id"])
        assert verdict.fault_count == 1


@pytest.mark.parametrize(
    "column", ["kind", "at", "actor_id", "hat", "act_id", "subject_id", "body", "id"]
)
def test_a_changed_line_is_named(package, column):
    line = json.loads(package["lines.jsonl"].splitlines()[3])
    value = line[column] + " " if column == "body" else "x"
    if column == "id":
        value = line["id"] + 1_000
    fault = of(
        check(resigned(changed(package, "lines.jsonl", 3, **{column: value}))), "line_altered"
    )
    assert (fault.batch, fault.position) == (line["batch"], line["position"])


def test_a_line_whose_leaf_was_changed_too_breaks_its_seal(package):
    line = json.loads(package["lines.jsonl"].splitlines()[3]) | {"hat": "x"}
    forged = changed(package, "lines.jsonl", 3, hat="x", leaf=proof.leaf(line).hex())
    verdict = check(resigned(forged))
    assert of(verdict, "root_differs").batch == line["batch"]


def test_a_deleted_line_is_named(package):
    line = json.loads(package["lines.jsonl"].splitlines()[3])
    fault = of(check(resigned(without(package, "lines.jsonl", 3))), "line_missing")
    assert (fault.batch, fault.position) == (line["batch"], line["position"])


def test_a_deleted_unsealed_line_is_named(package):
    line = json.loads(package["lines.jsonl"].splitlines()[-1])
    assert line["batch"] is None
    verdict = check(without(package, "lines.jsonl", -1))
    assert {"member_altered", "count_differs", "row_unbound"} == {f.kind for f in verdict.faults}


def test_deleted_and_added_rows_are_named(package):
    gone = resigned(without(package, "rows/case_case.jsonl", 0))
    assert of(check(gone), "row_missing").table == "case_case"
    more = package["rows/case_case.jsonl"]
    row = json.loads(more.splitlines()[0])
    row["row"]["id"] = 999
    added = {**package, "rows/case_case.jsonl": more + proof.canonical(row) + b"\n"}
    assert of(check(resigned(added)), "row_unbound").row == 999


@pytest.mark.parametrize(
    "column", ["root", "count", "sealed_at", "signature", "key_id", "alg", "previous", "number"]
)
def test_a_changed_seal_is_named(package, column):
    value = json.loads(package["seals.jsonl"].splitlines()[1])[column]
    new = (
        value + 1
        if isinstance(value, int)
        else "0" + value[1:]
        if value[0] != "0"
        else "1" + value[1:]
    )
    verdict = check(resigned(changed(package, "seals.jsonl", 1, **{column: new})))
    assert [f for f in verdict.faults if f.kind == "seal_altered" and f.batch in (2, 3)]


def test_a_seal_signed_by_another_is_named(package):
    key = Ed25519PrivateKey.generate()
    seal = json.loads(package["seals.jsonl"].splitlines()[1])
    text = {name: seal[name] for name in ("number", "root", "previous", "count", "sealed_at")}
    forged = changed(
        package,
        "seals.jsonl",
        1,
        public_key=raw(key),
        signature=key.sign(proof.canonical(text)).hex(),
        key_id=hashlib.sha256(bytes.fromhex(raw(key))).hexdigest()[:16],
    )
    assert of(check(resigned(forged)), "foreign_key").batch == 2


def test_a_cut_tail_is_named(package):
    last = json.loads(package["seals.jsonl"].splitlines()[-1])
    lines = [json.loads(line) for line in package["lines.jsonl"].splitlines()]
    tail = [at for at, line in enumerate(lines) if line["batch"] in (last["number"], None)]
    cut = without(without(package, "lines.jsonl", *tail), "seals.jsonl", -1)
    assert of(check(cut), "tail_cut").batch == last["number"] - 1
    assert "tail_cut" in kinds(resigned(cut))


def test_a_cut_tail_with_a_fitting_head_is_named_by_a_receipt(package):
    """A forger with the key can cut all that belongs to the end; paper outside still tells."""
    root = check(package).root
    first = json.loads(package["seals.jsonl"].splitlines()[0])
    head = json.loads(package["manifest.json"])
    head["manifest"] |= {"seals": 1, "root": first["root"]}
    cut = {**package, "manifest.json": proof.canonical(head)}
    cut["seals.jsonl"] = package["seals.jsonl"].splitlines(keepends=True)[0]
    assert of(check(resigned(cut), root=root), "root_unknown").note == root


def test_a_package_by_another_house_is_named(package):
    key = Ed25519PrivateKey.generate()
    verdict = check(resigned(package, key), keys={keyring().public_key.hex()})
    assert [(fault.kind, fault.member) for fault in verdict.faults] == [
        ("foreign_key", "manifest.json")
    ]


def test_files_are_checked(package):
    file = File.objects.get(ended_at=None)
    name = f"files/{file.digest}"
    content = package[name]
    damaged = {**package, name: content[:-1] + bytes([content[-1] ^ 1])}
    assert of(check(resigned(damaged)), "file_altered").member == name
    gone = {key: value for key, value in package.items() if key != name}
    assert {"file_missing", "member_missing"} == kinds(gone)
    assert kinds({**package, "files/abc": b"x"}) == {"member_extra", "file_altered"}


def test_a_head_that_was_changed_is_named(package):
    head = json.loads(package["manifest.json"])
    head["manifest"]["district"] = 2
    assert kinds({**package, "manifest.json": proof.canonical(head)}) == {"manifest_altered"}


@pytest.mark.parametrize(
    ("content", "kind"),
    [(b"", "not_a_package"), (b"PK", "not_a_package"), (b"\x00" * 999, "not_a_package")],
)
def test_what_is_no_package_is_said_so(content, kind):
    verdict = domain.check_package(io.BytesIO(content))
    assert [fault.kind for fault in verdict.faults] == [kind]


@pytest.mark.parametrize("head", [b"", b"[]", b"{}", b'{"manifest": 1}', b"[" * 100_000])
def test_a_head_that_cannot_be_read_is_said_so(head):
    assert kinds({"manifest.json": head}) == {"no_manifest"}
    assert kinds({"lines.jsonl": b""}) == {"no_manifest"}


def test_a_bomb_is_refused_before_it_is_unpacked():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("manifest.json", b"0" * 10_000_000)
    verdict = domain.check_package(target, most_bytes=1_000_000)
    assert [fault.kind for fault in verdict.faults] == ["too_large"]


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA, 9, 99])
def test_a_member_packed_as_no_package_is_packed_is_said_to_be_damaged(package, method):
    target = packed(package)
    content = bytearray(target.getvalue())
    with zipfile.ZipFile(target) as archive:
        places = [archive.getinfo("lines.jsonl").header_offset + 8]
    listed = -1
    while (listed := content.find(b"PK\x01\x02", listed + 1)) >= 0:
        if content[listed + 46 :].startswith(b"lines.jsonl"):
            places.append(listed + 10)
    for place in places:
        content[place : place + 2] = method.to_bytes(2, "little")
    verdict = domain.check_package(io.BytesIO(bytes(content)))
    assert ("member_damaged", "lines.jsonl") in {(one.kind, one.member) for one in verdict.faults}


def test_a_damaged_archive_is_said_so(package):
    target = packed(package)
    content = bytearray(target.getvalue())
    place = content.index(package["lines.jsonl"][:60])
    content[place + 40] ^= 1
    verdict = domain.check_package(io.BytesIO(bytes(content)))
    assert {"member_damaged"} <= {fault.kind for fault in verdict.faults}


@pytest.mark.parametrize(
    "line",
    [
        *(b"{}\n", b"[]\n", b"x\n", b'{"id":"x"}\n', b"\xff\xfe\n", b"9" * 5_000 + b"\n"),
        b'{"row":{"id":1e999},"salt":null}\n',
    ],
)
@pytest.mark.parametrize("member", ["lines.jsonl", "seals.jsonl", "rows/case_case.jsonl"])
def test_a_line_that_cannot_be_read_is_named(package, member, line):
    parts = resigned({**package, member: package[member] + line})
    fault = of(check(parts), "line_unreadable")
    assert (fault.member, fault.position) == (member, parts[member].count(b"\n"))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_single_byte_of_any_member_breaks_it(small, data):
    names = sorted(name for name in small if name.endswith(".jsonl") and small[name])
    name = data.draw(st.sampled_from(names))
    place = data.draw(st.integers(0, len(small[name]) - 1))
    byte = data.draw(st.integers(1, 255))
    content = bytearray(small[name])
    content[place] ^= byte
    verdict = check({**small, name: bytes(content)})
    assert not verdict.passed
    assert "member_altered" in {fault.kind for fault in verdict.faults} or verdict.fault_count > 200


@given(st.lists(st.binary(min_size=32, max_size=32), max_size=70))
def test_two_ways_to_the_root_agree(leaves):
    assert proof.tree_root(leaves) == root_of(leaves)
    assert proof.next_root(bytes(32), bytes(32)) == chain_root(bytes(32), bytes(32))


@given(st.dictionaries(st.text(max_size=5), st.none() | st.booleans() | st.integers() | st.text()))
def test_two_ways_to_a_digest_agree(row):
    assert hashlib.sha256(b"salt" + proof.canonical(row)).hexdigest() == digest(b"salt", row)
    row = {key: row[key] for key in row if key not in ("batch", "position", "leaf")}
    assert proof.leaf(row | {"batch": 1, "position": 1, "leaf": ""}) == leaf_hash(
        canonical(row).encode()
    )


def test_the_checker_shares_no_module_with_the_writer():
    folder = Path(domain.__file__).parent
    allowed = {*sys.stdlib_module_names, "cryptography"}
    for file in folder.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                assert {alias.name.split(".")[0] for alias in node.names} <= allowed
            if isinstance(node, ast.ImportFrom) and not node.level:
                assert str(node.module).split(".")[0] in allowed
            if isinstance(node, ast.ImportFrom):
                assert node.level <= 1  # no further than its own folder


def test_every_fault_has_words_in_both_languages():
    source = "".join(file.read_text() for file in Path(domain.__file__).parent.glob("*.py"))
    used = {
        node.args[0].value
        for node in ast.walk(ast.parse(source.replace('"""', "'''")))
        if isinstance(node, ast.Call)
        and getattr(node.func, "attr", getattr(node.func, "id", "")) in ("fault", "Fault")
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }
    assert used == set(WORDS)
    where = {"batch": 3, "position": 4, "line": 5, "row": 6, "table": "case_case", "member": "m"}
    for kind in WORDS:
        for language in ("en", "zh-hans"):
            with override(language):
                words = queries.words_of(domain.Fault(kind, **where, note="n"))
            assert "%(" not in words
            assert ("。" in words) == (language == "zh-hans")

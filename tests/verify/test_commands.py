"""What ``linli verify`` and ``linli export`` say, and how they end."""

import stat

import pytest
from django.core.management import CommandError, call_command

from linli.fabric.keyring import keyring
from linli.journal.queries import last_seal

from .conftest import one, planted


@pytest.fixture
def root(lived) -> str:
    return bytes(last_seal().root).hex()


@pytest.fixture
def package(lived, tmp_path):
    call_command("export", str(tmp_path / "linli.zip"))
    return tmp_path / "linli.zip"


def test_a_clean_house_passes_and_says_what_was_gone_through(root, capsys):
    call_command("verify", "--root", f"{root[:8]} {root[8:].upper()}")
    counts, verdict = capsys.readouterr().out.splitlines()
    assert verdict == "PASSED"
    assert f"(1 not sealed yet), {last_seal().number} seals, root {root}; " in counts
    assert counts.endswith(" rows/s")


def test_a_fault_is_one_line_and_ends_with_one(lived, capsys):
    pk = one("SELECT max(id) FROM case_case")
    with planted(f"UPDATE case_case SET revision = 77 WHERE id = {pk}"):
        with pytest.raises(SystemExit) as ended:
            call_command("verify")
        said = capsys.readouterr().out.splitlines()
    assert ended.value.code == 1
    assert said[0].startswith(f"case_case {pk}: altered since line ")
    assert said[-1] == "NOT PASSED: 1 faults"


def test_a_root_that_is_not_there_is_named(lived, package, capsys):
    other = "ab" * 32
    for words in ([], [str(package)]):
        with pytest.raises(SystemExit):
            call_command("verify", *words, "--root", other)
        assert capsys.readouterr().out.endswith("NOT PASSED: 1 faults\n")


def test_a_package_passes_and_is_for_its_owner_only(package, root, capsys):
    call_command("verify", str(package), "--root", root, "--key", keyring().public_key.hex())
    assert capsys.readouterr().out.endswith("PASSED\n")
    assert stat.S_IMODE(package.stat().st_mode) == 0o600
    assert list(package.parent.glob("*.part")) == []


def test_without_keys_the_signer_is_shown_to_be_compared(package, settings, tmp_path, capsys):
    signer = keyring().public_key.hex()
    settings.KEYS = tmp_path / "none"
    call_command("verify", str(package))
    said = capsys.readouterr().out
    assert f"signed by {signer}; compare it" in said
    assert said.endswith("PASSED\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--root", "xy"], "64 digits"),
        (["--key", "AB" * 32], "64 digits"),
        (["none.zip"], "none.zip cannot be opened"),
        (["none.zip", "--root", "ab" * 32, "--root", "cd" * 32], "Give one --root"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_a_sentence(db, words, said):
    with pytest.raises(CommandError, match=said):
        call_command("verify", *words)


def test_an_export_overwrites_nothing(package):
    before = package.read_bytes()
    with pytest.raises(CommandError, match="is there already"):
        call_command("export", str(package))
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("export", str(package.parent / "no" / "folder.zip"))
    assert package.read_bytes() == before


def test_tables_of_an_older_program_are_neither_checked_nor_sent_out(lived, tmp_path):
    newest = "SELECT max(name) FROM django_migrations WHERE app = 'cases'"
    with planted(f"DELETE FROM django_migrations WHERE app = 'cases' AND name = ({newest})"):
        for words in (["verify"], ["export", str(tmp_path / "linli.zip")]):
            with pytest.raises(CommandError, match="Run `linli migrate`"):
                call_command(*words)
    assert list(tmp_path.glob("linli*")) == []

"""Rules about the tree as a whole: what it may not mention, and that the contracts bite."""

import re
import subprocess
import sys

import grimp
import pytest

from tools.contracts import FrontDoor

from .rules import ROOT

# Written in pieces, so that this file does not find itself.
MACHINE = [
    r"(?<![\w.])/(work|tmp|root|home)" + r"/\w",
    r"\.\./" + "shared",
    r"file" + r":///\w",
]
HOSTS = [
    "pypi" + r"\.org",
    "python" + r"hosted\.org",
    "npm" + r"js\.org",
    "npm" + r"mirror",
    "tsinghua" + r"\.edu",
    "mirrors" + r"\.\w+\.\w+",
    "crates" + r"\.io",
    "proxy" + r"\.golang",
]
FORBIDDEN = re.compile("|".join([*MACHINE, *HOSTS]))
TEXT = {
    "",
    ".py",
    ".md",
    ".toml",
    ".txt",
    ".html",
    ".css",
    ".js",
    ".yaml",
    ".yml",
    ".json",
    ".po",
    ".sh",
}


def tree():
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    paths = [ROOT / name for name in listed.split("\0") if name]
    return [path for path in paths if path.is_file() and path.suffix in TEXT]


@pytest.mark.parametrize(
    "text", ["/wo" + "rk/main/x", "see /tm" + "p/y", "https://pyp" + "i.org/simple"]
)
def test_a_machine_or_a_registry_is_seen(text):
    assert FORBIDDEN.search(text)


@pytest.mark.parametrize(
    "text", ["linli/network/tmpfile", "sqlite:////var/lib/x", "homework/", "a/tmp/b"]
)
def test_other_paths_are_let_be(text):
    assert not FORBIDDEN.search(text)


def test_the_tree_names_no_machine_and_no_registry():
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in tree()
        if (match := FORBIDDEN.search(path.read_text(errors="replace")))
    ]
    assert found == []


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned_with_hashes(name):
    text = (ROOT / name).read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    assert len(lines) > 20
    assert [line for line in lines if "==" not in line or "--hash=sha256:" not in line] == []


def plant(folder, name, files):
    for path, text in files.items():
        file = folder / name / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        (file.parent / "__init__.py").touch()
    (folder / name / "__init__.py").touch()


def front_door(tmp_path, monkeypatch, name, imported):
    """Build a small house in which ``cases.views`` imports ``imported`` and ask the contract."""
    plant(
        tmp_path,
        name,
        {
            "people/models.py": "",
            "people/actions.py": "from . import models",
            "fabric/writing.py": "",
            "cases/views.py": f"import {name}.{imported}",
        },
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    graph = grimp.build_graph(name, cache_dir=None)
    contract = FrontDoor(
        name="door",
        session_options={},
        contract_options={"root": name, "doors": ["actions", "queries"], "open": ["fabric"]},
    )
    return contract.check(graph, verbose=False)


@pytest.mark.parametrize(
    ("name", "imported", "kept"),
    [
        ("planted_a", "people.actions", True),
        ("planted_b", "fabric.writing", True),
        ("planted_c", "people.models", False),
    ],
)
def test_the_front_door_bites_on_a_planted_fault(tmp_path, monkeypatch, name, imported, kept):
    check = front_door(tmp_path, monkeypatch, name, imported)
    assert check.kept is kept
    trespasses = [] if kept else [(f"{name}.cases.views", f"{name}.{imported}")]
    assert check.metadata["trespasses"] == trespasses


def test_the_contracts_are_kept():
    code = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = subprocess.run(
        [sys.executable, "-c", code, "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout

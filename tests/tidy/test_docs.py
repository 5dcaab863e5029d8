"""Nothing is undocumented, and no page says what is no longer so."""

import re
import subprocess
import sys
import tomllib

import pytest
from django.core.management import get_commands

from tools import reference

from .rules import HOUSE, ROOT, sources

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


@pytest.mark.parametrize("storey", reference.storeys(), ids=lambda path: path.name)
def test_actions_events_permissions_and_commands_are_documented(storey):
    file, text = reference.page(storey)
    current = file.exists() and file.read_text() == text
    assert current, "out of date: python -m tools.reference"


def test_a_stale_page_is_seen(tmp_path):
    storey = tmp_path / "lamps"
    (storey / "management" / "commands").mkdir(parents=True)
    (storey / "actions.py").write_text(
        '@write_atomic\ndef light_lamp(*, by: Actor, at: datetime) -> None:\n    """Light it."""\n'
    )
    (storey / "events.py").write_text(
        'class LampEvent(Event):\n    SUBJECT: ClassVar[str] = "lamp"\n    lamp_id: int\n'
        'class LampLit(LampEvent):\n    """It burns."""\n    level: str\n'
    )
    (storey / "domain.py").write_text('class Permission(StrEnum):\n    LIGHT = "lamps.light"\n')
    (storey / "management" / "commands" / "light_all.py").write_text(
        'class Command(BaseCommand):\n    help = "Light all."\n'
    )
    text = reference.reference(storey)
    assert "| `light_lamp(by, at)` | Light it. |" in text
    assert "| `LampLit(lamp_id, level)` | It burns. |" in text
    assert "LampEvent" not in text
    assert "| `lamps.light` | light |" in text
    assert "| `linli light-all` | Light all. |" in text


def test_every_setting_is_documented():
    files = [*sources(), *ROOT.glob("config/*.py"), *ROOT.glob("tests/**/*.py")]
    used = {name for file in files for name in re.findall(r"\bLINLI_[A-Z_]+\b", file.read_text())}
    page = (ROOT / "docs/operating/settings.md").read_text()
    written = set(re.findall(r"\bLINLI_[A-Z_]+\b", page))
    assert used - written == set()


def test_every_dependency_has_its_reason():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    page = (ROOT / "docs/dependencies.md").read_text()
    names = [re.split(r"[<>=!~ ]", name)[0] for name in wanted]
    missing = [n for n in names if n not in page and not n.startswith("types-")]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(page):
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text())
    local = [link for link in links if "://" not in link]
    assert [link for link in local if not (page.parent / link).exists()] == []


def test_every_decision_is_listed():
    folder = ROOT / "docs/decisions"
    index = (folder / "README.md").read_text()
    assert [file.name for file in folder.glob("0*.md") if file.name not in index] == []


def known_words():
    """Return every word of the code, and of the names of files that are no code."""
    files = [
        *sources(),
        *ROOT.glob("config/*.py"),
        *ROOT.glob("tools/*.py"),
        *ROOT.glob("bench/*.py"),
    ]
    names = " ".join(str(path) for path in HOUSE.rglob("*.*"))
    return set(re.findall(r"\w+", names + " ".join(file.read_text() for file in files)))


def test_a_term_of_the_glossary_stands_once_and_its_identifier_in_the_code():
    page = (ROOT / "docs/glossary.md").read_text()
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \|", page, re.MULTILINE)
    terms = [term for term, _ in rows if term not in ("中文", "---")]
    assert len(terms) > 100
    assert [term for term in terms if terms.count(term) > 1] == []
    quoted = [name for _, named in rows for name in re.findall("`([^`]+)`", named)]
    known = known_words()
    assert [name for name in quoted if not known.issuperset(re.findall(r"\w+", name))] == []


def test_the_walk_through_a_feature_names_what_is_there():
    page = (ROOT / "CONTRIBUTING.md").read_text()
    walk = page.partition("## One feature")[2].partition("## Rules")[0]
    quoted = re.findall("`([^`]+)`", walk)
    homes = (ROOT, HOUSE / "parties", *HOUSE.glob("parties/*/"), HOUSE)
    files = [name for name in quoted if re.fullmatch(r"[\w/.]+(/|\.\w+)", name)]
    assert len(files) > 15
    assert [name for name in files if not any((home / name).exists() for home in homes)] == []
    known = known_words()
    names = [name for name in quoted if re.fullmatch(r"\w+", name)]
    assert len(names) > 8
    assert [name for name in names if name not in known] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_named_is_there(page):
    named = re.findall(r"\blinli ([a-z][a-z-]+)", page.read_text())
    assert {name for name in named if name.replace("-", "_") not in get_commands()} == set()


def missing_tests(text):
    """
    Return the tests a page names that are not there.

    A file is named by its path or name, a test by its name or, before …, by how that begins.
    """
    files = [*ROOT.glob("tests/**/*.py")]
    tests = {name for one in files for name in re.findall(r"def (test_\w+)", one.read_text())}
    known = {file.name for file in files} | tests
    missing = [path for path in re.findall(r"tests/[\w/.]*\w", text) if not (ROOT / path).exists()]
    for name, more in re.findall(r"`(test_\w+(?:\.py)?)(…?)`", text):
        if name not in known and not (more and any(one.startswith(name) for one in tests)):
            missing.append(name)
    return missing


def test_a_test_that_is_not_there_is_seen():
    page = "`tests/tidy/test_docs.py` `test_tree.py` `test_a_stale_page_is_seen` `test_a_stale_…`"
    assert missing_tests(page) == []
    gone = "`tests/tidy/test_gone.py` `test_went.py` `test_was_there` `test_was_…`"
    named = ["tests/tidy/test_gone.py", "test_went.py", "test_was_there", "test_was_"]
    assert missing_tests(gone) == named


def test_every_test_named_is_there():
    assert missing_tests("\n".join(page.read_text() for page in PAGES)) == []


@pytest.mark.parametrize("storey", reference.storeys(), ids=lambda path: path.name)
def test_a_page_names_the_tests_of_its_storey(storey):
    file, _ = reference.page(storey)
    assert f"tests/{storey.name}" in file.read_text()


@pytest.mark.parametrize("name", sorted(path.parent.name for path in HOUSE.glob("*/apps.py")))
def test_the_readme_shows_every_storey(name):
    for readme in ("README.md", "README.zh-CN.md"):
        assert re.search(rf"\b{name}\b", (ROOT / readme).read_text())


def test_the_pages_can_be_written_by_command():
    done = subprocess.run(
        [sys.executable, "-m", "tools.reference", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""

"""Rules about source text; each is tried on a good and a bad example, then on the house."""

import ast
import tomllib
from pathlib import Path

import pytest

from . import rules
from .rules import ROOT, name_of, room_of, sources

# Public functions in actions that are not actions, each with its reason.
NOT_ACTIONS = {
    "linli/journal/actions.py": {
        "record": "part of the act under way, never an act of its own",
        "record_drafts": "part of the act under way, never an act of its own",
        "record_many": "part of the act under way, never an act of its own",
        "reactions_by_kind": "reads the page of wiring",
        "run_reactions": "one act for each reaction, so that one that fails is undone alone",
        "system": "names the actor for what the house does by itself",
    },
    "linli/identity/actions.py": {"new_password": "draws a first password; writes nothing"},
    "linli/places/actions.py": {"new_token": "draws the token of a door's plate; writes nothing"},
    "linli/catalogue/actions/packs.py": {
        "read_folder": "reads a pack from disk; writes nothing",
        "read_text": "reads a file of a pack from disk; writes nothing",
    },
    "linli/reports/actions/definitions.py": {
        "read_definitions": "reads a pack from disk; writes nothing"
    },
    "linli/gate/actions/doors.py": {"put_admitted": "one act for each community's task"},
    "linli/reports/actions/forms.py": {"open_due_editions": "one act for each form"},
    "linli/reports/actions/questions.py": {
        "ask_for_gaps": "one act of visits for each form",
        "ask_weekly": "one act of visits for each form",
    },
    "linli/notices/actions.py": {
        "send_due": "two acts; between them the carriers, for whom no writer waits",
    },
}
# Where mandates are granted: the gate, and the storey whose rows they are.
MAY_GRANT = frozenset({"catalogue", "gate"})
# Plumbing that writes tables of its own which nobody's rights or duties hang on.
PLUMBING_THAT_WRITES = {
    "linli/fabric/versions.py": "the version rows of process caches, inside the act that changes them",
    "linli/fabric/database.py": "the triggers that refuse to write",
    "linli/fabric/sequences.py": "where ids begin, after a migration",
    "linli/fabric/bulk.py": "new rows by one statement, for actions",
}


def found_in(paths, rule):
    """Return what a rule finds, by the file where it finds something."""
    return {name_of(path): found for path in paths if (found := rule(path))}


def by_text(rule):
    return lambda path: rule(path.read_text())


# Only actions write


@pytest.mark.parametrize(
    "line",
    [
        "Case.objects.create(district=1)",
        "case.save(update_fields=['state'])",
        "Case.objects.bulk_create(rows)",
        "Case.objects.filter(pk=1).update(state='open')",
        "case.delete()",
        "cursor.execute('UPDATE cases_case SET state = 1')",
        "cursor.execute('INSERT INTO cases_case VALUES (1)')",
    ],
)
def test_a_write_is_seen(line):
    assert len(rules.writes(line)) == 1


@pytest.mark.parametrize(
    "line",
    [
        "values.update(other)",
        "sha.update(chunk)",
        "image.save(buffer, 'PNG')",
        "cache.delete(key)",
        "Case.objects.filter(pk=1).exists()",
        "actions.open_case(by=by)",
        "cursor.execute('SELECT 1')",
        "title = 'Update set'",
    ],
)
def test_what_does_not_write_is_let_be(line):
    assert rules.writes(line) == []


def test_only_actions_write():
    others = [path for path in sources() if room_of(path) != "actions"]
    assert set(found_in(others, by_text(rules.writes))) == set(PLUMBING_THAT_WRITES)


# Only the gate grants


@pytest.mark.parametrize(
    "line",
    [
        "from linli.catalogue.actions import grant_mandate",
        "from linli.catalogue.actions import grant_mandate as admit",
        "from linli.catalogue.actions.mandates import revoke_mandate",
        "from linli.catalogue.actions import *",
        "catalogue.grant_mandate(by=by, duty_line=1)",
        "act = catalogue.actions.grant_mandate",
        "getattr(catalogue, 'grant_mandate')(by=by)",
    ],
)
def test_a_grant_is_seen(line):
    assert len(rules.grants(line)) >= 1


@pytest.mark.parametrize(
    "line",
    [
        "queries.mandates(at)",
        "by.must(Permission.GRANT_MANDATE)",
        "from linli.catalogue.actions import load_pack",
        "GRANT = 'catalogue.grant_mandate'",
    ],
)
def test_what_does_not_grant_is_let_be(line):
    assert rules.grants(line) == []


def test_only_the_gate_grants():
    """No other way for work to reach a community than through the gate."""
    storeys = {path: path.relative_to(rules.HOUSE).parts[0] for path in sources()}
    others = [path for path, storey in storeys.items() if storey not in MAY_GRANT]
    assert found_in(others, by_text(rules.grants)) == {}


# One shape of actions

GOOD_ACTION = '''
@write_atomic
def open_case(*, by: Actor, at: datetime) -> Case:
    """Open a case."""
'''


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("@write_atomic\n", "", "open_case: not @write_atomic"),
        ("by: Actor, ", "", "open_case: no keyword-only by: Actor"),
        ("by: Actor", "by: User", "open_case: no keyword-only by: Actor"),
        ("(*, by", "(text: str, *, by", "open_case: positional arguments"),
        ("at: datetime", "at", "open_case: an argument without annotation"),
        (" -> Case", "", "open_case: no return annotation"),
        ('"""Open a case."""', "pass", "open_case: no docstring"),
        ("open_case", "opening", "opening: not verb_noun"),
    ],
)
def test_a_misshapen_action_is_seen(old, new, complaint):
    assert rules.misshapen_actions(GOOD_ACTION.replace(old, new)) == [complaint]


def test_a_good_action_is_let_be():
    assert rules.misshapen_actions(GOOD_ACTION) == []
    private = GOOD_ACTION.replace("@write_atomic\ndef open_case", "def _open")
    assert rules.misshapen_actions(private) == []


def test_actions_have_one_shape():
    def misshapen(path):
        excused = {*NOT_ACTIONS.get(name_of(path), {}), *rules.behind_the_door(path)}
        return rules.misshapen_actions(path.read_text(), excused)

    assert found_in(sources("actions"), misshapen) == {}


def test_what_an_actions_folder_does_not_show_is_no_action(tmp_path):
    folder = tmp_path / "actions"
    folder.mkdir()
    (folder / "__init__.py").write_text("from .opening import open_case")
    (folder / "opening.py").write_text("def open_case(): ...\ndef write_step(): ...")
    assert rules.behind_the_door(folder / "opening.py") == {"write_step"}


def test_no_excuse_outlives_its_function():
    for path, names in NOT_ACTIONS.items():
        there = {node.name for node in rules.functions(ast.parse((ROOT / path).read_text()))}
        assert set(names) <= there
    assert all((ROOT / path).exists() for path in PLUMBING_THAT_WRITES)


# Length


def test_what_is_long_is_seen():
    body = "    pass\n"
    assert rules.too_long("def f():\n" + body * 69) == []
    assert rules.too_long("def f():\n" + body * 70) == ["f"]
    assert rules.too_long("x = 1\n" * 500) == []
    assert rules.too_long("x = 1\n" * 501) == ["file"]


def test_nothing_is_long():
    files = [*sources(), *ROOT.glob("config/**/*.py"), *ROOT.glob("tools/**/*.py")]
    assert found_in(files, by_text(rules.too_long)) == {}


# Words


@pytest.mark.parametrize(
    "name", ["CaseManager", "case_helper", "CaseService", "utils", "DateUtil", "notice_services"]
)
def test_a_forbidden_word_is_seen(name):
    assert rules.forbidden_names(f"class {name}: pass") == [name]
    assert rules.forbidden_names("", f"linli/cases/{name}.py") == [name]


@pytest.mark.parametrize("name", ["service_items", "Users", "imagery", "management", "utilise"])
def test_other_words_are_let_be(name):
    assert rules.forbidden_names(f"def {name}(): pass", f"{name}.py") == []


def test_no_forbidden_words():
    def forbidden(path):
        found = rules.forbidden_names(path.read_text(), name_of(path))
        if name_of(path).startswith("linli/interop/"):  # Open311 calls an item a service
            return [name for name in found if not name.endswith(("service", "services"))]
        return found

    assert found_in(sources(), forbidden) == {}


# Left out on purpose


@pytest.mark.parametrize(
    "text",
    [
        "from django.dispatch import receiver",
        "from django.forms import ModelForm",
        "from django.contrib.contenttypes.fields import GenericForeignKey",
        "class Case(Bound):\n    def save(self): pass",
    ],
)
def test_what_the_house_leaves_out_is_seen(text):
    assert len(rules.shunned(text)) == 1


def test_what_it_keeps_is_let_be():
    assert (
        rules.shunned("from django.forms import Form\nclass A(Form):\n    def save(self): ...")
        == []
    )


def test_the_house_leaves_it_out():
    assert found_in(sources(), by_text(rules.shunned)) == {}


# Events

GOOD_EVENT = """
@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOpened(Event):
    SUBJECT: ClassVar[str] = "case"
    case_id: int
    due_at: datetime | None
    doors: tuple[int, ...]
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("frozen=True, ", ""),
        ("case_id: int", "id: int"),
        ("due_at: datetime | None", "amount: float"),
        ("due_at: datetime | None", "person: Person"),
    ],
)
def test_a_poor_event_is_seen(old, new):
    assert rules.poor_events(GOOD_EVENT) == []
    assert len(rules.poor_events(GOOD_EVENT.replace(old, new))) == 1


def test_events_are_plain_facts():
    assert found_in(sources("events"), by_text(rules.poor_events)) == {}


# Templates


def test_an_unused_template_is_seen():
    templates = {"a/x.html": "{% extends 'a/base.html' %}", "a/base.html": "", "a/old.html": ""}
    assert rules.unused_templates(templates, ["render('a/x.html')"]) == ["a/old.html"]


def test_every_template_is_used():
    templates = {
        str(path).split("/jinja2/", 1)[1]: path.read_text()
        for path in rules.HOUSE.rglob("jinja2/**/*")
        if path.is_file()
    }
    ours = {name: text for name, text in templates.items() if not _overrides_a_library(name)}
    code = [path.read_text() for path in [*sources(), *ROOT.glob("config/*.py")]]
    others = [text for name, text in templates.items() if name not in ours]
    assert rules.unused_templates(ours, [*code, *others]) == []


def _overrides_a_library(name):
    return Path(name).parts[0] in {"account", "mfa", "usersessions", "allauth", "429.html"}


def test_the_plan_names_every_storey():
    config = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    [layers] = [c["layers"] for c in config["contracts"] if c["name"].startswith("The storeys")]
    named = {name.strip(" ()") for row in layers for name in row.split("|")}
    there = {path.parent.name for path in rules.HOUSE.glob("*/__init__.py")}
    assert there <= named

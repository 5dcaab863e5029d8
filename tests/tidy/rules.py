"""The house rules no linter knows, as functions from source text to complaints."""

import ast
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
HOUSE = ROOT / "linli"
LINES_PER_FUNCTION, LINES_PER_FILE = 70, 500
Function = ast.FunctionDef | ast.AsyncFunctionDef

WRITES = {
    "save",
    "create",
    "bulk_create",
    "bulk_update",
    "update",
    "delete",
    "get_or_create",
    "update_or_create",
    "abulk_create",
    "acreate",
    "asave",
    "adelete",
    "aupdate",
}
WRITING_SQL = re.compile(
    r"^\s*(INSERT\s+(OR\s+\w+\s+)?INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|COPY\s(?!\())"
)
PARTS = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")
FORBIDDEN_ANYWHERE = {"manager", "managers", "helper", "helpers", "util", "utils"}
FORBIDDEN_LAST = {"service", "services"}


def sources(*rooms: str) -> list[Path]:
    """Return the house's Python files, or those of the named rooms (a file or a folder)."""
    files = sorted(path for path in HOUSE.rglob("*.py") if "migrations" not in path.parts)
    if not rooms:
        return files
    return [path for path in files if room_of(path) in rooms]


def room_of(path: Path) -> str:
    """Return ``actions`` for linli/cases/actions.py and for linli/cases/actions/opening.py."""
    parts = path.relative_to(HOUSE).parts
    return parts[1].removesuffix(".py") if len(parts) > 1 else parts[0].removesuffix(".py")


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions(tree: ast.AST) -> list[Function]:
    return [node for node in ast.walk(tree) if isinstance(node, Function)]


# Only actions write ----------------------------------------------------------


def writes(source: str) -> list[str]:
    """Return the calls that change a table, and the statements that do."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            on_super = ast.unparse(node.func.value).startswith("super(")
            # dict.update(x), hash.update(x), image.save(file), cache.delete(key) take a value
            if node.func.attr in WRITES and not on_super and not _takes_a_value(node):
                found.append(ast.unparse(node))
        text = node.value if isinstance(node, ast.Constant) else None
        if isinstance(text, str) and WRITING_SQL.match(text):
            found.append(text)
    return found


def _takes_a_value(call: ast.Call) -> bool:
    always = {"bulk_create", "bulk_update", "abulk_create"}
    return bool(call.args) and call.func.attr not in always  # type: ignore[attr-defined]


# One shape of actions --------------------------------------------------------


def behind_the_door(path: Path) -> set[str]:
    """Return the functions of a file in an ``actions`` folder that its door does not show."""
    if path.parent.name != "actions" or path.name == "__init__.py":
        return set()
    door = ast.parse((path.parent / "__init__.py").read_text())
    shown = {
        alias.name
        for node in door.body
        if isinstance(node, ast.ImportFrom) and node.module == path.stem
        for alias in node.names
    }
    return {node.name for node in functions(ast.parse(path.read_text()))} - shown


def misshapen_actions(source: str, excused: Iterable[str] = ()) -> list[str]:
    """Return what is wrong with public actions: atomic, ``*, by: Actor``, annotated, documented."""
    complaints = []
    for node in ast.parse(source).body:
        if not isinstance(node, Function) or node.name.startswith("_") or node.name in excused:
            continue
        complaints += [f"{node.name}: {what}" for what in _faults(node)]
    return complaints


def _faults(action: Function) -> list[str]:
    arguments = [*action.args.posonlyargs, *action.args.args, *action.args.kwonlyargs]
    by = [
        ast.unparse(arg.annotation or ast.Constant(""))
        for arg in action.args.kwonlyargs
        if arg.arg == "by"
    ]
    decorators = {ast.unparse(node).split("(")[0].split(".")[-1] for node in action.decorator_list}
    checks = {
        "not @write_atomic": "write_atomic" in decorators,
        "no keyword-only by: Actor": by == ["Actor"],
        "positional arguments": not [*action.args.posonlyargs, *action.args.args],
        "an argument without annotation": all(arg.annotation for arg in arguments),
        "no return annotation": action.returns is not None,
        "no docstring": bool(ast.get_docstring(action)),
        "not verb_noun": "_" in action.name,
    }
    return [what for what, good in checks.items() if not good]


# Length ----------------------------------------------------------------------


def too_long(source: str) -> list[str]:
    """Return the functions over 70 lines, and "file" for a file over 500."""
    long = [
        node.name
        for node in functions(ast.parse(source))
        if (node.end_lineno or 0) - node.lineno + 1 > LINES_PER_FUNCTION
    ]
    return long + (["file"] if len(source.splitlines()) > LINES_PER_FILE else [])


# Words -----------------------------------------------------------------------


def forbidden_names(source: str, path: str = "") -> list[str]:
    """Return names of code that say manager, helper, utils, or end in service."""
    tree = ast.parse(source)
    kinds = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    named = [node.name for node in ast.walk(tree) if isinstance(node, kinds)]
    return [name for name in [*named, Path(path).stem] if _is_forbidden(name)]


def _is_forbidden(name: str) -> bool:
    words = [word.lower() for word in PARTS.findall(name)]
    return bool(FORBIDDEN_ANYWHERE & set(words)) or words[-1:] in [[w] for w in FORBIDDEN_LAST]


# Left out on purpose ---------------------------------------------------------

SHUNNED_NAMES = {
    "GenericForeignKey": "an exclusive foreign key says what it points at",
    "ModelForm": "forms parse; they do not save",
    "ModelSerializer": "the machine interface is written out",
    "receiver": "what follows from an act stands in config/wiring.py",
    "post_save": "no model signals",
    "pre_save": "no model signals",
    "ListView": "views are functions",
    "DetailView": "views are functions",
    "CreateView": "views are functions",
    "UpdateView": "views are functions",
}


def shunned(source: str) -> list[str]:
    """Return what the house leaves out on purpose: signals, generic views, ``save()`` overrides."""
    tree = ast.parse(source)
    imported = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    overrides = [
        f"{node.name}.save"
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        and any("Model" in ast.unparse(base) or "Bound" in ast.unparse(base) for base in node.bases)
        and any(
            isinstance(part, Function) and part.name in {"save", "delete"} for part in node.body
        )
    ]
    return sorted(imported & set(SHUNNED_NAMES)) + overrides


# Events ----------------------------------------------------------------------

PLAIN = {"int", "str", "bool", "datetime", "date", "None", "tuple", "..."}


def poor_events(source: str) -> list[str]:
    """Return what is wrong with the events of a module: their shape, their subject, their fields."""
    complaints = []
    for node in ast.parse(source).body:
        if not isinstance(node, ast.ClassDef) or "Event" not in map(ast.unparse, node.bases):
            continue
        fields = {
            part.target.id: ast.unparse(part.annotation)
            for part in node.body
            if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name)
        }
        decorators = " ".join(map(ast.unparse, node.decorator_list))
        subject = re.search(
            r"SUBJECT: ClassVar\[str\] = '(\w+)'|SUBJECT = '(\w+)'", ast.unparse(node)
        )
        if "frozen=True" not in decorators or "kw_only=True" not in decorators:
            complaints.append(f"{node.name}: not @dataclass(frozen=True, slots=True, kw_only=True)")
        if subject is None or f"{subject[1] or subject[2]}_id" not in fields:
            complaints.append(f"{node.name}: no field <SUBJECT>_id")
        complaints += [
            f"{node.name}.{name}: {kind}"
            for name, kind in fields.items()
            if "ClassVar" not in kind and set(re.findall(r"\w+|\.\.\.", kind)) - PLAIN
        ]
    return complaints


# Templates -------------------------------------------------------------------


def unused_templates(templates: Mapping[str, str], code: Iterable[str]) -> list[str]:
    """Return the templates whose name stands nowhere else."""
    everything = {"": "\n".join(code), **templates}
    return [
        name
        for name in templates
        if not any(name in text for other, text in everything.items() if other != name)
    ]


# Only the gate grants ---------------------------------------------------------


GRANTING = {"grant_mandate", "revoke_mandate"}


def grants(text: str) -> list[str]:
    """
    Return every mention of granting a mandate: an import, a call, an attribute, a name as text.

    Granting is how work reaches a community; whoever could do it could walk around the gate.
    """
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom):
            names = {one.name for one in node.names}
            if "*" in names and "catalogue" in (node.module or ""):
                names |= GRANTING
        elif isinstance(node, ast.Attribute):
            names = {node.attr}
        elif isinstance(node, ast.Name):
            names = {node.id}
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            names = {node.value}
        else:
            continue
        found += [f"line {node.lineno} mentions {name}" for name in sorted(names & GRANTING)]
    return found

"""
Write the reference part of every page in docs/apps: actions, events, permissions, commands.

What stands above the mark is written by hand and left alone. ``--check`` only compares.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
HOUSE, PAGES = ROOT / "linli", ROOT / "docs" / "apps"
MARK = "<!-- From here on written by `python -m tools.reference`; edit the code, not this. -->"


def room(storey: Path, name: str) -> Iterator[ast.Module]:
    """Yield the parsed files of one room, a file or a folder."""
    folder = storey / name
    files = sorted(folder.glob("*.py")) if folder.is_dir() else [storey / f"{name}.py"]
    yield from (ast.parse(file.read_text()) for file in files if file.exists())


def first_line(node: ast.AST) -> str:
    """Return the first sentence of a docstring."""
    text = ast.get_docstring(node) or ""  # type: ignore[arg-type]
    return " ".join(text.split("\n\n")[0].split()).replace("|", "\\|")


def actions(storey: Path) -> list[tuple[str, str]]:
    """Return each public action with its arguments, and what it does."""
    found = []
    for tree in room(storey, "actions"):
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                written = map(ast.unparse, node.decorator_list)
                if any("write_atomic" in text for text in written):
                    names = ", ".join(argument.arg for argument in node.args.kwonlyargs)
                    found.append((f"`{node.name}({names})`", first_line(node)))
    return sorted(found)


def events(storey: Path) -> list[tuple[str, str]]:
    """Return each event with its fields, those of the event it builds on first, and what happened."""
    classes = {
        node.name: node
        for tree in room(storey, "events")
        for node in tree.body
        if isinstance(node, ast.ClassDef)
    }
    above = {name: [ast.unparse(base) for base in node.bases] for name, node in classes.items()}
    built_on = {base for bases in above.values() for base in bases}

    def fields(name: str) -> list[str]:
        inherited = [field for base in above.get(name, ()) for field in fields(base)]
        return inherited + [
            part.target.id
            for part in (classes[name].body if name in classes else ())
            if isinstance(part, ast.AnnAssign)
            and isinstance(part.target, ast.Name)
            and "ClassVar" not in ast.unparse(part.annotation)
        ]

    def happens(name: str) -> bool:
        return name == "Event" or any(map(happens, above.get(name, ())))

    return sorted(
        (f"`{name}({', '.join(fields(name))})`", first_line(node))
        for name, node in classes.items()
        if happens(name) and name not in built_on
    )


def permissions(storey: Path) -> list[tuple[str, str]]:
    """Return each permission the storey declares, and its name in words."""
    return sorted(
        (f"`{ast.literal_eval(part.value)}`", part.targets[0].id.lower().replace("_", " "))
        for tree in room(storey, "domain")
        for node in tree.body
        if isinstance(node, ast.ClassDef) and node.name == "Permission"
        for part in node.body
        if isinstance(part, ast.Assign) and isinstance(part.targets[0], ast.Name)
    )


def commands(storey: Path) -> list[tuple[str, str]]:
    """Return each management command with its help."""
    found = []
    for file in sorted((storey / "management" / "commands").glob("[!_]*.py")):
        helps = [
            ast.literal_eval(part.value)
            for node in ast.walk(ast.parse(file.read_text()))
            if isinstance(node, ast.ClassDef) and node.name == "Command"
            for part in node.body
            if isinstance(part, ast.Assign) and ast.unparse(part.targets[0]) == "help"
        ]
        found.append((f"`linli {file.stem.replace('_', '-')}`", (helps or [""])[0]))
    return found


TABLES = {
    "Actions": actions,
    "Events": events,
    "Permissions": permissions,
    "Commands": commands,
}


def reference(storey: Path) -> str:
    """Return the reference part of one storey's page."""
    parts = [MARK, ""]
    for title, gather in TABLES.items():
        rows = gather(storey)
        if rows:
            parts += [f"## {title}", "", "| | |", "|---|---|"]
            parts += [f"| {name} | {words} |" for name, words in rows]
            parts.append("")
    return "\n".join(parts).rstrip() + "\n"


def storeys() -> list[Path]:
    """Return the folders of all storeys."""
    return sorted(file.parent for file in HOUSE.glob("*/apps.py"))


def page(storey: Path) -> tuple[Path, str]:
    """Return where a storey's page stands and what it should hold."""
    file = PAGES / f"{storey.name}.md"
    by_hand = file.read_text().partition(MARK)[0] if file.exists() else f"# {storey.name}\n\n"
    return file, by_hand.rstrip() + "\n\n" + reference(storey)


def main() -> int:
    """Write the pages, or with ``--check`` name those that are out of date."""
    stale = [
        (file, text)
        for file, text in map(page, storeys())
        if not file.exists() or file.read_text() != text
    ]
    if "--check" in sys.argv:
        for file, _ in stale:
            print(f"{file.relative_to(ROOT)} is out of date: python -m tools.reference")
        return int(bool(stale))
    PAGES.mkdir(parents=True, exist_ok=True)
    for file, text in stale:
        file.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""
The catalogues of messages, one a storey: compile them, or list what is wrong with them.

``python -m tools.messages compile | check | update`` (Babel; no gettext programs are needed).
"""

import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir, extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
METHODS = [("**.py", "python"), ("jinja2/**.html", "jinja2")]
OPTIONS = {"jinja2/**.html": {"extensions": "jinja2.ext.do", "silent": "false", "trimmed": "true"}}
IDLE = re.compile(
    r'^"(Report-Msgid|POT-Creation|PO-Revision|Last-Transl|Language-Team|Generated)[^"]*"\n', re.M
)
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}


def homes() -> list[Path]:
    """Return the storeys, and ``config``, whose words are translated with identity's."""
    return sorted(path for path in (ROOT / "linli").iterdir() if (path / "__init__.py").exists())


def catalogue_of(home: Path) -> Path:
    """Return where the Chinese of a storey lies."""
    return home / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"


def asked_in(home: Path) -> Catalog:
    """Return every message the code and templates of a storey ask for."""
    found = Catalog(locale="zh_Hans")
    if home.name == "fabric":  # basics is one file, and speaks through fabric
        for line, message, _, context in extract_from_file(
            "python", ROOT / "linli" / "basics.py", keywords=KEYWORDS
        ):
            found.add(message, locations=[("basics.py", line)], context=context)
    roots = [home, ROOT / "config"] if home.name == "identity" else [home]
    for root in roots:
        rows = extract_from_dir(
            root, METHODS, OPTIONS, keywords=KEYWORDS, comment_tags=(), strip_comment_tags=False
        )
        for name, line, message, _, context in rows:
            found.add(message, locations=[(f"{root.name}/{name}", line)], context=context)
    return found


def held_in(home: Path) -> Catalog:
    """Return the storey's translations."""
    path = catalogue_of(home)
    if not path.exists():
        return Catalog(locale="zh_Hans")
    with path.open("rb") as file:
        return read_po(file, locale="zh_Hans")


def whole(message: Message) -> bool:
    """Whether a message has its Chinese, in every form, and nobody doubts it."""
    forms = message.string if isinstance(message.string, list | tuple) else [message.string]
    return bool(message.id) and all(forms) and not message.fuzzy


def everywhere() -> dict[tuple[object, object], dict[object, str]]:
    """Return message → its Chinese → the storey that says so; Django merges the catalogues."""
    known: dict[tuple[object, object], dict[object, str]] = {}
    for home in homes():
        for message in filter(whole, held_in(home)):
            known.setdefault((message.id, message.context), {})[message.string] = home.name
    return known


def missing() -> Iterator[str]:
    """Yield one line for each message without Chinese."""
    known = everywhere()
    for home in homes():
        for message in asked_in(home):
            if message.id and not known.get((message.id, message.context)):
                where = message.locations[0] if message.locations else ("?", 0)
                yield f"{home.name}: {message.id!r} ({where[0]}:{where[1]})"


def contradicting() -> Iterator[str]:
    """Yield one line for each message two storeys translate differently: only one can be shown."""
    for (words, _), said in everywhere().items():
        if len(said) > 1:
            both = ", ".join(f"{home} {chinese!r}" for chinese, home in said.items())
            yield f"{words!r} is said in two ways (use pgettext): {both}"


def ill_fitting() -> Iterator[str]:
    """Yield one line for each Chinese whose %(figures)s are not those of its message."""
    for home in homes():
        held = held_in(home)
        for message in filter(whole, held):
            for trouble in message.check(held):
                yield f"{home.name}: {message.id!r}: {trouble}"


def compile_all() -> None:
    """Write the .mo file beside every .po file that is newer, in one stroke each."""
    for home in homes():
        path = catalogue_of(home)
        made = path.with_suffix(".mo")
        if not path.exists() or (made.exists() and made.stat().st_mtime >= path.stat().st_mtime):
            continue
        fresh = path.with_suffix(".mo.new")
        with fresh.open("wb") as file:
            write_mo(file, held_in(home))
        fresh.replace(made)


def write_held(home: Path, held: Catalog) -> None:
    """Write a storey's translations, without the header lines that differ at every writing."""
    held.header_comment = f"# The Chinese of {home.name}."
    written = BytesIO()
    write_po(written, held, width=100)
    path = catalogue_of(home)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(IDLE.sub("", written.getvalue().decode()), encoding="utf-8")


def update_all() -> None:
    """Add an empty entry for every message a storey asks for and nobody has translated."""
    known = everywhere()
    for home in homes():
        held = held_in(home)
        wanted = [m for m in asked_in(home) if m.id and (m.id, m.context) not in known]
        for message in wanted:
            held.add(message.id, "", context=message.context)
        if wanted:
            write_held(home, held)


def main() -> int:
    """Do what is asked on the command line; 1 if something is wrong."""
    asked = sys.argv[1] if len(sys.argv) > 1 else "check"
    if asked == "compile":
        compile_all()
    elif asked == "update":
        update_all()
    else:
        lines = [*missing(), *contradicting(), *ill_fitting()]
        print("\n".join(lines) or "Every message has its Chinese.")
        return 1 if lines else 0
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

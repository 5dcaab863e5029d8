"""YAML read with its line numbers, so that an error can name the line it lies on."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import yaml

from linli.basics import Refused, gettext_noop
from linli.fabric.documents import LOADER, SLIPS

Path = tuple[str | int, ...]
WHOLE_FILE = gettext_noop("(whole file)")


class Reason(Refused):
    """Why a place cannot be used: a sentence for the translators, and the values in it."""

    status = 422

    def __init__(self, sentence: str, **values: object) -> None:
        super().__init__(sentence, values)
        vars(self).update({name: str(value) for name, value in values.items()}, message=sentence)


class PackFlaw(Refused):
    """Something in a pack cannot be used. Nothing of the pack was loaded."""

    status = 422
    message = gettext_noop("%(file)s, line %(line)s, %(field)s: %(reason)s")

    def __init__(self, *, file: str, line: int, field: str, reason: Refused) -> None:
        super().__init__(file, line, field, reason)
        self.file = file
        self.line = line
        self.field = field
        self.reason = reason

    @property
    def told(self) -> str:
        """The reason as it is written in the code."""
        return self.reason.message % vars(self.reason)

    def __str__(self) -> str:
        return self.message % (vars(self) | {"reason": self.told})


class Flaw(Exception):
    """A flaw at a path of plain data. Whoever knows the file turns it into a ``PackFlaw``."""

    def __init__(self, path: Path, reason: str | Refused, **values: object) -> None:
        """:param reason: a sentence with ``%(name)s`` for ``values``, or another rule's refusal"""
        super().__init__(path, reason, values)
        self.path = path
        self.reason = reason if isinstance(reason, Refused) else Reason(reason, **values)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One file: its plain data, and the line of every place in it."""

    file: str
    data: Any
    lines: dict[Path, int]

    def flaw(self, path: Path, reason: Refused) -> PackFlaw:
        """Return the refusal that names the file, the nearest line above and the field."""
        known = path
        while known and known not in self.lines:
            known = known[:-1]
        return PackFlaw(
            file=self.file,
            line=self.lines.get(known, 1),
            field=written(path) or WHOLE_FILE,
            reason=reason,
        )

    @contextmanager
    def naming_flaws(self) -> Iterator[None]:
        """:raises PackFlaw: for a flaw found inside, with the file and the line it lies on"""
        try:
            yield
        except Flaw as flaw:
            raise self.flaw(flaw.path, flaw.reason) from flaw


def written(path: Path) -> str:
    """Return ``items[0].steps[2].within`` for a path."""
    text = "".join(f"[{one}]" if isinstance(one, int) else f".{one}" for one in path)
    return text.removeprefix(".")


def read_sheet(file: str, text: str) -> Sheet:
    """
    Return the one YAML document in ``text``.

    :raises PackFlaw: if it is no YAML, or names a key twice
    """
    loader = LOADER(text)
    try:
        node = loader.get_single_node()
        lines: dict[Path, int] = {}
        if node is not None:
            _mark(node, (), lines, file)
        data = None if node is None else loader.construct_document(node)
    except yaml.MarkedYAMLError as trouble:
        mark = trouble.problem_mark
        raise PackFlaw(
            file=file,
            line=mark.line + 1 if mark else 1,
            field=WHOLE_FILE,
            reason=Reason(gettext_noop("This is not YAML: %(problem)s."), problem=trouble.problem),
        ) from trouble
    except (yaml.YAMLError, *SLIPS) as trouble:
        problem = str(trouble).partition("\n")[0]
        reason = Reason(gettext_noop("This is not YAML: %(problem)s."), problem=problem)
        raise PackFlaw(file=file, line=1, field=WHOLE_FILE, reason=reason) from trouble
    finally:
        loader.dispose()
    return Sheet(file=file, data=data, lines=lines)


def _mark(node: yaml.Node, path: Path, lines: dict[Path, int], file: str) -> None:
    lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        for place, inner in enumerate(node.value):
            _mark(inner, (*path, place), lines, file)
    elif isinstance(node, yaml.MappingNode):
        for key, inner in node.value:
            here = (*path, str(key.value))
            if here in lines:
                raise PackFlaw(
                    file=file,
                    line=key.start_mark.line + 1,
                    field=written(here),
                    reason=Reason(gettext_noop("This key stands here twice. Keep one.")),
                )
            _mark(inner, here, lines, file)
            lines[here] = key.start_mark.line + 1

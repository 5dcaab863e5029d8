"""A filled file read by the standard's own words: each cell's value and how it is to look."""

import io
import zipfile
from typing import NamedTuple
from xml.etree import ElementTree as Tree

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


class Look(NamedTuple):
    """A cell as a program shows it: what it holds, its format, and every other look of it."""

    value: str | None
    format: str
    rest: tuple[tuple[str, str], ...]


def cells(data: bytes, sheet: str = "xl/worksheets/sheet1.xml") -> dict[str, Look]:
    """Return cell name → its look."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        styles = Tree.fromstring(archive.read("xl/styles.xml"))  # noqa: S314  # our own file
        page = Tree.fromstring(archive.read(sheet))  # noqa: S314
    formats = {one.get("numFmtId"): one.get("formatCode") for one in styles.iter(f"{_MAIN}numFmt")}
    for name in ("numFmts", "cellXfs"):
        for group in styles.iter(f"{_MAIN}{name}"):
            assert int(group.get("count", "")) == len(group)
    [group] = styles.iter(f"{_MAIN}cellXfs")
    found = {}
    for cell in page.iter(f"{_MAIN}c"):
        style = group[int(cell.get("s", "0"))]
        said = dict(style.attrib)
        number = said.pop("numFmtId", "0")
        said.pop("applyNumberFormat", None)
        value = cell.find(f"{_MAIN}v")
        found[cell.get("r", "")] = Look(
            None if value is None else value.text,
            formats.get(number) or ("General" if number == "0" else number),
            tuple(sorted(said.items())),
        )
    return found

"""Files that operators hand in: tables and YAML are read one way, or refused in one sentence."""

import csv
import io
from collections.abc import Sequence
from os.path import isdir
from pathlib import Path
from typing import Any

import yaml
from django.core.management.base import CommandError
from python_calamine import CalamineError, CalamineWorkbook

from linli.fabric.documents import SLIPS, read_yaml

Table = list[list[Any]]
# What Excel writes in China: newer with a mark at the start, older in the national standard.
UTF8, GB18030 = "utf-8-sig", "gb18030"
LONGEST_FIELD = 1 << 20  # letters in a cell of a CSV
MOST_TOLD = 20  # bad lines named where their file cannot be written
PACKED = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # how a workbook begins, newer and older


def read_bytes(path: Path) -> bytes:
    """
    Return what is in a file.

    :raises CommandError: if there is none, it cannot be opened, or nothing is in it
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise CommandError(f"There is no file {path}. Check the name.") from None
    except IsADirectoryError:
        raise CommandError(f"{path} is a folder. Name a file in it.") from None
    except OSError as trouble:
        raise CommandError(f"{path} cannot be read: {trouble.strerror}.") from trouble
    if not content.strip():
        raise CommandError(f"{path} is empty. Choose the file with the lines in it.")
    return content


def read_tables(path: Path) -> dict[str, Table]:
    """
    Return sheet → its rows, empty ones too; of a CSV one sheet called like the file.

    :raises CommandError: if there is no such file, or it is neither
    """
    content = read_bytes(path)
    if path.suffix.lower() == ".csv" and not content.startswith(PACKED):
        return {path.stem: _lines(path, content)}
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return {
            name: book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            for name in book.sheet_names
        }
    except CalamineError as trouble:
        raise CommandError(
            f"{path} is no Excel workbook, or a damaged one. Open it in Excel and save it as .xlsx, "
            "without a password, or as .csv."
        ) from trouble


def read_first_table(path: Path) -> Table:
    """
    Return the rows of the first sheet, or of the CSV.

    :raises CommandError: if there is no such file, or it is neither
    """
    return next(iter(read_tables(path).values()), [])


def encoding_of(content: bytes) -> str:
    """Return the encoding most lines are in: a line spoilt on its way does not make it another."""
    good = bad = 0
    for line in content.splitlines():
        if not line.isascii():
            known = _is(line, UTF8)
            good, bad = good + known, bad + (not known)
    return UTF8 if good >= bad else GB18030


def _is(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _lines(path: Path, content: bytes) -> Table:
    csv.field_size_limit(LONGEST_FIELD)
    where = ""
    try:
        text = content.decode(encoding_of(content))
        if "\0" not in text:
            return list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except UnicodeDecodeError as trouble:
        where = f", line {_line_of(content, trouble)},"
    except csv.Error:
        pass
    raise CommandError(
        f"{path}{where} is no CSV. Open it in Excel and save it as “CSV UTF-8”, or as .xlsx."
    )


def _line_of(content: bytes, trouble: UnicodeDecodeError) -> int:
    """Return the line of the byte that is no text."""
    return content.count(b"\n", 0, trouble.start) + 1


def files_in(folder: Path) -> list[Path]:
    """
    Return the YAML files of a folder, in order.

    :raises CommandError: if there is no such folder, or none in it
    """
    found = sorted(folder.glob("*.yaml")) if isdir(folder) else []
    if not found:
        raise CommandError(f"{folder} is no folder with YAML files in it. Check the name.")
    return found


def read_document(path: Path) -> Any:
    """
    Return what a YAML file holds.

    :raises CommandError: naming the line, if it is none
    """
    content, line = read_bytes(path), 1
    try:
        return read_yaml(path)
    except UnicodeDecodeError as trouble:
        line, problem = _line_of(content, trouble), "the letters are not UTF-8; save it as UTF-8"
    except yaml.MarkedYAMLError as trouble:
        line = trouble.problem_mark.line + 1 if trouble.problem_mark else 1
        problem = f"this is not YAML: {trouble.problem}"
    except (yaml.YAMLError, *SLIPS) as trouble:
        problem = f"this is not YAML: {str(trouble).splitlines()[0]}"
    raise CommandError(f"{path}, line {line}: {problem}.")


def read_entries(path: Path) -> list[dict[str, Any]]:
    """
    Return the entries of a YAML file that is a list of them.

    :raises CommandError: if it is anything else
    """
    found = read_document(path)
    if isinstance(found, list) and all(isinstance(one, dict) for one in found):
        return found
    raise CommandError(f"{path} must be a list, each entry of it like “- code: …”.")


def write_bad_lines(errors: Path, head: Sequence[str], lines: Sequence[Sequence[object]]) -> None:
    """
    Write the lines that brought nothing; the file of an earlier run goes when all are right.

    :param head: what each line holds: where it stands, and last the reason
    :raises CommandError: telling the first ones, if they cannot be written
    """
    try:
        if not lines:
            errors.unlink(missing_ok=True)
            return
        with errors.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows([head, *lines])
    except OSError as trouble:
        told = "; ".join(
            f"{' '.join(f'{name} {said}' for name, said in zip(head[:-1], where, strict=True))}: {why}"
            for *where, why in lines[:MOST_TOLD]
        )
        raise CommandError(
            f"The good lines are in. {errors} could not be written ({trouble.strerror}): {told}"
        ) from trouble

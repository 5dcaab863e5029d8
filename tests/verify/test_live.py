"""The live check passes on a clean house and names every fault that is planted."""

import hashlib
import re
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.db import DatabaseError, connection

from linli.fabric.blanks import plain
from linli.files import queries as files
from linli.files.models import File
from linli.journal import queries as journal
from linli.journal.domain import canonical, signed_text
from linli.journal.models import Line, Seal

from .conftest import faults, one, planted

PAGE = Path(__file__).parents[2] / "docs" / "apps" / "verify.md"


def test_a_clean_house_passes(lived):
    tally = journal.Tally()
    assert list(journal.verify_live(tally)) == []
    assert faults() == []
    assert tally.lines == Line.objects.count()
    assert (tally.unsealed, tally.seals) == (1, Seal.objects.count())
    assert tally.rows == sum(model.objects.count() for model in journal.bound_models())
    assert tally.last_root == bytes(journal.last_seal().root).hex()


def test_the_day_left_rows_in_most_tables(lived):
    empty = {m._meta.db_table for m in journal.bound_models() if not m.objects.exists()}
    assert len(list(journal.bound_models())) - len(empty) >= 26, empty


def test_the_quick_way_reads_rows_exactly_as_the_record_does(lived):
    for model in journal.bound_models():
        quick = {pk: text for pk, _, text in journal.all_rows(model)}
        assert quick == {row.pk: canonical(row.canonical_row()) for row in model.objects.all()}


def changes(model, columns, pk=None) -> list[tuple[str, str]]:
    """Return, for one row, a statement for each of the columns that changes one byte of it."""
    rows = model.objects.order_by("-pk")
    row = (rows.filter(pk=pk) if pk else rows).first()
    table, found = model._meta.db_table, []
    for field in model._meta.concrete_fields:
        if field.attname not in columns or field.primary_key:
            continue
        new = _other(field, getattr(row, field.attname))
        if new is not None:
            statement = f'UPDATE "{table}" SET "{field.column}" = {new} WHERE id = {row.pk}'
            found.append((f"{table} {row.pk}", statement))
    return found


def _other(field, value) -> str | None:
    """Return an expression for a value that is not the one there; None where there is none."""
    kind, sqlite = field.get_internal_type(), connection.vendor == "sqlite"
    column = f'"{field.column}"'
    later = f"'3' || substr({column}, 2)" if sqlite else f"{column} + interval '1 day'"
    text = f"'甲' || substr({column}, 2)"
    ways = {
        "CharField": text,
        "TextField": text,
        "BooleanField": f"NOT {column}",
        "JSONField": """'{"x":1}'""",
        "BinaryField": "X'00'" if sqlite else "'\\x00'",
        "DateTimeField": later,
        "DateField": later,
    }
    return None if value is None else ways.get(kind, f"{column} + 1")


def test_every_other_table_is_named_on_the_page_with_its_reason(lived):
    """A table may be left out of the check only where the page says why."""
    section = PAGE.read_text().split("## Tables it does not hold")[1].split("\n## ")[0]
    told = set(re.findall(r"`([a-z_]+)`(?=[^|]*\|[^|]+\|$)", section, re.MULTILINE))
    bound = {model._meta.db_table for model in journal.bound_models()}
    shadows = {"case_search_config", "case_search_content", "case_search_data"}
    shadows |= {"case_search_docsize", "case_search_idx"}
    there = set(connection.introspection.table_names()) - shadows
    cache = {"fabric_cache"}  # made by ``linli prepare``
    assert there - bound - told == set()
    assert told - there <= cache


def filled():
    return [model for model in journal.bound_models() if model.objects.exists()]


def rows_named() -> list[str]:
    return [f"{f.where}: {f.what}" for f in journal.verify_live() if f.kind == "row"]


def test_one_byte_in_any_table_is_named(lived):
    for model in filled():
        said = []
        for where, statement in changes(model, model.bound_columns()):
            try:
                with planted(statement):
                    said = rows_named()
            except DatabaseError:
                continue  # the database itself refused; the next column will do
            assert [words.split(" since line")[0] for words in said] == [f"{where}: altered"]
            break
        assert said, model


@pytest.mark.parametrize("table", ["case_case", "people_person", "files_file", "identity_user"])
def test_one_byte_in_any_column_is_named(lived, table):
    [model] = [model for model in journal.bound_models() if model._meta.db_table == table]
    tried, first = 0, model.objects.earliest("pk")
    for where, statement in changes(model, model.bound_columns(), first.pk):
        try:
            with planted(statement):
                said = rows_named()
        except DatabaseError:
            continue
        assert [words.split(" since line")[0] for words in said] == [f"{where}: altered"], statement
        tried += 1
    assert tried >= 6


def test_one_byte_in_any_column_of_a_sealed_line_is_named(lived):
    pk = Line.objects.exclude(batch=None).latest("pk").pk
    planned = changes(Line, {*journal.COLUMNS, "leaf"}, pk)
    assert len(planned) >= 10
    for _, statement in planned:
        with planted(statement):
            said = [words for words in faults() if words.startswith(f"line {pk}, batch ")]
        assert len(said) == 1, statement
        assert said[0].endswith("altered: it is not what was sealed")


@pytest.mark.parametrize("column", ["batch", "position"])
def test_a_line_put_elsewhere_is_named(lived, column):
    line = Line.objects.exclude(batch=None).earliest("pk")
    with planted(f"UPDATE journal_line SET {column} = {column} + 1 WHERE id = {line.pk}"):
        said = faults()
    assert "batch 1, position 0: missing: it was sealed here" in said


def test_one_byte_in_any_column_of_a_seal_is_named(lived):
    columns = {field.attname for field in Seal._meta.concrete_fields}
    planned = changes(Seal, columns)
    assert len(planned) == 9
    number = journal.last_seal().number
    for _, statement in planned:
        with planted(statement):
            said = [words for words in faults() if words.startswith("seal")]
        assert any(str(number) in words for words in said), statement


def test_a_deleted_sealed_line_is_named(lived):
    line = Line.objects.filter(batch=2).earliest("position")
    with planted(f"DELETE FROM journal_line WHERE id = {line.pk}"):
        assert "batch 2, position 0: missing: it was sealed here" in faults()


def test_a_deleted_unsealed_line_is_named(lived):
    line = Line.objects.get(batch=None)
    with planted(f"DELETE FROM journal_line WHERE id = {line.pk}"):
        said = faults()
    case = line.subject_id
    assert f"case_case {case}: no line binds it: nobody answers for it" in said


if connection.vendor == "sqlite":  # PostgreSQL gives numbers to acts that are then undone, too

    def test_an_end_that_was_cut_off_is_named_though_nothing_hangs_on_it(lived):
        lines, seals = Line.objects.exclude(batch=1).count(), Seal.objects.count() - 1
        with planted(
            "DELETE FROM journal_line WHERE batch > 1 OR batch IS NULL",
            "DELETE FROM journal_seal WHERE number > 1",
        ):
            said = [f"{f.where}: {f.what}" for f in journal.verify_live() if f.kind != "row"]
        assert said == [
            f"the last {lines} lines: missing: the end was cut off",
            f"the last {seals} seals: missing: the end was cut off",
        ]

    def test_unsealed_lines_gone_right_after_the_last_seal_are_named(lived):
        last = one("SELECT max(id) FROM journal_line")
        copied = ", ".join(name for name in journal.COLUMNS if name != "id")
        more = f"INSERT INTO journal_line ({copied}) SELECT {copied} FROM journal_line WHERE id = {last}"
        with planted(more, f"DELETE FROM journal_line WHERE id = {last}"):
            assert f"lines {last} to {last}: missing, unsealed" in faults()


def test_a_row_put_in_by_hand_is_named(lived):
    row = File.objects.latest("pk")
    columns = "district, salt, digest, size_bytes, media_type, name, purpose, created_at, ended_at"
    copied = columns.replace("digest", "'ab'")
    with planted(
        f"INSERT INTO files_file ({columns}) SELECT {copied} FROM files_file WHERE id = {row.pk}"
    ):
        new = one("SELECT max(id) FROM files_file")
        assert f"files_file {new}: no line binds it: nobody answers for it" in faults()


def test_a_deleted_row_is_named_with_its_line(lived):
    pk = one("SELECT max(id) FROM case_pause")
    with planted(f"DELETE FROM case_pause WHERE id = {pk}"):
        [said] = rows_named()
    assert said.startswith(f"case_pause {pk}: gone, though line ")


def test_a_salt_dropped_by_hand_is_named(lived):
    pk = one("SELECT max(id) FROM people_person WHERE salt IS NOT NULL")
    with planted(f"UPDATE people_person SET salt = NULL WHERE id = {pk}"):
        [said] = rows_named()
    assert said.startswith(f"people_person {pk}: altered since line ")


def test_an_old_version_brought_back_is_named(lived):
    """The digest of the first line still fits such a row; only the newest counts."""
    pk = one("SELECT min(id) FROM case_case")
    with planted(
        f"UPDATE case_case SET status = 'offered', \"end\" = '', answer = '' WHERE id = {pk}"
    ):
        [said] = rows_named()
    assert said.startswith(f"case_case {pk}: altered since line ")


def test_a_cut_tail_is_named(lived):
    last = journal.last_seal()
    root = bytes(last.root).hex()
    with planted(
        f"DELETE FROM journal_line WHERE batch = {last.number} OR batch IS NULL",
        f"DELETE FROM journal_seal WHERE number = {last.number}",
    ):
        said = faults(roots=[root])
    assert f"root {root}: no seal has it: the record was cut or exchanged" in said
    assert [words for words in said if "no line binds it" in words]


def test_a_cut_seal_alone_is_named(lived):
    last = journal.last_seal()
    with planted(f"DELETE FROM journal_seal WHERE number = {last.number}"):
        said = faults()
    assert [words for words in said if f"batch {last.number}" in words and "has no seal" in words]


def test_a_seal_missing_in_the_middle_is_named(lived):
    with planted("DELETE FROM journal_seal WHERE number = 2"):
        assert "seals 2 to 2: missing" in faults()


def forge(number: int) -> tuple[str, bytes]:
    """Return the statement that signs a seal anew with another key, and the key."""
    seal, key = Seal.objects.get(number=number), Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    text = signed_text(
        number=number,
        root=bytes(seal.root),
        previous=bytes(seal.previous),
        count=seal.count,
        sealed_at=plain(seal.sealed_at),
    )
    mark = "X'{}'" if connection.vendor == "sqlite" else "'\\x{}'"
    values = {
        "public_key": mark.format(public.hex()),
        "signature": mark.format(key.sign(text).hex()),
        "key_id": f"'{hashlib.sha256(public).hexdigest()[:16]}'",
    }
    changed = ", ".join(f"{name} = {value}" for name, value in values.items())
    return f"UPDATE journal_seal SET {changed} WHERE number = {number}", public


def test_a_seal_signed_by_another_is_named_unless_trusted(lived):
    statement, public = forge(2)
    with planted(statement):
        assert faults() == ["seal 2: signed with a key that is not this installation's"]
        assert faults(keys=[public]) == []


def test_a_changed_and_a_missing_file_are_named(lived):
    file = File.objects.get(ended_at=None)
    path = files.path_of(file.digest)
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert faults() == [f"file {file.pk}: altered"]
    path.unlink()
    assert faults() == [f"file {file.pk}: missing"]


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE case_docket SET status = 'ended' WHERE id = {docket}", "differs from case_case"),
        ("UPDATE case_docket SET community_id = NULL WHERE id = {docket}", "differs from"),
        ("DELETE FROM case_docket WHERE id = {docket}", "has no docket row"),
        ("DELETE FROM case_search WHERE {key} = {case}", "the case is not in the search index"),
        ("UPDATE case_search SET tokens = '' WHERE {key} = {case}", "differs from case_case"),
        ("INSERT INTO case_search ({new}) VALUES (999{more})", "there is no such case"),
    ],
)
def test_lists_and_index_must_fit_the_cases(lived, statement, said):
    sqlite = connection.vendor == "sqlite"
    case = one("SELECT min(id) FROM case_case")
    values = {
        "case": case,
        "docket": one("SELECT min(id) FROM case_docket WHERE role = 'owner'"),
        "key": "rowid" if sqlite else "case_id",
        "new": "rowid, tokens" if sqlite else "case_id, district, tokens",
        "more": ", 'x'" if sqlite else ", 1, 'x'",
    }
    with planted(statement.format(**values)):
        found = faults()
    assert len(found) >= 1
    assert all(words.startswith("case_") for words in found)
    assert said in " ".join(found)


if connection.vendor == "sqlite":  # only SQLite lets a column hold anything

    @pytest.mark.parametrize(
        "value", ["CAST(X'FF' AS TEXT)", "'2026-13-99 99:99:99'", "X'00'", "1e300", "'{{{'"]
    )
    @pytest.mark.parametrize(
        ("table", "columns"),
        [
            ("case_case", ("words", "opened_at", "answers", "revision", "sensitive", "salt")),
            ("journal_line", ("body", "at", "position", "leaf", "hat")),
            ("journal_seal", ("sealed_at", "root", "count", "alg", "public_key")),
        ],
    )
    def test_garbage_is_named_and_breaks_nothing(lived, table, columns, value):
        pk = one(f"SELECT min(id) FROM {table}")
        for column in columns:
            with planted(f'UPDATE {table} SET "{column}" = {value} WHERE id = {pk}'):
                found = [fault.kind for fault in journal.verify_live()]
            assert len(found) >= 1, column

    def test_a_role_in_a_list_that_is_none_is_named(lived):
        pk = one("SELECT max(id) FROM case_docket")
        case = one("SELECT case_id FROM case_docket WHERE id = %s", pk)
        with planted(f"UPDATE case_docket SET role = 'overseen' WHERE id = {pk}"):
            assert faults() == [f"case_docket {pk}: differs from case_case {case}"]

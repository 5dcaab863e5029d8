"""The three real files come in whole: every text and moment as it was, judged by a rule of its day only."""

import csv
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import call_command

from linli.cases.domain.imports import read_message, read_work_order
from linli.cases.models import Case, Step
from linli.cases.queries import verify_lists
from linli.journal.models import Line
from tests.world import build_world

SHARED = Path(__file__).parents[3] / "shared" / "data"
NOW = datetime(2026, 11, 22, tzinfo=UTC)

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not SHARED.exists(), reason="the shared data is not here"),
]


@pytest.fixture
def world(db):
    return build_world()


def brought_in(command: str, path: Path, tmp_path: Path) -> list[dict[str, str]]:
    """Import a copy of a real file and return its rows as they stand there."""
    copy = tmp_path / path.name
    copy.write_bytes(path.read_bytes())
    call_command(command, copy)
    assert not copy.with_name(copy.name + ".errors.csv").exists()
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def as_written(moment: datetime, text: str) -> bool:
    """Whether a moment, told in Shanghai's time, is the one the file names."""
    figures = [int(one) for one in re.findall(r"\d+", text)]
    local = moment.astimezone(read_moment(text).tzinfo)
    return [local.year, local.month, local.day, local.hour, local.minute, local.second] == [
        *figures,
        *[0] * (6 - len(figures)),
    ]


def read_moment(text: str) -> datetime:
    row = {"id": "1", "title": "t", "detail": "d", "time": text}
    return read_message(row, now=NOW).opened_at


@pytest.mark.parametrize(
    ("name", "count"),
    [("open.csv", 4326), pytest.param("replied.csv", 2288, marks=pytest.mark.once)],
)
def test_every_message_comes_in_word_for_word(world, tmp_path, name, count):
    rows = brought_in("import_messages", SHARED / "messages" / name, tmp_path)

    held = {case.external_key: case for case in Case.objects.all()}
    assert len(rows) == len(held) == count
    for row in rows:
        case = held[f"message:{row['id']}"]
        assert case.words == f"{row['title']}\n{row['detail']}"
        assert as_written(case.opened_at, row["time"])
        assert case.answer == row.get("reply", "")
        assert not case.answered_at or as_written(case.answered_at, row["reply_time"])
    assert list(verify_lists()) == []


@pytest.mark.once
def test_every_work_order_comes_in_and_is_never_late(world, tmp_path, capsys):
    path = SHARED / "work_orders" / "pingshan_2018.csv"
    rows = brought_in("import_work_orders", path, tmp_path)
    said = capsys.readouterr().out

    held = {case.external_key: case for case in Case.objects.all()}
    assert len(rows) == len(held) == 5416
    for row in rows:
        case = held[f"work_order:{row['REC_ID']}"]
        assert case.words == read_work_order(row, now=NOW).words
        assert as_written(case.opened_at, row["CREATE_TIME"])
        assert (case.due_at, case.first_due_at, case.next_mark_at) == (None, None, None)
    assert not Step.objects.exclude(due_at=None, next_mark_at=None).exists()
    assert "5416 rows: 5416 new cases, 0 already there, 0 bad" in said
    assert "no rule then 5416 (100.0%)" in said

    lines = Line.objects.count()
    call_command("import_work_orders", tmp_path / path.name)
    assert "5416 rows: 0 new cases, 5416 already there, 0 bad" in capsys.readouterr().out
    assert (Case.objects.count(), Line.objects.count()) == (5416, lines)

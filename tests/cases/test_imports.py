"""Messages and work orders of other systems become cases: exactly, once, and never late by accident."""

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from linli.cases import actions
from linli.cases.domain import Channel, End, WrongMoment
from linli.cases.domain.imports import (
    BadRow,
    community_in,
    place_words_of,
    read_message,
)
from linli.cases.domain.lives import Deed, Happened, Life
from linli.cases.management import importing
from linli.cases.models import Case, Docket, Report, Step, StepMove
from linli.cases.queries import verify_lists
from linli.catalogue import queries as catalogue
from linli.journal.models import Line
from linli.journal.queries import verify_live
from tests.world import GREEN, HOUSE_ITSELF, NOON, STREET, build_world

NOW = datetime(2026, 11, 22, tzinfo=UTC)
HEAD = "id,user,title,detail,time,reply,reply_time\n"
GOOD = (
    '7,u1,青桐社区楼道漏水,"三楼顶上一直漏水，\n请来看看。",2019/8/1 9:30:05,"已经修好，\n谢谢。",2019/8/9\n'
    "8,u2,路灯,没有亮,2026-03-02 08:00:00,,\n"
)
BAD = (
    "9,u3,时间不对,说了什么,2019/13/40 9:00:00,,\n"
    "10,u4,将来的事,说了什么,2099/1/1 9:00:00,,\n"
    "11,u5,有回复没时间,说了什么,2019/1/1 9:00:00,已办,\n"
    "8,u2,同一个号,又来一次,2026-03-02 08:00:00,,\n"
    "12,u6,,,2019/1/1 9:00:00,,\n"
)


@pytest.fixture
def world(db):
    return build_world()


def written(tmp_path, text: str) -> Path:
    path = tmp_path / "messages.csv"
    path.write_text(HEAD + text, encoding="utf-8")
    return path


def rows_now() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Case, Report, Step, Docket, Line))


# Reading


def row(**changes: str) -> dict[str, str]:
    return {"id": "1", "title": "标题", "detail": "正文", "time": "2019/8/1 9:30:05", **changes}


def test_a_message_keeps_its_words_and_its_moment():
    found = read_message(row(detail=" 有空格 \n两行 ", user="u9", likes="3"), now=NOW)

    assert found.key == "message:1"
    assert found.words == "标题\n 有空格 \n两行 "
    assert found.opened_at.isoformat() == "2019-08-01T09:30:05+08:00"
    assert (found.name, found.answers) == ("u9", {"likes": 3})


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"time": "yesterday"}, "The time cannot be read"),
        ({"time": "2027/1/1 0:00:00"}, "The time has not come yet"),
        ({"title": " ", "detail": ""}, "Nothing was said"),
        ({"reply": "好", "reply_time": ""}, "A reply needs a time"),
        ({"detail": "a\x00b"}, "no text in UTF-8"),
        ({"id": " "}, "The id is missing"),
        ({"likes": "-1"}, "whole numbers"),
    ],
)
def test_a_bad_message_says_why(changes, reason):
    with pytest.raises(BadRow, match=reason):
        read_message(row(**changes), now=NOW)


def test_a_row_cut_short_or_too_long_is_bad():
    with pytest.raises(BadRow, match="missing"):
        read_message({"id": "1", "title": "a", "detail": None, "time": None}, now=NOW)
    with pytest.raises(BadRow, match="more fields"):
        read_message({**row(), None: ["x"]}, now=NOW)


def test_places_are_found_in_words():
    assert place_words_of("你好，望江小区三幢漏水") == "望江小区"
    assert place_words_of("没有地方") == ""
    assert community_in("在大青桐社区里", ["青桐社区", "大青桐社区"]) == "大青桐社区"
    assert community_in("在别处", ["青桐社区"]) == ""


# Importing


def test_a_replied_message_becomes_an_ended_case_that_is_never_late(world, tmp_path):
    call_command("import_messages", written(tmp_path, GOOD))

    case = Case.objects.get(external_key="message:7")
    assert case.words == "青桐社区楼道漏水\n三楼顶上一直漏水，\n请来看看。"
    assert case.answer == "已经修好，\n谢谢。"
    assert case.opened_at == datetime(2019, 8, 1, 1, 30, 5, tzinfo=UTC)
    assert case.answered_at == case.ended_at == datetime(2019, 8, 8, 16, tzinfo=UTC)
    assert (case.status, case.end, case.channel) == ("ended", "explained", "import")
    assert (case.due_at, case.first_due_at, case.next_mark_at) == (None, None, None)
    assert case.community_id == world.place(GREEN)
    assert case.item == "shared_leak"
    kinds = Line.objects.filter(subject_kind="case", subject_id=case.pk).order_by("id")
    assert [line.kind for line in kinds] == ["CaseOpened", "CaseAnswered", "CaseEnded"]
    assert {line.at for line in kinds} == {case.recorded_at}


def test_an_open_message_of_a_day_with_a_rule_has_a_clock(world, tmp_path):
    call_command("import_messages", written(tmp_path, GOOD))

    case = Case.objects.get(external_key="message:8")
    assert case.status == "offered"
    assert case.due_at is not None
    assert case.community_id is None
    assert Step.objects.filter(case=case, state="offered").exists()


def test_bad_rows_go_to_a_file_with_line_and_reason(world, tmp_path):
    path = written(tmp_path, GOOD + BAD)
    call_command("import_messages", path)

    with (tmp_path / "messages.csv.errors.csv").open(encoding="utf-8-sig", newline="") as file:
        found = list(csv.reader(file))
    assert [line for line, _ in found] == ["line", "6", "7", "8", "9", "10"]
    assert found[4][1] == "The same id stands on line 5."
    assert Case.objects.count() == 2


def test_a_file_in_the_national_standard_is_read_and_a_spoilt_letter_spoils_one_row(
    world, tmp_path
):
    path = tmp_path / "messages.csv"
    path.write_bytes((HEAD + GOOD).encode("gb18030"))
    call_command("import_messages", path)
    assert Case.objects.get(external_key="message:7").answer == "已经修好，\n谢谢。"
    assert Case.objects.count() == 2

    spoilt = "9,u3,路灯,没亮,2026-03-02 08:00:00,,\n".encode()[:-24] + b",2026-03-02 08:00:00,,\n"
    path.write_bytes((HEAD + GOOD).encode() + spoilt)
    call_command("import_messages", path)
    with (tmp_path / "messages.csv.errors.csv").open(encoding="utf-8-sig", newline="") as file:
        [bad] = list(csv.reader(file))[1:]
    assert bad == ["6", "There are bytes in it that are no text in UTF-8."]
    assert Case.objects.count() == 2


def test_bad_rows_whose_file_cannot_be_written_are_said(world, tmp_path):
    path = written(tmp_path, GOOD + BAD)
    (tmp_path / "messages.csv.errors.csv").mkdir()

    with pytest.raises(
        CommandError, match=r"could not be written .*: The same id stands on line 5"
    ):
        call_command("import_messages", path)
    assert Case.objects.count() == 2


def test_a_second_run_changes_nothing(world, tmp_path, capsys):
    path = written(tmp_path, GOOD)
    call_command("import_messages", path)
    before = rows_now()
    capsys.readouterr()
    call_command("import_messages", path)

    assert rows_now() == before
    assert "0 new cases, 2 already there, 0 bad" in capsys.readouterr().out


def test_killed_after_a_batch_it_resumes(world, tmp_path, monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 2)
    lines = [f"{n},u,楼道漏水,第{n}条,2019/8/1 9:30:05,,\n" for n in range(5)]
    path = written(tmp_path, "".join(lines))
    load, calls = actions.load_cases, []

    def killed(**options):
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return load(**options)

    with monkeypatch.context() as patch:
        patch.setattr(actions, "load_cases", killed)
        with pytest.raises(KeyboardInterrupt):
            call_command("import_messages", path)
    assert Case.objects.count() == 2

    call_command("import_messages", path)
    words = Case.objects.order_by("external_key").values_list("words", flat=True)
    assert list(words) == [f"楼道漏水\n第{n}条" for n in range(5)]


def test_what_was_imported_is_bound_listed_and_found(world, tmp_path):
    call_command("import_messages", written(tmp_path, GOOD))

    assert list(verify_live()) == []
    assert list(verify_lists()) == []
    assert Docket.objects.filter(case__external_key="message:7").count() == 5


def test_a_work_order_keeps_where_and_what(world, tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text(
        "REC_ID,CREATE_TIME,EVENT_TYPE_NAME,MAIN_TYPE_NAME,SUB_TYPE_NAME,DISTRICT_NAME,STREET_NAME,"
        "COMMUNITY_NAME,EVENT_PROPERTY_NAME\n"
        "1,2018-02-08 15:34:40,市政设施,公用部件,路灯,示例区,柳营街道,青桐社区,投诉\n"
        "2,2018-02-08 15:34:41,市政设施,-,路灯,示例区,柳营街道,老坑社区,投诉\n",
        encoding="utf-8",
    )
    call_command("import_work_orders", path)

    placed, unplaced = Case.objects.order_by("external_key")
    assert (placed.words, placed.community_id) == ("市政设施 · 公用部件 · 路灯", world.place(GREEN))
    assert (unplaced.words, unplaced.community_id) == ("市政设施 · 路灯", None)
    assert unplaced.place_words == "示例区柳营街道老坑社区"
    assert placed.answers == {"event_property_name": "投诉"}
    assert placed.opened_at == datetime(2018, 2, 8, 7, 34, 40, tzinfo=UTC)


# Loading whole cases


def life(world, **changes) -> Life:
    version = catalogue.current("shared_leak", on=NOON.date())
    values = {
        "version_id": version.version_id,
        "words": "楼道漏水",
        "channel": Channel.PHONE,
        "opened_at": NOON,
        "community_id": world.place(GREEN),
        "place_id": world.place(GREEN),
    }
    return Life(**{**values, **changes})


def test_a_lived_case_leaves_the_lines_the_acts_would(world):
    first = catalogue.current("shared_leak", on=NOON.date()).definition.steps[0].code
    later = datetime(2026, 11, 16, 5, tzinfo=UTC)
    after = (
        Happened(deed=Deed.ACCEPT, at=later, step=first),
        Happened(deed=Deed.FINISH, at=later, step=first, words="看过了"),
        Happened(deed=Deed.ANSWER, at=later, end=End.EXPLAINED, words="说明了"),
        Happened(deed=Deed.END, at=later, confirmed=True, rating=5),
    )
    loaded = actions.load_cases(by=HOUSE_ITSELF, rows=[life(world, after=after)], at=later)

    lines = Line.objects.filter(subject_kind="case").order_by("id")
    assert loaded.lines == 5
    assert [line.kind for line in lines] == [
        "CaseOpened",
        "StepAccepted",
        "StepDone",
        "CaseAnswered",
        "CaseEnded",
    ]
    assert [line.at for line in lines] == [NOON, later, later, later, later]
    assert lines[1].appointment == world.at("station").appointment
    case = Case.objects.get()
    assert (case.status, case.end, case.rating, case.responded_at) == (
        "ended",
        "explained",
        5,
        later,
    )
    assert StepMove.objects.count() == 2
    assert list(verify_live()) == []
    assert list(verify_lists()) == []


def test_a_life_against_the_rules_writes_nothing(world):
    first = catalogue.current("shared_leak", on=NOON.date()).definition.steps[0].code
    wrong = (Happened(deed=Deed.FINISH, at=NOON, step=first, words="没接就办"),)
    before = rows_now()
    with pytest.raises(WrongMoment):
        actions.load_cases(by=HOUSE_ITSELF, rows=[life(world, after=wrong)], at=NOON)

    assert rows_now() == before


def test_a_key_comes_once_even_within_one_load(world):
    rows = [life(world, external_key="a"), life(world, external_key="a"), life(world)]
    loaded = actions.load_cases(by=HOUSE_ITSELF, rows=rows, at=NOON)

    assert (loaded.cases, loaded.known) == (2, 1)


def test_a_loaded_case_stands_in_the_list_above(world):
    actions.load_cases(by=HOUSE_ITSELF, rows=[life(world)], at=NOON)

    assert Docket.objects.get(party_id=world.party(f"{STREET}.center")).open is True

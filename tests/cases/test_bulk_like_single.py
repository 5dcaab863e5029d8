"""A loaded case leaves exactly the rows, lists and lines that the single acts leave."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from linli.basics import Actor, NoSuchThing
from linli.cases import actions
from linli.cases.actions import Said
from linli.cases.actions._lived import Lived
from linli.cases.domain import AlreadyRuled, Channel, End, PauseReason, ReturnPending
from linli.cases.domain.lives import Deed, Happened, Life, Part
from linli.cases.models import Case, Docket, Extension, Pause, Report, Ruling, Step, StepMove
from linli.cases.queries import verify_lists
from linli.catalogue import queries as catalogue
from linli.journal.models import Line
from linli.journal.queries import verify_live
from tests.world import DISTRICT, GREEN, HOUSE_ITSELF, NOON, STREET, build_world

RESIDENT = Actor(kind="resident", district=1)
CHANCE = {"id", "number", "code_hash", "phone"}  # what chance or a key makes, each time anew
WORDS = "楼道漏水，滴到电表箱了"


@pytest.fixture
def world(db):
    return build_world()


def after(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def step_of(case: Case, code: str) -> int:
    return Step.objects.get(case=case, code=code).pk


def opened(world, *, hidden: bool = False, by: str = "station") -> Case:
    said = Said(
        item="shared_leak",
        words=WORDS,
        channel=Channel.PHONE,
        place_id=world.place(GREEN),
        name="周老师",
        phone="12900000001",
        hidden=hidden,
    )
    return actions.open_case(by=world.at(by), said=said, at=NOON).case


def life(world, *deeds: Happened, **changes) -> Life:
    values = {
        "version_id": catalogue.current("shared_leak", on=NOON.date()).version_id,
        "words": WORDS,
        "channel": Channel.PHONE,
        "opened_at": NOON,
        "community_id": world.place(GREEN),
        "place_id": world.place(GREEN),
        "name": "周老师",
        "phone": "12900000001",
        "after": deeds,
    }
    return Life(**{**values, **changes})


def loaded(*lives: Life) -> Case:
    """Load the lives and return the case of the last one."""
    now = max(one.at for each in lives for one in each.after)
    actions.load_cases(by=HOUSE_ITSELF, rows=lives, at=now)
    return Case.objects.latest("id")


def did(deed: Deed, minutes: float, **values) -> Happened:
    return Happened(deed=deed, at=after(minutes), **values)


# What there is of a case, with every id told by what it means


def picture(case: Case) -> dict[str, object]:
    names = dict(_names(case))
    rows = {
        model.__name__: [_row(row, names) for row in _rows(model, case)]
        for model in (Case, Report, Step, StepMove, Ruling, Pause, Extension)
    }
    dockets = Docket.objects.filter(case=case).order_by("party_id")
    lists = [_row(row, names) for row in dockets.values()]
    lines = Line.objects.filter(subject_kind="case", subject_id=case.pk).order_by("id")
    return {
        **rows,
        "lists": lists,
        "search": _search(case),
        "lines": [_line(x, names) for x in lines],
    }


def _rows(model, case):
    return model.objects.filter(**({"pk": case.pk} if model is Case else {"case": case})).order_by(
        "id"
    )


def _names(case: Case) -> Iterator[tuple[tuple[str, int], str]]:
    yield ("case", case.pk), "this"
    yield ("parent_step", case.parent_step_id or 0), "above"
    for part in Case.objects.filter(parent_step__case=case):
        yield ("case", part.pk), "part"
    for model, key in (
        (Report, "report"),
        (Ruling, "ruling"),
        (Pause, "pause"),
        (Extension, "extension"),
        (StepMove, "move"),
    ):
        for place, row in enumerate(_rows(model, case)):
            yield (key, row.pk), f"{key}{place}"
    for step in Step.objects.filter(case=case):
        yield (("step", step.pk), step.code)


def _row(row, names) -> dict[str, object]:
    columns = row if isinstance(row, dict) else row.canonical_row()
    return {
        name: _told(name, value, names) for name, value in columns.items() if name not in CHANCE
    }


def _told(column: str, value: object, names) -> object:
    kind = column.removesuffix("_id")
    if column in ("offered", "dropped") and isinstance(value, list):
        return [names["step", one] for one in value]
    return names.get((kind, value), value) if isinstance(value, int) else value


def _search(case: Case) -> set[str]:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT tokens FROM case_search WHERE rowid = %s", [case.pk])
            found = cursor.fetchone()[0].split()
        else:
            sql = "SELECT tsvector_to_array(tokens) FROM case_search WHERE case_id = %s"
            cursor.execute(sql, [case.pk])
            found = cursor.fetchone()[0]
    return set(found) - {case.number.lower()}


TABLES = {
    "case_case": "case",
    "case_report": "report",
    "case_step": "step",
    "case_step_move": "move",
    "case_ruling": "ruling",
    "case_pause": "pause",
    "case_extension": "extension",
}


def _line(line: Line, names) -> tuple[object, ...]:
    body = json.loads(line.body)
    bound = [(table, names[TABLES[table], pk]) for table, pk, _ in body["rows"]]
    event = {name: _told(name, value, names) for name, value in body["event"].items()}
    who = (line.actor_kind, line.actor_id, line.appointment, line.hat)
    return line.kind, line.at, who, event, bound


def same(single: Case, bulk: Case) -> None:
    one, other = picture(single), picture(bulk)
    for part in one:
        assert other[part] == one[part], part
    assert list(verify_live()) == []
    assert list(verify_lists()) == []


# The same story, told twice


def test_a_case_through_many_hands_and_back(world):
    case = opened(world, hidden=True)
    look, mend, money = (step_of(case, code) for code in ("look", "mend", "money"))
    bureau, middle = world.party(f"{DISTRICT}.urban_management"), world.party(f"{STREET}.center")
    station, street, top = world.at("station"), world.at("street"), world.at("city")
    actions.accept_step(by=station, step_id=look, at=after(10))
    actions.hand_over_step(
        by=world.at("street_city"), step_id=mend, to_party=bureau, note="请接着办", at=after(20)
    )
    ruling = actions.return_step(
        by=world.at("housing"), step_id=money, clause="not_here", note="不在名单", at=after(25)
    )
    actions.rule_return(
        by=world.at("arbiter"),
        ruling_id=ruling.pk,
        upheld=True,
        to_party=middle,
        reason="成立",
        at=after(40),
    )
    actions.accept_step(by=street, step_id=money, at=after(50))
    actions.accept_step(by=top, step_id=mend, at=after(51))
    actions.finish_step(by=station, step_id=look, outcome="done", note="看过了", at=after(110))
    actions.finish_step(by=top, step_id=mend, outcome="done", note="修好了", at=after(115))
    actions.finish_step(by=street, step_id=money, outcome="done", note="有资金", at=after(120))
    answered(world, case, "修好了，请看一看是不是还漏。", 130)
    report = case.reports.get()
    actions.reopen_case(by=RESIDENT, report=report, words="还是漏", at=after(200))
    actions.accept_step(by=station, step_id=look, at=after(210))
    actions.finish_step(by=station, step_id=look, outcome="done", note="又修了", at=after(220))
    answered(world, case, "又修了一次，这回不漏了。", 230)
    actions.confirm_case(by=RESIDENT, report=report, rating=4, at=after(240))

    bulk = life(
        world,
        did(Deed.ACCEPT, 10, step="look"),
        did(
            Deed.HAND_OVER, 20, step="mend", performer="district.urban_management", words="请接着办"
        ),
        did(Deed.RETURN, 25, step="money", clause="not_here", words="不在名单"),
        did(
            Deed.RULE,
            40,
            step="money",
            clause="not_here",
            upheld=True,
            performer="street.center",
            words="成立",
        ),
        did(Deed.ACCEPT, 50, step="money"),
        did(Deed.ACCEPT, 51, step="mend"),
        did(Deed.FINISH, 110, step="look", words="看过了"),
        did(Deed.FINISH, 115, step="mend", words="修好了"),
        did(Deed.FINISH, 120, step="money", words="有资金"),
        did(Deed.ANSWER, 130, end=End.SOLVED, words="修好了，请看一看是不是还漏。"),
        did(Deed.REOPEN, 200, words="还是漏"),
        did(Deed.ACCEPT, 210, step="look"),
        did(Deed.FINISH, 220, step="look", words="又修了"),
        did(Deed.ANSWER, 230, end=End.SOLVED, words="又修了一次，这回不漏了。"),
        did(Deed.END, 240, confirmed=True, rating=4),
        hidden=True,
    )
    same(case, loaded(bulk))


def answered(world, case: Case, words: str, minutes: float) -> None:
    actions.answer_case(
        by=world.at("station"), case_id=case.pk, end=End.SOLVED, words=words, at=after(minutes)
    )


def test_a_clock_that_stands_still_runs_on_and_is_extended(world):
    case, day = opened(world), 24 * 60
    report = case.reports.get()
    pause = {"words": "要等检测", "review_at": after(3 * day), "at": after(60)}
    actions.pause_case(by=world.at("station"), case_id=case.pk, reason=PauseReason.EXPERT, **pause)
    actions.resume_case(by=world.at("station"), case_id=case.pk, at=after(120))
    ask = {"papers": ["photo"], "words": "请补一张照片", "review_at": after(2 * day)}
    actions.ask_papers(by=world.at("station"), case_id=case.pk, at=after(130), **ask)
    actions.bring_papers(by=RESIDENT, report=report, file_ids=[], at=after(150))
    due = Case.objects.get(pk=case.pk).due_at + timedelta(hours=5)
    actions.extend_deadline(
        by=world.at("district"), case_id=case.pk, new_due_at=due, words="等零件", at=after(160)
    )
    actions.supervise_case(by=world.at("street"), case_id=case.pk, at=after(170))
    mine = {"name": "王老师", "phone": "12900000002", "words": "我家也漏", "language": "zh-hans"}
    actions.join_case(by=RESIDENT, number=case.number, at=after(180), **mine)

    bulk = life(
        world,
        did(Deed.PAUSE, 60, reason=PauseReason.EXPERT, words="要等检测", until=after(3 * day)),
        did(Deed.RESUME, 120),
        did(Deed.ASK, 130, papers=("photo",), words="请补一张照片", until=after(2 * day)),
        did(Deed.RESUME, 150),
        did(Deed.EXTEND, 160, until=due, words="等零件", performer="district.center"),
        did(Deed.SUPERVISE, 170, performer="street.center"),
        did(Deed.JOIN, 180, name="王老师", phone="12900000002", words="我家也漏", code="ABCD2345"),
    )
    same(case, loaded(bulk))


def test_what_is_answered_while_its_clock_stands(world):
    case, no = opened(world), "这处漏水在户内，由房主自己修。"
    actions.accept_step(by=world.at("station"), step_id=step_of(case, "look"), at=after(10))
    pause = {"words": "要等检测", "review_at": after(90), "at": after(60)}
    actions.pause_case(by=world.at("station"), case_id=case.pk, reason=PauseReason.EXPERT, **pause)
    actions.end_pauses(by=HOUSE_ITSELF, at=after(90))
    actions.pause_case(
        by=world.at("station"),
        case_id=case.pk,
        reason=PauseReason.WEATHER,
        words="等雨停",
        review_at=after(150),
        at=after(100),
    )
    said = {"case_id": case.pk, "end": End.EXPLAINED, "words": no}
    actions.answer_case(by=world.at("station"), at=after(120), **said)

    bulk = life(
        world,
        did(Deed.ACCEPT, 10, step="look"),
        did(Deed.PAUSE, 60, reason=PauseReason.EXPERT, words="要等检测", until=after(90)),
        did(Deed.PAUSE, 100, reason=PauseReason.WEATHER, words="等雨停", until=after(150)),
        did(Deed.ANSWER, 120, end=End.EXPLAINED, words=no),
    )
    same(case, loaded(bulk))


def ringing(case: Case) -> datetime | None:
    """When a clock of the case, or of a step of it, rings next."""
    moments = [
        *Case.objects.values_list("next_mark_at", "first_next_mark_at").get(pk=case.pk),
        *Step.objects.filter(case=case).values_list("next_mark_at", flat=True),
    ]
    return min((moment for moment in moments if moment), default=None)


def test_marks_turn_as_the_worker_turns_them(world):
    case = opened(world)
    over = after(0)
    while coming := ringing(case):
        over = coming
        actions.turn_clocks(by=HOUSE_ITSELF, at=over)
    actions.withdraw_case(by=RESIDENT, report=case.reports.get(), at=over)

    bulk = life(world, Happened(deed=Deed.WITHDRAW, at=over))
    same(case, loaded(bulk))


def test_a_report_is_taken_back_while_a_neighbour_stands_by_theirs(world):
    case = opened(world)
    mine = {"name": "王老师", "phone": "12900000002", "words": "我家也漏", "language": "zh-hans"}
    actions.join_case(by=RESIDENT, number=case.number, at=after(20), **mine)
    actions.withdraw_case(by=RESIDENT, report=case.reports.get(first=True), at=after(30))

    bulk = life(
        world,
        did(Deed.JOIN, 20, name="王老师", phone="12900000002", words="我家也漏", code="ABCD2345"),
        did(Deed.WITHDRAW, 30),
    )
    same(case, loaded(bulk))


def test_what_is_merged_and_what_is_withdrawn(world):
    into, case = opened(world), opened(world)
    look = {"step_id": step_of(case, "look"), "clause": "not_here", "note": "不在名单"}
    actions.return_step(by=world.at("station"), at=after(20), **look)
    actions.merge_cases(by=world.at("station"), case_id=case.pk, into_id=into.pk, at=after(30))
    first = life(world, did(Deed.ACCEPT, 40, step="look"), number="261116AAAA")
    back = did(Deed.RETURN, 20, step="look", clause="not_here", words="不在名单")
    found = loaded(first, life(world, back, did(Deed.MERGE, 30, into=first.number)))

    assert found.merged_into.number == first.number
    one, other = picture(case), picture(found)
    for told in (one["Case"][0], other["Case"][0], one["lines"][-1][3], other["lines"][-1][3]):
        assert told.pop("merged_into_id", None) or told.pop("into_id", None)
    assert other == one


def test_a_load_neither_answers_past_the_arbiter_nor_returns_what_was_ruled(world):
    back = did(Deed.RETURN, 20, step="look", clause="not_here", words="不在名单")
    ruled = did(Deed.RULE, 30, step="look", clause="not_here", upheld=False, words="是你们的")
    solved = did(Deed.ANSWER, 40, end=End.SOLVED, words="修好了。")

    with pytest.raises(ReturnPending):
        loaded(life(world, back, solved))
    with pytest.raises(AlreadyRuled):
        loaded(life(world, back, ruled, replace(back, at=after(35))))
    assert not Case.objects.exists()


def test_an_office_that_only_took_it_in_sees_a_loaded_case_too(world, monkeypatch):
    monkeypatch.setattr(Lived, "_opener", lambda lived: world.at("neighbour"))
    case = opened(world, by="neighbour")
    actions.withdraw_case(by=RESIDENT, report=case.reports.get(), at=after(30))

    found = loaded(life(world, did(Deed.WITHDRAW, 30)))

    same(case, found)
    taker = Docket.objects.get(case=found, role="taker")
    assert taker.party_id == world.at("neighbour").party


def test_a_no_closes_what_is_before_the_arbiter(world):
    case = opened(world)
    look = {"step_id": step_of(case, "look"), "clause": "not_here", "note": "不在名单"}
    actions.return_step(by=world.at("station"), at=after(20), **look)
    said = {"case_id": case.pk, "end": End.EXPLAINED, "words": "这处漏水在户内，由房主自己修。"}
    actions.answer_case(by=world.at("station"), at=after(30), **said)

    back = did(Deed.RETURN, 20, step="look", clause="not_here", words="不在名单")
    no = did(Deed.ANSWER, 30, end=End.EXPLAINED, words=said["words"])
    same(case, loaded(life(world, back, no)))


def test_a_question_answered_on_the_spot(world):
    said = Said(
        item="question", words="几点开门", channel=Channel.PHONE, place_id=world.place(GREEN)
    )
    case = actions.answer_consultation(
        by=world.at("station"), said=said, answer="九点", at=NOON
    ).case
    version = catalogue.current("question", on=NOON.date()).version_id
    bulk = life(world, version_id=version, words="几点开门", answer="九点", name="", phone="")
    actions.load_cases(by=HOUSE_ITSELF, rows=[bulk], at=datetime(2026, 11, 17, tzinfo=UTC))

    same(case, Case.objects.latest("id"))


def test_a_sub_case_opens_when_its_step_is_offered(world):
    said = Said(
        item="roof_renewal", words="屋顶漏了", channel=Channel.PHONE, place_id=world.place(GREEN)
    )
    station = world.at("station")
    case = actions.open_case(by=station, said=said, at=NOON).case
    actions.accept_step(by=station, step_id=step_of(case, "accept"), at=after(10))
    done = {"outcome": "done", "note": "可以做"}
    actions.finish_step(by=station, step_id=step_of(case, "accept"), at=after(60), **done)
    sub = Case.objects.get(parent_step=step_of(case, "leak"))
    actions.accept_step(by=station, step_id=step_of(sub, "look"), at=after(70))
    actions.accept_step(by=station, step_id=step_of(case, "leak"), at=after(80))
    actions.finish_step(by=station, step_id=step_of(case, "leak"), at=after(90), **done)

    part = Part(
        version_id=catalogue.current("shared_leak", on=NOON.date()).version_id,
        number="261116CCCCC9",
        after=(did(Deed.ACCEPT, 70, step="look"),),
    )
    bulk = life(
        world,
        did(Deed.ACCEPT, 10, step="accept"),
        did(Deed.FINISH, 60, step="accept", words="可以做"),
        did(Deed.ACCEPT, 80, step="leak"),
        did(Deed.FINISH, 90, step="leak", words="可以做"),
        version_id=catalogue.current("roof_renewal", on=NOON.date()).version_id,
        words="屋顶漏了",
        name="",
        phone="",
        parts={"leak": part},
    )
    brought = actions.load_cases(by=HOUSE_ITSELF, rows=[bulk], at=after(90))
    found = Case.objects.get(number=part.number)

    assert (brought.cases, found.parent_step.code, sub.parent_step.code) == (2, "leak", "leak")
    same(case, found.parent_step.case)
    same(sub, found)


def test_a_sub_case_ends_with_the_step_that_was_dropped(world):
    said = Said(
        item="roof_renewal", words="屋顶漏了", channel=Channel.PORTAL, place_id=world.place(GREEN)
    )
    station = world.at("station")
    receipt = actions.open_case(by=RESIDENT, said=said, at=NOON)
    case, done = receipt.case, {"outcome": "done", "note": "可以做"}
    actions.accept_step(by=station, step_id=step_of(case, "accept"), at=after(10))
    actions.finish_step(by=station, step_id=step_of(case, "accept"), at=after(60), **done)
    sub = Case.objects.get(parent_step=step_of(case, "leak"))
    actions.accept_step(by=station, step_id=step_of(sub, "look"), at=after(70))
    actions.withdraw_case(by=RESIDENT, report=receipt.report, at=after(90))

    version = catalogue.current("shared_leak", on=NOON.date()).version_id
    deeds = (did(Deed.ACCEPT, 70, step="look"), did(Deed.FINISH, 95, step="look", words="好了"))
    bulk = life(
        world,
        did(Deed.ACCEPT, 10, step="accept"),
        did(Deed.FINISH, 60, step="accept", words="可以做"),
        did(Deed.WITHDRAW, 90),
        version_id=catalogue.current("roof_renewal", on=NOON.date()).version_id,
        words="屋顶漏了",
        channel=Channel.PORTAL,
        name="",
        phone="",
        parts={"leak": Part(version_id=version, number="261116CCCCC9", after=deeds)},
    )
    actions.load_cases(by=HOUSE_ITSELF, rows=[bulk], at=after(120))
    found = Case.objects.get(number="261116CCCCC9")

    assert (found.status, found.end) == ("ended", "withdrawn")
    same(case, found.parent_step.case)
    same(sub, found)


def test_a_sub_case_of_which_nothing_is_told_is_refused_and_nothing_is_loaded(world):
    bulk = life(
        world,
        did(Deed.ACCEPT, 10, step="accept"),
        did(Deed.FINISH, 60, step="accept", words="可以做"),
        version_id=catalogue.current("roof_renewal", on=NOON.date()).version_id,
    )
    with pytest.raises(NoSuchThing):
        actions.load_cases(by=HOUSE_ITSELF, rows=[bulk], at=after(90))

    assert not Case.objects.exists()
    assert not Line.objects.filter(kind="CaseOpened").exists()

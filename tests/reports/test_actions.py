"""Definitions are dated, forms are understood or said not to be, and what is sent stays."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from linli.basics import Actor, NoSuchThing, NotAllowed, Refused
from linli.journal.models import Line
from linli.people import actions as people
from linli.reports import queries
from linli.reports.actions import (
    end_form,
    import_form,
    load_definitions,
    open_due_editions,
    send_edition,
    send_editions,
)
from linli.reports.domain import (
    AlreadySent,
    AsksNothing,
    BadDays,
    BadIndicator,
    BadWorkbook,
    CodeTaken,
    ExactNeedsDuty,
    NotYetOver,
    PeriodKind,
    WhyNot,
    read_workbook,
)
from linli.reports.models import Edition, Form, Indicator, Term
from tests.world import GREEN, HOUSE_ITSELF, NOON, STREET, WILLOW, World

from .conftest import COMMUNITY_FORM, STREET_FORM, drawn

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)


def taken_in(world: World, **changed: object) -> Form:
    asked: dict[str, object] = {
        "by": world.at("street_civil"),
        "code": "MZ-01",
        "name": "老年人情况统计表",
        "level": "community",
        "period": PeriodKind.MONTH,
        "due_days": 5,
        "workbook": COMMUNITY_FORM,
        "at": NOON,
    }
    return import_form(**(asked | changed))  # type: ignore[arg-type]


def edition(world: World, form: Form, code: str) -> Edition:
    open_due_editions(by=HOUSE_ITSELF, at=NOON)
    return Edition.objects.get(form=form, place=world.place(code))


def lines() -> list[str]:
    return list(Line.objects.order_by("id").values_list("kind", flat=True))


def everything() -> tuple[object, ...]:
    return (
        *(
            list(table.objects.order_by("id").values())
            for table in (Form, Edition, Indicator, Term)
        ),
        lines(),
    )


# --- definitions ------------------------------------------------------------------------------


def test_the_same_pack_again_changes_nothing(world: World) -> None:
    one = [{"say": ["街坊"], "of": "people"}]
    before = {"by": HOUSE_ITSELF, "pack": "more", "indicators": (), "begins": date(2026, 3, 1)}
    assert load_definitions(**before, terms=one, at=NOON) == 1  # type: ignore[arg-type]
    held = everything()

    assert load_definitions(**before, terms=one, at=LATER) == 0  # type: ignore[arg-type]
    assert everything() == held


def test_a_word_with_a_new_meaning_ends_the_old_one(world: World) -> None:
    pack = {"by": HOUSE_ITSELF, "pack": "more", "indicators": ()}
    load_definitions(
        **pack,
        terms=[{"say": ["街坊"], "of": "people"}],
        begins=date(2026, 3, 1),
        at=NOON,  # type: ignore[arg-type]
    )
    changed = load_definitions(
        **pack,
        terms=[{"say": ["街坊"], "of": "households"}],
        begins=date(2026, 9, 1),
        at=LATER,  # type: ignore[arg-type]
    )

    assert changed == 2
    assert lines()[-2:] == ["TermEnded", "TermPublished"]
    assert queries.lexicon(1, date(2026, 8, 31)).terms["街坊"].of == "people"
    assert queries.lexicon(1, date(2026, 9, 1)).terms["街坊"].of == "households"


def test_a_pack_brought_up_to_date_changes_words_from_today_on(world: World) -> None:
    pack = {"by": HOUSE_ITSELF, "pack": "more", "indicators": (), "begins": date(2026, 3, 1)}
    for number, of in enumerate(("people", "households", "buildings")):
        changed = load_definitions(
            **pack,  # type: ignore[arg-type]
            terms=[{"say": ["街坊"], "of": of}],
            at=NOON + timedelta(minutes=number),
        )
        assert changed == (1 if number == 0 else 2)

    rows = Term.objects.filter(words="街坊").order_by("starts_on")
    assert list(rows.values_list("starts_on", "ends_on")) == [
        (date(2026, 3, 1), date(2026, 11, 16)),
        (date(2026, 11, 16), date(2026, 11, 17)),  # twice on one day: the third begins the next
        (date(2026, 11, 17), None),
    ]
    assert queries.lexicon(1, date(2026, 11, 16)).terms["街坊"].of == "households"


def test_one_bad_definition_loads_none(world: World) -> None:
    held = everything()

    with pytest.raises(BadIndicator):
        load_definitions(
            by=HOUSE_ITSELF,
            pack="more",
            indicators=(),
            terms=[{"say": ["街坊"], "of": "people"}, {"say": ["邻居"], "of": "planets"}],
            begins=date(2026, 3, 1),
            at=NOON,
        )
    assert everything() == held


# --- taking a form in -------------------------------------------------------------------------


def test_a_form_is_understood_place_by_place(world: World) -> None:
    form = taken_in(world)

    assert (form.asked, form.matched) == (4, 3)
    [not_understood] = [field for field in queries.fields_of(form) if field.name == "D2"]
    assert not_understood.found.why is WhyNot.UNKNOWN_WORDS  # type: ignore[union-attr]
    last = Line.objects.latest("id")
    assert last.kind == "FormTakenIn"
    assert json.loads(last.body)["event"]["matched"] == 3


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"workbook": b"no form"}, BadWorkbook),
        ({"workbook": drawn([["只有字"]])}, AsksNothing),
        ({"exact": True}, ExactNeedsDuty),
        ({"due_days": -1}, BadDays),
        ({"due_days": 61}, BadDays),
        ({"duty": "no-such-line"}, NoSuchThing),
        ({"asked_by": 10**9}, NotAllowed),
    ],
)
def test_a_bad_form_is_refused_and_nothing_is_half_imported(
    world: World, changed: dict[str, object], refusal: type[Refused]
) -> None:
    held = everything()

    with pytest.raises(refusal):
        taken_in(world, **changed)
    assert everything() == held


def test_who_may_not_ask_is_refused(world: World) -> None:
    held = everything()

    with pytest.raises(NotAllowed):
        taken_in(world, by=world.at("station"))
    assert everything() == held


def test_two_forms_of_one_code_are_never_in_force(world: World) -> None:
    form = taken_in(world)
    with pytest.raises(CodeTaken):
        taken_in(world)

    end_form(by=world.at("street_civil"), form=form.pk, at=LATER)
    assert taken_in(world).pk != form.pk


def test_another_office_cannot_end_the_form(world: World) -> None:
    form = taken_in(world)
    held = everything()

    with pytest.raises(NoSuchThing):
        end_form(by=world.at("housing"), form=form.pk, at=LATER)
    assert everything() == held


# --- editions ---------------------------------------------------------------------------------


def test_when_a_month_is_over_each_community_has_its_edition(world: World) -> None:
    form = taken_in(world)

    first = datetime(2026, 11, 1, 4, tzinfo=UTC)
    assert open_due_editions(by=HOUSE_ITSELF, at=first) == 2
    assert open_due_editions(by=HOUSE_ITSELF, at=NOON) == 0
    found = Edition.objects.filter(form=form)
    assert {row.place_id for row in found} == {world.place(GREEN), world.place(WILLOW)}
    # 31 October is a Saturday; five working days from then end on Friday, 6 November.
    assert {(row.as_of, row.due_on) for row in found} == {(date(2026, 10, 31), date(2026, 11, 6))}


def test_what_is_sent_is_counted_from_the_facts_and_stays(
    world: World, residents: dict[str, int]
) -> None:
    row = edition(world, taken_in(world), GREEN)

    sent = send_edition(by=world.at("committee"), edition=row.pk, at=NOON)

    # 老年人 4, 80 and over 2 on 31 October, 空巢老人 not understood, one party member
    assert [one.number for one in queries.compiled(sent, known_at=NOON)] == [4, 2, None, 1]
    assert json.loads(sent.numbers) == [None, None, None, None]  # all below five: hidden
    assert lines()[-1] == "EditionSent"
    held = everything()
    with pytest.raises(AlreadySent):
        send_edition(by=world.at("committee"), edition=row.pk, at=LATER)
    assert everything() == held


def test_an_exact_form_is_exact_and_comes_back_as_the_same_file(
    world: World, residents: dict[str, int]
) -> None:
    row = edition(world, taken_in(world), GREEN)
    found = queries.compiled(row, known_at=NOON)

    file = queries.filled(row.form, found)

    [before], [after] = read_workbook(COMMUNITY_FORM), read_workbook(file)
    assert not any(one.stale for one in found)
    added = {place: text for place, text in after.texts.items() if place not in before.texts}
    assert added == {(2, 2): "4", (2, 3): "2", (2, 5): "1"}
    assert {p: t for p, t in after.texts.items() if p in before.texts} == dict(before.texts)


def test_a_street_form_has_a_line_for_each_community(
    world: World, residents: dict[str, int]
) -> None:
    form = taken_in(world, level="street", workbook=STREET_FORM)
    row = edition(world, form, STREET)

    found = queries.compiled(row, known_at=NOON)

    assert {one.field.name: (one.number, one.unknown) for one in found} == {
        "B3": (2, 1),
        "C3": (2, 2),
        "D3": (1, 1),
        "B4": (1, 0),
        "C4": (1, 0),
        "D4": (0, 0),
        "B5": (3, 1),
        "C5": (3, 2),
        "D5": (1, 1),
    }


@pytest.mark.parametrize("desk", ["station", "neighbour", "housing"])
def test_only_who_fills_forms_for_the_place_may_send(world: World, desk: str) -> None:
    row = edition(world, taken_in(world), GREEN)
    held = everything()

    with pytest.raises((NotAllowed, NoSuchThing)):
        send_edition(by=world.at(desk), edition=row.pk, at=NOON)
    assert everything() == held


def wide(world: World) -> Actor:
    """Whoever fills forms in for both communities."""
    both = frozenset({world.place(GREEN), world.place(WILLOW)})
    return replace(world.at("committee"), communities=both)


def test_many_sent_at_once_are_each_as_they_would_be_alone(
    world: World, residents: dict[str, int]
) -> None:
    form = taken_in(world)
    rows = [edition(world, form, place) for place in (GREEN, WILLOW)]
    alone = [queries.compiled(row, known_at=NOON) for row in rows]

    assert queries.compiled_together(rows, known_at=NOON) == alone
    ids = [row.pk for row in rows]
    assert send_editions(by=wide(world), editions=ids, at=NOON) == 2
    sent = Edition.objects.filter(pk__in=ids).order_by("id")
    assert [(row.state, row.known_at) for row in sent] == [("sent", NOON)] * 2
    assert [json.loads(row.numbers) for row in sent] == [
        [one.number for one in queries.released(row, told, on=NOON.date())]
        for row, told in zip(rows, alone, strict=True)
    ]
    assert lines()[-2:] == ["EditionSent"] * 2


def test_of_many_none_is_sent_if_one_may_not_be(world: World) -> None:
    form = taken_in(world)
    green, willow = (edition(world, form, place).pk for place in (GREEN, WILLOW))
    by, both = wide(world), [green, willow]
    early = datetime(2026, 10, 31, 4, tzinfo=UTC)
    held = everything()
    for refusal, attempt in (
        (NoSuchThing, {"by": world.at("committee"), "editions": both, "at": NOON}),
        (NoSuchThing, {"by": by, "editions": [*both, 77], "at": NOON}),
        (NotAllowed, {"by": world.at("station"), "editions": both, "at": NOON}),
        (NotYetOver, {"by": by, "editions": both, "at": early}),
    ):
        with pytest.raises(refusal):
            send_editions(**attempt)
        assert everything() == held
    send_edition(by=by, edition=green, at=NOON)
    held = everything()
    with pytest.raises(AlreadySent):
        send_editions(by=by, editions=both, at=NOON)
    assert everything() == held


def test_a_period_that_still_runs_is_not_sent(world: World) -> None:
    row = edition(world, taken_in(world), GREEN)
    held = everything()

    with pytest.raises(NotYetOver):
        send_edition(
            by=world.at("committee"), edition=row.pk, at=datetime(2026, 10, 31, 4, tzinfo=UTC)
        )
    assert everything() == held


def test_a_later_correction_is_listed_and_changes_nothing_sent(
    world: World, residents: dict[str, int]
) -> None:
    row = edition(world, taken_in(world), GREEN)
    sent = send_edition(by=world.at("committee"), edition=row.pk, at=NOON)
    sent.numbers = "[4,2,null,1]"  # as a form whose duty line grants exact numbers holds them
    people.record_fact(
        by=HOUSE_ITSELF,
        at=LATER,
        person=residents["王四"],
        attribute="birth_on",
        value=date(1940, 2, 2),
        valid_from=date(1940, 2, 2),
    )

    found = queries.corrections(sent, at=LATER)

    assert [(one.answer.field.name, one.sent, one.answer.number) for one in found] == [("C2", 2, 3)]
    sent.numbers = "[4,null,null,1]"
    assert queries.corrections(sent, at=LATER) == []  # three are too few to be told of today too
    sent.exact = True
    found = queries.corrections(sent, at=LATER)
    assert [(one.answer.field.name, one.sent, one.answer.number) for one in found] == [
        ("C2", None, 3)
    ]
    assert [one.number for one in queries.compiled(sent, known_at=NOON)] == [4, 2, None, 1]


def test_what_was_sent_is_seen_by_who_asked_and_by_the_district(
    world: World, residents: dict[str, int]
) -> None:
    row = edition(world, taken_in(world), GREEN)
    send_edition(by=world.at("committee"), edition=row.pk, at=NOON)

    seen = {
        desk: [one.pk for one in queries.editions_for(world.at(desk))]
        for desk in ("committee", "district", "housing")
    }

    assert seen == {"committee": [row.pk], "district": [row.pk], "housing": []}

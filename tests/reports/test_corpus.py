"""
The compiler judged by forms that know nothing of it: what they mean is plain Python over plain people.

A small district here; ``python -m bench.run --only forms`` does it with 468 forms and 360,000 people.
"""

import ast
import io
import zipfile
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from bench import corpus
from linli.people import actions as people
from linli.people import queries as people_queries
from linli.people.domain import PersonRow
from linli.reports import queries
from linli.reports.actions import import_form, open_due_editions
from linli.reports.domain import Cell, PeriodKind, fill_workbook, read_workbook
from linli.reports.models import Edition
from tests.world import GREEN, HOUSE_ITSELF, NOON, WILLOW, World

ON = date(2026, 11, 16)
LINES = {"青桐社区": GREEN, "柳浪社区": WILLOW}
FORMS = corpus.Corpus(7, tuple(LINES), fields=12).forms(40)


def test_the_corpus_knows_nothing_of_the_compiler() -> None:
    tree = ast.parse(Path(corpus.__file__).read_text("utf-8"))
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [one.name for one in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }

    assert "linli" not in imported
    assert imported == {
        *("collections", "dataclasses", "datetime", "functools", "io", "random", "typing"),
        "xlsxwriter",
    }


def test_the_same_seed_makes_the_same_forms_and_another_others() -> None:
    again = corpus.Corpus(7, tuple(LINES), fields=12).forms(6)

    assert [one.wanted for one in again] != [
        one.wanted for one in corpus.Corpus(8, tuple(LINES)).forms(6)
    ]
    for one, other in zip(again, FORMS[:6], strict=True):
        assert [(w.row, w.column, w.heading) for w in one.wanted] == [
            (w.row, w.column, w.heading) for w in other.wanted
        ]


def test_forms_overlap_and_some_fields_nobody_can_answer() -> None:
    wanted = [one for form in corpus.Corpus(1, tuple(LINES)).forms(120) for one in form.wanted]
    heads = {(id(one.meant), one.heading) for one in wanted}
    meant = [tuple(map(id, one.meant)) for one in wanted if one.meant is not None]

    assert len(set(meant)) < 0.3 * len(meant)
    assert 0.01 < sum(one.meant is None for one in wanted) / len(wanted) < 0.1
    assert len(heads) > 100


@pytest.fixture
def told(world: World) -> dict[str, list[dict[str, Any]]]:
    """A hundred people of each community, as plain values and in the house."""
    chance, found = Random(3), dict[str, list[dict[str, Any]]]()  # noqa: S311  # sample people
    for name, code in LINES.items():
        found[name] = [corpus.somebody(chance, ON) for _ in range(100)]
        keep(found[name], world.place(code), name)
    return found


def keep(plain: list[dict[str, Any]], community: int, source: str) -> None:
    rows = [
        PersonRow(
            key=str(number),
            name="某人",
            community=community,
            guardian="elder" if young(facts) else None,
            facts=facts,
        )
        for number, facts in enumerate(plain)
    ]
    elder = PersonRow(key="elder", name="某长者", community=community)
    loaded = people.load_people(
        by=HOUSE_ITSELF, at=NOON, source=source, on=ON, households=[], people=[elder, *rows]
    )
    people.end_person(
        by=HOUSE_ITSELF, at=NOON, person=min(loaded.people.values()), reason="moved", on=ON
    )


def young(facts: dict[str, Any]) -> bool:
    born = facts.get("birth_on")
    return born is not None and born > ON - timedelta(days=15 * 366)


@pytest.mark.django_db
def test_nine_of_ten_fields_compile_none_wrongly_and_every_number_is_right(
    world: World, told: dict[str, list[dict[str, Any]]]
) -> None:
    counts = queries.Counts(1, ON, NOON)
    asked = compiled = 0
    for form in FORMS:
        fields = {one.place: one for one in queries.fields_asked(1, form.workbook, on=ON)}
        places = {world.place(GREEN)} if form.level == "community" else None
        scope = places or {world.place(code) for code in LINES.values()}
        found = {
            one.field.place: one for one in queries.answers(list(fields.values()), counts, scope)
        }
        for wanted in form.wanted:
            asked += 1
            answer = found.pop((wanted.row, wanted.column))
            if answer.number is None:
                continue
            assert wanted.meant is not None, (form.code, wanted.heading)
            compiled += 1
            if wanted.community:
                of = told[wanted.community]
            elif form.level == "community":
                of = told["青桐社区"]
            else:
                of = [one for everybody in told.values() for one in everybody]
            assert answer.number == wanted.count(of, ON), (form.code, wanted.heading)
        assert not found, form.code  # no place is filled that the form does not ask for
    assert asked > 600
    assert compiled / asked >= 0.9


@pytest.mark.django_db
def test_the_file_that_comes_back_differs_only_in_the_filled_cells(world: World) -> None:
    for form in FORMS[:10]:
        fields = queries.fields_asked(1, form.workbook, on=ON)
        numbers = {(one.sheet, *one.place): 7 for one in fields if isinstance(one.found, Cell)}
        after = fill_workbook(form.workbook, numbers)

        with (
            zipfile.ZipFile(io.BytesIO(form.workbook)) as old,
            zipfile.ZipFile(io.BytesIO(after)) as new,
        ):
            assert old.namelist() == new.namelist()
            changed = {name for name in old.namelist() if old.read(name) != new.read(name)}
        assert changed == {"xl/worksheets/sheet1.xml"}
        [before], [filled] = read_workbook(form.workbook), read_workbook(after)
        assert {
            (filled.name, *place) for place in filled.texts.keys() - before.texts.keys()
        } == set(numbers)
        assert before.texts.items() <= filled.texts.items()
        assert (before.merges, before.places) == (filled.merges, filled.places)


@pytest.mark.django_db
def test_no_fact_is_asked_twice_over_all_forms(
    world: World, told: dict[str, list[dict[str, Any]]]
) -> None:
    for form in [one for one in FORMS if one.level == "community"][:8]:
        import_form(
            by=world.at("civil"),
            code=form.code,
            name=form.name,
            level=form.level,
            period=PeriodKind.WEEK,
            due_days=3,
            workbook=form.workbook,
            at=NOON,
        )
    open_due_editions(by=HOUSE_ITSELF, at=NOON)
    editions = list(Edition.objects.filter(place=world.place(GREEN)).select_related("form"))
    alone = [queries.gaps([one], at=NOON) for one in editions]

    together = queries.gaps(editions, at=NOON)

    assert together == set().union(*alone)
    assert len(together) < sum(map(len, alone))
    for gap in sorted(together)[:60]:
        held = people_queries.fact_as_of(
            gap.person, gap.attribute, on=editions[0].as_of, known_at=NOON
        )
        assert held is None

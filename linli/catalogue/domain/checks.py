"""What must fit together before an item may be offered. Every check names the place that does not."""

import functools
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

import jsonschema

from linli.basics import gettext_noop
from linli.rulebook.domain import AttributeType, BadExpression, attributes, read_facts

from .dated import check_laws
from .definitions import (
    COMMUNITY_HATS,
    HANDED_TO,
    OPEN_DUTIES,
    DutyKind,
    Errand,
    FeeKind,
    ItemDefinition,
    Sector,
    StepDefinition,
    StepKind,
)
from .eligibility import eligibility
from .reading import ANSWERS, placed
from .yaml_marks import Flaw, Path

DECIDING = ("street", "district")


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """
    What an item may name.

    ``dictionary`` is what expressions may ask of a person; ``facts`` are all facts that may be
    asked for, each with the purposes that may use it.
    """

    dictionary: Mapping[str, AttributeType]
    facts: Mapping[str, frozenset[str]] = field(default_factory=dict)
    duty_lines: Mapping[str, DutyKind] = field(default_factory=dict)
    units: frozenset[str] = frozenset()
    laws: Mapping[str, date] = field(default_factory=dict)  # code → first day in force
    begins: date = date.min
    clauses: frozenset[str] = frozenset()
    replies: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    life_events: frozenset[str] = frozenset()
    items: frozenset[str] = frozenset()
    examples_on: date = date(2026, 11, 21)


def check_item(item: ItemDefinition, path: Path, around: Surroundings) -> None:
    """
    Check one item against itself and what it names.

    :raises Flaw: at the first place that does not fit
    """
    _check_whose(item, path, around)
    _check_basis(item, path, around)
    _check_award(item, path)
    _check_names(item, path, around)
    _check_fields(item, path, around)
    _check_papers(item, path, around)
    check_order(item.steps, (*path, "steps"))
    for place, step in enumerate(item.steps):
        _check_step(item, step, (*path, "steps", place), around)
    _check_examples(item, path, around)


def check_order(steps: tuple[StepDefinition, ...], path: Path) -> None:
    """
    Check that the steps can be walked: known names, none twice, no circle.

    :raises Flaw: at the first ``after`` that cannot be
    """
    codes = [step.code for step in steps]
    for place, step in enumerate(steps):
        if step.code in codes[:place]:
            raise Flaw(
                (*path, place, "code"),
                gettext_noop("There are two steps %(code)s."),
                code=step.code,
            )
        for before in step.after:
            if before not in codes:
                raise Flaw(
                    (*path, place, "after"),
                    gettext_noop("There is no step %(before)s."),
                    before=before,
                )
    done: set[str] = set()
    left = dict(enumerate(steps))
    while ready := [place for place, step in left.items() if done.issuperset(step.after)]:
        done.update(left.pop(place).code for place in ready)
    if left:
        place, step = next(iter(left.items()))
        raise Flaw(
            (*path, place, "after"),
            gettext_noop("The step %(code)s waits for itself, by way of %(listed)s."),
            code=step.code,
            listed=", ".join(step.after),
        )


def _check_whose(item: ItemDefinition, path: Path, around: Surroundings) -> None:
    _check_performer(item.accountable, (*path, "accountable"), around)
    for place, provider in enumerate(item.providers):
        _check_performer(provider, (*path, "providers", place), around)
    home = item.accountable.partition(".")[0]
    sector = {"community": Sector.COMMUNITY, "organisation": Sector.ORGANISATION}.get(
        home, Sector.GOVERNMENT
    )
    if item.sector is not sector:
        raise Flaw(
            (*path, "sector"),
            gettext_noop("%(accountable)s answers for this item; that is the sector %(sector)s."),
            accountable=item.accountable,
            sector=sector.value,
        )
    if not item.ideas:
        raise Flaw((*path, "ideas"), gettext_noop("Name at least one of the three ideas."))


def _check_performer(performer: str, path: Path, around: Surroundings) -> None:
    head, _, tail = performer.partition(".")
    if head == "community" and tail not in COMMUNITY_HATS:
        raise Flaw(
            path,
            gettext_noop("%(performer)s is none of the community's hats: %(listed)s."),
            performer=performer,
            listed=_all(COMMUNITY_HATS),
        )
    if head not in ("community", *HANDED_TO) or not tail:
        raise Flaw(
            path,
            gettext_noop(
                "%(performer)s is no performer. Begin with community., street., district. or organisation."
            ),
            performer=performer,
        )
    if head != "community" and performer not in around.units:
        raise Flaw(
            path, gettext_noop("The list of units has no %(performer)s."), performer=performer
        )


def _check_basis(item: ItemDefinition, path: Path, around: Surroundings) -> None:
    begins = item.valid_from or around.begins
    check_laws(item.basis, around.laws, begins=begins, path=(*path, "basis"))
    for place, step in enumerate(item.steps):
        where = (*path, "steps", place, "within_basis")
        check_laws(step.within_basis, around.laws, begins=begins, path=where)
    if item.example and item.basis:
        raise Flaw(
            (*path, "basis"),
            gettext_noop("An example (示例) names no basis; the operator fills it in."),
        )
    if item.example and item.fee.amount_fen is not None:
        raise Flaw(
            (*path, "fee"),
            gettext_noop("An example (示例) names no amount; the operator fills it in."),
        )
    if not item.example and not item.basis:
        raise Flaw(
            (*path, "basis"),
            gettext_noop("Name the law this item rests on, or mark it example: true."),
        )
    if item.fee.kind is FeeKind.FREE and item.fee.amount_fen:
        raise Flaw((*path, "fee"), gettext_noop("What is free has no amount."))


def _check_award(item: ItemDefinition, path: Path) -> None:
    """What goes on after the case is asked for by the person and decided by an office."""
    if not item.award:
        return
    if item.errand is not Errand.APPLY:
        raise Flaw(
            (*path, "award"),
            gettext_noop("Only what one applies for is awarded; this errand is %(errand)s."),
            errand=item.errand.value,
        )
    if item.accountable.partition(".")[0] not in DECIDING:
        raise Flaw(
            (*path, "award"),
            gettext_noop(
                "%(accountable)s awards nothing: an office of the street or the district decides."
            ),
            accountable=item.accountable,
        )


def _check_names(item: ItemDefinition, path: Path, around: Surroundings) -> None:
    lists = (
        ("people", item.people, around.people, gettext_noop("groups of people")),
        ("life_events", item.life_events, around.life_events, gettext_noop("life events")),
        ("clauses", item.clauses, around.clauses, gettext_noop("clauses")),
        ("reply_templates", item.reply_templates, around.replies, gettext_noop("replies")),
    )
    for key, codes, known, name in lists:
        for place, code in enumerate(codes):
            if code not in known:
                raise Flaw(
                    (*path, key, place),
                    gettext_noop("The list of %(name)s has no %(code)s."),
                    name=name,
                    code=code,
                )


def _check_fields(item: ItemDefinition, path: Path, around: Surroundings) -> None:
    seen: set[str] = set()
    groups = [((*path, "fields"), item.fields)]
    groups += [
        ((*path, "steps", place, "fields"), step.fields) for place, step in enumerate(item.steps)
    ]
    for where, fields in groups:
        for place, one in enumerate(fields):
            if one.code in seen:
                raise Flaw(
                    (*where, place, "code"), gettext_noop("%(code)s is asked twice."), code=one.code
                )
            seen.add(one.code)
            if one.fact:
                _check_fact(one.fact, item.purpose, (*where, place, "fact"), around)
            if problem := _schema_problem(json.dumps(one.schema, default=str)):
                raise Flaw(
                    (*where, place, "schema"),
                    gettext_noop("This is no JSON Schema: %(problem)s."),
                    problem=problem,
                )


@functools.lru_cache(maxsize=1024)  # most fields share one with others
def _schema_problem(written: str) -> str:
    """Return what keeps this from being a JSON Schema, nothing if it is one."""
    try:
        jsonschema.Draft202012Validator.check_schema(json.loads(written))
    except jsonschema.SchemaError as trouble:
        return trouble.message
    return ""


def _check_fact(fact: str, purpose: str, path: Path, around: Surroundings) -> None:
    """A fact is used only for the purposes its dictionary names (个人信息保护法 6)."""
    if fact not in around.facts:
        raise Flaw(path, gettext_noop("The fact dictionary has no %(fact)s."), fact=fact)
    if purpose not in around.facts[fact]:
        raise Flaw(
            path,
            gettext_noop("The fact %(fact)s may not be used for %(purpose)s."),
            fact=fact,
            purpose=purpose,
        )


def _check_papers(item: ItemDefinition, path: Path, around: Surroundings) -> None:
    codes = [paper.code for paper in item.papers]
    for place, paper in enumerate(item.papers):
        if paper.code in codes[:place]:
            raise Flaw(
                (*path, "papers", place, "code"),
                gettext_noop("%(code)s is asked twice."),
                code=paper.code,
            )
        if paper.replaced_by:
            where = (*path, "papers", place, "replaced_by")
            _check_fact(paper.replaced_by, item.purpose, where, around)


def _check_step(
    item: ItemDefinition, step: StepDefinition, path: Path, around: Surroundings
) -> None:
    _check_performer(step.performer, (*path, "performer"), around)
    for place, unit in enumerate(step.assist):
        _check_performer(unit, (*path, "assist", place), around)
    helped = any(unit.startswith("community.") for unit in step.assist)
    if step.by_community or helped:
        _check_duty(item, step, path, around)
    elif step.duty_line:
        raise Flaw(
            (*path, "duty_line"),
            gettext_noop("Only a step of a community stands on a line of the duty list."),
        )
    if (step.kind is StepKind.SUBCASE) != bool(step.item):
        raise Flaw(
            (*path, "item"), gettext_noop("A sub-case names its item, and only a sub-case does.")
        )
    if step.item and (step.item == item.code or step.item not in around.items):
        raise Flaw(
            (*path, "item"), gettext_noop("There is no other item %(item)s."), item=step.item
        )


def _check_duty(
    item: ItemDefinition, step: StepDefinition, path: Path, around: Surroundings
) -> None:
    """A community works only under a line it has, and which was not taken back."""
    line = step.duty_line or item.duty_line
    if not line:
        raise Flaw(
            path,
            gettext_noop(
                "The community takes part in %(code)s, so name the line of the duty list."
            ),
            code=step.code,
        )
    kind = around.duty_lines.get(line)
    if kind is None:
        raise Flaw(
            (*path, "duty_line"), gettext_noop("The duty list has no line %(line)s."), line=line
        )
    if kind not in OPEN_DUTIES:
        raise Flaw(
            (*path, "duty_line"),
            gettext_noop("The line %(line)s is %(kind)s: a community may not be given this step."),
            line=line,
            kind=kind.value,
        )


def _check_examples(item: ItemDefinition, path: Path, around: Surroundings) -> None:
    if item.eligibility is None:
        raise Flaw(path, gettext_noop("The key eligibility is missing."))
    given = {example.answer for example in item.examples}
    for answer in ANSWERS:
        if answer not in given:
            raise Flaw(
                (*path, "examples"),
                gettext_noop("Give an example whose answer is %(answer)s."),
                answer=answer,
            )
    local = dict(around.dictionary) | {
        one.code: kind
        for one in item.all_fields()
        if not one.fact and (kind := one.attribute()) is not None
    }
    unjudged = {one.code for one in item.all_fields() if one.code not in local}
    for example in item.examples:
        where = (*path, "examples", example.answer)
        try:
            told = {name: value for name, value in example.facts.items() if name not in unjudged}
            facts = read_facts(told, local)
        except BadExpression as trouble:
            raise Flaw(where, placed(trouble)) from trouble
        found = eligibility(item, facts, on=around.examples_on).answer
        if found != example.answer:
            raise Flaw(
                where,
                gettext_noop("These facts come to %(found)s, not %(answer)s."),
                found=found,
                answer=example.answer,
            )


def check_different(item: ItemDefinition, path: Path, earlier: dict[object, str]) -> None:
    """
    Check that no earlier item has the same code, or the same fields, papers and steps.

    :param earlier: code or shape → code; this item is added to it
    :raises Flaw: if one has
    """
    if item.code in earlier:
        raise Flaw((*path, "code"), gettext_noop("There are two items %(code)s."), code=item.code)
    shape = shape_of(item)
    if shape in earlier:
        raise Flaw(
            path,
            gettext_noop("%(code)s asks and does exactly what %(other)s does. One is enough."),
            code=item.code,
            other=earlier[shape],
        )
    earlier |= {item.code: item.code, shape: item.code}


def shape_of(item: ItemDefinition) -> object:
    """Return what makes an item this one: its fields, papers and steps."""
    return (
        tuple((one.code, str(one.schema)) for one in item.all_fields()),
        tuple(paper.code for paper in item.papers),
        tuple((s.code, s.performer, s.kind, s.after, str(s.within)) for s in item.steps),
    )


def check_no_circle(items: Mapping[str, ItemDefinition]) -> None:
    """
    Check that no sub-case comes back to its own item.

    :raises Flaw: naming the item
    """
    for start, item in items.items():
        seen, todo = set(), [step.item for step in item.steps if step.item]
        while todo:
            code = todo.pop()
            if code == start:
                raise Flaw(
                    ("items",),
                    gettext_noop("A sub-case of %(start)s leads back to %(start)s."),
                    start=start,
                )
            if code not in seen and code in items:
                seen.add(code)
                todo += [step.item for step in items[code].steps if step.item]


def facts_used(item: ItemDefinition) -> frozenset[str]:
    """
    Return every attribute the item asks for, checks, or takes in place of a paper.

    Of one person no more is shown for its sake (个人信息保护法 6). What only it asks stands there too.
    """
    asked = {one.fact for one in item.all_fields() if one.fact}
    asked |= {paper.replaced_by for paper in item.papers if paper.replaced_by}
    rules = [item.eligibility, *(paper.needed_when for paper in item.papers)]
    return frozenset(asked).union(*(attributes(one) for one in rules if one))


def _all(words: Iterable[str]) -> str:
    return ", ".join(words)

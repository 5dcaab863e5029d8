"""From plain data to an ``ItemDefinition``: shapes only. What must fit together is in ``checks``."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from linli.basics import gettext_noop
from linli.rulebook.domain import (
    AttributeType,
    BadExpression,
    Expression,
    Period,
    parse,
)

from .definitions import (
    MOST_FIELDS,
    Errand,
    Example,
    Fee,
    FeeKind,
    FieldDefinition,
    Idea,
    ItemDefinition,
    PaperDefinition,
    PlaceAsked,
    Sector,
    Stage,
    StepDefinition,
    StepKind,
    Structure,
    Supply,
    Text,
)
from .entries import Entry
from .yaml_marks import Flaw

Dictionary = Mapping[str, AttributeType]
Levels = Mapping[str, tuple[Period, Period]]  # code → first response, whole
CHANNELS = ("portal", "window", "phone", "paper", "proxy", "door_code")
ANSWERS = ("yes", "no", "unknown")
_KINDS: Mapping[str, Mapping[str, Any]] = {
    # How a pack may write the common schemas in one word.
    "line": {"type": "string", "minLength": 1, "maxLength": 100},
    "paragraph": {"type": "string", "minLength": 1, "maxLength": 2000},
    "number": {"type": "integer", "minimum": 0, "maximum": 100000},
    "yes_no": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "time": {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"},
    "phone": {"type": "string", "pattern": "^[0-9+ -]{5,20}$"},
    "person": {"type": "string", "minLength": 1, "maxLength": 60},
}


def read_item(entry: Entry, dictionary: Dictionary, levels: Levels) -> ItemDefinition:
    """
    Return the item that ``entry`` writes down.

    :raises Flaw: naming the place, if a key is missing, unknown or of the wrong shape
    """
    fields = _fields(entry, "fields")
    steps = tuple(_step(one) for one in entry.entries("steps", _missing(entry, "steps")))
    asked = {one.code: one for one in (*fields, *(f for s in steps for f in s.fields))}
    local = dict(dictionary) | _own_attributes(asked, dictionary, entry)
    purpose = entry.code("purpose", "item")
    first, whole = _clock(entry, levels)
    item = ItemDefinition(
        code=entry.code("code"),
        name=entry.text("name"),
        summary=entry.text("summary"),
        sector=entry.one_of("sector", Sector),
        structure=entry.one_of("structure", Structure),
        supply_type=entry.one_of("supply_type", Supply),
        ideas=entry.many_of("ideas", Idea),
        stage=entry.one_of("stage", Stage),
        errand=entry.one_of("errand", Errand),
        accountable=entry.words("accountable", steps[0].performer if steps else ""),
        steps=steps,
        level=entry.code("level"),
        first_response=first,
        whole=whole,
        providers=entry.codes("providers"),
        people=entry.codes("people"),
        life_events=entry.codes("life_events"),
        words=entry.codes("words"),
        purpose=purpose,
        eligibility=_expression(entry, "eligibility", local, purpose),
        unless_met=entry.text("unless_met", {}),
        fields=fields,
        papers=tuple(_paper(one, local, purpose) for one in entry.entries("papers")),
        fee=_fee(entry),
        standard=entry.text("standard", {}),
        evidence=entry.codes("evidence"),
        basis=entry.basis(),
        channels=entry.codes("channels", CHANNELS),
        hours=entry.code("hours", "station"),
        capacity=entry.number("capacity"),
        whole_basis=entry.basis("whole_basis"),
        capacity_basis=entry.basis("capacity_basis"),
        duty_line=entry.words("duty_line", ""),
        place=entry.one_of("place", PlaceAsked, "optional"),
        joinable=entry.yes("joinable"),
        sensitive=entry.yes("sensitive"),
        award=entry.yes("award"),
        example=entry.yes("example"),
        clauses=entry.codes("clauses"),
        reply_templates=entry.codes("reply_templates"),
        mechanisms=entry.codes("mechanisms"),
        examples=_examples(entry),
        valid_from=entry.day("from"),
        valid_to=entry.day("to"),
    )
    entry.done()
    return item


def _missing(entry: Entry, key: str) -> tuple[()]:
    if not entry.data.get(key):
        raise Flaw(entry.path, gettext_noop("The key %(key)s is missing."), key=key)
    return ()


def _clock(entry: Entry, levels: Levels) -> tuple[Period, Period]:
    level = entry.code("level")
    first, whole = entry.period("first_response"), entry.period("whole")
    if level not in levels and (first is None or whole is None):
        listed = ", ".join(sorted(levels)) or "none"
        raise entry.flaw(
            "level",
            gettext_noop("%(level)s is none of the levels: %(listed)s."),
            level=level,
            listed=listed,
        )
    return first or levels[level][0], whole or levels[level][1]


def _own_attributes(
    asked: Mapping[str, FieldDefinition], dictionary: Dictionary, entry: Entry
) -> dict[str, AttributeType]:
    """Return what eligibility may ask of this item's own answers, beside the facts."""
    own = {}
    for code, one in asked.items():
        kind = one.attribute()
        if one.fact or kind is None:
            continue
        if code in dictionary:
            raise Flaw(
                entry.path,
                gettext_noop(
                    "The field %(code)s is called like a fact. Give it fact: %(code)s, or another code."
                ),
                code=code,
            )
        own[code] = kind
    return own


def _expression(entry: Entry, key: str, dictionary: Dictionary, purpose: str) -> Expression | None:
    data = entry.raw(key, None)
    if data is None:
        return None
    try:
        return parse(data, dictionary, purpose or None, steps=entry.at(key))
    except BadExpression as trouble:
        raise Flaw(trouble.steps, placed(trouble)) from trouble


def placed(trouble: BadExpression) -> BadExpression:
    """Return an expression's refusal naming only its innermost place: a flaw names the rest."""
    trouble.path = str(trouble.steps[-1]) if trouble.steps else ""
    return trouble


def _fields(entry: Entry, key: str) -> tuple[FieldDefinition, ...]:
    found = tuple(_field(one) for one in entry.entries(key))
    if len(found) > MOST_FIELDS:
        raise entry.flaw(
            key,
            gettext_noop("A step asks at most %(most)s things; here are %(found)s."),
            most=MOST_FIELDS,
            found=len(found),
        )
    return found


def _field(entry: Entry) -> FieldDefinition:
    required = not entry.yes("optional")
    choices = _choices(entry)
    field = FieldDefinition(
        code=entry.code("code"),
        label=entry.text("label"),
        why=entry.text("why"),
        schema=_schema(entry, choices),
        fact=entry.words("fact", ""),
        required=required,
        choices=choices,
    )
    entry.done()
    return field


def _choices(entry: Entry) -> dict[str, Text]:
    """Return code → words; none where the field is no choice."""
    data = entry.raw("choices", None)
    if data is None:
        return {}
    if not isinstance(data, Mapping) or len(data) < 2:
        raise entry.flaw("choices", gettext_noop("Give at least two codes with their words."))
    inner = Entry(data, entry.at("choices"))
    for code in data:
        if not isinstance(code, str):
            raise entry.flaw(
                "choices", gettext_noop("%(code)s needs a code and words, both text."), code=code
            )
    return {code: inner.text(code) for code in data}


def _schema(entry: Entry, choices: Mapping[str, Text]) -> dict[str, Any]:
    """``kind`` names a common schema, ``choices`` lists codes with words, ``schema`` is free."""
    written = [key for key in ("kind", "choices", "schema") if entry.data.get(key) is not None]
    if len(written) != 1:
        raise Flaw(entry.path, gettext_noop("Give exactly one of kind, choices and schema."))
    if written == ["kind"]:
        kind = entry.words("kind")
        if kind not in _KINDS:
            raise entry.flaw(
                "kind",
                gettext_noop("%(kind)s is none of: %(listed)s."),
                kind=kind,
                listed=", ".join(_KINDS),
            )
        return dict(_KINDS[kind])
    if choices:
        return {
            "oneOf": [{"const": code, "title": words["zh-Hans"]} for code, words in choices.items()]
        }
    schema = entry.raw("schema")
    if not isinstance(schema, Mapping):
        raise entry.flaw("schema", gettext_noop("Write a JSON Schema here."))
    return dict(schema)


def _paper(entry: Entry, dictionary: Dictionary, purpose: str) -> PaperDefinition:
    paper = PaperDefinition(
        code=entry.code("code"),
        name=entry.text("name"),
        replaced_by=entry.words("replaced_by", ""),
        needed_when=_expression(entry, "needed_when", dictionary, purpose),
    )
    entry.done()
    return paper


def _step(entry: Entry) -> StepDefinition:
    step = StepDefinition(
        code=entry.code("code"),
        name=entry.text("name"),
        performer=entry.words("performer"),
        kind=entry.one_of("kind", StepKind),
        after=entry.codes("after"),
        within=entry.period("within"),
        within_basis=entry.basis("within_basis"),
        assist=entry.codes("assist"),
        duty_line=entry.words("duty_line", ""),
        fields=_fields(entry, "fields"),
        item=entry.code("item", ""),
    )
    entry.done()
    return step


def _fee(entry: Entry) -> Fee:
    if entry.raw("fee", None) is None:
        return Fee()
    inner = Entry(entry.raw("fee"), entry.at("fee"))
    fee = Fee(
        inner.one_of("kind", FeeKind),
        inner.number("amount_fen"),
        inner.text("per", {}),
        inner.basis(),
    )
    inner.done()
    return fee


def _examples(entry: Entry) -> tuple[Example, ...]:
    inner = Entry(entry.raw("examples", {}), entry.at("examples"))
    found = []
    for answer in ANSWERS:
        # YAML reads a bare yes and no as true and false.
        facts = inner.data.get(answer, inner.data.get({"yes": True, "no": False}.get(answer)))
        inner.left -= {answer, {"yes": "True", "no": "False"}.get(answer, answer)}
        if isinstance(facts, Mapping):
            told = {str(name): _as_text(value) for name, value in facts.items()}
            found.append(Example(answer=answer, facts=told))
        elif facts is not None:
            raise inner.flaw(answer, gettext_noop("Write facts and answers here."))
    inner.done()
    return tuple(found)


def _as_text(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value

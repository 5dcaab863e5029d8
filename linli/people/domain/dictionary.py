"""The fact dictionary (口径字典), purposes (个人信息保护法 13, 17, 19) and rights (45–47) as values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from linli.basics import Refused, gettext_noop
from linli.rulebook.domain import AttributeType, Kind, Period, read_period

from .history import Value

HELD = ("column", "trait", "sealed", "place")
SENSITIVITIES = ("open", "counted", "sealed")
_KINDS = {"code": Kind.CODE, "bool": Kind.BOOL, "int": Kind.INT, "date": Kind.DATE}
_PLAIN = ("text", "place")  # expressions may not ask for these
LARGEST = 2**53  # whole numbers beyond lose digits in browsers


class BadDictionary(Refused):
    """An entry of a data file cannot be read."""

    message = gettext_noop("%(entry)s: %(column)s cannot be read. Correct it and load again.")
    status = 422

    def __init__(self, *, entry: str, column: str) -> None:
        super().__init__(entry, column)
        self.entry = entry
        self.column = column


class UnknownAttribute(Refused):
    """The fact dictionary has no such attribute."""

    message = gettext_noop("We keep no fact called %(attribute)s.")
    status = 422

    def __init__(self, *, attribute: str) -> None:
        super().__init__(attribute)
        self.attribute = attribute


class WrongValue(Refused):
    """The value is not one the fact can have."""

    message = gettext_noop("This is no possible value of %(attribute)s. Choose one from the list.")
    status = 422

    def __init__(self, *, attribute: str) -> None:
        """:param attribute: what the fact is called in English; the catalogue has it in Chinese"""
        super().__init__(attribute)
        self.attribute = attribute


class UnknownPurpose(Refused):
    """Personal data may only be looked at for a purpose on the list."""

    message = gettext_noop("Say why you need this record. Choose a purpose from the list.")
    status = 422


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """
    One entry of the dictionary.

    ``type`` is what expressions see, None for text they may not ask for (name, numbers).
    ``held``: a column of the person, a row of traits, a sealed column, or the id of a place.
    ``least`` and ``most`` bound a whole number, both included.
    """

    attribute: str
    name: Mapping[str, str]
    definition: Mapping[str, str]
    type: AttributeType | None
    codes: Mapping[str, Mapping[str, str]]
    held: str
    source: str
    topic: str
    sensitivity: str
    purposes: frozenset[str]
    greatest_age_days: int | None
    least: int = 0
    most: int = LARGEST


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """
    Why data may be handled, on which basis, and how long it is kept. ``example``: 示例.

    ``of_an_item``: never for itself, always for one item and the facts it needs.
    """

    code: str
    name: Mapping[str, str]
    why: Mapping[str, str]
    basis: str
    articles: tuple[str, ...]
    consent: bool
    of_an_item: bool
    sensitive_because: Mapping[str, str] | None
    retention_months: int
    example: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """One right over one's own data and the time it is answered within, unless a rule says else."""

    kind: str
    key: str
    within: Period
    article: str
    says: Mapping[str, str]
    example: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """What may be done against a refusal, in the words of its article."""

    article: str
    says: Mapping[str, str]


ONLY = "only_"


def only(attribute: str) -> str:
    """Return what the note about one fact alone stands under; a topic's note stands under the topic."""
    return f"{ONLY}{attribute}"


def facts_noted(topic: str, facts: Mapping[str, Fact]) -> frozenset[str]:
    """Return the facts a note is about: the one it names, or all of its topic."""
    return frozenset(name for name, fact in facts.items() if topic in (fact.topic, only(name)))


def read_dictionary(data: object) -> dict[str, Fact]:
    """
    Return attribute → fact.

    :raises BadDictionary: naming the entry and the column
    """
    found = {}
    for entry in _entries(data, "attribute"):
        fact = _fact(entry)
        if fact.attribute in found:
            raise BadDictionary(entry=fact.attribute, column="attribute")
        found[fact.attribute] = fact
    return found


def _fact(entry: Mapping[str, object]) -> Fact:
    attribute = str(entry["attribute"])
    kind, codes = str(entry.get("kind")), entry.get("codes") or {}
    purposes, age = entry.get("purposes"), entry.get("greatest_age_days")
    least, most = entry.get("least", 0), entry.get("most", LARGEST)
    faults = {
        "kind": kind not in _KINDS and kind not in _PLAIN,
        "codes": not isinstance(codes, Mapping) or (kind == "code") != bool(codes),
        "held": entry.get("held") not in HELD,
        "sensitivity": entry.get("sensitivity") not in SENSITIVITIES,
        "purposes": not isinstance(purposes, list) or not purposes,
        "greatest_age_days": age is not None and (type(age) is not int or age <= 0),
        "least": type(least) is not int,
        "most": type(most) is not int,
        "topic": not entry.get("topic"),
        "source": not entry.get("source"),
    }
    for column, wrong in faults.items():
        if wrong:
            raise BadDictionary(entry=attribute, column=column)
    assert isinstance(codes, Mapping)  # noqa: S101  # seen above
    assert isinstance(purposes, list)  # noqa: S101
    assert isinstance(least, int)  # noqa: S101
    assert isinstance(most, int)  # noqa: S101
    allowed = frozenset(map(str, purposes))
    spoken = _KINDS.get(kind)
    return Fact(
        attribute=attribute,
        name=_words(entry, "name", attribute),
        definition=_words(entry, "definition", attribute),
        type=AttributeType(spoken, frozenset(codes), purposes=allowed) if spoken else None,
        codes={str(code): dict(words) for code, words in codes.items()},
        held=str(entry["held"]),
        source=str(entry["source"]),
        topic=str(entry["topic"]),
        sensitivity=str(entry["sensitivity"]),
        purposes=allowed,
        greatest_age_days=age if isinstance(age, int) else None,
        least=least,
        most=most,
    )


def read_purposes(data: object) -> dict[str, Purpose]:
    """
    Return code → purpose.

    :raises BadDictionary: naming the entry and the column
    """
    found = {}
    for entry in _entries(data, "code"):
        code = str(entry["code"])
        articles, months = entry.get("articles"), entry.get("retention_months")
        if not isinstance(articles, list) or not articles:
            raise BadDictionary(entry=code, column="articles")
        if type(months) is not int or months <= 0:
            raise BadDictionary(entry=code, column="retention_months")
        if (entry.get("basis") == "consent") != (entry.get("consent") is True):
            raise BadDictionary(entry=code, column="consent")
        found[code] = Purpose(
            code=code,
            name=_words(entry, "name", code),
            why=_words(entry, "why", code),
            basis=str(entry.get("basis")),
            articles=tuple(map(str, articles)),
            consent=entry.get("consent") is True,
            of_an_item=entry.get("of_an_item") is True,
            sensitive_because=_words(entry, "sensitive_because", code)
            if entry.get("sensitive_because")
            else None,
            retention_months=months,
            example=entry.get("example") is True,
        )
    return found


def read_rights(data: object) -> dict[str, Right]:
    """
    Return kind → right.

    :raises BadDictionary: naming the entry and the column
    :raises BadPeriod: if the time is no period
    """
    return {
        str(entry["kind"]): Right(
            kind=str(entry["kind"]),
            key=str(entry.get("key")),
            within=read_period(entry.get("within"), f"{entry['kind']}.within"),
            article=str(entry.get("article")),
            says=_words(entry, "says", str(entry["kind"])),
            example=entry.get("example") is True,
        )
        for entry in _entries(data, "kind")
    }


def read_remedies(data: object) -> tuple[Remedy, ...]:
    """:raises BadDictionary: naming the entry and the column"""
    return tuple(
        Remedy(article=str(entry["article"]), says=_words(entry, "says", str(entry["article"])))
        for entry in _entries(data, "article")
    )


def _entries(data: object, key: str) -> Iterable[Mapping[str, object]]:
    if not isinstance(data, list):
        raise BadDictionary(entry="1", column=key)
    for number, entry in enumerate(data, start=1):
        if not isinstance(entry, Mapping) or not entry.get(key):
            raise BadDictionary(entry=str(number), column=key)
        yield entry


def _words(entry: Mapping[str, object], column: str, name: str) -> dict[str, str]:
    words = entry.get(column)
    if not isinstance(words, Mapping) or not words.get("zh-Hans") or not words.get("en"):
        raise BadDictionary(entry=name, column=column)
    return {language: str(words[language]) for language in ("zh-Hans", "en")}


def check_value(fact: Fact, value: object) -> Value | None:
    """
    Return the value in the type of its fact; None is "not known".

    :raises WrongValue: if the fact cannot have it
    """
    if value is None:
        return None
    match fact.type.kind if fact.type else None:
        case Kind.BOOL:
            fits = isinstance(value, bool)
        case Kind.CODE:
            fits = isinstance(value, str) and value in fact.codes
        case Kind.INT:
            fits = type(value) is int and fact.least <= value <= fact.most
        case Kind.DATE:
            fits = type(value) is date
        case _:
            fits = isinstance(value, str) and 0 < len(value) <= 60
    if not fits:
        raise WrongValue(attribute=fact.name["en"])
    return value  # type: ignore[return-value]  # seen above

"""
From the words above a number on a form to what the number means.

Every word must be accounted for: a heading with one word nobody explained is not matched, and
neither is one that joins two groups or contradicts itself. A wrong number is worse than none.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from linli.rulebook.domain import (
    NEVER,
    PERIODS,
    SPANS,
    And,
    Expression,
    InSet,
    YearsSince,
    attributes,
    parse,
    within,
)

from .comparing import Relation, compare, counts_nobody
from .indicators import PURPOSE, BadIndicator, Cell, Dictionary, canonical
from .numerals import years_in_digits

Dictionaries = Mapping[str, Dictionary]


class WhyNot(StrEnum):
    """Why a heading was not matched."""

    UNKNOWN_WORDS = "unknown_words"
    JOINS_GROUPS = "joins_groups"
    CONTRADICTS_ITSELF = "contradicts_itself"
    OWN_DEFINITION = "own_definition"
    SEVERAL_SUBJECTS = "several_subjects"
    NO_SUBJECT = "no_subject"
    UNNAMED_ROW = "unnamed_row"
    PERIOD_UNCLEAR = "period_unclear"
    UNIT_UNCLEAR = "unit_unclear"
    LIST_OF_PERSONS = "list_of_persons"
    ELSEWHERE = "elsewhere"
    GROUP_UNCLEAR = "group_unclear"


@dataclass(frozen=True, slots=True)
class Term:
    """
    What a word on a form means.

    ``of`` says what is counted, ``where`` which of them; both None: the word only makes the
    sentence whole (的, 人数). ``whichever`` are attributes the word says must not matter (含外来).

    ``dated`` says what happened in the period (受理), ``within`` which period that is (本月, 上月),
    ``reporting`` which it is if no other word says so (月报); ``once`` that of several with the
    same only the first of the period counts (走访户数).
    """

    where: Expression | None = None
    of: str | None = None
    total: str | None = None
    whichever: frozenset[str] = frozenset()
    dated: str | None = None
    once: str | None = None
    within: str | None = None
    reporting: str | None = None


@dataclass(frozen=True, slots=True)
class Unmatched:
    """Why there is no number, and the words it hangs on."""

    why: WhyNot
    words: str


@dataclass(frozen=True, slots=True)
class Lexicon:
    """
    The words of forms (表头用语): normal spelling → meaning, the words that join groups, and those
    that are of known words and mean none of them (工作人员).
    """

    terms: Mapping[str, Term]
    joining: frozenset[str]
    dictionaries: Dictionaries
    pattern: re.Pattern[str]
    strange: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Heard:
    """What the words so far have said."""

    wheres: list[Expression] = field(default_factory=list)
    subjects: set[str] = field(default_factory=set)
    totals: set[str] = field(default_factory=set)
    whichever: set[str] = field(default_factory=set)
    dated: set[str] = field(default_factory=set)
    once: set[str | None] = field(default_factory=set)  # None: each time
    within: set[str] = field(default_factory=set)
    reporting: set[str] = field(default_factory=set)
    fault: Unmatched | None = None


WEEK, EVER = "week", "ever"
# The period of the form, whichever it is (本期), and its last day (期末).
FORM, ITS_END = "form", "its_end"
# What an earlier period stands beside: alone, 上月 may mean the month of the form as seen from the day
# it is filled in, or the one before it.
_BESIDE = {"last_month": "month", "last_quarter": "quarter", "last_year": "year"}
# The first half of the year is over, or is the period itself, on these only.
_HALVED = frozenset({"half_year", "year"})
_WITHIN = frozenset({WEEK, *PERIODS, EVER, *SPANS, FORM, ITS_END} - {"before", "this_week"})
# What an entry of a lexicon may say; those of _WORDS are one word each.
_WORDS = frozenset({"of", "total", "dated", "once", "within", "reporting"})
_KEYS = _WORDS | {"say", "where", "whichever", "joins", "unknown"}
_AGE = "age"
_BORN = "birth_on"
_YEARS = r"(\d{1,3})周?岁"
# 以上, 以下 and 满 count in, 不满 and 超过 do not (民法典 1259).
_AGES = {
    "span": rf"(\d{{1,3}})(?:周?岁)?(?:[-至到]|及?以上[至、,]?){_YEARS}(?:及?以下)?",
    "half": rf"(\d{{1,3}})(?:周?岁)?(?:及?以上)?[、,]?[不未]满{_YEARS}",
    "over": rf"超过{_YEARS}",
    "under": rf"(?:[不未]满|不到){_YEARS}|(?P<less>\d{{1,3}})周?岁以下\(不含(?:本数|(?P=less)周?岁)\)",
    "from": rf"年?满{_YEARS}(?:及?以上)?"
    r"|(?P<more>\d{1,3})周?岁(?:\(含\))?及?以上(?:\(含(?:本数|(?P=more)周?岁)\))?",
    "to": r"(?P<most>\d{1,3})周?岁及?以下(?:\(含(?:本数|(?P=most)周?岁)\))?",
}
_AGE_PATTERN = re.compile("|".join(f"(?P<{name}>{one})" for name, one in _AGES.items()))
_DASHES = dict.fromkeys(map(ord, "—–−－―‐‑〜～"), "-")
# Numbers of notes and of lists: as digits they would run into those beside them (①60岁, 160岁).
_MARKS = re.compile(
    "[\u00b2\u00b3\u00b9\u2070-\u2089\u2460-\u24ff\u2776-\u2793\u3220-\u3229\u3280-\u3289]"
)
_SILENT = re.compile(
    r"[\s:;,.。·*()\[\]【】〔〕《》“”\"'/]+"
    r"|(?:附件|附表|表)[\d一二三四五六七八九十]+"
)
# A day or a period by the calendar. Over a whole form it is the one it was made for; a number under
# it is asked for that time only, whatever the edition.
DATED = re.compile(
    r"(?:截[至止])?\d{4}年(?:度|第?[一二三四1-4]季度|[上下]半年|\d{1,2}月(?:\d{1,2}日|底|末|份)?)?"
)


def normal(text: str) -> str:
    """
    Return the text in one width, without spaces and marks of notes, with one kind of dash, and
    years in digits.
    """
    plain = unicodedata.normalize("NFKC", _MARKS.sub("", text)).translate(_DASHES)
    return years_in_digits(re.sub(r"\s+", "", plain).replace("--", "-"))


def read_lexicon(data: object, dictionaries: Dictionaries) -> Lexicon:
    """
    Return the lexicon a pack writes down: entries of ``say`` with ``of``, ``where``, ``whichever``
    or ``joins: true`` or ``unknown: true``.

    :raises BadIndicator: naming the entry and the field
    :raises BadExpression: naming the place within ``where``
    """
    if not isinstance(data, list):
        raise BadIndicator(code="terms", field="say")
    terms: dict[str, Term] = {}
    joining: set[str] = set()
    strange: set[str] = set()
    for number, entry in enumerate(data, start=1):
        said = entry.get("say") if isinstance(entry, Mapping) else None
        if not isinstance(said, list) or not said:
            raise BadIndicator(code=str(number), field="say")
        _check_keys(entry, str(number))
        for words in map(normal, map(str, said)):
            if words in terms or words in joining or words in strange:
                raise BadIndicator(code=words, field="say")
            if entry.get("joins") is True:
                joining.add(words)
            elif entry.get("unknown") is True:
                strange.add(words)
            else:
                terms[words] = _term(entry, words, dictionaries)
    longest = sorted((*terms, *joining, *strange), key=lambda words: (-len(words), words))
    pattern = re.compile("|".join(map(re.escape, longest)) or "$^")
    return Lexicon(terms, frozenset(joining), dictionaries, pattern, frozenset(strange))


def _check_keys(entry: Mapping[str, object], number: str) -> None:
    for name, said in entry.items():
        if name not in _KEYS or (name in _WORDS and not isinstance(said, str | None)):
            raise BadIndicator(code=number, field=str(name))


def _term(entry: Mapping[str, object], words: str, dictionaries: Dictionaries) -> Term:
    of, total = entry.get("of"), entry.get("total")
    where, whichever = entry.get("where"), entry.get("whichever") or []
    if of is not None and of not in dictionaries:
        raise BadIndicator(code=words, field="of")
    dictionary = dictionaries[str(of) if of else "people"]
    if not isinstance(whichever, list) or not set(map(str, whichever)) <= set(dictionary):
        raise BadIndicator(code=words, field="whichever")
    if total is not None and total not in dictionary:
        raise BadIndicator(code=words, field="total")
    for name in ("dated", "once"):
        if entry.get(name) and f"{entry[name]}_in" not in dictionary:
            raise BadIndicator(code=words, field=name)
    for name in ("within", "reporting"):
        if entry.get(name) and entry[name] not in _WITHIN:
            raise BadIndicator(code=words, field=name)
    expression = None
    if where is not None:
        expression = canonical(parse(where, dictionary, PURPOSE, steps=(words, "where")))

    def said(name: str) -> str | None:
        return str(entry[name]) if entry.get(name) else None

    return Term(
        expression,
        said("of"),
        said("total"),
        frozenset(map(str, whichever)),
        said("dated"),
        said("once"),
        said("within"),
        said("reporting"),
    )


def match(
    texts: Sequence[str],
    lexicon: Lexicon,
    *,
    on: date,
    own: Mapping[str, Cell | None] | None = None,
    period: str | None = None,
    beside: frozenset[str] = frozenset(),
) -> Cell | Unmatched:
    """
    Return what the number under these headings means.

    :param texts: from the title down to the heading right above, and the words at the left
    :param on: the day whose ages are meant, to see contradictions
    :param own: words the form defines itself → its meaning, None where that cannot be read
    :param period: the period a form speaks of where its words do not say so
    :param beside: the periods other words of the form name, which an earlier one is earlier than
    """
    heard = _Heard()
    for text in texts:
        _hear(normal(text), lexicon, heard)
        if heard.fault:
            return heard.fault
    whole = "".join(map(normal, texts))
    found = _meant(heard, lexicon, period, on, beside)
    if isinstance(found, WhyNot):
        return Unmatched(found, whole)
    for words, meaning in (own or {}).items():
        speaks_of_it = words in whole or _SCOPE.match(words)
        if speaks_of_it and not _as_ours(words, meaning, lexicon, on, period):
            return Unmatched(WhyNot.OWN_DEFINITION, words)
    return found


def periods_named(texts: Iterable[str], lexicon: Lexicon) -> frozenset[str]:
    """Return the periods that words of a form name: {"month"} for 本月受理件数."""
    words = (found.group() for text in texts for found in lexicon.pattern.finditer(normal(text)))
    terms = (lexicon.terms[one] for one in words if one in lexicon.terms)
    return frozenset(one.within for one in terms if one.within is not None)


def _meant(
    heard: _Heard, lexicon: Lexicon, period: str | None, on: date, beside: frozenset[str]
) -> Cell | WhyNot:
    """Return what the words come to together, or why they come to nothing."""
    known = heard.subjects <= set(lexicon.dictionaries)
    if len(heard.subjects) != 1 or len(heard.totals) > 1 or not known:
        return WhyNot.SEVERAL_SUBJECTS if heard.subjects and known else WhyNot.NO_SUBJECT
    [of] = heard.subjects
    dictionary = lexicon.dictionaries[of]
    wheres = _timed(heard, dictionary, period, beside)
    if wheres is None:
        return WhyNot.PERIOD_UNCLEAR
    where = canonical(And(tuple(wheres))) if wheres else None
    cell = Cell(of, where, next(iter(heard.totals), None))
    asked = attributes(where) if where is not None else frozenset()
    if not asked <= set(dictionary):
        return WhyNot.SEVERAL_SUBJECTS
    if heard.whichever & asked or counts_nobody(cell, dictionary, on=on):
        return WhyNot.CONTRADICTS_ITSELF
    return cell


def _timed(
    heard: _Heard, dictionary: Dictionary, period: str | None, beside: frozenset[str]
) -> list[Expression] | None:
    """Return the conditions with the period in them, None where the words do not say which it is."""
    within = heard.within - {FORM, ITS_END}
    spans = within or heard.reporting or ({period} if period else set())
    if not heard.dated:
        # Beside 累计, 本期 may be those who are new in it.
        unclear = within or (FORM in heard.within and EVER in beside)
        return None if unclear else heard.wheres
    if ITS_END in heard.within or len(heard.dated) > 1 or len(heard.once) > 1 or len(spans) != 1:
        return None
    [dated], [span], [once] = heard.dated, spans, heard.once
    if _BESIDE.get(span, span) not in {span, *beside}:
        return None
    asked_for = heard.reporting | ({period} if period else set())
    if span == "first_half" and not (asked_for and asked_for <= _HALVED):
        return None
    return [*heard.wheres, *_during(dated, span, dictionary), *_not_during(once, span)]


def _during(dated: str, span: str, dictionary: Dictionary) -> list[Expression]:
    """Return what is so of whatever happened within a span."""
    if span == EVER:
        may_not_have = NEVER in dictionary[f"{dated}_in"].codes
        return [InSet(f"{dated}_in", frozenset(PERIODS))] if may_not_have else []
    if span in PERIODS:
        return [InSet(f"{dated}_in", within(span))]
    return [InSet(f"{dated}_{_truth(span)}", frozenset({"yes"}))]


def _not_during(once: str | None, span: str) -> list[Expression]:
    """Return what is so of whatever did not happen within a span, or never; None leaves it open."""
    if once is None:
        return []
    if span == EVER:
        return [InSet(f"{once}_in", frozenset({NEVER}))]
    if span in PERIODS:
        return [InSet(f"{once}_in", frozenset((*PERIODS, NEVER)) - within(span))]
    return [InSet(f"{once}_{_truth(span)}", frozenset({"no"}))]


def _truth(span: str) -> str:
    return "this_week" if span == WEEK else span


def _as_ours(
    words: str, meaning: Cell | None, lexicon: Lexicon, on: date, period: str | None
) -> bool:
    """Return whether the form's own definition of a word counts whom ours does."""
    ours = match([words], lexicon, on=on, period=period)
    if meaning is None or isinstance(ours, Unmatched):
        return False
    dictionary = lexicon.dictionaries[ours.of]
    return compare(ours, meaning, dictionary, on=on).relation is Relation.SAME


def own_definitions(
    notes: Iterable[str], lexicon: Lexicon, *, on: date, period: str | None = None
) -> dict[str, Cell | None]:
    """
    Return the words a form's notes define (独居老人指…): word → meaning, None if it cannot be read.

    A scope of its own (统计范围：户籍人口) is a definition of every word.
    """
    found: dict[str, Cell | None] = {}
    for note in notes:
        for sentence in re.split(r"[;。\n]|\d[、.]", unicodedata.normalize("NFKC", note)):
            words, rest, plainly = _defined(_NOTE_BEGINS.sub("", normal(sentence)))
            if not words or not rest:
                continue
            read = match([rest], lexicon, on=on, period=period)
            meaning = None if isinstance(read, Unmatched) else read
            if _SCOPE.match(words):
                everybody = meaning is not None and meaning.where is None
                if not everybody and not _MOMENT.search(rest):
                    found[words] = None
            elif plainly or isinstance(match([words], lexicon, on=on, period=period), Cell):
                found[words] = meaning
    return found


# 指 says that something is defined; a colon or 为 may say many things (指标 is another word).
_MEANS = re.compile(r"[是系即均]?指(?![标导挥数南定派令纹])(?:的是)?")
_IS = re.compile(r":|即|为|是")
_NOTE_BEGINS = re.compile(
    r"^(?:(?:(?:填表|填报|口径|指标)?说明|备?注)\d*:?)?(?:本表中?(?:所称)?|所称)?"
)
_SCOPE = re.compile(r"^(?:统计|填报|数据)?(?:口径|范围)$")
_SCOPE_BEGINS = re.compile(r"^(?:统计|填报)?口径:")
_MOMENT = re.compile(r"截[至止]|时点|[周月季年期]末|[月年]底")


def _defined(sentence: str) -> tuple[str, str, bool]:
    """Return the words a sentence defines, as what, and whether it says so plainly."""
    plainly = _MEANS.search(sentence)
    said = plainly or _IS.search(sentence)
    if said is None:
        return "", "", False
    words, rest = sentence[: said.start()].rstrip(",(:"), sentence[said.end() :]
    if plainly:
        words = _SCOPE_BEGINS.sub("", words) or "口径"
    return words, rest, plainly is not None


def _hear(text: str, lexicon: Lexicon, heard: _Heard) -> None:
    """Add what a text says, from left to right, the longest word first."""
    place = 0
    while place < len(text):
        if silent := _SILENT.match(text, place):
            place = silent.end()
            continue
        if DATED.match(text, place):
            heard.fault = Unmatched(WhyNot.PERIOD_UNCLEAR, text)
            return
        if age := _AGE_PATTERN.match(text, place):
            heard.wheres.append(_years(age))
            heard.subjects.add("people")
            place = age.end()
            continue
        word = lexicon.pattern.match(text, place)
        if word is None or word.group() in lexicon.strange:
            heard.fault = Unmatched(WhyNot.UNKNOWN_WORDS, text[place:])
            return
        if word.group() in lexicon.joining:
            heard.fault = Unmatched(WhyNot.JOINS_GROUPS, text)
            return
        _add(lexicon.terms[word.group()], heard)
        place = word.end()


def _add(term: Term, heard: _Heard) -> None:
    if term.where is not None:
        heard.wheres.append(term.where)
    if term.of is not None:
        heard.subjects.add(term.of)
    if term.total is not None:
        heard.totals.add(term.total)
    heard.whichever |= term.whichever
    for name in ("dated", "within", "reporting"):
        said = getattr(term, name)
        if said is not None:
            getattr(heard, name).add(said)
    if term.dated is not None:
        heard.once.add(term.once)


def _years(found: re.Match[str]) -> YearsSince:
    numbers = [int(one) for one in re.findall(r"\d+", found.group())]
    least: int | None = None
    most: int | None = None
    match found.lastgroup:
        case "span":
            least, most = numbers
        case "half":
            least, most = numbers[0], numbers[1] - 1
        case "from":
            least = numbers[0]
        case "over":
            least = numbers[0] + 1
        case "to":
            most = numbers[0]
        case _:
            most = numbers[0] - 1
    return YearsSince(_AGE, _BORN, least, most)

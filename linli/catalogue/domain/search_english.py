"""
Finding an item by English words: as in Chinese, but words stand apart and have endings.

Synonyms are groups of words or phrases as in the packs, the first stands for all. A word that
stands nowhere is taken for the one that comes closest letter by letter, or for none.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from .definitions import ItemDefinition
from .search import HAN, LONG, NAME, SUMMARY, Found, Postings, postings_of, rarity_of

WORD = re.compile(r"[a-z]+")
LATIN = re.compile(r"[A-Za-z]{2}")
NEAR = 78  # of 100: one wrong letter of five, two changed places of seven
SHORTEST = 4  # letters; shorter words are not taken for others
TYPO = 0.8  # what a word with a typo tells, of one without
WEAK = 0.15  # of the best: what fits less than so is not shown
_EMPTY = """
a about am an and any apply are at be because been but by can could do does for from get give
has have he help her here his how i if in into is it its just like me my need no not of on one
or our out over please she should so some someone than that the their them there they this to us
very want was we what when where which who will with would you your
"""
EMPTY = frozenset(_EMPTY.split())


@dataclass(frozen=True, slots=True)
class EnglishIndex:
    """What is kept ready: postings and rarity of words, and what stands for what."""

    names: Mapping[str, str]
    postings: Postings
    rarity: Mapping[str, float]
    same: Mapping[str, str]
    phrases: Mapping[str, str]
    known: frozenset[str]


def is_english(text: str) -> bool:
    """Whether a query is to be read as English."""
    return bool(LATIN.search(text)) and not HAN.search(text)


def build_english(
    items: Iterable[ItemDefinition], synonyms: Iterable[Sequence[str]] = ()
) -> EnglishIndex:
    """Return the index of the English names and summaries of ``items``."""
    same: dict[str, str] = {}
    phrases: dict[str, str] = {}
    known: set[str] = set()
    for group in synonyms:
        spoken = [plain(word) for word in group if is_english(word)]
        for said in spoken:
            (phrases if " " in said else same)[said] = spoken[0].replace(" ", "")
            known.update(said.split())
    weights: dict[str, dict[str, float]] = {}
    names: dict[str, str] = {}
    for item in items:
        names[item.code] = item.name.get("en", item.name["zh-Hans"])
        bag: defaultdict[str, float] = defaultdict(float)
        for texts, weight in ((item.name, NAME), (item.summary, SUMMARY)):
            known.update(plain(texts.get("en", "")).split())
            for term in _terms(plain(texts.get("en", "")), same, phrases):
                bag[term] = max(bag[term], weight)
        weights[item.code] = bag
    postings = postings_of(weights)
    return EnglishIndex(
        names=names,
        postings=postings,
        rarity=rarity_of(postings, among=len(names)),
        same=same,
        phrases=phrases,
        known=frozenset(known),
    )


def search_english(index: EnglishIndex, text: str, limit: int = 10) -> tuple[Found, ...]:
    """Return up to ``limit`` items that fit ``text``, the best first."""
    scores: defaultdict[str, float] = defaultdict(float)
    words: dict[str, dict[str, None]] = {}
    for term, share in _asked(index, text[:LONG]).items():
        for code, weight in index.postings.get(term, ()):
            scores[code] += index.rarity[term] * weight * share
            words.setdefault(code, {})[term] = None
    ranked = sorted(scores.items(), key=lambda one: (-one[1], one[0]))[:limit]
    return tuple(
        Found(code, index.names[code], round(score, 2), tuple(words[code]))
        for code, score in ranked
        if score >= ranked[0][1] * WEAK
    )


def match_english(index: EnglishIndex, text: str) -> tuple[Found, ...]:
    """Return the one to three items a resident most likely means; none where nothing fits."""
    found = search_english(index, text, 3)
    return tuple(one for one in found if one.score >= found[0].score * 0.45)


def _asked(index: EnglishIndex, text: str) -> dict[str, float]:
    """Return the words of a query with what each tells; those with a typo are put right."""
    words, mended = [], set()
    for word in plain(text).split():
        near = None
        if word not in index.known and len(word) >= SHORTEST:
            near = process.extractOne(word, index.known, scorer=fuzz.ratio, score_cutoff=NEAR)
        words.append(near[0] if near else word)
        if near:
            mended.add(index.same.get(near[0], near[0]))
    terms = _terms(" ".join(words), index.same, index.phrases)
    return {term: TYPO if term in mended else 1.0 for term in terms if term in index.postings}


def _terms(said: str, same: Mapping[str, str], phrases: Mapping[str, str]) -> list[str]:
    """Return the words of plain text, each by what stands for it, and the phrases that stand in it."""
    whole = f" {said} "
    found = [same.get(word, word) for word in said.split()]
    return found + [main for phrase, main in phrases.items() if f" {phrase} " in whole]


def plain(text: str) -> str:
    """Return the words that tell something, in small letters and without their endings."""
    return " ".join(_stem(word) for word in WORD.findall(text.lower()) if word not in EMPTY)


def _stem(word: str) -> str:
    """Return a word without the ending of plurals; the rest synonyms do."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word

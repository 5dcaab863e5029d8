"""
What the title over a table says: whose it is and when, which changes nothing, and what it is about.

A title may narrow every number under it (老年人情况统计表). One that joins topics (人口及老龄工作) says
what stands side by side under it, and each number must say by itself which of them it is about.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date

from .comparing import Relation, compare
from .indicators import Cell
from .phrases import DATED, Lexicon, Unmatched, WhyNot, match, normal

# Left open, to be written in: ××区, 某某街道, ＊＊社区, ××年×月.
_OPEN = r"[×xX*○〇□_]"
_KINDS = r"(?:省|市|自治州|州|自治区|区|自治县|县|旗|街道|镇|乡|社区|村|居委会)"
_NOBODYS = re.compile(rf"(?:\(?(?:{_OPEN}+|某+)\)?{_KINDS})+|^区(?=街道|社区|人口)")
_NO_DAY = (
    rf"(?:\d{{4}}|(?:20)?{_OPEN}+|(?<![当本全今去上每半历\d]))年{_OPEN}*月(?![报均度])(?:{_OPEN}*日)?"
    rf"|(?:20)?{_OPEN}+年度?"
)
WHEN = re.compile(f"{_NO_DAY}|{DATED.pattern}|{_OPEN}+月")
# Before a name we know: 浙江省杭州市. Only where a line begins, so that no word of a group goes along.
_ABOVE = (
    r"(?:(?<![一-鿿])(?:[一-鿿]{2,6}(?:省|自治区))?"
    r"(?:[一-鿿]{2,4}市|[一-鿿]{2,9}(?:自治州|地区|盟))?)?"
)
# 上城区, 杭州市上城区; but 小区 and 辖区 are no names.
_SOMEBODYS = re.compile(rf"^(?:[一-鿿]{{2,6}}?(?<![小辖地片园校])(?<!行政)(?<!自然){_KINDS})+")
_PEOPLE = re.compile("[人员口者童女象生民]$")
_YEARS = re.compile(r"\d周?岁")
_TOPICAL = frozenset({"及", "和", "与", "、", "以及"})


def without_names(title: str, names: Iterable[str]) -> str:
    """Return a title in normal spelling without names that are known, and those left open."""
    longest = "|".join(map(re.escape, sorted(map(normal, names), key=len, reverse=True)))
    said = re.sub(f"{_ABOVE}(?:{longest})" if longest else "$^", "", normal(title))
    return _NOBODYS.sub("", said)


def strange_place(words: str, lexicon: Lexicon) -> str:
    """Return the name of a place that words nobody explained begin with, "" where it is none."""
    found = _SOMEBODYS.match(words)
    if found is None or any(
        lexicon.terms[one.group()].of
        for one in lexicon.pattern.finditer(found.group())
        if one.group() in lexicon.terms
    ):
        return ""
    return found.group()


def topics(title: str, lexicon: Lexicon) -> list[str]:
    """Return the topics a title joins, each in its own words; none where it joins none."""
    parts, begin = [], 0
    for one in lexicon.pattern.finditer(title):
        if one.group() in lexicon.joining & _TOPICAL:
            parts.append(title[begin : one.start()])
            begin = one.end()
    return [*parts, title[begin:]] if parts else []


def reporting_words(title: str, lexicon: Lexicon) -> list[str]:
    """Return the words of a title that say over which time its numbers are (月报表)."""
    words = [one.group() for one in lexicon.pattern.finditer(title)]
    return [one for one in words if one in lexicon.terms and lexicon.terms[one].reporting]


def narrows_nothing(
    titles: Iterable[str],
    found: Cell,
    lexicon: Lexicon,
    own: Mapping[str, Cell | None],
    *,
    on: date,
) -> bool:
    """
    Return whether a number is the same, whichever of the topics of these titles it is about.

    So it is where no topic names a group of its own (人口及老龄工作), or the number lies within one
    of them by its own words (独居老人 under 老年人及残疾人). What a topic of two words (低保老年人和
    残疾人) or one that names no people (老年人及就业) says of the other nobody can tell.
    """
    cells: list[Cell] = []
    for topic in (one for title in titles for one in topics(title, lexicon)):
        said = match([topic], lexicon, on=on, own=own)
        silent = isinstance(said, Unmatched) and said.why is WhyNot.NO_SUBJECT
        if not (topic and (silent or isinstance(said, Cell)) and _is_plain(topic, lexicon)):
            return False
        if isinstance(said, Cell):
            cells.append(said)
    if not any(one.where for one in cells):
        return True
    within = {Relation.SAME, Relation.NARROWER}
    dictionary = lexicon.dictionaries[found.of]
    return any(
        compare(one, found, dictionary, on=on).relation in within
        for one in cells
        if one.of == found.of
    )


def _is_plain(topic: str, lexicon: Lexicon) -> bool:
    """Return whether a topic is everybody, or one group by one word: 老年人, not 就业 or 80岁以上."""
    said = [one.group() for one in lexicon.pattern.finditer(topic)]
    terms = {one: lexicon.terms[one] for one in said if one in lexicon.terms}
    groups = [one for one in said if one in terms and terms[one].where]
    if any(one.whichever or one.total or one.dated or one.within for one in terms.values()):
        return False
    return len(groups) < 2 and all(map(_PEOPLE.search, groups)) and not _YEARS.search(topic)

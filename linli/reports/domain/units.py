"""
The unit a form names for a number: in brackets, in a line of its own, beside the place, or for all.

What we do not write, thousands of people or per cent, is known too: such a place stays empty.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from .indicators import Cell
from .money import MoneyUnit, is_money

_NONE: frozenset[str] = frozenset()
_MONEY = {"分": MoneyUnit.AS_COUNTED, "元": MoneyUnit.YUAN, "万元": MoneyUnit.WAN_YUAN}
# What a word for pieces counts: 低保 in 户 does not ask for people.
_PIECES = {
    **dict.fromkeys("人名位", frozenset({"people"})),
    "户": frozenset({"households"}),
    **dict.fromkeys("件起宗", frozenset({"cases"})),
    **dict.fromkeys("栋幢座套", frozenset({"buildings"})),
    **dict.fromkeys(("次", "人次", "户次"), frozenset({"visits"})),
    "家": frozenset({"organisations"}),
    **dict.fromkeys("个项处", frozenset({"buildings", "organisations", "cases", "ledger"})),
    "分钟": frozenset({"visits", "ledger"}),
}
_OTHERS = re.compile(
    r"[十百千万亿]+(?:[人户名件次个套元栋]|人次|平方米)|[%‰]|百分比|美元|角|小时|天|平方米|m2|亩|公里"
)
_IN_BRACKETS = re.compile(r"[(\[【〔](?:(?:金额)?单位:?)?(?:人民币)?(分|元|万元)[)\]】〕]")
_NOTE = re.compile(r"[(\[【〔]?(?:金额|数量|计量|计算)?单位:?(?:人民币)?(.+?)[)\]】〕]?")


# 填报单位：… 单位：万元 填报日期：… in one line; 填报单位 and its like are no units.
_AMONG = re.compile(
    r"(?<![报送计表制])单位:(?:人民币)?([^:]{1,12}?)"
    r"(?=$|[()\[\]]|填|报|制|统计|负责|联系|审核|上报|日期|时间|表号|\d{4})"
)


@dataclass(frozen=True, slots=True)
class Units:
    """
    Units a form names: of money, and of pieces by what these count (人: people).

    ``others``: one is named that we do not write (万人, %).
    """

    money: frozenset[MoneyUnit] = frozenset()
    pieces: frozenset[str] = _NONE
    others: bool = False

    def __or__(self, more: "Units") -> "Units":
        return Units(self.money | more.money, self.pieces | more.pieces, self.others or more.others)


def unit_named(text: str) -> Units | None:
    """Return the unit that a text in normal spelling is, None where it is none."""
    if text in _MONEY:
        return Units(money=frozenset({_MONEY[text]}))
    if text in _PIECES:
        return Units(pieces=_PIECES[text])
    return Units(others=True) if _OTHERS.fullmatch(text) else None


def units_noted(text: str) -> Units | None:
    """Return the units that a text in normal spelling sets for a whole sheet (单位：万元), else None."""
    found = _NOTE.fullmatch(text)
    units = Units()
    for name in re.split("[、,/;和及]", found[1]) if found else ():
        unit = unit_named(name)
        if unit is None:
            return None
        units |= unit
    return units if found else None


def units_among(text: str) -> Units:
    """Return the units that a line of particulars in normal spelling sets for a whole sheet."""
    found = Units()
    for name in _AMONG.findall(text):
        found |= units_noted(f"单位:{name}") or Units()
    return found


def units_in_brackets(texts: Iterable[str]) -> tuple[list[str], Units]:
    """Return texts in normal spelling without units of money in brackets, and which these are."""
    found = [(_IN_BRACKETS.sub("", text), _IN_BRACKETS.findall(text)) for text in texts]
    money = frozenset(_MONEY[one] for _, said in found for one in said)
    return [text for text, _ in found], Units(money)


def written_in(cell: Cell, said: Units, noted: Units) -> MoneyUnit | None:
    """
    Return how a number is written, None where that is not plain.

    Money needs just one unit; what is counted must be of the pieces that are named.

    :param said: the units named for this number
    :param noted: those for the whole sheet
    """
    if said.others:
        return None
    if is_money(cell):
        units = said.money | noted.money
        return next(iter(units)) if len(units) == 1 and not said.pieces else None
    of = frozenset({cell.of})
    strange = said.money or noted.others or (said.pieces and not of & said.pieces)
    # 单位：户 over the whole sheet: then no line of it is of people.
    if strange or (cell.of == "people" and noted.pieces and not of & noted.pieces):
        return None
    return MoneyUnit.AS_COUNTED

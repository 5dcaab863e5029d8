"""The empty workbook for the residents of a district: one sheet, one example line, and every word."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from linli.interop.domain.founding import EXAMPLE
from linli.interop.domain.residents import (
    GUARDIAN,
    HOUSEHOLD,
    HOUSEHOLD_KIND,
    HOUSEHOLD_KINDS,
    NOTE,
    SHEET,
    YES_NO,
    columns_for,
)
from linli.people.domain import Fact, Purpose
from linli.rulebook.domain import Kind

from .tables import write_tables

FIRST = ("name", "id_number", "home", HOUSEHOLD, HOUSEHOLD_KIND, GUARDIAN, "phone")
EXAMPLES: Mapping[str, str] = {
    "name": "周小敏",
    "id_number": "990102199001010023",
    "home": "青桐社区3幢3单元501室",
    HOUSEHOLD: "1",
    HOUSEHOLD_KIND: "家庭户",
    "hukou": "本区户籍",
    NOTE: EXAMPLE,
}
NOTES = (
    "每行一位居民。备注写“示例”的行不导入。再次导入同一个文件，不会重复：按身份证号认人。",
    "姓名、身份证号、住址三列一定要有。没有身份证号的人，要写出生日期和门牌，按姓名、出生日期、门牌认人。",
    "住址：写门牌的代码，或者写全称，如“青桐社区3幢3单元501室”。不知道门牌的，只写社区。",
    "户号：同一个门牌里户号相同的是一户。不写，就不归入家庭。",
    "不满 14 周岁的要有监护人：写监护人的身份证号，他在这张表里，或者已经在底账里。",
    "其他列是底账里的项目，可以不要，也可以空着；空着就是不知道。下面列出每一项能写什么。",
    "只带用得着的列。每一列都要有说明的目的用得着它；凭本人同意的目的，不能整批导入。",
    "身份证号和电话加密保存。导入以后，请妥善保管或者删除这个文件。",
)


def write_template(path: Path, facts: Mapping[str, Fact], purposes: Mapping[str, Purpose]) -> None:
    """
    Write the empty workbook.

    :raises CommandError: if there is a file already
    """
    every = columns_for(facts)
    rest = [name for name in every if name not in {*FIRST, NOTE}]
    order = [*FIRST, *rest, NOTE]
    head = [every[name][0] for name in order]
    example = [EXAMPLES.get(name, "") for name in order]
    write_tables(path, {SHEET: (head, example)}, _words(facts, purposes))


def _words(facts: Mapping[str, Fact], purposes: Mapping[str, Purpose]) -> list[Sequence[str]]:
    lines: list[Sequence[str]] = [(note,) for note in NOTES]
    lines += [(), ("列", "能写什么", "意思", "哪些目的用得着")]
    lines += [
        (
            fact.name["zh-Hans"],
            _may_say(fact),
            fact.definition["zh-Hans"],
            "、".join(purposes[code].name["zh-Hans"] for code in sorted(fact.purposes)),
        )
        for fact in facts.values()
    ]
    kinds = "、".join(one for one in HOUSEHOLD_KINDS if one and not one.isascii())
    lines += [("户别", kinds), (), ("目的", "代码", "为什么", "依据")]
    lines += [
        (
            one.name["zh-Hans"],
            one.code if not one.consent else f"{one.code}（凭本人同意，不能整批导入）",
            one.why["zh-Hans"],
            "、".join(one.articles),
        )
        for one in purposes.values()
    ]
    return lines


def _may_say(fact: Fact) -> str:
    """Return in Chinese what may stand in a cell of this fact."""
    match fact.type.kind if fact.type else None:
        case Kind.BOOL:
            return "、".join(one for one in YES_NO if not one.isascii())
        case Kind.CODE:
            return "、".join(said["zh-Hans"] for said in fact.codes.values())
        case Kind.INT:
            return "整数"
        case Kind.DATE:
            return "日期，如 2026-07-01"
    return "文字"

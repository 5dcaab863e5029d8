"""The empty workbook a district fills in to begin: sheets, columns, one example line each, the words."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from linli.interop.domain.founding import (
    EXAMPLE,
    KINDS,
    PLACES,
    POST_COLUMNS,
    POSTS,
    ROLES,
    STAFF,
    STAFF_COLUMNS,
    UNIT_COLUMNS,
    UNITS,
)

from .tables import write_tables

PLACE_HEADS = (
    "街道",
    "街道代码",
    "社区",
    "社区代码",
    "网格",
    "院落",
    "楼幢",
    "单元",
    "门牌",
    "经度",
    "纬度",
    "备注",
)
# One filled line a sheet; whoever fills it in overwrites or leaves it, it brings nothing.
EXAMPLES: Mapping[str, Sequence[str]] = {
    PLACES: (
        "柳营街道",
        "990101001",
        "青桐社区",
        "990101001001",
        "第一网格",
        "",
        "3幢",
        "3单元",
        "501室",
        "",
        "",
        EXAMPLE,
    ),
    POSTS: ("P1", "民生保障", EXAMPLE),
    UNITS: (
        "青桐社区公共服务工作站",
        "Qingtong Service Station",
        "公共服务工作站",
        "",
        "青桐社区",
        "",
        "8000 1234",
        EXAMPLE,
    ),
    STAFF: (
        "周敏",
        "zhoumin",
        "青桐社区公共服务工作站",
        "窗口人员",
        "P1",
        "2026-12-01",
        "",
        "liqiang",
        EXAMPLE,
    ),
}
NOTES = (
    "每行一条。备注写“示例”的行不导入。再次导入同一个文件，不会重复。",
    "地方：街道用 9 位代码，社区用 12 位代码，下面各级不用代码。已有的地方不用再写。",
    "地方：经度、纬度可以不写，如 120.16 和 30.24；写了，就是这一行最后一级地方的位置。",
    "单位：所在地方写名称或者代码。上级单位空着，就是街道或者区的中心。",
    "单位：政府部门、社会组织、企业、居民自治组织要写职能；社区自己的四块牌子不用写。",
    "人员：一个人有几个席位就写几行，登录名相同。登录名空着，就是不登录。审计人员要写终止日。",
    "人员：B角登录名，就是他不在的时候谁来接。",
)


def write_template(path: Path, offices: Mapping[str, str]) -> None:
    """
    Write the empty workbook.

    :param offices: performer → Chinese name, as the packs have them
    """
    heads = {
        PLACES: PLACE_HEADS,
        POSTS: [one[0] for one in POST_COLUMNS.values()],
        UNITS: [one[0] for one in UNIT_COLUMNS.values()],
        STAFF: [one[0] for one in STAFF_COLUMNS.values()],
    }
    lines: list[tuple[str, ...]] = [(note,) for note in NOTES]
    lines += [(), ("类别",), *((one,) for one in KINDS if not one.isascii())]
    lines += [(), ("角色",), *((one,) for one in ROLES if not one.isascii())]
    lines += [(), ("职能", "代码"), ("中心", "center")]
    lines += [(name, performer) for performer, name in offices.items()]
    write_tables(path, {name: (head, EXAMPLES[name]) for name, head in heads.items()}, lines)

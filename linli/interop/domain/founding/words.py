"""The vocabulary of the workbook a district begins with: sheets, columns, words, complaints."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from linli.basics import Refused, gettext_noop
from linli.parties.domain import COMMUNITY_KINDS, Kind, PartyRow, Role

PLACES, UNITS, STAFF, POSTS = "地方", "单位", "人员", "岗位"
EXAMPLE = "示例"
# The columns of the sheets, by either name; those marked must be there.
UNIT_COLUMNS: Mapping[str, tuple[str, str, bool]] = {
    "name": ("单位名称", "name", True),
    "name_en": ("英文名称", "name in English", False),
    "kind": ("类别", "kind", True),
    "office": ("职能", "office", False),
    "place": ("所在地方", "place", True),
    "parent": ("上级单位", "parent", False),
    "phone": ("电话", "telephone", False),
    "note": ("备注", "note", False),
}
STAFF_COLUMNS: Mapping[str, tuple[str, str, bool]] = {
    "name": ("姓名", "name", True),
    "login": ("登录名", "login", True),
    "unit": ("单位", "unit", True),
    "role": ("角色", "role", True),
    "post": ("岗位", "post", False),
    "from_on": ("起始日", "from", True),
    "to_on": ("终止日", "until", False),
    "backup": ("B角登录名", "backup", False),
    "note": ("备注", "note", False),
}
POST_COLUMNS: Mapping[str, tuple[str, str, bool]] = {
    "code": ("岗位", "post", True),
    "name": ("名称", "name", True),
    "note": ("备注", "note", False),
}
PROFIT = "企业"
KINDS: Mapping[str, Kind] = {
    "政府部门": Kind.OFFICE,
    "公共服务工作站": Kind.STATION,
    "居委会": Kind.COMMITTEE,
    "社区党组织": Kind.PARTY_ORG,
    "居务监督委员会": Kind.OVERSIGHT,
    "社会组织": Kind.ORGANISATION,
    PROFIT: Kind.ORGANISATION,
    "居民自治组织": Kind.AUTONOMOUS_BODY,
} | {kind.value: kind for kind in Kind}
ROLES: Mapping[str, Role] = {
    "窗口人员": Role.CLERK,
    "社区工作者": Role.WORKER,
    "负责人": Role.HEAD,
    "街道工作人员": Role.STREET,
    "部门工作人员": Role.DEPARTMENT,
    "裁决人": Role.ARBITER,
    "区工作人员": Role.DISTRICT,
    "审计人员": Role.AUDITOR,
    "服务机构人员": Role.PROVIDER,
} | {role.value: role for role in Role}
HATS = frozenset(COMMUNITY_KINDS.values())


class BadLine(Refused):
    """A line of the workbook cannot be used. Nothing of the workbook was brought in."""

    status = 422
    message = gettext_noop("Sheet “%(sheet)s”, line %(line)s: %(reason)s")

    def __init__(self, *, sheet: str, line: int, reason: "str | Refused") -> None:
        super().__init__(sheet, line, reason)
        self.sheet = sheet
        self.line = line
        self.reason = reason


class Wrong(Refused):
    """A cell says what cannot be read. ``cell`` is what stands there."""

    status = 422
    message = gettext_noop("Column “%(column)s”, “%(cell)s”: %(reason)s")

    def __init__(self, *, column: str, cell: str, reason: "str | Refused") -> None:
        super().__init__(column, cell, reason)
        self.column = column
        self.cell = cell
        self.reason = reason


UNKNOWN_PLACE = gettext_noop("There is no such place. Write its name or its code.")
UNKNOWN_KIND = gettext_noop("This kind of unit is not known. See the sheet 说明.")
UNKNOWN_OFFICE = gettext_noop(
    "This office is not known. See the sheet 说明, or write a code of small letters."
)
NEEDS_OFFICE = gettext_noop("Say what it does, so that its matters find it. See the sheet 说明.")
WRONG_LEVEL = gettext_noop("Such an office stands at a place of another level.")
NO_HAT_HERE = gettext_noop("A community's own bodies stand in a community.")
UNKNOWN_UNIT = gettext_noop(
    "There is no such unit. Write its name as in the sheet 单位, or its code."
)
SEVERAL = gettext_noop("Several are called so. Write the code.")
UNKNOWN_ROLE = gettext_noop("This role is not known. See the sheet 说明.")
UNKNOWN_POST = gettext_noop("This post stands in no line of the sheet 岗位.")
BAD_POST = gettext_noop("Posts are P1, P2 … and +1, +2 …, without a gap.")
NO_DAY = gettext_noop("Write a day such as 2026-07-01.")
NO_NAME = gettext_noop("Write a name of at most 60 characters.")
BAD_LOGIN = gettext_noop("A login has letters, digits and . _ - @ only, at most 60.")
TWO_NAMES = gettext_noop("This login stands beside another name.")
LOGIN_TAKEN = gettext_noop("Somebody else signs in under this name already.")
UNKNOWN_BACKUP = gettext_noop("Nobody in the sheet 人员 signs in under this name.")
OWN_BACKUP = gettext_noop("Nobody can stand in for themselves.")
TWICE = gettext_noop("This stands in an earlier line already.")
NO_COLUMN = gettext_noop("This column is missing.")


@dataclass(frozen=True, slots=True)
class Spot:
    """A place a unit may answer for. ``street`` is the code of the street it is or lies in."""

    id: int
    code: str
    kind: str
    street: str = ""


@dataclass(frozen=True, slots=True)
class Ground:
    """What stands in the district before the workbook, and the vocabulary of its catalogue."""

    today: date
    spots: Mapping[str, Sequence[Spot]]  # by code and by Chinese name
    offices: Mapping[str, str]  # performer, and Chinese name → performer
    named: Callable[[str], str | None]  # login → name at a desk, "" without one; None if unused
    parties: Sequence[PartyRow] = ()
    seats: Sequence[tuple[str, str, str, date | None]] = ()  # who, party, role, last day; old first
    posts: frozenset[str] = frozenset()

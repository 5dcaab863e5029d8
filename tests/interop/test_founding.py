"""The workbook a district begins with: what each line brings, and what is said of one that cannot."""

from datetime import date, datetime
from itertools import pairwise

import pytest
from django.utils import translation

from linli.fabric.edge import sentence
from linli.interop.domain.founding import KINDS, ROLES, Ground, Spot, read_book
from linli.parties.domain import Kind, PartyRow, Role, SeatRow

from .books import HEADS, LINES

TODAY = date(2026, 12, 1)
SPOTS = (
    Spot(1, "990101", "district"),
    Spot(2, "990101001", "street", "990101001"),
    Spot(3, "990101001001", "community", "990101001"),
    Spot(4, "990101001002", "community", "990101001"),
    Spot(5, "990101002002", "community", "990101002"),
)
NAMES = ("示例区", "柳营街道", "青桐社区", "柳浪社区", "柳浪社区")
OFFICES = {
    "区住房和城乡建设局": "district.housing",
    "street.urban_management": "street.urban_management",
    "物业公司": "organisation.property",
}
GREEN = "990101001001"


def ground(**more):
    spots = {spot.code: [spot] for spot in SPOTS}
    for spot, name in zip(SPOTS, NAMES, strict=True):
        spots.setdefault(name, []).append(spot)
    return Ground(
        **{"today": TODAY, "spots": spots, "offices": OFFICES, "named": lambda login: None} | more
    )


def sheets(**more):
    """Return the small district's tables; ``units`` and ``staff`` are lines added to theirs."""
    added = {"单位": more.get("units", ()), "人员": more.get("staff", ())}
    return {
        name: [HEADS[name], *LINES[name], *added.get(name, ())] for name in ("岗位", "单位", "人员")
    }


def told(book):
    with translation.override("en"):
        return [sentence(flaw) for flaw in book.flaws]


def test_the_small_district_is_read_line_by_line():
    book = read_book(sheets(), ground())

    assert told(book) == []
    assert [one for _, one in book.posts] == [
        ("P1", "民生保障"),
        ("P2", "社会治理"),
        ("+1", "机动"),
    ]
    assert [(row.code, row.kind, row.parent) for _, row in book.parties] == [
        ("990101.center", "office", ""),
        ("990101.housing", "office", "990101.center"),
        ("990101001.center", "office", "990101.center"),
        ("990101001.urban_management", "office", "990101001.center"),
        (f"{GREEN}.station", "station", "990101001.center"),
        (f"{GREEN}.committee", "committee", "990101001.center"),
        (f"{GREEN}.oversight", "oversight", "990101001.center"),
        (f"{GREEN}.organisation_property", "organisation", f"{GREEN}.committee"),
    ]
    assert book.parties[-1] == (
        9,
        PartyRow(
            code=f"{GREEN}.organisation_property",
            kind=Kind.ORGANISATION,
            name={"zh-Hans": "安居物业"},
            place=3,
            office="property",
            parent=f"{GREEN}.committee",
            phone="8000 9999",
            for_profit=True,
            from_on=TODAY,
        ),
    )
    assert [(line, row.who, row.party, row.role) for line, row in book.seats] == [
        (2, "zhoumin", f"{GREEN}.station", "clerk"),
        (3, "liqiang", f"{GREEN}.station", "head"),
        (4, "liqiang", f"{GREEN}.committee", "worker"),
        (5, "wangfang", "990101.center", "district"),
        (6, "zhaolei", "990101001.urban_management", "street"),
        (7, "陈静", f"{GREEN}.oversight", "worker"),
    ]
    assert book.seats[0][1] == SeatRow(
        login="zhoumin",
        name="周敏",
        party=f"{GREEN}.station",
        role=Role.CLERK,
        from_on=date(2026, 7, 1),
        post="P1",
        backup="liqiang",
    )
    assert {row.from_on for _, row in book.seats} == {date(2026, 7, 1)}  # in three spellings


UNIT_FLAWS = [
    (
        ("", "居委会", "", "青桐社区", "", "", ""),
        "单位名称",
        "Write a name of at most 60 characters.",
    ),
    (("甲", "什么", "", "青桐社区", "", "", ""), "类别", "This kind of unit is not known."),
    (("甲", "居委会", "", "没有的地方", "", "", ""), "所在地方", "There is no such place."),
    (("甲", "居委会", "", "柳浪社区", "", "", ""), "所在地方", "Several are called so."),
    (("甲", "居委会", "", "柳营街道", "", "", ""), "所在地方", "A community's own bodies stand"),
    (
        ("甲", "居委会", "", "青桐社区", "", "", ""),
        "类别",
        "This stands in an earlier line already.",
    ),
    (("甲", "政府部门", "", "柳营街道", "", "", ""), "职能", "Say what it does"),
    (("甲", "政府部门", "某某局", "柳营街道", "", "", ""), "职能", "This office is not known."),
    (("甲", "政府部门", "物业公司", "柳营街道", "", "", ""), "职能", "Such an office stands"),
    (("甲", "企业", "区住房和城乡建设局", "青桐社区", "", "", ""), "职能", "Such an office stands"),
    (("甲", "社会组织", "lift", "青桐社区", "没有", "", ""), "上级单位", "There is no such unit."),
    (
        ("安居物业", "企业", "物业公司", "青桐社区", "", "", ""),
        "单位名称",
        "This stands in an earlier",
    ),
]


@pytest.mark.parametrize(("line", "column", "reason"), UNIT_FLAWS)
def test_a_unit_that_cannot_be_is_told_with_sheet_line_column_and_reason(line, column, reason):
    (said,) = told(read_book(sheets(units=[line]), ground()))
    assert said.startswith(f"Sheet “单位”, line 11: Column “{column}”, “")
    assert reason in said


def seat(name="孙丽", login="sunli", unit="青桐工作站", role="窗口人员", post="", **more):
    days = (more.get("from_on", "2026-07-01"), more.get("to_on", ""))
    return (name, login, unit, role, post, *days, more.get("backup", ""), "")


STAFF_FLAWS = [
    (seat(name=""), "Column “姓名”, “”: Write a name of at most 60 characters."),
    (seat(unit="没有"), "Column “单位”, “没有”: There is no such unit."),
    (seat(role="局长"), "Column “角色”, “局长”: This role is not known."),
    (seat(from_on=""), "Column “起始日”, “”: Write a day such as 2026-07-01."),
    (seat(from_on="2026-02-30"), "Column “起始日”, “2026-02-30”: Write a day"),
    (seat(from_on="明天"), "Column “起始日”, “明天”: Write a day"),
    (seat(post="P9"), "Column “岗位”, “P9”: This post stands in no line"),
    (seat(login="孙丽"), "Column “登录名”, “孙丽”: A login has letters, digits"),
    (seat(login="zhoumin"), "Column “登录名”, “zhoumin”: This login stands beside another name."),
    (seat(backup="nobody"), "Column “B角登录名”, “nobody”: Nobody in the sheet 人员 signs in"),
    (seat(backup="sunli"), "Column “B角登录名”, “sunli”: Nobody can stand in for themselves."),
    (seat("周敏", "zhoumin"), "Column “姓名”, “周敏”: This stands in an earlier line already."),
    (seat(to_on="2026-06-30"), "This cannot be read: The last day lies before the first day."),
    (seat(role="审计人员"), "An auditor's appointment needs a last day."),
    (
        seat("周敏", "zhoumin", "区社区服务中心", "裁决人"),
        "An arbiter may not handle cases for any office.",
    ),
    (
        seat("李强", "liqiang", "青桐监委会", "社区工作者"),
        "李强 already serves in the residents' committee and may not serve in the residents' "
        "affairs oversight committee as well: Organic Law of Urban Residents' Committees (2025), "
        "art. 36.",
    ),
]


@pytest.mark.parametrize(("line", "reason"), STAFF_FLAWS)
def test_a_seat_that_cannot_be_is_told_with_its_reason_and_the_article(line, reason):
    (said,) = told(read_book(sheets(staff=[line]), ground()))
    assert said.startswith(f"Sheet “人员”, line 8: {reason}")


def test_the_tenth_member_of_a_committee_is_refused_by_the_article():
    more = [seat(f"委员{n}", f"member{n}", "青桐居委会", "社区工作者") for n in range(9)]
    (said,) = told(read_book(sheets(staff=more), ground()))
    assert said.startswith("Sheet “人员”, line 16: The residents' committee has 9 members already")
    assert "art. 8" in said


def test_all_that_is_wrong_is_told_at_once():
    book = read_book(
        sheets(units=[UNIT_FLAWS[1][0]], staff=[seat(role="局长"), seat(unit="没有")]), ground()
    )
    assert [(flaw.sheet, flaw.line) for flaw in book.flaws] == [
        ("单位", 11),
        ("人员", 8),
        ("人员", 9),
    ]


@pytest.mark.parametrize("sheet", ["岗位", "单位", "人员"])
def test_a_sheet_without_a_column_it_needs_says_which(sheet):
    tables = {sheet: [("备注", "别的"), ("", "x")]}
    (said,) = told(read_book(tables, ground()))
    assert said.startswith(f"Sheet “{sheet}”, line 1: Column “")
    assert said.endswith("This column is missing.")


@pytest.mark.parametrize("codes", [("P1", "P3"), ("P1", "P1"), ("+2",), ("P2",)])
def test_posts_are_counted_without_a_gap(codes):
    table = [HEADS["岗位"], *((code, "某岗", "") for code in codes)]
    (said,) = told(read_book({"岗位": table}, ground()))
    assert "Posts are P1, P2 … and +1, +2 …, without a gap." in said


def test_what_is_no_post_is_told():
    (said,) = told(read_book({"岗位": [HEADS["岗位"], ("七", "某岗", "")]}, ground()))
    assert said.startswith("Sheet “岗位”, line 2: Column “岗位”, “七”")


def test_columns_may_be_named_in_english_and_a_day_may_be_a_day():
    tables = {
        "单位": [("name", "kind", "place"), ("青桐工作站", "station", "青桐社区")],
        "人员": [
            ("name", "login", "unit", "role", "from"),
            ("周敏", 301.0, "青桐工作站", "clerk", datetime(2026, 7, 1)),  # noqa: DTZ001
        ],
    }
    book = read_book(tables, ground())
    assert told(book) == []
    ((_, row),) = book.seats
    assert (row.login, row.from_on) == ("301", date(2026, 7, 1))


def test_a_second_company_of_a_kind_gets_a_code_of_its_own():
    line = ("平安物业", "企业", "物业公司", "青桐社区", "", "", "")
    book = read_book(sheets(units=[line]), ground())
    assert book.parties[-1][1].code == f"{GREEN}.organisation_property_2"
    again = read_book(sheets(units=[line]), ground(parties=[row for _, row in book.parties]))
    assert [row.code for _, row in again.parties] == [row.code for _, row in book.parties]


def test_a_login_that_is_somebody_elses_is_refused():
    (said,) = told(read_book(sheets(), ground(named={"wangfang": ""}.get)))
    assert "“wangfang”: Somebody else signs in under this name already." in said
    assert told(read_book(sheets(), ground(named={"wangfang": "王芳"}.get))) == []


def test_what_somebody_holds_already_counts_and_what_stands_is_not_tried_again():
    committee = next(
        row for _, row in read_book(sheets(), ground()).parties if row.kind == "committee"
    )
    code = committee.code
    full = [(f"m{n}", code, "worker", None) for n in range(9)]
    (said,) = told(read_book(sheets(), ground(parties=[committee], seats=full)))
    assert said.startswith("Sheet “人员”, line 4: The residents' committee has 9 members already")
    full[0] = ("liqiang", code, "worker", None)
    assert told(read_book(sheets(), ground(parties=[committee], seats=full))) == []
    past = [("chenjing", code, "worker", date(2026, 6, 30))]
    more = [seat("陈静", "chenjing", "青桐监委会", "社区工作者")]
    assert told(read_book(sheets(staff=more), ground(parties=[committee], seats=past))) == []


def test_every_kind_and_role_of_the_house_has_a_chinese_word():
    for words, all_ in ((KINDS, Kind), (ROLES, Role)):
        chinese = {value for word, value in words.items() if not word.isascii()}
        assert chinese == set(all_)
    lines = [line for line, _ in read_book(sheets(), ground()).seats]
    assert all(one < other for one, other in pairwise(lines))

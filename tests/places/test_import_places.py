"""``linli import-places``: files in, bad lines out, the same file twice."""

import csv
import json
from io import StringIO

import pytest
import xlsxwriter
from django.core.management import CommandError, call_command
from django.utils import translation

from linli.journal.models import Line
from linli.journal.queries import verify_live
from linli.places import queries
from linli.places.models import Place


def run(path, **options):
    out = StringIO()
    call_command("import_places", str(path), stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def streets(tmp_path):
    path = tmp_path / "streets.csv"
    path.write_text(
        'code,name,areaCode,provinceCode,cityCode\n330102001,"清波街道",330102,33,3301\n'
        '330102,"短",330102,33,3301\n420103001,"民族街街道",420103,42,4201\n'
        '330102003,"",330102,33,3301\n330102004,"小营街道",330102,33,3301\n'
        '420103002,"错",330102,33,3301\n',
        encoding="utf-8",
    )
    return path


def workbook(path, lines):
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for number, line in enumerate(lines):
            sheet.write_row(number, 0, line)
    return path


HEAD = ["街道", "社区", "社区代码", "网格", "楼幢", "单元", "门牌"]


def test_streets_come_in_once_and_bad_lines_go_to_a_file(db, streets, tmp_path):
    said = run(streets, area="330102", name="上城区")
    assert "3 added, 0 renamed, 0 unchanged." in said
    assert list(Place.objects.order_by("code").values_list("code", flat=True)) == [
        "330102",
        "330102001",
        "330102004",
    ]
    with (tmp_path / "streets.csv.errors.csv").open(encoding="utf-8-sig") as file:
        found = list(csv.reader(file))
    assert [line[0] for line in found] == ["line", "3", "5", "7"]
    assert all(reason for _, reason in found)
    lines = Line.objects.count()
    assert "0 added, 0 renamed, 2 unchanged." in run(streets, area="330102")
    assert Line.objects.count() == lines


def test_a_new_district_needs_a_name_and_stays_the_only_one(db, streets):
    with pytest.raises(CommandError):
        run(streets, area="330102")
    assert Place.objects.count() == 0
    run(streets, area="330102", name="上城区")
    with pytest.raises(CommandError):
        run(streets, area="420103", name="江汉区")


def test_a_workbook_builds_the_tree_to_the_door(db, streets, tmp_path):
    run(streets, area="330102", name="上城区")
    book = workbook(
        tmp_path / "doors.xlsx",
        [
            HEAD,
            ["清波街道", "甲社区", "330102001001", "一网格", "12幢", "1单元", 301],
            ["清波街道", "甲社区", "", "一网格", "12幢", "1单元", "302"],
            ["清波街道", "甲社区", "", "一网格", "12号楼", "1单元", "301"],
            ["清波街道", "乙社区", "", "", "1幢", "", ""],
            ["没有街道", "丙社区", "330102009001", "", "", "", ""],
            ["清波街道", "", "", "", "3幢", "", ""],
        ],
    )
    assert "9 added, 0 renamed, 0 unchanged." in run(book)
    codes = set(Place.objects.filter(kind="door").values_list("code", flat=True))
    assert len(codes) == 3
    first = Place.objects.get(kind="door", code__contains="-B12-", code__endswith="D301")
    assert queries.place_words(1, first.pk, "zh-hans") == "清波街道甲社区12幢1单元301"
    assert Place.objects.filter(code__contains="-B12A").count() == 3
    with (tmp_path / "doors.xlsx.errors.csv").open(encoding="utf-8-sig") as file:
        assert [line[0] for line in csv.reader(file)] == ["line", "5", "6", "7"]
    lines = Line.objects.count()
    assert "0 added, 0 renamed, 0 unchanged." in run(book)
    assert Line.objects.count() == lines


def test_a_file_that_is_no_list_is_refused(db, streets, tmp_path):
    run(streets, area="330102", name="上城区")
    with pytest.raises(CommandError):
        run(workbook(tmp_path / "x.xlsx", [["a", "b"]]))
    with pytest.raises(CommandError):
        run(tmp_path / "missing.csv")


def test_of_several_sheets_the_one_of_places_is_read_without_its_example(db, streets, tmp_path):
    run(streets, area="330102", name="上城区")
    path = tmp_path / "district.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("人员").write_row(0, 0, ["姓名", "单位"])
        sheet = book.add_worksheet("地方")
        sheet.write_row(0, 0, [*HEAD, "备注"])
        sheet.write_row(1, 0, ["清波街道", "甲社区", "330102001001", "", "", "", "", ""])
        sheet.write_row(
            2, 0, ["清波街道", "乙社区", "330102001002", "", "", "", "", "示例：不导入"]
        )
    assert "1 added, 0 renamed, 0 unchanged." in run(path)
    assert Place.objects.get(kind="community").code == "330102001001"


def test_points_and_outlines_come_in_for_new_places_and_old_ones(db, streets, tmp_path):
    run(streets, area="330102", name="上城区")
    head = [*HEAD, "经度", "纬度"]
    house = ["清波街道", "甲社区", "330102001001", "", "12幢"]
    book = workbook(
        tmp_path / "points.xlsx",
        [
            head,
            [*house, "1单元", "301", 120.16, "30.24"],
            ["清波街道", "甲社区", "", "", "", "", "", 120.15, 30.25],
            [*house, "1单元", "302", "east", "30.24"],
            [*house, "1单元", "303", 120.16, ""],
        ],
    )
    outline = {
        "type": "Polygon",
        "coordinates": [[[120.1, 30.2], [120.2, 30.2], [120.2, 30.3], [120.1, 30.2]]],
    }
    feature = {"type": "Feature", "properties": {"code": "330102001001"}, "geometry": outline}
    drawn = tmp_path / "outlines.geojson"
    drawn.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    assert "4 added, 0 renamed, " in run(book, outlines=drawn)

    community = Place.objects.get(code="330102001001")
    assert (community.longitude, community.latitude) == (120_150_000, 30_250_000)
    assert community.outline == outline
    door = Place.objects.get(kind="door")
    assert (door.longitude, door.latitude) == (120_160_000, 30_240_000)
    with (tmp_path / "points.xlsx.errors.csv").open(encoding="utf-8-sig") as file:
        reasons = list(csv.reader(file))[1:]
    assert [line for line, _ in reasons] == ["4", "5"]
    assert reasons[0][1] == "经度和纬度用度来写，例如 120.16 和 30.24。"

    lines = Line.objects.count()
    run(book, outlines=drawn)
    assert Line.objects.count() == lines
    moved = workbook(tmp_path / "moved.xlsx", [head, [*house, "1单元", "301", 120.17, 30.24]])
    assert "0 added, 0 renamed, 1 drawn, 0 unchanged." in run(moved)
    line = Line.objects.latest("id")
    assert (line.kind, json.loads(line.body)["event"]["drawn"]) == ("PlacesLoaded", 1)
    assert list(verify_live()) == []
    assert Place.objects.get(pk=door.pk).longitude == 120_170_000


def test_an_outline_of_no_place_here_is_refused(db, streets, tmp_path):
    run(streets, area="330102", name="上城区")
    before = Line.objects.count()
    for text in (
        "{}",
        "no json",
        '{"features": [{"properties": {"code": "999"}, "geometry": {}}]}',
    ):
        path = tmp_path / "bad.geojson"
        path.write_text(text)
        with pytest.raises(CommandError):
            run(streets, outlines=path)
    assert Line.objects.count() == before


def test_a_code_is_asked_for_where_it_is_missing_malformed_or_another_one(db, streets, tmp_path):
    run(streets, area="330102", name="上城区")
    book = workbook(
        tmp_path / "codes.xlsx",
        [
            HEAD,
            ["清波街道", "甲社区", "330102001001"],
            [],
            ["清波街道", "乙社区", ""],
            ["清波街道", "甲社区", "12", "一网格"],
            ["清波街道", "甲社区", "330102001002", "一网格"],
            ["清波街道", "丙社区", "３３０１０２００１００３"],
            ["清波街道", "甲社区", 330102001001, "二网格"],
        ],
    )
    with translation.override("zh-hans"):
        assert "2 added, 0 renamed, 0 unchanged." in run(book)
    with (tmp_path / "codes.xlsx.errors.csv").open(encoding="utf-8-sig") as file:
        assert list(csv.reader(file))[1:] == [
            ["4", "缺少社区代码。街道代码是 9 位数字，社区代码是 12 位。"],
            ["5", "12 不是社区的代码。区是 6 位数字，街道 9 位，社区 12 位。"],
            ["6", "叫这个名称的地点，代码是 330102001001，不是 330102001002。"],
            [
                "7",
                "３３０１０２００１００３ 不是社区的代码。区是 6 位数字，街道 9 位，社区 12 位。",
            ],
        ]
    assert set(Place.objects.filter(kind="grid").values_list("name__zh-Hans", flat=True)) == {
        "二网格"
    }


def test_a_list_as_excel_writes_it_in_china_is_read(db, streets, tmp_path):
    """In GB18030, of streets or of doors; one letter spoilt on its way does not change the rest."""
    streets.write_bytes(streets.read_text("utf-8").encode("gb18030"))
    assert "3 added" in run(streets, area="330102", name="上城区")
    doors = tmp_path / "doors.csv"
    head = "街道,社区,社区代码,网格\r\n"
    doors.write_bytes(f"{head}清波街道,㐀社区,330102001001,一网格\r\n".encode("gb18030"))
    assert "2 added" in run(doors)
    assert Place.objects.get(kind="community").name == {"zh-Hans": "㐀社区"}
    before = Line.objects.count()
    good = f"{head}清波街道,乙社区,330102001002,\r\n".encode()
    doors.write_bytes(good + "清波街道,丙社区,330102001003,".encode()[:-15] + b"\r\n")
    with pytest.raises(CommandError, match=r"doors\.csv, line 3, is no CSV\. Open it in Excel"):
        run(doors)
    assert Line.objects.count() == before

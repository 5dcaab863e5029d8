"""``linli found-district``: a workbook in, twice, and what a refused one leaves behind: nothing."""

import re
import stat
from io import StringIO
from pathlib import Path

import pytest
import xlsxwriter
from django.core.management import CommandError, call_command
from django.utils import translation
from python_calamine import CalamineWorkbook

from linli.catalogue import actions as catalogue
from linli.fabric import versions
from linli.identity.models import User
from linli.journal.models import Line
from linli.journal.queries import verify_live
from linli.parties.models import Appointment, Party, Post
from linli.places.models import Place
from tests.kept import kept
from tests.world import HOUSE_ITSELF, NOON, PROJECT

from .books import HEADS, small_book
from .test_founding import seat

pytestmark = pytest.mark.django_db
PACK = PROJECT / "packs" / "common"


def common_pack():
    catalogue.load_pack(by=HOUSE_ITSELF, folder=PACK, at=NOON)


@pytest.fixture(autouse=True)
def home(settings, tmp_path) -> Path:
    versions.forget_everything()
    kept(("common pack",), common_pack)
    settings.HOME = tmp_path
    with translation.override("en"):
        yield tmp_path


def found(*path: Path, **options: object) -> str:
    said = StringIO()
    call_command("found_district", *path, **options, stdout=said)
    return said.getvalue()


def begin(path: Path) -> str:
    return found(path, area="990101", name="示例区")


def rows() -> dict[str, int]:
    return {one.__name__: one.objects.count() for one in (Place, Post, Party, User, Appointment)}


def test_a_workbook_brings_places_posts_units_people_and_says_how_many(home):
    said = begin(small_book(home))

    assert said.splitlines()[:4] == [
        "places: 9 added, 0 renamed, 0 unchanged.",
        "posts: 3 new",
        "units: 8 new, 0 changed, 0 unchanged",
        "people: 4 new sign-ins; appointments: 6 new, 0 changed, 0 unchanged",
    ]
    assert rows() == {"Place": 9, "Post": 3, "Party": 8, "User": 4, "Appointment": 6}
    clerk = Appointment.objects.get(user__username="zhoumin")
    assert (clerk.name, clerk.role, clerk.hat, clerk.post.code) == (
        "周敏",
        "clerk",
        "station",
        "P1",
    )
    assert clerk.backup.user.username == "liqiang"
    assert clerk.backup.party_id == clerk.party_id  # not the seat on the committee
    assert list(verify_live()) == []


def test_the_same_workbook_again_changes_nothing(home):
    path = small_book(home)
    begin(path)
    before, lines = rows(), Line.objects.count()

    assert found(path).splitlines() == [
        "places: 0 added, 0 renamed, 0 unchanged.",
        "posts: 0 new",
        "units: 0 new, 0 changed, 8 unchanged",
        "people: 0 new sign-ins; appointments: 0 new, 0 changed, 6 unchanged",
    ]
    assert (rows(), Line.objects.count()) == (before, lines)
    assert len(list(home.glob("first-passwords-*"))) == 1


def test_each_first_password_is_its_own_opens_the_door_and_is_read_by_nobody_else(home):
    path = Path(re.search(r"first passwords: (\S+)", begin(small_book(home)))[1])

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    lines = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    assert [(login, name) for login, name, _ in lines] == [
        ("zhoumin", "周敏"),
        ("liqiang", "李强"),
        ("wangfang", "王芳"),
        ("zhaolei", "赵磊"),
    ]
    assert len({word for _, _, word in lines}) == 4
    for login, _, word in lines:
        assert re.fullmatch(r"([a-z2-9]{4}-){2}[a-z2-9]{4}", word)
        assert User.objects.get(username=login).check_password(word)


def test_a_seat_the_law_forbids_brings_in_no_unit_and_nobody(home):
    more = {"人员": (seat("李强", "liqiang", "青桐监委会", "社区工作者"), seat(role="局长"))}
    with pytest.raises(CommandError) as refused:
        begin(small_book(home, more))

    first, second, last = str(refused.value).splitlines()
    assert first.startswith("Sheet “人员”, line 8: 李强 already serves in the residents' committee")
    assert "art. 36" in first
    assert second.startswith("Sheet “人员”, line 9: Column “角色”, “局长”")
    assert (
        last == "Nothing of the units and people was brought in. Mend the lines and run it again."
    )
    assert rows() == {"Place": 9, "Post": 0, "Party": 0, "User": 0, "Appointment": 0}
    assert list(home.glob("first-passwords-*")) == []


def test_a_place_that_cannot_be_is_told_with_its_line_and_keeps_units_and_people_out(home):
    more = {"地方": (("柳营街道", "990101001", "没有代码的社区", "12", "", "", "", "", ""),)}
    with pytest.raises(CommandError, match=r"Sheet “地方”, line 6: .*12.* is no code"):
        begin(small_book(home, more))
    assert (Party.objects.count(), User.objects.count()) == (0, 0)


def test_what_was_added_changed_or_ended_in_the_workbook_is_brought_in_alone(home):
    begin(small_book(home))
    phone = ("青桐工作站", "公共服务工作站", "", "青桐社区", "", "8000 7777", "")
    ended = seat("赵磊", "zhaolei", "柳营街道城管办", "街道工作人员", to_on="2026-12-31")
    path = one_sheet_each(home, phone, [ended, seat(backup="zhoumin")])

    assert found(path).splitlines()[:3] == [
        "posts: 0 new",
        "units: 0 new, 1 changed, 0 unchanged",
        "people: 1 new sign-ins; appointments: 1 new, 1 changed, 0 unchanged",
    ]
    assert Party.objects.get(code="990101001001.station").phone == "8000 7777"
    assert str(Appointment.objects.get(user__username="zhaolei").to_on) == "2026-12-31"
    assert Appointment.objects.get(user__username="sunli").backup.name == "周敏"
    assert found(path).splitlines()[1:] == [
        "units: 0 new, 0 changed, 1 unchanged",
        "people: 0 new sign-ins; appointments: 0 new, 0 changed, 2 unchanged",
    ]


def one_sheet_each(folder: Path, unit, staff) -> Path:
    """Write a workbook of the sheets 单位 and 人员 only."""
    path = folder / "later.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for name, lines in (("单位", [unit]), ("人员", staff)):
            page = book.add_worksheet(name)
            for number, cells in enumerate((HEADS[name], *lines)):
                page.write_row(number, 0, cells)
    return path


def test_the_template_brings_in_nothing_and_names_every_sheet_and_office(home):
    path = home / "empty.xlsx"
    assert found(template=path) == f"empty workbook: {path}\n"

    book = CalamineWorkbook.from_path(str(path))
    assert book.sheet_names == ["地方", "岗位", "单位", "人员", "说明"]
    for name in book.sheet_names[:-1]:
        head, example = book.get_sheet_by_name(name).to_python()
        assert head[-1] == "备注"
        assert example[-1] == "示例"
    words = {str(line[0]) for line in book.get_sheet_by_name("说明").to_python()}
    assert {"公共服务工作站", "窗口人员", "街道城市管理办公室"} <= words
    with pytest.raises(CommandError, match="There is a file"):
        found(template=path)

    begin(path)
    assert rows() == {"Place": 1, "Post": 0, "Party": 0, "User": 0, "Appointment": 0}


def test_what_is_no_workbook_or_not_there_is_refused_in_a_sentence(home):
    text = home / "text.xlsx"
    text.write_text("x")
    with pytest.raises(CommandError, match=r"text\.xlsx is no Excel workbook, or a damaged one\."):
        found(text)
    with pytest.raises(CommandError, match="There is no file"):
        found(home / "none.xlsx")
    with xlsxwriter.Workbook(str(home / "other.xlsx")) as book:
        book.add_worksheet("Sheet1")
    with pytest.raises(CommandError, match="None of the sheets is called 人员, 单位, 地方, 岗位"):
        found(home / "other.xlsx")
    with pytest.raises(CommandError, match="Name the workbook"):
        found()

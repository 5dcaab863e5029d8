"""What a class of another system means: the narrowest first, and nothing rather than something wrong."""

import csv
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from linli.cases.domain.imports import read_work_order
from linli.cases.domain.naming import Namer
from linli.cases.management.importing import CLASSES, classes_known
from linli.catalogue.actions import read_folder
from linli.fabric.documents import read_yaml

PROJECT = Path(__file__).parents[2]
ORDERS = PROJECT.parent / "shared" / "data" / "work_orders" / "pingshan_2018.csv"
NOW = datetime(2026, 11, 22, tzinfo=UTC)
SAID = {
    "manhole_cover": ("井盖丢失", "井盖丢了", "井盖响"),
    "street_light": ("路灯不亮", "路灯坏了", "没有路灯"),
    "sewer_blocked": ("下水道堵塞", "下水道返水", "下水井冒水"),
    "barrier_free_report": ("无障碍设施", "坡道坏了"),
    "illegal_building": ("违法建设举报", "占用公共绿地"),
    "street_stalls": ("占道经营", "流动摊贩"),
    "noise_neighbours": ("噪声扰民", "邻居太吵"),
    "noise_building_site": ("噪声大的工地", "施工噪音"),
    "find_work": ("找工作", "保洁"),
    "owners_meeting": ("保洁",),
    "traffic_and_bus": ("交通运输", "公交站"),
}


@pytest.fixture(scope="module")
def namer():
    return Namer((phrase, code) for code, phrases in SAID.items() for phrase in phrases)


@pytest.mark.parametrize(
    ("classes", "item"),
    [
        (("下水井盖", "公用部件"), "manhole_cover"),  # what it ends with is what it is
        (("路灯(灯光)井盖", "公用部件"), "manhole_cover"),
        (("路灯", "公用部件"), "street_light"),
        (("下水道堵塞或破损", "供、排水及水质问题"), "sewer_blocked"),
        (
            ("店外经营", "占道经营"),
            "street_stalls",
        ),  # of the wider class where the narrow one is mute
        (("施工噪音", "占道经营"), "noise_building_site"),
        (("防撞柱", "公用部件"), ""),
        (("公共绿地养护", "绿化养护"), ""),  # stands in a phrase, and begins none
        (
            ("机动车噪声", "交通运输噪声"),
            "",
        ),  # two items begin with it; the wider one ends otherwise
        (("道路保洁", "道路保洁"), ""),  # two items say it
        (("精神文明建设", "宣传舆论"), ""),
        (("城市管理", "市容城管"), ""),
        ((), ""),
    ],
)
def test_a_class_means_an_item_or_nothing(namer, classes, item) -> None:
    assert namer.item(classes) == item


def test_a_work_order_tells_its_classes_the_narrowest_first_and_never_the_widest() -> None:
    kinds = {
        "EVENT_TYPE_NAME": "市政设施",
        "MAIN_TYPE_NAME": "公用部件",
        "SUB_TYPE_NAME": "下水井盖",
    }
    row = {"REC_ID": "1", "CREATE_TIME": "2018-02-08 15:34:40", **kinds}

    found = read_work_order(row, now=NOW)
    assert (found.words, found.classes) == (
        "市政设施 · 公用部件 · 下水井盖",
        ("下水井盖", "公用部件"),
    )
    assert (
        read_work_order({**row, "MAIN_TYPE_NAME": "-", "SUB_TYPE_NAME": "无"}, now=NOW).classes
        == ()
    )


@pytest.mark.shared
@pytest.mark.skipif(not ORDERS.exists(), reason="the shared data is not here")
def test_the_orders_of_a_real_city_go_where_they_belong_or_nowhere() -> None:
    packs = read_folder(PROJECT / "packs" / "jianghan")
    items = [item.definition for pack in packs for item in pack.items]
    phrases = ((one, item.code) for item in items for one in (item.name["zh-Hans"], *item.words))
    namer = Namer(phrases, classes_known({item.code for item in items}))
    with ORDERS.open(encoding="utf-8-sig", newline="") as file:
        found = [read_work_order(row, now=NOW) for row in csv.DictReader(file)]
    meant = Counter((each.classes[0], namer.item(each.classes)) for each in found)

    plain = {name: (item, times) for (name, item), times in meant.items()}
    assert plain["下水井盖"] == ("manhole_cover", 211)
    assert plain["路灯(灯光)井盖"] == ("manhole_cover", 74)
    assert plain["路灯"] == ("street_light", 42)
    assert plain["道路破损"] == ("road_damage", 143)
    assert plain["工业红线内噪声"] == ("noise_neighbours", 223)
    assert plain["防撞柱"] == ("", 57)
    assert plain["精神文明建设"] == ("", 100)
    assert plain["城市管理"] == ("", 117)
    assert plain["行道树倒压占路"] == ("trees_and_green", 169)
    assert plain["消防设施"] == ("", 12)
    counts = Counter[str]()
    for (_, item), times in meant.items():
        counts[item] += times
    assert (counts["barrier_free_report"], counts["manhole_cover"]) == (0, 424)
    assert (len(found), counts[""]) == (5_416, 1_535)


def test_what_was_read_by_hand_goes_before_what_is_guessed() -> None:
    namer = Namer([("占道经营", "street_stalls")], {"店外经营": "shops", "施工占道": ""})
    assert namer.item(("店外经营", "占道经营")) == "shops"
    assert namer.item(("施工占道", "占道经营")) == ""
    assert namer.item(("乱摆卖", "占道经营")) == "street_stalls"


def test_every_class_read_by_hand_means_one_item_that_is_offered() -> None:
    offered = {
        item.definition.code
        for pack in read_folder(PROJECT / "packs" / "shangcheng")
        for item in pack.items
    }
    known = classes_known(offered)
    assert set(known.values()) <= offered | {""}
    assert len(known) == sum(len(names) for names in read_yaml(CLASSES).values())

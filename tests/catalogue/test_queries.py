"""What is on offer, found by plain words, for whom; and what is refused at the window."""

from datetime import date

import pytest

from linli.basics import NoSuchThing
from linli.catalogue import queries
from linli.catalogue.domain import build_index, search

from .conftest import TODAY
from .test_packs import ALL, ITEMS

SYNONYMS = [entry["words"] for entry in ALL["common"].lists["synonyms"]]
INDEX = build_index(ITEMS, SYNONYMS)

PLAIN_WORDS = [
    ("高龄津贴", "old_age_allowance"),
    ("高玲津贴", "old_age_allowance"),
    ("我妈八十了能领钱吗", "old_age_allowance"),
    ("80岁老人补贴", "old_age_allowance"),
    ("老年补助", "old_age_allowance"),
    ("低保", "minimum_allowance"),
    ("底保", "minimum_allowance"),
    ("怎么吃低保", "minimum_allowance"),
    ("残疾人补贴", "disability_allowance"),
    ("残级人补贴", "disability_allowance"),
    ("办残疾证", "disability_card"),
    ("老人卡", "senior_card"),
    ("老年公交卡", "senior_card"),
    ("居家养老", "home_care"),
    ("请人上门照顾老人", "home_care"),
    ("社区食堂", "elder_meals"),
    ("老人中午没人做饭", "elder_meals"),
    ("灵活就业", "flexible_employment"),
    ("零活就业登记", "flexible_employment"),
    ("跑外卖怎么交社保", "flexible_employment"),
    ("找工做", "find_work"),
    ("失业了想找活干", "find_work"),
    ("临时救助", "temporary_aid"),
    ("借活动室跳舞", "activity_room"),
    ("活动场的预约", "activity_room"),
    ("当志愿者", "volunteer_registration"),
    ("想做义工", "volunteer_registration"),
    ("居住证明", "residence_check"),
    ("居住情况核实", "residence_check"),
    ("楼上漏水", "neighbour_leak"),
    ("楼上卫生间渗水到我家", "neighbour_leak"),
    ("楼顶漏雨", "common_leak"),
    ("公共部位漏水", "common_leak"),
    ("楼道灯坏了", "stair_light"),
    ("路灯不亮", "street_light"),
    ("路登不亮", "street_light"),
    ("马路上的灯坏了大半年", "street_light"),
    ("电梯坏了", "lift_fault"),
    ("电梯老是困人", "lift_fault"),
    ("井盖没了", "manhole_cover"),
    ("窨井盖松动", "manhole_cover"),
    ("油烟扰民", "cooking_fumes"),
    ("楼下饭店油烟太大", "cooking_fumes"),
    ("违建", "illegal_building"),
    ("楼顶有人私搭乱建", "illegal_building"),
    ("工地半夜施工太吵", "noise_building_site"),
    ("麻将馆吵得睡不着", "noise_neighbours"),
    ("广场舞声音大", "noise_neighbours"),
    ("停车位不够", "parking_trouble"),
    ("有车堵住我家门口", "parking_trouble"),
    ("垃圾没人收", "rubbish_heap"),
    ("消防通道停满车", "fire_lane"),
    ("电动车上楼充电", "fire_lane"),
    ("狗不牵绳", "dogs"),
    ("下水道堵了", "sewer_blocked"),
    ("污水冒出来了", "sewer_blocked"),
    ("停水", "water_outage"),
    ("物业乱收费", "property_complaint"),
    ("拖欠工资", "unpaid_wages"),
    ("老板不发工钱", "unpaid_wages"),
    ("邻居吵架", "neighbour_mediation"),
    ("老公打人", "violence_at_home"),
    ("成立业委会", "owners_assembly"),
    ("选居委会主任", "voter_registration"),
    ("看不起病", "medical_aid"),
    ("公租房", "housing_aid"),
    ("助学金", "education_aid"),
    ("删除我的信息", "my_data_erasure"),
    ("谁看过我的信息", "my_data_copy"),
    ("时间银行", "time_bank_deposit"),
    ("庭院改善", "courtyard_improvement"),
    ("门栋长", "stairwell_covenant"),
    ("屋顶种菜", "roof_garden_plot"),
    ("卖废纸", "recycling_gift"),
    ("街坊节", "festival_programme"),
    ("盲道被占", "barrier_free_report"),
    ("卫生间装扶手", "home_adaptation"),
    ("预付卡跑路", "shop_complaint"),
]


@pytest.mark.parametrize(("words", "code"), PLAIN_WORDS)
def test_plain_words_find_the_item(words: str, code: str) -> None:
    assert code in [found.code for found in search(INDEX, words, 3)]


def test_the_first_is_nearly_always_the_right_one() -> None:
    first = [search(INDEX, words, 1)[0].code == code for words, code in PLAIN_WORDS]
    assert len(first) >= 40
    assert sum(first) >= 0.95 * len(first)


@pytest.mark.parametrize("words", ["", "   ", "？！", "zzzz"])
def test_nothing_is_found_for_nothing(words: str) -> None:
    assert search(INDEX, words, 3) == ()


loaded = pytest.mark.usefixtures("shelf")


@loaded
def test_search_says_why() -> None:
    found = queries.search("楼道灯坏了", 2, on=TODAY)
    assert (found[0].code, found[0].name) == ("stair_light", "楼道灯不亮")
    assert "楼道灯坏了" in found[0].words
    assert len(found) == 2
    assert found[0].score > found[1].score


@loaded
def test_a_residents_words_come_to_one_to_three_items() -> None:
    words = "您好，我们单元楼道的声控灯不亮已经半个月了，老人晚上下楼摔过一跤，希望尽快修好。"
    found = queries.match_report(words, on=TODAY)
    assert found[0].code == "stair_light"
    assert 1 <= len(found) <= 3
    assert queries.match_report("qwerty", on=TODAY) == []


@loaded
def test_the_directory_has_three_doors() -> None:
    by_event = queries.directory(TODAY, life_event="quarrel")
    assert "neighbour_mediation" in {one.definition.code for one in by_event}
    by_people = queries.directory(TODAY, people_group="veterans")
    assert {one.definition.code for one in by_people} == {"veteran_contact"}
    by_provider = queries.directory(TODAY, provider_kind="organisation.canteen")
    assert [one.definition.code for one in by_provider] == ["elder_meals"]
    assert len(queries.directory(TODAY)) == len(ITEMS)
    assert {
        one.definition.code for one in queries.directory(TODAY, provider_kind="organisation")
    } >= {"lift_fault", "elder_meals"}


@loaded
def test_what_is_kept_is_what_was_read() -> None:
    kept = {one.definition.code: one.definition for one in queries.items(TODAY)}
    assert kept == {item.code: item for item in ITEMS}


@loaded
def test_nothing_was_on_offer_before() -> None:
    assert queries.items(date(2025, 12, 31)) == ()
    with pytest.raises(NoSuchThing):
        queries.current("senior_card", date(2025, 12, 31))
    with pytest.raises(NoSuchThing):
        queries.current("no_such_item", TODAY)
    with pytest.raises(NoSuchThing):
        queries.definition(0)


@loaded
def test_lists_come_from_all_packs() -> None:
    mechanisms = {entry["mechanism"] for entry in queries.entries("templates", TODAY)}
    assert {"S4", "J10"} <= mechanisms
    assert queries.entries("templates", date(2025, 1, 1)) == []


@loaded
@pytest.mark.parametrize(
    ("law", "article", "day", "against"),
    [
        ("社会救助法", "第七十八条", date(2026, 7, 1), ""),
        ("中华人民共和国社会救助法", "第一条", date(2026, 7, 1), ""),
        ("社会救助法", "第七十九条", date(2026, 7, 1), "unknown_article"),
        ("社会救助法", "第一条", date(2026, 6, 30), "unknown_law"),  # not in force yet
        ("王法", "第99999条", TODAY, "unknown_law"),
        ("民法典", "第一千二百六十条", TODAY, ""),
    ],
)
def test_a_citation_is_held_against_the_laws_in_force(law, article, day, against) -> None:
    assert queries.law_on_record(law, article, day) == against


@loaded
def test_a_certificate_is_refused_with_its_citation() -> None:
    for text, basis in (
        ("麻烦社区开个无犯罪记录证明", "民发〔2020〕20号 第5项"),
        ("单位要我开单身证明", "民发〔2020〕20号 第8项"),
        ("开一个我和我妈的亲属关系证明", "民发〔2020〕20号 第1项"),
    ):
        found = queries.refused_certificate(text, on=TODAY)
        assert found is not None
        assert found.basis == basis
    assert queries.refused_certificate("我要办居住证明", on=TODAY) is None
    assert len(queries.certificates(TODAY)) == 20


@loaded
def test_the_duty_list_of_a_day() -> None:
    assert queries.duty_line("mediation", TODAY).kind == "basic"
    with pytest.raises(NoSuchThing):
        queries.duty_line("mediation", date(2025, 12, 31))


@loaded
def test_eligibility_and_papers_of_the_old_age_allowance() -> None:
    item = queries.current("old_age_allowance", TODAY).definition
    facts = {"birth_on": date(1946, 11, 16)}
    verdict = queries.eligibility(item, facts, on=TODAY)
    assert (verdict.answer, verdict.missing) == ("unknown", ("hukou",))
    assert queries.eligibility(item, facts | {"hukou": "local"}, on=TODAY).answer == "yes"
    left = queries.missing_papers(item, {"id_number": "1"}, [], on=TODAY)
    assert [paper.code for paper in left] == ["bank_card"]

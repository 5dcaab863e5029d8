"""What people of a community type, word for word, and the item a good clerk would take it for."""

import pytest

from linli.catalogue import queries
from linli.catalogue.domain import build_index, match

from .conftest import TODAY
from .test_packs import ALL, ITEMS

LISTS = ALL["common"].lists
INDEX = build_index(ITEMS, [entry["words"] for entry in LISTS["synonyms"]])

# Item → sentences; under "" those for which the packs have no item: a person reads them (问一句).
EVERYDAY = {
    "activity_room": "想找地方打牌 想办百日宴借场地 活动室什么时候开门 想学跳舞",
    "aid_discovery": "孩子没人管饿着肚子 邻居老奶奶好几天没出门了",
    "barrier_free_report": "轮椅出不了门 坐轮椅上不了楼",
    "building_danger": """
        楼顶瓦片要掉下来了 外墙砖掉下来砸到人 楼上装修把我家天花板弄裂了 楼梯扶手断了
    """,
    "common_leak": """
        水管爆了家里都是水 下雨屋里漏水 厨房水管漏了 墙角长霉渗水 房子漏雨没钱修 家里进水了
        楼道管子哗哗流水 地下车库滴水
    """,
    "consultation_proposal": "想装电梯 一楼住户不让装电梯 停车位怎么分想开会议一议",
    "cooking_fumes": "隔壁天天炒菜味飘进来 楼下烧烤摊熏人 油烟绕民",
    "courtyard_improvement": "房子太旧了想改造 我们老小区什么时候改造",
    "disability_allowance": """
        我是残疾人想领补贴 残疾人一个月有多少钱 聋哑人有什么补贴 女儿残疾
    """,
    "disability_card": """
        腿断了想办残疾证 耳朵聋了有补助吗 眼睛看不清想办残疾证 残疾证过期了 残积证
    """,
    "disaster_aid": "水灾把房子冲了",
    "dogs": """
        邻居的狗天天叫 被狗咬了 狗死了怎么处理 流浪猫太多 小区有大狗没拴绳 孩子被狗咬 楼上养狗叫
        楼下有人养了好几条大狗
    """,
    "education_aid": "孩子学费交不起 孩子没钱上大学 贫困大学生助学金 孩子上大学困难补助",
    "elder_meals": "给老人送饭 老人没人做饭 老人自己做不了饭",
    "elder_visit": "老人摔倒了 一个人在家没人说话 老妈一个人住不放心 隔壁老太太一个人怕出事 我爸独自在家没人看着",
    "emergency_medical_fund": "我家孩子生病没钱治",
    "family_doctor": """
        孩子打疫苗 高血压拿药 想打流感疫苗 怎么预约体检 小孩发烧去哪打针 孩子打针去哪 打疫苗
    """,
    "find_work": """
        找个工作 爸爸下岗了妈妈生病 毕业了找不到工作 想学门手艺 我要找保洁的活 刑满释放找不到工作
        儿子失业在家 失业金怎么领
        想找份活
    """,
    "fire_lane": "楼道里放电动车 邻居在楼道堆东西 快递柜占了通道",
    "flexible_employment": "送外卖怎么交社保 公司不给我交社保 社保断了怎么补",
    "gas_smell": "煤气漏了 天然气有味道",
    "handy_repair": """
        灯泡坏了没人换 门锁坏了进不去家 忘带钥匙 空调坏了 冰箱坏了 水龙头一直滴水关不上 单元门关不上
        窗户玻璃碎了 燃气灶打不着火 太阳能热水器不热 厕所灯不亮 修自行车
        抽油烟机清洗 通下水道师傅电话
    """,
    "home_adaptation": "洗澡怕滑倒想装扶手 爸爸摔断了腿要轮椅 想给卫生间装个扶手",
    "home_care": """
        养老院 老伴瘫在床上没人照顾 家里老人痴呆了 老人要请护工 我想住养老院 老人洗澡没人帮
        日间照料中心怎么进
    """,
    "homeless_help": "老人走丢了 桥洞下睡着一个人 孩子走丢了 流浪汉睡楼道 火车站睡地上的人 天桥下面有个老头睡了好几天",
    "housing_aid": "想租公租房 租不起房子 房租付不起了 公祖房 中介骗我房租 买房补贴",
    "illegal_building": "有人在楼顶盖房子 邻居把公共走道封了 一楼把院子圈起来盖屋",
    "lift_fault": "电梯里有怪声 电梯门夹人",
    "manhole_cover": "井盖响了一晚上 井盖翘起来绊人",
    "medical_aid": """
        得了癌症没钱看病 医药费报销不了 爷爷要做手术没有钱 老伴得了大病花光积蓄 老伴住院没钱交押金
    """,
    "medical_insurance_join": """
        生孩子 新生儿上医保 刚生了孩子怎么办医保 医保断交了 社保卡丢了 医保卡刷不了
        给老人交医疗保险
    """,
    "minimum_allowance": """
        低宝 地保 一家人没收入 下岗没收入 申请低宝 怎么申请抵保 我是单亲妈妈生活困难
        我没有工作能不能吃低保 孤儿寡母过不下去了
    """,
    "my_data_copy": "我的电话被谁看过",
    "my_data_correction": "换手机号了",
    "neighbour_duty": "孩子没人带 托邻居看一会孩子 家里没人帮我收下快递",
    "neighbour_leak": "楼上往下滴水 楼上空调水滴到我家 楼上洗衣机漏水泡了我家地板 天花板滴水是楼上的",
    "neighbour_mediation": """
        儿子不管我 儿女不养老人 房东不退押金 房东要赶我走 租房合同纠纷 两家吵架想找人评理
        婆婆和我天天吵 邻居占我家门口 和老婆吵架 兄弟为房子打官司 房东不修房子 和房东有矛盾
        老两口吵架要离婚 有人打架 邻居骂人 邻居把水泼到我家 楼上天天吵架摔东西 儿媳不让我看孙子
        借钱不还 邻居欠我钱 孩子打架了 押金不退
        宅基地和邻居吵 邻居堵门闹事 跟邻居为了晾衣服吵起来了
    """,
    "noise_building_site": "工地早上六点就开工",
    "noise_neighbours": """
        楼上小孩天天跑来跳去 楼上半夜打麻将 隔壁装修太吵 晚上楼下跳舞吵死了 邻居在阳台养鸡
        邻居半夜弹钢琴 合租的人太吵 放鞭炮吵 办丧事搭灵棚扰民 隔壁小孩哭闹
        KTV唱到凌晨
    """,
    "old_age_allowance": "我八十了有钱领吗 老妈九十了有补贴吗 高岭补贴 奶奶八十五了政府给钱吗",
    "open_books": "社区的钱花哪去了 社区的钱怎么用的给看看",
    "owners_assembly": "想换个物业",
    "parking_trouble": "我的车位被别人占了 停车未 快递员乱停车 共享单车乱放 路边僵尸车 外来车占满小区 小区里车停得到处都是",
    "parlour_session": "党费在哪交 我想入党 支部组织生活",
    "pension_question": """
        退休手续怎么办 养老金没到账 丧葬费怎么领 退休金怎么领 怎么交养老保险
        到龄退休找谁办 社保交满十五年了
    """,
    "power_outage": """
        家里停电了 家里跳闸了 家里没电 租的房子被断水断电 电表坏了 老鼠咬断电线
    """,
    "property_complaint": "物业费太贵不想交 保安打人 小区大门坏了 健身器材坏了 门口监控坏了",
    "public_safety_tip": """
        有人往楼下扔东西 接到诈骗电话 电动车被偷了 有人敲门说是查水表的 哥哥吸毒 怀疑楼上有传销
        楼里有人赌钱 手机收到中奖短信 接到公检法电话要我转账 陌生人敲门 楼上扔烟头 家里进小偷了
        有人偷快递
        楼上往下丢烟头
    """,
    "residence_check": "开居住证明 我住这里要开个证明",
    "residence_permit": "办居住证 刚搬来要登记吗 居住正",
    "residents_meeting": "要开居民大会",
    "rigid_spending_household": "住院花了很多钱",
    "road_damage": "路上有个大坑",
    "rubbish_heap": "家门口垃圾好几天没人收 蟑螂老鼠太多 蚊子太多 垃圾桶太臭 打扫卫生的不来 厨余桶发臭 旧沙发扔在楼下",
    "school_place": """
        孩子上幼儿园 小孩上学要什么手续 孩子几岁上幼儿园 外地户口孩子上学 孙子上小学怎么报名
    """,
    "self_help_property_join": "小区没有门卫",
    "senior_card": "老年证在哪办 七十岁坐公交免费吗 办个老年卡 老人坐地铁优惠",
    "sewer_blocked": "马桶堵了 卫生间下水慢 楼下饭店往下水道倒油 下水道有蟑螂",
    "shop_complaint": """
        被骗了钱 买保健品被骗 办卡不退钱 老人被推销保健品 培训班不退钱 网购被骗 被骗了五千块
        买到过期食品 理发店充卡跑了 存款被骗光了 老妈被骗买床垫
        超市卖过期奶 美发店办了卡老板跑路
    """,
    "staff_pool_request": "手机不会用 拄拐走不动没法去办事 不识字帮我填表",
    "stair_light": "楼道灯一闪一闪",
    "stairwell_covenant": "选楼长",
    "street_light": "小区太黑",
    "street_stalls": "小区门口有人卖菜挡路 早点摊占了人行道 烧烤摊摆到马路上 水果贩子把路口堵了",
    "temporary_aid": "家里没米下锅了 家里着火烧光了 临时就助 家里失火什么都没了",
    "traffic_and_bus": "公交车等半天不来 路口没有红绿灯 建议加一班公交 上下班高峰路口堵死了",
    "trees_and_green": "邻居的树挡住我家阳光 树要倒了 草没人剪 门口的树挡光 小区的树太密把光都挡了",
    "unpaid_wages": """
        被老板辞退了 老板欠我三个月工资 打工受伤了老板不管 老板跑了工资没发 没签合同被辞退
    """,
    "veteran_contact": "我当过兵有什么优待 我是退伍兵能领什么",
    "violence_at_home": """
        邻居家有人被打 老公打我 爸爸打我 儿子打我 妻子被丈夫打了 孩子在学校被打 公公打我 男朋友打我
        邻居打老婆 邻居打孩子 楼上打孩子 老人被儿子打 保姆打老人
    """,
    "voice_opinion": "想给社区提意见 感谢社区工作人员 夸夸社区小王",
    "volunteer_registration": "想当义工帮老人 退休了想做点好事",
    "voter_registration": "我要投票",
    "water_outage": "水是黄的 没有水洗澡 水表坏了",
    "psychological_help": "心里难受 抑郁症 心里堵得慌 想做心理疏导 哪里有心理援助 天天失眠心里焦虑",
    "works_defect": "新铺的砖又翘了",
    "": """
        想自杀 不想活了 暖气不热 猫丢了 怀孕了 家里老人去世了 身份证丢了 户口怎么迁 帮我挂号 家 我
        有人 没钱 没人 WIFI断了 快递丢了 想离婚 想见见社区书记 老人去世要办什么手续 怎么销户口
        结婚证丢了 公园里有蛇 老伴心脏病犯了 有人跳楼 着火了 老伴走了 你好 谢谢 在吗 人 有 没
        小孩没有户口 孩子想学画画 想捐旧衣服 打印身份证 丢了身份证怎么补 死亡证明去哪开 家里人死了
        亲人去世 我要自杀 想死 活着没意思 晾衣服的地方被占了 摆个小摊要什么手续
        拆迁补偿太少 业主群里有人骂我 有人在小区烧纸 鸽子粪 蜂窝怎么清理 死人了谁来处理 结婚登记去哪
        婴儿上户口 流产了 想领养孩子 黑中介 老婆生了孩子要办什么 打电话没人接 想打篮球 打印材料
        打官司没钱 邻居家的猫进我家 老公出轨 老公不给生活费 外卖员骑车太快 孩子近视 老年大学报名
        理发便宜的地方 磨刀 修鞋 孩子白血病 公积金怎么提取 身份证过期
    """,
}
SAID = [(words, code) for code, said in EVERYDAY.items() for words in said.split()]
# Typed by sound, with the wrong sign picked.
HEARD = [
    ("低宝", "低保", "minimum_allowance"),
    ("地保", "低保", "minimum_allowance"),
    ("怎么吃低宝", "怎么吃低保", "minimum_allowance"),
    ("公祖房", "公租房", "housing_aid"),
    ("残积证", "残疾证", "disability_card"),
    ("居住正", "居住证", "residence_permit"),
    ("停车未", "停车位", "parking_trouble"),
    ("油烟绕民", "油烟扰民", "cooking_fumes"),
]
DANGER = [word for entry in LISTS["dangers"] for word in entry["words"]]


@pytest.mark.parametrize(("words", "code"), SAID)
def test_the_first_match_is_the_one_a_good_clerk_would_take(words: str, code: str) -> None:
    assert [one.code for one in match(INDEX, words)[:1]] == [code] * bool(code)


@pytest.mark.parametrize(("typed", "meant", "code"), HEARD)
def test_a_sign_of_the_same_sound_is_put_right(typed: str, meant: str, code: str) -> None:
    assert match(INDEX, typed)[0].code == match(INDEX, meant)[0].code == code


@pytest.mark.parametrize(
    "scrap", ["家", "我", "有", "人", "没", "有人", "没人", "我家", "孩子", "邻居"]
)
def test_a_scrap_that_stands_in_every_matter_decides_nothing(scrap: str) -> None:
    assert match(INDEX, scrap) == ()


@pytest.mark.usefixtures("shelf")
def test_each_word_of_danger_is_heard_and_everyday_trouble_is_not() -> None:
    for word in DANGER:
        assert queries.tells_of_danger(f"我家出事了 {word}", on=TODAY), word
    for words in ("楼道灯坏了", "生孩子", "我家孩子生病没钱治", "", "old age allowance"):
        assert not queries.tells_of_danger(words, on=TODAY), words
    assert queries.tells_of_danger("I want to KILL myself", on=TODAY)
    assert queries.tells_of_danger("我想自杀，想找心理医生", on=TODAY)

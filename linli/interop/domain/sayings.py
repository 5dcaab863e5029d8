"""What the people of the demo say and are told. Every sentence is ours; nobody ever said it."""

from collections.abc import Sequence
from random import Random

QUESTIONS: tuple[tuple[str, str], ...] = (
    ("老年卡在哪里办，要带什么？", "带身份证来工作站，当场办，一般七天拿卡。"),
    ("居住证到期了怎么续？", "到期前一个月内来街道大厅，带身份证和住处证明。"),
    ("医保在别的城市看病能报吗？", "先备案，手机上就能办；不会弄的话我们帮您。"),
    ("社区活动室周末开不开？", "周六上午开，要先登记。"),
    ("楼上装修能几点开工？", "工作日早八点到晚六点，中午请他们停一停。"),
    ("孩子明年上小学，归哪个学校？", "看房产和户口，每年四月公布，出来了我们贴在公告栏。"),
    ("灵活就业的社保怎么交？", "到街道就业窗口登记，当天能办好。"),
    ("独居老人有没有人上门看看？", "有，志愿者每周去一次，我把您记上。"),
    ("电动车能不能推上楼充电？", "不能，楼下车棚有充电口。"),
    ("低保要到哪里申请？", "户口在本街道就到街道救助窗口，材料单我打给您。"),
    ("想当志愿者找谁？", "找居委会登记，我把表给您。"),
    ("大件垃圾放哪里？", "小区东门边有投放点，周二周五清运。"),
    ("停水通知在哪里看？", "公告栏和楼道都会贴，也可以打我们电话。"),
    ("残疾人补贴今年还要审一次吗？", "每年核一次，今年的已经开始，带证来就行。"),
    ("社区食堂几点开饭？", "午饭十一点，晚饭五点，送餐要提前一天说。"),
    ("宽带师傅把线乱拉，归谁管？", "先找物业，不理您我们来说。"),
)
SINCE = (
    "今天早上开始的",
    "已经三天了",
    "有一个星期了",
    "昨晚发现的",
    "断断续续半个月了",
    "从上个月起",
)
WISH = (
    "请派人来看看。",
    "麻烦尽快处理。",
    "希望给个说法。",
    "老人进出不方便，急。",
    "邻居们都有意见。",
    "谢谢。",
)
# What somebody adds to an errand that is at no place: as many as above, so that the year stays.
ERRAND = (
    "第一次办",
    "上个月问过一次",
    "家里人白天都要上班",
    "刚搬来不久",
    "听邻居说可以办",
    "去年办过一回",
)
ASKED = (
    "想问要带什么。",
    "麻烦告诉我怎么办。",
    "请帮我看看够不够条件。",
    "老人走不动，能不能上门办？",
    "什么时候来合适？",
    "谢谢。",
)
LONGER = (
    "我们这幢楼住的多半是老人，白天家里没人，晚上下班回来才发现。",
    "之前找过物业，说是要等统一安排，等了好久没有下文。",
    "楼下的邻居也来说过，大家商量了一下，觉得还是先报给社区。",
    "我拍了照片，需要的话可以补上；具体位置进大门右手边第二个口子就是。",
    "家里有个九十岁的老人，腿脚不便，出门买菜都要人扶着。",
    "如果需要我们配合，周末都有人在家，平时请先打电话。",
    "另外想问一下，这种情况以后能不能定期检查，不要每次坏了才来修。",
)
TAKEN_UP = ("收到，今天安排。", "已接，先去现场看。", "马上联系反映人。")
DONE = (
    "到现场看过，已处理。",
    "修好了，和住户一起看过。",
    "材料齐全，核对无误。",
    "已和双方谈过，约好时间。",
    "清理完毕，拍了照片存档。",
    "查过登记，情况属实。",
)
PASSED_ON = (
    "设施不在我们的清单里，请接着办。",
    "要用专门的设备，转请贵单位处理。",
    "现场属于贵单位管养的范围。",
)
GIVEN_BACK = ("按清单这一项不归本单位，请重新派。", "现场核对过，符合这一条，退回。")
UPHELD = ("退单理由成立，改派。", "清单写得清楚，由下一家接办。")
DISMISSED = ("理由不成立，仍由原单位办。", "这一条不适用于本件，请继续办理。")
ANSWERS = {
    "solved": (
        "已经办好了，请您去看一看，没好就点“没解决，重开”。",
        "师傅当天修好了，谢谢您告诉我们。",
        "手续办完了，结果已经告诉您本人。",
    ),
    "explained": (
        "现在还做不到，原因已在电话里和您说清，记在下半年的计划里。",
        "按规定这次不能办，依据已写明；有不同意见可以申请复议。",
    ),
    "not_ours": ("这件事由别的机关办理，我们把电话和地址告诉您了。",),
}
MORE_TIME = (
    "零件要从外地调，请准延期。",
    "要开挖路面，手续还在办，请准延期。",
    "涉及两家产权，还要再谈一次。",
)
MISSING = ("请补一张能看清位置的照片。", "请带身份证到工作站核一下。", "请补上租房合同的最后一页。")
WAITING = {
    "expert": ("等检测机构出结果。", "请了专家来看，约在下周。"),
    "weather": ("这几天下雨，天晴就修。", "台风天不能上屋顶，过后就来。"),
}
ME_TOO = ("我家也是这样。", "我们单元也有。", "住三楼，一样的情况。", "我也反映过。")
NOT_SOLVED = ("修了两天又坏了。", "没见人来，还是老样子。", "只修了一半。")


def question(chance: Random) -> tuple[str, str]:
    """Return a one-line question and its answer."""
    return chance.choice(QUESTIONS)


def matter(chance: Random, words: Sequence[str], where: str, *, long: bool) -> str:
    """
    Return what somebody says of a matter; now and then a very long letter.

    :param where: the place that is broken; without one it is an errand of their own
    """
    since, wish = (SINCE, WISH) if where else (ERRAND, ASKED)
    said = f"{where.replace(' ', '')}{chance.choice(words)}，{chance.choice(since)}，"
    said += chance.choice(wish)
    if not long:
        return said
    letter = [chance.choice(LONGER) for _ in range(chance.randint(6, 24))]
    return said + "".join(letter)

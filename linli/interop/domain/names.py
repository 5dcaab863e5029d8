"""Names that belong to nobody: put together from common parts by a given source of chance."""

from collections.abc import Mapping
from random import Random

from linli.rulebook.domain import identity_check

REGION = "990102"  # no division has this code
FAMILY = tuple("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕")
COMPOUND = ("欧阳", "司马", "上官", "诸葛", "尉迟")
FIRST = tuple("建国志明文德永家春秋海晓玉秀桂淑美丽月兰思雨子浩欣一宇佳若云")
SECOND = tuple("华平强军民辉芳英珍琴凤霞娟敏静涵轩睿妍彤泽然航博琳悦婷")
LONG = "买买提江·阿不都热合曼·吐尔逊"
STREETS: tuple[tuple[str, str], ...] = (
    ("清波", "Qingbo"),
    ("湖滨", "Hubin"),
    ("小营", "Xiaoying"),
    ("南星", "Nanxing"),
    ("紫阳", "Ziyang"),
    ("望江", "Wangjiang"),
)
_FRONTS = (("青", "Qing"), ("柳", "Liu"), ("荷", "He"), ("桂", "Gui"), ("梅", "Mei"), ("竹", "Zhu"))
_BACKS = (
    ("井", "jing"),
    ("桥", "qiao"),
    ("巷", "xiang"),
    ("塘", "tang"),
    ("亭", "ting"),
    ("园", "yuan"),
    ("坊", "fang"),
    ("河", "he"),
    ("里", "li"),
)
LONG_COMMUNITY = {
    "zh-Hans": "荷塘月色花园与老丝织厂职工宿舍联合社区",
    "en": "Lotus Pond Gardens and Old Silk Mill United Community",
}


def community_names() -> list[dict[str, str]]:
    """Return 54 invented names, nine a street; one of them is far too long for every column."""
    found = [
        {"zh-Hans": f"{front}{back}社区", "en": f"{latin}{tail} Community"}
        for front, latin in _FRONTS
        for back, tail in _BACKS
    ]
    found[3] = dict(LONG_COMMUNITY)
    return found


def person_name(chance: Random) -> str:
    """Return a name; now and then a compound one, rarely one of fifteen signs."""
    draw = chance.random()
    if draw < 0.002:
        return LONG
    family = chance.choice(COMPOUND) if draw < 0.01 else chance.choice(FAMILY)
    given = chance.choice(SECOND)
    return family + (chance.choice(FIRST) + given if chance.random() < 0.8 else given)


def identity_number(chance: Random, birth: str, sex: str, used: set[str]) -> str:
    """Return a number of a region that does not exist, right in form, never twice."""
    while True:
        order = chance.randrange(500) * 2 + (sex == "male")
        body = f"{REGION}{birth}{order:03d}"
        if body not in used:
            used.add(body)
            return body + identity_check(body)


def telephone(number: int) -> str:
    """Return a number in a range no operator has."""
    return f"129{number % 100_000_000:08d}"


def office_telephone(number: int) -> str:
    """Return a number with an area code that is not given out."""
    return f"0100-{80_000_000 + number}"


def named(zh: str, en: str) -> Mapping[str, str]:
    """Return a name in both languages."""
    return {"zh-Hans": zh, "en": en}

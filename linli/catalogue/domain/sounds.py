"""
Which Han signs sound the same, tones apart: whoever types by sound picks a wrong one of them.

The common signs of GB 2312 stand in the order of their sound. So the first sign of each syllable
is all that need be known; the sound of a sign is the place of its syllable.
"""

from bisect import bisect
from functools import lru_cache

_FIRST = (
    "啊埃鞍肮凹芭白斑邦苞杯奔崩逼鞭标鳖彬兵玻捕擦猜餐苍操厕层插拆搀昌超车郴撑吃充抽初揣川疮吹春戳疵聪凑粗蹿摧村磋搭呆耽当刀德蹬堤颠碉跌丁丢东兜督端堆墩掇蛾恩而发藩坊"
    "菲芬丰佛否夫噶该干冈篙哥给根耕工钩辜刮乖棺光瑰辊锅哈骸酣夯壕呵嘿痕哼轰喉呼花槐欢荒灰荤豁击嘉歼僵蕉揭巾荆炯揪鞠捐撅均喀开刊康考坷肯坑空抠枯夸块宽匡亏坤括垃莱蓝琅"
    "捞勒雷棱厘俩联粮撩列琳玲溜龙楼芦峦抡萝妈埋瞒芒猫么玫门萌眯棉苗蔑民明谬摸谋拇拿氖南囊挠呢馁嫩能妮蔫娘鸟捏您柠牛脓奴暖挪哦欧啪拍攀乓抛呸喷砰坯篇飘撇拼乒坡扑期掐牵"
    "枪橇切钦青琼秋趋圈缺裙然瓤饶惹壬扔日戎揉茹软蕊闰若撒腮三桑搔瑟森僧莎筛珊墒梢奢砷声师收蔬刷摔栓霜谁吮说斯松搜苏酸虽孙蓑塌胎坍汤掏特藤梯天挑贴厅通偷凸湍推吞拖挖歪"
    "豌汪威瘟嗡挝巫昔瞎掀相萧楔薪星兄休墟轩靴勋压焉殃邀椰一茵英哟拥幽迂鸳曰耘匝栽咱赃遭责贼怎增扎摘瞻樟招遮珍蒸芝中舟珠抓拽专桩椎谆捉兹鬃邹租钻嘴尊昨"
)
_STARTS = tuple(sign.encode("gb2312") for sign in _FIRST)
_LAST = "座".encode("gb2312")  # behind it stand rare signs, by their strokes


def sounds(word: str) -> tuple[int, ...]:
    """Return the sound of each sign; empty where the sound of one is not known."""
    heard = tuple(_sound(sign) for sign in word)
    return heard if all(heard) else ()


@lru_cache(maxsize=4_096)
def _sound(sign: str) -> int:
    code = sign.encode("gb2312", "ignore")
    return bisect(_STARTS, code) if len(code) == 2 and code <= _LAST else 0

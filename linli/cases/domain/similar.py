"""
Near-duplicates: how alike what somebody says now is to what others said near by a while ago.

Texts are compared by the character pairs they share. A pair weighs the more the rarer it is among
the texts compared, so that a name tells more than a phrase of politeness; what stands at the
beginning weighs double, for people begin with the matter. A person decides, always.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from .search import RUNS

ALIKE = 0.16  # measured, see docs/apps/cases.md
ALIKE_AT_THE_DOOR = 0.08  # of one kind and at one door, half of that will do
READ = 400  # signs of a text that are compared
BEGINNING = 40
BACKGROUND = 200  # texts we pretend to have seen besides, for a street where little was said
# Pairs that stand in many complaints, whatever they are about: taken to stand in all of those.
_EVERYDAY = """
没有 部门 我们 问题 一个 领导 政府 小区 严重 希望 相关 现在 业主 什么 解决 关部 居民 影响 可以 公司 已经 情况
时间 工作 进行 要求 不能 生活 安全 我是 作为 多次 投诉 人员 一直 但是 处理 都是 不是 百姓 这个 无法 这样 街道
尊敬 有关 建设 敬的 请问 就是 您好 还是 环境 管理 是否 物业 们的 区的 存在 反映 是一 他们 本人 人民 因为 通过
社区 导致 目前 需要 部分 造成 如果 规划 任何 开始 为什 有一 谢谢 的一 不知 规定 回复 电话 大的 个月 时候 自己
的问 很多 重影 其他 了一 国家 建议 行为 老百 知道 恳请 样的 还有 周边 怎么 附近 每天 的情 而且 请求 这些 合理
也不 正常 不到 书记 中心 市政 隐患 得到 至今 晚上 关于 的人 一下 的是 只有 这种 到了 重视 是不 也是 所有 非常
的生 应该 人的 服务 的领 民的 的时 经过 单位 为了 由于 也没 都没 同时 的业 之前 只能 咨询 以上 办理 居住 经常
发现 给我 直接 结果 地方 全隐 责任 实际 能够 甚至 主的 发生 尽快 的公 根本 这是 或者 属于 根据 个人 出现 基本
群众 看到 市民 是在
"""
EVERYDAY = frozenset(_EVERYDAY.split())


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two texts are, 0 to 1, and whether they are of one kind and at one door."""

    words: float
    same_door: bool = False

    @property
    def propose(self) -> bool:
        """Whether the pair is worth showing to a person."""
        return self.words >= (ALIKE_AT_THE_DOOR if self.same_door else ALIKE)


def likenesses(words: str, others: Sequence[str]) -> list[float]:
    """
    Return how alike ``words`` is to each of the others, 0 to 1.

    The cosine of the weighed pairs; the pairs only the other text has are taken to weigh what those
    of ``words`` do on average, so that nothing is counted over all the texts.
    """
    said = pairs(words)
    if not said:
        return [0.0] * len(others)
    sizes, shared = [], []
    for other in others:
        there = pairs(other)
        sizes.append(len(there))
        shared.append(said & there)
    weights = _weights(said, shared)
    for pair in pairs(words[:BEGINNING]):
        weights[pair] = weights.get(pair, 0.0) * 2
    whole = sum(weights.values())
    mean = whole / len(said)
    return [
        min(1.0, sum([weights[pair] for pair in both]) / math.sqrt(whole * size * mean))
        if size
        else 0.0
        for both, size in zip(shared, sizes, strict=True)
    ]


def likeness(one: str, other: str, *, same_door: bool = False) -> Likeness:
    """Return how alike two texts are where nothing else was said."""
    return Likeness(words=likenesses(one, [other])[0], same_door=same_door)


def pairs(text: str) -> set[str]:
    """Return the neighbouring Han characters, Latin words and figures of a text's first signs."""
    found: set[str] = set()
    for run in RUNS.findall(text[:READ].lower()):
        if run[0] < "㐀" or len(run) == 1:
            found.add(run)
        else:
            found.update(map("".join, pairwise(run)))
    return found


def _weights(said: Iterable[str], shared: Sequence[set[str]]) -> dict[str, float]:
    """Return pair → the logarithm of how rare it is among the texts compared."""
    seen = Counter[str]()
    for both in shared:
        seen.update(both)
    texts = len(shared) + 2 + BACKGROUND
    return {
        pair: math.log(texts / (seen[pair] + 1 + (BACKGROUND if pair in EVERYDAY else 0)))
        for pair in said
    }

"""
Finding an item by the words people use.

Every item is a few phrases: its name, what people say instead, its summary. A query is cut into
words (and pairs of characters, which survive a wrong one), synonyms are brought to one word, and
rare words count for more (BM25 with one field a phrase kind). Short queries are also compared
letter by letter, for typos, and signs that make no word are taken for one that sounds the same.
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import rjieba
from rapidfuzz import fuzz, process

from .definitions import ItemDefinition
from .sounds import sounds

HAN = re.compile(r"[\u3400-\u9fff]+")
TOKEN = re.compile(r"[\u3400-\u9fff]+|[a-z]+|[0-9]+")
SHORT = 16  # characters; up to here a query is compared letter by letter
LONG = 1_500  # characters of a message that are read
ALIKE = 60  # of 100: below, two phrases are not the same with a typo
TINY = 3  # characters; where one wrong says another thing: 养老院 is not 养老金
ALIKE_TINY = 75
TYPED = range(2, 5)  # signs; so long are the words whose sound is known
# Weights: how much a word in the name, in a phrase people use, in the summary tells.
NAME, PHRASE, SUMMARY = 3.0, 2.0, 0.7
PAIR = 0.45  # of a word, for a pair of characters in common
PLAINLY = 5.5  # so much must fit before pairs of characters alone decide
WHOLE_PHRASE = 4.0  # for each phrase that stands in the query as it is, times its length
# Words that are in every message and tell nothing.
_EMPTY = """
的 了 我 我们 你 你们 他 她 它 们 是 在 有 和 与 及 也 都 就 还 又 很 太 要 想 想要 去 到 把 被
给 让 吗 呢 吧 啊 呀 请 请问 您 您好 你好 谢谢 希望 反映 咨询 投诉 建议 关于 问题 情况 怎么
怎么办 如何 什么 哪里 哪儿 为什么 可以 能 能不能 能否 可不可以 这 那 这个 那个 一个 个 没 没有
不 不能 有没有 是否 只是 这样 因为 但是 而且 虽然 所以 如果 那么 然后 还是 还有 这种 这么
什么样 我想 大家 咋 啥 咋办 只能 只有 非常 经常 长期 尽快 尽早 存在 本人 真的 起来 出来
一点 一点点 以后 以前 最近
市 区 县 街道 社区 小区 有关 部门 相关 解决 请求 帮忙 帮 一下 需要 办 办理 办个 申请 来
上 下 里 里面 对 从 为 以 或 等 已经 现在 一直 今年 家 家里 人 进行 谁 管 多少 多久 时候
什么时候 地方 老是 总是 天天 每天 很久 好久 几 天 处理 领导 尊敬
"""
EMPTY = frozenset(_EMPTY.split())
# Words that many matters have in common: they tell a little, and never decide alone.
_FAINT = """
我家 有人 没人 别人 有个 没钱 孩子 小孩 儿子 女儿 儿女 老人 老公 邻居 邻居家 隔壁 坏了 不管 不会
电话 手机 东西 房子 手续 在家 户口 打工 快递 楼下 路上 钱 爸爸 妈妈 哥哥 老婆 丈夫 妻子 晚上 门口
家门口 窗户 单元 卫生间 阳台 公共 一楼 不到 不让 半夜 证明 业主
楼上 打电话 没人接 报名 材料 保姆 外卖 自行车 学校 便宜 过期 居民 居委会
自己 不够 隐患 来看 汽车 时间 不想 建设 举报 违规 违法 非法 规划 改造 质量 附近 反对 教育 生活 工程 公开
公司 政策 经济 医院 无法 经营 服务 人员 政府 影响 同意 技术 改善 信息 标准 房产 维权 临时 认定 银行 网络
要求 几点 周末 贷款 价格 货车 保护 督促 呼吁 市场
"""
FAINT = frozenset(_FAINT.split())
_FAINT_PAIRS = frozenset(left + right for word in FAINT for left, right in pairwise(word))

Postings = Mapping[str, tuple[tuple[str, float], ...]]


@dataclass(frozen=True, slots=True)
class Found:
    """An item that fits, how well (more is better), and the words that made it fit."""

    code: str
    name: str
    score: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Index:
    """What is kept ready: postings of terms, and phrases to compare with."""

    names: Mapping[str, str]
    postings: Postings
    rarity: Mapping[str, float]
    phrases: tuple[str, ...]
    owners: tuple[tuple[str, float], ...]
    same: Mapping[str, str]
    heard: Mapping[tuple[int, ...], tuple[str, ...]]


def build_index(items: Iterable[ItemDefinition], synonyms: Iterable[Sequence[str]] = ()) -> Index:
    """Return the index of ``items``; in each group of ``synonyms`` the first word stands for all."""
    same = {word: group[0] for group in synonyms for word in group}
    weights: dict[str, dict[str, float]] = {}
    names, phrases, owners = {}, [], []
    for item in items:
        names[item.code] = item.name["zh-Hans"]
        bag: defaultdict[str, float] = defaultdict(float)
        parts = [(item.name["zh-Hans"], NAME), (item.summary["zh-Hans"], SUMMARY)]
        parts += [(words, PHRASE) for words in item.words]
        for text, weight in parts:
            for term, share in terms(text, same).items():
                bag[term] = max(bag[term], weight * share)
            if weight >= PHRASE:
                phrases.append(normal(text))
                owners.append((item.code, weight))
        weights[item.code] = bag
    postings = postings_of(weights)
    return Index(
        names=names,
        postings=postings,
        rarity=rarity_of(postings, among=len(names)),
        phrases=tuple(phrases),
        owners=tuple(owners),
        same=same,
        heard=_by_sound({*postings, *same, *phrases}),
    )


def postings_of(bags: Mapping[str, Mapping[str, float]]) -> Postings:
    """Return term → the items it stands in and what it tells of each, from item → term → weight."""
    found: dict[str, list[tuple[str, float]]] = {}
    for code, bag in bags.items():
        for term, weight in bag.items():
            found.setdefault(term, []).append((code, weight))
    return {term: tuple(held) for term, held in found.items()}


def rarity_of(postings: Postings, *, among: int) -> dict[str, float]:
    """Return term → how much it tells: the fewer of the items it stands in, the more (BM25)."""
    return {
        term: math.log(1 + (among - len(held) + 0.5) / (len(held) + 0.5))
        for term, held in postings.items()
    }


def search(index: Index, text: str, limit: int = 10) -> tuple[Found, ...]:
    """Return up to ``limit`` items that fit ``text``, the best first."""
    query = normal(text[:LONG])
    if not query:
        return ()
    if len(query) <= SHORT:
        query = _as_heard(index, query)
    scores: defaultdict[str, float] = defaultdict(float)
    words: dict[str, dict[str, None]] = {}
    for term, share in terms(query, index.same).items():
        rarity = index.rarity.get(term)
        if rarity is None:
            continue
        for code, weight in index.postings[term]:
            scores[code] += rarity * weight * share
            if share == 1:
                words.setdefault(code, {})[term] = None
    for phrase, (code, weight) in zip(index.phrases, index.owners, strict=True):
        if phrase in query:
            scores[code] += WHOLE_PHRASE * min(len(phrase), 6) / 3 * weight / PHRASE
            words.setdefault(code, {})[phrase] = None
    if TINY <= len(query) <= SHORT:
        _add_near(index, query, scores, words)
    ranked = sorted(scores.items(), key=lambda one: (-one[1], one[0]))[:limit]
    return tuple(
        Found(code, index.names[code], round(score, 2), tuple(words.get(code, ())))
        for code, score in ranked
    )


def _add_near(
    index: Index, query: str, scores: defaultdict[str, float], words: dict[str, dict[str, None]]
) -> None:
    """Add what comes close letter by letter: one wrong character of four, one left out."""
    best: dict[str, tuple[float, str]] = {}
    for phrase, likeness, place in process.extract(
        query,
        index.phrases,
        scorer=fuzz.ratio,
        score_cutoff=ALIKE if len(query) > TINY else ALIKE_TINY,
        limit=40,
    ):
        code, _ = index.owners[place]
        if likeness > best.get(code, (0.0, ""))[0]:
            best[code] = (likeness, phrase)
    for code, (likeness, phrase) in best.items():
        scores[code] += (likeness - ALIKE / 2) / 10
        words.setdefault(code, {})[phrase] = None


def match(index: Index, text: str) -> tuple[Found, ...]:
    """Return the one to three items a resident most likely means; none where nothing fits."""
    found = search(index, text, 3)
    if not found:
        return ()
    best = found[0].score
    return tuple(
        one for one in found if one.score >= best * 0.45 and (one.words or one.score >= PLAINLY)
    )


def terms(text: str, same: Mapping[str, str]) -> dict[str, float]:
    """Return term → share: words count whole, pairs of characters a part."""
    found: dict[str, float] = {}
    for run in TOKEN.findall(normal(text)):
        if not HAN.match(run):
            found[run] = 1.0
            continue
        for said in _cut(run):
            word = same.get(said, said)
            if said not in EMPTY and (len(word) > 1 or said in same):
                found[word] = _share(word)
        for left, right in pairwise(run):
            pair = left + right
            if pair not in EMPTY:
                found.setdefault("~" + pair, PAIR * PAIR if pair in _FAINT_PAIRS else PAIR)
    for phrase, main in same.items():
        if len(phrase) > 1 and phrase in text:
            found[main] = _share(main)
    return found


def _share(word: str) -> float:
    return PAIR if word in FAINT else 1.0


def _by_sound(words: Iterable[str]) -> dict[tuple[int, ...], tuple[str, ...]]:
    """Return the words of two to four signs, by how they sound."""
    found: defaultdict[tuple[int, ...], list[str]] = defaultdict(list)
    for word in sorted(words):
        if len(word) in TYPED and (heard := sounds(word)):
            found[heard].append(word)
    return {heard: tuple(held) for heard, held in found.items()}


def _as_heard(index: Index, query: str) -> str:
    """Return the query with signs that make no word put as they sound: 低宝 becomes 低保."""
    parts = rjieba.cut(query, False)
    said, at = [], 0
    while at < len(parts):
        for size in reversed(TYPED):
            some = parts[at : at + size]
            typed = "".join(some)
            meant = index.heard.get(sounds(typed), ())
            if meant and len(some) > 1 and 1 in map(len, some) and EMPTY.isdisjoint(some):
                said.append(typed if typed in meant else meant[0])
                at += len(some)
                break
        else:
            said.append(parts[at])
            at += 1
    return "".join(said)


@lru_cache(maxsize=4_096)
def _cut(run: str) -> tuple[str, ...]:
    return tuple(rjieba.cut(run))


def normal(text: str) -> str:
    """Return small letters without spaces and full-width forms."""
    narrow = "".join(
        chr(ord(one) - 0xFEE0) if 0xFF01 <= ord(one) <= 0xFF5E else one for one in text
    )
    return re.sub(r"\s+", "", narrow.lower())

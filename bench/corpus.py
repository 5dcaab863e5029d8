"""
A district's forms as its offices send them, each field with what it means in plain Python.

Made without the compiler and knowing nothing of it: it judges it. Real Excel files in five layouts,
headings in several words for one thing, merged headings, forms that explain a word in their own way,
and some fields nobody can answer. The figures are the calibration's: 468 kinds of forms, fields that
overlap by 70 %; the share of unanswerable fields is set to 5 %.
"""

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from random import Random
from typing import Any

import xlsxwriter

Person = Mapping[str, Any]
Holds = Callable[[Person, date], bool]
KINDS, OVERLAP, UNANSWERABLE, OWN_WORDS = 468, 0.70, 0.05, 0.06
LAYOUTS = ("lines", "groups", "labels", "cross", "of which")


@dataclass(frozen=True)
class Word:
    """One thing a heading can say, the ways to say it, and whom it holds of."""

    said: tuple[str, ...]
    holds: Holds


@dataclass(frozen=True)
class Wanted:
    """
    One number a form asks for. ``meant`` are the words together; None: nobody could answer it.

    ``community`` is the name of the line, "" for whoever fills the form in; places count from 1.
    """

    row: int
    column: int
    community: str
    heading: str
    meant: tuple[Word, ...] | None

    def count(self, people: Sequence[Person], on: date) -> int:
        """Count one by one, as somebody with a list would."""
        assert self.meant is not None
        return sum(all(word.holds(one, on) for word in self.meant) for one in people)


@dataclass(frozen=True)
class OfficeForm:
    """One office's form: the file and what it wants. ``level``: who fills it in."""

    code: str
    name: str
    level: str
    workbook: bytes
    wanted: tuple[Wanted, ...]


def _is(fact: str, *values: object) -> Holds:
    return lambda person, on: person.get(fact) in values  # noqa: ARG005


def _whole_years(person: Person, on: date) -> int | None:
    born: date | None = person.get("birth_on")
    if born is None:
        return None
    had = (on.month, on.day) >= (born.month, born.day)
    if (born.month, born.day) == (2, 29) and not _leap(on.year):
        had = (on.month, on.day) >= (3, 1)
    return on.year - born.year - (not had)


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _aged(least: int, most: int, person: Person, on: date) -> bool:
    years = _whole_years(person, on)
    return years is not None and least <= years <= most


def aged(least: int, most: int, *said: str) -> Word:
    """Return a word for whole years, both ends counted in."""
    return Word(said, partial(_aged, least, most))


AGES = (
    aged(60, 200, "60岁以上", "60周岁及以上", "６０周岁以上人员"),
    aged(70, 200, "70岁以上", "70周岁以上", "年满70周岁"),
    aged(80, 200, "80岁以上", "高龄老人", "80周岁及以上老人"),
    aged(90, 200, "90岁以上", "90周岁及以上"),
    aged(0, 17, "未成年人", "不满18周岁", "未满18周岁人员"),
    aged(60, 69, "60-69岁", "60—69周岁", "60岁以上不满70周岁"),
    aged(70, 79, "70-79岁", "70至79周岁"),
    aged(16, 59, "16-59岁", "16周岁以上不满60周岁"),
    aged(0, 13, "不满14周岁", "14周岁以下（不含14周岁）儿童", "儿童"),
    aged(0, 6, "0-6岁", "6周岁以下"),
)
OLD = aged(60, 200, "老年人", "老人", "老龄人口")
EVERYBODY = Word(("总人口", "常住人口", "居民人数", "实有人口"), lambda person, on: True)  # noqa: ARG005
SEXES = (
    Word(("男", "男性"), _is("sex", "male")),
    Word(("女", "女性", "妇女"), _is("sex", "female")),
)
HOME = (
    Word(("户籍人口", "本区户籍", "户籍居民"), _is("hukou", "local")),
    Word(("流动人口", "外来人口", "非户籍人口"), _is("hukou", "elsewhere")),
)
_DISABILITIES = ("visual", "hearing", "speech", "physical", "intellectual", "mental", "multiple")
GROUPS = (
    Word(("低保人员", "低保对象", "享受最低生活保障人员"), _is("dibao", True)),
    Word(("低保边缘人员", "低边对象"), _is("low_income_edge", True)),
    Word(("特困人员", "特困供养人员"), _is("extreme_poverty", True)),
    Word(("残疾人", "持证残疾人"), _is("disability", *_DISABILITIES)),
    Word(("视力残疾", "视力残疾人"), _is("disability", "visual")),
    Word(("精神残疾", "精神残疾人"), _is("disability", "mental")),
    Word(("肢体残疾", "肢体残疾人"), _is("disability", "physical")),
    Word(("重度残疾人", "一、二级残疾"), _is("disability_grade", 1, 2)),
    Word(("党员", "中共党员"), _is("party_member", True)),
    Word(("独居", "独自居住"), _is("lives_alone", True)),
    Word(("失能人员", "失能"), _is("ability_level", 3, 4)),
    Word(("半失能人员", "半失能"), _is("ability_level", 1, 2)),
    Word(("失业人员", "登记失业人员"), _is("employment", "unemployed")),
    Word(("灵活就业人员", "灵活就业"), _is("employment", "flexible")),
    Word(("退休人员", "离退休人员"), _is("employment", "retired")),
    Word(("退役军人", "退伍军人"), _is("veteran", True)),
    Word(("志愿者", "注册志愿者"), _is("volunteer", True)),
    Word(("孤儿", "孤儿和事实无人抚养儿童"), _is("orphan", True)),
    Word(("失独家庭成员", "失独父母"), _is("lost_only_child", True)),
    Word(("丧偶", "丧偶人员"), _is("marital", "widowed")),
    Word(("租住", "租户", "租客"), _is("residence", "tenant")),
    Word(("未参加医保", "医保未参保"), _is("medical_insurance", "none")),
    Word(("未参加养老保险", "养老保险未参保"), _is("pension", "none")),
    Word(("职工医保", "城镇职工医保"), _is("medical_insurance", "employee")),
)
NOBODY_KNOWS = (
    "空巢老人",
    "留守儿童",
    "新能源车主",
    "低保和特困人员",
    "本月新增低保",
    "除党员外的志愿者",
    "重点关注人员",
    "参加活动人次",
    "老年人（不含机构养老）",
    "月收入3000元以上人员",
    "政治面貌为群众",
    "困难人员",
    "去年低保人员",
    "2025年残疾人",
    "上月末独居老人",
    "上半年失业人员",
    "低保人员（万元）",
)
NAMES = ("基本情况统计表", "情况摸底表", "人员台账", "情况季报", "信息汇总表", "情况调查表")
# What a form says a word means: as everybody means it, or not.
OURS = ("独居指独自居住", "高龄老人指80周岁以上老人", "老年人指60周岁以上人员")
OTHERS = {"老年人": "老年人指65周岁以上人员", "独居": "独居指常年一人居住且无子女探望的"}


class Corpus:
    """Makes forms. The same seed and communities give the same files."""

    def __init__(self, seed: int, communities: Sequence[str], fields: int = 25) -> None:
        self.chance = Random(seed)
        self.communities, self.fields = tuple(communities), fields
        self.pool: list[tuple[Word, ...]] = []

    def forms(self, count: int = KINDS) -> list[OfficeForm]:
        """Return so many forms, in all layouts by turns."""
        return [self._form(number) for number in range(count)]

    def _meant(self, *, under: tuple[Word, ...] = ()) -> tuple[Word, ...]:
        """Return what a field means: mostly what another form asked for already."""
        fitting = [one for one in self.pool if one[: len(under)] == under and len(one) > len(under)]
        if fitting and self.chance.random() < OVERLAP:
            return self.chance.choice(fitting)
        meant = (*under, *self._fresh(under))
        self.pool.append(meant)
        return meant

    def _fresh(self, under: tuple[Word, ...]) -> tuple[Word, ...]:
        choices: list[tuple[Word, ...]] = [GROUPS, GROUPS, AGES, HOME, SEXES]
        taken = {id(one) for one in under}
        fresh: list[Word] = []
        used: set[int] = {
            number for number, kind in enumerate(choices) if taken & set(map(id, kind))
        }
        if OLD in under or EVERYBODY in under:
            used.add(2)
        for _ in range(self.chance.choice((1, 1, 2)) if len(under) < 2 else 1):
            left = [number for number in range(len(choices)) if number not in used]
            number = self.chance.choice(left)
            used |= {number} | ({0, 1} if number < 2 else set())
            fresh.append(self.chance.choice(choices[number]))
        return tuple(fresh)

    def _say(self, word: Word) -> str:
        return self.chance.choice(word.said)

    def _heading(self, meant: Sequence[Word]) -> str:
        """Put words together as offices do: 户籍 · 60岁以上 · 女."""
        return "".join(
            f"（{self._say(one)}）" if at else self._say(one) for at, one in enumerate(meant)
        )

    def _form(self, number: int) -> OfficeForm:
        layout = LAYOUTS[number % len(LAYOUTS)]
        drawing = _Drawing(self, number)
        getattr(drawing, layout.replace(" ", "_"))()
        level = "street" if layout in ("lines", "groups") else "community"
        return OfficeForm(
            f"F-{number + 1:03}", drawing.title, level, drawing.file(), tuple(drawing.wanted)
        )


class _Drawing:
    """One sheet while it is drawn. Rows and columns count from 0 here."""

    def __init__(self, corpus: Corpus, number: int) -> None:
        self.corpus, self.chance = corpus, corpus.chance
        self.title = f"附件{number + 1}：{self.chance.choice(NAMES)}"
        self.texts: dict[tuple[int, int], str] = {}
        self.merges: list[tuple[int, int, int, int, str]] = []
        self.boxes: set[tuple[int, int]] = set()
        self.wanted: list[Wanted] = []
        self.own = self._own_word()

    def _own_word(self) -> str:
        """Return the word this form explains otherwise than everybody, mostly none."""
        return self.chance.choice(sorted(OTHERS)) if self.chance.random() < OWN_WORDS else ""

    def ask(
        self,
        row: int,
        column: int,
        heading: str,
        meant: tuple[Word, ...] | None,
        community: str = "",
    ) -> None:
        """Leave a place for a number, and note what is wanted there."""
        self.boxes.add((row, column))
        if self.own and self.own in heading:
            meant = None  # it means something else here, which no list says
        self.wanted.append(Wanted(row + 1, column + 1, community, heading, meant))

    def head(self) -> tuple[str, tuple[Word, ...] | None]:
        """Return a heading that stands alone and what it means."""
        if self.chance.random() < UNANSWERABLE:
            return self.chance.choice(NOBODY_KNOWS), None
        meant = self.corpus._meant()
        return self.corpus._heading(meant), meant

    def _title(self, width: int) -> None:
        self.merges.append((0, 0, 0, max(width - 1, 1), self.title))

    def lines(self) -> None:
        """A line for each community, a heading over each column, and a line for the street."""
        heads = [self.head() for _ in range(self.corpus.fields // 3)]
        self._title(len(heads) + 1)
        self.texts[1, 0] = "社区"
        for column, (heading, _) in enumerate(heads, start=1):
            self.texts[1, column] = heading
        self._lines(2, heads)

    def _lines(self, first: int, heads: Sequence[tuple[str, tuple[Word, ...] | None]]) -> None:
        for row, name in enumerate((*self.corpus.communities, "合计"), start=first):
            self.texts[row, 0] = name
            for column, (heading, meant) in enumerate(heads, start=1):
                self.ask(row, column, heading, meant, "" if name == "合计" else name)

    def groups(self) -> None:
        """The same under merged headings: a group, and in it all, men, women, and some more."""
        heads: list[tuple[str, tuple[Word, ...] | None]] = []
        self.merges.append((1, 0, 2, 0, "社区名称"))
        for group in self.chance.sample((*GROUPS, OLD), 3):
            said, start = self.corpus._say(group), len(heads) + 1
            under: list[tuple[str, tuple[Word, ...] | None]] = [("小计", (group,))]
            parts = (*SEXES, self.chance.choice(HOME))
            under += [(self.corpus._say(word), (group, word)) for word in parts]
            self.merges.append((1, start, 1, start + len(under) - 1, said))
            for column, (words, meant) in enumerate(under, start=start):
                self.texts[2, column] = words
                heads.append((f"{said}{words}", meant))
        self._title(len(heads) + 1)
        self._lines(3, heads)

    def labels(self) -> None:
        """A label and a place beside it, two pairs a line."""
        self._title(4)
        for place in range(self.corpus.fields):
            row, column = 1 + place // 2, place % 2 * 2
            heading, meant = self.head()
            self.texts[row, column] = heading
            self.ask(row, column + 1, heading, meant)

    def cross(self) -> None:
        """Ages down, sex and registration across, all of one group."""
        group = self.chance.choice(GROUPS)
        said = self.corpus._say(group)
        self.title = f"{said}{self.title.partition('：')[2]}"
        across = [("合计", ()), *((self.corpus._say(one), (one,)) for one in (*SEXES, *HOME))]
        self._title(len(across) + 1)
        self.texts[1, 0] = "年龄段"
        for column, (words, _) in enumerate(across, start=1):
            self.texts[1, column] = words
        down = self.chance.sample(AGES, min(5, self.corpus.fields // 5))
        for row, age in enumerate(down, start=2):
            self.texts[row, 0] = years = self.corpus._say(age)
            for column, (words, meant) in enumerate(across, start=1):
                self.ask(row, column, f"{said}{words}{years}", (group, *meant, age))

    def of_which(self) -> None:
        """One line: a group, then 其中 parts of it, and again."""
        column = 0
        while column < self.corpus.fields // 2:
            whole = self.chance.choice((OLD, *GROUPS))
            said = self.corpus._say(whole)
            parts = self.chance.sample((*SEXES, *HOME), 2)
            for heading, meant in (
                (said, (whole,)),
                *((f"其中：{self.corpus._say(one)}", (whole, one)) for one in parts),
            ):
                self.texts[1, column] = heading
                whole_heading = heading if heading == said else f"{said}{heading}"
                self.ask(2, column, whole_heading, meant)
                column += 1
        self._title(column)

    def file(self) -> bytes:
        """Return the sheet as an Excel file, with borders round what is to be filled in."""
        into = io.BytesIO()
        book = xlsxwriter.Workbook(into, {"in_memory": True})
        box, sheet = book.add_format({"border": 1}), book.add_worksheet("Sheet1")
        for *where, text in self.merges:
            sheet.merge_range(*where, text, box)
        for (row, column), text in self.texts.items():
            sheet.write_string(row, column, text, box)
        for row, column in self.boxes:
            sheet.write_blank(row, column, None, box)
        below = max(row for row, _ in self.boxes) + 2
        notes = [OTHERS[self.own]] if self.own else []
        notes += [note for note in OURS if not self.own and self.chance.random() < 0.2]
        for row, note in enumerate(notes, start=below):
            sheet.write_string(row, 0, f"注：{note}。")
        book.close()
        return into.getvalue()


def somebody(chance: Random, on: date) -> dict[str, Any]:
    """Return one resident as plain values; what is not there is not known."""
    years = chance.choices((7, 20, 35, 50, 65, 75, 85, 95), (10, 12, 22, 22, 15, 11, 6, 2))[0]
    born = date.fromordinal(on.toordinal() - years * 365 - chance.randrange(3_650))
    facts: dict[str, Any] = {
        "birth_on": born,
        "sex": chance.choice(("male", "female")),
        "hukou": "local" if chance.random() < 0.72 else "elsewhere",
        "disability": chance.choice(_DISABILITIES) if chance.random() < 0.08 else "none",
        "employment": chance.choice(
            ("employed", "flexible", "unemployed", "student", "retired", "none")
        ),
        "marital": chance.choice(("single", "married", "divorced", "widowed")),
        "pension": chance.choice(("employee", "resident", "none")),
        "medical_insurance": chance.choice(("employee", "resident", "none")),
        "residence": chance.choice(("owner", "tenant", "with_family", "institution", "other")),
    }
    if facts["disability"] != "none":
        facts["disability_grade"] = chance.randint(1, 4)
    if years >= 65:
        facts["ability_level"] = chance.choice((0, 0, 0, 1, 2, 3, 4))
    for name, share in _RARE.items():
        facts[name] = chance.random() < share
    # A tenth of what could be known is not.
    return {name: value for name, value in facts.items() if chance.random() > 0.1}


_RARE = {
    "dibao": 0.03,
    "low_income_edge": 0.02,
    "extreme_poverty": 0.01,
    "party_member": 0.12,
    "lives_alone": 0.12,
    "veteran": 0.03,
    "volunteer": 0.15,
    "orphan": 0.005,
    "lost_only_child": 0.01,
}

"""A pack in two languages: every shown word has its English, and every English line its word."""

from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from linli.catalogue.domain import FactBook, PackFlaw, read_pack

from .conftest import files, item
from .test_packs import ALL

# Chinese terms that an English text may carry: names of mechanisms, and the mark of examples.
PROPER = frozenset(
    {
        "示例",
        "三位一体、合署办公",
        "一三五",
        "复合主体",
        "民间物改办",
        "草根质监站",
        "邻里值班室",
        "湖滨晴雨",
        "二化四网六平台",
        "党员会客厅",
        "四大银行",
        "双零",
        "安居",
        "一门式受理",
        "行政协作化、自治组织化",
        "社区化、协作化、社会化、一体化",
        "权随责走、费随事转",
        "都市田园协会",
        "利废助学",
        "打工妹之家",
        "街坊节",
    }
)
FACTS = FactBook(types={}, purposes={})
WORDS = {
    "灯坏了。": "The lamp is out.",
    "哪里": "Where",
    "好找": "To find it",
    "路": "Road",
    "家": "Home",
    "修": "Mend",
}


def texts(data: Any) -> Iterator[dict[str, str]]:
    """Yield every text of plain data: what a resident may come to read."""
    if isinstance(data, dict):
        if "zh-Hans" in data:
            yield data
        else:
            for inner in data.values():
                yield from texts(inner)
    elif isinstance(data, list | tuple):
        for inner in data:
            yield from texts(inner)


def shown(pack: Any) -> list[dict[str, str]]:
    found = [*texts([one.data for one in pack.items]), *texts(list(pack.lists.values()))]
    found += [dict(line.name) for line in pack.duty_lines]
    found += [dict(one.name) for one in pack.certificates]
    return [*found, dict(pack.name)]


def han(text: str) -> str:
    for term in sorted(PROPER, key=len, reverse=True):
        text = text.replace(term, "")
    return "".join(sign for sign in text if "\u3400" <= sign <= "\u9fff")


@pytest.mark.parametrize("code", ALL)
def test_every_text_of_every_pack_is_in_both_languages(code: str) -> None:
    found = shown(ALL[code])
    assert len(found) > 100
    assert [one for one in found if not (one.get("zh-Hans") and one.get("en"))] == []
    assert [one["en"] for one in found if han(one["en"])] == []


def test_every_proper_term_is_used_and_once_in_a_text() -> None:
    english = [one["en"] for pack in ALL.values() for one in shown(pack)]
    assert [term for term in PROPER if not any(term in text for text in english)] == []
    assert [text for text in english for term in PROPER if text.count(term) > 1] == []


def test_no_text_is_left_in_one_language() -> None:
    """What the loader does not know as a text would stay a plain Chinese word; none may."""
    plain = {
        key
        for pack in ALL.values()
        for one in pack.items
        for key in ("name", "summary", "unless_met", "standard")
        if isinstance(one.data.get(key), str)
    }
    assert plain == set()
    for pack in ALL.values():
        for one in pack.items:
            for asked in one.definition.all_fields():
                assert asked.label["en"], (one.definition.code, asked.code)
                assert all(words["en"] for words in asked.choices.values()), asked.code


def test_the_words_of_one_code_differ_in_english_too() -> None:
    for pack in ALL.values():
        for one in pack.items:
            for asked in one.definition.all_fields():
                english = [words["en"] for words in asked.choices.values()]
                assert len(set(english)) == len(english), (one.definition.code, asked.code)


def bilingual(**more: str) -> dict[str, str]:
    lists = {
        "levels": [
            {
                "code": "ordinary",
                "name": {"zh-Hans": "一般", "en": "Ordinary"},
                "first_response": "1 hours",
                "whole": "2 hours",
            }
        ],
        "duty_lines": [
            {
                "code": "care",
                "kind": "basic",
                "name": {"zh-Hans": "照看", "en": "Care"},
                "example": True,
            }
        ],
        "laws": [],
        "units": [],
    }
    head = {
        "code": "small",
        "name": {"zh-Hans": "小包", "en": "Small"},
        "languages": ["zh-Hans", "en"],
        "from": "2026-01-01",
    }
    return (
        files(item(), **lists)
        | {"pack.yaml": yaml.safe_dump(head), "english.yaml": yaml.safe_dump({"english": WORDS})}
        | more
    )


def test_words_are_filled_in_from_the_table() -> None:
    definition = read_pack(bilingual(), FACTS).items[0].definition
    assert definition.summary == {"zh-Hans": "灯坏了。", "en": "The lamp is out."}
    assert definition.fields[0].choices["road"] == {"zh-Hans": "路", "en": "Road"}
    assert definition.fields[0].schema["oneOf"][0] == {"const": "road", "title": "路"}
    assert definition.step("fix").name["en"] == "Mend"


@pytest.mark.parametrize(
    ("table", "file", "field", "told"),
    [
        (
            {key: value for key, value in WORDS.items() if key != "好找"},
            "items.yaml",
            "items[0].fields[0].why",
            "The English words are missing.",
        ),
        (
            WORDS | {"别的": "Else"},
            "english.yaml",
            "english.别的",
            "Nothing in this pack is worded like this.",
        ),
        (
            WORDS | {"路": ""},
            "english.yaml",
            "english.路",
            "Write Chinese: and English words.",
        ),
        (["路"], "english.yaml", "english", "Write keys and values here."),
    ],
)
def test_a_table_that_does_not_fit_is_named(
    table: object, file: str, field: str, told: str
) -> None:
    with pytest.raises(PackFlaw) as caught:
        read_pack(bilingual(**{"english.yaml": yaml.safe_dump({"english": table})}), FACTS)
    assert (caught.value.file, caught.value.field, caught.value.told) == (file, field, told)


def test_words_are_said_in_english_once() -> None:
    with pytest.raises(PackFlaw) as caught:
        read_pack(bilingual(**{"more.yaml": yaml.safe_dump({"english": {"路": "Way"}})}), FACTS)
    assert caught.value.told == "These words stand here twice."


def test_a_pack_that_does_not_promise_english_needs_none() -> None:
    definition = read_pack(files(item()), FACTS).items[0].definition
    assert definition.summary == {"zh-Hans": "灯坏了。"}

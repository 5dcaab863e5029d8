"""Citations in English: the number of the article, which can be looked up."""

import pytest

from linli.catalogue import queries
from linli.catalogue.domain import article_in_english, read_citation

from .test_packs import WORDINGS


@pytest.mark.parametrize(
    ("article", "english"),
    [
        ("第八条", "art. 8"),
        ("第十条第八项", "art. 10, item 8"),
        ("第十三条", "art. 13"),
        ("第三十七条", "art. 37"),
        ("第一百二十二条", "art. 122"),
        ("第二百七十八条", "art. 278"),
        ("第二百零一条第二款", "art. 201, para. 2"),
        ("第一百条", "art. 100"),
        ("第20项", "item 20"),
        ("清单", "the list"),
        ("附则", "附则"),
        ("第三章 附则", "第三章 附则"),
    ],
)
def test_an_article_is_numbered(article: str, english: str) -> None:
    assert article_in_english(article) == english


def test_every_basis_of_the_packs_can_be_read_in_english() -> None:
    for item in WORDINGS:
        for one in item.basis:
            assert article_in_english(one.article).startswith("art. "), (item.code, one.article)


@pytest.mark.usefixtures("shelf")
def test_a_law_is_cited_in_the_readers_language() -> None:
    assert queries.cite("社会救助法", "第三十七条", english=False) == "社会救助法 第三十七条"
    assert (
        queries.cite("社会救助法", "第三十七条", english=True) == "Social Assistance Law, art. 37"
    )
    assert queries.cite("某法", "第一条", english=True) == "某法, art. 1"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("社会救助法 第三十七条", ("社会救助法", "第三十七条")),
        ("《社会救助法》第三十七条第一款", ("社会救助法", "第三十七条第一款")),
        ("中华人民共和国民法典第一千二百六十条", ("中华人民共和国民法典", "第一千二百六十条")),
        ("社会救助法", None),
        ("第三十七条", None),
        ("领导要求", None),
        ("", None),
    ],
)
def test_a_citation_is_read_as_people_write_it(typed, read):
    assert read_citation(typed) == read

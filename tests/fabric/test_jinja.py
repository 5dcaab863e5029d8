"""What a page says is kept ready for each language, and nothing in it passes unescaped."""

import pytest
from django.utils import translation
from jinja2 import Environment

from linli.fabric.jinja import environment, icon_of, options_of, span_words, url


@pytest.fixture
def pages() -> Environment:
    return environment(autoescape=True)


def test_a_sentence_is_said_in_the_language_of_the_page(pages) -> None:
    page = pages.from_string('{{ _("Cases") }}')
    said = {}
    for language in ("en", "zh-hans", "en", "zh-hans"):
        with translation.override(language):
            said.setdefault(language, set()).add(page.render())

    assert said["en"] == {"Cases"}
    assert len(said["zh-hans"]) == 1
    assert said["zh-hans"] != said["en"]


def test_a_value_in_a_sentence_is_escaped(pages) -> None:
    page = pages.from_string('{{ _("by %(name)s, 100 %%", name=name) }} {{ _("85 %%") }}')

    with translation.override("en"):
        assert page.render(name="<b>") == "by &lt;b&gt;, 100 % 85 %"


def test_options_mark_the_chosen_one_and_escape_words() -> None:
    found = options_of((("a", "A & B"), ('"', "C")), '"')

    assert found == (
        '<option value="a">A &amp; B</option><option value="&#34;" selected>C</option>'
    )


def test_an_icon_is_a_piece_of_the_sprite() -> None:
    assert icon_of("seal", large=True).startswith('<svg class="icon icon-l" aria-hidden="true">')
    assert "#&lt;" in icon_of("<")


def test_an_address_is_that_of_its_own_words() -> None:
    assert url("desk:case", "A") != url("desk:case", "B")


@pytest.mark.parametrize(
    ("minutes", "language", "words"),
    [
        (1441, "en", "1 day"),
        (2 * 1440 + 60, "en", "2 days 1 hour"),
        (61, "en", "1 hour 1 minute"),
        (0, "en", "0 minutes"),
    ],
)
def test_a_span_is_counted_in_its_two_largest_units(minutes, language, words) -> None:
    with translation.override(language):
        assert span_words(minutes) == words

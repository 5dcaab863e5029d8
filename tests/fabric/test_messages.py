"""The catalogues of messages: what is missing, contradicts itself, or does not fit is found."""

import gettext

import pytest

from tools import messages

HEAD = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\nPlural-Forms: nplurals=1; plural=0;\\n"\n\n'
GOOD = 'msgid "Water"\nmsgstr "水"\n'


@pytest.fixture
def house(tmp_path, monkeypatch):
    """Two storeys, ``lower`` and ``upper``; each asks for Water."""
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    for name in ("lower", "upper"):
        (tmp_path / "linli" / name / "jinja2").mkdir(parents=True)
        (tmp_path / "linli" / name / "__init__.py").write_text('gettext_noop("Water")\n')
    return tmp_path / "linli"


def say(house, storey, entries):
    path = messages.catalogue_of(house / storey)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEAD + entries, encoding="utf-8")


def test_what_has_no_chinese_is_listed_for_each_storey_that_asks(house):
    assert list(messages.missing()) == [
        "lower: 'Water' (lower/__init__.py:1)",
        "upper: 'Water' (upper/__init__.py:1)",
    ]


def test_one_storeys_chinese_serves_the_others(house):
    say(house, "lower", GOOD)
    assert list(messages.missing()) == []


@pytest.mark.parametrize(
    "code",
    [
        'gettext("New")',
        'gettext_lazy("New")',
        'ngettext("New", "News", n)',
        'pgettext("place", "New")',
    ],
)
def test_every_way_of_asking_is_heard(house, code):
    say(house, "lower", GOOD)
    (house / "upper" / "views.py").write_text(code + "\n")
    (line,) = messages.missing()
    assert line.endswith("(upper/views.py:1)")


def test_templates_are_read(house):
    say(house, "lower", GOOD)
    (house / "upper" / "jinja2" / "x.html").write_text('{% do x %}<p>{{ _("New") }}</p>')
    assert list(messages.missing()) == ["upper: 'New' (upper/jinja2/x.html:1)"]


@pytest.mark.parametrize(
    "entry", ['msgid "Water"\nmsgstr ""\n', '#, fuzzy\nmsgid "Water"\nmsgstr "水"\n']
)
def test_empty_and_doubted_chinese_is_none(house, entry):
    say(house, "lower", entry)
    assert len(list(messages.missing())) == 2


def test_a_plural_wants_its_chinese_too(house):
    (house / "lower" / "__init__.py").write_text('ngettext("day", "days", n)\n')
    (house / "upper" / "__init__.py").write_text("")
    say(house, "lower", 'msgid "day"\nmsgid_plural "days"\nmsgstr[0] ""\n')
    assert len(list(messages.missing())) == 1


def test_two_chinese_for_one_message_are_found(house):
    say(house, "lower", GOOD)
    say(house, "upper", 'msgid "Water"\nmsgstr "自来水"\n')
    assert list(messages.contradicting()) == [
        "'Water' is said in two ways (use pgettext): lower '水', upper '自来水'"
    ]


def test_a_context_tells_two_meanings_apart(house):
    say(house, "lower", GOOD)
    say(house, "upper", 'msgctxt "tap"\nmsgid "Water"\nmsgstr "自来水"\n')
    assert list(messages.contradicting()) == []


def test_chinese_with_other_figures_is_found(house):
    say(house, "lower", '#, python-format\nmsgid "%(n)s cups"\nmsgstr "%(m)s 杯"\n')
    (found,) = messages.ill_fitting()
    assert found.startswith("lower: '%(n)s cups': ")


def test_update_adds_what_is_asked_and_keeps_what_is_held(house):
    say(house, "lower", GOOD)
    (house / "lower" / "views.py").write_text('gettext("New")\n')
    messages.update_all()
    held = {m.id: m.string for m in messages.held_in(house / "lower") if m.id}
    assert held == {"Water": "水", "New": ""}
    assert not messages.catalogue_of(house / "upper").exists()


def test_what_is_compiled_can_be_read(house):
    say(house, "lower", GOOD)
    messages.compile_all()
    with messages.catalogue_of(house / "lower").with_suffix(".mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Water") == "水"


def test_check_answers_with_its_exit_code(house, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["messages", "check"])
    assert messages.main() == 1
    say(house, "lower", GOOD)
    assert messages.main() == 0
    assert capsys.readouterr().out.endswith("Every message has its Chinese.\n")

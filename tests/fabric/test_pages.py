"""The pages' frame and parts: both languages, no way around the content policy, words that hold."""

import re
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django import forms
from django.conf import settings
from django.template import engines
from django.test import Client, RequestFactory, override_settings
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from jinja2 import UndefinedError

from config.menu import DESK, PORTAL
from linli.basics import Actor
from linli.fabric import jinja, pages
from tools import messages

HOUSE = Path(settings.BASE_DIR) / "linli"
SPRITE = (HOUSE / "fabric" / "static" / "linli" / "icons.svg").read_text(encoding="utf-8")
ICONS = re.findall(r'<symbol id="(\w+)"', SPRITE)
RESIDENT = Actor(kind="resident", district=1)
STAFF = Actor(kind="staff", district=1, user=1, hat="station")
HAN = re.compile(r"[\u3400-\u9fff\u3000-\u303f]")
FORM = "application/x-www-form-urlencoded"
LATIN = re.compile(r"[A-Za-z]{2,}")
SPOKEN = ("aria-label", "placeholder", "title", "alt", "data-h")
ODD = '<img src=x onerror="1">'


@pytest.fixture(autouse=True, scope="module")
def chinese():
    messages.compile_all()
    translation.trans_real._translations.clear()


@pytest.fixture
def env():
    return engines["jinja2"].env


def context(**more):
    """What config.edge gives every page, without a database behind it."""

    def entries(menu):
        return [
            {
                "name": one.url,
                "address": f"/{one.url}/",
                "label": translation.gettext(one.label),
                "icon": one.icon,
                "here": one is menu[0],
            }
            for one in menu
        ]

    hat = {"id": 7, "words": "1", "party": "2", "name": "3", "worn": True}
    return {
        "request": RequestFactory().get("/somewhere/?q=1"),
        "csrf_input": "",
        "look": {"mode": "", "theme": ""},
        "menu": {"portal": entries(PORTAL), "desk": entries(DESK)},
        "hats": [hat, hat | {"id": 8, "worn": False}],
        "place_words": "1 · 2",
        "contact": {"party": "4", "phone": "8000 1234", "name": "5", "hat": "6"},
        "bell": "3",
        "demo": True,
        "actor": RESIDENT,
        "icons": ICONS,
        **more,
    }


class Spoken(HTMLParser):
    """Collects what a page says in its own language; what is marked as another's, or code, is not."""

    EMPTY = frozenset({"meta", "link", "input", "img", "br", "hr", "use", "rect", "line"})

    def __init__(self, own):
        super().__init__()
        self.own, self.said, self.open = own, [], []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        lang = given.get("lang", self.own)
        apart = lang != self.own or given.get("translate") == "no" or tag == "kbd"
        hidden = apart or (bool(self.open) and self.open[-1])
        if not hidden:
            self.said += [given[name] for name in SPOKEN if given.get(name)]
        if tag not in self.EMPTY:
            self.open.append(hidden)

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        if tag not in self.EMPTY:
            self.open.pop()

    def handle_data(self, data):
        if data.strip() and not self.open[-1]:
            self.said.append(data.strip())


def strange_words(html, language):
    reader = Spoken(language)
    reader.feed(html.removeprefix("<!doctype html>").strip())
    assert reader.open == []  # every tag is closed, and in order
    strange = LATIN if language == "zh-Hans" else HAN
    return [words for words in reader.said if strange.search(words)]


def page(env, template, code, **more):
    with translation.override(code):
        return env.get_template(template).render(context(**more))


PAGES = [
    ("fabric/pieces.html", {}),
    ("fabric/pieces.html", {"look": {"mode": "elder", "theme": "dark"}}),
    *[("fabric/error.html", {"status": s, "sentence": "."}) for s in (400, 403, 404, 409, 429)],
    *[("fabric/error.html", {"status": s, "sentence": "."}) for s in (500, 503)],
    *[
        ("fabric/error.html", {"status": s, "sentence": ".", "actor": STAFF})
        for s in (403, 404, 409)
    ],
]


@pytest.mark.parametrize(("code", "language"), [("zh-hans", "zh-Hans"), ("en", "en")])
@pytest.mark.parametrize(("template", "more"), PAGES)
def test_a_page_speaks_one_language_and_needs_no_leave_of_the_policy(
    env, template, more, code, language
):
    html = page(env, template, code, **more)
    assert f'<html lang="{language}"' in html
    assert strange_words(html, language) == []
    assert not re.search(r"<style|<script(?! src=)|\sstyle=|\son\w+=|javascript:", html)
    ids = re.findall(r'\sid="([^"]*)"', html)
    assert sorted(set(ids)) == sorted(ids)
    for name in re.findall(r'aria-(?:describedby|labelledby)="([^"]*)"', html):
        assert set(name.split()) <= set(ids)


def test_a_strange_word_is_heard():
    html = '<html lang="zh-Hans"><p title="Hi there">您好<b lang="en">English</b></p><kbd>Esc</kbd></html>'
    assert strange_words(html, "zh-Hans") == ["Hi there"]
    assert strange_words("<p>Well, 您好</p>", "en") == ["Well, 您好"]


@pytest.mark.parametrize("status", [500, 503])
def test_the_page_of_a_fault_asks_nothing_of_the_database(env, status):
    def broken():
        raise AssertionError

    lazy = SimpleLazyObject(broken)
    html = page(
        env,
        "fabric/error.html",
        "en",
        status=status,
        sentence="It broke.",
        **dict.fromkeys(("hats", "place_words", "contact", "bell", "demo"), lazy),
    )
    assert "It broke." in html


def test_staff_get_the_errors_of_the_desk_and_residents_theirs(env):
    refused = {"status": 403, "sentence": "No."}
    staff = page(env, "fabric/error.html", "en", actor=STAFF, **refused)
    resident = page(env, "fabric/error.html", "en", **refused)
    assert 'class="desk"' in staff
    assert 'class="desk"' not in resident
    assert "Sign in first, or ring us" in resident
    assert 'href="tel:80001234"' in resident


def test_a_page_that_was_open_for_too_long_says_so_and_does_not_blame_the_hat(db):
    browser = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    answer = browser.post("/look/", {"theme": "dark"})
    html = answer.content.decode()
    assert answer.status_code == 403
    assert '<h1 id="trouble">Please send it once more</h1>' in html
    assert html.count("reload it, and send it again") == 1
    assert (
        "hat"
        not in re.sub(r"<[^>]+>", "", html[html.index("<main") : html.index("</main>")]).split()
    )


@pytest.mark.parametrize(
    "sent",
    [{"want": "x" * 3_000_000}, {f"box{n}": "x" for n in range(1_001)}],
    ids=["long", "many"],
)
def test_a_form_too_large_to_be_read_says_that_it_is_too_large(db, sent):
    browser = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    browser.cookies["csrftoken"] = "a" * 32
    answer = browser.post("/report/", urlencode(sent), content_type=FORM)
    html = answer.content.decode()
    assert answer.status_code == 413
    assert "This is too much for one request." in html


def test_the_mark_of_a_demo_goes_with_the_demo(env):
    assert "demo-mark" in page(env, "fabric/pieces.html", "en")
    assert "demo-mark" not in page(env, "fabric/pieces.html", "en", demo=False)


def test_the_look_stands_on_the_root(env):
    html = page(env, "fabric/pieces.html", "en", look={"mode": "elder", "theme": "dark"})
    assert '<html lang="en" data-theme="dark" data-mode="elder">' in html
    assert 'name="theme" value="dark" aria-pressed="true"' in html
    assert 'name="mode" value=""' in html
    assert '<html lang="en">' in page(env, "fabric/pieces.html", "en")


def test_switches_lead_back_to_where_one_was(env):
    html = page(env, "fabric/pieces.html", "en")
    assert html.count('name="next" value="/somewhere/?q=1"') == 3
    assert 'name="language" value="zh-hans" lang="zh-Hans">中文<' in html


def test_the_hat_that_is_worn_is_pressed(env):
    html = page(env, "fabric/error.html", "en", actor=STAFF, status=404, sentence=".")
    assert 'name="appointment" value="7" aria-pressed="true"' in html
    assert 'name="appointment" value="8" aria-pressed="false"' in html


def test_the_desk_writes_its_keys_on_what_they_press(env):
    html = page(env, "fabric/error.html", "en", actor=STAFF, status=404, sentence=".")
    assert re.search(r'href="/desk:accept/" data-key="n"', html)
    assert re.search(r'href="/desk:today/" aria-current="page" data-key="g t"', html)


def test_every_icon_that_is_named_is_drawn():
    call = re.compile(r'(?:\bicon\(|\bicon_name=|"icon": )"(\w+)"')
    asked = {
        name
        for path in HOUSE.glob("*/jinja2/**/*.html")
        for name in call.findall(path.read_text(encoding="utf-8"))
    }
    asked |= {entry.icon for entry in (*PORTAL, *DESK)}
    assert {"back", "seal", "today"} <= asked
    assert asked - set(ICONS) == set()
    assert len(set(ICONS)) == len(ICONS)


@pytest.mark.django_db
def test_the_gallery_shows_every_icon():
    html = pages.pieces(RequestFactory().get("/pieces/")).content.decode()
    assert html.count('<li class="chip">') == len(ICONS)


def test_the_gallery_is_not_routed_in_earnest():
    with pytest.raises(NoReverseMatch):
        reverse("pieces")


def test_a_forgotten_name_is_an_error_where_templates_are_strict():
    with pytest.raises(UndefinedError):
        jinja.environment().from_string("{{ nothing }}").render()
    with override_settings(STRICT_TEMPLATES=False):
        assert jinja.environment().from_string("{{ nothing }}").render() == ""


PARTS = '{% import "fabric/parts.html" as parts %}'


def part(env, call, **more):
    with translation.override("en"):
        return " ".join(env.from_string(PARTS + "{{ parts." + call + " }}").render(**more).split())


@pytest.mark.parametrize(
    "call",
    [
        "chip(odd)",
        "note(odd)",
        "field('a', odd, value=odd, help=odd, error=odd, why=odd)",
        "field('a', odd, value=odd, kind='area')",
        "choices('a', [(odd, odd, odd)], legend=odd)",
        "facts([(odd, odd, odd)])",
        "rows([{'title': odd, 'detail': odd, 'href': odd}])",
        "trail([{'icon': 'done', 'words': odd, 'quote': odd}])",
        "interval(1, 2, odd)",
    ],
)
def test_what_people_typed_is_escaped(env, call):
    assert "<img" not in part(env, call, odd=ODD)
    assert "&lt;img" in part(env, call, odd=ODD)


@pytest.mark.parametrize(
    ("state", "kind", "icon"),
    [
        ("running", "", "clock"),
        ("soon", " clock-soon", "soon"),
        ("late", " clock-late", "overdue"),
        ("done", " clock-done", "done"),
        ("paused", "", "pause"),
    ],
)
def test_a_clock_has_one_shape(env, state, kind, icon):
    clock = {"state": state, "words": "w", "due": "d", "run": 100, "end": 74.4}
    html = part(env, "clock(clock)", clock=clock)
    assert f'<span class="clock{kind}">' in html
    assert f"icons.svg#{icon}" in html
    assert '<rect class="run" x="0" y="1.5" width="100" height="5"/>' in html
    assert '<rect class="end" x="74.4" y="0" width="1.6" height="8"/>' in html


def test_an_interval_runs_from_its_lower_to_its_upper_bound(env):
    html = part(env, "interval(71.4, 92.5, 'w', estimate=90.5)")
    assert '<rect class="span" x="71.4" y="9" width="21.1" height="18"/>' in html
    assert 'class="est" x1="90.5"' in html
    assert "goal" not in html


class Asked(forms.Form):
    words = forms.CharField(label="Words", help_text="As you like.", widget=forms.Textarea)
    phone = forms.CharField(label="Phone", required=False)
    kind = forms.ChoiceField(label="Kind", choices=[("a", "A"), ("b", "B")])
    way = forms.ChoiceField(label="Way", choices=[("x", "X"), ("y", "Y")], widget=forms.RadioSelect)
    sure = forms.BooleanField(label="Sure")
    paper = forms.FileField(label="Paper", required=False)


def bound_of(env, form, name):
    return part(env, f"bound(form.{name})", form=form)


def bound(env, name, data):
    return bound_of(env, Asked(data), name)


def test_a_field_of_a_form_brings_its_words_value_and_trouble(env):
    html = bound(env, "words", {"words": ""})
    assert 'class="field field-bad"' in html
    assert (
        'aria-describedby="id_words-h id_words-e" aria-invalid="true" aria-required="true"' in html
    )
    assert "This field is required." in html
    assert '<textarea class="area" id="id_words" name="words"' in html
    phone = bound(env, "phone", {"phone": "138"})
    assert 'type="text" value="138"' in phone
    assert "(may be left out)" in phone


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("kind", '<option value="b" selected>B</option>'),
        ("way", '<input type="radio" name="way" value="y" checked>'),
        ("sure", '<input type="checkbox" id="id_sure" name="sure" value="on" checked>'),
        ("paper", '<input type="file" id="id_paper" name="paper" required aria-required="false">'),
    ],
)
def test_each_kind_of_field_has_its_shape(env, name, expected):
    assert expected in bound(env, name, {"kind": "b", "way": "y", "sure": "on"})


def test_the_problems_of_a_form_lead_to_their_fields(env):
    html = part(env, "problems_of(form)", form=Asked({"words": "w", "kind": "a", "sure": "on"}))
    assert re.findall(r'<a href="#(\w+)">', html) == ["way"]
    assert "This field is required." in html


def test_every_problem_leads_to_a_field_that_is_there(env):
    form = Asked({"kind": "?"})
    fields = "".join(bound_of(env, form, name) for name in form.fields)
    led = re.findall(r'<a href="#(\w+)">', part(env, "problems_of(form)", form=form))
    assert len(led) == 4
    assert set(led) <= set(re.findall(r'\sid="(\w+)"', fields))


AT = datetime(2026, 11, 21, 11, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("filter_of", "value", "chinese", "english"),
    [
        (jinja.moment_short, AT, "11-21 19:20", "11-21 19:20"),
        (jinja.moment, None, "", ""),
        (jinja.moment, AT.replace(year=2020), "2020 年 11 月 21 日 19:20", "21 Nov 2020 19:20"),
        (
            jinja.day,
            datetime(2020, 11, 20, 16, 30, tzinfo=UTC),
            "2020 年 11 月 21 日",
            "21 Nov 2020",
        ),
        (jinja.day, date(2020, 3, 9), "2020 年 3 月 9 日", "9 Mar 2020"),
        (jinja.day, None, "", ""),
        (jinja.span_words, timedelta(days=2, hours=3, minutes=9), "2 天 3 小时", "2 days 3 hours"),
        (jinja.span_words, timedelta(days=-1), "1 天", "1 day"),
        (jinja.span_words, 100, "1 小时 40 分", "1 hour 40 minutes"),
        (jinja.span_words, 0, "0 分", "0 minutes"),
        (jinja.fen, 123_456_789, "1,234,567.89", "1,234,567.89"),
        (jinja.fen, -150, "−1.50", "−1.50"),
        (jinja.fen, -5, "−0.05", "−0.05"),
        (jinja.local_text, {"zh-Hans": "水", "en": "Water"}, "水", "Water"),
        (jinja.local_text, {"zh-Hans": "水"}, "水", "水"),
        (jinja.local_text, "plain", "plain", "plain"),
        (jinja.local_text, None, "", ""),
    ],
)
def test_values_become_words(filter_of, value, chinese, english):
    with translation.override("zh-hans"):
        assert filter_of(value) == chinese
    with translation.override("en"):
        assert filter_of(value) == english


def test_this_years_moments_leave_the_year_out():
    here = datetime.now(jinja.LAW_TIME).replace(month=11, day=21, hour=19, minute=20)
    with translation.override("zh-hans"):
        assert jinja.moment(here) == "11 月 21 日 19:20"
    with translation.override("en"):
        assert jinja.moment(here) == "21 Nov 19:20"


def test_midnight_is_the_end_of_a_day() -> None:
    midnight = datetime(2026, 12, 11, 16, tzinfo=UTC)  # 00:00 on the 12th in Shanghai
    with translation.override("zh-hans"):
        assert jinja.moment(midnight).endswith("12 月 11 日 24:00")
        assert jinja.moment_short(midnight) == "12-11 24:00"

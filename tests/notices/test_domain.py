"""What is said, and what is never said outside the site. No database."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

import linli.notices
from linli.notices import domain
from linli.notices.domain import BadTemplate, Channel, Message, Recipient

HOUSE = Path(linli.notices.__file__).parent
TEMPLATES = domain.templates_of(yaml.safe_load((HOUSE / "data/templates.yaml").read_text()))
SECRET = "家暴求助"  # noqa: S105
VALUES = {
    "number": "1118-034",
    "code": "482913",
    "due": "11 月 21 日",
    "phone": "8000 1234",
    "item": SECRET,
    "person": f"周敏{SECRET}",
    "office": f"{SECRET}办公室",
    "place": f"{SECRET}室",
    "papers": f"{SECRET}材料",
    "reason": f"因为{SECRET}",
    "reply": f"{SECRET}好了",
    "clause": f"{SECRET}条",
    "other": f"{SECRET}-2",
    "right": f"删除{SECRET}",
    "remedy": f"{SECRET}不服的，可以申请行政复议。",
}
WAYS = [Recipient.to_phone("13800000000"), Recipient.to_email("a@example.test")]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda one: one.event)
@pytest.mark.parametrize("language", ["zh-Hans", "en"])
def test_a_sensitive_matter_is_never_named_outside_the_site(template, language):
    for way in WAYS:
        to = Recipient(way.channel, language, address=way.address)
        said = domain.message_of(template, to, VALUES, sensitive=True)
        assert SECRET not in said.title + said.body
        assert said.body


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda one: one.event)
@pytest.mark.parametrize("channel", list(Channel))
@pytest.mark.parametrize("language", ["zh-Hans", "en"])
def test_every_template_can_be_said_in_every_way(template, channel, language):
    said = domain.message_of(template, Recipient(channel, language), VALUES, sensitive=False)
    assert said.title
    assert said.body
    assert "{" not in said.title + said.body
    if channel is Channel.SMS:
        assert len(said.body) <= 160, "a text message of at most three parts"


def test_the_events_are_each_named_once_a_day_and_somebody_tells_of_each():
    keys = [(one.event, one.since) for one in TEMPLATES]
    assert len(keys) == len(set(keys)) == 28

    code = "".join(one.read_text() for one in HOUSE.parent.rglob("*.py"))
    assert [event for event, _ in keys if f'"{event}"' not in code] == []


def test_the_guide_lists_every_event_with_its_values():
    guide = (HOUSE.parents[1] / "docs/apps/notices.md").read_text()
    listed = re.findall(r"^\| `(\w+)` \| ([a-z ]+) \|$", guide, re.MULTILINE)
    assert {event: set(names.split()) for event, names in listed} == {
        one.event: set(one.names) for one in TEMPLATES
    }


def row(**changes):
    words = {"title": "{number}", "body": "{item}", "short": "s", "quiet_title": "q", "quiet": "q"}
    return {
        "event": "e",
        "since": date(2020, 1, 1),
        "words": {"zh-Hans": words, "en": words | changes},
    }


OPENED = domain.templates_of([row()])[0]


def test_the_words_follow_the_way():
    values = {"number": "1", "item": "漏水"}
    assert domain.message_of(OPENED, Recipient.to_user(1), values, sensitive=True) == Message(
        "1", "漏水"
    )
    assert domain.message_of(OPENED, WAYS[0], values, sensitive=False) == Message("1", "s")
    assert domain.message_of(OPENED, WAYS[1], values, sensitive=False) == Message("1", "漏水")
    for way in WAYS:
        assert domain.message_of(OPENED, way, values, sensitive=True) == Message("q", "q")


def test_an_unknown_language_is_told_in_chinese():
    values = {"number": "1", "item": "x"}
    template = domain.templates_of([row(body="en {item}")])[0]
    assert (
        domain.message_of(template, Recipient.to_user(1, "ug"), values, sensitive=False).body == "x"
    )


def test_a_title_is_one_line():
    values = {"number": "1\r\nBcc: all@example.test", "item": ""}
    said = domain.message_of(OPENED, WAYS[1], values, sensitive=False)
    assert said.title == "1 Bcc: all@example.test"


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        (row(quiet="about {item}"), "e: en: quiet text names ['item']"),
        (row(quiet_title="{office}"), "e: en: quiet text names ['office']"),
        (row(body="{other}"), "different things"),
        (row(extra="x"), "unexpected keyword"),
        ({"event": "e", "since": date(2020, 1, 1), "words": {"en": {}}}, "e: zh-Hans is missing"),
        (
            {"event": "e", "since": date(2020, 1, 1), "words": {"zh-Hans": {"title": "t"}}},
            "missing 4 required",
        ),
    ],
)
def test_a_bad_template_is_named(changed, complaint):
    with pytest.raises(BadTemplate) as caught:
        domain.templates_of([changed])
    assert complaint in str(caught.value)


def test_the_newest_template_that_has_begun_is_used():
    old, new = row(), row() | {"since": date(2026, 1, 1)}
    templates = domain.templates_of([new, old])
    assert domain.template_on(templates, "e", date(2025, 12, 31)).since == date(2020, 1, 1)
    assert domain.template_on(templates, "e", date(2026, 1, 1)).since == date(2026, 1, 1)
    for event, day in (("e", date(2019, 12, 31)), ("other", date(2026, 1, 1))):
        with pytest.raises(BadTemplate):
            domain.template_on(templates, event, day)


def test_a_missing_value_is_named():
    with pytest.raises(BadTemplate, match="no value for \\['number'\\]"):
        domain.fill("{number} {item}", {"item": "x"})


@given(st.text(max_size=60))
def test_what_stands_in_a_value_is_never_read_as_a_template(text):
    assert domain.fill("<{item}>", {"item": text, "number": "secret"}) == f"<{text}>"


def test_patience_grows_and_ends():
    at = datetime(2026, 11, 16, 4, tzinfo=UTC)
    waits = [domain.next_try(tries, at) for tries in range(1, 7)]
    assert waits == [
        at + timedelta(minutes=1),
        at + timedelta(minutes=5),
        at + timedelta(minutes=30),
        at + timedelta(hours=2),
        at + timedelta(hours=12),
        None,
    ]


def test_every_word_is_in_chinese():
    with (HOUSE / "locale/zh_Hans/LC_MESSAGES/django.po").open("rb") as file:
        words = {entry.id: entry.string for entry in read_po(file)}
    for word in [*domain.CHANNEL_WORDS.values(), *domain.STATE_WORDS.values()]:
        assert words[word]
    assert set(domain.CHANNEL_WORDS) == set(Channel)
    assert set(domain.STATE_WORDS) == set(domain.State)

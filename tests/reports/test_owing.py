"""By when a form is owed, that none is late that came late, and what a community may send back."""

import html
import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import yaml
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from linli.basics import NoSuchThing, NotAllowed
from linli.catalogue import actions as catalogue
from linli.catalogue.domain import DutyKind, DutyLineData
from linli.gate import queries as gate
from linli.gate.queries import burden
from linli.identity.models import User
from linli.journal.models import Line
from linli.places import actions as places
from linli.places.domain import Kind
from linli.places.models import Place
from linli.reports import queries
from linli.reports.actions import (
    import_form,
    open_due_editions,
    send_back_edition,
    send_edition,
)
from linli.reports.domain import (
    NO_LINE,
    NOTICE,
    AlreadySent,
    PeriodKind,
    RestsOnALine,
    SentBack,
    due_day,
)
from linli.reports.models import Edition, Form
from linli.rulebook.actions import load_rules
from linli.rulebook.domain import Calendar, Period, Unit, due_on, read_rules
from linli.rulebook.management.commands.load_rules import DATA
from linli.visits.models import Question
from tests.world import GREEN, HOUSE_ITSELF, NOON, STREET, WILLOW, World

from .conftest import STREET_FORM, drawn

WEEKS = Calendar({})  # no holidays: Monday to Friday
FIRST = datetime(2026, 11, 2, 4, tzinfo=UTC)  # the Monday after October


# --- by when ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "opened", "due"),
    [
        (5, date(2026, 11, 1), date(2026, 11, 6)),  # in time: its own days
        (5, date(2026, 11, 3), date(2026, 11, 6)),  # both say Friday
        (5, date(2026, 11, 4), date(2026, 11, 9)),  # a Wednesday and three: over the weekend
        (5, date(2026, 11, 16), date(2026, 11, 19)),
        (0, date(2026, 11, 1), date(2026, 11, 4)),
        (0, date(2026, 11, 22), date(2026, 11, 25)),  # from a Sunday
        (20, date(2026, 11, 16), date(2026, 11, 27)),
    ],
)
def test_a_form_is_due_after_its_days_and_never_before_three_working_days(
    days: int, opened: date, due: date
) -> None:
    assert due_day(date(2026, 10, 31), days, opened, 3, WEEKS) == due


@given(
    st.dates(date(2024, 1, 1), date(2030, 1, 1)),
    st.integers(0, 60),
    st.integers(0, 90),
    st.integers(1, 10),
)
def test_nobody_is_late_with_what_came_late(as_of: date, days: int, late: int, notice: int) -> None:
    opened = as_of + timedelta(days=late)
    due = due_day(as_of, days, opened, notice, WEEKS)

    between = [opened + timedelta(days=one) for one in range(1, (due - opened).days + 1)]
    assert sum(one.isoweekday() < 6 for one in between) >= notice
    if days:
        assert due >= due_on(as_of, Period(days, Unit.WORKING_DAYS), WEEKS)


# --- a district in which forms rest on a line, or on none ----------------------------------------


def take_in(world: World, code: str, duty: str = "", **changed: object) -> Form:
    asked: dict[str, object] = {
        "by": world.at("civil"),
        "code": code,
        "name": f"表{code}",
        "level": "community",
        "period": PeriodKind.MONTH,
        "due_days": 5,
        "workbook": drawn([["社区", "党员"], ["", ""]]),
        "duty": duty,
        "at": NOON,
    }
    return import_form(**(asked | changed))  # type: ignore[arg-type]


@pytest.fixture
def asked(world: World, residents: dict[str, int], lists: None) -> dict[str, Edition]:
    """Forms by what they rest on, as the green community has them; ``street``: the street's own."""
    for code, duty in (("none", ""), ("open", "assist_government"), ("closed", "market_checks")):
        take_in(world, code, duty)
    take_in(world, "street", level="street", workbook=STREET_FORM)
    open_due_editions(by=HOUSE_ITSELF, at=NOON)
    rows = Edition.objects.filter(place__in=[world.place(GREEN), world.place(STREET)])
    return {one.form.code: one for one in rows.select_related("form", "form__duty_line")}


def everything() -> tuple[object, ...]:
    return list(Edition.objects.order_by("id").values()), Line.objects.count()


@pytest.mark.django_db
def test_a_form_brought_late_is_not_late_when_it_comes(world: World) -> None:
    soon = take_in(world, "soon", at=FIRST)
    once = take_in(world, "once", at=FIRST, due_days=0)
    open_due_editions(by=HOUSE_ITSELF, at=FIRST)
    late = take_in(world, "late")
    open_due_editions(by=HOUSE_ITSELF, at=NOON)

    shipped = yaml.safe_load((DATA / "rules.yaml").read_text(encoding="utf-8"))
    [rule] = [one for one in read_rules(shipped) if one.key == NOTICE]
    assert (rule.value, rule.law, rule.verified) == (3, "示例（由运营方确定）", False)
    load_rules(
        by=HOUSE_ITSELF, rules=[rule, replace(rule, value=5, jurisdiction="990101")], at=NOON
    )
    more = take_in(world, "more")
    open_due_editions(by=HOUSE_ITSELF, at=NOON)

    due = {(one.form_id, one.as_of, one.due_on) for one in Edition.objects.all()}
    assert due == {
        (soon.pk, date(2026, 10, 31), date(2026, 11, 6)),
        (once.pk, date(2026, 10, 31), date(2026, 11, 5)),  # no days of its own
        (late.pk, date(2026, 10, 31), date(2026, 11, 19)),
        (more.pk, date(2026, 10, 31), date(2026, 11, 23)),  # the district's own five days
    }
    found = queries.week(world.at("committee"), at=NOON)
    assert [one.edition.form.code for one in found.due] == ["once", "soon", "late"]
    assert [one.edition.form.code for one in found.later] == ["more"]


# --- what rests on nothing ----------------------------------------------------------------------


@pytest.mark.django_db
def test_a_form_no_open_line_bears_says_why_and_asks_nobody(
    world: World, asked: dict[str, Edition]
) -> None:
    found = queries.unowed_editions(asked.values(), on=NOON.date())
    with override("zh-hans"):
        said = {
            code: (queries.unowed_words(one, found[one.pk]), found[one.pk].basis)
            for code, one in asked.items()
            if one.pk in found
        }
    closed = "本表依据的“商户经营检查”，清单上写的是“已收回”，可以不报，也可以退回。"
    assert said == {
        "none": ("本表没有清单依据，可以不报，也可以退回。", NO_LINE),
        "closed": (closed, "人民调解法 第八条"),
    }
    assert {tuple(one) for one in Question.objects.values_list("forms", flat=True)} == {("open",)}


@pytest.mark.django_db
def test_it_is_sent_back_with_its_citation_and_stands_on_the_bill(
    world: World, asked: dict[str, Edition]
) -> None:
    worker, row = world.at("committee"), asked["none"]
    send_back_edition(by=worker, edition=row.pk, at=NOON)

    row.refresh_from_db()
    assert (row.state, row.back_at, row.basis, row.known_at, row.numbers) == (
        "back",
        NOON,
        NO_LINE,
        None,
        "",
    )
    assert row.appointment == worker.appointment
    last = Line.objects.latest("id")
    assert (last.kind, last.appointment) == ("EditionSentBack", worker.appointment)
    assert json.loads(last.body)["event"] == {
        "edition_id": row.pk,
        "form_id": row.form_id,
        "place_id": world.place(GREEN),
    }
    assert [one.edition.form.code for one in queries.week(worker, at=NOON).due] == [
        "open",
        "closed",
    ]
    assert open_due_editions(by=HOUSE_ITSELF, at=NOON) == 0  # nobody is asked for it again

    civil, month = world.party("990101.civil_affairs"), date(2026, 11, 1)
    bill = gate.bill(month, on=NOON.date(), district=1)
    assert [(line.party, line.requests, line.refused) for line in bill.lines] == [(civil, 0, 1)]
    assert gate.bill(date(2026, 10, 1), on=NOON.date(), district=1).lines == ()
    with override("zh-hans"):
        page = burden.bill_page(month, district=1, at=NOON)
    [row] = page.refused
    assert (row.at, row.by, row.who, row.basis) == (NOON, "青桐社区", "区民政局", NO_LINE)


@pytest.mark.django_db
def test_what_is_owed_sent_or_anothers_is_not_sent_back_and_nothing_changes(
    world: World, asked: dict[str, Edition]
) -> None:
    worker = world.at("committee")
    send_edition(by=worker, edition=asked["closed"].pk, at=NOON)  # it may be sent all the same
    willow = Edition.objects.get(form=asked["none"].form, place=world.place(WILLOW))
    send_back_edition(by=worker, edition=asked["none"].pk, at=NOON)
    held = everything()
    for refusal, desk, edition in (
        (RestsOnALine, "committee", asked["open"]),
        (RestsOnALine, "street_civil", asked["street"]),
        (AlreadySent, "committee", asked["closed"]),
        (SentBack, "committee", asked["none"]),
        (NoSuchThing, "committee", willow),
        (NotAllowed, "station", willow),
        (NotAllowed, "civil", willow),
    ):
        with pytest.raises(refusal):
            send_back_edition(by=world.at(desk), edition=edition.pk, at=NOON)
        assert everything() == held
    with pytest.raises(SentBack):
        send_edition(by=worker, edition=asked["none"].pk, at=NOON)
    assert everything() == held


@pytest.mark.django_db
def test_the_database_refuses_what_was_sent_back_without_a_citation(
    world: World, asked: dict[str, Edition]
) -> None:
    rows = Edition.objects.filter(pk=asked["none"].pk)
    back = {"state": "back", "back_at": NOON, "basis": NO_LINE}
    for changed in (
        {"basis": None},
        {"basis": ""},
        {"back_at": None},
        {"state": "open"},
        {"numbers": "[1]"},
        {"known_at": NOON},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**(back | changed))
    assert rows.update(**back) == 1


@pytest.mark.django_db
def test_a_line_that_ends_bears_a_form_no_longer_and_grants_no_exact_numbers(
    world: World, residents: dict[str, int]
) -> None:
    line = DutyLineData(
        code="own", kind=DutyKind.BASIC, name={"zh-Hans": "本街道的事"}, exact_counts=True
    )
    street, by = world.place(STREET), world.at("street_civil")
    lists = {"by": HOUSE_ITSELF, "place": street, "at": NOON}
    catalogue.import_duty_list(**lists, lines=[line], begins=date(2026, 1, 1))
    book = drawn([["社区", "80岁以上", "党员"], ["", "", ""]])
    form = take_in(world, "own", "own", by=by, exact=True, workbook=book)
    open_due_editions(by=HOUSE_ITSELF, at=NOON)
    # What the street's own list calls “own” is asked for under that name in its communities.
    assert {(one.duty_line, *one.forms) for one in Question.objects.all()} == {("own", "own")}
    green, willow = (
        Edition.objects.get(form=form, place=world.place(code)) for code in (GREEN, WILLOW)
    )
    worker, neighbour = (
        replace(world.at("committee"), communities=frozenset({world.place(code)}))
        for code in (GREEN, WILLOW)
    )

    assert queries.unowed_editions([green], on=NOON.date()) == {}
    sent = send_edition(by=worker, edition=green.pk, at=NOON)
    assert (sent.exact, sent.numbers) == (True, "[2,null]")

    catalogue.import_duty_list(**lists, lines=[], begins=date(2026, 11, 17))
    later = NOON + timedelta(days=1)
    found = queries.unowed_editions([willow], on=later.date())
    with override("en"):
        assert queries.unowed_words(willow, found[willow.pk]) == (
            "Your duty list has no line “本街道的事”, on which this form rests. "
            "You need not fill it in, and may send it back."
        )
    sent = send_edition(by=neighbour, edition=willow.pk, at=later)
    assert (sent.exact, sent.numbers) == (False, "[null,null]")
    green.refresh_from_db()
    assert queries.is_exact(green, on=later.date())  # what was sent stays


@pytest.mark.django_db
def test_an_office_asks_the_communities_below_it_and_no_others(world: World) -> None:
    elsewhere = [
        places.add_place(
            by=HOUSE_ITSELF,
            at=NOON,
            kind=kind,
            parent=world.place(parent)
            if parent in world.places
            else Place.objects.get(code=parent).pk,
            code=code,
            name={"zh-Hans": code, "en": code},
            valid_from=date(2026, 1, 1),
        ).pk
        for kind, parent, code in (
            (Kind.STREET, "990101", "990101002"),
            (Kind.COMMUNITY, "990101002", "990101002001"),
        )
    ]
    own = take_in(world, "own", by=world.at("street_civil"))
    all_ = take_in(world, "all")
    open_due_editions(by=HOUSE_ITSELF, at=NOON)

    here = {world.place(GREEN), world.place(WILLOW)}
    asked = {
        form: set(Edition.objects.filter(form=form).values_list("place", flat=True))
        for form in (own.pk, all_.pk)
    }
    assert asked == {own.pk: here, all_.pk: here | {elsewhere[1]}}

    # The only community of its street is no street: its worker has the community's forms to send.
    only = replace(world.at("committee"), communities=frozenset({elsewhere[1]}))
    assert queries.came_from(only) == []
    due = [one.edition for one in queries.week(only, at=NOON).due]
    assert [(one.form_id, one.place_id) for one in due] == [(all_.pk, elsewhere[1])]


# --- on the screens -----------------------------------------------------------------------------


def words(answer: object) -> str:
    assert answer.status_code == 200  # type: ignore[attr-defined]
    text = html.unescape(answer.content.decode())  # type: ignore[attr-defined]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", text))


@pytest.mark.django_db
def test_the_community_sees_why_and_sends_it_back_in_one_act(
    world: World, asked: dict[str, Edition], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("linli.identity.queries.has_second_factor", lambda user: True)
    later = NOON + timedelta(days=7)  # all are overdue by then
    monkeypatch.setattr(timezone, "now", lambda: later)
    worker, office = (Client(headers={"accept-language": "zh-hans"}) for _ in range(2))
    worker.force_login(User.objects.get(username="committee"))
    office.force_login(User.objects.get(username="civil"))
    row = asked["none"]

    week = words(worker.get("/reports/"))
    assert "3 张：0 张已自动答，3 张缺 3 项。 其中 2 张没有清单依据，可以不报，也可以退回。" in week
    assert week.count("没有清单依据") == 1 + 2
    assert week.count("已过期") == 1  # only what is owed can be late
    page = words(worker.get(f"/reports/{row.pk}/"))
    assert "本表没有清单依据，可以不报，也可以退回。" in page
    assert "所需经费由委托部门承担。" in page
    assert "城市居民委员会组织法 第四十三条第二款" in page
    assert "按这条依据退回" in page
    assert "已过期" not in page
    owed = words(worker.get(f"/reports/{asked['open'].pk}/"))
    assert "退回" not in owed
    assert worker.post(f"/reports/{asked['open'].pk}/back/").status_code == 409

    answer = worker.post(f"/reports/{row.pk}/back/")

    assert answer["Location"] == f"/reports/{row.pk}/?did=back"
    page = words(worker.get(answer["Location"]))
    assert "这张表没有填，已退回，记在区民政局的减负账单上。" in page
    assert "报送" not in page.partition("这张表没有填")[2]
    assert "已退回" in words(worker.get("/reports/"))
    came = words(office.get(f"/reports/forms/{row.form_id}/"))
    assert "本表没有清单依据：缺的事实不会去问居民，社区可以退回。" in came
    assert "青桐社区城市居民委员会组织法 第四十三条第二款" in came
    assert "11 月 23 日 12:00 退回" in came

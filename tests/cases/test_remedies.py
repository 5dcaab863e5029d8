"""What a resident may do against a “no”: which sentences, which periods, quoted from which rows."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import yaml
from django.utils.translation import override

from linli.cases import actions, domain, queries
from linli.cases.domain import End
from linli.cases.domain.remedies import AIDED, COMPLAIN, REOPEN, REVIEW, SUIT, UNCHECKED
from linli.cases.models import Case
from linli.catalogue import queries as shelf
from linli.catalogue.domain import Basis
from linli.identity.models import User
from linli.journal.actions import run_reactions, system
from linli.notices.models import Notice
from linli.rulebook.actions import load_rules
from linli.rulebook.domain import read_rules
from linli.rulebook.management.commands.load_rules import DATA
from tests.world import HOUSE_ITSELF, NOON

from .errands import HOUR, RESIDENT, all_done, refused, said

ROWS = {
    rule.key: rule
    for rule in read_rules(yaml.safe_load((DATA / "rules.yaml").read_text(encoding="utf-8")))
    if rule.key.startswith("remedy.")
}
REASONS = "按维修资金办法第五条，漏点在户内，不在公共部位。"


def item(world, code: str):
    return shelf.current(code, date(2026, 11, 16)).definition


def words(advice) -> list[str]:
    return [one.words for one in advice]


@pytest.mark.parametrize(
    ("code", "administrative"),
    [("roof_renewal", True), ("shared_leak", False), ("question", False)],
)
def test_a_decision_of_an_office_is_administrative(world, code, administrative) -> None:
    assert domain.administrative(item(world, code)) is administrative


@pytest.mark.parametrize("end", [End.SOLVED, End.MERGED, End.WITHDRAWN, ""])
def test_only_a_no_needs_a_remedy(world, end) -> None:
    advice = domain.remedies(item(world, "roof_renewal"), end, row=ROWS.get, reopen_days=30)

    assert words(advice) == []


@pytest.mark.parametrize("end", [End.EXPLAINED, End.NOT_OURS])
@pytest.mark.parametrize(
    ("code", "told"),
    [("roof_renewal", [REVIEW, SUIT, UNCHECKED, REOPEN]), ("shared_leak", [REOPEN, COMPLAIN])],
)
def test_a_no_is_told_with_what_may_be_done(world, code, end, told) -> None:
    advice = domain.remedies(item(world, code), end, row=ROWS.get, reopen_days=30)

    assert words(advice) == told


def test_periods_and_articles_come_from_the_rows(world) -> None:
    advice = domain.remedies(
        item(world, "roof_renewal"), End.EXPLAINED, row=ROWS.get, reopen_days=12
    )

    assert [(one.amount, one.law, one.article) for one in advice] == [
        (60, "行政复议法（2023年修订）", "20"),
        (6, "行政诉讼法", "46"),
        (0, "", ""),
        (12, "", ""),
    ]


def test_social_assistance_quotes_its_own_article(world) -> None:
    aid = replace(item(world, "roof_renewal"), basis=(Basis("社会救助法", "第十八条"),))
    advice = domain.remedies(aid, End.EXPLAINED, row=ROWS.get, reopen_days=30)

    assert words(advice) == [REVIEW, SUIT, AIDED, UNCHECKED, REOPEN]
    assert (advice[2].law, advice[2].article) == ("社会救助法", "76")


def test_rows_read_against_the_text_need_no_warning(world) -> None:
    checked = {key: replace(rule, verified=True) for key, rule in ROWS.items()}
    advice = domain.remedies(
        item(world, "roof_renewal"), End.EXPLAINED, row=checked.get, reopen_days=30
    )

    assert UNCHECKED not in words(advice)


def test_no_row_no_period_and_nothing_invented(world) -> None:
    advice = domain.remedies(
        item(world, "roof_renewal"), End.EXPLAINED, row=lambda _: None, reopen_days=30
    )

    assert words(advice) == [REOPEN]


def test_the_two_laws_are_marked_as_not_checked() -> None:
    assert {key: rule.verified for key, rule in ROWS.items()} == {
        "remedy.review": False,
        "remedy.suit": False,
        "remedy.aid": True,
    }


@pytest.fixture
def refusal_of(world):
    load_rules(by=HOUSE_ITSELF, rules=list(ROWS.values()), at=NOON)

    def refuse(code: str, *, says: str = REASONS, end: End = End.EXPLAINED, **more) -> Case:
        receipt = actions.open_case(by=RESIDENT, said=said(world, item=code, **more), at=NOON)
        return actions.answer_case(
            by=world.at("station"), case_id=receipt.case.pk, end=end, words=says, at=NOON + HOUR
        )

    return refuse


@pytest.mark.parametrize("end", [End.EXPLAINED, End.NOT_OURS])
def test_an_administrative_no_without_reasons_is_refused(world, refusal_of, end) -> None:
    roof = actions.open_case(by=RESIDENT, said=said(world, item="roof_renewal"), at=NOON)
    refusal = refused(
        domain.ReasonsMissing,
        actions.answer_case,
        by=world.at("station"),
        case_id=roof.case.pk,
        end=end,
        words="不 行 。",
        at=NOON + HOUR,
    )

    assert refusal.signs == 10


def test_a_community_may_be_brief(refusal_of) -> None:
    assert refusal_of("shared_leak", says="不行。").status == "answered"


def test_the_paragraph_is_composed_in_the_readers_language(refusal_of) -> None:
    case = refusal_of("roof_renewal")

    with override("zh-hans"):
        told = "".join(queries.remedies_of(case))
    assert "60" in told
    assert "《行政复议法（2023年修订）》第20条" in told
    assert "《行政诉讼法》第46条" in told
    assert "还没有对照" in told
    with override("en"):
        assert queries.remedies_of(case)[1].startswith("Or you may sue")


def test_before_a_law_was_in_force_it_is_not_quoted(world, refusal_of) -> None:
    case = refusal_of("roof_renewal")
    Case.objects.filter(pk=case.pk).update(answered_at=NOON - timedelta(days=365 * 20))

    assert len(queries.remedies_of(Case.objects.get(pk=case.pk))) == 1


def test_an_open_case_tells_nothing_yet(leak) -> None:
    assert queries.remedies_of(leak.case) == ()


def test_the_letter_carries_the_paragraph(world, refusal_of) -> None:
    user = User.objects.create(username="resident")
    by = replace(RESIDENT, user=user.pk)
    roof = actions.open_case(by=by, said=said(world, item="roof_renewal"), at=NOON)
    actions.answer_case(
        by=world.at("station"),
        case_id=roof.case.pk,
        end=End.EXPLAINED,
        words=REASONS,
        at=NOON + HOUR,
    )
    while run_reactions(by=system(1), at=NOON + 2 * HOUR):
        pass

    body = Notice.objects.get(event="case_refused").body
    assert REASONS in body
    assert "行政复议" in body
    assert "60" in body


def test_all_done_and_solved_tells_no_remedy(world, leak) -> None:
    all_done(world, leak)
    case = actions.answer_case(
        by=world.at("station"), case_id=leak.case.pk, end=End.SOLVED, words="好了", at=NOON + HOUR
    )

    assert queries.remedies_of(case) == ()

"""The demo's own money of one committee: what it was given for its year, and spent of it."""

from datetime import datetime, timedelta

from linli.basics import Actor
from linli.ledger import actions as ledger
from linli.ledger.domain import Owner
from linli.rulebook.domain import local_date

CODE = "demo.residents"
NAME = {"zh-Hans": "居民活动经费（示例）", "en": "Residents' activities (example)"}
YEAR = timedelta(days=365)
GIVEN_FEN = 6_000_000
SPENT = (
    (290, 128_050),
    (230, 64_000),
    (160, 215_375),
    (100, 98_000),
    (45, 152_640),
)  # days ago, fen


def spend_for_a_year(*, by: Actor, at: datetime, committee: int) -> None:
    """Let a committee have had a budget line for some months, and have paid from it."""
    began = at - timedelta(days=300)
    outside = ledger.open_account(
        by=by, at=began, unit="cny", owner=Owner.above(f"{CODE}.treasury"), floor=None
    )
    line = ledger.open_budget_line(
        by=by,
        at=began,
        code=CODE,
        name=NAME,
        owner=committee,
        from_on=local_date(began),
        to_on=local_date(began + YEAR),
    ).pk
    ledger.appropriate_budget(
        by=by, at=began, line=line, source=outside.pk, amount=GIVEN_FEN, key=f"{CODE}.given"
    )
    for days, fen in SPENT:
        then = at - timedelta(days=days)
        for step in (ledger.reserve_budget, ledger.commit_budget, ledger.pay_budget):
            step(by=by, at=then, line=line, amount=fen, key=f"{CODE}.{step.__name__}.{days}")

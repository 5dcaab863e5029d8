"""What the tests of cases do again and again; each goes in by the front door."""

from datetime import timedelta

import pytest
from django.apps import apps

from linli.basics import Actor, Refused
from linli.cases import actions
from linli.cases.actions import Said
from linli.cases.domain import Channel, End
from linli.cases.models import Case, Ruling, Step
from linli.journal.models import Line
from tests.world import NOON, STAIR

HOUR = timedelta(hours=1)
RESIDENT = Actor(kind="resident", district=1)


def said(world, **changes) -> Said:
    words = {
        "item": "shared_leak",
        "words": "三单元楼道顶上漏水，滴到电表箱了。",
        "channel": Channel.PORTAL,
        "place_id": world.place(STAIR),
    }
    return Said(**{**words, **changes})


def me_too(case: Case, *, by: Actor = RESIDENT, at=NOON, **left) -> actions.Receipt:
    """Somebody else says “me too”, and leaves no more than a test needs of them."""
    joined = {"name": "", "phone": "", "words": "我家也漏", "language": "zh-hans", **left}
    return actions.join_case(by=by, number=case.number, at=at, **joined)


def step(receipt, code: str) -> Step:
    return Step.objects.get(case=receipt.case, code=code)


def kinds(receipt) -> list[str]:
    lines = Line.objects.filter(subject_kind="case", subject_id=receipt.case.pk).order_by("id")
    return list(lines.values_list("kind", flat=True))


def everything() -> dict[str, list]:
    """Return every row of the storey and every line, to show that a refusal left all alone."""
    models = [*apps.get_app_config("cases").get_models(), Line]
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


def refused(kind: type[Refused], act, **arguments) -> Refused:
    before = everything()
    with pytest.raises(kind) as refusal:
        act(**arguments)
    assert everything() == before
    return refusal.value


def accept(world, receipt, desk: str, code: str, at=NOON) -> Step:
    return actions.accept_step(by=world.at(desk), step_id=step(receipt, code).pk, at=at)


def finish(world, receipt, desk: str, code: str, at=NOON) -> Step:
    return actions.finish_step(
        by=world.at(desk), step_id=step(receipt, code).pk, outcome="done", note="办好了", at=at
    )


def give_back(world, leak) -> Ruling:
    return actions.return_step(
        by=world.at("street_city"),
        step_id=step(leak, "mend").pk,
        clause="private_part",
        note="漏点在户内",
        at=NOON,
    )


def rule(world, ruling, *, upheld: bool, to: str | None = None) -> Ruling:
    return actions.rule_return(
        by=world.at("arbiter"),
        ruling_id=ruling.pk,
        upheld=upheld,
        to_party=world.party(to) if to else None,
        reason="横管在楼道吊顶内，算公共部位",
        at=NOON + HOUR,
    )


def answer(world, leak, end: End = End.SOLVED, at=NOON + 3 * HOUR) -> Case:
    return actions.answer_case(
        by=world.at("station"), case_id=leak.case.pk, end=end, words="换了一段接头。", at=at
    )


def all_done(world, leak) -> None:
    for desk, code in (("station", "look"), ("street_city", "mend"), ("housing", "money")):
        accept(world, leak, desk, code, NOON + HOUR)
        finish(world, leak, desk, code, NOON + 2 * HOUR)

"""A small district that has lived a day: rows in most tables, files on the disk, sealed lines."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import yaml

import linli.ledger
from linli.basics import Actor
from linli.cases import actions as cases
from linli.cases.domain import Channel, End, PauseReason
from linli.cases.models import Ruling, Step
from linli.files import actions as files
from linli.journal import actions as journal
from linli.ledger import actions as ledger
from linli.ledger.domain import Owner, read_units
from linli.parties import actions as parties
from linli.parties.models import Appointment
from linli.people import actions as people
from tests.files.conftest import pdf
from tests.world import DOOR, GREEN, HOUSE_ITSELF, NOON, STAIR, build_world

HOUR = timedelta(hours=1)
RESIDENT = Actor(kind="resident", district=1)


def live_a_day():
    """Build the district, let a day pass in it, seal what came of it, and leave some unsealed."""
    world = build_world()
    _people(world)
    _parties(world)
    _book()
    leak = cases.open_case(by=RESIDENT, said=_said(world), at=NOON)
    _work(world, leak)
    other = cases.open_case(by=RESIDENT, said=_said(world, words="路灯不亮"), at=NOON)
    cases.pause_case(
        by=world.at("station"),
        case_id=other.case.pk,
        reason=PauseReason.WEATHER,
        words="等雨停",
        review_at=NOON + timedelta(days=3),
        at=NOON,
    )
    while journal.seal_lines(by=journal.system(1), at=NOON + HOUR, most=10):
        pass
    cases.open_case(by=RESIDENT, said=_said(world, words="井盖响"), at=NOON)
    return world


def _said(world, **changes) -> cases.Said:
    words = {
        "item": "shared_leak",
        "words": "三单元楼道顶上漏水。",
        "channel": Channel.PORTAL,
        "place_id": world.place(STAIR),
        "phone": "13800138000",
    }
    return cases.Said(**{**words, **changes})


def _people(world) -> None:
    clerk = replace(HOUSE_ITSELF, kind="staff", communities=frozenset({world.place(GREEN)}), user=1)
    home = world.place(DOOR)
    one = people.register_person(
        by=clerk,
        at=NOON,
        name="王小明",
        home=home,
        phone="13800138000",
        facts={"birth_on": date(1950, 5, 6)},
    )
    people.record_fact(by=clerk, at=NOON, person=one.pk, attribute="name", value="王晓明")
    people.confirm_facts(by=clerk, at=NOON, person=one.pk, topic="identity")
    people.request_right(by=clerk, at=NOON, person=one.pk, kind="erasure")
    two = people.register_person(by=clerk, at=NOON, name="李一", home=home)
    three = people.register_person(by=clerk, at=NOON, name="李二", home=home)
    people.merge_people(by=clerk, at=NOON, kept=two.pk, gone=three.pk)
    gone = people.register_person(by=clerk, at=NOON, name="赵四", home=home)
    people.erase_person(by=clerk, at=NOON, person=gone.pk)
    people.register_household(by=clerk, at=NOON, home=home)


def _book() -> None:
    """Three accounts; a booking, a correction, and holds: one posted in part, one run out, one open."""
    by, later = HOUSE_ITSELF, NOON + timedelta(days=2)
    units = Path(linli.ledger.__file__).parent / "data" / "units.yaml"
    ledger.load_units(by=by, at=NOON, units=read_units(yaml.safe_load(units.read_text())))
    out, anna, bert = (
        ledger.open_account(by=by, at=NOON, unit="cny", owner=Owner.above(name), floor=floor).pk
        for name, floor in (("outside", None), ("anna", 0), ("bert", 0))
    )

    def pay(payer, payee, amount, key):
        return ledger.post_transfer(
            by=by, at=NOON, payer=payer, payee=payee, amount=amount, kind="test", key=key
        )

    def hold(amount, key, until):
        return ledger.place_hold(
            by=by,
            at=NOON,
            payer=anna,
            payee=bert,
            amount=amount,
            kind="test",
            key=key,
            expires_at=until,
        )

    pay(out, anna, 1_000, "given")
    wrong = pay(anna, bert, 200, "wrong")
    keeper = replace(by, permissions=frozenset({"ledger.correct"}))
    ledger.correct_transfer(by=keeper, at=NOON, transfer=wrong.pk, key="back", amount=50)
    ledger.post_hold(by=by, at=NOON, transfer=hold(100, "part", later).pk, amount=60)
    hold(70, "over", NOON + HOUR)
    ledger.expire_holds(by=by, at=NOON + HOUR)
    hold(30, "open", later)


def _parties(world) -> None:
    station = world.party(f"{GREEN}.station")
    holder = Appointment.objects.get(party=station)
    parties.set_framework(
        by=HOUSE_ITSELF,
        at=NOON,
        code="7+1",
        name={"zh-Hans": "七加一", "en": "Seven plus one"},
        core=7,
        flexible=1,
    )
    parties.set_hours(
        by=HOUSE_ITSELF, at=NOON, party_id=station, from_on=NOON.date(), week={0: [(540, 720)]}
    )
    parties.set_roster(
        by=HOUSE_ITSELF,
        at=NOON,
        party_id=station,
        shifts=[(holder.pk, NOON, NOON + HOUR)],
    )


def _work(world, leak) -> None:
    step = {row.code: row.pk for row in Step.objects.filter(case=leak.case)}
    cases.accept_step(by=world.at("station"), step_id=step["look"], at=NOON)
    cases.finish_step(
        by=world.at("station"), step_id=step["look"], outcome="done", note="看过了", at=NOON
    )
    ruling = cases.return_step(
        by=world.at("street_city"),
        step_id=step["mend"],
        clause="private_part",
        note="漏点在户内",
        at=NOON,
    )
    assert isinstance(ruling, Ruling)
    cases.ask_papers(
        by=world.at("station"),
        case_id=leak.case.pk,
        papers=["照片"],
        words="还差一张照片",
        review_at=NOON + timedelta(days=3),
        at=NOON + HOUR,
    )
    kept = [
        files.keep_file(by=RESIDENT, content=pdf(words), purpose="case", name="a.pdf", at=NOON)
        for words in (b"one", b"two")
    ]
    files.forget_file(by=RESIDENT, file_id=kept[1].pk, at=NOON)
    cases.bring_papers(by=RESIDENT, report=leak.report, file_ids=[kept[0].pk], at=NOON + 2 * HOUR)
    cases.answer_case(
        by=world.at("station"),
        case_id=leak.case.pk,
        end=End.EXPLAINED,
        words="已经说明。",
        at=NOON + 3 * HOUR,
    )

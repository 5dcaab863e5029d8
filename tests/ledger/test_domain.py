"""The rules of the book without a database: tables, and what holds for any sequence of deeds."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from linli.basics import Invalid
from linli.fabric.edge import sentence
from linli.ledger import domain
from linli.ledger.domain import Balance, Entry, LineBalance, Stage, Statement, UnitData, UnitKind

FEN = UnitData("cny", UnitKind.MONEY, {"zh-Hans": "元", "en": "yuan"}, 2, date(2020, 1, 1))
MINUTES = replace(FEN, code="work", kind=UnitKind.WORK, places=0)
AT = datetime(2026, 11, 16, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("amount", "places", "written"),
    [(48_000, 2, "480.00"), (-5, 2, "−0.05"), (0, 0, "0"), (1_234_567, 0, "1,234,567")],
)
def test_amounts_are_written_with_their_places(amount, places, written):
    assert domain.shown(amount, places) == written


@pytest.mark.parametrize(
    ("payer", "payee", "amount", "refusal", "words"),
    [
        (Balance(posted_in=100), Balance(), 100, None, ""),
        (Balance(posted_in=100), Balance(), 101, domain.NotEnough, "1.00 yuan are left"),
        (Balance(posted_in=100, held=60), Balance(), 41, domain.NotEnough, "Only 0.40 yuan"),
        (Balance(posted_in=100, held=60, lapsed=60), Balance(), 100, None, ""),
        (Balance(floor=-50), Balance(), 50, None, ""),
        (Balance(floor=-50), Balance(), 51, domain.NotEnough, "0.01 less than the 0.51 asked"),
        (Balance(floor=None), Balance(), 10**12, None, ""),
        (Balance(floor=None), Balance(), 10**12 + 1, domain.TooLarge, "book it in parts"),
        (Balance(floor=None), Balance(), 0, domain.NothingToMove, "nothing to move"),
        (Balance(floor=None), Balance(), -1, domain.NothingToMove, "nothing to move"),
        (Balance(floor=None), Balance(posted_in=900, ceiling=1_000), 100, None, ""),
        (
            Balance(floor=None),
            Balance(posted_in=900, ceiling=1_000),
            101,
            domain.TooMuch,
            "takes only 1.00 yuan more: 0.01 less than the 1.01 sent",
        ),
    ],
)
def test_a_transfer_keeps_both_limits(payer, payee, amount, refusal, words):
    if refusal is None:
        domain.check_transfer(payer, payee, amount=amount, unit=FEN)
        return
    with pytest.raises(refusal) as refused:
        domain.check_transfer(payer, payee, amount=amount, unit=FEN)
    assert words in refused.value.message % vars(refused.value)


def test_a_refusal_speaks_chinese_with_its_unit():
    refusal = domain.NotEnough(asked=90, left=60, unit=MINUTES)
    with override("zh-hans"):
        said = sentence(refusal)
    assert "60 分钟" in said
    assert "要用 90，还差 30" in said


@pytest.mark.parametrize(
    ("booked", "back", "amount", "good"),
    [(100, 0, 100, True), (100, 40, 60, True), (100, 40, 61, False), (0, 0, 1, False)],
)
def test_corrections_never_take_back_more_than_was_booked(booked, back, amount, good):
    if good:
        domain.check_correction(posted=booked, corrected=back, amount=amount, unit=FEN)
    else:
        with pytest.raises(domain.TooMuchCorrected):
            domain.check_correction(posted=booked, corrected=back, amount=amount, unit=FEN)


@pytest.mark.parametrize(
    ("settled", "at", "refusal"),
    [
        (False, AT.replace(hour=3), None),
        (False, AT, domain.HoldLapsed),
        (False, AT.replace(hour=5), domain.HoldLapsed),
        (True, AT.replace(hour=3), domain.HoldSettled),
    ],
)
def test_a_hold_is_posted_once_and_before_its_end(settled, at, refusal):
    if refusal is None:
        domain.check_settled(settled=settled, expires_at=AT, at=at)
    else:
        with pytest.raises(refusal):
            domain.check_settled(settled=settled, expires_at=AT, at=at)


@pytest.mark.parametrize(
    ("floor", "ceiling", "good"),
    [
        (None, None, True),
        (0, 100, True),
        (30, 70, True),
        (31, None, False),  # 40 of 70 are set aside: only 30 may count for the floor
        (0, 69, False),
        (10, 5, False),
    ],
)
def test_limits_must_fit_what_is_there(floor, ceiling, good):
    held = Balance(posted_in=100, posted_out=30, held=40)
    if good:
        domain.check_limits(held, floor=floor, ceiling=ceiling, unit=FEN)
    else:
        with pytest.raises(domain.LimitsCross):
            domain.check_limits(held, floor=floor, ceiling=ceiling, unit=FEN)


ALLOWED = {
    ("", "appropriated"),
    ("appropriated", ""),
    ("appropriated", "reserved"),
    ("reserved", "appropriated"),
    ("reserved", "committed"),
    ("committed", "reserved"),
    ("committed", "paid"),
    ("", ""),
}


@pytest.mark.parametrize("source", ["", *Stage])
@pytest.mark.parametrize("target", ["", *Stage])
def test_a_line_skips_no_stage(source, target):
    if (str(source), str(target)) in ALLOWED:
        domain.check_way(source, target, same_line=True)
    else:
        with pytest.raises(domain.NoSuchWay):
            domain.check_way(source, target, same_line=True)


def test_money_of_one_line_never_goes_to_another():
    with pytest.raises(domain.NoSuchWay):
        domain.check_way("appropriated", "reserved", same_line=False)


def test_a_correction_goes_one_way_backwards():
    domain.check_way("paid", "committed", same_line=True, backwards=True)
    with pytest.raises(domain.NoSuchWay):
        domain.check_way("paid", "committed", same_line=True)


@pytest.mark.parametrize(
    ("on", "good"),
    [(date(2025, 12, 31), False), (date(2026, 1, 1), True), (date(2026, 6, 30), False)],
)
def test_a_unit_is_in_use_between_its_days(on, good):
    unit = replace(FEN, valid_from=date(2026, 1, 1), valid_to=date(2026, 6, 30))
    if good:
        assert domain.check_unit(unit, code="cny", on=on) is unit
    else:
        with pytest.raises(domain.UnitNotInUse):
            domain.check_unit(unit, code="cny", on=on)


def test_a_unit_nobody_knows_is_not_in_use():
    with pytest.raises(domain.UnitNotInUse):
        domain.check_unit(None, code="gold", on=date(2026, 1, 1))


GOOD_UNIT = {
    "code": "cny",
    "kind": "money",
    "places": 2,
    "valid_from": "2020-01-01",
    "name": {"zh-Hans": "人民币", "en": "Yuan"},
}


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "gold"},
        {"places": 9},
        {"name": {"en": "Yuan"}},
        {"valid_from": "soon"},
        {"code": ""},
    ],
)
def test_a_bad_unit_is_named(change):
    assert domain.read_units([GOOD_UNIT])[0].code == "cny"
    with pytest.raises(Invalid):
        domain.read_units([{**GOOD_UNIT, **change}])


# Whatever happens ------------------------------------------------------------

DEEDS = st.lists(
    st.tuples(
        st.sampled_from(["transfer", "hold", "post", "void"]),
        st.integers(0, 3),
        st.integers(0, 3),
        st.integers(-1, 120),
    ),
    max_size=60,
)


def live(deeds):
    """Run deeds over four accounts, refused ones left out; yield the book after each."""
    book = [Balance(floor=None), Balance(), Balance(ceiling=100), Balance(floor=-50, ceiling=80)]
    holds = []
    for deed, one, other, amount in deeds:
        if one == other:
            continue
        try:
            if deed == "transfer":
                domain.check_transfer(book[one], book[other], amount=amount, unit=FEN)
                book[one], book[other] = domain.moved(book[one], book[other], amount)
            elif deed == "hold":
                domain.check_hold(book[one], amount=amount, unit=FEN)
                book[one] = domain.held(book[one], amount)
                holds.append((one, other, amount))
            elif holds:
                payer, payee, aside = holds[-1]
                part = min(aside, max(amount, 1)) if deed == "post" else 0
                room = book[payee].room
                if room is not None and part > room:
                    continue
                holds.pop()
                book[payer], book[payee] = domain.settled(
                    book[payer], book[payee], held_amount=aside, posted_amount=part
                )
        except domain.NothingToMove:
            assert amount <= 0
        except domain.TooLarge:
            assert amount > domain.MOST_AMOUNT
        except (domain.NotEnough, domain.TooMuch):
            pass
        yield book, holds


@given(DEEDS)
def test_nothing_is_made_and_nothing_is_lost(deeds):
    for book, holds in live(deeds):
        assert sum(one.posted for one in book) == 0
        assert sum(one.held for one in book) == sum(amount for _, _, amount in holds)


@given(DEEDS)
def test_no_account_leaves_its_limits(deeds):
    for book, _ in live(deeds):
        assert all(one.available is None or one.available >= 0 for one in book)
        assert all(one.room is None or one.room >= 0 for one in book)


STEPS = st.lists(
    st.tuples(st.sampled_from(Stage), st.sampled_from(Stage), st.integers(1, 60)), max_size=60
)


@given(STEPS)
def test_what_was_paid_was_committed_and_what_was_committed_was_reserved(steps):
    line = LineBalance(appropriated=100)
    for source, target, amount in steps:
        try:
            domain.check_step(line, source, target, amount=amount, unit=FEN)
        except (domain.NoSuchWay, domain.NotOnLine):
            continue
        line = line.stepped(source, target, amount)
        assert line.total == 100
        assert 100 >= line.reserved_total >= line.committed_total >= line.paid >= 0
        assert min(line.appropriated, line.reserved, line.committed) >= 0


@given(st.lists(st.integers(-500, 500)), st.integers(-500, 500))
def test_a_statement_adds_up_from_line_to_line(amounts, opening):
    entries = tuple(Entry(n, AT, "test", 1, amount) for n, amount in enumerate(amounts))
    made = Statement(1, AT, AT, opening, entries, opening + sum(amounts))
    assert made.adds_up()
    assert [opening, *made.running()][-1] == made.closing
    assert not replace(made, closing=made.closing + 1).adds_up()

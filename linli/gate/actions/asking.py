"""An office asks: a draft, then in earnest; streets sign; or the facts answer at once."""

from collections.abc import Collection
from datetime import datetime

from linli.basics import Actor, gettext_noop
from linli.cases.domain import new_number
from linli.catalogue import queries as catalogue
from linli.catalogue.domain import read_citation
from linli.fabric.writing import write_atomic
from linli.gate import events, queries
from linli.gate.domain import (
    BadRequestPlan,
    Kind,
    NotYourMoney,
    NotYourStreet,
    Permission,
    SameHand,
    SignedAlready,
    State,
    Wanted,
    amount_of,
    check_wanted,
    check_words,
    never,
    signed_by_all,
)
from linli.gate.models import Cosignature, Request, TakenNumbers
from linli.gate.queries.numbers import Told, kept_numbers
from linli.journal.actions import record
from linli.journal.domain import canonical
from linli.ledger import queries as ledger
from linli.places import queries as places
from linli.reports.domain import Cell, cell_data
from linli.rulebook.domain import local_date

from ._rows import lock_own, lock_request, move, street_of, working_days_after


@write_atomic
def draft_request(*, by: Actor, wanted: Wanted, at: datetime) -> Request:
    """
    Write down what an office needs of communities. Nobody but the office sees it yet.

    :raises NotAllowed: unless the hat may ask
    :raises BadRequestPlan: if something is missing or cannot be
    :raises NotYourMoney: if the budget line is another office's
    :raises NoSuchThing: if there is no such budget line or community
    """
    by.must(Permission.ASK)
    check_wanted(wanted, on=local_date(at))
    _check_communities(by, wanted.communities)
    row = Request.objects.create(
        district=by.district,
        number=new_number(at),
        kind=str(wanted.kind),
        state=str(State.DRAFT),
        asked_by_id=by.office(),
        title=wanted.title.strip(),
        words=wanted.words.strip(),
        purpose=wanted.purpose.strip(),
        basis=wanted.basis.strip(),
        line=wanted.duty_line.strip(),
        communities=sorted(wanted.communities),
        from_on=wanted.from_on,
        to_on=wanted.to_on,
        minutes=wanted.minutes,
        amount_fen=amount_of(wanted.minutes, len(wanted.communities), queries.terms_at(at)),
        evidence=wanted.evidence.strip(),
        with_names=wanted.with_names,
        cell=None if wanted.whom is None else canonical(cell_data(wanted.whom)),
        budget_line_id=_own_line(by, wanted.budget_line),
        drafted_at=at,
    )
    drafted = events.RequestDrafted(
        at=at,
        request_id=row.pk,
        party_id=row.asked_by_id,
        asked=row.kind,
        line=row.line,
        minutes=row.minutes,
    )
    record(drafted, by=by, rows=[row])
    return row


def _check_communities(by: Actor, communities: Collection[int]) -> None:
    tree = places.tree(by.district)
    for one in communities:
        if one not in tree or tree.community_of(one) != one or tree.node(one).ended:
            raise BadRequestPlan(
                field="communities", reason=gettext_noop("name communities of this district.")
            )


def _own_line(by: Actor, code: str) -> int | None:
    if not code.strip():
        return None
    line = ledger.line_by_code(code.strip(), district=by.district)
    if line.owner_id != by.office():
        raise NotYourMoney
    return line.pk


@write_atomic
def submit_request(*, by: Actor, request: int, at: datetime) -> Request:
    """
    Ask in earnest: the days for the decision run, and the streets concerned are asked to sign.

    What is unlawful, taken back or negative goes back at once, with its citation: no money and no
    hurry opens the gate for it.

    :raises NotAllowed: unless the hat may ask
    :raises NoSuchThing: if it is another office's
    :raises WrongState: unless it is a draft
    """
    row = lock_own(by, request)
    lines = queries.lines_of(row.line, row.communities, row.from_on, district=by.district)
    found = queries.findings(row, at=at)
    row.line_kind = queries.worst_kind(lines)
    row.reasons = [one.data() for one in found]
    row.submitted_at, row.submitted_by = at, by.appointment
    if never(found):
        move(row, State.RETURNED)
        row.decided_at = row.ended_at = at
        row.save()
        failed = tuple(one.reason for one in found if not one.passed)
        record(events.RequestReturned(at=at, request_id=row.pk, reasons=failed), by=by, rows=[row])
        return row
    move(row, State.SUBMITTED)
    row.decide_by_on = working_days_after(at, queries.terms_at(at).decision_days)
    row.save()
    submitted = events.RequestSubmitted(
        at=at, request_id=row.pk, decide_by=row.decide_by_on.isoformat()
    )
    record(submitted, by=by, rows=[row])
    return row


@write_atomic
def cosign_request(*, by: Actor, request: int, at: datetime) -> Cosignature:
    """
    Put the street's name to a request for its communities; with the last street it is under review.

    :raises NotAllowed: unless the hat may sign for a street
    :raises SameHand: if the actor, or their office, asked
    :raises NotYourStreet: if it concerns no community of the street
    :raises SignedAlready: if the street has signed
    :raises WrongState: unless it waits for signatures
    """
    by.must(Permission.COSIGN)
    row = lock_request(by, request)
    if queries.asked_it(by, row):
        raise SameHand
    street, wanted, signed = street_of(by), queries.streets_of(row), queries.cosigned(row)
    if street is None or street not in wanted:
        raise NotYourStreet
    if street in signed:
        raise SignedAlready
    complete = signed_by_all(wanted, signed | {street})
    if complete or row.state != State.SUBMITTED:
        move(row, State.UNDER_REVIEW)
        row.save(update_fields=["state"])
    name = Cosignature.objects.create(
        district=by.district,
        request=row,
        street_id=street,
        party_id=by.office(),
        appointment=by.appointment,
        signed_at=at,
    )
    rows = [row, name] if complete else [name]
    record(events.RequestCosigned(at=at, request_id=row.pk, street_id=street), by=by, rows=rows)
    return name


@write_atomic
def take_numbers(
    *,
    by: Actor,
    words: str,
    purpose: str,
    basis: str,
    communities: Collection[int],
    line: str = "",
    whom: Cell | None = None,
    split_by: str = "",
    at: datetime,
) -> tuple[Request, Told]:
    """
    Take numbers that the facts answer already. No community does anything; it is on the bill as 0.

    :param words: what is to be counted, as a heading would say it
    :param line: of the duty list; it stands on record and opens no smaller number
    :param purpose: what for (个人信息保护法 art. 6)
    :param basis: law and article: an office takes what its duties need (个人信息保护法 art. 34)
    :param whom: what the office put together; None to read the words
    :raises NotAllowed: unless the hat may ask
    :raises BadRequestPlan: without purpose, for a law or article that is not on the lists, or if the
        facts do not answer the words
    """
    by.must(Permission.ASK)
    _check_communities(by, communities)
    _check_may_know(by, purpose, basis, communities, at)
    check_words(words=words, duty_line=line)
    told = queries.ask_facts(by, words, communities, cell=whom, split_by=split_by, at=at)
    if told.cell is None:
        raise BadRequestPlan(
            field="words", reason=gettext_noop("the facts do not answer these words.")
        )
    row = Request.objects.create(
        district=by.district,
        number=new_number(at),
        kind=str(Kind.DATA),
        state=str(State.ANSWERED),
        asked_by_id=by.office(),
        title=words.strip()[:120],
        words=words.strip(),
        purpose=purpose.strip(),
        basis=basis.strip(),
        line=line,
        communities=sorted(communities),
        from_on=told.as_of,
        to_on=told.as_of,
        minutes=0,
        evidence="",
        drafted_at=at,
        submitted_at=at,
        submitted_by=by.appointment,
        decided_at=at,
        ended_at=at,
    )
    kept = TakenNumbers.objects.create(
        district=by.district,
        request=row,
        cell=canonical(cell_data(told.cell)),
        as_of=told.as_of,
        numbers=canonical(kept_numbers(told)),
    )
    taken = events.NumbersTaken(
        at=at, request_id=row.pk, party_id=row.asked_by_id, as_of=told.as_of.isoformat()
    )
    record(taken, by=by, rows=[row, kept])
    return row, told


def _check_may_know(
    by: Actor, purpose: str, basis: str, communities: Collection[int], at: datetime
) -> None:
    """:raises BadRequestPlan: without purpose, communities, or law and article; or in too many words"""
    check_words(purpose=purpose, basis=basis)
    if not purpose.strip() or not communities:
        raise BadRequestPlan(
            field="purpose", reason=gettext_noop("say what for, and of which communities.")
        )
    cited = read_citation(basis)
    if cited is None:
        raise BadRequestPlan(
            field="basis",
            reason=gettext_noop("name the law and the article that let you ask this."),
        )
    if catalogue.law_on_record(*cited, local_date(at), district=by.district):
        raise BadRequestPlan(
            field="basis",
            reason=gettext_noop(
                "the list of laws in force has no such law, or the law no such article."
            ),
        )

"""Whether the lists and the search index still are what the cases say; `linli verify` asks."""

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from linli.cases.domain import OPEN, Role, scope_token, tokens
from linli.cases.models import Case, Docket, Step
from linli.fabric.clock import END_OF_TIME
from linli.journal.domain import Fault
from linli.journal.queries import Stream


def verify_lists() -> Iterator[Fault]:
    """Yield what does not fit its case in docket and search index, and cases of closed owners."""
    for pk, case in _stale().values_list("pk", "case_id").iterator():
        yield Fault("list", f"case_docket {pk}", f"differs from case_case {case}")
    for pk, party in _unlisted(Case.objects.all(), "pk", "owner_id"):
        yield Fault("list", f"case_case {pk}", f"its owner {party} has no docket row")
    for pk, party in _unlisted(Step.objects.all(), "case_id", "party_id"):
        yield Fault("list", f"case_step {pk}", f"its office {party} has no docket row")
    left = Case.objects.filter(status__in=OPEN, owner__to_on__isnull=False)
    for pk, party in left.order_by("pk").values_list("pk", "owner_id").iterator():
        yield Fault("list", f"case_case {pk}", f"its owner {party} has been closed")
    yield from _verify_search()


def _stale() -> QuerySet[Docket]:
    open_now = Q(case__status__in=[str(status) for status in OPEN])
    both_nowhere = Q(community_id=None, case__community_id=None)
    return Docket.objects.filter(
        ~Q(status=F("case__status"))
        | ~Q(item=F("case__item"))
        | ~Q(number=F("case__number"))
        | ~Q(opened_at=F("case__opened_at"))
        | ~Q(due_at=Coalesce("case__due_at", Value(END_OF_TIME)))
        | ~Q(district=F("case__district"))
        | (Q(open=True) & ~open_now)
        | (Q(open=False) & open_now)
        | (~Q(community_id=F("case__community_id")) & ~both_nowhere)
        | ~Q(role__in=[str(role) for role in Role])
    ).order_by("pk")


def _unlisted(
    rows: "QuerySet[Case] | QuerySet[Step]", case: str, party: str
) -> Iterator[tuple[int, int]]:
    listed = Docket.objects.filter(case_id=OuterRef(case), party_id=OuterRef(party))
    yield from rows.filter(~Exists(listed)).order_by("pk").values_list("pk", party).iterator()


def _verify_search() -> Iterator[Fault]:
    """Go through cases, docket and index side by side, all in the order of the cases."""
    index = _index()
    entry = next(index, None)
    parties = _parties()
    listed = next(parties, None)
    for pk, words, _ in Stream(Case, (), ("number", "words", "place_words")):
        while entry and entry[0] < pk:
            yield Fault("list", f"case_search {entry[0]}", "there is no such case")
            entry = next(index, None)
        while listed and listed[0] < pk:
            listed = next(parties, None)
        scope = listed[1] if listed and listed[0] == pk else []
        wanted = {scope_token("p", party) for party in scope}
        wanted.update(tokens(" ".join(map(str, words))))
        if entry is None or entry[0] != pk:
            yield Fault("list", f"case_search {pk}", "the case is not in the search index")
            continue
        if entry[1] != wanted:
            yield Fault("list", f"case_search {pk}", f"differs from case_case {pk}")
        entry = next(index, None)
    while entry:
        yield Fault("list", f"case_search {entry[0]}", "there is no such case")
        entry = next(index, None)


def _parties() -> Iterator[tuple[int, list[int]]]:
    rows = Docket.objects.order_by("case_id").values_list("case_id", "party_id").iterator()
    for case, group in groupby(rows, key=itemgetter(0)):
        yield case, [party for _, party in group]


def _index() -> Iterator[tuple[int, set[str]]]:
    ask = {
        "sqlite": "SELECT rowid, +tokens FROM case_search WHERE rowid > %s ORDER BY rowid LIMIT 5000"
    }.get(
        connection.vendor,
        "SELECT case_id, tsvector_to_array(tokens) FROM case_search "
        "WHERE case_id > %s ORDER BY case_id LIMIT 5000",
    )
    last = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(ask, [last])
            page = cursor.fetchall()
        for pk, held in page:
            yield pk, set(held.split() if isinstance(held, str) else held)
        if not page:
            return
        last = page[-1][0]

"""Lists: three orders, each on its index, always by key and never by offset."""

from dataclasses import asdict, dataclass

from django.db.models import Q, QuerySet

from linli.basics import Actor
from linli.cases.domain import Permission, StepState, number_in
from linli.cases.models import Docket, Ruling, Step
from linli.fabric.keyset import Order, Page, page_of

from .search import cases_matching

ORDERS = {
    "opened": Order("opened", "opened_at", down=True),
    "due": Order("due", "due_at", down=False),
    "number": Order("number", "number", down=True),
}
MOST_ROWS = 100
# A case that ended took its steps with it: nobody waits for a ruling any more.
UNRULED = Q(ruled_at=None, step__state=StepState.RETURNED)


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What a list is narrowed to; empty fields narrow nothing."""

    status: str = ""
    item: str = ""
    role: str = ""
    community: int | None = None
    open_only: bool = False
    text: str = ""


def only_open(asked: CaseFilter, order: str) -> bool:
    """Whether a list leaves out what is over. By the day due it does, but a number finds its case."""
    return asked.open_only or (order == "due" and number_in(asked.text) is None)


def list_cases(
    actor: Actor, asked: CaseFilter, *, order: str = "opened", after: str = "", limit: int = 20
) -> Page[Docket]:
    """
    Return one page of the docket of the actor's office, with its cases.

    :raises NotAllowed: unless the hat may see cases
    :raises Invalid: if the cursor does not fit
    """
    actor.must(Permission.SEE)
    rows = Docket.objects.filter(party_id=actor.office())
    if asked.status:
        rows = rows.filter(status=asked.status)
    if asked.item:
        rows = rows.filter(item=asked.item)
    if asked.role:
        rows = rows.filter(role=asked.role)
    if asked.community is not None:
        rows = rows.filter(community_id=asked.community)
    if only_open(asked, order):
        rows = rows.filter(open=True)
    if asked.text:
        rows = rows.filter(case_id__in=cases_matching(actor, asked.text))
    return page_of(
        rows.select_related("case", "case__place"),
        order=ORDERS[order],
        filters=asdict(asked),
        after=after,
        limit=min(max(limit, 1), MOST_ROWS),
    )


def list_steps(actor: Actor, *, limit: int = 50) -> QuerySet[Step]:
    """Return the steps in the hands of the actor's office, the most urgent first."""
    actor.must(Permission.SEE)
    held = [StepState.OFFERED, StepState.ACCEPTED, StepState.RETURNED]
    return (
        Step.objects.filter(party_id=actor.office(), state__in=held)
        .select_related("case", "case__place", "mandate")
        .order_by("due_at", "id")[:limit]
    )


def list_returns(actor: Actor, *, open_only: bool = True, limit: int = 50) -> QuerySet[Ruling]:
    """
    Return the returns before the arbiter, oldest first, or those decided, newest first.

    :raises NotAllowed: unless the hat may arbitrate
    """
    actor.must(Permission.ARBITRATE)
    rows = Ruling.objects.filter(district=actor.district, arbiter_party_id=actor.office())
    rows = rows.filter(UNRULED if open_only else Q(ruled_at__isnull=False)).select_related(
        "step", "case", "case__place", "returned_by"
    )
    return rows.order_by("returned_at" if open_only else "-ruled_at")[:limit]

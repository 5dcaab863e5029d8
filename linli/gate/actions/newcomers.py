"""Who came after a question was put on the visit list is asked too, as far as what is paid for reaches."""

from datetime import datetime

from linli.basics import Actor, NotAllowed
from linli.fabric.writing import write_atomic
from linli.gate import events, queries
from linli.gate.domain import AT_WORK, room_for
from linli.gate.models import Task
from linli.journal.actions import record

from ._rows import lock_task
from .doors import ask_of, facts_of, link_asked


@write_atomic
def ask_newcomers(*, by: Actor, task: int, at: datetime) -> Task:
    """
    Ask whoever came to a community since its question was put on the list, under the same mandate.

    Never for more minutes than were paid for: whom these have no room for is not asked, and how
    many that are is told to the office. When all are answered the share is spent. Run twice it does
    nothing more.

    :raises NotAllowed: unless the house does it by itself
    :raises NoSuchThing: if there is no such task
    """
    if by.kind != "system":
        raise NotAllowed
    row = lock_task(by, task)
    if not queries.asking_tasks(at, None, district=by.district).filter(pk=task).exists():
        return row
    pairs = sorted(queries.not_asked_yet(row, at=at))
    room = min(_room(row, at), len(pairs))
    ask_of(by, row, pairs[:room], at)
    links = link_asked(row, pairs[:room])
    unasked = len(pairs) - room
    if not links and unasked == (row.unasked or 0):
        return row
    row.asked, row.unasked = (row.asked or 0) + len(links), unasked
    row.facts = max(
        row.facts or 0, facts_of(link for link in row.questions.select_related("question"))
    )
    row.save(update_fields=["asked", "unasked", "facts"])
    came = events.NewcomersAsked(
        at=at, request_id=row.request_id, task_id=row.pk, asked=len(links), unasked=unasked
    )
    record(came, by=by, rows=[row, *links])
    return row


def _room(row: Task, at: datetime) -> int:
    """Return for how many more questions there are minutes; who left leaves room for who comes."""
    if row.state not in AT_WORK:
        return 0
    return room_for(
        row.request.minutes,
        queries.minutes_spent(row),
        met=queries.met_by_visits(row, at),
        open_=queries.still_open(row, at=at),
        asked=row.asked or 0,
    )

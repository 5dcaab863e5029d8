"""Getting hold of a request or a task for writing, and the journal's and the book's small change."""

from datetime import date, datetime, time, timedelta

from linli.basics import Actor, NoSuchThing
from linli.gate.domain import Permission, State, check_move
from linli.gate.models import Request, Task
from linli.parties import queries as parties
from linli.rulebook import queries as rulebook
from linli.rulebook.domain import SHANGHAI, Period, Unit, due_on, local_date


def lock_request(by: Actor, request: int) -> Request:
    """:raises NoSuchThing: if there is none in the actor's district"""
    found = (
        Request.objects.select_for_update(of=("self",))
        .filter(pk=request, district=by.district)
        .first()
    )
    if found is None:
        raise NoSuchThing
    return found


def lock_own(by: Actor, request: int) -> Request:
    """
    Return a request of the actor's own office, locked.

    :raises NotAllowed: unless the hat may ask
    :raises NoSuchThing: if it is another office's
    """
    by.must(Permission.ASK)
    found = lock_request(by, request)
    if found.asked_by_id != by.office():
        raise NoSuchThing
    return found


def lock_task(by: Actor, task: int) -> Task:
    """
    Return a task and its request, both locked, the request first: every act in the same order.

    :raises NoSuchThing: if there is none in the actor's district
    """
    found = Task.objects.filter(pk=task, district=by.district).first()
    if found is None:
        raise NoSuchThing
    request = lock_request(by, found.request_id)
    found = Task.objects.select_for_update(of=("self",)).get(pk=task)
    found.request = request
    return found


def move(request: Request, then: State) -> None:
    """
    Change the state in memory.

    :raises WrongState: if the table of moves has no such move
    """
    check_move(State(request.state), then)
    request.state = str(then)


def working_days_after(at: datetime, days: int) -> date:
    """Return the last day of so many working days."""
    period = Period(days, Unit.WORKING_DAYS)
    return due_on(local_date(at), period, rulebook.calendar())


def span_of(request: Request) -> tuple[datetime, datetime]:
    """Return from when to when the work of a request may be done."""
    begins = datetime.combine(request.from_on, time.min, SHANGHAI)
    ends = datetime.combine(request.to_on + timedelta(days=1), time.min, SHANGHAI)
    return begins, ends


def street_of(by: Actor) -> int | None:
    """Return the place of the actor's office."""
    return parties.party(by.office()).place_id

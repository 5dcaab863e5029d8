"""What a booking of the gate's is for: from its key to the task or the request, by right only."""

from linli.basics import Actor
from linli.gate.domain import Permission
from linli.gate.models import Request, Task, Worked
from linli.ledger.domain import PaidFor

from .asking import requests_for
from .task_rows import sees_task
from .words import place_words

# gate.<kind>.<number>…: what the number is one of.
OF_TASKS = frozenset({"work", "commit", "pay"})
OF_REQUESTS = frozenset({"reserve", "release", "uncommit"})


def paid_for(actor: Actor, key: str) -> PaidFor | None:
    """Return what a booking with this key is for; None if it is not theirs to see."""
    _, kind, number, *_ = [*key.split("."), "", ""]
    if not number.isdecimal() or Permission.SEE not in actor.permissions:
        return None
    if kind == "undo":
        found = Worked.objects.filter(district=actor.district, pk=int(number)).first()
        return _task(actor, found.task_id) if found else None
    if kind in OF_TASKS:
        return _task(actor, int(number))
    return _request(actor, int(number)) if kind in OF_REQUESTS else None


def _task(actor: Actor, task: int) -> PaidFor | None:
    rows = Task.objects.filter(district=actor.district, pk=task)
    found = rows.select_related("request").first()
    if found is None or not sees_task(actor, found):
        return None
    place = place_words(found.community_id, found.district)
    return PaidFor("gate:task", found.pk, f"{found.request.title} · {place}")


def _request(actor: Actor, request: int) -> PaidFor | None:
    found: Request | None = requests_for(actor).filter(pk=request).first()
    if found is None:
        return None
    return PaidFor("gate:request", found.number, found.title)

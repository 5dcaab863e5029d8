"""The files that show a task was done: for its community, whoever asked, and the street that signed."""

from dataclasses import dataclass

from django.utils.translation import gettext

from linli.basics import Actor, NoSuchThing
from linli.files.domain.kinds import PICTURES
from linli.gate.domain import Permission
from linli.gate.models import Task, TaskFile
from linli.parties import queries as parties


@dataclass(frozen=True, slots=True)
class Shown:
    """One file that shows it; a ``picture`` may be shown small."""

    id: int
    name: str
    picture: bool


def may_see_files(actor: Actor, one: Task) -> bool:
    """Whether a hat is shown the files; whoever decides or audits is told only that there are some."""
    if Permission.SEE not in actor.permissions:
        return False
    if one.request.asked_by_id == actor.party:
        return True
    if one.community_id not in actor.communities:
        return False
    return Permission.WORK in actor.permissions or (
        Permission.COSIGN in actor.permissions and _signed(actor, one)
    )


def _signed(actor: Actor, one: Task) -> bool:
    street = parties.party(actor.office()).place_id
    return one.request.cosignatures.filter(street=street).exists()


def files_shown(one: Task) -> list[Shown]:
    """Return the files of a task, in the order they were shown."""
    return [_shown(row) for row in one.files.select_related("file").order_by("id")]


def _shown(row: TaskFile) -> Shown:
    picture = row.file.media_type in PICTURES
    return Shown(row.pk, row.file.name or (gettext("Picture") if picture else "PDF"), picture)


def file_shown(actor: Actor, task: int, file: int) -> TaskFile:
    """
    Return a file that shows a task was done.

    :raises NoSuchThing: if there is none, or it is not theirs to see; we do not say which
    """
    rows = TaskFile.objects.filter(district=actor.district, pk=file, task=task)
    found = rows.select_related("file", "task__request").first()
    if found is None or not may_see_files(actor, found.task):
        raise NoSuchThing
    return found

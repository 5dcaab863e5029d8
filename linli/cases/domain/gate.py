"""
The gate: a community is given no work but what the law and its duty list give it.

A step of a community stands on the item itself (``resident``: the item gives communities that
step under an open line of the duty list), or on a mandate that was admitted or declared urgent.
"""

from linli.basics import Refused, gettext_noop

RESIDENT = "resident"


class NotThroughTheGate(Refused):
    """Nothing gives the community this work (权随责走、费随事转)."""

    message = gettext_noop(
        "%(office)s is a community's and may not be given this: the item names no line of the duty "
        "list for it, and no mandate holds. Choose an office of the street or district, or have "
        "the work admitted first."
    )

    def __init__(self, *, office: str) -> None:
        super().__init__(office)
        self.office = office


class LeaveOver(NotThroughTheGate):
    """A community had leave for this work, and has it no longer."""

    message = gettext_noop(
        "The leave under which %(office)s was given this step is over. Hand it over to an office "
        "of the street or district, or have the work admitted again."
    )


def way_in(*, community: bool, given: bool, mandate: str | None, office: str) -> str:
    """
    Return the origin a step has at an office.

    :param given: whether the item gives communities this step under an open duty line
    :param mandate: the origin of a mandate in force for that community, None without one
    :raises NotThroughTheGate: if it is a community's office and nothing gives it the work
    """
    if not community or given:
        return RESIDENT
    if mandate is None:
        raise NotThroughTheGate(office=office)
    return mandate

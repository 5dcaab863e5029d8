"""How an office stands to a case: whether it steers it, or watches over it. Asks no database."""

from linli.basics import Actor
from linli.cases.domain import Permission, learns_hidden, oversees, steers
from linli.cases.models import Case
from linli.parties import queries as parties
from linli.parties.domain import Sector


def steered_by(actor: Actor, case: Case) -> bool:
    """Return whether the actor's office answers for the case, or watches over the one that does."""
    return steers(
        party=actor.party, owner=case.owner_id, above=_above(case), supervises=_may(actor)
    )


def overseen_by(actor: Actor, case: Case) -> bool:
    """Return whether the actor's office watches over the one that answers for the case."""
    return oversees(
        party=actor.party, owner=case.owner_id, above=_above(case), supervises=_may(actor)
    )


def learns_who(actor: Actor, case: Case) -> bool:
    """Return whether the actor's office may learn who a reporter is that asked to be hidden."""
    outside = parties.party(case.owner_id).sector == Sector.ORGANISATION
    return learns_hidden(
        party=actor.party, owner=case.owner_id, outside=outside, above=_above(case)
    )


def _above(case: Case) -> tuple[int, ...]:
    return tuple(one.pk for one in parties.oversight_of(parties.party(case.owner_id)))


def _may(actor: Actor) -> bool:
    return Permission.SUPERVISE in actor.permissions

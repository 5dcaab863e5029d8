"""
The one table of who may do what: role → permissions. Roles are held by appointment, in a place.

A permission means something only inside the communities the appointment reaches; the actions
check both. Read one line to know a role. ``resident`` is anybody, signed in or not. An arbiter
decides and does nothing else; an auditor sees, until a stated day, and changes nothing.
"""

from collections.abc import Mapping

from linli.cases.domain import Permission as Cases
from linli.catalogue.domain import Permission as Catalogue
from linli.identity.domain import Permission as Identity
from linli.parties.domain import Permission as Parties
from linli.people.domain import Permission as People
from linli.places.domain import Permission as Places
from linli.rulebook.domain import Permission as Rulebook

SEE = frozenset({Cases.SEE, Parties.SEE})
WINDOW = frozenset({Cases.ACCEPT, People.FIND_PEOPLE, People.OPEN_CARDS, People.REGISTER_PEOPLE})
HANDLE = frozenset({Cases.ACT, Cases.HAND_OVER, Cases.RETURN})
FACTS = frozenset({People.KEEP_FACTS})
LEAD = frozenset({Cases.REASSIGN, Parties.ROSTER})
REGISTER = frozenset({People.MERGE_PEOPLE, People.DECIDE_RIGHTS, Places.KEEP_PLACES})
OVERSEE = frozenset({Cases.SUPERVISE})
KEEP = frozenset(
    {
        Catalogue.LOAD_PACK,
        Catalogue.GRANT_MANDATE,
        Identity.ADD_USERS,
        Parties.APPOINT,
        Parties.FOUND,
        Parties.TOKENS,
        People.LOAD_PEOPLE,
        Places.LOAD_PLACES,
        Rulebook.KEEP_RULEBOOK,
    }
)

ROLES: Mapping[str, frozenset[str]] = {
    "resident": frozenset(),
    "clerk": SEE | WINDOW | HANDLE,
    "worker": SEE | WINDOW | HANDLE | FACTS,
    "head": SEE | WINDOW | HANDLE | FACTS | LEAD | REGISTER,
    "street": SEE | WINDOW | HANDLE | FACTS | LEAD | OVERSEE,
    "department": SEE | HANDLE,
    "arbiter": SEE | {Cases.ARBITRATE},
    "district": SEE | LEAD | REGISTER | OVERSEE | KEEP,
    "auditor": SEE,
    "provider": SEE | {Cases.ACT, Cases.RETURN},
}

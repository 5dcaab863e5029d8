"""
The one table of who may do what: role → permissions. Roles are held by appointment, in a place.

A permission means something only inside the communities the appointment reaches; the actions
check both. Read one line to know a role. ``resident`` is anybody, signed in or not. An arbiter
decides and does nothing else; an auditor sees, until a stated day, and changes nothing.
"""

from collections.abc import Mapping

from linli.cases.domain import Permission as Cases
from linli.catalogue.domain import Permission as Catalogue
from linli.gate.domain import Permission as Gate
from linli.identity.domain import Permission as Identity
from linli.ledger.domain import Permission as Ledger
from linli.parties.domain import Permission as Parties
from linli.people.domain import Permission as People
from linli.places.domain import Permission as Places
from linli.reports.domain import Permission as Reports
from linli.rulebook.domain import Permission as Rulebook
from linli.visits.domain import Permission as Visits

SEE = frozenset({Cases.SEE, Parties.SEE})
WINDOW = frozenset({Cases.ACCEPT, People.FIND_PEOPLE, People.OPEN_CARDS, People.REGISTER_PEOPLE})
HANDLE = frozenset({Cases.ACT, Cases.HAND_OVER, Cases.RETURN})
FACTS = frozenset({People.KEEP_FACTS})
LEAD = frozenset({Cases.REASSIGN, Parties.ROSTER})
LINK = frozenset({Parties.LINK})
DOORS = frozenset({Visits.VISIT})
FORMS = frozenset({Reports.FILL})
GATE = frozenset({Gate.SEE})
TASKS = GATE | {Gate.WORK}
COSIGN = GATE | {Gate.COSIGN, Visits.ASK}
DECIDE = GATE | {Gate.DECIDE, Visits.ASK}
ASK = GATE | {Reports.ASK, Gate.ASK}
REGISTER = frozenset({People.MERGE_PEOPLE, People.DECIDE_RIGHTS, Places.KEEP_PLACES})
OVERSEE = frozenset({Cases.SUPERVISE})
AWARDS = frozenset({Cases.END_AWARDS, Cases.LOAD_AWARDS})
KEEP = frozenset(
    {
        Catalogue.LOAD_PACK,
        Catalogue.GRANT_MANDATE,
        Identity.ADD_USERS,
        Parties.APPOINT,
        Parties.FOUND,
        Parties.TOKENS,
        People.LOAD_PEOPLE,
        Reports.DEFINE,
        Places.LOAD_PLACES,
        Rulebook.KEEP_RULEBOOK,
    }
)

BOOK = frozenset({Ledger.SEE})
AUDIT = frozenset({Ledger.SEE, Ledger.AUDIT})
KEEP_BOOK = AUDIT | {Ledger.KEEP, Ledger.CORRECT, Ledger.BUDGET}

ROLES: Mapping[str, frozenset[str]] = {
    "resident": frozenset(),
    "clerk": SEE | WINDOW | HANDLE | GATE,
    "worker": SEE | WINDOW | HANDLE | FACTS | DOORS | FORMS | TASKS,
    "head": SEE | WINDOW | HANDLE | FACTS | DOORS | FORMS | TASKS | LEAD | LINK | REGISTER | BOOK,
    "street": SEE | WINDOW | HANDLE | FACTS | FORMS | ASK | COSIGN | LEAD | OVERSEE | BOOK | AWARDS,
    "department": SEE | HANDLE | ASK | BOOK | AWARDS,
    "arbiter": SEE | {Cases.ARBITRATE},
    "district": SEE | LEAD | LINK | REGISTER | OVERSEE | KEEP | KEEP_BOOK | DECIDE,
    "auditor": SEE | AUDIT | GATE,
    "provider": SEE | {Cases.ACT, Cases.RETURN},
}

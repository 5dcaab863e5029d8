"""The lists and the search index drawn from a case, written in the same transaction as it."""

from collections.abc import Iterable, Sequence

from django.db import connection

from linli.cases.domain import OPEN, Role, joined, scope_token, tokens
from linli.cases.models import Case, Docket
from linli.fabric.bulk import insert_few, new_row
from linli.fabric.clock import END_OF_TIME
from linli.parties import queries as offices


def list_case(case: Case, parties: Iterable[tuple[int, Role]]) -> None:
    """Write one docket row for each party concerned; the first role named for a party holds."""
    roles: dict[int, Role] = {}
    for party, role in parties:
        roles.setdefault(party, role)
    insert_few(*(_docket(case, party, role) for party, role in roles.items()))
    index_case(case, list(roles))


def _docket(case: Case, party: int, role: Role) -> Docket:
    return new_row(
        Docket,
        district=case.district,
        party_id=party,
        case_id=case.pk,
        role=str(role),
        open=case.status in OPEN,
        status=str(case.status),
        item=case.item,
        community_id=case.community_id,
        number=case.number,
        opened_at=case.opened_at,
        due_at=case.due_at or END_OF_TIME,
    )


def relist_case(case: Case) -> None:
    """Carry the case's state to every list it stands in, in one statement."""
    Docket.objects.filter(district=case.district, case=case).update(
        open=case.status in OPEN,
        status=case.status,
        item=case.item,
        community_id=case.community_id,
        due_at=case.due_at or END_OF_TIME,
    )


def add_to_lists(case: Case, parties: Sequence[tuple[int, Role]]) -> None:
    """Let further parties see the case; those who see it already keep their role."""
    seen = dict(
        Docket.objects.filter(district=case.district, case=case).values_list("party_id", "role")
    )
    new = [(party, role) for party, role in parties if party not in seen]
    if not new:
        return
    Docket.objects.bulk_create([_docket(case, party, role) for party, role in dict(new).items()])
    index_case(case, [*seen, *(party for party, _ in new)])


def hand_owner(case: Case, was: int) -> None:
    """Say in the lists who answers for a case now, and what whoever did before is to it."""
    listed = Docket.objects.filter(district=case.district, case=case)
    listed.filter(party=was).update(role=role_after(was, case.owner_id))
    listed.filter(party=case.owner_id).update(role=Role.OWNER)


def role_after(was: int, owner: int) -> Role:
    """Return what an office stays that answered for a case: it worked on it, or watches over it."""
    above = offices.oversight_of(offices.party(owner))
    return Role.OVERSEER if was in [one.pk for one in above] else Role.HANDLER


def index_case(case: Case, parties: Sequence[int]) -> None:
    """Put the words of the case and the parties that may find it into the search index."""
    words = tokens(f"{case.number} {case.words} {case.place_words}")
    scope = [scope_token("p", party) for party in parties]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DELETE FROM case_search WHERE rowid = %s", [case.pk])
            cursor.execute(
                "INSERT INTO case_search (rowid, tokens) VALUES (%s, %s)",
                [case.pk, joined([*scope, *words])],
            )
            return
        cursor.execute(
            "INSERT INTO case_search (case_id, district, tokens) VALUES (%s, %s, array_to_tsvector(%s)) "
            "ON CONFLICT (case_id) DO UPDATE SET tokens = EXCLUDED.tokens",
            [case.pk, case.district, [*scope, *words]],
        )

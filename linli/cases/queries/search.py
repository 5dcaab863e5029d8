"""Full text within scope: the office's own token stands in the same index as the words."""

from django.db import connection

from linli.basics import Actor
from linli.cases.domain import Permission, scope_token, tokens
from linli.cases.models import Docket

MOST_FOUND = 200


def cases_matching(actor: Actor, text: str, *, most: int = MOST_FOUND) -> list[int]:
    """Return the ids of the newest cases of the actor's office that hold every token of ``text``."""
    asked = tokens(text)
    if not asked or actor.party is None:
        return []
    wanted = [scope_token("p", actor.party), *asked]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT rowid FROM case_search WHERE case_search MATCH %s ORDER BY rowid DESC LIMIT %s",
                [" AND ".join(f'"{token}"' for token in wanted), most],
            )
        else:
            cursor.execute(
                "SELECT case_id FROM case_search WHERE tokens @@ %s::tsquery "
                "ORDER BY case_id DESC LIMIT %s",
                [" & ".join(f"'{token}'" for token in wanted), most],
            )
        return [row[0] for row in cursor.fetchall()]


def search_cases(actor: Actor, text: str, *, limit: int = 20) -> list[Docket]:
    """
    Return the newest matching cases the actor's office may see.

    :raises NotAllowed: unless the hat may see cases
    """
    actor.must(Permission.SEE)
    found = cases_matching(actor, text, most=limit)
    rows = Docket.objects.filter(party_id=actor.office(), case_id__in=found)
    rows = rows.select_related("case", "case__place")
    return sorted(rows, key=lambda row: -row.case_id)

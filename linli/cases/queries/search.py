"""Full text within scope: the office's own token stands in the same index as the words."""

from django.db import connection

from linli.basics import Actor
from linli.cases.domain import Permission, asked_tokens, scope_token
from linli.cases.models import Docket

MOST_FOUND = 200
# By whether the engine is SQLite; single signs are no tokens, so they are looked for beside those.
FIND = {
    True: "SELECT rowid FROM case_search WHERE case_search MATCH %s{beside} ORDER BY rowid DESC LIMIT %s",
    False: "SELECT case_id FROM case_search WHERE tokens @@ %s::tsquery{beside} "
    "ORDER BY case_id DESC LIMIT %s",
}
BESIDE = {
    True: " AND EXISTS (SELECT 1 FROM case_case c WHERE c.id = case_search.rowid",
    False: " AND EXISTS (SELECT 1 FROM case_case c WHERE c.id = case_search.case_id "
    "AND c.district = case_search.district",
}
HOLDS = " AND (c.words LIKE %s OR c.place_words LIKE %s)"


def cases_matching(actor: Actor, text: str, *, most: int = MOST_FOUND) -> list[int]:
    """
    Return the ids of the newest cases of the actor's office that hold every word of ``text``.

    :raises Invalid: if there is nothing but single signs to go by
    """
    asked, signs = asked_tokens(text)
    if actor.party is None:
        return []
    wanted = [scope_token("p", actor.party), *asked]
    held = [f"%{sign}%" for sign in signs for _ in range(2)]
    lite = connection.vendor == "sqlite"
    beside = BESIDE[lite] + HOLDS * len(signs) + ")" if signs else ""
    words = " AND ".join(f'"{one}"' for one in wanted)
    if not lite:
        words = " & ".join(f"'{one}'" for one in wanted)
    with connection.cursor() as cursor:
        cursor.execute(FIND[lite].format(beside=beside), [words, *held, most])
        return [row[0] for row in cursor.fetchall()]


def search_cases(actor: Actor, text: str, *, limit: int = 20) -> list[Docket]:
    """
    Return the newest matching cases the actor's office may see.

    :raises NotAllowed: unless the hat may see cases
    :raises Invalid: if there is nothing but single signs to go by
    """
    actor.must(Permission.SEE)
    found = cases_matching(actor, text, most=limit)
    rows = Docket.objects.filter(party_id=actor.office(), case_id__in=found)
    rows = rows.select_related("case", "case__place")
    return sorted(rows, key=lambda row: row.opened_at, reverse=True)

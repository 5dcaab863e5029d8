"""What strangers send: text of every kind, and the promise that nothing breaks and nothing stays."""

import os

from django.core.cache import cache
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from linli.cases.models import Case
from linli.files.models import File
from linli.identity.models import KeptAnswer
from linli.journal.models import Line, Pending
from linli.notices.models import Notice

# ``make test`` looks at the same examples each time; ``LINLI_FUZZ=2000`` looks at many new ones.
EXAMPLES = int(os.environ.get("LINLI_FUZZ", "0"))


def trying(examples: int) -> settings:
    """Return how long to look."""
    return settings(
        max_examples=EXAMPLES or examples,
        derandomize=not EXAMPLES,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


NASTY = (
    "\x00",
    "漏水\x00了",
    "\x1b[2J\x07\x7f",
    "\ufeff\u202e\u2066\u200b",
    "𠮷🏚️👩‍👩‍👧",
    "e\u0301" * 40,
    "长" * 4_001,
    "x" * 70_000,
    "' OR 1=1 --",
    "<script>alert(1)</script>{{7*7}}{% x %}",
    "%(count)s %s %n {0}",
    "../../etc/passwd",
    "９９９",
    "²",
    "-1",
    "9" * 25,
    "1e999",
    "NaN",
    "99999-99-99",
    "null",
)
TABLES = (Line, Pending, Case, File, KeptAnswer, Notice)
HELD = "SELECT " + ", ".join(f"(SELECT count(*) FROM {one._meta.db_table})" for one in TABLES)
# A form is UTF-8, so it holds no surrogates; a JSON body may, as escapes.
TYPED = st.one_of(
    st.sampled_from(NASTY), st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
)
SAID = st.one_of(TYPED, st.text(max_size=20), st.just("\ud800"), st.just("漏水\udfff"))
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | SAID,
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(SAID, inside, max_size=3),
    max_leaves=6,
)


def held() -> tuple[int, ...]:
    """Return how many rows there are of whatever a request could leave behind."""
    with connection.cursor() as cursor:
        cursor.execute(HELD)
        found: tuple[int, ...] = cursor.fetchone()
    return found


def answered(send, *, breaks: tuple[int, ...] = ()):
    """
    Send one request and undo it; return the answer and whether it left rows behind.

    The test client raises what a server would answer with a 500.
    """
    before = held()
    with transaction.atomic():
        answer = send()
        after = held() if answer.status_code >= 400 else before
        transaction.set_rollback(True)
    cache.clear()
    assert answer.status_code < 500, answer.content[:500]
    assert after == before
    return answer

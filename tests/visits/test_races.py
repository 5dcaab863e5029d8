"""Two at once on real connections, on both engines: nothing is lost, nothing is there twice."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from linli.basics import Refused
from linli.people import queries as people_queries
from linli.people.models import Confirmation, Superseded
from linli.visits import queries
from linli.visits.actions import decide_conflict, record_visit
from linli.visits.domain import DecidedAlready
from linli.visits.models import Conflict, Visit
from tests.ledger.test_races import Yard
from tests.world import build_world

from .conftest import Household2

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS, HANDS = 4, 6


@pytest.fixture
def home(tmp_path) -> Household2:
    made = Household2(build_world())
    made.yard = Yard(tmp_path)
    return made


def race(home, *deeds):
    """Do the deeds at one moment, each on its own connection; return results and refusals."""
    gate = threading.Barrier(len(deeds))

    def run(deed):
        with home.yard.entered():
            gate.wait(timeout=30)
            try:
                return deed()
            except Refused as refusal:
                return type(refusal)

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


def there(home, question):
    """Ask where the threads wrote."""
    [answer] = race(home, question)
    return answer


def sending(home, card, by):
    return lambda: record_visit(by=by, at=home.at, card=card)


def test_the_same_key_from_many_connections_is_one_visit(home):
    for number in range(ROUNDS):
        value, seen = ("single", "married")[number % 2], there(home, lambda: version(home))
        said = home.says("marital", value, person=home.young, seen=seen)
        card = home.card(f"k{number}", stated=(said,), unchanged=(home.same("aid"),))

        done = race(home, *[sending(home, card, home.worker)] * HANDS)

        assert len({one.visit.pk for one in done}) == 1
        assert [one.again for one in done].count(False) == 1
        assert {one.conflicts for one in done} == {0}
    assert there(home, left) == (ROUNDS, ROUNDS, 1, 0)


def version(home) -> int:
    who = home.young.pk
    return people_queries.fact_versions([who]).get((who, "marital"), 0)


def marital(home):
    return people_queries.facts_of(home.young.pk).get("marital")


def left():
    """Return how many visits, changes, notes and conflicts there are."""
    changes = Superseded.objects.filter(attribute="marital").count()
    return Visit.objects.count(), changes, Confirmation.objects.count(), Conflict.objects.count()


def last_conflict():
    row = Conflict.objects.latest("id")
    return queries.value_kept(row), row.seen, row.decided_at


def test_two_workers_on_one_household_lose_nothing(home):
    values = ("single", "married", "divorced", "widowed")
    for number in range(ROUNDS):
        seen, here = there(home, lambda: (version(home), marital(home)))
        mine, theirs = [one for one in values if one != here][:2]
        said = [home.says("marital", one, person=home.young, seen=seen) for one in (mine, theirs)]
        cards = [home.card(f"{n}-{number}", stated=(one,)) for n, one in enumerate(said)]

        done = race(home, *map(sending, [home] * 2, cards, (home.worker, home.other)))

        # One was first and stands; what the other said waits beside it, whole.
        assert sorted(one.conflicts for one in done) == [0, 1]
        kept, checked, decided_at = there(home, last_conflict)
        assert {there(home, lambda: marital(home)), kept} == {mine, theirs}
        assert (checked, decided_at) == (seen, None)
    assert there(home, left) == (2 * ROUNDS, ROUNDS, 0, ROUNDS)


def test_two_workers_on_different_facts_both_are_written(home):
    said = (("marital", "single"), ("volunteer", True))
    cards = [
        home.card(name, stated=(home.says(name, one, person=home.young),)) for name, one in said
    ]

    done = race(home, *map(sending, [home] * 2, cards, (home.worker, home.other)))

    assert [one.conflicts for one in done] == [0, 0]
    facts = there(home, lambda: people_queries.facts_of(home.young.pk))
    assert (facts["marital"], facts["volunteer"]) == ("single", True)


def test_two_who_decide_at_once_decide_once(home):
    for name, value in (("a", "single"), ("b", "married")):
        card = home.card(name, stated=(home.says("marital", value, person=home.young),))
        race(home, sending(home, card, home.worker))
    row, seen = there(home, lambda: (Conflict.objects.get().pk, version(home)))

    def deciding(choice, by):
        return lambda: decide_conflict(
            by=by, at=home.at, conflict=row, choice=choice, reason="told", seen=seen
        )

    done = race(home, deciding("mine", home.worker), deciding("theirs", home.other))

    assert done.count(DecidedAlready) == 1
    choice = there(home, lambda: Conflict.objects.get().choice)
    assert (choice, there(home, lambda: marital(home))) in {
        ("mine", "married"),
        ("theirs", "single"),
    }

"""The demo: nobody in it exists, the same seed makes the same district, and the record holds."""

from collections import Counter
from datetime import date, datetime
from random import Random

import pytest
from django.core.management import call_command
from django.db import transaction

from linli.cases.models import Case, Docket, Report, Ruling, Step, StepMove
from linli.cases.queries import verify_lists
from linli.gate.models import Request, TaskFile
from linli.identity.models import User
from linli.identity.queries import is_demo
from linli.interop.domain import names, population
from linli.journal.models import Line
from linli.journal.queries import verify_live
from linli.parties.models import Appointment, DutyShift, OpeningHours, Party
from linli.parties.queries import actor_for
from linli.people.models import Person
from linli.places.models import Place
from linli.reports.models import Edition
from linli.reports.queries import compiled, week
from linli.rulebook.domain import SHANGHAI
from linli.visits.models import Question

# What chance or a key makes anew each time, and ids, which go on counting.
APART = {
    Place: {"door_token"},
    Person: {"id_number", "phone"},
    Report: {"phone"},
    Case: set(),
    Party: set(),
    Appointment: set(),
    Step: set(),
    StepMove: set(),
    Ruling: set(),
}
pytestmark = pytest.mark.django_db  # else a run of this file alone has no database
POINTERS = ("_id", "id", "party", "appointment", "user", "taken_by", "ruled_by", "assist", "person")


def build(residents: int = 300, seed: int = 7) -> None:
    call_command("demo", residents=residents, seed=seed, on=date(2026, 11, 20))


@pytest.fixture(scope="module")
def seen(django_db_setup, django_db_blocker):
    """The district, undone again: what its rows say, and all else."""
    with django_db_blocker.unblock(), transaction.atomic():
        build()
        found = rows() | picture()
        transaction.set_rollback(True)
    return found


def rows() -> dict[str, object]:
    seen: dict[str, object] = {}
    for model, apart in APART.items():
        seen[model.__name__] = Counter(plain_row(row, apart) for row in model.objects.all())
    seen["Line"] = Counter(Line.objects.values_list("kind", flat=True))
    return seen


def picture() -> dict[str, object]:
    seen: dict[str, object] = {}
    lines = Line.objects.count()
    build()
    seen["again"] = Line.objects.count() - lines
    seen["faults"] = [*verify_live(), *verify_lists()]
    seen["status"] = Counter(Case.objects.values_list("status", flat=True))
    seen["channels"] = Counter(Case.objects.values_list("channel", flat=True))
    seen["marks"] = Counter(Case.objects.exclude(status="ended").values_list("mark", flat=True))
    clerk = Appointment.objects.filter(user=User.objects.get(username="clerk")).get()
    seen["pile"] = Docket.objects.filter(party_id=clerk.party_id, open=True).count()
    worker = Appointment.objects.filter(user=User.objects.get(username="worker"))
    seen["hats"] = sorted(worker.values_list("hat", flat=True))
    seen["demo"] = is_demo()
    seen["roles"] = set(Appointment.objects.values_list("role", flat=True))
    seen["places"] = Counter(Place.objects.values_list("kind", flat=True))
    seen["without a point"] = set(
        Place.objects.filter(longitude=None).values_list("kind", flat=True)
    )
    seen["units"] = {one.name.get("en", "") for one in Party.objects.all()}
    seen["people"] = Person.objects.count()
    seen["rulings"] = Counter(Ruling.objects.values_list("upheld", flat=True))
    own = Report.objects.filter(user=User.objects.get(username="resident").pk)
    seen["own"] = Counter(own.values_list("case__status", "case__end"))
    seen["posts"] = Appointment.objects.exclude(post=None).count()
    seen["covered"] = Appointment.objects.exclude(backup=None).count()
    seen["shifts"] = DutyShift.objects.count()
    seen["opened"] = OpeningHours.objects.values("party").distinct().count()
    sent = Edition.objects.filter(state="sent")
    seen["forms known"] = {one.date() for one in sent.values_list("known_at", flat=True)}
    told = (one.number for row in sent for one in compiled(row, known_at=row.known_at))
    seen["forms told"] = any(told)
    seen["forms ask"] = Question.objects.exclude(duty_line="").count()
    seen["week"], seen["money"] = forms_of_week()
    urgent = Request.objects.exclude(declared_by=None).order_by("id")
    seen["emergencies"] = list(urgent.values_list("lane", "state"))
    seen["shown by files"] = TaskFile.objects.count()
    seen["unreached"] = Case.objects.filter(
        status="ended", confirmed=None, answered_at__isnull=False
    ).count()
    return seen


def forms_of_week() -> tuple[tuple[int, int, set[str]], list[int | None]]:
    """
    How many forms the worker has to send this week, how many answer themselves, and which do not;
    and what the one about money says, in fen.
    """
    noon = datetime(2026, 11, 20, 12, tzinfo=SHANGHAI)
    by = actor_for(User.objects.get(username="worker"), None, on=noon.date())
    found = week(by, at=noon)
    editions = {one.edition.form.code: one.edition for one in found.due}
    lacking = {one.edition.form.code for one in found.due if one.lacking}
    money = [one.number for one in compiled(editions["JF-01"], known_at=noon)]
    return (len(editions), found.answered, lacking), money


def plain_row(row, apart) -> str:
    kept = {
        name: value
        for name, value in row.canonical_row().items()
        if name not in apart and not name.endswith(POINTERS) and name != "number_index"
    }
    return repr(sorted(kept.items()))


@pytest.mark.once
def test_one_seed_makes_one_district(seen):
    with transaction.atomic():
        build()
        other = rows()
        transaction.set_rollback(True)

    assert len(other) == len(APART) + 1
    for name, found in other.items():
        assert seen[name] == found, name


def test_every_row_is_what_its_newest_line_says(seen):
    assert seen["faults"] == []


def test_the_district_has_its_shape(seen):
    kinds = seen["places"]

    assert (kinds["street"], kinds["community"], kinds["grid"]) == (6, 54, 432)
    assert seen["without a point"] == {"district", "street", "grid"}
    assert "Qingbo Street Culture station" in seen["units"]
    assert not [name for name in seen["units"] if "of the street" in name]
    assert seen["people"] == 300
    assert seen["demo"] is True
    assert {
        "clerk",
        "worker",
        "head",
        "street",
        "department",
        "arbiter",
        "district",
        "auditor",
    } <= (seen["roles"])
    assert seen["hats"] == ["committee", "party_org", "station"]


def test_the_clerk_has_a_long_list_and_clocks_that_ring(seen):
    assert seen["pile"] >= 50
    assert seen["marks"]["amber"] + seen["marks"]["red"] > 0
    assert len(seen["channels"]) >= 5
    assert seen["status"]["ended"] > 20


def test_a_resident_has_matters_in_every_state(seen):
    assert seen["own"] == {
        ("offered", ""): 2,  # one was reopened
        ("working", ""): 1,
        ("asking", ""): 1,
        ("answered", "solved"): 1,
        ("ended", "solved"): 2,
        ("ended", "withdrawn"): 1,
    }


def test_offices_have_posts_covers_hours_and_a_roster(seen):
    assert seen["posts"] == 54 * 3 + 3
    assert seen["covered"] == 54 * 2 + 2
    assert seen["opened"] == 54 + 6 + 1
    assert seen["shifts"] == 14


def test_last_months_forms_stand_as_they_were_known_then_and_ask_what_they_lack(seen):
    assert seen["forms known"] == {date(2026, 10, 20)}
    assert seen["forms told"]
    assert seen["forms ask"] > 0


def test_one_emergency_was_reviewed_and_one_lapsed_and_pictures_show_what_was_done(seen):
    assert seen["emergencies"] == [("ordinary", "expired"), ("emergency", "expired")]
    assert seen["shown by files"] == 4


def test_of_twelve_forms_this_week_eleven_answer_themselves(seen):
    assert seen["week"] == (12, 11, {"MZ-02"})
    assert seen["money"] == [1, 6_000_000, 658_065]


def test_a_database_without_tables_is_prepared_first(monkeypatch):
    class Enough(Exception):
        pass

    def note(name, **options):
        ran.append((name, options.get("bare")))
        if name != "prepare":
            raise Enough

    ran = []
    monkeypatch.setattr("linli.interop.management.commands.demo.what_is_amiss", lambda: "no tables")
    monkeypatch.setattr("linli.interop.management.commands.demo.call_command", note)
    with pytest.raises(Enough):
        call_command("demo")
    assert ran == [("prepare", True), ("remove_demo", None)]


def test_a_second_run_does_nothing(seen):
    assert seen["again"] == 0


# Nobody


def test_communities_are_54_and_all_different():
    found = names.community_names()

    assert len({name["zh-Hans"] for name in found}) == len({name["en"] for name in found}) == 54
    assert max(len(name["zh-Hans"]) for name in found) >= 18


def test_households_hold_exactly_the_people():
    sizes = population.household_sizes({"household_size": {1: 0.5, 4: 0.5}}, 101, Random(3))  # noqa: S311

    assert sum(sizes) == 101
    assert set(sizes) <= {1, 2, 3, 4}

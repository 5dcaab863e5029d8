"""Everybody at once: the columns of any day as known at any moment are what the acts once said."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.people import actions, queries
from linli.people.domain import PersonEnded
from linli.people.models import Person
from linli.places.models import Place
from linli.rulebook.domain import Kind

FIRST = date(2026, 11, 1)
VALUES = {
    "dibao": st.sampled_from([True, False, None]),
    "hukou": st.sampled_from(["local", "elsewhere", None]),
    "birth_on": st.sampled_from([date(1944, 5, 6), date(1950, 1, 1), None]),
    "lives_alone": st.sampled_from([True, False, None]),
    "ability_level": st.sampled_from([0, 4, None]),
    "resident_since": st.sampled_from([date(2020, 1, 1), None]),
}
PEOPLE = 2


@dataclass
class Told:
    """What the acts said of one person, kept as plainly as can be: words with day and moment."""

    registered_at: datetime
    home: int
    words: dict[str, list[tuple[date, datetime, object]]] = field(default_factory=dict)

    def say(self, name: str, value: object, since: date, at: datetime) -> None:
        self.words.setdefault(name, []).append((since, at, value))

    def of(self, name: str, on: date, known_at: datetime, first: object = None) -> object:
        said = [
            value for since, at, value in self.words.get(name, ()) if since <= on and at <= known_at
        ]
        return said[-1] if said else first


def shown(residents) -> dict[int, dict[str, object]]:
    """Return the columns as plain values by person."""
    rows = {}
    for row, pk in enumerate(residents.ids.tolist()):
        held = {}
        for name, column in residents.population.columns.items():
            value = int(column.values[row]) if column.known[row] else None
            kind = queries.column_types()[name].kind
            if value is not None and column.codes:
                value = column.codes[value]
                value = value == "yes" if kind is Kind.BOOL else value
            elif value is not None and kind is Kind.DATE:
                value = date.fromordinal(value)
            held[name] = value
        rows[pk] = held | {"community": int(residents.communities[row])}
    return rows


def facts():
    return st.sampled_from(sorted(VALUES)).flatmap(
        lambda name: st.tuples(st.just(name), VALUES[name])
    )


DEEDS = st.one_of(
    facts().map(lambda one: ("fact", *one)),
    st.integers(0, 1).map(lambda door: ("move", door, None)),
    st.just(("end", "died", None)),
)
SCRIPT = st.lists(
    st.tuples(st.integers(0, PEOPLE - 1), DEEDS, st.integers(0, 20), st.integers(0, 12)),
    min_size=8,
    max_size=40,
)


def play(town, script) -> dict[int, Told]:
    """Do the deeds a day apart, each said of some earlier day, and keep what was told."""
    told = {}
    for number in range(PEOPLE):
        person = town.person(f"居民{number}", home=town.doors[number % 2])
        told[person.pk] = Told(town.at, town.doors[number % 2])
    for step, (who, (deed, first, second), back, hours) in enumerate(script, start=1):
        pk = sorted(told)[who]
        at = town.at + timedelta(days=step, hours=hours)
        since = at.date() - timedelta(days=back)
        named = {"by": town.worker, "at": at, "person": pk}
        try:
            if deed == "fact":
                if actions.record_fact(**named, attribute=first, value=second, valid_from=since):
                    told[pk].say(first, second, since, at)
            elif deed == "move":
                was = Person.objects.get(pk=pk).home_id
                actions.move_person(**named, home=town.doors[first], on=since)
                if was != town.doors[first]:
                    told[pk].say("home", town.doors[first], since, at)
            else:
                actions.end_person(**named, reason=first, on=since)
                told[pk].say("ended", True, since, at)
        except PersonEnded:
            pass
    return told


def recomputed(told: dict[int, Told], on: date, known_at: datetime) -> dict[int, dict[str, object]]:
    """Return the same from the words alone, one person and one fact after the other."""
    community = dict(Place.objects.values_list("pk", "community_id"))
    found = {}
    for pk, person in told.items():
        if person.registered_at > known_at or person.of("ended", on, known_at):
            continue
        held = {name: person.of(name, on, known_at) for name in VALUES}
        home = person.of("home", on, known_at, person.home)
        found[pk] = held | {"community": community[home]}
    return found


def test_any_day_as_known_at_any_moment(town) -> None:
    """Against what the acts said, replayed word by word in plain Python."""
    everywhere = town.worker.communities | town.stranger.communities
    town.worker = type(town.worker)(
        **{name: getattr(town.worker, name) for name in town.worker.__slots__}
        | {"communities": everywhere}
    )

    @settings(
        max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
    )
    @given(SCRIPT, st.integers(-5, 30), st.integers(-2, 30))
    def holds(script, on, known) -> None:
        day = town.at.date() + timedelta(days=on)
        moment = town.at + timedelta(days=known, hours=1)
        with transaction.atomic():
            told = play(town, script)
            residents = queries.population(day, moment, district=1)
            expected = recomputed(told, day, moment)
            transaction.set_rollback(True)
        found = shown(residents)
        assert found.keys() == expected.keys()
        for pk, held in expected.items():
            assert {name: found[pk][name] for name in held} == held

    holds()


def test_it_says_what_fact_as_of_says_of_one(town) -> None:
    person = town.person(facts={"dibao": True, "lives_alone": True})
    later = town.at + timedelta(days=3)
    for attribute in ("dibao", "lives_alone"):
        actions.record_fact(
            by=town.worker,
            at=later,
            person=person.pk,
            attribute=attribute,
            value=False,
            valid_from=date(2026, 11, 10),
        )
    for on in (date(2026, 11, 9), date(2026, 11, 10)):
        for known_at in (town.at, later):
            held = shown(queries.population(on, known_at, district=1))[person.pk]
            for attribute in ("dibao", "lives_alone"):
                one = queries.fact_as_of(person.pk, attribute, on=on, known_at=known_at)
                assert held[attribute] == one
    assert held["dibao"] is False


def test_a_merged_record_counts_once_from_when_it_was_known(town) -> None:
    kept, gone = town.person("王小明"), town.person("王晓明", facts={"veteran": True})
    merge = actions.merge_people(
        by=town.worker, at=town.at + timedelta(days=1), kept=kept.pk, gone=gone.pk
    )
    actions.undo_merge(by=town.worker, at=town.at + timedelta(days=3), merge=merge.pk)
    seen = [
        queries.population(FIRST, town.at + timedelta(days=day), district=1).ids.tolist()
        for day in (0, 2, 4)
    ]
    assert seen == [[kept.pk, gone.pk], [kept.pk], [kept.pk, gone.pk]]


def test_before_a_merge_was_known_both_counted(town) -> None:
    kept, gone = town.person("王小明"), town.person("王晓明")
    actions.merge_people(by=town.worker, at=town.at + timedelta(days=1), kept=kept.pk, gone=gone.pk)
    then = queries.population(date(2026, 11, 30), town.at, district=1)
    now = queries.population(date(2026, 11, 30), town.at + timedelta(days=2), district=1)
    assert (then.ids.tolist(), now.ids.tolist()) == ([kept.pk, gone.pk], [kept.pk])


def test_who_was_erased_is_in_no_report_of_any_day(town) -> None:
    person = town.person()
    actions.erase_person(by=town.worker, at=town.at + timedelta(days=1), person=person.pk)
    assert queries.population(FIRST, town.at, district=1).population.size == 0


def test_one_community_or_the_whole_district_sorted_by_community(town) -> None:
    there = town.person("李雷", by=town.stranger, home=town.doors[1])
    here = town.person("韩梅")
    nowhere = town.person("吴名", home=None, community=town.communities[0])
    day = town.at.date()
    both = queries.population(day, town.at, district=1)
    assert both.ids.tolist() == [here.pk, nowhere.pk, there.pk]
    assert both.communities.tolist() == [town.communities[0]] * 2 + [town.communities[1]]
    one = queries.population(day, town.at, district=1, communities=[town.communities[1]])
    assert one.ids.tolist() == [there.pk]
    assert queries.population(day, town.at, district=2).population.size == 0


def test_households_are_those_somebody_lived_in_then(town) -> None:
    house = actions.register_household(by=town.worker, at=town.at, home=town.doors[0])
    old, young = date(1944, 5, 6), date(2020, 2, 3)
    elder = town.person("张三", household=house.pk, home=None, facts={"birth_on": old})
    town.person(
        "张小三", household=house.pk, home=None, guardian=elder.pk, facts={"birth_on": young}
    )
    moved_at = town.at + timedelta(days=5)
    actions.move_person(
        by=town.worker, at=moved_at, person=elder.pk, home=town.doors[1], on=moved_at.date()
    )
    then = queries.households(town.at.date(), moved_at, district=1)
    assert (then.ids.tolist(), then.communities.tolist()) == ([house.pk], [town.communities[0]])
    columns = then.population.columns
    assert columns["people"].values.tolist() == [2]
    assert columns["kind"].codes[columns["kind"].values[0]] == "family"
    assert columns["eldest_born_on"].values.tolist() == [old.toordinal()]
    assert columns["youngest_born_on"].values.tolist() == [young.toordinal()]
    now = queries.households(moved_at.date(), moved_at, district=1)
    assert now.population.columns["people"].values.tolist() == [1]
    assert set(now.population.columns) == set(queries.household_column_types())


def test_a_number_no_column_can_hold_is_unknown_and_touches_no_other_fact(town) -> None:
    most = (1 << 44) - 1
    rich = town.person("钱多", facts={"income_fen_a_month": most, "lives_alone": True})
    absurd = town.person("钱错", facts={"income_fen_a_month": most + 1, "lives_alone": True})

    held = shown(queries.population(town.at.date(), town.at, district=1))

    assert held[rich.pk]["income_fen_a_month"] == most
    assert held[absurd.pk]["income_fen_a_month"] is None
    assert held[rich.pk]["lives_alone"] is held[absurd.pk]["lives_alone"] is True
    told = [name for name, value in held[absurd.pk].items() if value is not None]
    assert sorted(told) == ["community", "lives_alone"]

"""What a decision gives goes on: written with the answer, had once, ended by an act."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from django.db import IntegrityError, connection, transaction

from linli import catalogue
from linli.basics import Invalid, NoSuchThing, NotAllowed
from linli.cases import actions, queries
from linli.cases.actions import Said
from linli.cases.domain import AwardOver, Channel, End, NotAwarded
from linli.cases.domain.lives import Deed, Happened, Life
from linli.cases.models import Award, Case, Report
from linli.catalogue import queries as catalogue_queries
from linli.journal.actions import run_reactions
from linli.journal.models import Line
from linli.journal.queries import verify_live
from linli.people import actions as people
from linli.people import queries as people_queries
from tests.world import DOOR, HOUSE_ITSELF, NOON, STREET, build_world

PACK = Path(catalogue.__file__).parents[2] / "packs" / "common"
ITEM, TODAY = "old_age_allowance", date(2026, 11, 16)
FIRST = date(2026, 1, 1)
GRANTED = "已经批准，从本月起发放。"
REFUSED = "经核对，户口不在本区，这项津贴发给本区户籍的老人，请向户籍地申请。"


class Place:
    """A person of 85 with a local household registration, and an office that decides."""

    def __init__(self) -> None:
        self.world = build_world(pack=PACK)
        self.office = self.world.at("street_civil")
        self.street = self.world.at("street")
        self.person = self.lives("陈秀英", date(1941, 5, 3), hukou="local")

    def lives(self, name, born, **facts):
        return people.register_person(
            by=HOUSE_ITSELF,
            at=NOON - timedelta(days=400),
            name=name,
            home=self.world.place(DOOR),
            facts={"birth_on": born, **facts},
        ).pk

    def opened(self, person=None, at=NOON) -> Case:
        said = Said(
            item=ITEM,
            words="我想领高龄津贴",
            channel=Channel.WINDOW,
            place_id=self.world.place(DOOR),
            person_id=person or self.person,
        )
        return actions.open_case(by=self.world.at("station"), said=said, at=at).case

    def answered(self, end=End.SOLVED, *, case=None, at=NOON) -> Case:
        case = case or self.opened(at=at)
        for step in case.steps.order_by("id"):
            if step.party_id != self.office.party:
                type(step).objects.filter(pk=step.pk).update(state="dropped")
        words = GRANTED if end is End.SOLVED else REFUSED
        return actions.answer_case(by=self.office, case_id=case.pk, end=end, words=words, at=at)

    def judged(self, on=TODAY):
        here = [self.world.place("990101001001")]
        found = people_queries.residents_now(1, here, queries.facts_judged(on, district=1))
        return found.ids, {
            one.item: one
            for one in queries.judge(
                found.ids, found.population, district=1, communities=here, on=on
            )
        }


@pytest.fixture
def place(db) -> Place:
    return Place()


def only_award():
    row = Award.objects.get()
    return row.person_id, row.item, row.from_on, row.to_on, row.end_reason


def refused(refusal, action, **values):
    before = list(Award.objects.values()), Line.objects.count()
    with pytest.raises(refusal):
        action(**values)
    assert (list(Award.objects.values()), Line.objects.count()) == before


def faults():
    """Return what does not add up about awards; the steps were put aside by hand."""
    return [one for one in verify_live() if "case_award" in one.where]


def test_a_positive_decision_gives_it_with_its_line(place):
    case = place.answered()

    assert only_award() == (place.person, ITEM, TODAY, None, None)
    assert Award.objects.get().case == case
    kinds = list(Line.objects.order_by("-id").values_list("kind", flat=True)[:2])
    assert kinds == ["AwardGiven", "CaseAnswered"]
    assert faults() == []


@pytest.mark.parametrize("end", [End.EXPLAINED, End.NOT_OURS])
def test_no_other_answer_does(place, end):
    place.answered(end)
    assert not Award.objects.exists()


def test_a_case_about_nobody_known_gives_nothing(place):
    case = place.opened()
    Case.objects.filter(pk=case.pk).update(subject=None)
    place.answered(case=case)
    assert not Award.objects.exists()


def test_nobody_has_the_same_twice(place):
    place.answered()
    place.answered(at=NOON + timedelta(days=1))

    assert Award.objects.count() == 1
    row = Award.objects.get()
    row.pk, row._state.adding = None, True
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_a_no_after_reopening_takes_back_what_its_own_case_gave(place):
    case = place.answered()
    report = Report.objects.get(case=case)
    actions.reopen_case(by=HOUSE_ITSELF, report=report, words="不对", at=NOON + timedelta(days=1))
    later = NOON + timedelta(days=2)

    place.answered(End.EXPLAINED, case=Case.objects.get(), at=later)

    assert only_award() == (place.person, ITEM, TODAY, date(2026, 11, 18), "revoked")
    assert Line.objects.latest("id").kind == "AwardEnded"


def test_it_is_ended_by_an_act_of_an_office_that_may(place):
    place.answered()
    award = Award.objects.get().pk
    values = {
        "by": place.street,
        "person": place.person,
        "award": award,
        "reason": "revoked",
        "on": TODAY,
        "at": NOON,
    }
    elsewhere = replace(place.street, communities=frozenset({1}))
    refused(NotAllowed, actions.end_award, **(values | {"by": place.world.at("station")}))
    refused(NoSuchThing, actions.end_award, **(values | {"by": elsewhere}))
    refused(NoSuchThing, actions.end_award, **(values | {"award": 999}))
    other = place.lives("吴老", date(1940, 1, 1))
    refused(NoSuchThing, actions.end_award, **(values | {"person": other}))
    refused(Invalid, actions.end_award, **(values | {"reason": "tired"}))
    refused(Invalid, actions.end_award, **(values | {"on": date(2026, 11, 17)}))
    refused(Invalid, actions.end_award, **(values | {"on": date(2026, 11, 15)}))

    actions.end_award(**values)

    assert only_award() == (place.person, ITEM, TODAY, TODAY, "revoked")
    refused(AwardOver, actions.end_award, **values)
    with pytest.raises(IntegrityError), transaction.atomic():
        Award.objects.update(end_reason=None)


@pytest.mark.parametrize("reason", ["died", "moved"])
def test_it_ends_with_the_person_here(place, reason):
    place.answered()
    on = date(2026, 11, 15)
    people.end_person(by=HOUSE_ITSELF, at=NOON, person=place.person, reason=reason, on=on)
    run_reactions(by=HOUSE_ITSELF, at=NOON)

    assert only_award() == (place.person, ITEM, TODAY, TODAY, reason)
    assert run_reactions(by=HOUSE_ITSELF, at=NOON) == 0
    refused(
        NotAllowed,
        actions.end_awards_of,
        by=place.street,
        person=place.person,
        reason="died",
        at=NOON,
    )


def test_a_roll_is_brought_in_once(place):
    other = place.lives("吴老", date(1940, 1, 1), hukou="local")
    place.answered()
    first = date(2026, 1, 1)
    roll = [(place.person, first), (other, first)]

    values = {"by": HOUSE_ITSELF, "item": ITEM, "roll": roll, "at": NOON}
    assert actions.load_awards(**values) == 1
    assert actions.load_awards(**values) == 0

    row = Award.objects.get(case=None)
    assert (row.person_id, row.from_on) == (other, first)
    assert faults() == []
    refused(NotAwarded, actions.load_awards, **(values | {"item": "senior_card"}))
    refused(NoSuchThing, actions.load_awards, **(values | {"item": "gold"}))
    refused(NotAllowed, actions.load_awards, **(values | {"by": place.world.at("arbiter")}))


def test_a_row_altered_by_hand_is_found_by_verify(place):
    place.answered()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE case_award SET from_on = '2020-01-01'")
    [found] = faults()
    assert "altered" in found.what


def test_who_may_have_it_and_goes_without_is_told_from_a_roll_on(place):
    young = place.lives("陈小明", date(1990, 2, 3), hukou="local")
    unknown = place.lives("吴老", date(1940, 1, 1))
    has = place.lives("李老", date(1940, 1, 1), hukou="local")
    assert place.judged()[1] == {}  # nobody knows who has it

    actions.load_awards(by=HOUSE_ITSELF, item=ITEM, roll=[(has, date(2026, 1, 1))], at=NOON)

    ids, found = place.judged()
    assert list(found) == [ITEM]
    one = found[ITEM]
    assert ids[one.without].tolist() == [place.person]
    assert ids[one.untold].tolist() == [unknown]
    assert ids[one.has].tolist() == [has]
    assert ids[one.not_for].tolist() == [young]
    place.answered()
    assert ids[place.judged()[1][ITEM].without].tolist() == []


def test_a_roll_of_what_facts_cannot_judge_stops_nobody(place):
    actions.load_awards(
        by=HOUSE_ITSELF, item=ITEM, roll=[(place.person, date(2026, 1, 1))], at=NOON
    )
    Award.objects.create(
        district=1, person_id=place.person, item="judged_no_more", from_on=date(2026, 1, 1)
    )

    ids, found = place.judged()

    assert {item: ids[one.has].tolist() for item, one in found.items()} == {ITEM: [place.person]}


def test_it_holds_up_to_its_last_day_and_not_on_it(place):
    actions.load_awards(
        by=HOUSE_ITSELF, item=ITEM, roll=[(place.person, date(2026, 1, 1))], at=NOON
    )
    row = Award.objects.get()
    actions.end_award(
        by=place.street,
        person=place.person,
        award=row.pk,
        reason="given_up",
        on=TODAY,
        at=NOON,
    )
    before = date(2026, 11, 15)
    assert [place.judged(day)[1][ITEM].without.tolist() for day in (before, TODAY)] == [
        [False],
        [True],
    ]


def test_what_is_read_for_all_is_what_is_read_for_one(place):
    """The bitmaps of a population say of each what the item's own verdict says."""
    facts = [
        {"hukou": hukou, "dibao": dibao, "disability_grade": grade}
        for hukou in ("local", "elsewhere", None)
        for dibao in (True, False, None)
        for grade in (1, 3, None)
    ]
    ids = [
        place.lives(
            f"陈{n}", date(1930 + 2 * n, 1, 1), **{k: v for k, v in one.items() if v is not None}
        )
        for n, one in enumerate(facts)
    ]
    for item in ("old_age_allowance", "disability_allowance"):
        roll = [(place.person, date(2026, 1, 1))]
        actions.load_awards(by=HOUSE_ITSELF, item=item, roll=roll, at=NOON)

    found, judged = place.judged()

    for item, one in judged.items():
        definition = catalogue_queries.current(item, TODAY).definition
        for person in ids:
            row = int(np.searchsorted(found, person))
            verdict = catalogue_queries.eligibility(
                definition, people_queries.facts_of(person), on=TODAY
            ).answer
            said = "yes" if one.may[row] else "no" if one.not_for[row] else "unknown"
            assert said == verdict, (item, person)


def test_what_one_has_is_listed_and_comes_along_when_records_become_one(place):
    other = place.lives("陈秀英", date(1941, 5, 3))
    actions.load_awards(by=HOUSE_ITSELF, item=ITEM, roll=[(other, date(2026, 1, 1))], at=NOON)
    [held] = queries.awards_of(place.street, other, TODAY)
    assert (held.item, held.name["zh-Hans"], held.from_on, held.to_on) == (
        ITEM,
        "高龄津贴",
        date(2026, 1, 1),
        None,
    )
    head = replace(place.street, permissions=HOUSE_ITSELF.permissions)

    people.merge_people(by=head, at=NOON, kept=place.person, gone=other)

    assert [one.item for one in queries.awards_of(place.street, place.person, TODAY)] == [ITEM]
    ids, found = place.judged()
    assert ids[found[ITEM].has].tolist() == [place.person]


def test_what_came_along_with_a_merged_record_ends_with_the_person_too(place):
    other = place.lives("陈秀英", date(1941, 5, 3))
    actions.load_awards(by=HOUSE_ITSELF, item=ITEM, roll=[(other, date(2026, 1, 1))], at=NOON)
    head = replace(place.street, permissions=HOUSE_ITSELF.permissions)
    people.merge_people(by=head, at=NOON, kept=place.person, gone=other)

    on = date(2026, 11, 15)
    people.end_person(by=HOUSE_ITSELF, at=NOON, person=place.person, reason="died", on=on)
    run_reactions(by=HOUSE_ITSELF, at=NOON)

    assert only_award() == (other, ITEM, date(2026, 1, 1), on, "died")


@pytest.fixture
def chain(place) -> list[int]:
    """Return three records, the first merged into the second and that into the third."""
    records = [place.lives("陈秀英", date(1941, 5, 3)) for _ in range(2)] + [place.person]
    actions.load_awards(by=HOUSE_ITSELF, item=ITEM, roll=[(records[0], FIRST)], at=NOON)
    head = replace(place.street, permissions=HOUSE_ITSELF.permissions)
    for gone, kept in pairwise(records):
        people.merge_people(by=head, at=NOON, kept=kept, gone=gone)
    return records


def test_what_came_along_through_two_merges_is_had(place, chain):
    assert [one.item for one in queries.awards_of(place.street, chain[2], TODAY)] == [ITEM]
    ids, found = place.judged()
    assert ids[found[ITEM].has].tolist() == [chain[2]]
    assert ids[found[ITEM].without].tolist() == []


def test_what_came_along_through_two_merges_is_not_given_again(place, chain):
    place.answered()
    assert only_award() == (chain[0], ITEM, FIRST, None, None)


def test_a_case_of_a_merged_record_gives_what_the_standing_one_has_to_nobody(place):
    other = place.lives("陈秀英", date(1941, 5, 3))
    case = place.opened(person=other)
    actions.load_awards(by=HOUSE_ITSELF, item=ITEM, roll=[(place.person, FIRST)], at=NOON)
    head = replace(place.street, permissions=HOUSE_ITSELF.permissions)
    people.merge_people(by=head, at=NOON, kept=place.person, gone=other)

    place.answered(case=case)

    assert only_award() == (place.person, ITEM, FIRST, None, None)


def test_what_came_along_is_ended_under_the_standing_record(place, chain):
    values = {"award": Award.objects.get().pk, "reason": "revoked", "on": TODAY, "at": NOON}
    actions.end_award(by=place.street, person=chain[2], **values)
    assert only_award() == (chain[0], ITEM, FIRST, TODAY, "revoked")


def lived(place, *ends, person=None):
    """Return a life of the item that was answered so, opened again between."""
    deeds = []
    for number, end in enumerate(ends):
        at = NOON + timedelta(days=2 * number)
        if number:
            deeds.append(Happened(deed=Deed.REOPEN, at=at - timedelta(days=1), words="不对"))
        words = GRANTED if end is End.SOLVED else REFUSED
        deeds.append(Happened(deed=Deed.ANSWER, at=at, end=end, words=words))
    return Life(
        version_id=catalogue_queries.current(ITEM, TODAY).version_id,
        words="我想领高龄津贴",
        channel=Channel.WINDOW,
        opened_at=NOON - timedelta(days=1),
        community_id=place.world.place("990101001001"),
        subject_id=person or place.person,
        after=tuple(deeds),
    )


def test_loaded_cases_give_nothing_that_came_along_through_two_merges(place, chain):
    now = NOON + timedelta(days=9)
    rows = [lived(place, End.SOLVED, person=one) for one in chain]
    actions.load_cases(by=HOUSE_ITSELF, rows=rows, at=now)
    assert only_award() == (chain[0], ITEM, FIRST, None, None)


@pytest.mark.parametrize(
    ("ends", "left"),
    [
        ((End.SOLVED,), [(None, None)]),
        ((End.EXPLAINED,), []),
        ((End.SOLVED, End.SOLVED), [(None, None)]),
        ((End.SOLVED, End.EXPLAINED), [(date(2026, 11, 18), "revoked")]),
    ],
)
def test_loaded_cases_give_the_same(place, ends, left):
    now = NOON + timedelta(days=9)
    actions.load_cases(by=HOUSE_ITSELF, rows=[lived(place, *ends)], at=now)

    rows = Award.objects.values_list("person", "item", "from_on", "to_on", "end_reason")
    assert list(rows) == [(place.person, ITEM, TODAY, *end) for end in left]
    assert faults() == []


def test_a_load_gives_nobody_what_they_have(place):
    place.answered()
    now = NOON + timedelta(days=9)
    twice = [lived(place, End.SOLVED), lived(place, End.SOLVED)]
    actions.load_cases(by=HOUSE_ITSELF, rows=twice, at=now)
    assert Award.objects.count() == 1


def test_the_street_learns_nothing_of_other_streets(place):
    assert STREET in place.world.places
    stranger = replace(place.street, communities=frozenset())
    with pytest.raises(NoSuchThing):
        queries.awards_of(stranger, place.person, TODAY)

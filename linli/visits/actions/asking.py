"""Asking for what the facts cannot answer: on a basis, once, and no longer than it is wanted."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from linli.basics import Actor, NoSuchThing, NotAllowed
from linli.catalogue import queries as catalogue
from linli.catalogue.domain import Duty
from linli.fabric.bulk import insert_rows
from linli.fabric.writing import write_atomic
from linli.journal.actions import record
from linli.people import queries as people_queries
from linli.people.domain import check_may_reach
from linli.rulebook.domain import local_date
from linli.visits import domain
from linli.visits.domain import Asked, Permission
from linli.visits.events import QuestionsAnswered, QuestionsAsked, QuestionsWithdrawn
from linli.visits.models import Question, Visit

CHUNK = 5_000  # people in one statement
REPORTED = "statistics"  # the purpose of whatever goes onto a form


@write_atomic
def ask_questions(*, by: Actor, asked: Sequence[Asked], at: datetime) -> int:
    """
    Ask for facts that forms want; return how many questions are new.

    What stands open already serves the new form too, and what was answered within the greatest
    age of its fact is not asked again.

    :raises NotAllowed: without ``visits.ask``, unless the house asks by itself
    :raises NoSuchThing: if somebody is not there, or not for this actor
    :raises UnknownAttribute: if the dictionary has no such fact
    :raises NotToBeAsked: if reports may not use the fact
    :raises NothingAsksThis: if neither an open line of the duty list nor a mandate holds
    """
    if by.kind != "system":
        by.must(Permission.ASK)
    grounds, standing = _Grounds(by, at), _Standing(by, asked)
    doors = people_queries.doors_of(by.district, {one.person for one in asked})
    touched: dict[tuple[int, str], tuple[list[Question], int, int]] = {}
    for one in asked:
        fact = people_queries.fact(one.attribute)
        if REPORTED not in fact.purposes:
            raise domain.NotToBeAsked(attribute=fact.name["en"])
        community = _community(by, one.person, doors)
        origin, line = grounds.of(one, community)
        row = standing.open.get((one.person, one.attribute))
        fresh = row is None
        if row is not None:
            _join(row, one, community=community, ground=(origin, line), grounds=grounds)
            standing.note(row)
        elif standing.knows(one, fact.greatest_age_days, at):
            continue
        else:
            row = standing.add(one, community=community, ground=(origin, line), at=at)
        rows, first, more = touched.get((community, one.form), ([], 0, 0))
        touched[community, one.form] = ([*rows, row], first + fresh, more + (not fresh))
    standing.write()
    for (community, form), (rows, new, joined) in touched.items():
        event = QuestionsAsked(at=at, community_id=community, form=form, asked=new, joined=joined)
        # One row may serve several sayings of one form; it is bound once.
        record(event, by=by, rows=list({row.pk: row for row in rows}.values()))
    return sum(new for _, new, _ in touched.values())


def _community(by: Actor, person: int, doors: Mapping[int, tuple[int | None, int | None]]) -> int:
    """
    Return where somebody lives.

    :raises NoSuchThing: if somebody is not there, or not for this actor
    :raises NothingAsksThis: if they live in no community
    """
    if person not in doors:
        raise NoSuchThing
    _, community = doors[person]
    check_may_reach(by, community=community, person=person)
    if community is None:
        raise domain.NothingAsksThis
    return community


class _Grounds:
    """On what questions stand: lines and mandates, each looked up once."""

    def __init__(self, by: Actor, at: datetime) -> None:
        self.by, self.at, self.kept = by, at, dict[tuple[str, int | None, int], tuple[str, str]]()
        self._lists: dict[int, Mapping[str, Duty]] = {}
        self._ends: dict[int, datetime | None] = {}

    def of(self, one: Asked, community: int) -> tuple[str, str]:
        """
        Return origin and line of a question.

        :raises NothingAsksThis: if nothing holds
        """
        key = (one.duty_line, one.mandate, community)
        if key not in self.kept:
            self.kept[key] = self._found(one, community)
        return self.kept[key]

    def _found(self, one: Asked, community: int) -> tuple[str, str]:
        if one.mandate is not None:
            held = catalogue.mandates_for(community, self.at, district=self.by.district)
            for mandate in held:
                if mandate.pk == one.mandate:
                    return str(mandate.origin), one.duty_line
            raise domain.NothingAsksThis
        duty = self.listed(community).get(one.duty_line)
        if duty is None or not duty.open:
            raise domain.NothingAsksThis
        return "resident", one.duty_line

    def listed(self, community: int) -> Mapping[str, Duty]:
        """Return the duty list of a community on the day."""
        if community not in self._lists:
            self._lists[community] = catalogue.duty_list(
                community, local_date(self.at), district=self.by.district
            )
        return self._lists[community]

    def end_of(self, mandate: int) -> datetime | None:
        """Return when a mandate that holds now ends; None if it does not hold."""
        if mandate not in self._ends:
            held = catalogue.mandates(self.at, district=self.by.district).filter(pk=mandate)
            self._ends[mandate] = held.values_list("valid_to", flat=True).first()
        return self._ends[mandate]


class _Standing:
    """
    The questions that stand about some people, read once, and what is to be written of them.

    ``open`` is (person, attribute) → the open question; ``changed`` are those that were there.
    """

    def __init__(self, by: Actor, asked: Sequence[Asked]) -> None:
        self.district = by.district
        self.open: dict[tuple[int, str], Question] = {}
        self.changed: dict[int, Question] = {}
        self.new: list[Question] = []
        self._answered: dict[tuple[int, str], datetime] = {}
        people = sorted({one.person for one in asked})
        for first in range(0, len(people), CHUNK):
            self._read(people[first : first + CHUNK], {one.attribute for one in asked})

    def _read(self, people: Collection[int], attributes: Collection[str]) -> None:
        rows = Question.objects.select_for_update(of=("self",)).select_related("mandate")
        rows = rows.filter(
            district=self.district,
            person__in=people,
            attribute__in=attributes,
            withdrawn_at=None,
        )
        for row in rows.order_by("id"):
            about = (row.person_id, row.attribute)
            if row.answered_at is None:
                self.open[about] = row
            else:
                self._answered[about] = max(
                    row.answered_at, self._answered.get(about, row.answered_at)
                )

    def knows(self, one: Asked, age: int | None, at: datetime) -> bool:
        """Return whether somebody answered within the greatest age of the fact."""
        last = self._answered.get((one.person, one.attribute))
        answered_on = None if last is None else local_date(last)
        return domain.answered_lately(answered_on, age, on=local_date(at))

    def note(self, row: Question) -> None:
        """Note that a question was changed; what is not written yet needs no second writing."""
        if row.pk is not None:
            self.changed[row.pk] = row

    def add(self, one: Asked, *, community: int, ground: tuple[str, str], at: datetime) -> Question:
        """Return a new question; it is not written yet."""
        origin, line = ground
        made = Question(
            district=self.district,
            person_id=one.person,
            attribute=one.attribute,
            forms=[one.form],
            community_id=community,
            duty_line=line,
            origin=origin,
            mandate_id=one.mandate,
            as_of=one.as_of,
            asked_at=at,
        )
        self.open[one.person, one.attribute] = made
        self.new.append(made)
        return made

    def write(self) -> None:
        """Write the new questions, and those that serve another form now."""
        insert_rows(self.new)
        # One statement for all that say the same now: a form joins most of its questions alike.
        alike = defaultdict[tuple[object, ...], list[Question]](list)
        for row in self.changed.values():
            now = (row.community_id, row.origin, row.mandate_id, row.duty_line, row.as_of)
            alike[*now, *row.forms].append(row)
        for rows in alike.values():
            for first in range(0, len(rows), CHUNK):
                some = Question.objects.filter(pk__in=[r.pk for r in rows[first : first + CHUNK]])
                some.update(
                    community_id=rows[0].community_id,
                    forms=rows[0].forms,
                    origin=rows[0].origin,
                    mandate=rows[0].mandate_id,
                    duty_line=rows[0].duty_line,
                    as_of=rows[0].as_of,
                )


def _join(
    row: Question, one: Asked, *, community: int, ground: tuple[str, str], grounds: _Grounds
) -> None:
    """Let an open question serve what is asked too. It follows whoever moved, for who asks there."""
    origin, line = ground
    moved = row.community_id != community
    row.community_id = community
    row.forms = [one.form] if moved else sorted({*row.forms, one.form})
    row.as_of = one.as_of if moved else min(filter(None, (row.as_of, one.as_of)), default=None)
    if moved or _carries_on(one, line, row, grounds):
        # What lasts longer carries the question on; a line of the list does not lapse at all.
        row.origin, row.mandate_id, row.duty_line = origin, one.mandate, line


def _carries_on(one: Asked, line: str, row: Question, grounds: _Grounds) -> bool:
    """Return whether a question stands on what is said now rather than on what it stood on."""
    if row.mandate_id is not None:
        return _outlasts(one.mandate, row, grounds)
    if one.mandate is None and line == row.duty_line:
        return False
    duty = grounds.listed(row.community_id).get(row.duty_line)
    return duty is None or not duty.open


def _outlasts(mandate: int | None, row: Question, grounds: _Grounds) -> bool:
    """Return whether a ground holds longer than the mandate a question stands on."""
    if mandate is None or row.mandate is None:
        return mandate is None
    if mandate == row.mandate_id:
        return False
    ended = row.mandate.revoked_at is not None and row.mandate.revoked_at <= grounds.at
    end = grounds.end_of(mandate)
    return end is not None and (ended or end > row.mandate.valid_to)


@write_atomic
def withdraw_questions(*, by: Actor, at: datetime, form: str, community: int) -> int:
    """
    Strike a form off the questions of a community; return how many nobody asks any more.

    :raises NotAllowed: without ``visits.ask``, unless the house does it by itself
    """
    if by.kind != "system":
        by.must(Permission.ASK)
    rows = Question.objects.select_for_update().filter(
        district=by.district, community_id=community, answered_at=None, withdrawn_at=None
    )
    struck = [row for row in rows.order_by("id") if form in row.forms]
    for row in struck:
        row.forms = [one for one in row.forms if one != form]
        if not row.forms:
            row.withdrawn_at = at
        row.save(update_fields=["forms", "withdrawn_at"])
    gone = sum(row.withdrawn_at is not None for row in struck)
    if struck:
        event = QuestionsWithdrawn(at=at, community_id=community, form=form, withdrawn=gone)
        record(event, by=by, rows=struck)
    return gone


@write_atomic
def answer_questions(*, by: Actor, at: datetime, person: int, attributes: Collection[str]) -> int:
    """
    Close what stands open about facts that somebody has said meanwhile; return how many.

    For the system alone, after a fact was changed or confirmed. Twice does nothing more.

    :raises NoSuchThing: if there is no such person
    :raises NotAllowed: for anybody else
    """
    if by.kind != "system":
        raise NotAllowed
    closed = close_answered(by, at, {(person, name) for name in attributes})
    if closed:
        event = QuestionsAnswered(at=at, person_id=person, answered=len(closed))
        record(event, by=by, rows=closed)
    return len(closed)


def close_answered(
    by: Actor, at: datetime, told: Collection[tuple[int, str]], visit: Visit | None = None
) -> list[Question]:
    """Close the open questions about facts that are known now; belongs inside an act."""
    rows = Question.objects.select_for_update().filter(
        district=by.district,
        person__in={person for person, _ in told},
        answered_at=None,
        withdrawn_at=None,
    )
    asked = [row for row in rows.order_by("id") if (row.person_id, row.attribute) in told]
    held = people_queries.values_held(by, [(row.person_id, row.attribute) for row in asked])
    closed = [row for row in asked if held[row.person_id, row.attribute] is not None]
    for row in closed:
        row.answered_at, row.visit = at, visit
        row.save(update_fields=["answered_at", "visit"])
    return closed

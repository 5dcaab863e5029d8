"""Asking for what the facts cannot answer: on a basis, once, and no longer than it is wanted."""

from collections.abc import Collection, Sequence
from datetime import datetime

from linli.basics import Actor, NotAllowed
from linli.catalogue import queries as catalogue
from linli.fabric.writing import write_atomic
from linli.journal.actions import record
from linli.people import queries as people_queries
from linli.rulebook.domain import local_date
from linli.visits import domain
from linli.visits.domain import Asked, Permission
from linli.visits.events import QuestionsAnswered, QuestionsAsked, QuestionsWithdrawn
from linli.visits.models import Question, Visit

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
    grounds = _Grounds(by, at)
    touched: dict[tuple[int, str], tuple[list[Question], int, int]] = {}
    for one in asked:
        fact = people_queries.fact(one.attribute)
        if REPORTED not in fact.purposes:
            raise domain.NotToBeAsked(attribute=fact.name["en"])
        community = people_queries.person_for(by, one.person).community_id
        if community is None:
            raise domain.NothingAsksThis
        origin, line = grounds.of(one, community)
        row, fresh = _joined(
            by, one, community=community, ground=(origin, line), age=fact.greatest_age_days, at=at
        )
        if row is not None:
            rows, first, more = touched.get((community, one.form), ([], 0, 0))
            touched[community, one.form] = ([*rows, row], first + fresh, more + (not fresh))
    for (community, form), (rows, new, joined) in touched.items():
        event = QuestionsAsked(at=at, community_id=community, form=form, asked=new, joined=joined)
        # One row may serve several sayings of one form; it is bound once.
        record(event, by=by, rows=list({row.pk: row for row in rows}.values()))
    return sum(new for _, new, _ in touched.values())


class _Grounds:
    """On what questions stand: lines and mandates, each looked up once."""

    def __init__(self, by: Actor, at: datetime) -> None:
        self.by, self.at, self.kept = by, at, dict[tuple[str, int | None, int], tuple[str, str]]()

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
        duties = catalogue.duty_list(community, local_date(self.at), district=self.by.district)
        duty = duties.get(one.duty_line)
        if duty is None or not duty.open:
            raise domain.NothingAsksThis
        return "resident", one.duty_line


def _joined(
    by: Actor,
    one: Asked,
    *,
    community: int,
    ground: tuple[str, str],
    age: int | None,
    at: datetime,
) -> tuple[Question | None, bool]:
    """Return the question that stands for what is asked and whether it is new; None if it is known."""
    origin, line = ground
    rows = Question.objects.select_for_update().filter(
        district=by.district, person=one.person, attribute=one.attribute
    )
    open_row = rows.filter(answered_at=None, withdrawn_at=None).first()
    if open_row is None:
        last = rows.exclude(answered_at=None).order_by("-answered_at").first()
        answered_on = local_date(last.answered_at) if last and last.answered_at else None
        if domain.answered_lately(answered_on, age, on=local_date(at)):
            return None, False
        made = Question.objects.create(
            district=by.district,
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
        return made, True
    open_row.forms = sorted({*open_row.forms, one.form})
    open_row.as_of = min(filter(None, (open_row.as_of, one.as_of)), default=None)
    if _carries_on(one, line, open_row, at):
        # What lasts longer carries the question on; a line of the list does not lapse at all.
        open_row.origin, open_row.mandate_id, open_row.duty_line = origin, one.mandate, line
    open_row.save(update_fields=["forms", "origin", "mandate", "duty_line", "as_of"])
    return open_row, False


def _carries_on(one: Asked, line: str, row: Question, at: datetime) -> bool:
    """Return whether a question stands on what is said now rather than on what it stood on."""
    if row.mandate is not None:
        return _outlasts(one.mandate, row, at)
    if one.mandate is None and line == row.duty_line:
        return False
    listed = catalogue.duty_list(row.community_id, local_date(at), district=row.district)
    duty = listed.get(row.duty_line)
    return duty is None or not duty.open


def _outlasts(mandate: int | None, row: Question, at: datetime) -> bool:
    """Return whether a ground holds longer than the mandate a question stands on."""
    if mandate is None or row.mandate is None:
        return mandate is None
    if mandate == row.mandate_id:
        return False
    ended = row.mandate.revoked_at is not None and row.mandate.revoked_at <= at
    found = catalogue.mandates(at, district=row.district).filter(pk=mandate).first()
    return found is not None and (ended or found.valid_to > row.mandate.valid_to)


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

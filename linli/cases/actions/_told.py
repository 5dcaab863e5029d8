"""What a resident answered is written to their card, so that nobody asks them again (decision 21)."""

from dataclasses import replace
from datetime import date, datetime

from linli.basics import Refused
from linli.cases.events import AnswersKept
from linli.cases.models import Case, Report
from linli.catalogue import queries as catalogue
from linli.journal.actions import record, system
from linli.people import actions as people
from linli.people import queries as people_queries
from linli.people.domain import Fact, Permission, Value, check_guardian, check_phone, check_value
from linli.rulebook.domain import Kind, local_date

PHONE = "phone"
# Who somebody is, is compared by a person who sees a paper; an answer never changes it.
IDENTITY = frozenset({"name", "id_number", "birth_on"})


def keep_told(*, by_office: int, case: Case, at: datetime) -> None:
    """
    Write each answer that is a fact to the card of whom the case is about; note it in the case.

    What was learned since it was said stays, and so does what would not fit: those are named in the
    line as left for a person to look at.
    """
    told = _told(case)
    person = case.subject
    if not told or person is None or person.ended_on is not None:
        return
    house = replace(system(case.district), permissions=frozenset({str(Permission.KEEP_FACTS)}))
    kept, left = [], []
    for attribute, said in sorted(told.items()):
        fact = people_queries.dictionary().get(attribute)
        if fact is None:
            continue
        held = people_queries.current_value(person, attribute)
        value = _read(fact, said, guardian=person.guardian_id, on=local_date(at))
        if value is not None and value == held:
            continue
        if value is None or not _may_replace(case, attribute, held):
            left.append(attribute)
            continue
        people.record_fact(
            by=house,
            at=at,
            person=person.pk,
            attribute=attribute,
            value=value,
            valid_from=local_date(case.opened_at),
        )
        kept.append(attribute)
    if kept or left:
        noted = AnswersKept(
            at=at, case_id=case.pk, party_id=by_office, kept=tuple(kept), left=tuple(left)
        )
        record(noted, by=house)


def _told(case: Case) -> dict[str, object]:
    """Return fact → what was said of it: the answers, and the telephone of who reported it."""
    if case.subject_id is None:
        return {}
    fields = [one for one in catalogue.definition(case.version_id).fields if one.fact]
    told = {one.fact: case.answers[one.code] for one in fields if one.code in case.answers}
    if PHONE not in told and any(one.fact == PHONE for one in fields):
        own = Report.objects.filter(case=case, first=True, person=case.subject_id, behalf_words="")
        report = own.exclude(phone=None).first()
        if report is not None and report.phone is not None:
            told[PHONE] = report.phone.open()
    return told


def _read(fact: Fact, said: object, *, guardian: int | None, on: date) -> Value | None:
    """Return the answer in the type of its fact; None where it is none."""
    try:
        if fact.attribute == PHONE:
            return check_phone(str(said))
        if fact.held in {"sealed", "place"}:
            return None
        if fact.type and fact.type.kind is Kind.DATE:
            said = date.fromisoformat(str(said))
        value = check_value(fact, said)
        if fact.attribute == "birth_on" and isinstance(value, date):
            check_guardian(value, guardian, on)
    except (Refused, ValueError):
        return None
    return value


def _may_replace(case: Case, attribute: str, held: Value | None) -> bool:
    """Whether what is held is nothing, or older than what was said and no matter of identity."""
    person = case.subject
    past = people_queries.past_values(person.pk, attribute) if person else []
    if not past and held is None:
        return True
    known_since = past[-1].known_to if past else person.registered_at if person else case.opened_at
    return attribute not in IDENTITY and known_since <= case.opened_at

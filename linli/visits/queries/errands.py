"""Doors of admitted work, and what a visit went into: what the gate books minutes by."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet, Sum

from linli.basics import Actor
from linli.visits.domain import Permission, Reason
from linli.visits.models import Errand, Question, Visit

_CHUNK = 500


def errands_at(
    household: int | None, person: int | None, at: datetime, *, district: int
) -> QuerySet[Errand]:
    """Return the open errands at one door whose mandate holds, the first to end first."""
    rows = open_errands(district, None, at).filter(household=household, person=person)
    return rows.select_related("mandate").order_by("mandate__valid_to", "id")


def open_errands(
    district: int, communities: Collection[int] | None, at: datetime
) -> QuerySet[Errand]:
    """
    Return the errands that are still to be done; what a mandate no longer carries is left out.

    None was written before its mandate held, so that its beginning need not be asked for.
    """
    rows = Errand.objects.filter(
        Q(mandate__revoked_at=None) | Q(mandate__revoked_at__gt=at),
        district=district,
        visit=None,
        withdrawn_at=None,
        mandate__valid_to__gt=at,
    )
    return rows if communities is None else rows.filter(community_id__in=communities)


def errands_of(form: str, community: int, *, district: int) -> QuerySet[Errand]:
    """Return the doors a form sends workers to in a community."""
    rows = Errand.objects.filter(district=district, form=form, community_id=community)
    return rows.select_related("visit").order_by("id")


def standing_questions(
    form: str, community: int, pairs: Collection[tuple[int, str]], *, district: int
) -> list[Question]:
    """Return the open questions that a form asks about persons and facts."""
    people = sorted({person for person, _ in pairs})
    found: list[Question] = []
    for begin in range(0, len(people), _CHUNK):
        rows = Question.objects.filter(
            district=district,
            community_id=community,
            person__in=people[begin : begin + _CHUNK],
            answered_at=None,
            withdrawn_at=None,
        )
        found += [
            row
            for row in rows.order_by("id")
            if form in row.forms and (row.person_id, row.attribute) in pairs
        ]
    return found


@dataclass(frozen=True, slots=True)
class Spent:
    """
    One visit and what it went into: errands, answered questions with how many forms wanted each,
    and how many other reasons there were. ``mandate`` carries it where nobody was home.
    """

    id: int
    community: int | None
    outcome: str
    minutes: int
    visited_on: date
    entered_at: datetime
    mandate: int | None
    errands: Sequence[int]
    questions: Sequence[tuple[int, int]]
    others: int


def spent_on(visits: Collection[int], *, district: int) -> list[Spent]:
    """Return what visits went into, in the order in which they were entered."""
    rows = Visit.objects.filter(district=district, pk__in=visits).order_by("id")
    found = []
    for row in rows.prefetch_related("errands", "answers"):
        ours = {Reason.ADMITTED, Reason.QUESTION}
        others = len(set(row.reasons) - {str(one) for one in ours})
        answers = [(one.pk, len(one.forms)) for one in row.answers.all()]
        errands = [one.pk for one in row.errands.all()]
        found.append(
            Spent(
                id=row.pk,
                community=row.community_id,
                outcome=row.outcome,
                minutes=row.minutes,
                visited_on=row.visited_on,
                entered_at=row.entered_at,
                mandate=row.mandate_id,
                errands=errands,
                questions=answers,
                others=others if row.reasons else 1,
            )
        )
    return found


def forms_met(visit: int) -> list[str]:
    """Return the numbers of admitted work whose errands a visit carried out."""
    return list(Errand.objects.filter(visit=visit).values_list("form", flat=True))


def visits_under(mandate: int, community: int, *, district: int) -> list[int]:
    """Return the visits a community made under a mandate, met or not."""
    rows = Visit.objects.filter(district=district, community_id=community, mandate=mandate)
    return list(rows.order_by("id").values_list("id", flat=True))


def minutes_on_cards(begins: date, ends: date, *, by: int, district: int) -> int:
    """
    Return the minutes at doors that visit cards say, from a day up to another.

    :param by: only whole lots of so many are added up, in the order in which they came in: whoever
        reads it again after one more visit does not learn that one's minutes
    """
    rows = Visit.objects.filter(district=district, visited_on__gte=begins, visited_on__lt=ends)
    last = rows.count() // by * by
    if not last:
        return 0
    newest = rows.order_by("id").values_list("id", flat=True)[last - 1]
    total: int = rows.filter(pk__lte=newest).aggregate(total=Sum("minutes", default=0))["total"]
    return total


def may_see_visits(by: Actor, community: int) -> bool:
    """Return whether an actor may open the visits of a community."""
    return Permission.VISIT in by.permissions and community in by.communities

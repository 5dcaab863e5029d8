"""What forms still want to know. A mandate that lapsed asks nothing any more."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime, time

from django.db.models import Count, Q, QuerySet

from linli.catalogue import queries as catalogue
from linli.rulebook.domain import SHANGHAI, local_date
from linli.visits.domain import OpenQuestion
from linli.visits.models import Question


def open_rows(
    district: int, communities: Collection[int], on: date | datetime
) -> QuerySet[Question]:
    """
    Return the open questions of some communities; left out are those of a mandate that lapsed, and
    those on a line that the community's list no longer leaves open.

    A day's list holds what is asked from any hour of that day on.
    """
    exact = isinstance(on, datetime)
    at = on if isinstance(on, datetime) else datetime.combine(on, time(12), SHANGHAI)
    begun = at if exact else datetime.combine(on, time.max, SHANGHAI)
    holds = Q(mandate__valid_from__lte=begun, mandate__valid_to__gt=at) & (
        Q(mandate__revoked_at=None) | Q(mandate__revoked_at__gt=at)
    )
    return Question.objects.filter(
        _listed(communities, local_date(at), district=district) | holds,
        district=district,
        community_id__in=communities,
        answered_at=None,
        withdrawn_at=None,
    ).order_by("person", "asked_at", "id")


def _listed(communities: Collection[int], on: date, *, district: int) -> Q:
    """Return the condition of standing on a line that the community's list leaves open on a day."""
    alike: defaultdict[frozenset[str], list[int]] = defaultdict(list)
    for community in communities:
        duties = catalogue.duty_list(community, on, district=district)
        alike[frozenset(code for code, duty in duties.items() if duty.open)].append(community)
    found = Q(pk__in=[])
    for codes, places in alike.items():
        found |= Q(mandate=None, community_id__in=places, duty_line__in=sorted(codes))
    return found


def forms_asked_since(district: int, at: datetime) -> bool:
    """Return whether a form asked something on a line of the duty list since a moment."""
    asked = Question.objects.filter(district=district, mandate=None, asked_at__gte=at)
    return asked.exists()


def answered_since(district: int, since: datetime) -> dict[int, int]:
    """Return community → how many questions of forms were answered since a moment."""
    rows = Question.objects.filter(district=district, mandate=None, answered_at__gte=since)
    return dict(rows.order_by().values_list("community_id").annotate(Count("id")))


def open_questions(community: int, *, district: int, at: datetime) -> list[OpenQuestion]:
    """Return what is asked of a community's people now: one list, over all forms."""
    return [
        OpenQuestion(
            id=row.pk,
            person=row.person_id,
            attribute=row.attribute,
            forms=tuple(row.forms),
            community=row.community_id,
            asked_at=row.asked_at,
        )
        for row in open_rows(district, [community], at)
    ]

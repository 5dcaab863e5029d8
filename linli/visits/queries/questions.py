"""What forms still want to know. A mandate that lapsed asks nothing any more."""

from collections.abc import Collection
from datetime import date, datetime, time

from django.db.models import Q, QuerySet

from linli.rulebook.domain import SHANGHAI
from linli.visits.domain import OpenQuestion
from linli.visits.models import Question


def open_rows(
    district: int, communities: Collection[int], on: date | datetime
) -> QuerySet[Question]:
    """Return the open questions of some communities, those of a lapsed mandate left out."""
    at = on if isinstance(on, datetime) else datetime.combine(on, time(12), SHANGHAI)
    holds = Q(mandate__valid_from__lte=at, mandate__valid_to__gt=at) & (
        Q(mandate__revoked_at=None) | Q(mandate__revoked_at__gt=at)
    )
    return Question.objects.filter(
        Q(mandate=None) | holds,
        district=district,
        community_id__in=communities,
        answered_at=None,
        withdrawn_at=None,
    ).order_by("person", "asked_at", "id")


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

"""A copy of everything held of one person, taken at the window for whoever was granted it."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from linli.people import actions as people_actions
from linli.people import queries as people
from linli.visits import queries as visits

from .asking import by_whom

PURPOSE = "registry"


@require_POST
@login_required
def copy(request: HttpRequest, request_id: int) -> HttpResponse:
    """Give the copy as a file, and let the person see who took it (个人信息保护法 45)."""
    by, at = by_whom(request), timezone.now()
    person = people.granted_copy(by, request_id)
    people_actions.note_read(by=by, person=person.pk, purpose=PURPOSE, at=at)
    held = visits.copy_of(by, person, at=at)
    response = JsonResponse(held, json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = 'attachment; filename="linli-data.json"'
    response["Cache-Control"] = "private, no-store"
    return response

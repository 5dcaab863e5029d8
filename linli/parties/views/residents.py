"""A resident who lost the password, at the window."""

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.basics import Refused
from linli.fabric import asked
from linli.fabric.edge import said_on_page
from linli.parties import actions
from linli.parties.domain import IDENTITY_PAPERS, LOST_REASONS
from linli.people import queries as people
from linli.people.domain import Permission as People


@never_cache
@require_http_methods(["GET", "POST"])
def resident(request: HttpRequest, person: int) -> HttpResponse:
    """Say what they showed, and read the new first password, which stands on this one page."""
    stranger = asked.door(request)
    if stranger is not None and request.method == "GET":
        return stranger
    by = asked.staff_of(request)
    by.must(People.REGISTER_PEOPLE)
    given, trouble, status = None, "", 200
    if request.method == "POST":
        try:
            given = actions.readmit_resident(
                by=by,
                at=timezone.now(),
                person=person,
                reason=asked.text(request.POST, "reason"),
                shown=asked.text(request.POST, "shown"),
            )
        except Refused as refusal:
            trouble, status = said_on_page(refusal), refusal.status
    context = {
        "person": people.masked_card(by, person),
        "reasons": [(code, gettext(words)) for code, words in LOST_REASONS.items()],
        "papers": [(code, gettext(words)) for code, words in IDENTITY_PAPERS.items()],
        "typed": request.POST or QueryDict(),
        "given": given,
        "trouble": trouble,
    }
    return render(request, "parties/resident.html", context, status=status)

"""享有的待遇: what one person has by a decision, opened by right, and ended with a reason."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from linli.basics import Actor, NotAllowed, Refused, gettext_noop
from linli.cases import actions
from linli.cases import queries as cases
from linli.cases.domain import AWARD_ENDS, Permission
from linli.fabric import asked
from linli.fabric.edge import said_on_page
from linli.people import actions as people_actions
from linli.people import queries as people
from linli.people.domain import Permission as People

from .asking import by_whom

PURPOSE = "social_aid"
ENDED = gettext_noop("Ended. It stays on the record, with the reason.")


def _may(by: Actor) -> None:
    """:raises NotAllowed: unless the hat opens records, or ends what was given"""
    if not {People.OPEN_CARDS, Permission.END_AWARDS} & by.permissions:
        raise NotAllowed


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def awards(request: HttpRequest, person: int) -> HttpResponse:
    """Show one person masked; sent as an act, what they have, and the person sees who looked."""
    by = by_whom(request)
    _may(by)
    if request.method == "POST":
        _note_read(by, person)
    return _page(request, by, person, opened=request.method == "POST")


def _note_read(by: Actor, person: int) -> None:
    """:raises NoSuchThing: if there is no such person, or not for this actor"""
    people.person_for(by, person)
    people_actions.note_read(by=by, person=person, purpose=PURPOSE, at=timezone.now())


@require_POST
def end(request: HttpRequest, person: int, award: int) -> HttpResponse:
    """End what somebody has, from a day on."""
    by, sent = by_whom(request), request.POST
    by.must(Permission.END_AWARDS)
    try:
        actions.end_award(
            by=by,
            person=person,
            award=award,
            reason=asked.text(sent, "reason"),
            on=asked.day(sent, "on"),
            at=timezone.now(),
        )
    except Refused as refusal:
        trouble = said_on_page(refusal)
        _note_read(by, person)  # what they have stands on the page again
        return _page(request, by, person, opened=True, trouble=trouble, status=refusal.status)
    return HttpResponseRedirect(reverse("desk:awards", args=[person]) + "?did=ended")


def _page(
    request: HttpRequest,
    by: Actor,
    person: int,
    *,
    opened: bool,
    trouble: str = "",
    status: int = 200,
) -> HttpResponse:
    today = timezone.localdate()
    context = {
        "person": people.masked_card(by, person),
        "awards": cases.awards_of(by, person, today) if opened else [],
        "opened": opened,
        "may_end": Permission.END_AWARDS in by.permissions,
        "may_find": People.FIND_PEOPLE in by.permissions,
        "ends": [(code, gettext(words)) for code, words in AWARD_ENDS.items()],
        "end_words": {code: gettext(words) for code, words in AWARD_ENDS.items()},
        "did": gettext(ENDED) if request.GET.get("did") == "ended" else "",
        "trouble": trouble,
        "typed": request.POST if trouble else QueryDict(),
        "today": today.isoformat(),
    }
    return render(request, "desk/awards.html", context, status=status)

"""Somebody new is put on the register at the window."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from linli.basics import NoSuchThing, NotAllowed, Refused
from linli.fabric import asked
from linli.fabric.edge import sentence
from linli.people import actions, forms, queries
from linli.people.domain import Permission
from linli.rulebook.domain import local_date

from .register import refused, show_person


@never_cache
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Choose the door, then say who lives there; the birth date and sex come from the number."""
    stranger = asked.door(request)
    if stranger is not None and request.method == "GET":
        return stranger
    by, now, sent = asked.staff_of(request), timezone.now(), request.POST or request.GET
    by.must(Permission.REGISTER_PEOPLE)
    trouble, status = "", 200
    if request.method == "POST":
        try:
            made = forms.Newcomer.read(request.POST).act(by, at=now)
        except (NoSuchThing, NotAllowed):
            raise
        except Refused as refusal:
            trouble, status = sentence(refusal), refusal.status
        else:
            return HttpResponseRedirect(reverse("people:person", args=[made]) + "?did=new")
    community, house, home = (asked.number(sent, one) for one in ("community", "house", "home"))
    context = {
        "page": queries.arrival(
            by, community=community, house=house, home=home, on=local_date(now)
        ),
        "community": str(community or ""),
        "house": str(house or ""),
        "home": str(home or ""),
        "sexes": next(box.options for box in queries.fact_boxes() if box.attribute == "sex"),
        "typed": request.POST or QueryDict(),
        "trouble": trouble,
    }
    return render(request, "people/new.html", context, status=status)


@never_cache
@require_POST
def admit(request: HttpRequest, person: int) -> HttpResponse:
    """Let them sign in; the first password stands on this one page and nowhere else."""
    by, login = asked.staff_of(request), asked.text(request.POST, "username")
    try:
        given = actions.admit_person(by=by, at=timezone.now(), person=person, username=login)
    except Refused as refusal:
        return refused(request, person, refusal, form="admit")
    return show_person(request, person, given=given)

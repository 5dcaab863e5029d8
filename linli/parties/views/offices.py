"""Offices, the posts in them and their week, at the workbench. Each form is one POST, one action."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.basics import Actor, NoSuchThing, NotAllowed, Refused, gettext_noop
from linli.fabric import asked
from linli.fabric.edge import said_on_page, sentence
from linli.identity.domain import Permission as Identity
from linli.parties import actions, forms, queries
from linli.parties.domain import FirstPassword, Permission
from linli.parties.queries import screens

Act = Callable[[Actor, int, QueryDict, datetime], object]


def _appoint(by: Actor, party: int, sent: QueryDict, at: datetime) -> object:
    """Appoint one who signs in already, or never does; or one whose sign-in is added here."""
    if not asked.text(sent, "add"):
        return actions.make_appointment(by=by, at=at, row=forms.appointment(sent, party))
    row, login = forms.newcomer(sent, party)
    return actions.seat_newcomer(by=by, at=at, row=row, username=login)


ACTS: dict[str, Act] = {
    "appoint": _appoint,
    "end": lambda by, party, sent, at: actions.end_appointment(
        by=by, at=at, appointment_id=_seat(sent, party), on=asked.day(sent, "on")
    ),
    "backup": lambda by, party, sent, at: actions.set_backup(
        by=by,
        at=at,
        appointment_id=_seat(sent, party),
        backup_id=asked.number(sent, "backup"),
    ),
    "link": lambda by, party, sent, at: actions.link_seat(
        by=by, at=at, appointment_id=_seat(sent, party), person=forms.person(sent, by)
    ),
    "unlink": lambda by, party, sent, at: actions.unlink_seat(
        by=by, at=at, appointment_id=_seat(sent, party)
    ),
    "leave": lambda by, party, sent, at: actions.take_leave(
        by=by,
        at=at,
        appointment_id=_seat(sent, party),
        from_on=asked.day(sent, "from_on"),
        to_on=asked.day(sent, "to_on"),
    ),
    "factor": lambda by, party, sent, at: actions.reset_second_factor(
        by=by, at=at, appointment_id=_seat(sent, party)
    ),
    "password": lambda by, party, sent, at: actions.renew_password(
        by=by, at=at, appointment_id=_seat(sent, party)
    ),
    "shift": lambda by, party, sent, at: actions.set_roster(
        by=by, at=at, party_id=party, shifts=[forms.shift(sent)]
    ),
    "hours": lambda by, party, sent, at: actions.set_hours(
        by=by,
        at=at,
        party_id=party,
        from_on=asked.day(sent, "from_on"),
        week=forms.week(sent),
    ),
    "closed": lambda by, party, sent, at: actions.close_days(
        by=by,
        at=at,
        party_id=party,
        from_on=asked.day(sent, "from_on"),
        to_on=asked.day(sent, "to_on"),
    ),
    "reopen": lambda by, party, sent, at: actions.reopen_days(  # noqa: ARG005
        by=by, at=at, closing_id=asked.needed(sent, "closing")
    ),
    "close": lambda by, party, sent, at: actions.close_party(
        by=by, at=at, party_id=party, on=asked.day(sent, "on")
    ),
    "rename": lambda by, party, sent, at: actions.change_party(
        by=by, at=at, party_id=party, name=forms.names(sent)
    ),
    "phone": lambda by, party, sent, at: actions.change_party(
        by=by, at=at, party_id=party, phone=asked.text(sent, "phone")
    ),
}
DONE = {
    "found": gettext_noop("The unit stands. Appoint whoever sits there."),
    "close": gettext_noop("The unit is closed. What comes in goes to the one above."),
    "rename": gettext_noop("The name is changed."),
    "appoint": gettext_noop("Appointed."),
    "end": gettext_noop("The appointment has a last day; the open work is covered."),
    "backup": gettext_noop("Whoever stands in is set."),
    "link": gettext_noop("Linked. Their own and near relatives' matters are kept from them now."),
    "unlink": gettext_noop("The link is taken away."),
    "leave": gettext_noop("The leave is entered; the open work is covered."),
    "factor": gettext_noop("Signed out; the next sign-in sets up a new second factor."),
    "shift": gettext_noop("The shift is entered."),
    "hours": gettext_noop("The opening hours are set."),
    "closed": gettext_noop("Closed on these days."),
    "reopen": gettext_noop("The closing is taken back."),
    "phone": gettext_noop("The telephone is changed."),
}


def _seat(sent: QueryDict, party: int) -> int:
    """:raises NoSuchThing: unless the seat is one of this office"""
    found = queries.appointment(asked.needed(sent, "seat"))
    if found.party_id != party:
        raise NoSuchThing
    return found.pk


@require_safe
def offices(request: HttpRequest) -> HttpResponse:
    """List the offices of a place."""
    return asked.door(request) or _list(request, request.GET)


@require_POST
def found(request: HttpRequest) -> HttpResponse:
    """Found a unit at a place; a refusal is said in the form, with what was typed."""
    by, now = asked.staff_of(request), timezone.now()
    by.must(Permission.FOUND)
    try:
        row = forms.unit(request.POST, by, queries.law_day(now))
        made = actions.found_party(by=by, at=now, row=row)
    except Refused as refusal:
        return _list(request, request.POST, status=refusal.status, trouble=said_on_page(refusal))
    return HttpResponseRedirect(reverse("parties:office", args=[made.pk]) + "?did=found")


def _list(
    request: HttpRequest, sent: QueryDict, *, status: int = 200, trouble: str = ""
) -> HttpResponse:
    by, today = asked.staff_of(request), queries.law_day(timezone.now())
    page = screens.offices_at(by, asked.number(sent, "place"), on=today)
    context = {"page": page, "typed": request.POST or QueryDict(), "trouble": trouble}
    return render(request, "parties/offices.html", context, status=status)


@never_cache
@require_safe
def office(request: HttpRequest, party: int) -> HttpResponse:
    """Show one office."""
    return asked.door(request) or _page(request, party)


@never_cache
@require_POST
def act(request: HttpRequest, party: int, act: str) -> HttpResponse:
    """Do one act at an office; a refusal is said on the page, with what was typed."""
    by = asked.staff_of(request)
    queries.party(party)
    if act not in ACTS:
        raise NoSuchThing
    try:
        done = ACTS[act](by, party, request.POST, timezone.now())
    except Refused as refusal:
        return _page(
            request, party, status=refusal.status, failed=act, trouble=said_on_page(refusal)
        )
    if isinstance(done, FirstPassword):  # it stands on this one page and nowhere else
        return _page(request, party, given=done, typed=QueryDict())
    return HttpResponseRedirect(reverse("parties:office", args=[party]) + f"?did={act}")


def _page(request: HttpRequest, party: int, *, status: int = 200, **more: Any) -> HttpResponse:
    by, today = asked.staff_of(request), queries.law_day(timezone.now())
    page = screens.office_page(by, party, on=today, week_of=_week_of(request, today))
    did = DONE.get(request.GET.get("did", ""), "")
    now = [seat for seat in page.seats if not seat.ahead]
    context = {
        "page": page,
        "seats": [(seat.id, seat.name) for seat in now],
        "linked": [(seat.id, seat.name) for seat in page.seats if seat.linked],
        "free": [
            (seat.id, seat.name)
            for seat in page.seats
            if not seat.linked and seat.id != by.appointment
        ],
        "own_seat": by.appointment if by.appointment in {seat.id for seat in now} else None,
        "may_reset": Identity.ADD_USERS in by.permissions and not page.ended,
        "roles": screens.role_choices(),
        "posts": screens.post_choices(by.district),
        "did": gettext(did) if did else "",
        "today": today.isoformat(),
        "before": (page.monday - timedelta(days=7)).isoformat(),
        "after": (page.monday + timedelta(days=7)).isoformat(),
        "typed": request.POST or QueryDict(),
        "failed": "",
        "trouble": "",
        "given": None,
        **more,
    }
    return render(request, "parties/office.html", context, status=status)


def _week_of(request: HttpRequest, today: date) -> date:
    try:
        found = date.fromisoformat(request.GET.get("week", ""))
    except ValueError:
        return today
    return found if abs(found - today) < timedelta(days=3650) else today


@never_cache
@require_http_methods(["GET", "POST"])
def posts(request: HttpRequest) -> HttpResponse:
    """Show the frameworks of posts and set up another, such as "7+1"."""
    stranger = asked.door(request)
    if stranger is not None and request.method == "GET":
        return stranger
    by, trouble, status = asked.staff_of(request), "", 200
    if request.method == "POST":
        try:
            code, name, core, flexible = forms.framework(request.POST)
            actions.set_framework(
                by=by, at=timezone.now(), code=code, name=name, core=core, flexible=flexible
            )
        except NotAllowed:
            raise
        except Refused as refusal:
            trouble, status = sentence(refusal), refusal.status
        else:
            return HttpResponseRedirect(reverse("parties:posts"))
    context = {
        "frameworks": screens.frameworks(by),
        "may": Permission.APPOINT in by.permissions,
        "typed": request.POST or QueryDict(),
        "trouble": trouble,
    }
    return render(request, "parties/posts.html", context, status=status)

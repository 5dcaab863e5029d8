"""Forms at the workbench: what is due, what answers itself, and what stands behind each number."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.basics import Actor, Invalid, NoSuchThing, NotAllowed, Refused, gettext_noop
from linli.fabric.asked import door, is_id, staff_of
from linli.fabric.asked import number as number_of
from linli.fabric.edge import said_on_page, sentence
from linli.rulebook.domain import local_date

from . import actions, forms, queries
from .domain import NO_LINE, Cell, CodeTaken, ExactNeedsDuty, Permission, figure

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DONE = {
    "sent": gettext_noop("Sent. The numbers and their moment are fixed."),
    "back": gettext_noop("Sent back, with its citation."),
    "taken": gettext_noop("Taken in. The places fill it in when the period is over."),
    "ended": gettext_noop("This form is asked for no longer."),
}
PERIODS = (
    ("week", gettext_noop("every week")),
    ("month", gettext_noop("every month")),
    ("quarter", gettext_noop("every quarter")),
    ("half_year", gettext_noop("every half year")),
    ("year", gettext_noop("every year")),
)
_FIELDS: Mapping[type[Refused], str] = {
    CodeTaken: "code",
    ExactNeedsDuty: "exact",
    NoSuchThing: "duty",
}
LEVELS = (
    ("community", gettext_noop("each community")),
    ("street", gettext_noop("each street, with a line for each community")),
)


@never_cache
@require_safe
def week(request: HttpRequest) -> HttpResponse:
    """Show what is due this week, and what was sent."""
    return door(request) or _week(request)


def _week(request: HttpRequest, *, trouble: str = "", status: int = 200) -> HttpResponse:
    by = staff_of(request)
    if Permission.FILL not in by.permissions:
        queries.forms_asked(by)
        return HttpResponseRedirect(reverse("reports:forms"))
    context = {
        "week": queries.week(by, at=timezone.now()),
        "sent": queries.own_editions(by, "sent"),
        "back": queries.own_editions(by, "back"),
        "came": queries.came_from(by),
        "today": timezone.localdate(),
        "may_ask": Permission.ASK in by.permissions,
        "trouble": trouble,
        "did": _did(request),
    }
    return render(request, "reports/week.html", context, status=status)


@never_cache
@require_safe
def edition(request: HttpRequest, edition: int) -> HttpResponse:
    """Show one form with its numbers in their places."""
    return door(request) or _page(request, edition)


@require_POST
def send(request: HttpRequest, edition: int) -> HttpResponse:
    """Send it, in one act."""
    return _done(request, edition, actions.send_edition, "sent")


@require_POST
def send_all(request: HttpRequest) -> HttpResponse:
    """Send those of the week that were shown as answering themselves, in one act: all or none."""
    by = staff_of(request)
    shown = [int(one) for one in request.POST.getlist("edition") if is_id(one)]
    try:
        sent = actions.send_editions(by=by, editions=shown, at=timezone.now())
    except Refused as refusal:
        return _week(request, trouble=said_on_page(refusal), status=refusal.status)
    return HttpResponseRedirect(reverse("reports:week") + ("?did=sent" if sent else ""))


@require_POST
def send_back(request: HttpRequest, edition: int) -> HttpResponse:
    """Send it back unfilled, in one act, with what that rests on."""
    return _done(request, edition, actions.send_back_edition, "back")


def _done(request: HttpRequest, edition: int, act: Callable[..., object], did: str) -> HttpResponse:
    try:
        act(by=staff_of(request), edition=edition, at=timezone.now())
    except Refused as refusal:
        return _page(request, edition, trouble=said_on_page(refusal), status=refusal.status)
    return _to("reports:edition", edition, did)


@never_cache
@require_safe
def file(request: HttpRequest, edition: int) -> HttpResponse:
    """Give back the office's own Excel file, filled in."""
    by = staff_of(request)
    found = queries.edition_for(by, edition)
    sent = queries.sendable(found, at=timezone.now())
    answer = HttpResponse(queries.filled(found.form, sent), content_type=XLSX)
    name = quote(f"{found.form.name} {found.place.name['zh-Hans']} {found.as_of}.xlsx")
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return answer


@never_cache
@require_safe
def behind(request: HttpRequest, edition: int, number: int) -> HttpResponse:
    """Show what a number means and who stands behind it, masked."""
    stranger = door(request)
    if stranger is not None:
        return stranger
    by, at = staff_of(request), timezone.now()
    found = queries.edition_for(by, edition)
    after = number_of(request.GET, "after") or 0
    who = queries.behind(by, found, number, at=at, after=after)
    field = queries.fields_of(found.form)[number]
    assert isinstance(field.found, Cell)  # noqa: S101  # behind has seen to it
    near = queries.nearest(by.district, field.found, on=found.as_of)
    said = queries.meaning(field.found, near)
    context = {
        "edition": found,
        "field": field,
        "counted": queries.counted_words(said, field),
        "figure": figure,
        "heading": field.heading(found.form.name),
        "meaning": said,
        "who": who,
        "number": number,
        "first": after == 0,
        "known_at": found.known_at or at,
    }
    return render(request, "reports/behind.html", context)


@never_cache
@require_safe
def forms_asked(request: HttpRequest) -> HttpResponse:
    """Show the forms an office asks for."""
    stranger = door(request)
    if stranger is not None:
        return stranger
    by = staff_of(request)
    context = {
        "forms": list(queries.forms_asked(by).select_related("asked_by")),
        "sent": queries.sent_editions(by) if Permission.ASK in by.permissions else [],
        "most": queries.LISTED,
        "periods": {code: gettext(words) for code, words in PERIODS},
        "may_ask": Permission.ASK in by.permissions,
        "may_fill": Permission.FILL in by.permissions,
        "did": _did(request),
    }
    return render(request, "reports/forms.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def take_in(request: HttpRequest) -> HttpResponse:
    """Read an office's Excel form, show what was understood, and take it in when confirmed."""
    stranger = door(request)
    if stranger is not None and request.method == "GET":
        return stranger
    by = staff_of(request)
    by.must(Permission.ASK)
    asked, found, trouble, status = forms.Asked(), None, None, 200
    if request.method == "POST":
        try:
            asked = forms.Asked.read(request.POST, request.FILES)
            if request.POST.get("do") == "take":
                return _taken(by, asked)
            found = _understood(by, asked)
        except NotAllowed:
            raise
        except Refused as refusal:
            trouble, status = _trouble(refusal), refusal.status
    context = {
        "asked": asked,
        "found": found,
        "trouble": trouble,
        "periods": [(code, gettext(words)) for code, words in PERIODS],
        "levels": [(code, gettext(words)) for code, words in LEVELS],
    }
    return render(request, "reports/take_in.html", context, status=status)


def _trouble(refusal: Refused) -> dict[str, str]:
    """Return what to say, and at which field."""
    if isinstance(refusal, Invalid):
        return {"field": refusal.field, "words": gettext(refusal.reason)}
    return {"field": _FIELDS.get(type(refusal), "workbook"), "words": sentence(refusal)}


def _taken(by: Actor, asked: forms.Asked) -> HttpResponse:
    period, days = asked.check()
    taken = actions.import_form(
        by=by,
        code=asked.code,
        name=asked.name,
        level=asked.level,
        period=period,
        due_days=days,
        workbook=asked.workbook,
        duty=asked.duty,
        exact=asked.exact,
        at=timezone.now(),
    )
    return _to("reports:form", taken.pk, "taken")


def _understood(by: Actor, asked: forms.Asked) -> dict[str, Any]:
    period, _ = asked.check()
    on = local_date(timezone.now())
    fields = queries.fields_asked(by.district, asked.workbook, on=on, period=period)
    return queries.understood(by.district, fields, form=asked.name, on=on)


@never_cache
@require_safe
def form(request: HttpRequest, form: int) -> HttpResponse:
    """Show one form asked for: what each place means, and what came back from where."""
    stranger = door(request)
    if stranger is not None:
        return stranger
    by = staff_of(request)
    found = queries.form_for(by, form)
    fields = queries.fields_of(found)
    context = {
        "form": found,
        "basis_words": queries.basis_words,
        "found": queries.understood(by.district, fields, form=found.name, on=timezone.localdate()),
        "came": queries.came_back(found),
        "periods": {code: gettext(words) for code, words in PERIODS},
        "levels": {code: gettext(words) for code, words in LEVELS},
        "did": _did(request),
    }
    return render(request, "reports/form.html", context)


@require_POST
def end(request: HttpRequest, form: int) -> HttpResponse:
    """Ask for a form no longer."""
    actions.end_form(by=staff_of(request), form=form, at=timezone.now())
    return HttpResponseRedirect(reverse("reports:forms") + "?did=ended")


def _did(request: HttpRequest) -> str:
    did = DONE.get(request.GET.get("did", ""), "")
    return gettext(did) if did else ""


def _to(name: str, pk: int, did: str) -> HttpResponse:
    return HttpResponseRedirect(reverse(name, args=[pk]) + f"?did={did}")


def _page(
    request: HttpRequest, edition: int, *, trouble: str = "", status: int = 200
) -> HttpResponse:
    by, at = staff_of(request), timezone.now()
    found = queries.edition_for(by, edition)
    fills, open_ = Permission.FILL in by.permissions, found.state == "open"
    why = queries.unowed_editions([found], on=local_date(at)).get(found.pk) if open_ else None
    basis = found.basis or (why.basis if why is not None else "")
    answers = queries.shown(found, at=at) if found.state != "back" else []
    corrected = queries.corrections(found, at=at) if found.state == "sent" and fills else []
    context = {
        "edition": found,
        "form": found.form,
        "sheets": queries.drawn(bytes(found.form.workbook), answers, by=by) if answers else [],
        "remarks": queries.remarks(answers, form=found.form.name, exactly=fills),
        "corrections": corrected,
        "figure": figure,
        "known_at": found.known_at or at,
        "over": found.as_of < timezone.localdate(),
        "may_send": fills and open_,
        "unowed": queries.unowed_words(found, why) if why is not None else "",
        "basis": queries.basis_words(basis),
        "quoted": basis == NO_LINE,
        "exact": queries.is_exact(found, on=local_date(at)),
        "late": open_ and why is None and found.due_on < timezone.localdate(),
        "answered": sum(one.number is not None and not one.unknown for one in answers),
        "asked": len(answers),
        "trouble": trouble,
        "did": _did(request),
    }
    return render(request, "reports/edition.html", context, status=status)

"""Open311 GeoReport v2, in JSON and XML: the catalogue's reports and what became of them."""

from typing import Any

from django.conf import settings
from django.forms import Form
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from linli.basics import NoSuchThing, Refused
from linli.cases import actions, queries
from linli.cases.domain import Permission
from linli.cases.queries import PublicCase
from linli.catalogue import queries as catalogue
from linli.catalogue.domain import Errand, FieldDefinition, ItemDefinition
from linli.fabric.asked import actor_of
from linli.fabric.edge import sentence
from linli.fabric.limits import address_of, check_tries, count_try
from linli.parties import queries as parties
from linli.places import queries as places
from linli.rulebook.domain import local_date

from . import forms
from .domain.markup import in_xml

TRIES, WINDOW_MINUTES = 20, 60
SERVICES, REQUESTS, ERRORS = "services", "service_requests", "errors"


@require_safe
def services(request: HttpRequest, kind: str) -> HttpResponse:  # noqa: ARG001
    """List what may be reported."""
    return _answer(kind, SERVICES, [_service(item) for item in _reports()])


@require_safe
def definition(request: HttpRequest, kind: str, code: str) -> HttpResponse:  # noqa: ARG001
    """Say what one service asks."""
    try:
        item = _report(code)
    except Refused as refusal:
        return _errors(kind, 404, [sentence(refusal)])
    attributes = [
        _attribute(field, order=order) for order, field in enumerate(item.fields, start=1)
    ]
    found = {"service_code": item.code, "attributes": attributes}
    return _answer(kind, "service_definition", found)


@csrf_exempt
@require_http_methods(["GET", "POST"])
def requests(request: HttpRequest, kind: str) -> HttpResponse:
    """List public facts of cases, or open one."""
    return _open(request, kind) if request.method == "POST" else _list(request, kind)


@require_safe
def one_request(request: HttpRequest, kind: str, number: str) -> HttpResponse:  # noqa: ARG001
    """Show the public facts of one case."""
    try:
        found = queries.public_case(settings.DISTRICT, number)
    except Refused as refusal:
        return _errors(kind, 404, [sentence(refusal)])
    return _answer(kind, REQUESTS, [_shown(found)])


@require_safe
def token(request: HttpRequest, kind: str, number: str) -> HttpResponse:  # noqa: ARG001
    """Return the number a token stands for; here a number is given at once, and is its own token."""
    try:
        number = queries.public_case(settings.DISTRICT, number).number
    except Refused as refusal:
        return _errors(kind, 404, [sentence(refusal)])
    return _answer(kind, REQUESTS, [{"token": number, "service_request_id": number}])


def _open(request: HttpRequest, kind: str) -> HttpResponse:
    form = forms.NewRequest(request.POST)
    if not form.is_valid():
        return _errors(kind, 400, _complaints(form))
    who = address_of(request)
    # With a token one does what its holder may. A cookie says nothing here: a browser would send it
    # for any other site too.
    by = actor_of(request) if "Authorization" in request.headers else parties.anonymous()
    at = timezone.now()
    try:
        if by.kind == "staff":
            by.must(Permission.ACCEPT)
        else:
            check_tries("open311", who, most=TRIES, minutes=WINDOW_MINUTES)
        asked = _report(form.cleaned_data["service_code"]).fields
        receipt = actions.open_case(by=by, said=form.said(settings.DISTRICT, asked), at=at)
    except Refused as refusal:
        return _errors(kind, refusal.status, [sentence(refusal)])
    if by.kind != "staff":
        count_try("open311", who, minutes=WINDOW_MINUTES)
    made = {
        "service_request_id": receipt.case.number,
        "service_notice": gettext("Keep the code %(code)s; it opens the words of your report.")
        % {"code": receipt.code},
    }
    return _answer(kind, REQUESTS, [made], status=201)


def _list(request: HttpRequest, kind: str) -> HttpResponse:
    form = forms.Asked(request.GET)
    if not form.is_valid():
        return _errors(kind, 400, _complaints(form))
    numbers = [n for n in form.cleaned_data["service_request_id"].split(",") if n][:50]
    try:
        found = [queries.public_case(settings.DISTRICT, number) for number in numbers]
    except Refused as refusal:
        return _errors(kind, 404, [sentence(refusal)])
    if not numbers:
        found = queries.public_cases(settings.DISTRICT, **form.values())
    return _answer(kind, REQUESTS, [_shown(case) for case in found])


def _reports() -> list[ItemDefinition]:
    """Return what may be reported here: whatever comes in by this door anybody may look up."""
    offers = [one.definition for one in catalogue.items(local_date(timezone.now()))]
    return [one for one in offers if one.errand == Errand.REPORT and not one.sensitive]


def _report(code: str) -> ItemDefinition:
    """:raises NoSuchThing: if it is none of these"""
    for one in _reports():
        if one.code == code:
            return one
    raise NoSuchThing


def _service(item: ItemDefinition) -> dict[str, Any]:
    return {
        "service_code": item.code,
        "service_name": _words(item.name),
        "description": _words(item.summary),
        "metadata": bool(item.fields),
        "type": "realtime",
        "keywords": ",".join(item.words),
        "group": item.level,
    }


def _attribute(field: FieldDefinition, *, order: int) -> dict[str, Any]:
    choices = [(code, _words(words)) for code, words in field.choices.items()]
    if field.schema.get("type") == "boolean":
        choices = [("yes", gettext("Yes")), ("no", gettext("No"))]
    number = "number" if field.schema.get("type") == "integer" else "string"
    return {
        "variable": True,
        "code": field.code,
        "datatype": "singlevaluelist" if choices else number,
        "required": field.required,
        "order": order,
        "description": _words(field.label),
        "datatype_description": _words(field.why),
        "values": [{"key": key, "name": name} for key, name in choices],
    }


def _shown(case: PublicCase) -> dict[str, Any]:
    item = catalogue.definition(case.version)
    where = places.tree(settings.DISTRICT)
    return {
        "service_request_id": case.number,
        "status": "open" if case.open else "closed",
        "service_code": case.item,
        "service_name": _words(item.name),
        "agency_responsible": parties.party_words(parties.party(case.owner)),
        "requested_datetime": case.opened_at.isoformat(),
        "expected_datetime": case.due_at.isoformat() if case.due_at else None,
        "updated_datetime": (case.ended_at or case.opened_at).isoformat(),
        "address": where.path_words(case.community, get_language() or "")
        if case.community
        else None,
    }


def _words(text: Any) -> str:  # text of the data, or nothing
    tag = "en" if (get_language() or "").startswith("en") else "zh-Hans"
    return str(text.get(tag) or text.get("zh-Hans") or "")


def _complaints(form: Form) -> list[str]:
    return [f"{field}: {words}" for field, found in form.errors.items() for words in found]


def _errors(kind: str, status: int, complaints: list[str]) -> HttpResponse:
    rows = [{"code": status, "description": words} for words in complaints]
    return _answer(kind, ERRORS, rows, status=status)


def _answer(kind: str, name: str, found: Any, *, status: int = 200) -> HttpResponse:
    """Return an answer in the kind the address ends with; in XML under a root of that name."""
    if kind == "json":
        return JsonResponse(found, safe=False, status=status)
    return HttpResponse(in_xml(name, found), status=status, content_type="text/xml; charset=utf-8")

"""Open311 GeoReport v2: the catalogue's reports and what became of them, without words or names."""

from typing import Any

from django.conf import settings
from django.forms import Form
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from linli.basics import NoSuchThing, Refused
from linli.cases import actions, queries
from linli.cases.domain import Permission
from linli.cases.queries import PublicCase
from linli.catalogue import queries as catalogue
from linli.catalogue.domain import Errand, ItemDefinition
from linli.fabric.asked import actor_of
from linli.fabric.edge import sentence
from linli.fabric.limits import address_of, check_tries, count_try
from linli.parties import queries as parties
from linli.places import queries as places
from linli.rulebook.domain import local_date

from . import forms

TRIES, WINDOW_MINUTES = 20, 60


@require_GET
def services(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """List what may be reported."""
    return JsonResponse([_service(item) for item in _reports()], safe=False)


@require_GET
def definition(request: HttpRequest, code: str) -> HttpResponse:  # noqa: ARG001
    """Say what one service asks."""
    item = next((one for one in _reports() if one.code == code), None)
    if item is None:
        return _errors(404, [gettext(NoSuchThing.message)])
    attributes = [
        {
            "variable": True,
            "code": field.code,
            "datatype": "singlevaluelist" if field.choices else "string",
            "required": field.required,
            "order": order,
            "description": _words(field.label),
            "datatype_description": _words(field.why),
            "values": [
                {"key": code, "name": _words(words)} for code, words in field.choices.items()
            ],
        }
        for order, field in enumerate(item.fields, start=1)
    ]
    return JsonResponse({"service_code": item.code, "attributes": attributes})


@csrf_exempt
@require_http_methods(["GET", "POST"])
def requests(request: HttpRequest) -> HttpResponse:
    """List public facts of cases, or open one."""
    return _open(request) if request.method == "POST" else _list(request)


@require_GET
def one_request(request: HttpRequest, number: str) -> HttpResponse:  # noqa: ARG001
    """Show the public facts of one case."""
    try:
        found = queries.public_case(settings.DISTRICT, number)
    except Refused as refusal:
        return _errors(404, [sentence(refusal)])
    return JsonResponse([_shown(found)], safe=False)


@require_GET
def token(request: HttpRequest, number: str) -> HttpResponse:
    """Return the number a token stands for; here a number is given at once, and is its own token."""
    answer = one_request(request, number)
    if answer.status_code != 200:
        return answer
    return JsonResponse([{"token": number, "service_request_id": number}], safe=False)


def _open(request: HttpRequest) -> HttpResponse:
    form = forms.NewRequest(request.POST)
    if not form.is_valid():
        return _errors(400, _complaints(form))
    who = address_of(request)
    by = actor_of(request)
    try:
        if by.kind == "staff":  # with a token one does what the token's holder may
            by.must(Permission.ACCEPT)
        check_tries("open311", who, most=TRIES, minutes=WINDOW_MINUTES)
        receipt = actions.open_case(
            by=by,
            said=form.said(settings.DISTRICT),
            at=timezone.now(),
        )
    except Refused as refusal:
        return _errors(refusal.status, [sentence(refusal)])
    count_try("open311", who, minutes=WINDOW_MINUTES)
    made = {
        "service_request_id": receipt.case.number,
        "service_notice": gettext("Keep the code %(code)s; it opens the words of your report.")
        % {"code": receipt.code},
    }
    return JsonResponse([made], safe=False, status=201)


def _list(request: HttpRequest) -> HttpResponse:
    form = forms.Asked(request.GET)
    if not form.is_valid():
        return _errors(400, _complaints(form))
    numbers = [n for n in form.cleaned_data["service_request_id"].split(",") if n][:50]
    try:
        found = [queries.public_case(settings.DISTRICT, number) for number in numbers]
    except Refused as refusal:
        return _errors(404, [sentence(refusal)])
    if not numbers:
        found = queries.public_cases(settings.DISTRICT, **form.values())
    return JsonResponse([_shown(case) for case in found], safe=False)


def _reports() -> list[ItemDefinition]:
    offers = catalogue.items(local_date(timezone.now()))
    return [one.definition for one in offers if one.definition.errand == Errand.REPORT]


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


def _errors(status: int, complaints: list[str]) -> HttpResponse:
    rows = [{"code": status, "description": words} for words in complaints]
    return JsonResponse(rows, safe=False, status=status)

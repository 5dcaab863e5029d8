"""The edge of the house: refusals become answers, and every answer carries the content policy."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext

from linli.basics import Invalid, Refused, gettext_noop

from . import versions

Answer = Callable[[HttpRequest], HttpResponse]
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data: blob:; script-src 'self'; "
    "connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; manifest-src 'self'"
)


NOT_KEPT = gettext_noop("The text holds a sign that cannot be kept. Type it again by hand.")


def can_be_kept(text: str) -> bool:
    """Whether a table can hold the text: no NUL (PostgreSQL refuses it), no half of a sign."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\x00" not in text and "\\u0000" not in text


def sentence(refusal: Refused) -> str:
    """Return what the refusal says to the person who asked, in their language."""
    values = {name: _worded(value) for name, value in vars(refusal).items()}
    return gettext(refusal.message) % values


def _worded(value: object) -> object:
    if isinstance(value, Refused):  # a refusal that gives another as its reason
        return sentence(value)
    return gettext(value) if isinstance(value, str) and value else value


def problem(refusal: Refused) -> dict[str, object]:
    """Return the refusal as RFC 9457 problem details."""
    details: dict[str, object] = {
        "type": f"/problems/{type(refusal).__name__}",
        "title": HTTPStatus(refusal.status).phrase,
        "status": refusal.status,
        "detail": sentence(refusal),
    }
    if isinstance(refusal, Invalid):
        details["errors"] = [{"field": refusal.field, "detail": gettext(refusal.reason)}]
    return details


def wants_json(request: HttpRequest) -> bool:
    """Whether the answer goes to a machine."""
    return request.path.startswith(("/api/", "/open311/"))


class ContentPolicy:
    """Put the content policy on every answer, and let one request ask for versions only once."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = versions.remember_for_this_request()
        try:
            response = self.get_response(request)
        finally:
            versions.forget(token)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault(
            "Permissions-Policy", "geolocation=(), camera=(), microphone=()"
        )
        return response


class RefusalsToHttp:
    """Turn a refusal that no form took into a plain page, or problem details for a machine."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return _refused(request, Invalid(field="address", reason=NOT_KEPT))
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, trouble: Exception) -> HttpResponse | None:
        return _refused(request, trouble) if isinstance(trouble, Refused) else None


def _refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    if wants_json(request):
        return JsonResponse(
            problem(refusal), status=refusal.status, content_type="application/problem+json"
        )
    context = {"status": refusal.status, "sentence": sentence(refusal)}
    return render(request, "fabric/error.html", context, status=refusal.status)

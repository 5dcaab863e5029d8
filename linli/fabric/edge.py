"""The edge of the house: refusals become answers, and every answer carries the content policy."""

from collections.abc import Callable
from datetime import date
from http import HTTPStatus

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext

from linli.basics import Invalid, Refused, gettext_noop

from . import versions
from .jinja import day

Answer = Callable[[HttpRequest], HttpResponse]
TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data: blob:; script-src 'self'; "
    "connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; manifest-src 'self'"
)


NOT_KEPT = gettext_noop("The text holds a sign that cannot be kept. Type it again by hand.")


class TooLarge(Refused):
    """More than one request may hold."""

    status = 413
    message = gettext_noop("This is too much for one request. Send it in smaller parts.")


class NotThisWay(Refused):
    """The address is there, but takes something else."""

    status = 405
    message = gettext_noop("This page cannot be opened by its address alone.")


class OtherMethod(Refused):
    """The same, said to a machine."""

    status = 405
    message = gettext_noop("This address takes only: %(methods)s.")

    def __init__(self, *, methods: str) -> None:
        super().__init__(methods)
        self.methods = methods


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


def said_on_page(refusal: Refused) -> str:
    """
    Return what a refusal says, for the page it came from.

    :raises Refused: the same, where the reader may not see that page either
    """
    if refusal.status in (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND):
        raise refusal
    return sentence(refusal)


def _worded(value: object) -> object:
    if isinstance(value, Refused):  # a refusal that gives another as its reason
        return sentence(value)
    if isinstance(value, date):
        return day(value, whole=True)
    return gettext(value) if isinstance(value, str) and value else value


def problem(refusal: Refused) -> dict[str, object]:
    """Return the refusal as RFC 9457 problem details."""
    details: dict[str, object] = {
        "type": f"/problems/{type(refusal).__name__}",
        **_details(refusal.status, sentence(refusal)),
    }
    if isinstance(refusal, Invalid):
        details["errors"] = [{"field": refusal.field, "detail": gettext(refusal.reason)}]
    return details


def machine_error(status: int, words: str) -> HttpResponse:
    """Return what the house itself says went wrong, as problem details without a type of its own."""
    return _in_problem({"type": "about:blank", **_details(status, words)})


def _details(status: int, words: str) -> dict[str, object]:
    return {"title": HTTPStatus(status).phrase, "status": status, "detail": words}


def _in_problem(details: dict[str, object]) -> HttpResponse:
    return JsonResponse(details, status=details["status"], content_type="application/problem+json")


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
            return refused(request, Invalid(field="address", reason=NOT_KEPT))
        response = self._head(request) or self.get_response(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
            return response
        machine, methods = wants_json(request), response.headers.get("Allow", "")
        said = refused(request, OtherMethod(methods=methods) if machine else NotThisWay())
        response.content, response["Content-Type"] = said.content, said["Content-Type"]
        return response

    def _head(self, request: HttpRequest) -> HttpResponse | None:
        """Answer a HEAD at the machine's door as a GET, of which the server keeps the body back."""
        if request.method != "HEAD" or not wants_json(request):
            return None
        request.method = "GET"
        response = self.get_response(request)
        request.method = "HEAD"
        return response

    def process_exception(self, request: HttpRequest, trouble: Exception) -> HttpResponse | None:
        if isinstance(trouble, TOO_LARGE):
            trouble = TooLarge()
        return refused(request, trouble) if isinstance(trouble, Refused) else None


def refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    if wants_json(request):
        return _in_problem(problem(refusal))
    context = {"status": refusal.status, "sentence": sentence(refusal)}
    return render(request, "fabric/error.html", context, status=refusal.status)

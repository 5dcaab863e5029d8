"""The machine door: every storey's router under one version, refusals as RFC 9457 problem details."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from linli.basics import NoSuchThing, Refused
from linli.cases.api import router as cases
from linli.catalogue.api import router as catalogue
from linli.fabric.edge import problem


def holder(request: HttpRequest) -> Any:
    """Return who holds the token; the edge has read it. Nobody is let in without one."""
    actor = request.actor  # type: ignore[attr-defined]
    return actor if actor.kind == "staff" else None


api = NinjaAPI(
    title="Linli",
    version="1",
    description="One district's services, cases and figures. Every act is the one the screens do.",
    docs_url=None,
    openapi_url="/openapi.json",
    auth=holder,
)
api.add_router("", cases)
api.add_router("", catalogue, auth=None)


def _answer(request: HttpRequest, details: dict[str, Any]) -> HttpResponse:
    response = api.create_response(request, details, status=details["status"])
    response["Content-Type"] = "application/problem+json"
    return response


@api.exception_handler(Refused)
def refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """A rule said no."""
    return _answer(request, problem(refusal))


@api.exception_handler(Http404)
def missing(request: HttpRequest, trouble: Http404) -> HttpResponse:  # noqa: ARG001
    """No such address."""
    return _answer(request, problem(NoSuchThing()))


@api.exception_handler(ValidationError)
def unreadable(request: HttpRequest, trouble: ValidationError) -> HttpResponse:
    """The body or the query does not have the shape that is asked for."""
    errors = [
        {"field": ".".join(str(part) for part in error["loc"][1:]), "detail": error["msg"]}
        for error in trouble.errors
    ]
    return _answer(
        request,
        {
            "type": "/problems/Invalid",
            "title": "Unprocessable Content",
            "status": 422,
            "errors": errors,
        },
    )


@api.exception_handler(AuthenticationError)
def unknown(request: HttpRequest, trouble: AuthenticationError) -> HttpResponse:  # noqa: ARG001
    """No token, or none that holds."""
    return _answer(
        request,
        {
            "type": "/problems/NoToken",
            "title": "Unauthorized",
            "status": 401,
            "detail": "Send a bearer token; an operator can give you one.",
        },
    )


@api.exception_handler(HttpError)
def broken(request: HttpRequest, trouble: HttpError) -> HttpResponse:
    """The body is no JSON, or the like."""
    return _answer(
        request,
        {
            "type": "about:blank",
            "title": "Bad Request",
            "status": trouble.status_code,
            "detail": str(trouble),
        },
    )

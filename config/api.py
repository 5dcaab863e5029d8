"""The machine door: every storey's router under one version, refusals as RFC 9457 problem details."""

import json
import re
from math import isfinite
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.parser import Parser
from ninja.renderers import BaseRenderer

from linli.basics import Invalid, NoSuchThing, Refused
from linli.cases.api import router as cases
from linli.catalogue.api import router as catalogue
from linli.fabric.edge import NOT_KEPT, can_be_kept, problem
from linli.fabric.wire import in_json
from linli.ledger.api import router as ledger
from linli.reports.api import router as reports

ESCAPED = re.compile(rb"\\u(0000|d[89a-f])", re.IGNORECASE)


def holder(request: HttpRequest) -> Any:
    """
    Return who holds the token; the edge has read it. Nobody is let in without one.

    A signed-in browser may read, but not write: it would send its cookie for any other site too.
    """
    actor = request.actor  # type: ignore[attr-defined]
    by_token = "Authorization" in request.headers
    return actor if actor.kind == "staff" and (by_token or request.method == "GET") else None


def _no_number(sign: str) -> float:
    raise ValueError(sign)


def _finite(digits: str) -> float:
    value = float(digits)
    return value if isfinite(value) else _no_number(digits)


class StrictJson(Parser):
    """Reads JSON; what a table cannot hold or a reader cannot read is refused at the door."""

    def parse_body(self, request: HttpRequest) -> Any:
        """:raises Invalid: for text with NUL or half a sign; NaN and endless numbers are no JSON"""
        body = json.loads(request.body, parse_constant=_no_number, parse_float=_finite)
        if ESCAPED.search(request.body) and not can_be_kept(json.dumps(body, ensure_ascii=False)):
            raise Invalid(field="body", reason=NOT_KEPT)
        return body


class Json(BaseRenderer):
    """Writes JSON as ``in_json`` does."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:  # noqa: ARG002
        return in_json(data)


api = NinjaAPI(
    title="Linli",
    version="1",
    description="One district's services, cases and figures. Every act is the one the screens do.",
    docs_url=None,
    openapi_url="/openapi.json",
    auth=holder,
    parser=StrictJson(),
    renderer=Json(),
)
api.add_router("", cases)
api.add_router("", ledger)
api.add_router("", reports)
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

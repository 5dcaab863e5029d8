"""The machine door: every storey's router under one version, refusals as RFC 9457 problem details."""

import json
import re
from functools import cached_property
from math import isfinite
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.parser import Parser
from ninja.renderers import BaseRenderer
from ninja.security.http import HttpAuthBase

from linli.basics import Invalid, NoSuchThing, Refused
from linli.cases.api import router as cases
from linli.cases.domain import BadNumber
from linli.catalogue.api import router as catalogue
from linli.fabric.edge import NOT_KEPT, can_be_kept, problem
from linli.fabric.wire import LONGEST_KEY, TWICE, NotJson, NoToken, OtherKind, Unreadable, in_json
from linli.ledger.api import router as ledger
from linli.people.api import router as people
from linli.reports.api import router as reports

ABOUT = """
One district's services, cases and figures. Every act is the one the screens do, by the rights of
the appointment a token belongs to; what it may not see answers as what does not exist. A list goes
on with `after`, the `next` of the page before. Moments are in UTC, texts are by language. Answers are
JSON, refusals `application/problem+json`, whatever `Accept` asks for (RFC 9110, 12.5.1).
"""
JSON = ("application/json", "")  # a body of another kind is read as long as it is JSON
PROBLEM = {
    "title": "Problem",
    "description": "A refusal (RFC 9457): what is wrong and what to do; nothing was changed.",
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "detail"],
                "properties": {"field": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}
REFUSED = {
    "description": "Refused",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "schema": {"type": "string", "maxLength": LONGEST_KEY},
    "description": "The same request under the same key is done once and answered alike for a week.",
}
ESCAPED = re.compile(rb"\\u(0000|d[89a-f])", re.IGNORECASE)


class Bearer(HttpAuthBase):
    """
    Return who holds the token; the edge has read it. Nobody is let in without one.

    A signed-in browser may read, but not write: it would send its cookie for any other site too.
    """

    openapi_scheme = "bearer"

    def __call__(self, request: HttpRequest) -> Any:
        actor = request.actor  # type: ignore[attr-defined]
        by_token = "Authorization" in request.headers
        return actor if actor.kind == "staff" and (by_token or request.method == "GET") else None


def _no_number(sign: str) -> float:
    raise ValueError(sign)


def _finite(digits: str) -> float:
    value = float(digits)
    return value if isfinite(value) else _no_number(digits)


def _once_each(members: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object as it is. Of two members of one name each reader would take another."""
    found = dict(members)
    if len(found) < len(members):
        raise Invalid(field="body", reason=TWICE)
    return found


class StrictJson(Parser):
    """Reads JSON; what a table cannot hold or a reader cannot read is refused at the door."""

    def parse_body(self, request: HttpRequest) -> Any:
        """
        Return what the body says.

        :raises Invalid: for text with NUL or half a sign, and for a name that stands twice
        :raises ValueError: for what is no JSON; NaN and endless numbers are none
        """
        body = json.loads(
            request.body,
            parse_constant=_no_number,
            parse_float=_finite,
            object_pairs_hook=_once_each,
        )
        if ESCAPED.search(request.body) and not can_be_kept(json.dumps(body, ensure_ascii=False)):
            raise Invalid(field="body", reason=NOT_KEPT)
        return body


class Json(BaseRenderer):
    """Writes JSON as ``in_json`` does."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:  # noqa: ARG002
        return in_json(data)


class Door(NinjaAPI):
    """Publishes with every operation what holds for all: how it refuses, and a POST's key."""

    def get_openapi_schema(self, **_asked: Any) -> OpenAPISchema:
        """Return what is published: made once, for there is one such door, at one address."""
        return self.published

    @cached_property
    def published(self) -> OpenAPISchema:
        schema = super().get_openapi_schema()
        schema["components"]["schemas"]["Problem"] = PROBLEM
        for operations in schema["paths"].values():
            for method, operation in operations.items():
                operation["responses"]["default"] = REFUSED
                if method == "post":
                    operation["parameters"].append(KEY)
        return schema


api = Door(
    title="Linli",
    version="1",
    description=ABOUT,
    docs_url=None,
    openapi_url="/openapi.json",
    docs_decorator=require_safe,
    auth=Bearer(),
    parser=StrictJson(),
    renderer=Json(),
)
api.add_router("", cases)
api.add_router("", people)
api.add_router("", ledger)
api.add_router("", reports)
api.add_router("", catalogue, auth=None)


def _answer(request: HttpRequest, details: dict[str, Any]) -> HttpResponse:
    response = api.create_response(request, details, status=details["status"])
    response["Content-Type"] = "application/problem+json"
    return response


@api.exception_handler(Refused)
def refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """A rule said no. A number that cannot be one is answered like one that there is not."""
    return _answer(request, problem(NoSuchThing() if isinstance(refusal, BadNumber) else refusal))


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
    named = ", ".join(sorted({error["field"] for error in errors}))
    details = problem(Unreadable(fields=named))
    return _answer(request, {**details, "errors": errors})


@api.exception_handler(AuthenticationError)
def unknown(request: HttpRequest, trouble: AuthenticationError) -> HttpResponse:  # noqa: ARG001
    """No token, or none that holds."""
    response = _answer(request, problem(NoToken()))
    response["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(HttpError)
def broken(request: HttpRequest, trouble: HttpError) -> HttpResponse:
    """The body is no JSON, or holds what cannot be kept: ``StrictJson`` says which."""
    why = trouble.__cause__
    if not isinstance(why, Refused):
        why = NotJson() if request.content_type in JSON else OtherKind()
    return _answer(request, problem(why))

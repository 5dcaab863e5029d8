"""Answers that belong to no storey: how the pages look, health, and errors."""

import re
from pathlib import Path

from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST, require_safe

from linli.basics import NotAllowed

from .edge import TOO_LARGE, TooLarge, machine_error, refused, wants_json

YEAR = 365 * 24 * 3600
SPRITE = Path(__file__).parent / "static" / "linli" / "icons.svg"
LOOKS = {"mode": ("", "elder"), "theme": ("", "light", "dark")}


@require_POST
def set_look(request: HttpRequest) -> HttpResponse:
    """Keep the chosen theme or 长者模式 in a cookie; no account is needed."""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = "/"
    response = HttpResponseRedirect(back)
    for name, allowed in LOOKS.items():
        value = request.POST.get(name)
        if value in allowed:
            response.set_cookie(f"look_{name}", value, max_age=YEAR, samesite="Lax", httponly=True)
    return response


@require_GET
def pieces(request: HttpRequest) -> HttpResponse:
    """Every part of the look on one page, for those who build pages. Routed where DEBUG is on."""
    icons = re.findall(r'<symbol id="(\w+)"', SPRITE.read_text(encoding="utf-8"))
    return render(request, "fabric/pieces.html", {"icons": icons})


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The process lives."""
    return JsonResponse({"ok": True})


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The process reaches its database."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM journal_line LIMIT 1")
            cursor.fetchone()
    except Exception:  # whatever is wrong, we are not ready
        return JsonResponse({"ok": False}, status=503)
    return JsonResponse({"ok": True})


def _error(request: HttpRequest, status: int, words: str, *, stale: bool = False) -> HttpResponse:
    if wants_json(request):
        return machine_error(status, words)
    context = {"status": status, "sentence": words, "stale": stale}
    return render(request, "fabric/error.html", context, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What could not be read; a form may be found too large before any view has it."""
    if isinstance(exception, TOO_LARGE):
        return refused(request, TooLarge())
    return _error(
        request, 400, gettext("We could not read this request. Go back and try once more.")
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    return _error(request, 403, gettext(NotAllowed.message))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    return _error(
        request, 404, gettext("This page is not here. The link may be old, or a letter is missing.")
    )


def server_error(request: HttpRequest) -> HttpResponse:
    return _error(
        request,
        500,
        gettext("Something broke on our side. What you sent was not saved; please try again."),
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    return _error(
        request,
        403,
        gettext("This page was open for too long. Go back, reload it, and send it again."),
        stale=True,
    )

"""Who acts: from a request to an ``Actor``, and what every page knows."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from linli.basics import Actor


class WhoActs:
    """Put ``request.actor`` in place; at most two queries, and none for one who is not signed in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = Actor(kind="resident", district=settings.DISTRICT)  # type: ignore[attr-defined]
        return self.get_response(request)


def page_context(request: HttpRequest) -> dict[str, Any]:
    """Return what the base templates need on every page."""
    return {
        "look": {
            "mode": request.COOKIES.get("look_mode", ""),
            "theme": request.COOKIES.get("look_theme", ""),
        }
    }

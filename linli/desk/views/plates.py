"""门栋码 on paper: a square for each stairwell, or for each door of one."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from linli.files import queries as files
from linli.places.queries.plates import plates_of

from .asking import by_whom


@never_cache
@require_safe
@login_required
def plates(request: HttpRequest, place: int) -> HttpResponse:
    """Show the plates of a place to print; whoever reads one reports with the place filled in."""
    hung = [
        (
            one.words,
            files.qr_svg(request.build_absolute_uri(reverse("portal:door", args=[one.token]))),
        )
        for one in plates_of(by_whom(request), place)
    ]
    return render(request, "desk/plates.html", {"place": place, "plates": hung})

"""
The filters of 办件 as tabs: those everybody has, and those somebody keeps.

What somebody keeps lies in their own browser, under their own name: it is a habit, not a matter of
the district. Words that were typed are not kept, for they may be a person's.
"""

from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from linli.cases.domain import Permission
from linli.desk import forms
from linli.desk.domain import VIEWS
from linli.fabric.pages import YEAR

from .asking import by_whom

MOST_KEPT = 6
LONGEST = 400  # of one kept filter, as it lies in the cookie

Options = Mapping[str, Iterable[tuple[str, str]]]


@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Keep a filter of the list, or let it go; beyond ``MOST_KEPT`` the oldest goes."""
    by_whom(request).must(Permission.SEE)
    chosen = forms.read_list(request.POST).choices()
    found = [one for one in _kept(request) if one != chosen]
    if "forget" not in request.POST:
        found.append(chosen)
    response = HttpResponseRedirect(f"{reverse('desk:cases')}?{urlencode(chosen)}")
    response.set_cookie(
        _cookie(request),
        "|".join(urlencode(one) for one in found[-MOST_KEPT:]),
        max_age=YEAR,
        samesite="Lax",
        httponly=True,
    )
    return response


def tabs(request: HttpRequest, asked: forms.ListAsked, options: Options) -> dict[str, object]:
    """
    Return the tabs over the list, and whether what is shown may be kept, or is.

    :param options: what may be chosen, by the name of the choice; a kept filter that cannot be
        chosen any more is left out
    """
    now = asked.choices()
    found = [_tab(gettext(view.words), dict(view.asks), asked) for view in VIEWS.values()]
    ours = not any(tab["here"] for tab in found)
    words = {name: dict(choices) for name, choices in options.items()}
    kept = [one for one in _kept(request) if _says(one, words)]
    found += [_tab(" · ".join(_said(one, words)), one, asked) for one in kept]
    may = ours and not asked.filter.text and _says(now, words)
    return {"views": found, "keep": now if may else {}, "is_kept": now in kept}


def _tab(words: str, asks: dict[str, str], asked: forms.ListAsked) -> dict[str, object]:
    now = {name: value for name, value in asked.link().items() if name != "limit"}
    return {
        "words": words,
        "address": f"{reverse('desk:cases')}?{urlencode(asks)}",
        "here": {"order": asked.order, **asks} == now,
    }


def _says(one: Mapping[str, str], words: Mapping[str, Mapping[str, str]]) -> bool:
    """Return whether a filter chooses something besides an order, and only what may be chosen."""
    return one.keys() != {"order"} and all(code in words[name] for name, code in one.items())


def _said(one: Mapping[str, str], words: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Return the choices of a filter in words; that the most urgent come first needs none."""
    return [words[name][code] for name, code in one.items() if (name, code) != ("order", "due")]


def _kept(request: HttpRequest) -> list[dict[str, str]]:
    pieces = request.COOKIES.get(_cookie(request), "").split("|")[-MOST_KEPT:]
    return [forms.read_list(QueryDict(one[:LONGEST])).choices() for one in pieces if one]


def _cookie(request: HttpRequest) -> str:
    return f"kept_filters_{request.user.pk}"

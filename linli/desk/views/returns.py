"""退单/裁决: what waits for the arbiter, one ruling, and the precedents."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from linli.basics import Invalid, Refused, gettext_noop
from linli.cases import actions
from linli.cases.domain import Permission
from linli.desk import forms, queries
from linli.fabric.asked import number
from linli.fabric.edge import sentence

from .asking import at_now, by_whom


@require_GET
@login_required
def returns(request: HttpRequest) -> HttpResponse:
    """List the returns that wait, the similar ones first after a ruling, and those decided."""
    by, at = by_whom(request), at_now()
    item, clause = forms.text(request.GET, "item"), forms.text(request.GET, "clause")
    waiting = queries.waiting_returns(by, at=at)
    alike = [row for row in waiting if (row.item_code, row.clause_code) == (item, clause)]
    context = {
        "waiting": [row for row in waiting if row not in alike],
        "alike": alike,
        "decided": queries.decided_returns(by, at=at),
        "arbiter": Permission.ARBITRATE in by.permissions,
        "did": request.GET.get("did", ""),
    }
    return render(request, "desk/returns.html", context)


@require_GET
@login_required
def one(request: HttpRequest, ruling: int) -> HttpResponse:
    """Show one return to be decided."""
    return _page(request, ruling)


@require_POST
def rule(request: HttpRequest, ruling: int) -> HttpResponse:
    """Decide one return; what is alike is offered next."""
    by, at = by_whom(request), at_now()
    page = queries.return_page(by, ruling, at=at)
    try:
        if request.POST.get("upheld") not in ("yes", "no"):
            raise Invalid(field="upheld", reason=gettext_noop("Choose: upheld or dismissed."))
        upheld = request.POST["upheld"] == "yes"
        to_party = number(request.POST, "to_party") if upheld else None
        if upheld and to_party is None and not page.row.last_hop:
            raise Invalid(field="to_party", reason=gettext_noop("Say which office does it."))
        actions.rule_return(
            by=by,
            ruling_id=ruling,
            upheld=upheld,
            to_party=to_party,
            reason=forms.words(request.POST),
            at=at,
        )
    except Refused as refusal:
        return _page(
            request, ruling, trouble=sentence(refusal), typed=request.POST, status=refusal.status
        )
    alike = {"item": page.row.item_code, "clause": page.row.clause_code, "did": "rule"}
    return HttpResponseRedirect(reverse("desk:returns") + "?" + urlencode(alike))


def _page(request: HttpRequest, ruling: int, *, status: int = 200, **more: Any) -> HttpResponse:
    page = queries.return_page(by_whom(request), ruling, at=at_now())
    context = {"page": page, "trouble": "", "typed": QueryDict(), **more}
    return render(request, "desk/return.html", context, status=status)

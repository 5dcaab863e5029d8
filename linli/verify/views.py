"""查验: the public check. Nobody signs in, nothing is kept, nothing is changed."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from linli.basics import Invalid
from linli.fabric.keyring import keyring
from linli.fabric.limits import address_of, check_tries, count_try
from linli.journal import queries as journal

from . import queries
from .domain import Verdict, check_file, told
from .forms import MOST_BYTES, read_package, read_root, too_large

MOST_UNPACKED = 250_000_000  # bytes a package may unpack to here
TRIES, MINUTES = 8, 10


@csrf_exempt  # not given up: the size is looked at before anything of the body is read
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Show the newest seal, look up a root from a receipt, and check a package."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if request.method == "POST" and (not length.isdecimal() or int(length) > MOST_BYTES + 10_000):
        return _answer(request, _troubles(too_large()), status=413)
    return _page(request)


@csrf_protect
def _page(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _check(request)
    typed = request.GET.get("root", "")[:200]
    try:
        root = read_root(typed, needed="root" in request.GET)
    except Invalid as refusal:
        return _answer(request, {**_troubles(refusal), "typed": typed}, status=422)
    found = journal.seal_with_root(root) if root else None
    return _answer(request, {"typed": typed, "asked": bool(root), "found": _seal(found)})


def _check(request: HttpRequest) -> HttpResponse:
    """
    Check what was sent.

    :raises TooManyTries: if one address sends package after package
    """
    who = address_of(request)
    check_tries("verify", who, most=TRIES, minutes=MINUTES)
    count_try("verify", who, minutes=MINUTES)
    try:
        sent = read_package(request)
    except Invalid as refusal:
        context = {**_troubles(refusal), "typed": request.POST.get("root", "")[:200]}
        return _answer(request, context, status=422)
    verdict = check_file(
        sent.file,
        root=sent.root,
        keys={one.public_key.hex() for one in keyring().signers},
        most_bytes=MOST_UNPACKED,
    )
    return render(request, "verify/verdict.html", _verdict(verdict, sent.name, sent.root))


def _verdict(verdict: Verdict, name: str, root: str) -> dict[str, Any]:
    return {
        "verdict": verdict,
        "name": name,
        "root": _groups(verdict.root),
        "compared": bool(root) and verdict.statement is None,
        "told": told(verdict.statement) if verdict.statement is not None else None,
        "words": [queries.words_of(fault) for fault in verdict.faults],
        "more": verdict.fault_count - len(verdict.faults),
    }


def _answer(request: HttpRequest, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    whole = {"troubles": [], "typed": "", "asked": False, "found": None, **context}
    whole["newest"] = _seal(journal.last_seal())
    return render(request, "verify/page.html", whole, status=status)


def _seal(seal: Any) -> dict[str, Any] | None:
    if seal is None:
        return None
    at: datetime = seal.sealed_at
    return {"number": seal.number, "root": _groups(bytes(seal.root).hex()), "at": at}


def _groups(root: str) -> str:
    """Return a root as receipts print it: 8 groups of 8."""
    return " ".join(root[start : start + 8] for start in range(0, len(root), 8))


def _troubles(refusal: Invalid) -> dict[str, Any]:
    return {"troubles": [{"field": refusal.field, "words": gettext(refusal.reason)}]}

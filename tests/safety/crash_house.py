"""
The district of the crash test, as processes of their own: ``build``, ``nest`` and ``judge``.

Run as ``python -m tests.safety.crash_house …`` with LINLI_HOME and LINLI_DATABASE_URL set.
"""

import json
import os
import runpy
import signal
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import NoReturn

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402
from django.urls import get_resolver  # noqa: E402
from django.utils import timezone  # noqa: E402

from linli.cases.api.matters import case_out, row_out  # noqa: E402
from linli.cases.models import Case, Docket, Step  # noqa: E402
from linli.fabric.wire import in_json  # noqa: E402
from linli.journal import actions as journal  # noqa: E402
from linli.journal.models import Line, Pending, Seal  # noqa: E402
from linli.journal.queries import Tally  # noqa: E402
from linli.parties import actions as parties  # noqa: E402
from linli.verify import queries as verify  # noqa: E402
from tests.world import HOUSE_ITSELF, STAIR, build_world  # noqa: E402

SMALL_BATCH = 50
TURNS_AT_MOST = 2_000


def build() -> dict:
    """Make keys and the district; return eight tokens of one window and the place to use."""
    call_command("make_keys", stdout=sys.stderr)
    world = build_world()
    now, actor = timezone.now(), world.at("station")
    tokens = [
        parties.give_token(
            by=HOUSE_ITSELF,
            at=now,
            appointment_id=actor.appointment,
            expires_at=now + timedelta(days=1),
        )
        for _ in range(8)
    ]
    return {"tokens": tokens, "place": world.place(STAIR), "party": actor.party}


def nest() -> None:
    """
    Start processes that have read the house already: a kill meets them at work, not at reading.

    For each line read, such as ``web 8000``, one is forked, in a group of its own; its number is
    the answer.
    """
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # whoever asked sees that it is gone
    get_resolver().url_patterns  # noqa: B018  # reads every view
    for line in sys.stdin:
        name, *words = line.split()
        connections.close_all()
        number = os.fork()
        if number == 0:
            hatch(name, words)
        os.setpgid(number, number)
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()


def hatch(name: str, words: list[str]) -> NoReturn:
    """Do what the process of this name does, and never come back."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nothing, stream)
    try:
        if name == "seal":
            seal()
        module = {"web": "granian", "linli": "config.command"}[name]
        sys.argv = [module, *words]
        runpy.run_module(module, run_name="__main__")
    finally:
        os._exit(1)


def seal() -> None:
    """Seal without a pause, in small batches, until somebody ends this process."""
    by = journal.system(settings.DISTRICT)
    while True:
        if journal.seal_lines(by=by, at=timezone.now(), most=SMALL_BATCH) is None:
            time.sleep(0.02)


def judge(told: dict, district: dict) -> dict:
    """Compare what the clients were told with what is there; return the differences and counts."""
    by = journal.system(settings.DISTRICT)
    pending_before = Pending.objects.count()
    later = timezone.now() + timedelta(days=2)
    for _ in range(TURNS_AT_MOST):
        if not journal.run_reactions(by=by, at=later):
            break
    while journal.seal_lines(by=by, at=timezone.now()) is not None:
        pass
    wrong = []
    for number, answers in told.items():
        wrong += [f"{number}: {fault}" for fault in differences(number, answers, district)]
    return {
        "wrong": wrong,
        "faults": [f"{fault.where}: {fault.what}" for fault in verify.verify_all(Tally())],
        "pending": Pending.objects.count(),
        "pending_before": pending_before,
        "cases": Case.objects.count(),
        "lines": Line.objects.count(),
        "seals": Seal.objects.count(),
        "unsealed": Line.objects.filter(batch=None).count(),
    }


def differences(number: str, answers: dict, district: dict) -> list[str]:
    """Return where a case is not what the last answers about it said."""
    case = Case.objects.filter(number=number).select_related("owner").first()
    if case is None:
        return ["is not there"]
    found = []
    now = {**plain(row_out(case)), **plain(case_out(case))}
    last = {**answers["opened"], **answers.get("acted", {})}
    last.pop("code")
    found += [
        f"{name}: {now.get(name)!r}, told {value!r}"
        for name, value in last.items()
        if now.get(name) != value
    ]
    if "acted" not in answers:  # the first answer has no steps: they stand as they were made
        states = list(Step.objects.filter(case=case).order_by("id").values_list("code", "state"))
        wanted = [("look", "offered"), ("mend", "offered"), ("money", "offered")]
        found += [] if states == wanted else [f"steps: {states}"]
    kinds = list(
        Line.objects.filter(subject_kind="case", subject_id=case.pk)
        .order_by("id")
        .values_list("kind", flat=True)
    )
    if kinds[:1] != ["CaseOpened"] or kinds.count("CaseOpened") != 1:
        found.append(f"lines: {kinds}")
    listed = Docket.objects.filter(case=case, party_id=district["party"], number=number)
    if listed.count() != 1:
        found.append("is not on the list of its office")
    return found


def plain(answer: dict) -> dict:
    """Return an answer as it looks after its way over the wire."""
    read: dict = json.loads(in_json(answer))
    return read


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["build", where]:
            Path(where).write_text(json.dumps(build()))
        case ["nest"]:
            nest()
        case ["judge", told, district, where]:
            read = [json.loads(Path(path).read_text()) for path in (told, district)]
            Path(where).write_text(json.dumps(judge(*read), ensure_ascii=False))

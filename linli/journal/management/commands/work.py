"""``linli work``: reactions, seals and chores, one after another, until it is told to end."""

import logging
import signal
import threading
import time
from collections.abc import Callable
from datetime import datetime
from types import FrameType

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, connection
from django.utils import timezone
from django.utils.module_loading import import_string

from linli.basics import Actor
from linli.journal import actions, queries

SEAL_EVERY, CHORES_EVERY = 30.0, 10.0  # seconds
REST = 0.5  # seconds between two looks when nothing is owed

log = logging.getLogger(__name__)
Chore = Callable[[datetime], None]


class Command(BaseCommand):
    help = "Run due reactions, seal the record, and do the chores; safe to run more than once."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="do all that is due, then end")
        parser.add_argument(
            "--again",
            action="store_true",
            help="first name what was given up, and try it once more",
        )

    def handle(self, *, once: bool, again: bool, **options: object) -> None:  # noqa: ARG002
        worker = Worker(actions.system(settings.DISTRICT))
        if again:
            self._retry(worker.by)
        if once:
            worker.finish()
            return
        ended = threading.Event()

        def end(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
            ended.set()

        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, end)
        self.stdout.write("working")
        self.stdout.flush()
        while not ended.is_set():
            if not worker.turn():
                ended.wait(REST)

    def _retry(self, by: Actor) -> None:
        for letter in queries.dead_letters():
            self.stdout.write(f"line {letter.line_id}, {letter.line.kind}: {letter.complaint}")
        actions.retry_reactions(by=by, at=timezone.now())


class Worker:
    """Does whatever is due. Trouble with one thing is logged and does not hold up the rest."""

    def __init__(self, by: Actor) -> None:
        self.by = by
        self.chores: list[Chore] = [import_string(name) for name in settings.CHORES]
        self.sealed = self.tidied = time.monotonic()

    def turn(self) -> bool:
        """
        Do one round; return whether there is more to do at once.

        One batch is sealed a round, then others have their turn: the half million lines of a load
        must not hold up whoever reports something meanwhile.
        """
        busy = bool(self._try(self._react))
        now = time.monotonic()
        if self._try(queries.a_batch_waits) or now - self.sealed >= SEAL_EVERY:
            self.sealed = now
            self._try(self._seal)
        if now - self.tidied >= CHORES_EVERY:
            self.tidied = now
            self._tidy()
        return busy

    def finish(self) -> None:
        """Do the chores, then all reactions that are due, then seal every line."""
        self._tidy()
        while self._react():
            pass
        while self._seal():
            pass

    def _react(self) -> int:
        return actions.run_reactions(by=self.by, at=timezone.now())

    def _seal(self) -> bool:
        return actions.seal_lines(by=self.by, at=timezone.now()) is not None

    def _tidy(self) -> None:
        for chore in self.chores:
            self._try(lambda chore=chore: chore(timezone.now()))  # type: ignore[misc]

    def _try(self, deed: Callable[[], object]) -> object:
        try:
            return deed()
        except DatabaseError:
            log.exception("The database did not answer; we try again.")
            connection.close()
        except Exception:
            log.exception("The worker met trouble and goes on.")
        return None

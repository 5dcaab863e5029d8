"""
A walk through the whole house: any role, any public act, any form, any moment, and raw SQL between.

What must hold after every step stands in ``holding``; what can be drawn in ``drawing`` (acts) and
``posting`` (forms). What is drawn by hand besides, so that requests get somewhere, stands in ``deeds``.
"""

from collections import Counter, deque
from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from django.core.cache import cache
from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, connection, transaction
from django.db.models import Model

from linli.basics import Actor, Refused
from linli.fabric import versions
from linli.identity.models import User
from linli.journal.models import Line
from linli.parties import queries as party_queries
from linli.rulebook.domain import local_date
from tests.world import NOON, World

from . import drawing
from .deeds import Deeds
from .drawing import Hand, Nothing
from .holding import ATTACKS, EVERYTHING, Holding, Watch
from .posting import FIELDS, Browsers

GATE_FORMS = tuple(one for one in FIELDS if one.startswith("tasks/"))
OTHER_FORMS = tuple(one for one in FIELDS if not one.startswith("tasks/"))
WHOLE_EVERY = 100


class Walk(Deeds):
    """One district, one clock that only goes forward, and every role: what it does stands in ``deeds``."""

    def __init__(self, world: World, draw: Random) -> None:
        self.world, self.at = world, NOON
        self.desks = sorted(world.staff)
        self.actors: dict[str, Actor] = dict(world.staff) | {
            "resident": self._resident(),
            "nobody": Actor(kind="resident", district=1),
            "house": Actor(kind="system", district=1, hat="system"),
        }
        self.ways: Counter[str] = Counter()
        self.acts: Counter[tuple[str, str]] = Counter()
        self.stumbled: Counter[tuple[str, str]] = Counter()
        self.steps = 0
        self.trail: deque[str] = deque(maxlen=8)
        self.known: dict[type[Model], list[int]] = {}
        self.hand = Hand(draw, self.newest)
        self.browsers = Browsers(self.hand, {k: v for k, v in self.actors.items() if k != "house"})
        self.watch, self.holding = Watch(), Holding()
        self.holding.look(self.at, [], whole=True)

    @property
    def draw(self) -> Random:
        return self.hand.draw

    @draw.setter
    def draw(self, draw: Random) -> None:
        self.hand.draw = draw

    def _resident(self) -> Actor:
        user = User.objects.get(username="resident")
        return party_queries.actor_for(user, None, on=local_date(NOON))

    def newest(self, table: type[Model]) -> list[int]:
        """Return the newest ids of a table, read again once it was written to."""
        if table not in self.known:
            rows = table._default_manager.order_by("-pk").values_list("pk", flat=True)
            self.known[table] = list(rows[:8])
        return self.known[table]

    def step(self) -> None:
        """Take one step of any kind."""
        [act] = self.draw.choices([getattr(self, name) for name in WEIGHTS], list(WEIGHTS.values()))
        self.go(act)

    def go(self, act: Callable[[], None]) -> None:
        """Take this step, and look whether all still holds; if not, say what came before."""
        try:
            self._go(act)
        except Exception as trouble:
            trouble.add_note("\n".join(self.trail))
            raise

    def _go(self, act: Callable[[], None]) -> None:
        self.steps += 1
        self.ways[act.__name__] += 1
        before = self.at
        touched = self.take(act)
        whole = self.at != before or self.steps % WHOLE_EVERY == 0
        self.holding.look(self.at, touched, whole=whole)

    def take(self, act: Callable[[], None]) -> set[str]:
        """Do something and return the tables it wrote to."""
        with connection.execute_wrapper(self.watch):
            act()
        touched = self.watch.taken()
        for table in list(self.known):
            if table._meta.db_table in touched or EVERYTHING in touched:
                del self.known[table]
        return touched

    def tried(self, act: Callable[..., object], **arguments: object) -> object | None:
        """Return what an act returned, None where it was refused."""
        name = NAMES.get(act, act.__name__)
        self.trail.append(f"{self.steps}: {name} {self._told(arguments)}")
        try:
            with transaction.atomic():
                found = act(**arguments)
                self._committed()
        except Refused:
            self.acts[name, "refused"] += 1
        except AssertionError:
            raise
        except Exception as stumble:  # no form lets through what this caller passes
            self.stumbled[name, type(stumble).__name__] += 1
            self.acts[name, "stumbled"] += 1
        else:
            self.acts[name, "done"] += 1
            return found
        if self.watch.touched:  # what was undone may have been read into what is kept
            versions.forget_everything()
        return None

    def _committed(self) -> None:
        """
        Look at foreign keys as a commit would; the walk itself never commits.

        :raises IntegrityError: if a row points nowhere
        """
        written = self.watch.touched
        if written:
            tables = None if EVERYTHING in written else sorted(written)
            connection.check_constraints(table_names=tables)

    def _told(self, arguments: Mapping[str, object]) -> str:
        by = arguments.get("by")
        who = next((k for k, one in self.actors.items() if one == by), "a colleague")
        rest = {name: value for name, value in arguments.items() if name not in ("by", "at")}
        return f"by {who}: {str(rest)[:300]}"

    # Any act of any storey, any form of any address, and past them all

    def any_act(self) -> None:
        """Draw an act from all front doors, its arguments, and who does it."""
        self.one_act(self.draw.choice(DRAWN))

    def one_act(self, name: str) -> None:
        """Draw who does an act, and its arguments, and try it."""
        by = self.by()
        if name == drawing.KEY_OF_THE_GATE and "catalogue.grant_mandate" in by.permissions:
            return
        try:
            arguments = self.hand.arguments(name, self.at)
        except (Nothing, Refused, ObjectDoesNotExist, ValueError):
            self.acts[name, "nothing yet"] += 1
            return
        self.tried(drawing.acts()[name], by=by, **arguments)

    def any_form(self) -> None:
        """Send a form to any address, as anybody."""
        self._post(self.draw.choice(OTHER_FORMS), self.draw.choice(list(self.browsers.actors)))

    def gate_form(self) -> None:
        """Send a form to the gate, mostly as somebody who has business there."""
        desks = ("housing", "civil", "street", "district", "committee", "head")
        role = self.draw.choice((*desks, self.draw.choice(list(self.browsers.actors))))
        self._post(self.draw.choice(GATE_FORMS), role)

    def _post(self, route: str, role: str) -> None:
        self.trail.append(f"{self.steps}: POST {route} as {role}")
        try:
            answer = self.browsers.post(role, route, self.at)
            self._committed()
        except Nothing:
            self.acts[route, "nothing yet"] += 1
            return
        self.acts[route, str(answer.status_code)] += 1
        if answer.status_code >= 400 and self.watch.touched:
            versions.forget_everything()

    def attack(self) -> None:
        """Write past the actions: what would change anything is refused, or touches no row."""
        statement = self.draw.choice(ATTACKS)
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
                touched = cursor.rowcount
                transaction.set_rollback(True)
        except DatabaseError:
            self.acts["attack", "refused"] += 1
            return
        assert touched <= 0, f"let through: {statement}"
        self.acts["attack", "no row"] += 1

    def newcomers(self) -> int:
        """Return how often somebody who came later was asked what stands there."""
        lines = Line.objects.filter(kind="NewcomersAsked").exclude(body__contains='"asked":0,')
        return lines.count()

    def total(self, *ends: str) -> int:
        """Return how many acts ended so."""
        return sum(count for (_, end), count in self.acts.items() if end in ends)


NAMES: Mapping[Callable[..., Any], str] = {act: name for name, act in drawing.acts().items()}
DRAWN = tuple(sorted(set(drawing.acts()) - set(drawing.LEFT_OUT)))
WEIGHTS: Mapping[str, int] = {
    "ask": 6,
    "people_asked": 1,
    "submit": 6,
    "cosign": 6,
    "decide": 8,
    "declare": 3,
    "call_off": 1,
    "begin": 5,
    "book": 3,
    "finish": 4,
    "pay": 6,
    "refuse": 1,
    "sweep": 6,
    "jump": 1,
    "come": 2,
    "open_case": 1,
    "hand_down": 4,
    "question": 2,
    "visit": 3,
    "answer": 3,
    "grant": 1,
    "attack": 2,
    "any_act": 30,
    "any_form": 8,
    "gate_form": 4,
}


def begin_walk(world: World, seed: int) -> Walk:
    """Return a walk through a district that was furnished, with nothing kept from another."""
    versions.forget_everything()
    cache.clear()
    return Walk(world, Random(seed))  # noqa: S311

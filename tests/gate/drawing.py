"""
Arguments for any public act of any storey, drawn by their annotations from what exists.

Mostly plausible, sometimes hostile: an id that is nowhere, another table's, a negative amount, a
day long past. ``acts`` is every act the front doors give; ``LEFT_OUT`` says why some are not drawn.
"""

import dataclasses
import inspect
import types
import typing
from collections import abc
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from enum import Enum
from fractions import Fraction
from functools import cache
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any

from django.apps import apps
from django.db.models import Model

from linli.basics import Actor
from linli.cases.models import Attachment, Booking, Case, Report, Ruling, Step
from linli.catalogue.models import DutyLine, Item, ItemVersion, Mandate
from linli.files.domain.cleaning import Clean
from linli.files.models import File
from linli.gate.models import Request, Task
from linli.identity.models import ApiToken, User
from linli.journal.actions import Reaction
from linli.ledger.models import Account, BudgetLine, Transfer
from linli.notices.models import Notice
from linli.parties.models import Appointment, Closing, Party
from linli.people.models import Household, Merge, Person, RightsRequest
from linli.places.models import Place
from linli.reports import queries as reports
from linli.reports.domain import Cell, read_cell
from linli.reports.models import Edition, Form
from linli.rulebook.domain import Period, Unit, local_date
from linli.visits.models import Conflict, Photo, Visit
from tests.portal.pictures import picture
from tests.world import PACK

Act = Callable[..., Any]
FIRST_STAGES = ("housing.2026", "civil.2026")  # the gate's money; ``walk.2026`` is nobody's
LAW = "城市居民委员会组织法 第四十三条"

# Why an act is not drawn.
LEFT_OUT = {
    "journal.record": "a part of other acts; by itself it refuses to write",
    "journal.record_many": "a part of other acts; by itself it refuses to write",
    "journal.change_signer": "puts a key file in the place of another; no row of a community's",
    "journal.change_field_key": "puts a key file in the place of another; no row of a community's",
    "journal.reseal_rows": "writes the same values under a newer key; needs a key changed first",
    "journal.reseal_texts": "writes the same values under a newer key; needs a key changed first",
    "files.sweep_orphans": "takes files off the disk, which is not undone; writes no row",
    "identity.finish_demo": "takes the walk's own users away",
    "identity.admit_users": "takes what the hasher returned, never what somebody typed",
    "identity.change_password": "takes what the hasher returned, never what somebody typed",
    "parties.change_password": "takes what the hasher returned, never what somebody typed",
}
# The storey above answers for who may: drawn on money and minutes that are not the gate's.
ON_OTHER_MONEY = frozenset(
    f"ledger.{name}"
    for name in (
        "reserve_budget",
        "commit_budget",
        "pay_budget",
        "release_budget",
        "post_transfer",
        "post_transfers",
        "place_hold",
        "take_back_transfer",
    )
)
# Only the gate may call it (a contract of imports): drawn by whoever does not hold its key.
KEY_OF_THE_GATE = "catalogue.grant_mandate"

IDS: Mapping[str, type[Model]] = {
    "account": Account,
    "appointment": Appointment,
    "appointment_id": Appointment,
    "asked_by": Party,
    "attachment": Attachment,
    "attachment_id": Attachment,
    "backup": Appointment,
    "backup_id": Appointment,
    "booking": Booking,
    "booking_id": Booking,
    "case_id": Case,
    "closing": Closing,
    "closing_id": Closing,
    "communities": Place,
    "community": Place,
    "community_id": Place,
    "conflict": Conflict,
    "duty_line": DutyLine,
    "edition": Edition,
    "file_id": File,
    "file_ids": File,
    "form": Form,
    "from_appointment": Appointment,
    "gone": Person,
    "guardian": Person,
    "home": Place,
    "household": Household,
    "into": Place,
    "into_id": Case,
    "kept": Person,
    "line": BudgetLine,
    "mandate": Mandate,
    "merge": Merge,
    "notice": Notice,
    "notice_ids": Notice,
    "other": Person,
    "owner": Party,
    "parent": Place,
    "party": Party,
    "party_id": Party,
    "payee": Account,
    "payer": Account,
    "people": Person,
    "person": Person,
    "person_id": Person,
    "photo": Photo,
    "pk": ApiToken,
    "place": Place,
    "place_id": Place,
    "relative": Person,
    "relatives": Person,
    "report": Report,
    "report_id": Report,
    "request": Request,
    "ruling": Ruling,
    "ruling_id": Ruling,
    "seat": Appointment,
    "source": Account,
    "step": Step,
    "step_id": Step,
    "step_ids": Step,
    "subject_id": Person,
    "target": Account,
    "task": Task,
    "to_appointment": Appointment,
    "to_party": Party,
    "token_id": ApiToken,
    "transfer": Transfer,
    "user": User,
    "user_id": User,
    "version_id": ItemVersion,
    "visit": Visit,
}
OTHER_IDS: Mapping[tuple[str, str], type[Model]] = {
    ("people.decide_right", "request"): RightsRequest,
    ("people.open_asker", "request"): RightsRequest,
    ("people.withdraw_right", "request"): RightsRequest,
}
HOSTILE_IDS = (0, -1, 999_999_999, 2**62)
AMOUNTS = (0, 1, 1, 5, 70, 100, 2_100, 10_000, -1, 2**53)
ATTRIBUTES = ("phone", "dibao", "lives_alone", "sex", "birth_on", "hukou", "nothing")
DUTIES = ("help", "home_safety", "public_affairs", "own", "market_checks", "guarantees", "nothing")
WORDS: Mapping[str, tuple[str, ...]] = {
    "attribute": ATTRIBUTES,
    "basis": (LAW, LAW, ""),
    "budget_line": (*FIRST_STAGES, *FIRST_STAGES, "", "nothing"),
    "choice": ("mine", "theirs", "nothing"),
    "clause": ("not_here", "nothing"),
    "duty": (*DUTIES, ""),
    "duty_line": DUTIES,
    "fact": ("phone", "id_number", "nothing"),
    "kind": ("family", "round", "question", "copy", "correction", "station", "nothing"),
    "kinship": ("child", "spouse", "nothing"),
    "language": ("zh-hans", "en"),
    "level": ("community", "street", "nothing"),
    "line": DUTIES,
    "office": ("housing", "center", "nothing"),
    "origin": ("admitted", "emergency", "resident"),
    "outcome": ("done", "not_home", "refused", ""),
    "pack": ("common", "walk"),
    "phone": ("13800000521", "1", ""),
    "purpose": ("statistics", "item", "social_aid", "排除危险", ""),
    "reason": ("told", "visit", "died", "moved", "要约时间", ""),
    "role": ("clerk", "worker", "street", "department", "district", "nothing"),
    "topic": ("aid", "contact", "nothing"),
    "unit": ("cny", "work", "nothing"),
}
ODD_WORDS = (
    "",
    "请看一下",
    "请看一下",
    "请看一下",
    "长" * 4_001,
    "\x00' OR 1=1 --",
    "<b>{{7*7}}</b>",
)


class Nothing(LookupError):
    """There is no row yet that the act could be about."""


class NotDrawable(TypeError):
    """No value can be drawn for an argument; write a rule for it, or leave the act out with a reason."""


@cache
def acts() -> Mapping[str, Act]:
    """Return every public act of every storey by its name: what its front door gives and takes ``by``."""
    found: dict[str, Act] = {}
    for storey in apps.get_app_configs():
        if not storey.name.startswith("linli."):
            continue
        try:
            door = import_module(f"{storey.name}.actions")
        except ModuleNotFoundError as missing:
            if missing.name != f"{storey.name}.actions":
                raise
            continue
        for name, act in vars(door).items():
            own = getattr(act, "__module__", "").startswith(door.__name__)
            if name.startswith("_") or not own or not inspect.isfunction(act):
                continue
            if "by" in inspect.signature(act).parameters:
                found[f"{storey.label}.{name}"] = act
    return types.MappingProxyType(found)


@cache
def arguments_of(name: str) -> Mapping[str, Any]:
    """Return what an act wants besides ``by``, with the types."""
    act = inspect.unwrap(acts()[name])
    there = {"Notice": Notice, "Report": Report, "Reaction": Reaction, "User": User}
    hints = typing.get_type_hints(act, localns=there)
    return {one: hints[one] for one in inspect.signature(act).parameters if one != "by"}


def one_of(kind: Any) -> tuple[Any, ...]:
    """Return the parts of a union, or the one type there is."""
    if typing.get_origin(kind) in (typing.Union, types.UnionType):
        return typing.get_args(kind)
    return (kind,)


@cache
def clean_picture() -> Clean:
    """Return a picture as if it had been cleaned."""
    return Clean(content=picture().read(), media_type="image/png", name="leak.png")


class Hand:
    """Draws values; ``ids`` gives the newest ids of a table."""

    def __init__(self, draw: Random, ids: Callable[[type[Model]], list[int]]) -> None:
        self.draw, self.ids, self.drawn = draw, ids, 0

    def arguments(self, name: str, at: datetime) -> dict[str, Any]:
        """
        Return what an act could be given at a moment.

        :raises Nothing: if there is no row yet that it could be about
        """
        return {
            one: at if one == "at" else self.value(name, one, kind, at)
            for one, kind in arguments_of(name).items()
        }

    def value(self, act: str, name: str, kind: Any, at: datetime) -> Any:
        """
        Return a value of a type, for an argument or a field of that name.

        :raises NotDrawable: if there is no rule for the type
        """
        kinds = one_of(kind)
        if type(None) in kinds and self.draw.random() < 0.4:
            return None
        kind = self.draw.choice([one for one in kinds if one is not type(None)])
        origin = typing.get_origin(kind)
        if origin is not None:
            return self._many(act, name, origin, typing.get_args(kind), at)
        if kind in (Any, object):
            return self.draw.choice((True, 3, "yes", "13800000521", local_date(at)))
        if isinstance(kind, type):
            return self._one(act, name, kind, at)
        raise NotDrawable(f"{act}: {name}: {kind}")

    def _one(self, act: str, name: str, kind: type, at: datetime) -> Any:
        plain: dict[type, Callable[[], Any]] = {
            bool: lambda: self.draw.random() < 0.5,
            int: lambda: self.number(act, name),
            str: lambda: self.words(name),
            bytes: lambda: self.draw.choice((b"", b"PK\x03\x04broken", picture().read())),
            Fraction: lambda: Fraction(self.draw.randrange(1, 9), 2),
            Period: lambda: Period(self.draw.randrange(1, 9), self.draw.choice(list(Unit))),
            datetime: lambda: self.moment(at),
            date: lambda: self.day(at),
            Path: lambda: self.draw.choice((PACK, PACK / "nowhere")),
            Clean: clean_picture,
            Cell: self.cell,
        }
        if kind in plain:
            return plain[kind]()
        if issubclass(kind, Enum):
            return self.draw.choice(list(kind))
        if issubclass(kind, Model):
            if not self.ids(kind):
                raise Nothing
            return kind._default_manager.get(pk=self.draw.choice(self.ids(kind)))
        if dataclasses.is_dataclass(kind):
            hints = typing.get_type_hints(kind)
            return kind(
                **{
                    one.name: self.value(act, one.name, hints[one.name], at)
                    for one in dataclasses.fields(kind)
                    if self._given(one)
                }
            )
        raise NotDrawable(f"{act}: {name}: {kind}")

    def _given(self, field: "dataclasses.Field[Any]") -> bool:
        if not field.init:
            return False
        needed = (
            field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
        )
        return needed or self.draw.random() < 0.4

    def _many(self, act: str, name: str, origin: Any, parts: tuple[Any, ...], at: datetime) -> Any:
        if origin is type:
            return Person
        if origin is abc.Callable:
            return lambda *_: "答"
        if issubclass(origin, abc.Mapping):
            return self._mapping(act, name, parts, at)
        if origin is tuple and Ellipsis not in parts:
            return tuple(self.value(act, name, one, at) for one in parts)
        some = [
            self.value(act, name, parts[0], at) for _ in range(self.draw.choice((0, 1, 1, 2, 3)))
        ]
        return {tuple: tuple, frozenset: frozenset}.get(origin, list)(some)

    def _mapping(self, act: str, name: str, parts: tuple[Any, ...], at: datetime) -> Any:
        if name == "name":
            return {"zh-Hans": "某处", "en": "Some place"}
        key, kept = parts
        inside = "attribute" if name == "facts" else f"{name}_key"
        return {
            self.value(act, inside, key, at): self.value(act, name, kept, at)
            for _ in range(self.draw.choice((0, 1, 2)))
        }

    def number(self, act: str, name: str) -> int:
        """Return an id where the name is a table's, else an amount."""
        table = OTHER_IDS.get((act, name), IDS.get(name))
        if table is None:
            return self.draw.choice(AMOUNTS)
        if act in ON_OTHER_MONEY:
            return self.draw.choice(self._other_money(table))
        return self.some_id(table)

    def _other_money(self, table: type[Model]) -> list[int]:
        rows = table._default_manager.all()
        if table is Account:
            rows = rows.exclude(line__code__in=FIRST_STAGES).exclude(purpose__startswith="gate.")
        if table is Transfer:
            rows = rows.exclude(key__startswith="gate.")
        if table is BudgetLine:
            rows = rows.exclude(code__in=FIRST_STAGES)
        return [*rows.order_by("-pk").values_list("pk", flat=True)[:8], 0, 999_999_999]

    def some_id(self, table: type[Model]) -> int:
        """Return the id of a row, mostly a recent one, at times of none."""
        if self.draw.random() < 0.06:
            return self.draw.choice(HOSTILE_IDS)
        return self.draw.choice(self.ids(table) or HOSTILE_IDS)

    def words(self, name: str) -> str:
        """Return words for a field of that name."""
        self.drawn += 1
        if name == "key":
            return f"walk {self.drawn % 40} {self.draw.randrange(50)}"
        if name == "item":
            return self.draw.choice([*Item.objects.values_list("code", flat=True)[:20], "nothing"])
        if name in ("number", "into"):
            numbers = Case.objects.order_by("-pk").values_list("number", flat=True)[:5]
            return self.draw.choice([*numbers, "261116000000", ""])
        if name == "code":
            return self.draw.choice(("ABCD", f"walk-{self.draw.randrange(99)}", ""))
        return self.draw.choice(WORDS.get(name, ODD_WORDS))

    def cell(self) -> Cell:
        """Return whom a number, a question or a visit may be about."""
        where = self.draw.choice(
            ({"age": {"from": 70}}, {"lives_alone": True}, {"all": [{"dibao": True}]}, None)
        )
        of = self.draw.choice(("people", "people", "households"))
        return read_cell(
            {"of": of, "where": where if of == "people" else None, "total": None},
            reports.dictionaries(),
        )

    def day(self, at: datetime) -> date:
        """Return a day near the moment, at times far from it."""
        return local_date(at) + timedelta(
            days=self.draw.choice((-400, -7, -1, 0, 0, 1, 3, 30, 800))
        )

    def moment(self, at: datetime) -> datetime:
        """Return a moment near this one, at times far from it."""
        return at + timedelta(hours=self.draw.choice((-9_000, -24, -1, 0, 1, 24, 72, 73, 9_000)))


def undrawable() -> dict[str, str]:
    """Return the acts no arguments can be drawn for, with what stands in the way."""
    found = {}
    for name in acts():
        for argument, kind in arguments_of(name).items():
            for one in _leaves(kind):
                if not _known(one):
                    found[name] = f"{argument}: {one}"
    return found


def _leaves(kind: Any) -> typing.Iterator[Any]:
    if typing.get_origin(kind) is abc.Callable:
        return
    inside = [one for one in typing.get_args(kind) if one is not Ellipsis]
    if inside:
        for one in inside:
            yield from _leaves(one)
    else:
        yield kind


def _known(kind: Any, above: tuple[Any, ...] = ()) -> bool:
    """Whether one can be drawn; ``above`` are those it is a part of, for some hold their own kind."""
    plain = {
        bool,
        int,
        str,
        bytes,
        Fraction,
        datetime,
        date,
        Path,
        Clean,
        Cell,
        type(None),
        Any,
        object,
    }
    if kind in plain or kind is Actor or kind in above:
        return True
    if not isinstance(kind, type):
        return False
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        parts = [one for field in hints.values() for one in _leaves(field)]
        return all(_known(one, (*above, kind)) for one in parts)
    return issubclass(kind, (Enum, Model))

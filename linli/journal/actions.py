"""Writing to the record, sealing it, and telling those who asked to be told."""

import fcntl
import functools
import hashlib
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields
from datetime import date, datetime, timedelta
from functools import partial
from itertools import compress, count
from json.encoder import encode_basestring
from operator import is_not, itemgetter
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection, models
from django.utils.module_loading import import_string

from linli.basics import Actor, Event
from linli.fabric import keyring as keys
from linli.fabric import resealing
from linli.fabric.blanks import Bound, plain
from linli.fabric.bulk import insert_few, insert_rows, insert_values, new_row, shared_defaults
from linli.fabric.clock import reacting
from linli.fabric.fields import Sealed
from linli.fabric.keyring import keyring
from linli.fabric.writing import act_id, write_atomic

from . import queries
from .domain import NO_ROOT, SealerAtWork, canonical, chain_root, leaf_hash, root_of, signed_text
from .events import FieldKeyChanged, SignerChanged, ValuesResealed
from .models import Effect, Line, Pending, Seal

Reaction = Callable[[Event, int], None]
BATCH = 1_000
FEW = 20  # rows that one statement takes easily
PATIENCE = (1, 5, 30, 120, 600, 3600)  # seconds before each further try; then a person must look

log = logging.getLogger(__name__)


def record(event: Event, *, by: Actor, rows: Sequence[Bound] = ()) -> Line:
    """
    Put one event on the record together with the digest of every row the act wrote.

    :raises RuntimeError: outside ``write_atomic``
    """
    return record_many([(event, rows)], by=by)[0]


def record_many(entries: Sequence[tuple[Event, Sequence[Bound]]], *, by: Actor) -> list[Line]:
    """
    Put many events on the record in one statement: one line each, all in the act under way.

    :raises RuntimeError: outside ``write_atomic``
    """
    act = act_id()
    lines = [_line(event, rows, by=by, act=act) for event, rows in entries]
    _put(lines)
    kinds = reactions_by_kind()
    owed = [
        Pending(line=line, next_at=event.at)
        for line, (event, _) in zip(lines, entries, strict=True)
        if line.kind in kinds
    ]
    _put(owed)
    return lines


def _put(rows: Sequence[models.Model]) -> None:
    if len(rows) <= FEW:
        insert_few(*rows)
    else:
        insert_rows(rows)


class Drafts:
    """
    The lines of a load, each with the digests its rows had when it was drafted.

    A load goes through several acts of one row before it writes the row once. What is loaded is
    past: no reaction runs and nobody is told. Values of columns are replaced, never changed inside.
    """

    def __init__(self, *, act: int) -> None:
        self.act = act
        self.lines: list[tuple[Any, ...]] = []  # the values of ``LINE``
        self._kept: dict[int, tuple[Bound, tuple[object, ...], list[str]]] = {}
        # No method of ours: in a cycle, the rows of a load would stay until somebody looks for it.
        self._texts = _Texts(_TEXTS | dict.fromkeys((dict, list), _trees()))

    def add(self, event: Event, *, by: Actor, rows: Sequence[Bound]) -> None:
        """Draft one line."""
        self.lines.append(_values(event, rows, by=by, act=self.act, digest_of=self._digest))

    def _digest(self, row: Bound) -> str:
        """Return the digest of a row, making only the texts of columns that changed since."""
        blank, made = _blank(type(row)), self._texts
        values, keys = blank.read(row.__dict__), blank.keys
        # A new row begins as a blank one, of which little changed.
        _, was, texts = self._kept.get(id(row)) or (row, blank.values, list(blank.texts))
        for place in compress(count(), map(is_not, values, was)):
            value = values[place]
            texts[place] = "" if value is None else keys[place] + made[type(value)](value)
        self._kept[id(row)] = row, values, texts
        return _salted(row, texts)


def _trees() -> Callable[[object], str]:
    """Return what makes the text of a JSON column, once for all the rows that share the value."""
    kept: dict[object, tuple[object, str]] = {}

    def text(value: object) -> str:
        key = id(value) if value else type(value)  # never change a list in place once drafted
        if key not in kept:
            kept[key] = value, canonical(value)
        return kept[key][1]

    return text


class _Texts(dict[type, Callable[[Any], str]]):
    """How a value of each kind becomes its canonical text; the usual kinds without the encoder."""

    def __missing__(self, kind: type) -> Callable[[Any], str]:
        return lambda value: canonical(plain(value))


_TEXTS: _Texts = _Texts(
    {
        type(None): lambda value: "null",  # noqa: ARG005
        bool: lambda value: "true" if value else "false",
        int: int.__repr__,
        str: encode_basestring,
        **dict.fromkeys((bytes, date, Sealed), lambda value: f'"{plain(value)}"'),
        datetime: functools.lru_cache(32_768)(lambda value: f'"{plain(value)}"'),  # told often
        tuple: lambda value: f"[{','.join([_TEXTS[type(one)](one) for one in value])}]",
    }
)


@functools.cache
def _bound_members(model: type[Bound]) -> tuple[tuple[str, str], ...]:
    """Return the columns a digest covers, each with how its member of a canonical row begins."""
    return tuple((name, f'"{name}":') for name in model.bound_columns())


class _Blank(NamedTuple):
    """A row of one model that holds nothing but its defaults, as a digest covers it."""

    read: Callable[[Mapping[str, object]], tuple[object, ...]]
    keys: tuple[str, ...]
    values: tuple[object, ...]
    texts: tuple[str, ...]


@functools.cache
def _blank(model: type[Bound]) -> _Blank:
    columns, defaults = _bound_members(model), shared_defaults(model)
    keys, values = zip(*((key, defaults.get(name)) for name, key in columns), strict=True)
    return _Blank(
        read=itemgetter(*(name for name, _ in columns)),
        keys=keys,
        values=values,
        texts=tuple(
            "" if value is None else key + _TEXTS[type(value)](value)
            for key, value in zip(keys, values, strict=True)
        ),
    )


@functools.cache
def _event_members(kind: type[Event]) -> tuple[tuple[str, str], ...]:
    """Return the fields of an event but its moment, each with how its member begins; sorted."""
    names = sorted(field.name for field in fields(kind) if field.name != "at")
    return tuple((name, f'"{name}":') for name in names)


def _salted(row: Bound, texts: Sequence[str]) -> str:
    """Return the digest of a row from the members of its canonical text."""
    text = "{" + ",".join(filter(None, texts)) + "}"
    return hashlib.sha256(bytes(row.salt or b"") + text.encode()).hexdigest()


def record_drafts(drafts: Drafts) -> None:
    """
    Put drafted lines on the record, in the act under way.

    :raises RuntimeError: outside ``write_atomic``
    """
    act_id()
    insert_values(Line, LINE, drafts.lines)


class Draft(NamedTuple):
    """A line that is not written, the canonical text of its row, and the digest in its body."""

    line: Line
    row: str
    digest: str

    @classmethod
    def of(cls, event: Event, row: Bound, *, by: Actor) -> "Draft":
        """
        Return the draft of a row whose number the database gives in the statement that writes both.

        :raises RuntimeError: outside ``write_atomic``
        """
        text = canonical(row.canonical_row())
        bound = hashlib.sha256(bytes(row.salt or b"") + text.encode()).hexdigest()
        line = _line(event, [row], by=by, act=act_id(), digest_of=lambda _: bound)
        return cls(line, text, bound)


def _digest(row: Bound) -> str:
    """Return ``digest`` of the row, its text made without the encoder's detour."""
    if row.HASHED:
        return _salted(row, [canonical(row.canonical_row())[1:-1]])
    held = ((key, getattr(row, name)) for name, key in _bound_members(type(row)))
    return _salted(row, [k + _TEXTS[type(one)](one) for k, one in held if one is not None])


def _body(event: Event, rows: Sequence[tuple[str, int, str]]) -> str:
    """Return the canonical text of a line: what happened, and table, id and digest of each row."""
    said = []
    for name, key in _event_members(type(event)):  # type: ignore[arg-type]  # a class has a hash
        value = getattr(event, name)
        said.append(key + _TEXTS[type(value)](value))
    bound = [f'["{table}",{pk},"{digest}"]' for table, pk, digest in rows]
    return f'{{"event":{{{",".join(said)}}},"rows":[{",".join(bound)}]}}'


# The columns of a line that are not the sealer's, in the order of their values.
LINE = (
    "district", "kind", "subject_kind", "subject_id", "act_id", "version",
    "actor_kind", "actor_id", "appointment", "hat", "at", "body",
)  # fmt: skip


def _line(
    event: Event,
    rows: Sequence[Bound],
    *,
    by: Actor,
    act: int,
    digest_of: Callable[[Bound], str] = _digest,
) -> Line:
    values = _values(event, rows, by=by, act=act, digest_of=digest_of)
    return new_row(Line, **dict(zip(LINE, values, strict=True)))


def _values(
    event: Event, rows: Sequence[Bound], *, by: Actor, act: int, digest_of: Callable[[Bound], str]
) -> tuple[Any, ...]:
    """Return the values of the columns ``LINE`` of one line."""
    return (
        by.district,
        type(event).__name__,
        event.SUBJECT,
        event.subject_id,
        act,
        event.VERSION,
        by.kind,
        by.user,
        by.appointment,
        by.hat,
        event.at,
        _body(event, [(row._meta.db_table, row.__dict__["id"], digest_of(row)) for row in rows]),
    )


@functools.cache
def reactions_by_kind() -> Mapping[str, tuple[type[Event], tuple[Reaction, ...]]]:
    """Return the page of wiring by the name of the event."""
    wiring: Mapping[type[Event], tuple[Reaction, ...]] = import_string(settings.REACTIONS)
    return {event.__name__: (event, reactions) for event, reactions in wiring.items()}


@write_atomic
def seal_lines(*, by: Actor, at: datetime, most: int = BATCH) -> Seal | None:
    """
    Seal the oldest unsealed lines, at most ``most``, into one signed batch; None if there are none.

    Sealing is no act of anybody's and leaves no line: the seal is its own record.
    """
    del by
    with _one_sealer() as alone:
        lines = queries.unsealed_lines(most) if alone else []
        if not lines:
            return None
        last = queries.last_seal()
        number, previous = (last.number + 1, bytes(last.root)) if last else (1, NO_ROOT)
        leaves = [leaf_hash(text.encode()) for _, text in lines]
        root = chain_root(previous, root_of(leaves))
        _stamp(number, [pk for pk, _ in lines], leaves)
        ring = keyring()
        text = signed_text(
            number=number, root=root, previous=previous, count=len(lines), sealed_at=str(plain(at))
        )
        return Seal.objects.create(
            number=number,
            root=root,
            previous=previous,
            count=len(lines),
            alg="sha256-rfc6962+ed25519",
            key_id=ring.signer_id,
            public_key=ring.public_key,
            signature=ring.signer.sign(text),
            sealed_at=at,
        )


def _stamp(number: int, ids: list[int], leaves: list[bytes]) -> None:
    places = range(len(ids))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "UPDATE journal_line SET batch = %s, position = given.position, leaf = given.leaf "
                "FROM unnest(%s::bigint[], %s::integer[], %s::bytea[]) AS given (id, position, leaf) "
                "WHERE journal_line.id = given.id",
                [number, ids, list(places), leaves],
            )
            return
        cursor.executemany(
            "UPDATE journal_line SET batch = %s, position = %s, leaf = %s WHERE id = %s",
            [
                (number, place, leaf, pk)
                for place, leaf, pk in zip(places, leaves, ids, strict=True)
            ],
        )


@contextmanager
def _one_sealer() -> Iterator[bool]:
    """Yield whether this process alone may seal: an advisory lock, or the writers' queue on SQLite."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(7253001)")
            yield bool(cursor.fetchone()[0])
        return
    with (Path(settings.KEYS) / "seal.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield True


@write_atomic
def change_field_key(*, by: Actor, at: datetime) -> int:
    """
    Put a new key for sealed values on the ring and return its number; ``reseal_rows`` follows.

    The key is on the disk before the commit: killed between, ``note_keys`` writes the line later.
    """
    number = keyring().number + 1
    record(FieldKeyChanged(at=at, key_id=number), by=by)
    keys.add_field_key(Path(settings.KEYS))
    return number


@write_atomic
def change_signer(*, by: Actor, at: datetime) -> str:
    """
    Sign seals with a new key from now on and return its fingerprint; the old one's is kept.

    :raises SealerAtWork: if a batch is being sealed
    """
    with _one_sealer() as alone:
        if not alone:
            raise SealerAtWork
        fingerprint = keys.exchange_signer(Path(settings.KEYS), at=at)
        _note_signer(by=by, at=at)
        return fingerprint


@write_atomic
def note_keys(*, by: Actor, at: datetime) -> None:
    """Write the lines of keys that were changed by one who was killed before the commit."""
    ring = keyring()
    if ring.number > 1 and not queries.timeline("key", ring.number).exists():
        record(FieldKeyChanged(at=at, key_id=ring.number), by=by)
    if ring.former_signers and not queries.timeline("signer", len(ring.signers)).exists():
        _note_signer(by=by, at=at)


def _note_signer(*, by: Actor, at: datetime) -> None:
    ring = keyring()
    record(SignerChanged(at=at, signer_id=len(ring.signers), fingerprint=ring.signer_id), by=by)


@write_atomic
def reseal_rows(
    *, by: Actor, at: datetime, model: type[models.Model], after: int, most: int = 500
) -> list[int]:
    """
    Seal values under a former key anew, in at most ``most`` rows with ids above ``after``.

    Return those ids in their order; none if nothing is left. One line binds the rows as they are
    now. Whoever is killed begins again at 0 and finds what is left.

    :raises Refused: if a value does not open; nothing of the batch is changed then
    """
    names = resealing.sealed_columns()[model]
    ids = resealing.former_ids(model, names, after=after, most=most)
    if not ids:
        return []
    rows = list(model._base_manager.select_for_update().filter(pk__in=ids).order_by("pk"))
    changed = sorted({name for row in rows for name in resealing.seal_anew(row, names)})
    model._base_manager.bulk_update(rows, changed, batch_size=100)
    _note_resealed(model, rows, by=by, at=at)
    return ids


@write_atomic
def reseal_texts(*, by: Actor, at: datetime) -> int:
    """Seal anew what libraries keep sealed inside JSON; return how many rows there were."""
    rows = list(resealing.former_texts())
    for row, column in rows:
        setattr(row, column, resealing.text_anew(getattr(row, column)))
        row.save(update_fields=[column])
        _note_resealed(type(row), [row], by=by, at=at)
    return len(rows)


def _note_resealed(
    model: type[models.Model], rows: Sequence[models.Model], *, by: Actor, at: datetime
) -> None:
    key, table = keyring().number, model._meta.db_table
    event = ValuesResealed(at=at, key_id=key, table=table, rows=len(rows))
    record(event, by=by, rows=[row for row in rows if isinstance(row, Bound)])


def run_reactions(*, by: Actor, at: datetime, most: int = 100) -> int:
    """
    Run the reactions that are due and return how many lines are done.

    Each reaction is an act of its own: one that fails is undone alone, tried again later and, after
    the last try, left to a person: ``linli check --production`` counts such lines.
    """
    due = Pending.objects.filter(next_at__lte=at, gave_up_at=None).select_related("line")
    with reacting(at):
        return sum(
            _settle(by=by, pending=one, complaint=_react(by, one.line), at=at)
            for one in due.order_by("next_at", "id")[:most]
        )


def _react(by: Actor, line: Line) -> str | None:
    """Run what is owed to one line; return the first complaint."""
    kind, reactions = reactions_by_kind().get(line.kind, (None, ()))
    if kind is None:
        return None
    event = queries.event_of(line, kind)
    complaint = None
    for reaction in reactions:
        name = f"{reaction.__module__}.{reaction.__qualname__}"
        try:
            _react_once(by=by, line=line, name=name, react=partial(reaction, event, line.pk))
        except Exception as trouble:  # a reaction may fail in any way; the others must still run
            log.exception("The reaction %s to line %s failed.", name, line.pk)
            complaint = complaint or f"{name}: {type(trouble).__name__}: {trouble}"
    return complaint


@write_atomic
def _react_once(*, by: Actor, line: Line, name: str, react: Callable[[], None]) -> None:
    """Run one reaction to one line together with the note that it ran; a second run does nothing."""
    del by
    if Effect.objects.get_or_create(line=line, reaction=name)[1]:
        react()


@write_atomic
def _settle(*, by: Actor, pending: Pending, complaint: str | None, at: datetime) -> bool:
    """Strike a line off what is owed, or put it off; return whether it is struck off."""
    del by
    if complaint is None:
        pending.delete()
        return True
    pending.tries += 1
    pending.complaint = complaint[:300]
    if pending.tries > len(PATIENCE):
        pending.gave_up_at = at
    else:
        pending.next_at = at + timedelta(seconds=PATIENCE[pending.tries - 1])
    pending.save(update_fields=["tries", "complaint", "gave_up_at", "next_at"])
    return False


@write_atomic
def retry_reactions(*, by: Actor, at: datetime) -> int:
    """Owe anew what was given up, now that its cause is mended; return how many lines it is."""
    del by
    return queries.dead_letters().update(tries=0, gave_up_at=None, next_at=at)


def system(district: int) -> Actor:
    """Return the actor for what the house does by itself."""
    return Actor(kind="system", district=district, hat="system")

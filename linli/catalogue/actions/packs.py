"""Loading packs: dated rows and one line for each new wording; loading twice writes nothing."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from os.path import isfile
from pathlib import Path
from typing import Any

from django.conf import settings

from linli.basics import Actor, Event, gettext_noop
from linli.catalogue.domain import (
    WHOLE_FILE,
    CertificateData,
    FactBook,
    Pack,
    PackFlaw,
    Permission,
    ReadItem,
    Reason,
    begins_on,
    needs_of,
    read_pack,
    to_plain,
)
from linli.catalogue.events import (
    DutyLinePublished,
    ItemVersionPublished,
    NegativeCertificatePublished,
    PackListPublished,
)
from linli.catalogue.models import (
    DutyLine,
    Item,
    ItemVersion,
    NegativeCertificate,
    PackList,
)
from linli.fabric import versions
from linli.fabric.blanks import Bound
from linli.fabric.writing import write_atomic
from linli.journal.actions import record_many
from linli.people import queries as people
from linli.rulebook.domain import local_date

from .duty_lists import Entries, content_hash, line_values, with_terms

READ_ELSEWHERE = ("terms.yaml", "indicators.yaml")  # what forms count, for the storey of forms


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading a folder changed. ``versions`` counts new wordings of any kind."""

    packs: tuple[str, ...]
    items: int
    versions: int


def read_folder(folder: Path, known: Mapping[str, Pack] | None = None) -> list[Pack]:
    """
    Return the pack in ``folder`` after the packs it needs. Writes nothing.

    What is needed lies beside it, or among the packs of the house.

    :param known: folder → pack, of those read before; they are neither read again nor returned
    :raises PackFlaw: naming file, line and field
    """
    found = dict(known or {})
    _read_into(found, folder, ())
    return list(found.values())[len(known or {}) :]


def _read_into(found: dict[str, Pack], folder: Path, waiting: tuple[str, ...]) -> None:
    """:param waiting: those that need this one"""
    name = folder.resolve().name
    if name in found:
        return

    def trouble_with(need: str) -> str | None:
        if need in (*waiting, name):
            return gettext_noop("The pack %(need)s needs this one. Neither can come first.")
        if need in found or _home_of(need, folder):
            return None
        return gettext_noop("There is no pack %(need)s, neither beside this one nor in packs/.")

    with _naming(folder):
        files = _texts_in(folder)
        needs = needs_of(files["pack.yaml"], trouble_with) if "pack.yaml" in files else ()
    for need in needs:
        if home := _home_of(need, folder):
            _read_into(found, home, (*waiting, name))
    with _naming(folder):
        pack = read_pack(files, _fact_book(), _below(needs, found))
    found[name] = replace(pack, folder=_shown(folder))


def _home_of(need: str, folder: Path) -> Path | None:
    """Return the folder of a needed pack: beside the one that needs it, else among the house's."""
    beside = (folder if folder.name else folder.resolve()).parent
    homes = (parent / need for parent in (beside, settings.BASE_DIR / "packs"))
    return next((home for home in homes if isfile(home / "pack.yaml")), None)  # however long


def _texts_in(folder: Path) -> dict[str, str]:
    """
    Return name → text of a pack's files.

    :raises PackFlaw: if one of them is no text
    """
    paths = [path for path in sorted(folder.rglob("*.yaml")) if path.name not in READ_ELSEWHERE]
    return {path.relative_to(folder).as_posix(): read_text(path, folder) for path in paths}


def read_text(path: Path, folder: Path) -> str:
    """
    Return the text of one file of a pack.

    :raises PackFlaw: if it is no text in UTF-8 or cannot be read, naming the line
    """
    line = 1
    try:
        content = path.read_bytes()
        return content.decode()
    except UnicodeDecodeError as trouble:
        line = content.count(b"\n", 0, trouble.start) + 1
        reason = Reason(gettext_noop("This is no text in UTF-8. Save the file as UTF-8."))
    except OSError as trouble:
        said = gettext_noop("This cannot be read: %(problem)s.")
        reason = Reason(said, problem=trouble.strerror)
    file = path.relative_to(folder).as_posix()
    raise PackFlaw(file=file, line=line, field=WHOLE_FILE, reason=reason)


@contextmanager
def _naming(folder: Path) -> Iterator[None]:
    """:raises PackFlaw: for one found inside, with its file named as the folder was"""
    try:
        yield
    except PackFlaw as flaw:
        file = f"{_shown(folder)}/{flaw.file}"
        raise PackFlaw(file=file, line=flaw.line, field=flaw.field, reason=flaw.reason) from flaw


def _shown(folder: Path) -> str:
    """Return a folder as it was named; one of the house from there, as packs/common."""
    return folder.as_posix().removeprefix(f"{settings.BASE_DIR.as_posix()}/")


def _below(needs: Iterable[str], found: Mapping[str, Pack]) -> list[Pack]:
    """Return the packs that are needed, each after those it needs itself."""
    below: dict[str, Pack] = {}
    for need in needs:
        below |= {one.code: one for one in (*_below(found[need].needs, found), found[need])}
    return list(below.values())


def _fact_book() -> FactBook:
    return FactBook(
        types=people.attribute_types(),
        purposes={name: fact.purposes for name, fact in people.dictionary().items()},
    )


@write_atomic
def load_pack(
    *, by: Actor, folder: Path, at: datetime, known: dict[str, Pack] | None = None
) -> Loaded:
    """
    Load the pack in ``folder``, after the packs it needs. A second run changes no row.

    What has a new wording gets a new dated version and one journal line; the wording before it
    ends the day the new one begins, and cases pinned to it keep it.

    :param known: those loaded just before, to which these are added; none is read twice
    :raises NotAllowed: unless the hat may load packs
    :raises PackFlaw: naming file, line and field of the first flaw
    """
    if by.kind != "system":
        by.must(Permission.LOAD_PACK)
    packs = read_folder(folder, known) if known else read_folder(folder)
    if known is not None:
        known |= {pack.code: pack for pack in packs}
    entries: Entries = []
    new_items = 0
    for pack in packs:
        loading = _Loading(by=by, at=at, on=local_date(at), pack=pack)
        entries += loading.lists() + loading.duty_lines() + loading.certificates()
        fresh, lines = loading.items()
        new_items += fresh
        entries += lines
    if entries:
        record_many(entries, by=by)
        versions.bump("catalogue")
    return Loaded(tuple(pack.code for pack in packs), new_items, len(entries))


@dataclass(frozen=True, slots=True)
class _Loading:
    """One pack on its way into the tables."""

    by: Actor
    at: datetime
    on: date
    pack: Pack

    def lists(self) -> Entries:
        latest = self._latest(PackList, "kind", pack=self.pack.code)
        wanted = {kind: list(body) for kind, body in self.pack.lists.items()}
        return self._renew(
            PackList,
            latest,
            {kind: [{"kind": kind, "body": body}] for kind, body in wanted.items()},
            lambda row: PackListPublished(at=self.at, pack_list_id=row.pk, number=row.number),
        )

    def duty_lines(self) -> Entries:
        wanted = _by_code(self.pack.duty_lines, line_values)
        entries = self._renew(
            DutyLine,
            self._latest(DutyLine, "code"),
            wanted,
            lambda row: DutyLinePublished(at=self.at, duty_line_id=row.pk, number=row.number),
        )
        return with_terms(entries, {one.code: one for one in self.pack.duty_lines}, place=None)

    def certificates(self) -> Entries:
        return self._renew(
            NegativeCertificate,
            self._latest(NegativeCertificate, "code"),
            _by_code(self.pack.certificates, _certificate_values),
            lambda row: NegativeCertificatePublished(
                at=self.at, negative_certificate_id=row.pk, number=row.number
            ),
        )

    def items(self) -> tuple[int, Entries]:
        """Return how many items are new, and the lines of all new versions."""
        known = {one.code: one for one in Item.objects.filter(district=self.by.district)}
        fresh = {
            one.definition.code: Item(
                district=self.by.district, code=one.definition.code, pack=self.pack.code
            )
            for one in self.pack.items
            if one.definition.code not in known
        }
        for one in self.pack.items:
            self._check_home(one, known)
        Item.objects.bulk_create(fresh.values())
        rows = known | fresh
        codes = {row.pk: code for code, row in rows.items()}
        latest = {
            codes[version.item_id]: version
            for version in ItemVersion.objects.filter(district=self.by.district).order_by("number")
        }
        entries = self._renew(
            ItemVersion,
            latest,
            _grouped(
                (one.definition.code, _item_values(one, rows[one.definition.code]))
                for one in self.pack.items
            ),
            lambda row: ItemVersionPublished(
                at=self.at, item_version_id=row.pk, item_id=row.item_id, number=row.number
            ),
        )
        new_rows = {row.pk: row for row in fresh.values()}
        return len(fresh), [
            (event, (*changed, *_new_item(changed, new_rows))) for event, changed in entries
        ]

    def _check_home(self, one: ReadItem, known: Mapping[str, Item]) -> None:
        row = known.get(one.definition.code)
        if row is not None and row.pack != self.pack.code:
            raise PackFlaw(
                file=f"{self.pack.folder}/{one.file}",
                line=one.line,
                field="code",
                reason=Reason(
                    gettext_noop(
                        "The item %(code)s belongs to the pack %(pack)s. Give another code."
                    ),
                    code=row.code,
                    pack=row.pack,
                ),
            )

    def _latest(self, model: Any, key: str, **where: str) -> dict[str, Any]:
        rows = model.objects.filter(district=self.by.district, **where).order_by("number")
        return {getattr(row, key): row for row in rows}

    def _renew(
        self,
        model: Any,
        latest: Mapping[str, Any],
        wanted: Mapping[str, Sequence[Mapping[str, Any]]],
        announce: Callable[[Any], Event],
    ) -> Entries:
        """
        Write a new row where the content differs from the latest, and end that one.

        The first wording of a thing may follow an earlier one of the same pack; where the thing
        is known already, what was in force is not rewritten and only the last wording counts.
        """
        new: list[tuple[Any, Any]] = []
        for key, wordings in wanted.items():
            row = latest.get(key)
            for values in wordings if row is None else wordings[-1:]:
                content = content_hash(
                    {name: value for name, value in values.items() if name != "item"}
                )
                if row is not None and row.content_hash == content:
                    continue
                fresh = self._row(model, row, values, content)
                new.append((row, fresh))
                row = fresh
        ended = []
        for old, fresh in new:
            if old is not None and old.pk is not None and old.valid_to is None:
                old.valid_to = fresh.valid_from
                old.save(update_fields=["valid_to"])
                ended.append(old)
        model.objects.bulk_create([fresh for _, fresh in new])
        return [(announce(fresh), (*([old] if old in ended else ()), fresh)) for old, fresh in new]

    def _row(self, model: Any, row: Any, values: Mapping[str, Any], content: str) -> Any:
        values = dict(values)
        written = values.pop("valid_from", None) or self.pack.valid_from
        begins = begins_on(written=written, previous=row.valid_from if row else None, on=self.on)
        ends = values.pop("valid_to", None)
        values.pop("terms", None)
        if model is not ItemVersion:
            values["pack"] = self.pack.code
        return model(
            district=self.by.district,
            number=row.number + 1 if row else 1,
            valid_from=begins,
            valid_to=ends and max(ends, begins),
            content_hash=content,
            **values,
        )


def _new_item(changed: Sequence[Bound], new_rows: Mapping[int, Item]) -> tuple[Item, ...]:
    version = changed[-1]
    item = new_rows.get(version.item_id) if isinstance(version, ItemVersion) else None
    return (item,) if item else ()


def _item_values(one: ReadItem, item: Item) -> dict[str, Any]:
    return {
        "item": item,
        "definition": json.dumps(to_plain(one.data), ensure_ascii=False),
        "valid_from": one.definition.valid_from,
        "valid_to": one.definition.valid_to,
    }


def _by_code(
    found: Sequence[Any], values_of: Callable[[Any], dict[str, Any]]
) -> dict[str, list[dict[str, Any]]]:
    return _grouped((one.code, values_of(one)) for one in found)


def _grouped(pairs: Iterable[tuple[str, dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    grouped: dict[str, list[dict[str, Any]]] = {}
    for code, values in pairs:
        grouped.setdefault(code, []).append(values)
    return grouped


def _certificate_values(one: CertificateData) -> dict[str, Any]:
    return {
        "code": one.code,
        "name": dict(one.name),
        "words": list(one.words),
        "basis": one.basis,
        "instead": dict(one.instead),
        "valid_from": one.valid_from,
        "valid_to": one.valid_to,
    }

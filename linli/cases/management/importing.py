"""What the two imports of cases share: reading, sorting into items and places, loading, counting."""

import csv
import io
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError
from django.utils import timezone
from tqdm import tqdm

from linli.cases import actions
from linli.cases.domain import Channel, End
from linli.cases.domain.imports import BadRow, Imported, community_in
from linli.cases.domain.lives import Deed, Happened, Life
from linli.cases.domain.naming import Namer
from linli.catalogue import queries as catalogue
from linli.catalogue.domain import Errand
from linli.fabric import versions
from linli.fabric.bulk import update_statistics
from linli.fabric.documents import read_yaml
from linli.fabric.management.handed import LONGEST_FIELD, encoding_of, read_bytes, write_bad_lines
from linli.journal.actions import system
from linli.places import queries as places
from linli.rulebook.domain import local_date

BATCH = 500
CLASSES = Path(__file__).parents[1] / "data" / "classes.yaml"
Read = Callable[..., Imported]


@dataclass
class Report:
    """What an import did."""

    rows: int = 0
    cases: int = 0
    lines: int = 0
    known: int = 0
    classified: int = 0
    placed: int = 0
    no_rule: int = 0
    ended: int = 0
    bad: list[tuple[int, str]] = field(default_factory=list)


def classes_known(offered: Collection[str]) -> dict[str, str]:
    """Return class of another system → the item it means, of those offered; empty for none."""
    found: Mapping[str, list[str]] = read_yaml(CLASSES)
    return {name: code for code in found if not code or code in offered for name in found[code]}


class Sorter:
    """Finds the item and the community for what was said; each answer kept where it can be."""

    def __init__(self, now: datetime) -> None:
        self.today, self.now = local_date(now), now
        offered = catalogue.items(self.today)
        if not offered:
            raise CommandError("The catalogue is empty. Load a pack first: linli load-pack")
        asking = [one for one in offered if one.definition.errand is Errand.ASK]
        self.general = (asking or list(offered))[0].definition.code
        phrases = (
            (words, one.definition.code)
            for one in offered
            for words in (one.definition.name["zh-Hans"], *one.definition.words)
        )
        self.namer = Namer(phrases, classes_known({one.definition.code for one in offered}))
        tree = places.tree(settings.DISTRICT)
        self.communities = {
            tree.node(place).name["zh-Hans"]: place
            for root in tree.roots()
            for place in sorted(tree.communities_under(root.id))
        }
        self._versions: dict[tuple[str, object], tuple[int, bool]] = {}
        self._items: dict[str, str] = {}

    def life(self, found: Imported, report: Report) -> Life:
        """Return the case a row becomes, and count how well it could be sorted."""
        item = self._item(found.words) if found.classes is None else self.namer.item(found.classes)
        report.classified += bool(item)
        version_id, timed = self._version(item or self.general, found.opened_at)
        report.no_rule += not timed
        name = found.community or community_in(found.words, self.communities)
        community = self.communities.get(name)
        report.placed += community is not None
        after: list[Happened] = []
        if found.replied_at is not None:
            told = Happened(
                deed=Deed.ANSWER, at=found.replied_at, words=found.reply, end=End.EXPLAINED
            )
            after = [told, Happened(deed=Deed.END, at=found.replied_at)]
            report.ended += 1
        return Life(
            version_id=version_id,
            words=found.words,
            channel=Channel.IMPORT,
            opened_at=found.opened_at,
            recorded_at=self.now,
            timed=timed,
            external_key=found.key,
            place_id=community,
            community_id=community,
            place_words=found.place_words,
            answers=found.answers,
            name=found.name,
            after=tuple(after),
        )

    def _item(self, words: str) -> str:
        if words not in self._items:
            fits = catalogue.match_report(words, on=self.today)
            self._items[words] = fits[0].code if fits else ""
        return self._items[words]

    def _version(self, item: str, opened_at: datetime) -> tuple[int, bool]:
        """Return the version in force on the day; else today's, and that there was no rule then."""
        key = item, local_date(opened_at)
        if key not in self._versions:
            then = [one for one in catalogue.items(key[1]) if one.definition.code == item]
            one = then[0] if then else catalogue.current(item, on=self.today)
            self._versions[key] = one.version_id, bool(then)
        return self._versions[key]


def import_cases(path: Path, read: Read, needed: tuple[str, ...], *, name: str) -> Report:
    """
    Load every row that is not there yet, some hundred in one act; write bad rows beside the file.

    Killed at any row it can be begun again: what is there is known by its key and left alone.
    """
    now, report, content = timezone.now(), Report(), read_bytes(path)
    lines = _rows(path, content, needed)
    token = versions.remember_for_this_request()
    try:
        sorter = Sorter(now)
        waiting: list[Imported] = []
        seen: dict[str, int] = {}
        rows = tqdm(lines, desc=name, unit=" rows", mininterval=1)
        for line, row in rows:
            report.rows += 1
            try:
                found = read(row, now=now)
            except BadRow as trouble:
                report.bad.append((line, trouble.reason))
                continue
            if found.key in seen:
                report.bad.append((line, f"The same id stands on line {seen[found.key]}."))
                continue
            seen[found.key] = line
            waiting.append(found)
            if len(waiting) == BATCH:
                _load(sorter, waiting, report)
                waiting = []
        _load(sorter, waiting, report)
    finally:
        versions.forget(token)
    update_statistics()
    write_bad_lines(path.with_name(path.name + ".errors.csv"), ("line", "reason"), report.bad)
    return report


def _load(sorter: Sorter, found: list[Imported], report: Report) -> None:
    rows = [sorter.life(one, report) for one in found]
    done = actions.load_cases(by=system(settings.DISTRICT), rows=rows, at=sorter.now)
    report.cases += done.cases
    report.lines += done.lines
    report.known += done.known


def _rows(
    path: Path, content: bytes, needed: tuple[str, ...]
) -> Iterator[tuple[int, Mapping[str | None, object]]]:
    """
    Return an iterator of each row with the line it begins on. Bytes that are no letter of the
    file's encoding come as surrogates.

    :raises CommandError: if it lacks a column
    """
    csv.field_size_limit(LONGEST_FIELD)
    text = content.decode(encoding_of(content), errors="surrogateescape")
    rows = csv.DictReader(io.StringIO(text, newline=""))
    try:
        missing = [column for column in needed if column not in (rows.fieldnames or ())]
    except csv.Error:
        missing = list(needed)
    if missing:
        raise CommandError(
            f"{path} is no CSV with the columns {', '.join(missing)} in its first line."
        )
    return _numbered(rows)


def _numbered(
    rows: "csv.DictReader[str]",
) -> Iterator[tuple[int, Mapping[str | None, object]]]:
    line = rows.line_num + 1
    while True:
        try:
            row: Mapping[str | None, object] = next(rows)
        except StopIteration:
            return
        except csv.Error as trouble:
            row = {None: str(trouble)}
        yield line, row
        line = rows.line_num + 1


def summary(report: Report, path: Path, seconds: float) -> str:
    """Return what the command prints at its end."""
    good = report.rows - len(report.bad)

    def share(part: int) -> str:
        return f"{part} ({part / good:.1%})" if good else "0"

    lines = [
        f"{report.rows} rows: {report.cases} new cases, {report.known} already there, "
        f"{len(report.bad)} bad",
        f"classified {share(report.classified)}, placed {share(report.placed)}, "
        f"unplaced {share(good - report.placed)}",
        f"ended {share(report.ended)}, no rule then {share(report.no_rule)}",
        f"{report.lines} lines; {report.cases / max(seconds, 0.001):,.0f} cases/s",
    ]
    if report.bad:
        lines.append(f"bad rows and reasons: {path.with_name(path.name + '.errors.csv')}")
    return "\n".join(lines)

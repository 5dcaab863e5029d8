"""``linli statement``: what an account, or each account of a person, did: signed, JSON and PDF."""

from argparse import ArgumentParser
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import override

from linli.basics import NoSuchThing
from linli.fabric.jinja import LAW_TIME
from linli.ledger import queries
from linli.rulebook.domain import local_date

if TYPE_CHECKING:
    from linli.ledger.models import Account


class Command(BaseCommand):
    help = "Write the signed statement of an account: JSON, and a PDF with the JSON inside."

    def add_arguments(self, parser: ArgumentParser) -> None:
        whose = parser.add_mutually_exclusive_group(required=True)
        whose.add_argument("account", type=int, nargs="?", help="number of the account")
        whose.add_argument(
            "--person", type=int, help="all accounts of a person, those of merged records too"
        )
        parser.add_argument("--since", type=date.fromisoformat, help="first day; else the opening")
        parser.add_argument("--until", type=date.fromisoformat, help="last day; else today")
        parser.add_argument("--folder", type=Path, default=Path(), help="where the files go")
        parser.add_argument(
            "--language", choices=["zh-hans", "en"], default="zh-hans", help="what the PDF is in"
        )

    def handle(
        self,
        *args: object,
        account: int | None,
        person: int | None,
        since: date | None,
        until: date | None,
        folder: Path,
        language: str,
        **options: object,
    ) -> None:
        del args, options
        now = timezone.now()
        # What is signed reaches up to now: what is still to come, nobody knows yet.
        today = local_date(now)
        last = _midnight(until + timedelta(days=1)) if until and until < today else now
        if since and _midnight(since) > last:
            raise CommandError("The first day lies after the last, or is still to come.")
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as trouble:
            raise CommandError(f"{folder} cannot be made: {trouble.strerror}.") from trouble
        for row in _accounts(account, person):
            first = _midnight(since) if since else min(row.opened_at, last)
            made = queries.statement(row, since=first, until=last)
            for kind in ("json", "pdf"):
                with override(language):
                    content = queries.signed_file(kind, made, row, made_at=now)
                if content is None:
                    self.stdout.write("no PDF: no font with Han characters; LINLI_FONT names one")
                    continue
                path = folder / f"statement-{row.pk}.{kind}"
                path.write_bytes(content)
                self.stdout.write(str(path))


def _accounts(account: int | None, person: int | None) -> "list[Account]":
    """:raises CommandError: if there is no such account, or the person has none"""
    if account is None:
        found = queries.accounts_of_person(person or 0, district=settings.DISTRICT)
        if not found:
            raise CommandError(f"Person {person} has no account.")
        return found
    try:
        return [queries.account(account, district=settings.DISTRICT)]
    except NoSuchThing:
        raise CommandError(f"There is no account {account}.") from None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=LAW_TIME)

"""``linli rotate-key``: a new key for personal values, or for the seals; killed, it resumes."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import models
from django.utils import timezone
from django.utils.translation import override
from tqdm import tqdm

from linli.basics import Refused
from linli.fabric import resealing
from linli.fabric.edge import sentence
from linli.journal import actions

ROWS = 500  # sealed anew in one act


class Command(BaseCommand):
    help = (
        "Change the key of sealed values and seal them anew; with --signer, the key of the seals."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--signer", action="store_true", help="change the key that signs seals")

    def handle(self, *, signer: bool, **options: Any) -> None:
        del options
        self.by = actions.system(settings.DISTRICT)
        with override("en"):
            try:
                actions.note_keys(by=self.by, at=timezone.now())
                self._signer() if signer else self._fields()
            except Refused as refusal:
                raise CommandError(sentence(refusal)) from refusal

    def _signer(self) -> None:
        fingerprint = actions.change_signer(by=self.by, at=timezone.now())
        self.stdout.write(
            f"Seals are signed with key {fingerprint} from now on. Former public keys stand in "
            f"{settings.KEYS}/signers.json; make a backup now: linli backup FILE"
        )

    def _fields(self) -> None:
        left = resealing.count_former()
        if left:
            self.stdout.write("A change of keys was left half done; it goes on, without a new key.")
        else:
            number = actions.change_field_key(by=self.by, at=timezone.now())
            self.stdout.write(f"Key k{number} seals from now on; the former keys still open.")
            left = resealing.count_former()
        with tqdm(total=left, desc="rows sealed anew") as bar:
            for model in resealing.sealed_columns():
                self._table(model, bar)
            bar.update(actions.reseal_texts(by=self.by, at=timezone.now()))
        still = resealing.count_former()
        if still:  # written meanwhile by one who had the old key in hand
            raise CommandError(f"{still} rows lie under a former key still; run this once more.")
        self.stdout.write("Every sealed value lies under the new key. Make a backup now.")

    def _table(self, model: type[models.Model], bar: "tqdm[Any]") -> None:
        after = 0
        while ids := actions.reseal_rows(
            by=self.by, at=timezone.now(), model=model, after=after, most=ROWS
        ):
            bar.update(len(ids))
            after = ids[-1]

"""Make the keys that are missing in the key folder."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from linli.fabric.keyring import make_keys


class Command(BaseCommand):
    help = "Make the keys that are missing; those that are there stay as they are."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        folder = Path(settings.KEYS)
        made = make_keys(folder)
        words = "Keys made in" if made else "The keys are already in"
        self.stdout.write(f"{words} {folder}. Keep a copy: without them sealed data is lost.")

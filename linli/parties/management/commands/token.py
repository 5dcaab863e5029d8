"""Print a bearer token for the demo's holder of a role."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from linli.identity.domain import NotADemo
from linli.identity.queries import is_demo
from linli.journal.actions import system
from linli.parties import actions, queries
from linli.parties.domain import Role

LASTS = timedelta(days=30)


class Command(BaseCommand):
    help = "Print a bearer token for the demo's holder of a role. Refuses where people are real."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--role", required=True, choices=[str(role) for role in Role], help="whose token"
        )

    def handle(self, *args: Any, role: str, **options: Any) -> None:  # noqa: ARG002
        if not is_demo():
            raise CommandError(NotADemo.message)
        now = timezone.now()
        holders = queries.holders_of_role(role, on=queries.law_day(now))
        if not holders:
            raise CommandError(f"Nobody in the demo holds the role {role}.")
        token = actions.give_token(
            by=system(settings.DISTRICT),
            at=now,
            appointment_id=holders[0].pk,
            expires_at=now + LASTS,
        )
        self.stdout.write(token)

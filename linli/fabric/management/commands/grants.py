"""``linli grants``: what the role that serves may do in PostgreSQL."""

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction

from linli.fabric import grants


class Command(BaseCommand):
    help = "Print, or with --apply give, the rights of the role that serves; PostgreSQL only."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--runtime-role", required=True, help="the role that serves")
        parser.add_argument("--apply", action="store_true", help="give them, as the owner")

    def handle(self, *, runtime_role: str, apply: bool, **options: object) -> None:
        del options
        if connection.vendor != "postgresql":
            raise CommandError("SQLite has no roles: whoever can open the file can do everything.")
        if not apply:
            for statement in grants.statements(runtime_role):
                self.stdout.write(f"{statement};")
            return
        try:
            with transaction.atomic():
                count = grants.apply(runtime_role)
        except grants.CannotGrant as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{runtime_role}: rights on {count} tables; it owns none of them.")

"""``linli first-password LOGIN``: the way back in when nobody is left who could give a new one."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from linli.identity import queries as identity
from linli.journal.actions import system
from linli.parties import actions, queries


class Command(BaseCommand):
    help = "Give one who signs in another first password, printed this once; put it on the record."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("login", help="who signs in under it")
        parser.add_argument(
            "--second-factor", action="store_true", help="take a lost second factor away as well"
        )

    def handle(self, *args: Any, login: str, second_factor: bool, **options: Any) -> None:  # noqa: ARG002
        by, at = system(settings.DISTRICT), timezone.now()
        user = identity.user_named(login)
        seats = queries.appointments_of(user.pk, on=queries.law_day(at)) if user else []
        if not seats:
            raise CommandError(f"Nobody who holds an appointment today signs in as {login}.")
        given = actions.renew_password(by=by, at=at, appointment_id=seats[0].pk)
        if second_factor:
            actions.reset_second_factor(by=by, at=at, appointment_id=seats[0].pk)
        self.stdout.write(given.password)
        self.stderr.write(
            "Shown this once; signed out everywhere. The first sign-in asks for another."
        )

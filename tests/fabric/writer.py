"""One of several processes that count together: reads a number, writes the next. Run as a module."""

import sys

import django
from django.conf import settings

from linli.fabric.database import sqlite_options


def main(database: str, rounds: int) -> None:
    """Add one, ``rounds`` times, with the house's own way of writing and nothing else of it."""
    engine = {"ENGINE": "django.db.backends.sqlite3", "NAME": database, "OPTIONS": sqlite_options()}
    settings.configure(DATABASES={"default": engine}, INSTALLED_APPS=["linli.fabric"], USE_TZ=True)
    django.setup()
    from linli.fabric.models import Version  # noqa: PLC0415
    from linli.fabric.writing import write_atomic  # noqa: PLC0415

    @write_atomic
    def add_one() -> None:
        number = Version.objects.get(name="count").number
        Version.objects.filter(name="count").update(number=number + 1)

    for _ in range(rounds):
        add_one()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))

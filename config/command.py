"""The command line: ``linli <command>`` is ``manage.py <command>``."""

import os
import sys

# These make or change tables; they connect as the owner where LINLI_OWNER_DATABASE_URL names one.
OWNERS = frozenset(
    {"createcachetable", "demo", "grants", "migrate", "prepare", "remove_demo", "restore"}
)


def python_name(word: str) -> str:
    """Return the name of the module behind a command; ``--help`` and the like stay as they are."""
    return word if word.startswith("-") else word.replace("-", "_")


def main() -> None:
    """Run one management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line  # noqa: PLC0415

    named = 3 if sys.argv[1:2] == ["help"] else 2
    sys.argv[1:named] = map(python_name, sys.argv[1:named])
    if OWNERS & set(sys.argv[1:2]):
        os.environ["LINLI_AS_OWNER"] = "1"
    from django.db import DatabaseError  # noqa: PLC0415
    from django.utils.translation import override  # noqa: PLC0415

    from linli.basics import Refused  # noqa: PLC0415
    from linli.fabric.database import what_is_amiss  # noqa: PLC0415
    from linli.fabric.edge import sentence  # noqa: PLC0415

    try:
        execute_from_command_line(sys.argv)
    except Refused as refusal:
        with override("en"):
            sys.exit(sentence(refusal))
    except DatabaseError:
        if words := what_is_amiss():
            sys.exit(words)
        raise


if __name__ == "__main__":
    main()

"""The command line: ``linli <command>`` is ``manage.py <command>``."""

import os
import sys


def main() -> None:
    """Run one management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line  # noqa: PLC0415

    sys.argv[1:2] = [argument.replace("-", "_", 5) for argument in sys.argv[1:2]]
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()

"""What one act costs inside the framework, without HTTP. Prints rate and CPU; run as a module."""

import sys

import django


def main(seconds: float) -> None:
    """Record lines one act at a time and print acts per second and milliseconds of CPU."""
    django.setup()
    from django.utils import timezone  # noqa: PLC0415

    from linli.basics import Actor  # noqa: PLC0415
    from linli.fabric.writing import write_atomic  # noqa: PLC0415
    from linli.journal import actions  # noqa: PLC0415

    from .events import Measured  # noqa: PLC0415
    from .floors import timed  # noqa: PLC0415

    by = Actor(kind="system", district=1, hat="bench")

    @write_atomic
    def act() -> None:
        actions.record(Measured(at=timezone.now(), case_id=1), by=by)

    act()
    cost = timed(act, seconds)
    print(cost.rate, cost.cpu)


if __name__ == "__main__":
    main(float(sys.argv[1]))

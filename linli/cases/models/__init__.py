"""The tables of cases, and of the window where they begin."""

from .bookings import Booking, QueueDay
from .matters import (
    Attachment,
    Award,
    Case,
    Docket,
    Extension,
    Pause,
    Report,
    Ruling,
    Step,
    StepMove,
    one_of,
)
from .reporters import ContactOpening, ForReporter

__all__ = [
    "Attachment",
    "Award",
    "Booking",
    "Case",
    "ContactOpening",
    "Docket",
    "Extension",
    "ForReporter",
    "Pause",
    "QueueDay",
    "Report",
    "Ruling",
    "Step",
    "StepMove",
    "one_of",
]

"""What a booking is for. The storey that booked it knows: it reads that from the key it gave."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PaidFor:
    """What a booking is for: the name of its page, what that page takes, and the words to show."""

    route: str
    argument: str | int
    words: str

"""Deeds: founding parties, appointing, leave and cover, hours, and who came in by the door."""

from .absence import (
    begin_leaves,
    set_roster,
    take_leave,
)
from .appointments import (
    end_appointment,
    load_appointments,
    make_appointment,
    set_backup,
)
from .closing import close_party
from .door import (
    change_password,
    give_token,
    keep_email,
    mark_demo,
    note_passkey,
    note_sign_in,
    note_sign_out,
    readmit_resident,
    renew_password,
    reset_second_factor,
    revoke_token,
    switch_hat,
)
from .founding import add_users, open_offices, seat_newcomer
from .linking import forget_linked, link_seat, unlink_seat
from .parties import (
    change_party,
    close_days,
    found_party,
    load_parties,
    reopen_days,
    set_framework,
    set_hours,
)

__all__ = [
    "add_users",
    "begin_leaves",
    "change_party",
    "change_password",
    "close_days",
    "close_party",
    "end_appointment",
    "forget_linked",
    "found_party",
    "give_token",
    "keep_email",
    "link_seat",
    "load_appointments",
    "load_parties",
    "make_appointment",
    "mark_demo",
    "note_passkey",
    "note_sign_in",
    "note_sign_out",
    "open_offices",
    "readmit_resident",
    "renew_password",
    "reopen_days",
    "reset_second_factor",
    "revoke_token",
    "seat_newcomer",
    "set_backup",
    "set_framework",
    "set_hours",
    "set_roster",
    "switch_hat",
    "take_leave",
    "unlink_seat",
]

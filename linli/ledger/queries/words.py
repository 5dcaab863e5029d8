"""What stands on papers and screens for an account and its bookings."""

from django.utils.translation import get_language, gettext

from linli.basics import gettext_noop
from linli.fabric.jinja import local_text
from linli.ledger.domain import UnitKind
from linli.ledger.models import Account, Unit
from linli.parties import queries as parties
from linli.places import queries as places

KINDS = {
    "appropriated": gettext_noop("Given to the line"),
    "reserved": gettext_noop("Reserved"),
    "committed": gettext_noop("Committed"),
    "paid": gettext_noop("Paid"),
    "returned": gettext_noop("Given back to the budget"),
    "correction": gettext_noop("Correction"),
    # what minutes of work are booked for, by the storeys above
    "door": gettext_noop("at the door"),
    "form": gettext_noop("filling in forms"),
    "meeting": gettext_noop("in meetings"),
    "other": gettext_noop("other work"),
    # what an account of minutes is for
    "gate.given": gettext_noop("Minutes worked for offices"),
    "gate.taken": gettext_noop("Minutes communities worked for it"),
}
STATES = {
    "posted": gettext_noop("booked"),
    "held": gettext_noop("set aside"),
    "voided": gettext_noop("freed again"),
    "expired": gettext_noop("run out"),
}


def kind_words(kind: str) -> str:
    """Return a kind of booking in words; kinds of storeys above stand as their code."""
    return gettext(KINDS[kind]) if kind in KINDS else kind


def unit_words(unit: Unit) -> str:
    """Return the word after a figure; a kind of voucher by its name, for there are several."""
    data = unit.data()
    return local_text(unit.name) if data.kind == UnitKind.VOUCHER else gettext(data.words)


def state_words(state: str) -> str:
    """Return in words whether a booking stands, waits, or fell away."""
    return gettext(STATES[state])


def owner_words(account: Account) -> str:
    """Return whose an account is. A person is not named: only their own page shows it to them."""
    if account.person_id is not None:
        return gettext("Personal account")
    if account.party_id is not None:
        return parties.party_words(parties.party(account.party_id))
    if account.place_id is not None:
        language = get_language() or ""
        return places.place_words(account.district, account.place_id, language)
    if account.line is not None:
        stage = kind_words(account.stage)
        return f"{local_text(account.line.name)} · {stage}"
    if account.floor is None:
        return gettext("Outside of this book")
    return gettext("Account %(number)s") % {"number": account.pk}

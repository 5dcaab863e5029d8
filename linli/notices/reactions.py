"""Letters about requests about data: who is told what, and what is erased. Listed in ``config/wiring.py``."""

from django.conf import settings
from django.utils.translation import override

from linli.basics import Event
from linli.fabric.jinja import day
from linli.journal.actions import system
from linli.parties import queries as parties
from linli.parties.events import PasswordRenewed, ResidentReadmitted
from linli.people import queries as people
from linli.people.events import PersonErased, RightAsked, RightDecided
from linli.rulebook import queries as rulebook
from linli.rulebook.domain import last_day

from . import actions
from .domain import Recipient

ANSWERS = {"granted": "right_granted", "refused": "right_refused"}
ERASED = "right_erased"


def tell_asker(event: Event, line: int) -> None:
    """
    Answer ``RightAsked`` and ``RightDecided``: whoever asked is told by when, and the answer.

    A refusal is told with its reasons and what may be done against it (个人信息保护法 50). Who
    took the request back knows; who left no way to be told is told at the window.
    """
    del line
    if isinstance(event, RightAsked):
        template = "right_asked"
    elif isinstance(event, RightDecided) and event.state in ANSWERS:
        erased = event.right == "erasure" and event.state == "granted"
        template = ERASED if erased else ANSWERS[event.state]
    else:
        return
    answer = people.answer_of(event.request_id, district=settings.DISTRICT)
    recipient = _recipient(answer)
    if recipient is None:
        return
    with override("zh-hans" if recipient.language.startswith("zh") else "en"):
        values = {
            "right": people.right_words(answer.kind),
            "due": rulebook.by_guess(day(last_day(answer.due_at), whole=True), answer.due_at),
            "reason": answer.reasons,
            "remedy": "".join(f"{words}（{law}）" for words, law in people.remedy_words()),
        }
    actions.queue_notice(
        by=system(settings.DISTRICT),
        event=template,
        recipient=recipient,
        values=values,
        subject=("right", event.request_id),
        at=event.at,
        sensitive=False,
    )


def tell_renewed(event: Event, line: int) -> None:
    """
    Answer ``PasswordRenewed`` and ``ResidentReadmitted``: perhaps it was not they who asked.

    They are told on the site, a resident by telephone too.
    """
    del line
    if not isinstance(event, PasswordRenewed | ResidentReadmitted) or event.party_id is None:
        return
    recipients, subject = [Recipient.to_user(event.user_id)], ("user", event.user_id)
    if isinstance(event, ResidentReadmitted):
        subject = ("person", event.person_id)
        phone = people.phone_of(settings.DISTRICT, event.person_id)
        recipients += [Recipient.to_phone(phone)] if phone else []
    office = parties.party(event.party_id)
    values = {"office": parties.party_words(office, recipients[0].language), "phone": office.phone}
    actions.queue_notices(
        by=system(settings.DISTRICT),
        event="password_renewed",
        letters=[(one, values) for one in recipients],
        subject=subject,
        at=event.at,
        sensitive=False,
    )


def forget_asked(event: Event, line: int) -> None:
    """Answer ``PersonErased``: what we wrote to them about themselves goes, but for the last word."""
    del line
    if isinstance(event, PersonErased):
        house = system(settings.DISTRICT)
        actions.forget_notices(by=house, subject=("person", event.person_id), at=event.at)
        for request in people.requests_about(event.person_id):
            actions.forget_notices(by=house, subject=("right", request), at=event.at, but=ERASED)


def _recipient(answer: people.Answer) -> Recipient | None:
    if answer.user is not None:
        return Recipient.to_user(answer.user)
    return Recipient.to_phone(answer.phone) if answer.phone else None

"""Queueing notices, sending those that are due, and keeping track of what became of them."""

import json
import logging
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.module_loading import import_string

from linli.basics import Actor, NoSuchThing
from linli.fabric import versions
from linli.fabric.fields import Sealed
from linli.fabric.writing import in_act, write_atomic
from linli.identity import queries as identity
from linli.journal.actions import record, record_many

from . import queries
from .domain import (
    LANGUAGES,
    LEASE,
    AlreadyTold,
    BadTemplate,
    Channel,
    Letter,
    Message,
    Recipient,
    State,
    message_of,
    next_try,
    template_on,
)
from .events import (
    NoticeFailed,
    NoticeForgotten,
    NoticeQueued,
    NoticeRead,
    NoticeSent,
    NoticeTold,
    ReplyChanged,
)
from .models import Notice, Reply

log = logging.getLogger(__name__)
REPLY_CODES = {"code": 40, "item": 60, "outcome": 30}  # column → its letters


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many letters one round sent, put off, and gave up."""

    sent: int = 0
    put_off: int = 0
    failed: int = 0


@write_atomic
def queue_notice(
    *,
    by: Actor,
    event: str,
    recipient: Recipient,
    values: Mapping[str, str],
    subject: tuple[str, int],
    at: datetime,
    sensitive: bool,
    due_at: datetime | None = None,
) -> Notice:
    """
    Tell one recipient. On the site it stands at once; outside it goes with the next round.

    ``subject`` is the kind and the id of the thing; ``due_at`` puts the sending off until then.

    :raises BadTemplate: if there is no template for the event, or a value is missing
    """
    notice, *_ = queue_notices(
        by=by,
        event=event,
        letters=[(recipient, values)],
        subject=subject,
        at=at,
        sensitive=sensitive,
        due_at=due_at,
    )
    return notice


@write_atomic
def queue_notices(
    *,
    by: Actor,
    event: str,
    letters: Sequence[tuple[Recipient, Mapping[str, str]]],
    subject: tuple[str, int],
    at: datetime,
    sensitive: bool,
    due_at: datetime | None = None,
) -> list[Notice]:
    """
    Tell many recipients of one event, in a few statements however many they are.

    Who gave an address is written to by e-mail as well; those letters come last.

    :raises BadTemplate: if there is no template for the event, or a value is missing
    """
    letters = [*letters, *_copies(letters)]
    day = at.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    template = template_on(queries.templates(), event, day)
    columns = {
        "district": by.district,
        "event": event,
        "subject_kind": subject[0],
        "subject_id": subject[1],
        "queued_at": at,
        "next_at": due_at or at,
    }
    notices = Notice.objects.bulk_create(
        [
            _notice(
                recipient,
                message_of(template, recipient, values, sensitive=sensitive),
                columns,
            )
            for recipient, values in letters
        ],
        batch_size=500,
    )
    record_many([(_queued(notice), [notice]) for notice in notices], by=by)
    return notices


def _copies(
    letters: Sequence[tuple[Recipient, Mapping[str, str]]],
) -> list[tuple[Recipient, Mapping[str, str]]]:
    """Return the same letters by e-mail, to those users who gave an address."""
    users = {one.user_id for one, _ in letters if one.user_id is not None}
    emails = identity.emails_of(users) if users else {}
    return [
        (Recipient.to_email(emails[one.user_id], one.language), values)
        for one, values in letters
        if one.user_id in emails
    ]


def _notice(recipient: Recipient, message: Message, columns: Mapping[str, Any]) -> Notice:
    notice = Notice(
        user_id=recipient.user_id,
        contact=Sealed.of(recipient.address) if recipient.address else None,
        language=recipient.language,
        title=message.title,
        body=message.body,
        channel=recipient.channel.value,
        state=State.QUEUED.value,
        **columns,
    )
    if recipient.channel is Channel.INAPP and notice.next_at == notice.queued_at:
        notice.state, notice.sent_at, notice.next_at = State.SENT.value, notice.queued_at, None
    return notice


def _queued(notice: Notice) -> NoticeQueued:
    return NoticeQueued(
        at=notice.queued_at,
        notice_id=notice.pk,
        event=notice.event,
        channel=notice.channel,
        about_kind=notice.subject_kind,
        about_id=notice.subject_id,
    )


@write_atomic
def claim_due(*, by: Actor, at: datetime, most: int) -> list[Letter]:
    """
    Take up to ``most`` due notices for sending, for ``LEASE`` long; nobody else sends them then.

    A sender that dies leaves them to the next one: a letter may go twice, never not at all.
    """
    del by
    due = list(
        Notice.objects.select_for_update(skip_locked=True)
        .filter(state=State.QUEUED.value, next_at__lte=at)
        .order_by("next_at", "id")[: max(most, 0)]
    )
    for notice in due:
        notice.tries += 1
        notice.next_at = at + LEASE
    Notice.objects.bulk_update(due, ["tries", "next_at"], batch_size=500)
    return [
        Letter(
            notice_id=notice.pk,
            key=f"linli-{notice.district}-{notice.pk}",
            channel=Channel(notice.channel),
            address=notice.contact.open() if notice.contact else "",
            message=Message(title=notice.title, body=notice.body),
        )
        for notice in due
    ]


@write_atomic
def note_outcomes(*, by: Actor, complaints: Mapping[int, str], at: datetime) -> Outcome:
    """
    Note what became of claimed letters: by notice id, the complaint, or nothing if it was sent.

    After the last try the notice stands on the list of what could not be sent.
    """
    notices = list(
        Notice.objects.select_for_update()
        .filter(pk__in=complaints, state=State.QUEUED.value)
        .order_by("id")
    )
    lines: list[tuple[NoticeSent | NoticeFailed, list[Notice]]] = []
    for notice in notices:
        notice.complaint = complaints[notice.pk][:60]
        if not notice.complaint:
            notice.state, notice.sent_at, notice.next_at = State.SENT.value, at, None
            lines.append((NoticeSent(at=at, notice_id=notice.pk, tries=notice.tries), [notice]))
            continue
        notice.next_at = next_try(notice.tries, at)
        if notice.next_at is None:
            notice.state, notice.failed_at = State.FAILED.value, at
            lines.append((NoticeFailed(at=at, notice_id=notice.pk, tries=notice.tries), [notice]))
    columns = ["complaint", "state", "sent_at", "failed_at", "next_at"]
    Notice.objects.bulk_update(notices, columns, batch_size=500)
    record_many(lines, by=by)
    states = [notice.state for notice in notices]
    return Outcome(
        sent=states.count("sent"), put_off=states.count("queued"), failed=states.count("failed")
    )


def send_due(*, by: Actor, at: datetime, most: int = 100) -> Outcome:
    """
    Send what is due: two acts, and between them the carriers, for whom no writer has to wait.

    :raises RuntimeError: inside an act
    """
    if in_act():
        raise RuntimeError("Letters are not sent from inside an act: it could still be undone.")
    letters = claim_due(by=by, at=at, most=most)
    if not letters:
        return Outcome()
    complaints = {letter.notice_id: _carry(letter) for letter in letters}
    return note_outcomes(by=by, complaints=complaints, at=at)


def _carry(letter: Letter) -> str:
    """Hand the letter over; return the complaint, which never holds the address or the text."""
    try:
        if letter.channel is Channel.EMAIL:
            _send_email(letter)
        elif letter.channel is Channel.SMS:
            _send_sms(letter)
    except Exception as trouble:  # a carrier may fail in any way
        log.warning("Notice %s was not sent: %s", letter.notice_id, type(trouble).__name__)
        return type(trouble).__name__
    return ""


def _send_email(letter: Letter) -> None:
    EmailMessage(
        subject=letter.message.title,
        body=letter.message.body,
        to=[letter.address],
        headers={"X-Entity-Ref-ID": letter.key},
    ).send()


def _send_sms(letter: Letter) -> None:
    """Call the adapter ``LINLI_SMS_ADAPTER`` names, or write a file where there is none."""
    named = getattr(settings, "SMS_ADAPTER", "")
    carrier = import_string(named) if named else _write_sms
    carrier(key=letter.key, phone=letter.address, text=letter.message.body)


def _write_sms(*, key: str, phone: str, text: str) -> None:
    folder = Path(settings.OUTBOX) / "sms"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path, temporary = folder / f"{key}.json", folder / f"{key}.part"
    content = json.dumps({"to": phone, "text": text}, ensure_ascii=False, indent=1)
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(content + "\n")
    temporary.rename(path)


@write_atomic
def mark_read(*, by: Actor, notice_ids: Sequence[int], at: datetime) -> int:
    """
    Note that the user opened these notices; return how many were new.

    :raises NoSuchThing: if one is not a notice of the actor's on the site
    """
    found = list(
        Notice.objects.select_for_update()
        .filter(
            pk__in=notice_ids,
            user__isnull=False,
            user=by.user,
            state__in=queries.SHOWN,
            forgotten_at=None,
        )
        .order_by("id")
    )
    if len(found) != len(set(notice_ids)):
        raise NoSuchThing
    new = [notice for notice in found if notice.state == State.SENT.value]
    for notice in new:
        notice.state, notice.read_at = State.READ.value, at
    Notice.objects.bulk_update(new, ["state", "read_at"], batch_size=500)
    record_many([(NoticeRead(at=at, notice_id=one.pk), [one]) for one in new], by=by)
    return len(new)


@write_atomic
def note_told(*, by: Actor, notice_id: int, at: datetime) -> Notice:
    """
    Note that what could not be sent was told by telephone: it leaves the list of calls.

    Whose call it is, is for the caller to know: notices do not know the offices of things.

    :raises NoSuchThing: if it is nothing that failed in the district
    :raises AlreadyTold: if somebody was quicker
    """
    owed = Notice.objects.select_for_update().filter(pk=notice_id, district=by.district)
    notice = owed.filter(state__in=[State.FAILED, State.TOLD], forgotten_at=None).first()
    if notice is None:
        raise NoSuchThing
    if notice.state == State.TOLD:
        raise AlreadyTold
    notice.state, notice.told_at = State.TOLD.value, at
    notice.save(update_fields=["state", "told_at"])
    record(NoticeTold(at=at, notice_id=notice.pk), by=by, rows=[notice])
    return notice


@write_atomic
def forget_notices(
    *,
    by: Actor,
    subject: tuple[str, int],
    at: datetime,
    to: Sequence[Recipient] | None = None,
    but: str = "",
) -> int:
    """
    Erase the addresses and texts of all notices about one thing; return how many there were.

    What was not sent yet is given up. PIPL art. 47.

    :param to: only what went to these; the letters of others about the same thing stay
    :param but: the event whose letters stay, such as the one that says so
    """
    lying = (
        Notice.objects.select_for_update()
        .filter(
            subject_kind=subject[0], subject_id=subject[1], district=by.district, forgotten_at=None
        )
        .exclude(event=but)
        .order_by("id")
    )
    found = [one for one in lying if to is None or _went_to(one, to)]
    for notice in found:
        if notice.state == State.QUEUED.value:
            notice.state, notice.failed_at, notice.next_at = State.FAILED.value, at, None
        notice.contact, notice.title, notice.body, notice.salt = None, "", "", None
        notice.forgotten_at = at
    columns = ["state", "failed_at", "next_at", "contact", "title", "body", "salt", "forgotten_at"]
    Notice.objects.bulk_update(found, columns, batch_size=500)
    record_many([(NoticeForgotten(at=at, notice_id=one.pk), [one]) for one in found], by=by)
    return len(found)


def _went_to(notice: Notice, recipients: Sequence[Recipient]) -> bool:
    address = notice.contact.open() if notice.contact else ""
    return any(
        (one.user_id is not None and one.user_id == notice.user_id)
        or (one.address and one.address == address)
        for one in recipients
    )


@write_atomic
def load_replies(*, by: Actor, rows: Sequence[Mapping[str, Any]], at: datetime) -> int:
    """
    Load the district's own ready replies; return how many were new or changed, none if again.

    At the desk they stand before those of the packs, and in place of one of the same code.

    :raises BadTemplate: if a reply lacks a language, a code or its first day
    """
    changed = 0
    for row in rows:
        values = _reply_values(row)
        kept, new = Reply.objects.get_or_create(
            district=by.district, code=row["code"], since=row["since"], defaults=values
        )
        if not new and all(getattr(kept, name) == value for name, value in values.items()):
            continue
        for name, value in values.items():
            setattr(kept, name, value)
        kept.save(update_fields=list(values))
        record(ReplyChanged(at=at, reply_id=kept.pk), by=by, rows=[kept])
        changed += 1
    if changed:
        versions.bump(queries.REPLIES)
    return changed


def _reply_values(row: Mapping[str, Any]) -> dict[str, Any]:
    if not row.get("code") or type(row.get("since")) is not date:
        raise BadTemplate("a reply lacks its code or its first day")
    for name, most in REPLY_CODES.items():
        if not isinstance(row.get(name, ""), str) or len(row.get(name, "")) > most:
            raise BadTemplate(f"{row['code']}: {name} is no word of at most {most} letters")
    texts = {name: row.get(name) for name in ("title", "body")}
    for name, said in texts.items():
        if (
            not isinstance(said, Mapping)
            or said.keys() != set(LANGUAGES)
            or not all(isinstance(one, str) and one.strip() for one in said.values())
        ):
            raise BadTemplate(f"{row['code']}: {name} lacks a language")
    return {
        "item": row.get("item", ""),
        "outcome": row.get("outcome", ""),
        **texts,
        "example": bool(row.get("example", False)),
    }

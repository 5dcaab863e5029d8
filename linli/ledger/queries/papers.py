"""The statement one takes along: signed JSON, and a paper that carries the same JSON inside."""

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.utils.translation import get_language, gettext

from linli.fabric.jinja import day, local_text, moment
from linli.fabric.keyring import keyring
from linli.files import queries as files
from linli.files.domain.papers import Block, Document, Facts, Paragraph, Table
from linli.journal import queries as journal
from linli.journal.domain import canonical
from linli.ledger.domain import Entry, Statement, shown, statement_content
from linli.ledger.models import Account

from .words import kind_words, owner_words

PAPER = "linli-statement-pdf-1"  # what the last line of a PDF begins with


def signed_statement(statement: Statement, account: Account, *, made_at: datetime) -> str:
    """
    Return a statement as JSON that checks itself: signed by this house, each line with its balance.

    It names no person: whose it is stands as kind and id.
    """
    unit, last, ring = account.unit, journal.last_seal(), keyring()
    content = statement_content(
        statement,
        district=account.district,
        unit={"code": unit.code, "name": unit.name, "places": unit.places},
        owner=owner_out(account),
        made_at=made_at,
        root=bytes(last.root).hex() if last else "",
    )
    content["public_key"] = ring.public_key.hex()
    signature = ring.signer.sign(canonical(content).encode())
    return canonical({"statement": content, "signature": signature.hex()})


def signed_file(
    kind: str, statement: Statement, account: Account, *, made_at: datetime
) -> bytes | None:
    """
    Return the signed statement as a file; None for a PDF without a font with Han characters.

    :param kind: ``json``, or ``pdf`` with that JSON inside
    """
    signed = signed_statement(statement, account, made_at=made_at)
    return signed.encode() if kind == "json" else statement_pdf(signed, statement, account)


def owner_out(account: Account) -> dict[str, Any]:
    """Return whose an account is, as kind and id; a person is not named."""
    for kind in ("person", "party", "place", "line"):
        held = getattr(account, f"{kind}_id")
        if held is not None:
            return {"kind": kind, "id": held, "part": account.stage or account.purpose}
    return {"kind": "above", "id": None, "part": account.above}


def statement_pdf(signed: str, statement: Statement, account: Account) -> bytes | None:
    """
    Return the statement on paper, the signed JSON inside; None without a font with Han characters.

    Its last line is a comment to readers of PDF, and signs every byte before it: what the pages
    show, too, cannot be changed unseen.
    """
    pages = files.render_pdf(statement_paper(signed, statement, account))
    if pages is None:
        return None
    pages = pages.rstrip() + b"\n"
    sealed = canonical({"format": PAPER, "sha256": sha256(pages).hexdigest()})
    signature = keyring().signer.sign(sealed.encode())
    return pages + f"%{PAPER} {signature.hex()}\n".encode()


def statement_paper(signed: str, statement: Statement, account: Account) -> Document:
    """Return the statement as a paper to print (对账单)."""
    held: Mapping[str, Any] = json.loads(signed)
    places = account.unit.places
    unit = local_text(account.unit.name)
    facts = Facts(
        (
            (gettext("Account"), f"{account.pk}"),
            (gettext("Whose"), owner_words(account)),
            (gettext("Counted in"), unit),
            (gettext("From"), moment(statement.since, whole=True)),
            (gettext("Up to"), moment(statement.until, whole=True)),
            (gettext("Balance before"), shown(statement.opening, places)),
            (gettext("Balance after"), shown(statement.closing, places)),
        )
    )
    return Document(
        title=gettext("Account statement"),
        language="en" if (get_language() or "").startswith("en") else "zh-Hans",
        office=owner_words(account),
        big=(f"{shown(statement.closing, places)} {unit}",),
        blocks=(facts, *_table(statement, places)),
        foot=(
            gettext("Whoever holds this file can check it: “Check a record” takes it as it is."),
            f"{gettext('Signed with key')} {_groups(held['statement']['public_key'])}",
            f"{gettext('Signature')} {_groups(held['signature'])}",
        ),
        attached_name=f"statement-{account.pk}.json",
        attached=signed,
    )


def _groups(digits: str) -> str:
    """Return digits by eights, as roots are printed, so that a line of paper can end between them."""
    return " ".join(digits[at : at + 8] for at in range(0, len(digits), 8))


def _table(statement: Statement, places: int) -> tuple[Block, ...]:
    if not statement.entries:
        return (Paragraph(gettext("Nothing moved in this time.")),)
    rows = tuple(
        _row(entry, after, places)
        for entry, after in zip(statement.entries, statement.running(), strict=True)
    )
    head = (gettext("Day"), gettext("Booked for"), gettext("Booking number"), gettext("Amount"))
    return (Table(head=(*head, gettext("Balance")), rows=rows, right=(3, 4)),)


def _row(entry: Entry, after: int, places: int) -> tuple[str, ...]:
    sign = "+" if entry.amount > 0 else ""
    return (
        day(entry.at, whole=True),
        kind_words(entry.kind),
        str(entry.transfer_id),
        f"{sign}{shown(entry.amount, places)}",
        shown(after, places),
    )

"""
The canonical texts of a booking and of its line, made once, with places where its values go.

Composing them anew for each booking costs more than writing it. They are cut from one draft, so that
what the record says is still said in one place.
"""

import functools
import re
from datetime import UTC, datetime
from typing import Any

from linli.basics import Actor
from linli.fabric.blanks import plain
from linli.fabric.bulk import new_row
from linli.journal.actions import Draft
from linli.ledger.events import TransferPosted
from linli.ledger.models import Transfer

CUT = "\x01"  # where the database puts what it knows; it never stands in canonical JSON
_MARK = -(2**62)


def posted(transfer: Transfer) -> TransferPosted:
    """Return what is announced of a booking."""
    return TransferPosted(
        at=transfer.at,
        transfer_id=transfer.pk,
        payer_id=transfer.payer_id,
        payee_id=transfer.payee_id,
        amount=transfer.amount,
        unit_id=transfer.unit_id,
        kind=transfer.kind,
    )


def texts(**values: Any) -> tuple[str, str]:
    """
    Return the canonical text of a row, and the body of its line, with these values in their places.

    :param values: canonical JSON by column of the transfer, and ``digest``; ``CUT`` for what the
        database knows
    :raises RuntimeError: outside ``write_atomic``, at the first call
    """
    row, line = _shapes()
    return row % values, line % values


@functools.cache
def _shapes() -> tuple[str, str]:
    marks: dict[str, Any] = {
        name: _MARK + place
        for place, name in enumerate(
            ("id", "district", "payer_id", "payee_id", "amount", "unit_id", "act")
        )
    }
    marks |= {"kind": "its kind", "key": "its key", "at": datetime(1970, 1, 2, 3, 4, 5, 6, UTC)}
    transfer = new_row(Transfer, **marks)
    draft = Draft.of(posted(transfer), transfer, by=Actor(kind="system", district=_MARK))
    names = {
        f'"{value}"' if isinstance(value, str) else str(value): name
        for name, value in ((name, plain(value)) for name, value in marks.items())
    }
    names[draft.digest] = "digest"
    return _with_places(draft.row, names), _with_places(draft.line.body, names)


def _with_places(text: str, names: dict[str, str]) -> str:
    """Return the text as a format, with a place for each of the marks."""
    marks = re.compile("|".join(map(re.escape, names)))
    return marks.sub(lambda mark: f"%({names[mark.group()]})s", text.replace("%", "%%"))

"""What a desk prints: the receipt, and the list of what is missing (缺件一次告知单)."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import get_language, gettext

from linli.cases.domain import spoken
from linli.fabric.jinja import day, moment
from linli.files import queries as files
from linli.files.domain.papers import Slip, SlipWords
from linli.parties import queries as parties
from linli.rulebook import queries as rulebook


def receipt_slip(
    *,
    number: str,
    code: str,
    item: str,
    owner: int,
    opened_at: datetime,
    due_at: datetime | None,
    taken_by: str,
    address: str,
    copy: bool,
) -> Slip:
    """Return the receipt a resident takes home from the window (受理回执)."""
    unit = parties.party(owner)
    facts = [
        (gettext("Matter"), item),
        (gettext("Answers for it"), parties.party_words(unit)),
        (gettext("Telephone"), unit.phone),
        (gettext("Received"), moment(opened_at)),
    ]
    if due_at is not None:
        facts.insert(0, (gettext("At the latest"), rulebook.by_guess(moment(due_at), due_at)))
    return Slip(
        title=gettext("Receipt"),
        office=taken_by,
        number=spoken(number),
        language=language_tag(),
        code=code,
        big=(item,),
        facts=tuple((term, value) for term, value in facts if value),
        boxes=(
            (
                gettext("Not solved?"),
                gettext(
                    "Ring the number above and say this number and “open it again”. The same "
                    "office does it; its time is counted anew from then."
                ),
            ),
            (
                gettext("Nobody came in time?"),
                gettext("You need not urge. The clock itself tells the office above."),
            ),
        ),
        foot=gettext("It costs nothing. Number and check code together show how far it is."),
        qr=address,
        copy=copy,
    )


def papers_slip(
    *, number: str, item: str, owner: int, papers: Sequence[str], words: str, review_at: datetime
) -> Slip:
    """Return the one list of everything that is missing (行政许可法 art. 32: told once, all of it)."""
    unit = parties.party(owner)
    return Slip(
        title=gettext("What is still missing"),
        office=parties.party_words(unit),
        number=spoken(number),
        language=language_tag(),
        big=(item,),
        ticks=tuple(papers),
        facts=tuple(
            (term, value)
            for term, value in (
                (gettext("Bring it by"), day(review_at)),
                (gettext("Telephone"), unit.phone),
                (gettext("Note"), words),
            )
            if value
        ),
        boxes=(
            (
                gettext("This is all of it"),
                gettext(
                    "We ask once. A clear photograph will do. The clock stands still until then "
                    "and loses you nothing."
                ),
            ),
        ),
        foot=gettext("What the office holds already is not asked for again."),
    )


def language_tag() -> str:
    """Return the language papers are printed in: that of the page."""
    return "en" if (get_language() or "").startswith("en") else "zh-Hans"


def words_of(slip: Slip) -> SlipWords:
    """Return the few words a slip adds by itself."""
    return files.slip_words(slip)


def pdf_of(slip: Slip) -> bytes | None:
    """Return the slip as PDF; None where no font with Han characters is installed."""
    return files.slip_pdf(slip) if files.can_print() else None


def square_code(slip: Slip) -> str:
    """Return the square code as SVG, empty where the slip carries none."""
    return files.qr_svg(slip.qr) if slip.qr else ""

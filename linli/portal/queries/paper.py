"""The slip a reporter takes home: one A5 sheet, as PDF and as a page to print."""

from django.utils.translation import gettext

from linli.files.domain.papers import Slip

from .matters import Matter
from .wording import language


def receipt_slip(matter: Matter, *, code: str, address: str) -> Slip:
    """
    Return the slip of a receipt.

    :param code: the six signs, on the first print only; without them the slip is a copy
    :param address: what the square code holds; it says no name and no telephone number
    """
    who = matter.who
    facts = [
        (gettext("At the latest"), matter.due),
        (gettext("In charge"), " · ".join(part for part in (who.name, who.hat) if part)),
        (gettext("Office"), who.party),
        (gettext("Telephone"), who.phone),
        (gettext("With the help of"), gettext(", ").join(matter.helpers)),
        (gettext("Received"), matter.opened),
        (gettext("Cost"), matter.fee),
    ]
    number = matter.summary.spoken
    joint = " " if language().startswith("en") else ""
    return Slip(
        title=gettext("Receipt"),
        office=who.party,
        number=number,
        language="en" if language().startswith("en") else "zh-Hans",
        code=code,
        big=(matter.summary.title, matter.summary.place),
        facts=tuple((label, words) for label, words in facts if words),
        boxes=((gettext("If you do not agree"), joint.join(matter.remedies)),)
        if matter.remedies
        else (
            (
                gettext("Not solved?"),
                gettext(
                    "Ring the number above and say “open %(number)s again”. The same office answers."
                )
                % {"number": number},
            ),
            (
                gettext("Nobody came in time?"),
                gettext("You need not press. The clock reports itself to the office above."),
            ),
        ),
        foot=gettext(
            "Scan to see where it stands, without signing in. The code holds no name and no number "
            "of yours. Keep the six signs: with them you can read and answer."
        ),
        root=matter.root,
        qr=address,
        copy=not code,
    )

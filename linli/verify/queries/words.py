"""Plain words for what the check of a package found."""

from django.utils.translation import gettext

from linli.basics import gettext_noop
from linli.verify.domain import Fault

WORDS = {
    "not_a_package": gettext_noop("This is not an export of Linli, or it was damaged on the way."),
    "no_manifest": gettext_noop("The export has no readable list of contents."),
    "too_large": gettext_noop("The export is too large to be checked here."),
    "manifest_altered": gettext_noop("The list of contents was altered after it was signed."),
    "foreign_key": gettext_noop("%(where)s is signed with another key, not with this house's."),
    "key_not_in_use": gettext_noop(
        "%(where)s is signed with a key that was not in use at that moment."
    ),
    "member_missing": gettext_noop("%(member)s is listed but not there: it was taken out."),
    "member_extra": gettext_noop("%(member)s is not listed: it was put in afterwards."),
    "member_twice": gettext_noop("%(member)s is there twice."),
    "member_damaged": gettext_noop("%(member)s is damaged and cannot be read."),
    "member_altered": gettext_noop("%(member)s is not what was signed."),
    "count_differs": gettext_noop("%(member)s has lines too many or too few (%(note)s)."),
    "line_unreadable": gettext_noop("%(member)s: line %(position)s cannot be read."),
    "line_altered": gettext_noop("Record line %(line)s was altered (%(where)s)."),
    "line_missing": gettext_noop("A record line was deleted (%(where)s)."),
    "position_twice": gettext_noop("Record line %(line)s is in a place already taken (%(where)s)."),
    "seal_missing": gettext_noop("Seal %(batch)s is missing."),
    "seal_altered": gettext_noop("Seal %(batch)s was altered: its signature does not fit."),
    "chain_broken": gettext_noop("Seal %(batch)s does not follow the seal before it."),
    "root_differs": gettext_noop("Seal %(batch)s does not fit the lines under it."),
    "tail_cut": gettext_noop(
        "The record ends at seal %(batch)s, but %(note)s seals were signed for: the end was cut off."
    ),
    "root_unknown": gettext_noop(
        "The root on your receipt is not in this record: it was cut off or exchanged."
    ),
    "row_altered": gettext_noop("%(table)s %(row)s was altered after record line %(line)s."),
    "row_missing": gettext_noop("%(table)s %(row)s was deleted; record line %(line)s names it."),
    "row_unbound": gettext_noop("%(table)s %(row)s stands in no record line: it was put in."),
    "account_sum": gettext_noop(
        "Account %(row)s does not stand where its transfers put it (in/out/set aside: %(note)s)."
    ),
    "account_limits": gettext_noop("Account %(row)s stands outside of its limits."),
    "not_a_statement": gettext_noop(
        "This is not an account's statement of Linli, or it was damaged on the way."
    ),
    "statement_altered": gettext_noop("The statement was altered after it was signed."),
    "paper_unsigned": gettext_noop(
        "The pages of this PDF carry no signature: what they show may have been changed. Get the "
        "statement anew."
    ),
    "paper_altered": gettext_noop(
        "The PDF was altered after it was signed: what its pages show does not count."
    ),
    "statement_sum": gettext_noop("Line %(position)s does not fit the balance before it."),
    "statement_end": gettext_noop("The lines do not make the balance at the end."),
    "file_missing": gettext_noop("The file %(member)s is missing."),
    "file_altered": gettext_noop("The file %(member)s was altered."),
}


def words_of(fault: Fault) -> str:
    """Return one sentence in the reader's language that says what is wrong and where."""
    values = {name: getattr(fault, name) for name in Fault.__slots__}
    values["where"] = _where(fault)
    return gettext(WORDS[fault.kind]) % values


def _where(fault: Fault) -> str:
    if fault.batch is None:
        return fault.member
    if fault.position is None:
        return gettext("Seal %(batch)s") % {"batch": fault.batch}
    return gettext("batch %(batch)s, position %(position)s") % {
        "batch": fault.batch,
        "position": fault.position,
    }

"""What a visitor of the check page sends: a package, and perhaps the root on a receipt."""

from dataclasses import dataclass
from typing import IO

from django.http import HttpRequest

from linli.basics import Invalid, gettext_noop
from linli.verify.domain import bare_root

MOST_BYTES = 60_000_000


@dataclass(frozen=True, slots=True)
class Sent:
    """A package to look through, and a root that must be in it, or nothing."""

    file: IO[bytes]
    name: str
    root: str


def read_root(text: str, *, needed: bool = False) -> str:
    """
    Return a root as typed from paper: 64 hex digits, or nothing where none is needed.

    :raises Invalid: if it is something else
    """
    root = bare_root(text)
    if (root or needed) and (len(root) != 64 or not set(root) <= set("0123456789abcdef")):
        raise Invalid(
            field="root",
            reason=gettext_noop("A record root has 64 signs, 0 to 9 and a to f, in 8 groups."),
        )
    return root


def read_package(request: HttpRequest) -> Sent:
    """
    Return what was sent.

    :raises Invalid: if there is no file, or it is larger than this page takes
    """
    root = read_root(request.POST.get("root", ""))
    file = request.FILES.get("package")
    if file is None or not file.size or file.file is None:
        raise Invalid(field="package", reason=gettext_noop("Choose the file to be checked first."))
    if file.size > MOST_BYTES:
        raise too_large()
    return Sent(file=file.file, name=str(file.name), root=root)


def too_large() -> Invalid:
    """Return the refusal of a file over ``MOST_BYTES``."""
    return Invalid(
        field="package",
        reason=gettext_noop(
            "This page takes files up to 60 MB. Check larger ones with the command “linli verify”."
        ),
    )

"""What an act is given is looked at first: what no row of the book could hold is refused in words."""

import functools
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ParamSpec, TypeVar

from linli.ledger import domain
from linli.ledger.domain import (
    CODE_LENGTH,
    KEY_LENGTH,
    KIND_LENGTH,
    PURPOSE_LENGTH,
    UNIT_LENGTH,
    Booking,
    Owner,
    OwnerKind,
    UnitData,
)

P = ParamSpec("P")
R = TypeVar("R")
CODE, KEY, KIND, PURPOSE, UNIT = (
    functools.partial(domain.check_code, most=most)
    for most in (CODE_LENGTH, KEY_LENGTH, KIND_LENGTH, PURPOSE_LENGTH, UNIT_LENGTH)
)


def checked(action: Callable[P, R]) -> Callable[P, R]:
    """
    Look at each value the act is given, by its name; ``amount`` has its rule in the domain.

    What no table at all could hold, ``write_atomic`` refuses.

    :raises Refused: when called, for a value no row could hold
    """

    @functools.wraps(action)
    def looked_at(*args: P.args, **kwargs: P.kwargs) -> R:
        check_given(kwargs)
        return action(*args, **kwargs)

    return looked_at


def check_given(asked: Mapping[str, Any]) -> None:
    """:raises Refused: for a value no row could hold"""
    for name, value in asked.items():
        check = CHECKS.get(name)
        if check is not None:
            check(value)


def _owner(owner: Owner | int) -> None:
    if isinstance(owner, int):
        domain.check_number(owner)
    elif owner.kind == OwnerKind.ABOVE:
        CODE(owner.table)
    else:
        domain.check_number(owner.id or 0)


def _bookings(bookings: Iterable[Booking]) -> None:
    for one in bookings:
        domain.check_number(one.payer)
        domain.check_number(one.payee)
        KIND(one.kind)
        KEY(one.key)


def _units(units: Iterable[UnitData]) -> None:
    for unit in units:
        domain.check_unit_data(unit)


def _name(name: Mapping[str, str]) -> None:
    domain.check_words([*name, *name.values()])


CHECKS: Mapping[str, Callable[[Any], None]] = {
    **dict.fromkeys(("payer", "payee", "account", "source", "target"), domain.check_number),
    **dict.fromkeys(("transfer", "line"), domain.check_number),
    "owner": _owner,
    "kind": KIND,
    "key": KEY,
    "purpose": PURPOSE,
    "unit": UNIT,
    "code": CODE,
    "name": _name,
    "floor": domain.check_limit,
    "ceiling": domain.check_limit,
    "bookings": _bookings,
    "units": _units,
}

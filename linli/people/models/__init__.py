"""The tables of people: the register, and what people say about their own data."""

from .register import (
    Confirmation,
    Household,
    Merge,
    Person,
    ReadLog,
    SearchLog,
    Source,
    Superseded,
    Trait,
)
from .wishes import Arrangement, Consent, Kin, RightsRequest

__all__ = [
    "Arrangement",
    "Confirmation",
    "Consent",
    "Household",
    "Kin",
    "Merge",
    "Person",
    "ReadLog",
    "RightsRequest",
    "SearchLog",
    "Source",
    "Superseded",
    "Trait",
]

"""
What a service item is, how a pack is read and checked, and how an item is found and judged.

Plain values in, values or refusals out. Other storeys import from here.
"""

from .certificates import Certificate, NotIssuedHere, refused_certificate
from .checks import Surroundings, check_item, check_order, facts_used, shape_of
from .definitions import (
    COMMUNITY_HATS,
    MOST_FIELDS,
    OPEN_DUTIES,
    Basis,
    DutyKind,
    Errand,
    Example,
    Fee,
    FeeKind,
    FieldDefinition,
    Idea,
    ItemDefinition,
    PaperDefinition,
    PlaceAsked,
    Sector,
    Stage,
    StepDefinition,
    StepKind,
    Structure,
    Supply,
    Text,
)
from .eligibility import Verdict, eligibility, missing_fields, missing_papers
from .entries import Entry
from .mandates import (
    LineNotInForce,
    MandateOrigin,
    MandateWithoutEnd,
    NotOnTheList,
    check_mandate,
)
from .packs import (
    CertificateData,
    DutyLineData,
    FactBook,
    Pack,
    ReadItem,
    needs_of,
    read_pack,
    to_plain,
)
from .permissions import Permission
from .reading import read_item
from .search import Found, Index, build_index, match, search
from .spans import begins_on
from .yaml_marks import Flaw, PackFlaw, read_sheet

__all__ = [
    "COMMUNITY_HATS",
    "MOST_FIELDS",
    "OPEN_DUTIES",
    "Basis",
    "Certificate",
    "CertificateData",
    "DutyKind",
    "DutyLineData",
    "Entry",
    "Errand",
    "Example",
    "FactBook",
    "Fee",
    "FeeKind",
    "FieldDefinition",
    "Flaw",
    "Found",
    "Idea",
    "Index",
    "ItemDefinition",
    "LineNotInForce",
    "MandateOrigin",
    "MandateWithoutEnd",
    "NotIssuedHere",
    "NotOnTheList",
    "Pack",
    "PackFlaw",
    "PaperDefinition",
    "Permission",
    "PlaceAsked",
    "ReadItem",
    "Sector",
    "Stage",
    "StepDefinition",
    "StepKind",
    "Structure",
    "Supply",
    "Surroundings",
    "Text",
    "Verdict",
    "begins_on",
    "build_index",
    "check_item",
    "check_mandate",
    "check_order",
    "eligibility",
    "facts_used",
    "match",
    "missing_fields",
    "missing_papers",
    "needs_of",
    "read_item",
    "read_pack",
    "read_sheet",
    "refused_certificate",
    "search",
    "shape_of",
    "to_plain",
]

"""
What a service item is, how a pack is read and checked, and how an item is found and judged.

Plain values in, values or refusals out. Other storeys import from here.
"""

from .certificates import Certificate, refused_certificate
from .checks import Surroundings, check_item, check_order, facts_used, shape_of
from .citing import PART, article_in_english, read_citation
from .dangers import tells_of_danger
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
from .duty_lists import (
    COLUMNS,
    BadCell,
    Duty,
    ListBeginsTooEarly,
    check_lines,
    in_force,
    read_duty_list,
)
from .eligibility import Verdict, eligibility, missing_papers, told_by_facts
from .entries import Entry
from .kept import read_kept, to_plain
from .lists import CertificateData, DutyLineData
from .mandates import (
    EMERGENCY_LAPSES,
    KIND_WORDS,
    AlreadyEnded,
    EmergencyTooLong,
    LineNotInForce,
    MandateOrigin,
    MandateWithoutEnd,
    NothingAsked,
    NotOnTheList,
    check_mandate,
)
from .packs import FactBook, Pack, ReadItem, needs_of, read_pack
from .permissions import Permission
from .reading import read_item
from .search import Found, Index, build_index, match, search
from .search_english import (
    EnglishIndex,
    build_english,
    is_english,
    match_english,
    search_english,
)
from .spans import begins_on, holds
from .yaml_marks import WHOLE_FILE, Flaw, PackFlaw, Reason, read_sheet

__all__ = [
    "COLUMNS",
    "COMMUNITY_HATS",
    "EMERGENCY_LAPSES",
    "KIND_WORDS",
    "MOST_FIELDS",
    "OPEN_DUTIES",
    "PART",
    "WHOLE_FILE",
    "AlreadyEnded",
    "BadCell",
    "Basis",
    "Certificate",
    "CertificateData",
    "Duty",
    "DutyKind",
    "DutyLineData",
    "EmergencyTooLong",
    "EnglishIndex",
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
    "ListBeginsTooEarly",
    "MandateOrigin",
    "MandateWithoutEnd",
    "NotOnTheList",
    "NothingAsked",
    "Pack",
    "PackFlaw",
    "PaperDefinition",
    "Permission",
    "PlaceAsked",
    "ReadItem",
    "Reason",
    "Sector",
    "Stage",
    "StepDefinition",
    "StepKind",
    "Structure",
    "Supply",
    "Surroundings",
    "Text",
    "Verdict",
    "article_in_english",
    "begins_on",
    "build_english",
    "build_index",
    "check_item",
    "check_lines",
    "check_mandate",
    "check_order",
    "eligibility",
    "facts_used",
    "holds",
    "in_force",
    "is_english",
    "match",
    "match_english",
    "missing_papers",
    "needs_of",
    "read_citation",
    "read_duty_list",
    "read_item",
    "read_kept",
    "read_pack",
    "read_sheet",
    "refused_certificate",
    "search",
    "search_english",
    "shape_of",
    "tells_of_danger",
    "to_plain",
    "told_by_facts",
]

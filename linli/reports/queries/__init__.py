"""
Questions about definitions, forms and numbers.

    definitions  what is in force, what an Excel form asks for, which definition comes closest
    compiling    the numbers of a day, from the rows; memory: of today, after a day's changes
    releasing    what of them may leave the house
    editions     what is due, what was sent, what facts are lacking
    owing        what a community owes, by when, and what it sent back
    lineage      what stands behind one number
    wording      all of it in sentences; naming: what facts are called
    drawing      a form on the screen; wire: for machines
"""

from .compiling import (
    Counts,
    Table,
    answers,
    compiled,
    compiled_together,
    fields_of,
    filled,
    scope_of,
    tables,
)
from .definitions import (
    Nearest,
    communities_named,
    dictionaries,
    fields_asked,
    indicators,
    lexicon,
    names_above,
    nearest,
)
from .drawing import Box, Drawn, Remark, drawn, mark_of, remarks, sendable, shown
from .editions import (
    LISTED,
    Correction,
    Due,
    Gap,
    Week,
    came_back,
    came_from,
    corrections,
    due_editions,
    edition_for,
    editions_for,
    form_for,
    form_in_force,
    forms_asked,
    forms_to_open,
    gaps,
    gaps_of_each,
    own_editions,
    sent_editions,
    week,
)
from .lineage import Behind, Record, behind
from .memory import Memory
from .naming import code_names, fact_name
from .owing import (
    Back,
    basis_words,
    is_exact,
    line_of,
    notice_days,
    sent_back,
    unowed_editions,
    unowed_words,
)
from .releasing import released
from .wire import edition_out
from .wording import (
    Meaning,
    Understood,
    condition_words,
    counted_words,
    difference_words,
    mark_words,
    meaning,
    understood,
    why_words,
)

__all__ = [
    "LISTED",
    "Back",
    "Behind",
    "Box",
    "Correction",
    "Counts",
    "Drawn",
    "Due",
    "Gap",
    "Meaning",
    "Memory",
    "Nearest",
    "Record",
    "Remark",
    "Table",
    "Understood",
    "Week",
    "answers",
    "basis_words",
    "behind",
    "came_back",
    "came_from",
    "code_names",
    "communities_named",
    "compiled",
    "compiled_together",
    "condition_words",
    "corrections",
    "counted_words",
    "dictionaries",
    "difference_words",
    "drawn",
    "due_editions",
    "edition_for",
    "edition_out",
    "editions_for",
    "fact_name",
    "fields_asked",
    "fields_of",
    "filled",
    "form_for",
    "form_in_force",
    "forms_asked",
    "forms_to_open",
    "gaps",
    "gaps_of_each",
    "indicators",
    "is_exact",
    "lexicon",
    "line_of",
    "mark_of",
    "mark_words",
    "meaning",
    "names_above",
    "nearest",
    "notice_days",
    "own_editions",
    "released",
    "remarks",
    "scope_of",
    "sendable",
    "sent_back",
    "sent_editions",
    "shown",
    "tables",
    "understood",
    "unowed_editions",
    "unowed_words",
    "week",
    "why_words",
]

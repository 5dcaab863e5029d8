"""
What the compiler of reports decides: what is counted, how quickly, and how definitions differ.

Plain values in, numbers out. Other storeys import from here, not from the modules inside. A form goes
through them in this order:

    workbooks   the office's Excel file, read to the cell             → Sheet
    grids       which words lie by which empty place                  → Grid
    phrases     what words mean (numerals: 六十岁); units, money: how a number is written → Cell, or
                why there is none
    titles      what of a title narrows the numbers under it, and what says nothing of them
    layouts     a sheet, place by place                               → Field
    indicators  a Cell: of what, where, which sum; comparing: how two of them differ
    counting    cells over everybody at once                          → Counted
    suppression which numbers would tell of a few; forms: what a place gets → Answer
    workbooks   the same file, filled in; marking: how a filled cell shows its number
    owing       by when a place owes a form, and whether it owes it at all
"""

from .comparing import Comparison, Difference, Relation, Strip, compare, parts_of, strips
from .counting import (
    Counted,
    Counter,
    Laid,
    aged,
    by_place,
    free_places,
    lay_out,
    relaid,
    replaced,
)
from .forms import (
    LEVELS,
    AlreadySent,
    Answer,
    AsksNothing,
    CodeTaken,
    ExactNeedsDuty,
    NotYetOver,
    PeriodKind,
    Permission,
    cell_data,
    layout_data,
    period_ending,
    read_cell,
    read_layout,
)
from .indicators import (
    PURPOSE,
    SUBJECTS,
    BadIndicator,
    Cell,
    DefinedElsewhere,
    Dictionary,
    Indicator,
    canonical,
    codes_of,
    narrowed,
    read_indicator,
    split,
)
from .layouts import Field, notes_of, read_fields
from .money import MoneyUnit, amount, figure, is_money
from .owing import (
    MOST_DAYS,
    NO_LINE,
    NOTICE,
    NOTICE_DAYS,
    BadDays,
    RestsOnALine,
    SentBack,
    Unowed,
    WhyUnowed,
    check_days,
    due_day,
    grants_exact,
    unowed,
)
from .phrases import (
    Dictionaries,
    Lexicon,
    Term,
    Unmatched,
    WhyNot,
    match,
    own_definitions,
    read_lexicon,
)
from .suppression import FEWEST, Total, gives_away, hidden
from .workbooks import (
    BadWorkbook,
    Filled,
    Place,
    Sheet,
    Span,
    WorkbookTooLarge,
    fill_workbook,
    read_workbook,
)

__all__ = [
    "FEWEST",
    "LEVELS",
    "MOST_DAYS",
    "NOTICE",
    "NOTICE_DAYS",
    "NO_LINE",
    "PURPOSE",
    "SUBJECTS",
    "AlreadySent",
    "Answer",
    "AsksNothing",
    "BadDays",
    "BadIndicator",
    "BadWorkbook",
    "Cell",
    "CodeTaken",
    "Comparison",
    "Counted",
    "Counter",
    "DefinedElsewhere",
    "Dictionaries",
    "Dictionary",
    "Difference",
    "ExactNeedsDuty",
    "Field",
    "Filled",
    "Indicator",
    "Laid",
    "Lexicon",
    "MoneyUnit",
    "NotYetOver",
    "PeriodKind",
    "Permission",
    "Place",
    "Relation",
    "RestsOnALine",
    "SentBack",
    "Sheet",
    "Span",
    "Strip",
    "Term",
    "Total",
    "Unmatched",
    "Unowed",
    "WhyNot",
    "WhyUnowed",
    "WorkbookTooLarge",
    "aged",
    "amount",
    "by_place",
    "canonical",
    "cell_data",
    "check_days",
    "codes_of",
    "compare",
    "due_day",
    "figure",
    "fill_workbook",
    "free_places",
    "gives_away",
    "grants_exact",
    "hidden",
    "is_money",
    "lay_out",
    "layout_data",
    "match",
    "narrowed",
    "notes_of",
    "own_definitions",
    "parts_of",
    "period_ending",
    "read_cell",
    "read_fields",
    "read_indicator",
    "read_layout",
    "read_lexicon",
    "read_workbook",
    "relaid",
    "replaced",
    "split",
    "strips",
    "unowed",
]

"""
The workbook a district begins with: its posts, units and people.

Each line is read by itself and against the others; what cannot be brought in is told with sheet,
line and reason, and then nothing of the workbook is. Places have their own reader (``import-places``).
"""

from .cells import Table
from .reading import Book, read_book
from .words import (
    EXAMPLE,
    KINDS,
    PLACES,
    POST_COLUMNS,
    POSTS,
    ROLES,
    STAFF,
    STAFF_COLUMNS,
    UNIT_COLUMNS,
    UNITS,
    BadLine,
    Ground,
    Spot,
    Wrong,
)

__all__ = [
    "EXAMPLE",
    "KINDS",
    "PLACES",
    "POSTS",
    "POST_COLUMNS",
    "ROLES",
    "STAFF",
    "STAFF_COLUMNS",
    "UNITS",
    "UNIT_COLUMNS",
    "BadLine",
    "Book",
    "Ground",
    "Spot",
    "Table",
    "Wrong",
    "read_book",
]

"""What the screens of the cockpit show. Nothing here counts by itself: the figures are those of cases."""

from .entitled import Benefit, Named, entitled, named
from .money import BehindPage, MoneyPage, behind, money_page
from .month import MonthPage, month_page
from .records import RecordsPage, records
from .today import Today, today

__all__ = [
    "BehindPage",
    "Benefit",
    "MoneyPage",
    "MonthPage",
    "Named",
    "RecordsPage",
    "Today",
    "behind",
    "entitled",
    "money_page",
    "month_page",
    "named",
    "records",
    "today",
]

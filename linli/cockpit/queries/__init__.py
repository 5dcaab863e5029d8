"""What the screens of the cockpit show. Nothing here counts by itself: the figures are those of cases."""

from .month import MonthPage, month_page
from .records import RecordsPage, records
from .today import Today, today

__all__ = ["MonthPage", "RecordsPage", "Today", "month_page", "records", "today"]

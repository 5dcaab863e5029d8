"""Moments that stand for none, so that indexed columns need not be null."""

from datetime import UTC, datetime

END_OF_TIME = datetime(9999, 1, 1, tzinfo=UTC)

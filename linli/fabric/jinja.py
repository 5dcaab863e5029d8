"""The template environment."""

from typing import Any

from jinja2 import Environment


def environment(**options: Any) -> Environment:
    """Return the environment Django's Jinja2 backend uses."""
    return Environment(**options)

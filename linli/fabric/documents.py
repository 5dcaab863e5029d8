"""YAML files of ours and of packs, read by libyaml where PyYAML brings it: six times as quick."""

from pathlib import Path
from typing import Any

import yaml

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# What PyYAML lets slip besides its own errors, at ``2026-02-30``, ``!!int ""`` or a list in itself.
SLIPS = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


def read_yaml(path: Path) -> Any:
    """
    Return what the one document in a UTF-8 file holds: plain lists, mappings, texts, numbers, dates.

    :raises yaml.YAMLError: if it is no YAML
    :raises ValueError: or another of ``SLIPS``, if a date in it does not exist
    """
    return yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506  # a safe one

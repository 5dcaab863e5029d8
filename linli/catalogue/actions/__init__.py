"""Loading packs and duty lists, and granting mandates. All of it writes lines."""

from .duty_lists import import_duty_list
from .mandates import grant_mandate, revoke_mandate
from .packs import Loaded, load_pack, read_folder, read_text

__all__ = [
    "Loaded",
    "grant_mandate",
    "import_duty_list",
    "load_pack",
    "read_folder",
    "read_text",
    "revoke_mandate",
]

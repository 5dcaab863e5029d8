"""
The public check of a package. It shares no module with the code that wrote the package.

Whoever trusts neither the database nor the house can run this folder alone: it needs Python and
the ``cryptography`` library, nothing of Linli. The format is told in docs/apps/verify.md.
"""

from .package import Fault, Verdict, check_package
from .proof import bare_root
from .statement import Told, check_file, told

__all__ = ["Fault", "Told", "Verdict", "bare_root", "check_file", "check_package", "told"]

"""
How the record binds: canonical text, row digests, and the Merkle chain of seals.

The tree is RFC 6962's: leaves are hashed with a 0x00 prefix, nodes with 0x01, and an odd tree
splits at the largest power of two, so that no two different lists share a root.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from linli.basics import Refused, gettext_noop

NO_ROOT = bytes(32)
# Kept, because ``json.dumps`` makes a new encoder each time it is asked for these options.
_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def canonical(value: object) -> str:
    """Return the one JSON text of ``value``: keys sorted, no spaces, Han characters as they are."""
    return _ENCODER.encode(value)


def digest(salt: bytes, row: Mapping[str, Any]) -> str:
    """Return the hex SHA-256 of the salt followed by the canonical row."""
    return hashlib.sha256(salt + canonical(row).encode()).hexdigest()


def leaf_hash(text: bytes) -> bytes:
    """Return the leaf of a line's canonical text: all its columns but the three that sealing sets."""
    return hashlib.sha256(b"\x00" + text).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Return the Merkle root of a batch; 32 zero bytes for an empty one."""
    if not leaves:
        return NO_ROOT
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << ((len(leaves) - 1).bit_length() - 1)
    left, right = root_of(leaves[:split]), root_of(leaves[split:])
    return hashlib.sha256(b"\x01" + left + right).digest()


def chain_root(previous: bytes, batch_root: bytes) -> bytes:
    """Return the root that also carries every batch before."""
    return hashlib.sha256(b"\x01" + previous + batch_root).digest()


def signed_text(*, number: int, root: bytes, previous: bytes, count: int, sealed_at: str) -> bytes:
    """Return the bytes a seal's signature is over."""
    seal = {
        "number": number,
        "root": root.hex(),
        "previous": previous.hex(),
        "count": count,
        "sealed_at": sealed_at,
    }
    return canonical(seal).encode()


class SealerAtWork(Refused):
    """The signing key is not exchanged under the sealer's hands."""

    message = gettext_noop("Lines are being sealed at this moment. Try again in a few seconds.")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that does not add up: where it is and what is wrong with it."""

    kind: str
    where: str
    what: str

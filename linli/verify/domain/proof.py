"""Canonical JSON, RFC 6962's tree and Ed25519, written a second time."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

_canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def canonical(value: Any) -> bytes:
    """Return the one text of a value: keys sorted, no spaces, UTF-8."""
    return _canonical(value).encode("utf-8", "surrogatepass")


def leaf(line: dict[str, Any]) -> bytes:
    """Return the hash of one line, without the three columns that sealing sets."""
    bound = {name: line[name] for name in line if name not in ("batch", "position", "leaf")}
    return hashlib.sha256(b"\x00" + canonical(bound)).digest()


def tree_root(leaves: Iterable[bytes]) -> bytes:
    """
    Return the root over the leaves, taken one after another as RFC 9162 section 2.1.2 does it.

    The stack holds the roots of full subtrees; merging it from the right completes the tree.
    """
    stack: list[bytes] = []
    for number, hashed in enumerate(leaves, start=1):
        stack.append(hashed)
        while not number & 1:
            stack[-2:] = [_node(stack[-2], stack[-1])]
            number >>= 1  # noqa: PLW2901  # one merge for each trailing zero
    while len(stack) > 1:
        stack[-2:] = [_node(stack[-2], stack[-1])]
    return stack[0] if stack else bytes(32)


def next_root(previous: bytes, batch: bytes) -> bytes:
    """Return the root of the chain after one more batch."""
    return _node(previous, batch)


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def is_signed(public_key: str, signature: str, value: Any) -> bool:
    """Whether a hex signature over the canonical value was made with a hex public key."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
        key.verify(bytes.fromhex(signature), canonical(value))
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def bare_root(text: str) -> str:
    """Return a root as printed on paper, in groups and perhaps in capitals, as 64 hex digits."""
    return "".join(text.split()).lower()

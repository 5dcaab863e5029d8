"""The keys outside the database: sealed fields, their blind index, the journal's signature."""

import functools
import hashlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

FIELDS, SEAL, SESSION = "fields.json", "seal.pem", "session.key"


class KeysMissing(Exception):
    """The key folder is empty or incomplete. Make the keys, or bring them back from the backup."""


@dataclass(frozen=True)
class Keyring:
    """
    Keys of sealed fields by id (AES-256-GCM), the index key (HMAC-SHA-256) and the signing key.

    ``current`` seals; every id in ``fields`` still opens, so that rotation needs no pause.
    """

    fields: dict[str, bytes]
    current: str
    index: bytes
    signer: Ed25519PrivateKey

    def seal(self, text: str) -> bytes:
        """Return ``key id : nonce : ciphertext`` for ``text``."""
        nonce = secrets.token_bytes(12)
        sealed = _cipher(self.fields[self.current]).encrypt(nonce, text.encode(), None)
        return b":".join((self.current.encode(), nonce.hex().encode(), sealed.hex().encode()))

    def open(self, token: bytes) -> str:
        """
        Return what ``seal`` was given.

        :raises KeysMissing: if the key it was sealed with is not on this ring
        """
        key_id, nonce, sealed = bytes(token).split(b":")
        if key_id.decode() not in self.fields:
            raise KeysMissing(key_id.decode())
        cipher = _cipher(self.fields[key_id.decode()])
        return cipher.decrypt(
            bytes.fromhex(nonce.decode()), bytes.fromhex(sealed.decode()), None
        ).decode()

    def blind(self, text: str) -> bytes:
        """Return the keyed hash by which equal values are found without opening any."""
        return hmac.new(self.index, text.encode(), hashlib.sha256).digest()

    @property
    def signer_id(self) -> str:
        """The first 16 hex digits of the SHA-256 of the public key."""
        return hashlib.sha256(self.public_key).hexdigest()[:16]

    @property
    def public_key(self) -> bytes:
        """The 32 raw bytes that check a seal."""
        return self.signer.public_key().public_bytes(
            serialization.Encoding.Raw, serialization.PublicFormat.Raw
        )


@functools.lru_cache(maxsize=32)
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)


def make_keys(folder: Path) -> bool:
    """Make the keys that are missing in ``folder``; return whether any was made."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = False
    if not (folder / FIELDS).exists():
        ring = {
            "current": "k1",
            "fields": {"k1": secrets.token_hex(32)},
            "index": secrets.token_hex(32),
        }
        _write(folder / FIELDS, json.dumps(ring).encode())
        made = True
    if not (folder / SEAL).exists():
        pem = Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        _write(folder / SEAL, pem)
        made = True
    if not (folder / SESSION).exists():
        _write(folder / SESSION, secrets.token_urlsafe(48).encode())
        made = True
    return made


def _write(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


@functools.lru_cache(maxsize=4)
def _read(folder: Path) -> Keyring:
    try:
        ring = json.loads((folder / FIELDS).read_text())
        signer = serialization.load_pem_private_key((folder / SEAL).read_bytes(), None)
    except FileNotFoundError as missing:
        raise KeysMissing(
            f"{missing.filename} is missing; run `linli make-keys` or restore it."
        ) from missing
    if not isinstance(signer, Ed25519PrivateKey):
        raise KeysMissing("seal.pem does not hold an Ed25519 key.")
    return Keyring(
        fields={key_id: bytes.fromhex(key) for key_id, key in ring["fields"].items()},
        current=ring["current"],
        index=bytes.fromhex(ring["index"]),
        signer=signer,
    )


def keyring() -> Keyring:
    """
    Return the installation's keys, read once per process.

    :raises KeysMissing: if a key file is not there
    """
    return _read(Path(settings.KEYS))

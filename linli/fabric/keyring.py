"""
The keys outside the database: sealed fields, their blind index, the journal's signature.

Every use looks whether the files have changed, so that processes that run follow a rotation.
"""

import functools
import hashlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from linli.basics import Refused, gettext_noop

FIELDS, SEAL, SESSION = "fields.json", "seal.pem", "session.key"
SIGNERS = "signers.json"  # public keys of former signers, and when each was in use


class KeysMissing(Refused):
    """A key file, or one key of the ring, is not there. ``what`` names it."""

    status: ClassVar[int] = 503
    message = gettext_noop(
        "A key of this house is missing (%(what)s), so this cannot be opened or signed now. "
        "Nothing was changed. Whoever runs the house brings the keys back from the backup."
    )

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class CannotOpen(Refused):
    """A sealed value does not open: it was altered, or a new key bears the old one's name."""

    status: ClassVar[int] = 503
    message = gettext_noop(
        "A sealed value does not open with the key that is here (%(key_id)s): the value was altered "
        "or the key exchanged. Nothing was changed. Whoever runs the house compares the backup."
    )

    def __init__(self, key_id: str) -> None:
        super().__init__(key_id)
        self.key_id = key_id


@dataclass(frozen=True, slots=True)
class Signer:
    """One public key that has signed seals, and the moments between which it did."""

    public_key: bytes
    since: datetime | None
    until: datetime | None

    def signed_at(self, at: datetime) -> bool:
        """Whether it was the signer of this installation at that moment."""
        begun = self.since is None or self.since <= at
        return begun and (self.until is None or at <= self.until)


@dataclass(frozen=True)
class Keyring:
    """
    Keys of sealed fields by id (AES-256-GCM), the index key (HMAC-SHA-256) and the signing key.

    ``current`` seals; every id in ``fields`` still opens, so that rotation needs no pause. Hashes
    made with a key of ``former_indexes`` are still found; codes of old receipts are such hashes.
    """

    fields: dict[str, bytes]
    current: str
    index: bytes
    signer: Ed25519PrivateKey
    former_indexes: tuple[bytes, ...] = ()
    former_signers: tuple[Signer, ...] = ()

    def seal(self, text: str) -> bytes:
        """Return ``key id : nonce : ciphertext`` for ``text``."""
        nonce = secrets.token_bytes(12)
        sealed = _cipher(self.fields[self.current]).encrypt(nonce, text.encode(), None)
        return b":".join((self.current.encode(), nonce.hex().encode(), sealed.hex().encode()))

    def open(self, token: bytes) -> str:
        """
        Return what ``seal`` was given.

        :raises KeysMissing: if the key it was sealed with is not on this ring
        :raises CannotOpen: if the value was altered, or the key is another of the same name
        """
        name, _, rest = bytes(token).partition(b":")
        key_id = name.decode(errors="replace")
        if key_id not in self.fields:
            raise KeysMissing(key_id)
        try:
            nonce, sealed = (bytes.fromhex(part.decode()) for part in rest.split(b":"))
            return _cipher(self.fields[key_id]).decrypt(nonce, sealed, None).decode()
        except (InvalidTag, ValueError) as altered:
            raise CannotOpen(key_id) from altered

    def blind(self, text: str) -> bytes:
        """Return the keyed hash by which equal values are found without opening any."""
        return hmac.digest(self.index, text.encode(), "sha256")

    def blinds(self, text: str) -> list[bytes]:
        """Return the keyed hash under the current and every former index key, newest first."""
        keys = (self.index, *self.former_indexes)
        return [hmac.digest(key, text.encode(), "sha256") for key in keys]

    @property
    def number(self) -> int:
        """The number of the current key of sealed fields: 1 for the first."""
        return _number(self.current)

    @property
    def signers(self) -> tuple[Signer, ...]:
        """Every public key of this installation with its time, the current one last."""
        since = self.former_signers[-1].until if self.former_signers else None
        return (*self.former_signers, Signer(self.public_key, since, None))

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
    made = {
        FIELDS: lambda: _ring_text("k1", {"k1": secrets.token_hex(32)}, secrets.token_hex(32), ()),
        SEAL: lambda: _pem(Ed25519PrivateKey.generate()),
        SESSION: lambda: secrets.token_urlsafe(48).encode(),
    }
    missing = missing_keys(folder, tuple(made))
    for name in missing:
        _write(folder / name, made[name]())
    return bool(missing)


def missing_keys(folder: Path, names: tuple[str, ...] = (FIELDS, SEAL)) -> list[str]:
    """Return which key files are not there."""
    return [name for name in names if not (folder / name).exists()]


def add_field_key(folder: Path) -> str:
    """
    Put a new key and a new index key on the ring, as the current ones; return the key's id.

    The former keys stay: what they sealed opens, and what they hashed is found.
    """
    ring = ring_in(folder)
    key_id = f"k{max(map(_number, ring.fields)) + 1}"
    fields = {name: key.hex() for name, key in ring.fields.items()}
    former = [ring.index.hex(), *(key.hex() for key in ring.former_indexes)]
    fields[key_id] = secrets.token_hex(32)
    _replace(folder / FIELDS, _ring_text(key_id, fields, secrets.token_hex(32), former))
    return key_id


def exchange_signer(folder: Path, *, at: datetime) -> str:
    """
    Make a new signing key and keep the public half of the one before; return the new one's id.

    Killed between the two files, the old key goes on signing, and this may be done again.
    """
    ring = ring_in(folder)
    former = [one for one in ring.former_signers if one.public_key != ring.public_key]
    since = former[-1].until if former else None
    former.append(Signer(ring.public_key, since, at))
    listed = [
        {
            "public_key": one.public_key.hex(),
            "since": one.since.isoformat() if one.since else None,
            "until": one.until.isoformat() if one.until else None,
        }
        for one in former
    ]
    _replace(folder / SIGNERS, json.dumps(listed, indent=1).encode())
    fresh = Ed25519PrivateKey.generate()
    _replace(folder / SEAL, _pem(fresh))
    return replace(ring, signer=fresh).signer_id


def _number(key_id: str) -> int:
    digits = key_id.removeprefix("k")
    return int(digits) if digits.isdecimal() else 0


def _ring_text(
    current: str, fields: dict[str, str], index: str, former: tuple[str, ...] | list[str]
) -> bytes:
    ring = {"current": current, "fields": fields, "index": index, "former_indexes": list(former)}
    return json.dumps(ring).encode()


def _pem(signer: Ed25519PrivateKey) -> bytes:
    return signer.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _write(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _replace(path: Path, content: bytes) -> None:
    """Exchange a file in one step: whoever reads it finds the old one or the new one."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    _write(fresh, content)
    fresh.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def keyring() -> Keyring:
    """
    Return the installation's keys, as they lie in the folder now.

    :raises KeysMissing: if a key file is not there or cannot be read
    """
    return ring_in(Path(settings.KEYS))


def ring_in(folder: Path) -> Keyring:
    """
    Return the keys in one folder.

    :raises KeysMissing: if a key file is not there or cannot be read
    """
    return _read(folder, tuple(_stamp(f"{folder}/{name}") for name in (FIELDS, SEAL, SIGNERS)))


def _stamp(path: str) -> tuple[int, int, int] | None:
    """Return what tells one content of a file from the next; None if there is none."""
    try:
        found = os.stat(path)  # three of these on every use: no object is made
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino, found.st_size


@functools.lru_cache(maxsize=4)
def _read(folder: Path, stamps: tuple[object, ...]) -> Keyring:  # noqa: ARG001
    try:
        ring = json.loads((folder / FIELDS).read_text())
        signer = serialization.load_pem_private_key((folder / SEAL).read_bytes(), None)
    except OSError as missing:
        raise KeysMissing(str(missing.filename)) from missing
    except ValueError as broken:
        raise KeysMissing(f"{folder}: {FIELDS} / {SEAL}") from broken
    if not isinstance(signer, Ed25519PrivateKey):
        raise KeysMissing(str(folder / SEAL))
    return Keyring(
        fields={key_id: bytes.fromhex(key) for key_id, key in ring["fields"].items()},
        current=ring["current"],
        index=bytes.fromhex(ring["index"]),
        signer=signer,
        former_indexes=tuple(map(bytes.fromhex, ring.get("former_indexes", ()))),
        former_signers=_former_signers(folder / SIGNERS, signer),
    )


def _former_signers(path: Path, signer: Ed25519PrivateKey) -> tuple[Signer, ...]:
    """Return the public keys that signed before; never the one that signs now."""
    listed: list[dict[str, Any]] = json.loads(path.read_text()) if path.exists() else []
    current = signer.public_key().public_bytes_raw()
    found = (
        Signer(bytes.fromhex(one["public_key"]), _moment(one["since"]), _moment(one["until"]))
        for one in listed
    )
    return tuple(one for one in found if one.public_key != current)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(UTC) if text else None

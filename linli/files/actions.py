"""Keeping files, forgetting them, and sweeping up what an act that failed left behind."""

import contextlib
import errno
import hashlib
import os
import secrets
import shutil
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from linli.basics import Actor, NoSuchThing
from linli.fabric.fields import Sealed
from linli.fabric.writing import write_atomic
from linli.journal.actions import record

from . import queries
from .domain.cleaning import Clean, clean
from .domain.kinds import NoRoom, check_room
from .events import FileForgotten, FileKept
from .models import File

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
SWEEP_AFTER = timedelta(hours=1)  # an act under way has its file on the disk but not yet its row


@write_atomic
def keep_file(
    *, by: Actor, content: bytes | Clean, name: str = "", purpose: str, at: datetime
) -> File:
    """
    Keep one file for good: cleaned, sealed with its own key, and on the disk before the commit.

    Give it what ``clean`` returned where you can: cleaning a large photo takes up to a second,
    and in here other writers wait for it. Who may attach what is for the calling storey to say.

    :raises FileRefused: in one of its kinds, if we do not take it
    :raises NoRoom: if the disk is full; nothing is kept then
    """
    ready = content if isinstance(content, Clean) else clean(content=content, name=name)
    key = AESGCM.generate_key(bit_length=256)
    nonce = secrets.token_bytes(queries.NONCE_BYTES)
    sealed = nonce + AESGCM(key).encrypt(nonce, ready.content, None)
    digest = hashlib.sha256(sealed).hexdigest()
    _put(queries.path_of(digest), sealed)
    file = File.objects.create(
        district=by.district,
        digest=digest,
        size_bytes=len(ready.content),
        media_type=ready.media_type,
        name=ready.name,
        key=Sealed.of(key.hex()),
        purpose=purpose,
        created_at=at,
    )
    kept = FileKept(
        at=at,
        file_id=file.pk,
        purpose=purpose,
        media_type=file.media_type,
        size_bytes=file.size_bytes,
    )
    record(kept, by=by, rows=[file])
    return file


@write_atomic
def forget_file(*, by: Actor, file_id: int, at: datetime) -> File:
    """
    Drop the key, the name and the salt of a file: nobody can read it again, from any copy.

    What lies on the disk goes with the next sweep. Forgetting twice changes nothing.
    PIPL art. 47: where erasure is technically hard, processing other than storage ends.

    :raises NoSuchThing: if there is no such file in this district
    """
    file = File.objects.select_for_update().filter(district=by.district, pk=file_id).first()
    if file is None:
        raise NoSuchThing
    if file.ended_at is not None:
        return file
    file.key, file.name, file.salt, file.ended_at = None, "", None, at
    file.save(update_fields=["key", "name", "salt", "ended_at"])
    record(FileForgotten(at=at, file_id=file.pk), by=by, rows=[file])
    return file


@write_atomic
def sweep_orphans(*, by: Actor, at: datetime) -> int:
    """
    Remove what no live file needs and return how many went: leavings of acts that were undone,
    half-written files, and the ciphertext of forgotten files.

    Younger than ``SWEEP_AFTER`` stays. This is no act of anybody's and leaves no line.
    """
    del by
    before = (at - SWEEP_AFTER).timestamp()
    gone = 0
    for folder in sorted(Path(settings.FILES).glob("??")):
        live = set(queries.live_digests(folder.name))
        for path in folder.iterdir():
            if path.name not in live and path.stat().st_mtime < before:
                path.unlink()
                gone += 1
    return gone


def _put(path: Path, sealed: bytes) -> None:
    """Write, force to the disk, give it its name, and force the name to the disk too."""
    temporary = path.with_name(f"{path.name}.part")
    try:
        _make_folders(path.parent)
        check_room(free_bytes=shutil.disk_usage(path.parent).free, size_bytes=len(sealed))
        with temporary.open("xb") as file:
            file.write(sealed)
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(path)
        _sync_folder(path.parent)
    except OSError as trouble:
        for left in (temporary, path):
            with contextlib.suppress(OSError):
                left.unlink(missing_ok=True)
        if trouble.errno in FULL:
            raise NoRoom from trouble
        raise


def _make_folders(folder: Path) -> None:
    if folder.is_dir():
        return
    _make_folders(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

"""Attachments: what the database knows of a file. The content lies sealed on the disk."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.db.models import Q

from linli.fabric.blanks import Bound
from linli.fabric.fields import SealedField


class File(Bound):
    """
    One file. ``digest`` is the SHA-256 of what lies on the disk, and the name it lies under.

    Each file has a key of its own; forgetting the file drops the key, and with it the content in
    every copy and every backup of the disk.
    """

    PERSONAL: ClassVar[Mapping[str, str]] = {"name": "open", "key": "sealed"}

    digest = models.CharField(max_length=64)
    size_bytes = models.PositiveIntegerField()
    media_type = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    key = SealedField(null=True)
    purpose = models.CharField(max_length=40)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "files_file"
        indexes = [
            models.Index(fields=["digest"], name="file_live", condition=Q(ended_at=None)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["district", "digest"], name="file_kept_once"),
            models.CheckConstraint(condition=Q(size_bytes__gt=0), name="file_not_empty"),
            models.CheckConstraint(
                condition=Q(ended_at=None, key__isnull=False)
                | Q(ended_at__isnull=False, key=None, salt=None, name=""),
                name="file_ends_without_key",
            ),
        ]

    def __str__(self) -> str:
        return f"file {self.pk}"

"""One row for each kind of process-cached data: the number says whether a cache is still true."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models


class Version(models.Model):
    """How often one kind of cached data has changed."""

    PERSONAL: ClassVar[Mapping[str, str]] = {}

    name = models.CharField(max_length=30, primary_key=True)
    number = models.BigIntegerField(default=0)

    class Meta:
        db_table = "fabric_version"

    def __str__(self) -> str:
        return f"{self.name} {self.number}"

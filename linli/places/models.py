"""Places and what became of them."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from linli.fabric.blanks import Bound

from .domain import ABOVE_COMMUNITY, WITH_TOKEN, Kind


class Place(Bound):
    """
    One place as it is today. Rows elsewhere hold its id, never its path.

    ``longitude`` and ``latitude`` are WGS-84 in microdegrees; ``outline`` is GeoJSON.
    ``community_id`` is the community it lies in (itself, for a community).
    ``valid_to`` is the first day it was no more.
    """

    PERSONAL: ClassVar[Mapping[str, str]] = {}

    kind = models.CharField(max_length=10)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    community_id = models.BigIntegerField(null=True)
    code = models.CharField(max_length=60)
    name = models.JSONField()
    sort_key = models.CharField(max_length=90)
    longitude = models.IntegerField(null=True)
    latitude = models.IntegerField(null=True)
    outline = models.JSONField(null=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    door_token = models.CharField(max_length=22, null=True)  # noqa: DJ001  # unique, so null and not ""

    class Meta:
        db_table = "places_place"
        indexes = [
            models.Index(fields=["district", "community_id", "kind"], name="place_community"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["district", "code"], name="place_code_once"),
            models.UniqueConstraint(fields=["district", "door_token"], name="place_token_once"),
            models.CheckConstraint(
                condition=Q(kind__in=[str(kind) for kind in Kind]), name="place_kind"
            ),
            models.CheckConstraint(
                condition=Q(kind="district", parent=None)
                | (~Q(kind="district") & Q(parent__isnull=False)),
                name="place_only_district_has_no_parent",
            ),
            models.CheckConstraint(
                condition=Q(
                    kind__in=sorted(str(kind) for kind in ABOVE_COMMUNITY), community_id=None
                )
                | Q(kind="community")
                | (
                    ~Q(kind__in=sorted(str(kind) for kind in ABOVE_COMMUNITY))
                    & Q(community_id__isnull=False)
                ),
                name="place_lies_in_a_community",
            ),
            models.CheckConstraint(
                condition=Q(
                    kind__in=sorted(str(kind) for kind in WITH_TOKEN), door_token__isnull=False
                )
                | (~Q(kind__in=sorted(str(kind) for kind in WITH_TOKEN)) & Q(door_token=None)),
                name="place_token_at_doors",
            ),
            models.CheckConstraint(
                condition=Q(longitude=None, latitude=None)
                | Q(
                    longitude__range=(-180_000_000, 180_000_000),
                    latitude__range=(-90_000_000, 90_000_000),
                ),
                name="place_point_whole",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="place_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | Q(valid_to__isnull=False),
                name="place_merged_is_ended",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name['zh-Hans']}"


class PlaceMove(Bound):
    """
    What changed about a place on one day. Append-only.

    A rename keeps the old name, a move the old and the new parent, a merge what it became.
    """

    PERSONAL: ClassVar[Mapping[str, str]] = {}

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    change = models.CharField(max_length=8)
    on = models.DateField()
    old_name = models.JSONField(null=True)
    old_parent = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, related_name="+")
    new_parent = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, related_name="+")
    into = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "places_move"
        indexes = [models.Index(fields=["place", "on", "id"], name="move_of_place")]
        constraints = [
            models.CheckConstraint(
                condition=Q(change="renamed", old_name__isnull=False, new_parent=None, into=None)
                | Q(
                    change="moved",
                    old_name=None,
                    old_parent__isnull=False,
                    new_parent__isnull=False,
                    into=None,
                )
                | Q(change="merged", old_name=None, new_parent=None, into__isnull=False),
                name="move_says_what",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.change} {self.place_id} {self.on}"

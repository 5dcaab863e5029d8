"""
People, what is known of them, who looked, and what they asked for.

Three kinds of personal column: *sealed* lies encrypted with a keyed hash beside it for equality,
*counted* is a plain code that statistics need, *open* is plain. All are masked on every list.
"""

from collections.abc import Mapping
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from linli.fabric.blanks import Bound
from linli.fabric.fields import SealedField


class Source(Bound):
    """One baseline import: where the facts of its people come from, and as of which day."""

    PERSONAL: ClassVar[Mapping[str, str]] = {}

    code = models.CharField(max_length=60)
    on = models.DateField()
    people = models.PositiveIntegerField()
    households = models.PositiveIntegerField()
    loaded_at = models.DateTimeField()

    class Meta:
        db_table = "people_source"

    def __str__(self) -> str:
        return f"{self.code} {self.on}"


class Household(Bound):
    """Those who keep house together (家庭户), or live together at an institution (集体户)."""

    PERSONAL: ClassVar[Mapping[str, str]] = {"home": "open", "community_id": "open"}

    kind = models.CharField(max_length=10)
    home = models.ForeignKey("places.Place", on_delete=models.PROTECT, null=True, related_name="+")
    community_id = models.BigIntegerField(null=True)
    ended_on = models.DateField(null=True)

    class Meta:
        db_table = "people_household"
        indexes = [
            models.Index(fields=["district", "community_id"], name="household_community"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["family", "collective"]), name="household_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"household {self.pk}"


class Person(Bound):
    """
    One person as known today; what was known before stands in ``Superseded``.

    ``disability`` is the kind and ``disability_grade`` 1 (worst) to 4 (GB/T 26341).
    ``community_id`` is where the person lives; the community's scope is read from it.
    """

    PERSONAL: ClassVar[Mapping[str, str]] = {
        "name": "open",
        "id_number": "sealed",
        "id_number_index": "sealed",
        "phone": "sealed",
        "phone_index": "sealed",
        "birth_on": "counted",
        "sex": "counted",
        "hukou": "counted",
        "disability": "counted",
        "disability_grade": "counted",
        "dibao": "counted",
        "party_member": "counted",
        "home": "open",
        "household": "open",
        "community_id": "open",
        "guardian": "open",
        "user": "open",
        "end_reason": "counted",
        "ended_on": "counted",
    }

    name = models.CharField(max_length=60)
    id_number = SealedField(null=True)
    id_number_index = models.BinaryField(max_length=32, null=True)
    phone = SealedField(null=True)
    phone_index = models.BinaryField(max_length=32, null=True)
    birth_on = models.DateField(null=True)
    sex = models.CharField(max_length=6, null=True)  # noqa: DJ001  # null is unknown, as in all facts
    hukou = models.CharField(max_length=9, null=True)  # noqa: DJ001
    disability = models.CharField(max_length=12, null=True)  # noqa: DJ001
    disability_grade = models.PositiveSmallIntegerField(null=True)
    dibao = models.BooleanField(null=True)
    party_member = models.BooleanField(null=True)
    home = models.ForeignKey("places.Place", on_delete=models.PROTECT, null=True, related_name="+")
    household = models.ForeignKey(
        Household, on_delete=models.PROTECT, null=True, related_name="members"
    )
    community_id = models.BigIntegerField(null=True)
    guardian = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="wards", db_index=False
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    registered_at = models.DateTimeField()
    ended_on = models.DateField(null=True)
    end_reason = models.CharField(max_length=8, blank=True, default="")
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        db_table = "people_person"
        # Most people have no guardian and are never merged: partial indexes keep loading quick.
        indexes = [
            models.Index(
                fields=["guardian"], name="person_wards", condition=Q(guardian__isnull=False)
            ),
            models.Index(
                fields=["merged_into"], name="person_merged", condition=Q(merged_into__isnull=False)
            ),
            models.Index(fields=["district", "community_id", "id"], name="person_community"),
            models.Index(fields=["district", "name"], name="person_name"),
            models.Index(
                fields=["district", "phone_index"],
                name="person_phone",
                condition=Q(phone_index__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "id_number_index"],
                condition=Q(id_number_index__isnull=False, merged_into=None),
                name="person_id_number_once",
            ),
            models.UniqueConstraint(
                fields=["district", "user"],
                condition=Q(user__isnull=False),
                name="person_user_once",
            ),
            models.CheckConstraint(
                condition=Q(id_number=None, id_number_index=None)
                | Q(id_number__isnull=False, id_number_index__isnull=False),
                name="person_id_number_whole",
            ),
            models.CheckConstraint(
                condition=Q(phone=None, phone_index=None)
                | Q(phone__isnull=False, phone_index__isnull=False),
                name="person_phone_whole",
            ),
            models.CheckConstraint(
                condition=Q(sex=None) | Q(sex__in=["female", "male"]), name="person_sex"
            ),
            models.CheckConstraint(
                condition=Q(hukou=None) | Q(hukou__in=["local", "elsewhere"]), name="person_hukou"
            ),
            models.CheckConstraint(
                condition=Q(disability_grade=None) | Q(disability_grade__range=(1, 4)),
                name="person_disability_grade",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None, end_reason="")
                | (Q(ended_on__isnull=False) & ~Q(end_reason="")),
                name="person_ends_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | Q(end_reason="merged"),
                name="person_merged_is_ended",
            ),
            models.CheckConstraint(
                condition=Q(guardian=None) | ~Q(guardian=F("id")), name="person_guards_another"
            ),
            models.CheckConstraint(
                condition=~Q(end_reason="erased")
                | Q(salt=None, name="", id_number=None, phone=None),
                name="person_erased_is_empty",
            ),
        ]

    def __str__(self) -> str:
        return f"person {self.pk}"


class Trait(Bound):
    """
    One fact of a person that has no column of its own. ``code`` "no" says that it is known not
    to hold; a missing row, or one with three nulls, that nobody knows.
    """

    PERSONAL: ClassVar[Mapping[str, str]] = {
        "code": "counted",
        "number": "counted",
        "day": "counted",
    }

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="traits")
    attribute = models.CharField(max_length=40)
    code = models.CharField(max_length=40, null=True)  # noqa: DJ001  # at most one of three
    number = models.BigIntegerField(null=True)
    day = models.DateField(null=True)

    class Meta:
        db_table = "people_trait"
        constraints = [
            models.UniqueConstraint(
                fields=["district", "person", "attribute"], name="trait_once_a_person"
            ),
            models.CheckConstraint(
                condition=Q(number=None, day=None)
                | Q(code=None, day=None)
                | Q(code=None, number=None),
                name="trait_has_one_value",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.attribute} of {self.person_id}"


class Superseded(Bound):
    """
    What stood before a fact changed: the value, the days it was said of, and when it was believed.

    ``valid_to`` is the day the next value was said to begin, ``known_to`` the moment it was
    entered. All values null: it was unknown. ``act_id`` leads to the journal line, its source.
    """

    PERSONAL: ClassVar[Mapping[str, str]] = {
        "code": "counted",
        "number": "counted",
        "day": "counted",
        "sealed": "sealed",
    }

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    attribute = models.CharField(max_length=40)
    code = models.CharField(max_length=60, null=True)  # noqa: DJ001  # at most one of four
    number = models.BigIntegerField(null=True)
    day = models.DateField(null=True)
    sealed = SealedField(null=True)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField()
    known_from = models.DateTimeField()
    known_to = models.DateTimeField()
    act_id = models.BigIntegerField()

    class Meta:
        db_table = "people_superseded"
        indexes = [
            models.Index(fields=["person", "attribute", "known_to"], name="superseded_of_person"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(known_from__lte=F("known_to")), name="superseded_known_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.attribute} of {self.person_id} until {self.known_to}"


class Confirmation(Bound):
    """无变化: on a day somebody looked at a group of facts and none had changed."""

    PERSONAL: ClassVar[Mapping[str, str]] = {}

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    topic = models.CharField(max_length=40)
    on = models.DateField()
    appointment = models.BigIntegerField(null=True)

    class Meta:
        db_table = "people_confirmation"
        constraints = [
            models.UniqueConstraint(
                fields=["district", "person", "topic", "on"], name="confirmation_once_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic} of {self.person_id} on {self.on}"


class ReadLog(models.Model):
    """谁看过我: who opened whose record, why, in which hour. Append-only; ``month`` parts it (202611)."""

    PERSONAL: ClassVar[Mapping[str, str]] = {}

    district = models.BigIntegerField(editable=False)
    month = models.PositiveIntegerField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    appointment = models.BigIntegerField()
    user_id = models.BigIntegerField(null=True)
    hat = models.CharField(max_length=60)
    purpose = models.CharField(max_length=40)
    hour = models.DateTimeField()

    class Meta:
        db_table = "people_read_log"
        indexes = [
            models.Index(fields=["person", "hour"], name="read_of_person"),
            models.Index(fields=["month"], name="read_month"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "appointment", "person", "purpose", "hour"],
                name="read_once_an_hour",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} by {self.appointment} at {self.hour}"


class SearchLog(models.Model):
    """Who looked for whom: the name typed, which other fact was given, and how many came."""

    PERSONAL: ClassVar[Mapping[str, str]] = {"term": "open"}

    district = models.BigIntegerField(editable=False)
    month = models.PositiveIntegerField()
    appointment = models.BigIntegerField()
    user_id = models.BigIntegerField(null=True)
    hat = models.CharField(max_length=60)
    term = models.CharField(max_length=60)
    by_fact = models.CharField(max_length=40)
    found = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        db_table = "people_search_log"
        indexes = [models.Index(fields=["district", "at"], name="search_at")]

    def __str__(self) -> str:
        return f"search by {self.appointment} at {self.at}"


class Merge(Bound):
    """
    Two records of one person made one. ``filled`` names the facts the kept one took over.

    Nothing is pointed elsewhere: ``gone`` keeps its rows and leads to ``kept``, so undo is exact.
    """

    PERSONAL: ClassVar[Mapping[str, str]] = {}

    kept = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    gone = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    filled = models.JSONField()
    gone_before = models.JSONField()
    merged_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "people_merge"
        constraints = [
            models.UniqueConstraint(
                fields=["district", "gone"],
                condition=Q(undone_at=None),
                name="merge_once_at_a_time",
            ),
            models.CheckConstraint(condition=~Q(kept=F("gone")), name="merge_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.gone_id} into {self.kept_id}"

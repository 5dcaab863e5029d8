"""Sign-in only: a login and a password. Who the person is stands in ``people``; posts in ``parties``."""

from collections.abc import Mapping
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import check_password
from django.db import models
from django.db.models import F, Q

from linli.fabric.blanks import Bound
from linli.fabric.fields import SealedField


class Users(BaseUserManager["User"]):
    """Finds users by the name they sign in with."""


class User(Bound, AbstractBaseUser):
    """
    One who can sign in. Names, telephone numbers and addresses are not kept here.

    ``must_change_password`` while the password is a first one, which somebody else knows. What the
    library writes by itself is the moment of a sign-in, which has a line of its own.
    """

    PERSONAL: ClassVar[Mapping[str, str]] = {"username": "open", "email": "open"}
    LOOSE: ClassVar[frozenset[str]] = frozenset({"last_login"})
    HASHED: ClassVar[frozenset[str]] = frozenset({"password"})

    username = models.CharField(max_length=60, unique=True)
    email = models.EmailField(blank=True, default="")
    district = models.BigIntegerField(default=1)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    is_superuser = models.BooleanField(default=False)
    must_change_password = models.BooleanField(default=False)
    joined_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    objects: ClassVar[Users] = Users()

    def __str__(self) -> str:
        return self.username

    def check_password(self, raw_password: str | None) -> bool:
        """Compare only. The framework would hash anew at a sign-in, which no line would bear."""
        return check_password(raw_password, self.password)

    def has_perm(self, perm: str, obj: object = None) -> bool:  # noqa: ARG002
        """Permissions are held by appointments, never by users."""
        return False

    def has_module_perms(self, app_label: str) -> bool:  # noqa: ARG002
        return False


class ApiToken(Bound):
    """
    A bearer token of one appointment. Only its hash is kept.

    ``appointment`` is the id in ``parties``, which lies above and therefore has no foreign key
    here; the line of the act that gave the token names both. ``last_used_on`` is kept to the day.
    """

    PERSONAL: ClassVar[Mapping[str, str]] = {}
    LOOSE: ClassVar[frozenset[str]] = frozenset({"last_used_on"})

    token_hash = models.CharField(max_length=64)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    appointment = models.BigIntegerField()
    given_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_on = models.DateField(null=True)

    class Meta:
        db_table = "identity_apitoken"
        constraints = [
            models.UniqueConstraint(fields=["district", "token_hash"], name="token_hash_once"),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("given_at")), name="token_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"token {self.pk}"


class DemoMark(Bound):
    """
    Says that this database holds invented people only. Set by the demo loader, never taken away.

    While it stands every page says so, staff need no second factor, and tokens may be printed.
    """

    PERSONAL: ClassVar[Mapping[str, str]] = {}

    marked_at = models.DateTimeField()

    class Meta:
        db_table = "identity_demomark"
        constraints = [models.UniqueConstraint(fields=["district"], name="demo_mark_once")]

    def __str__(self) -> str:
        return "demo"


class KeptAnswer(models.Model):
    """
    What was answered to one request that carried an idempotency key, so that a repeat is answered alike.

    Written in the transaction of the act itself; sealed, for answers hold receipt codes.
    """

    PERSONAL: ClassVar[Mapping[str, str]] = {"answer": "sealed"}

    district = models.BigIntegerField()
    appointment = models.BigIntegerField()
    key = models.CharField(max_length=100)
    asked_hash = models.BinaryField(max_length=32)
    answer = SealedField()
    kept_at = models.DateTimeField()

    class Meta:
        db_table = "identity_kept_answer"
        constraints = [
            models.UniqueConstraint(fields=["district", "appointment", "key"], name="kept_once"),
        ]
        indexes = [models.Index(fields=["kept_at"], name="kept_at")]

    def __str__(self) -> str:
        return self.key

"""Sign-in only: a login and a password. Who the person is stands in ``people``; posts in ``parties``."""

from collections.abc import Mapping
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models


class Users(BaseUserManager["User"]):
    """Finds users by the name they sign in with."""


class User(AbstractBaseUser):
    """One who can sign in. Names, telephone numbers and addresses are not kept here."""

    PERSONAL: ClassVar[Mapping[str, str]] = {"username": "open"}

    username = models.CharField(max_length=60, unique=True)
    email = models.EmailField(blank=True, default="")
    district = models.BigIntegerField(default=1)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    is_superuser = models.BooleanField(default=False)
    joined_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    objects: ClassVar[Users] = Users()

    def __str__(self) -> str:
        return self.username

    def has_perm(self, perm: str, obj: object = None) -> bool:  # noqa: ARG002
        """Permissions are held by appointments, never by users."""
        return False

    def has_module_perms(self, app_label: str) -> bool:  # noqa: ARG002
        return False

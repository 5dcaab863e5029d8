"""Who may sign in: each name once, and no longer than its column."""

import pytest
from django.contrib.auth.hashers import make_password

from linli.basics import Invalid
from linli.identity.actions import add_users, admit_users
from linli.identity.domain import NameTaken
from linli.identity.models import User
from tests.world import HOUSE_ITSELF


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("names", "refusal"),
    [
        (["gu", "shen", "gu"], NameTaken),
        (["shen", "zhou"], NameTaken),
        (["gu", "g" * 61], Invalid),
    ],
)
def test_names_that_cannot_be_are_refused_and_nobody_is_added(names, refusal):
    add_users(by=HOUSE_ITSELF, usernames=["zhou"], password=None)
    with pytest.raises(refusal):
        add_users(by=HOUSE_ITSELF, usernames=names, password=None)
    assert list(User.objects.values_list("username", flat=True)) == ["zhou"]


@pytest.mark.django_db
def test_a_password_that_was_not_hashed_is_never_kept():
    with pytest.raises(ValueError, match="hash"):
        admit_users(by=HOUSE_ITSELF, hashes=[("zhou", "correct-horse")])
    assert not User.objects.exists()
    admit_users(by=HOUSE_ITSELF, hashes=[("zhou", make_password("correct-horse"))])
    assert User.objects.get().check_password("correct-horse")

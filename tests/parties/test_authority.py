"""The one table of roles: complete, without strangers, and with the duties kept apart."""

import importlib
import pkgutil
from enum import StrEnum

import pytest

import linli
from config.authority import ROLES
from linli.parties.domain import HANDLING, Role


def declared():
    """Every member of every storey's Permission, by storey."""
    found = {}
    for storey in pkgutil.iter_modules(linli.__path__):
        if not storey.ispkg:
            continue
        try:
            domain = importlib.import_module(f"linli.{storey.name}.domain")
        except ModuleNotFoundError as missing:
            if missing.name == f"linli.{storey.name}.domain":
                continue
            raise
        if issubclass(getattr(domain, "Permission", str), StrEnum):
            found[storey.name] = {str(one) for one in domain.Permission}
    return found


def test_every_permission_of_every_storey_is_in_the_table_and_no_other():
    known = set().union(*declared().values())
    held = {str(one) for permissions in ROLES.values() for one in permissions}
    assert held == known


def test_a_permission_begins_with_its_storey():
    for storey, permissions in declared().items():
        assert {one.split(".")[0] for one in permissions} == {storey}


def test_the_table_has_every_role_and_the_resident():
    assert set(ROLES) == {str(role) for role in Role} | {"resident"}


def test_only_the_arbiter_arbitrates_and_does_nothing_else():
    assert [role for role, held in ROLES.items() if "cases.arbitrate" in held] == ["arbiter"]
    assert ROLES["arbiter"] == {"cases.see", "parties.see", "cases.arbitrate"}
    assert Role.ARBITER not in HANDLING


@pytest.mark.parametrize(
    ("role", "held"),
    [
        ("resident", set()),
        ("auditor", {"cases.see", "gate.see", "parties.see", "ledger.see", "ledger.audit"}),
    ],
)
def test_who_changes_nothing(role, held):
    assert ROLES[role] == held


def test_whoever_appoints_does_not_handle_cases():
    both = [role for role, held in ROLES.items() if {"parties.appoint", "cases.act"} <= held]
    assert both == []

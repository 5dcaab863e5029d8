"""The fact dictionary, the purposes and the rights, as the data files of this storey say them."""

import functools
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from linli.fabric.documents import read_yaml
from linli.people.domain import (
    Fact,
    Purpose,
    Remedy,
    Right,
    UnknownAttribute,
    read_dictionary,
    read_purposes,
    read_remedies,
    read_rights,
)
from linli.rulebook import queries as rulebook
from linli.rulebook.domain import AttributeType, Kind, Period

DATA = Path(__file__).parent.parent / "data"


def _data(name: str) -> object:
    return read_yaml(DATA / name)


@functools.cache
def dictionary() -> Mapping[str, Fact]:
    """Return the fact dictionary (口径字典): attribute → what it means and who may use it."""
    return read_dictionary(_data("facts.yaml"))


@functools.cache
def attribute_types() -> Mapping[str, AttributeType]:
    """Return what expressions may ask of a person, with ``age`` counted from the birth date."""
    held = {name: fact.type for name, fact in dictionary().items() if fact.type}
    born = held["birth_on"]
    return held | {"age": AttributeType(Kind.YEARS, of="birth_on", purposes=born.purposes)}


@functools.cache
def purposes() -> Mapping[str, Purpose]:
    """Return why personal data may be handled, with the legal basis of each purpose."""
    return read_purposes(_data("purposes.yaml"))


@functools.cache
def rights() -> Mapping[str, Right]:
    """Return what a person may ask of us about their own data."""
    return read_rights(_data("rights.yaml"))


@functools.cache
def remedies() -> tuple[Remedy, ...]:
    """Return what may be done against a refusal (个人信息保护法 50, 65)."""
    return read_remedies(_data("remedies.yaml"))


def answer_within(kind: str, *, on: date) -> Period:
    """Return the time a request is answered within: the rulebook's row, else our template."""
    right = rights()[kind]
    rule = rulebook.find_rule(right.key, on=on)
    return rule.period if rule else right.within


def privacy_notice() -> list[tuple[Purpose, list[Fact]]]:
    """Return what is told before data is handled (个人信息保护法 17): each purpose and its facts."""
    facts = dictionary().values()
    return [
        (purpose, [fact for fact in facts if purpose.code in fact.purposes])
        for purpose in purposes().values()
    ]


def fact(attribute: str) -> Fact:
    """:raises UnknownAttribute: if the dictionary has no such fact"""
    found = dictionary().get(attribute)
    if found is None:
        raise UnknownAttribute(attribute=attribute)
    return found

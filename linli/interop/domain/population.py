"""Households and people who do not exist."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

from linli.people.domain import HouseholdRow, PersonRow

from .names import identity_number, person_name, telephone

OWN_CONSENT_DAYS = 14 * 366
KINDS = ("visual", "hearing", "speech", "physical", "intellectual", "mental", "multiple")


def household_sizes(figures: Mapping[str, Any], residents: int, chance: Random) -> list[int]:
    """Return the sizes of households that hold exactly so many people."""
    sizes = list(figures["household_size"])
    weights = list(figures["household_size"].values())
    found: list[int] = []
    left = residents
    while left > 0:
        size = min(chance.choices(sizes, weights)[0], left)
        found.append(size)
        left -= size
    return found


class Population:
    """Draws people one household after another, so that keys and numbers never repeat."""

    def __init__(self, calibration: Mapping[str, Any], today: date, chance: Random) -> None:
        self.district, self.benefits = calibration["district"], calibration["benefits"]
        self.today, self.chance = today, chance
        self._used: set[str] = set()
        self._count = 0
        bands = self.district["ages"]
        self._bands = [(low, high) for low, high, _ in bands]
        self._grown = [(low, high, share) for low, high, share in bands if low >= 15]
        self._weights = [share for _, _, share in bands]

    def household(
        self, key: str, size: int, *, home: int | None, community: int
    ) -> tuple[HouseholdRow, list[PersonRow]]:
        """Return one household; its first member is grown up and guards the children."""
        people = [self._person(key, None, grown=True)]
        people += [self._person(key, people[0].key, grown=False) for _ in range(size - 1)]
        return HouseholdRow(key=key, home=home, community=community), people

    def _person(self, household: str, guardian: str | None, *, grown: bool) -> PersonRow:
        chance = self.chance
        self._count += 1
        born = self._born(grown=grown)
        sex = "male" if chance.random() < self.district["male"] else "female"
        young = (self.today - born).days < OWN_CONSENT_DAYS
        facts: dict[str, Any] = {
            "hukou": "elsewhere" if chance.random() < self.district["elsewhere"] else "local",
            "dibao": chance.random() < self.benefits["dibao"],
            "party_member": not young and chance.random() < self.benefits["party_member"],
            "disability": "none",
        }
        if chance.random() < self.benefits["disabled"]:
            facts["disability"] = chance.choice(KINDS)
            facts["disability_grade"] = chance.randint(1, 4)
        return PersonRow(
            key=f"p{self._count}",
            name=person_name(chance),
            household=household,
            id_number=identity_number(chance, f"{born:%Y%m%d}", sex, self._used),
            phone=None if young else telephone(self._count),
            guardian=guardian if young else None,
            facts=facts,
        )

    def _born(self, *, grown: bool) -> date:
        if grown:
            bands = [(low, high) for low, high, _ in self._grown]
            low, high = self.chance.choices(bands, [share for *_, share in self._grown])[0]
        else:
            low, high = self.chance.choices(self._bands, self._weights)[0]
        years = self.chance.randint(low, high)
        return self.today - timedelta(days=int(years * 365.25) + self.chance.randint(1, 364))


def with_registers(row: PersonRow, on: date, chance: Random) -> PersonRow:
    """Return a person with what the registers of several offices say of them besides."""
    born = date.fromisoformat((row.id_number or "")[6:14])
    years = (on - born).days // 365
    work, insured = _work_and_insurance(years, chance)
    poor = row.facts.get("dibao") is True
    facts: dict[str, Any] = {
        "employment": work,
        "medical_insurance": insured,
        "low_income_edge": not poor and chance.random() < 0.006,
        "extreme_poverty": not poor and chance.random() < 0.002,
        "veteran": years >= 20 and chance.random() < 0.02,
        "orphan": years < 18 and chance.random() < 0.002,
    }
    return replace(row, facts={**row.facts, **facts})


def _work_and_insurance(years: int, chance: Random) -> tuple[str, str]:
    if years < 18:
        return ("student" if years >= 6 else "none"), "resident"
    if years >= 60:
        return "retired", chance.choices(("employee", "resident"), (0.7, 0.3))[0]
    work = chance.choices(("employed", "flexible", "unemployed", "none"), (0.72, 0.14, 0.06, 0.08))[
        0
    ]
    if work == "employed":
        return work, "employee"
    return work, chance.choices(("resident", "none"), (0.94, 0.06))[0]


def chunks(rows: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    """Yield the rows in pieces."""
    for first in range(0, len(rows), size):
        yield rows[first : first + size]

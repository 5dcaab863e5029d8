"""
What is declared personal (``PERSONAL``) is masked everywhere, or the look at it is on record.

Each value is replaced by one that stands nowhere else, and then looked for in every answer of every
address, see ``test_walk``.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.apps import apps
from django.db import models
from django.db.models import Model

from linli.cases.models import ContactOpening
from linli.fabric import versions
from linli.fabric.fields import Sealed, SealedField
from linli.people.models import Person, ReadLog

from .conftest import House
from .matrix import Row
from .requests import ask

# Where a value may stand without a look on record: the address says who comes there (the matrix).
# All others may stand nowhere unless the look is on record.
CLEAR: Mapping[str, tuple[str, ...]] = {
    "parties.Appointment.name": ("",),  # residents are told who acts
    "identity.User.username": ("offices/<int:party>/do/",),  # of whom gets another first password
    "identity.User.email": ("messages/",),  # where one reads and empties one's own
    "cases.Case.words": ("desk/", "api/v1/cases"),  # to whom the docket admits
    "cases.Case.place_words": ("desk/", "^desk/cases", "api/v1/cases"),  # exports say where, too
    "cases.Case.answer": ("desk/cases", "api/v1/cases"),
    "cases.Report.behalf_words": ("desk/cases",),  # by what right somebody acts for them
    "cases.Step.note": ("desk/cases", "api/v1/cases"),
    "files.File.name": ("desk/cases", "api/v1/cases"),
    "notices.Notice.title": ("desk/calls/",),  # to the office that has to ring up
    "notices.Notice.body": ("desk/calls/",),
    "people.RightsRequest.details": ("data-requests/", "api/v1/data-requests"),  # to who decides it
    "people.RightsRequest.reasons": ("data-requests/", "api/v1/data-requests"),
    "gate.Request.words": ("tasks/",),  # what an office asks of communities
}
# Texts of which the house has no row, or whose change would break it, and the test that looks there.
ELSEWHERE: Mapping[str, str] = {
    "cases.Booking": "tests/desk/test_queue.py",
    "cases.StepMove": "tests/cases/test_api.py",
    "cases.Ruling": "tests/desk/test_screens.py",
    "cases.Pause": "tests/portal/test_views.py",
    "cases.Extension": "tests/cases/test_clocks.py",
    "cases.ContactOpening": "tests/desk/test_reporters.py",
    "cases.ForReporter": "tests/desk/test_reporters.py",
    "files.File.key": "tests/files",
    "gate.Task": "tests/gate/test_screens.py",
    "gate.Refusal": "tests/gate/test_screens.py",
    "identity.KeptAnswer": "tests/cases/test_api.py",
    "notices.Notice.contact": "tests/desk/test_calls.py",
    "people.Superseded": "tests/people/test_record.py",
    "people.SearchLog": "tests/people/test_screens.py",
    "visits.Visit.content": "tests/visits",
    "visits.Conflict.sealed": "tests/visits",
}


# What planted values look like, wherever they begin.
SHAPES = re.compile(r"(?=(隐\d{4}|1390\d{7}|19\d\d-\d\d-\d\d|19\d\d 年|[A-Z][a-z]{2} 19\d\d))")


@dataclass(frozen=True)
class Planted:
    """A value that stands nowhere else: whose column it is, and of which row."""

    column: str
    row: int


def declared() -> list[tuple[type[Model], str, bool]]:
    """Return model, field and whether it lies sealed, of every personal text and sealed value."""
    found = []
    for model in apps.get_models():
        for name in vars(model).get("PERSONAL") or {}:
            field = model._meta.get_field(name)
            sealed = isinstance(field, SealedField)
            if sealed or (
                isinstance(field, models.CharField | models.TextField) and not field.choices
            ):
                found.append((model, name, sealed))
    return found


def is_code(model: type[Model], name: str) -> bool:
    """Whether a text is a code of a list, the same for many: that is counted, and read of nobody."""
    return vars(model)["PERSONAL"][name] == "counted" or name == "kinship"


def plant() -> dict[str, Planted]:
    """Replace what is personal by values of its own, and return whose each is."""
    planted: dict[str, Planted] = {}
    for number, pk in enumerate(Person.objects.order_by("pk").values_list("pk", flat=True)):
        born, index = date(1901, 1, 1) + timedelta(days=400 * number), bytes([number]) * 32
        whose = Planted("people.Person.birth_on", pk)
        for said in (born.isoformat(), f"{born.year} 年", f"{born:%b} {born.year}"):
            planted[said] = whose
        Person.objects.filter(pk=pk).update(
            birth_on=born,
            id_number=Sealed.of("x"),
            id_number_index=index,
            phone=Sealed.of("x"),
            phone_index=index,
        )
    for model, name, sealed in declared():
        column = f"{model._meta.label}.{name}"
        if is_code(model, name) or elsewhere(column):
            continue
        for pk in model._base_manager.order_by("pk").values_list("pk", flat=True):
            value = f"1390{len(planted):07d}" if sealed else f"隐{len(planted):04d}"
            held = Sealed.of(value) if sealed else value
            if model._base_manager.filter(pk=pk).exclude(**{name: None}).update(**{name: held}):
                planted[value] = Planted(column, pk)
    versions.forget_everything()
    return planted


def elsewhere(column: str) -> bool:
    return column in ELSEWHERE or column.rpartition(".")[0] in ELSEWHERE


def on_record(one: Planted) -> bool:
    """Whether somebody's look at this very row is on record."""
    if one.column.startswith("people.Person."):
        return ReadLog.objects.filter(person=one.row).exists()
    if one.column.startswith("cases.Report."):
        return ContactOpening.objects.filter(report=one.row).exists()
    return False


def bare(answer, row: Row, planted: Mapping[str, Planted]) -> set[str]:
    """Return the columns whose values stand in the answer to a row, and should not."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return {
        one.column
        for value in set(SHAPES.findall(content.decode(errors="replace")))
        if (one := planted.get(value))
        and not any(row.route.startswith(place) for place in CLEAR.get(one.column, ()))
        and not on_record(one)
    }


def test_a_card_that_is_opened_shows_the_values_and_leaves_the_look(house: House) -> None:
    """What the walk looks for is found where it stands: it is not blind."""
    planted = plant()
    person = int(house.things["<int:person>"])
    values = {one.column: value for value, one in planted.items() if one.row == person}
    answer = ask(house, "POST", "people/<int:person>/card/").send(house.browser("clerk"))
    text = answer.content.decode()
    for name in ("name", "id_number", "phone"):
        assert values[f"people.Person.{name}"] in text
    assert ReadLog.objects.filter(person=person).count() == 1


def test_every_personal_text_is_looked_for_here_or_named(house: House) -> None:
    planted = {one.column for one in plant().values()}
    missing = {
        column
        for model, name, _ in declared()
        if not is_code(model, name)
        and (column := f"{model._meta.label}.{name}") not in planted
        and not elsewhere(column)
    }
    assert not missing, f"Say in {__name__} where these are looked for: {sorted(missing)}"

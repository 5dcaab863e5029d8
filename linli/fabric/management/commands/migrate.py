"""``linli migrate``: Django's, and then ids begin in this installation's range."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.commands.migrate import Command as DjangoMigrate
from django.db import DEFAULT_DB_ALIAS
from django.db.migrations.state import ModelState, ProjectState

from linli.fabric import sequences


class Command(DjangoMigrate):
    help = "Bring the tables up to date; ids of new rows begin in this installation's range."

    def handle(self, *args: Any, **options: Any) -> None:
        with drawn_once():
            super().handle(*args, **options)
        if options["database"] == DEFAULT_DB_ALIAS and not options["plan"]:
            raised = sequences.raise_sequences()
            if raised and options["verbosity"] >= 1:
                self.stdout.write(f"ids of {len(raised)} tables begin in this installation's range")


@contextmanager
def drawn_once() -> Iterator[None]:
    """
    Spare Django two thirds of the work of many migrations; the tables come out the same.

    It draws a model's class anew, with all that point to it however far away, for each index and
    each constraint. They change no field, so here they are put onto the class that is there. A new
    model draws its direct neighbours. Code in a migration still gets all classes drawn anew.
    """
    before = ProjectState._append_option, ProjectState._remove_option, ProjectState.add_model  # type: ignore[attr-defined]
    names = "_append_option", "_remove_option", "add_model"
    ours = _options(lambda have, one: [*have, one]), _options(_without), _add_model
    try:
        for name, method in zip(names, ours, strict=True):
            setattr(ProjectState, name, method)
        yield
    finally:
        for name, method in zip(names, before, strict=True):
            setattr(ProjectState, name, method)


def _without(have: list[Any], name: str) -> list[Any]:
    return [one for one in have if one.name != name]


def _options(change: Callable[[list[Any], Any], list[Any]]) -> Callable[..., None]:
    def changed(state: ProjectState, app: str, model: str, option: str, one: Any) -> None:
        options = state.models[app, model].options
        options[option] = change(options.get(option, []), one)
        if "apps" in state.__dict__:
            drawn = state.apps.get_model(app, model)._meta
            setattr(drawn, option, list(options[option]))
            drawn.__dict__.pop("total_unique_constraints", None)
            state.is_delayed = True

    return changed


def _add_model(state: ProjectState, model: ModelState) -> None:
    key = model.app_label, model.name_lower
    state.models[key] = model
    if state._relations is not None:  # type: ignore[attr-defined]
        state.resolve_model_relations(key)
    if "apps" in state.__dict__:
        state.reload_model(*key, delay=True)

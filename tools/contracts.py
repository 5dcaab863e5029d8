"""One house rule import-linter does not have out of the box: go in by the front door."""

from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class FrontDoor(Contract):
    """An app may import, from another app, only the modules named as front doors."""

    root: Any = fields.StringField()
    doors: Any = fields.SetField(subfield=fields.StringField())
    open: Any = fields.SetField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: ARG002
        apps = {app for app in graph.find_children(self.root) if graph.find_children(app)}
        trespasses = sorted(
            (importer, imported)
            for app in apps
            for importer in {app} | graph.find_descendants(app)
            for imported in graph.find_modules_directly_imported_by(importer)
            if self._is_a_trespass(app, imported, apps)
        )
        return ContractCheck(kept=not trespasses, metadata={"trespasses": trespasses})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for importer, imported in check.metadata["trespasses"]:
            output.print_error(f"{importer} -> {imported}: not a front door", bold=False)

    def _is_a_trespass(self, app: str, imported: str, apps: set[str]) -> bool:
        owner = next((a for a in apps if f"{imported}.".startswith(f"{a}.")), None)
        if owner in (None, app) or owner.removeprefix(f"{self.root}.") in self.open:
            return False
        return imported.split(".")[2:3] not in [[door] for door in self.doors]

"""A budget line with 10,000 given to it."""

from dataclasses import dataclass

from linli.ledger import actions, queries
from tests.world import HOUSE_ITSELF

from .conftest import AT, BY, YEAR, new_key


@dataclass(frozen=True)
class Line:
    pk: int

    def accounts_by_stage(self):
        return queries.stage_accounts(self.pk, district=1)

    def balance(self):
        found = queries.line_balance(self.pk, district=1)
        return found.appropriated, found.reserved, found.committed, found.paid


def party(code="990101.office"):
    """Return an office, made with the one place it needs."""
    from linli.parties.models import Party  # noqa: PLC0415
    from linli.places import actions as places  # noqa: PLC0415
    from linli.places.domain import Kind, PlaceRow  # noqa: PLC0415
    from linli.places.models import Place  # noqa: PLC0415

    found = Party.objects.filter(code=code).first()
    if found is not None:
        return found
    name = {"zh-Hans": "示例区", "en": "Sample District"}
    row = PlaceRow(kind=Kind.DISTRICT, code="990101", parent_code=None, name=name)
    places.load_places(by=HOUSE_ITSELF, at=AT, rows=[row], on=YEAR["from_on"])
    return Party.objects.create(
        district=1,
        code=code,
        kind="office",
        sector="government",
        name=name,
        place=Place.objects.get(code="990101"),
        from_on=YEAR["from_on"],
    )


def open_line(book, code="A", *, given=10_000):
    made = actions.open_budget_line(
        by=BY, at=AT, code=code, name={"zh-Hans": code, "en": code}, owner=party().pk, **YEAR
    )
    actions.appropriate_budget(
        by=BY, at=AT, line=made.pk, source=book.outside.pk, amount=given, key=new_key()
    )
    return Line(made.pk)

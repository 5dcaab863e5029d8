"""Which records are one person's. A merge points nowhere but up, so undoing it parts them again."""

from linli.people.models import Person


def records_of(person: int) -> list[int]:
    """Return the record and all that were merged into it, however often; the record itself first."""
    found, ahead = [person], [person]
    while ahead:
        below = Person.objects.filter(merged_into__in=ahead).order_by("pk")
        ahead = list(below.values_list("pk", flat=True))
        found += ahead
    return found


def standing_record(person: int) -> int:
    """Return the record that stands for a person: its own number unless it was merged."""
    above = Person.objects.filter(pk=person).values_list("merged_into", flat=True).first()
    return person if above is None else standing_record(above)

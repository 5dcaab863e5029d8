"""门栋码: what is printed on the plates of stairwells and doors."""

from dataclasses import dataclass

from linli.basics import Actor, NoSuchThing
from linli.fabric.jinja import language
from linli.places.domain import Kind, Permission, check_within
from linli.places.models import Place

from . import many_place_words, place_of, tree


@dataclass(frozen=True, slots=True)
class Plate:
    """What one plate says: where it hangs, and the token its square leads by."""

    words: str
    token: str


def plates_of(by: Actor, place: int) -> list[Plate]:
    """
    Return the plates of a stairwell and its doors, or those of all stairwells of a larger place.

    In walking order; two queries.

    :raises NotAllowed: without ``places.keep``
    :raises NoSuchThing: if there is no such place, if it lies in another's community, or is larger
        than one
    """
    by.must(Permission.KEEP_PLACES)
    found = place_of(by.district, place)
    check_within(by, found.community_id)
    if found.community_id is None:
        raise NoSuchThing
    rows = Place.objects.filter(district=by.district, valid_to=None).exclude(door_token=None)
    if found.kind in (Kind.STAIRWELL, Kind.DOOR):
        rows = rows.filter(pk=place) | rows.filter(parent=place)
    else:
        rows = rows.filter(kind=Kind.STAIRWELL, pk__in=tree(by.district).under(place))
    hung = [
        (pk, token) for pk, token in rows.order_by("sort_key", "id").values_list("pk", "door_token")
    ]
    words = many_place_words(by.district, [pk for pk, _ in hung], language())
    return [Plate(words[pk], token or "") for pk, token in hung]

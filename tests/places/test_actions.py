"""Changing the map: what changed, the line, and that a refusal changes nothing."""

import json
from dataclasses import replace
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from linli.basics import Invalid, NoSuchThing, NotAllowed
from linli.journal.domain import digest
from linli.journal.models import Line
from linli.places import actions, domain, queries
from linli.places.domain import Kind, PlaceRow
from linli.places.models import Place, PlaceMove
from tests.world import HOUSE_ITSELF

DAY = date(2026, 11, 1)
FIRST, SECOND = "330102001001", "330102001002"
BUILDING = "330102001001-B1"


def state():
    return (
        list(Place.objects.order_by("id").values()),
        PlaceMove.objects.count(),
        Line.objects.count(),
    )


def last_line(kind):
    line = Line.objects.order_by("-id").first()
    assert line.kind == kind
    return json.loads(line.body)


def digests_hold(body):
    for table, pk, found in body["rows"]:
        model = {"places_place": Place, "places_move": PlaceMove}[table]
        row = model.objects.get(pk=pk)
        assert digest(bytes(row.salt), row.canonical_row()) == found


def new_place(district, noon, **changed):
    values = {
        "by": district.keeper,
        "at": noon,
        "kind": Kind.GRID,
        "parent": district[FIRST].pk,
        "code": f"{FIRST}-G1",
        "name": {"zh-Hans": "第一网格"},
        "valid_from": DAY,
    }
    return actions.add_place(**(values | changed))


def test_a_place_is_added_with_its_line(district, noon):
    place = new_place(district, noon, longitude=120_160_000, latitude=30_240_000)
    assert (place.community_id, place.sort_key, place.door_token) == (
        district[FIRST].pk,
        "第000001网格",
        None,
    )
    body = last_line("PlaceAdded")
    assert body["event"] == {
        "place_id": place.pk,
        "kind": "grid",
        "parent_id": district[FIRST].pk,
    }
    digests_hold(body)
    assert queries.tree(1).node(place.pk).longitude == 120_160_000


def test_a_new_community_lies_in_itself(district, noon):
    place = new_place(
        district, noon, kind=Kind.COMMUNITY, parent=district["330102001"].pk, code="330102001003"
    )
    assert place.community_id == place.pk
    digests_hold(last_line("PlaceAdded"))


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"kind": Kind.DOOR, "code": f"{FIRST}-D1"}, domain.WrongParent),
        ({"code": "330102001009"}, domain.WrongCode),
        ({"name": {"en": "Grid"}}, Invalid),
        ({"longitude": 5}, Invalid),
        ({"outline": {"type": "Point"}}, Invalid),
        ({"valid_from": date(2026, 11, 17)}, domain.DayToCome),
        ({"parent": 10**9}, NoSuchThing),
        ({"kind": Kind.BUILDING, "code": BUILDING}, domain.CodeTaken),
    ],
)
def test_a_wrong_place_changes_nothing(district, noon, changed, refusal):
    before = state()
    with pytest.raises(refusal):
        new_place(district, noon, **changed)
    assert state() == before


def test_only_keepers_of_the_community_may_change_it(district, noon):
    before = state()
    other = replace(district.keeper, communities=frozenset({district[SECOND].pk}))
    with pytest.raises(NoSuchThing):
        new_place(district, noon, by=other)
    with pytest.raises(NotAllowed):
        new_place(district, noon, by=replace(other, permissions=frozenset()))
    assert state() == before


def test_a_rename_keeps_the_old_name(district, noon):
    place = district[BUILDING]
    actions.rename_place(
        by=district.keeper,
        at=noon,
        place=place.pk,
        name={"zh-Hans": "10幢", "en": "No. 10"},
        on=DAY,
    )
    assert district[BUILDING].name == {"zh-Hans": "10幢", "en": "No. 10"}
    assert district[BUILDING].sort_key == "000010幢"
    move = PlaceMove.objects.get()
    assert (move.change, move.old_name, move.on) == ("renamed", {"zh-Hans": "1幢"}, DAY)
    digests_hold(last_line("PlaceRenamed"))
    assert queries.tree(1).node(place.pk).words("en") == "No. 10"


def test_a_move_takes_everything_inside_along(district, noon):
    building, to = district[BUILDING], district[SECOND]
    actions.move_place(by=district.keeper, at=noon, place=building.pk, parent=to.pk, on=DAY)
    inside = Place.objects.filter(code__startswith=BUILDING)
    assert set(inside.values_list("community_id", flat=True)) == {to.pk}
    assert district[BUILDING].parent_id == to.pk
    body = last_line("PlaceMoved")
    assert body["event"] == {
        "place_id": building.pk,
        "from_id": district[FIRST].pk,
        "to_id": to.pk,
        "community_id": to.pk,
        "move_id": PlaceMove.objects.get().pk,
    }
    assert len(body["rows"]) == 5
    digests_hold(body)
    assert queries.tree(1).path_words(building.pk, "zh-hans") == "清波街道乙社区1幢"


def test_the_communities_of_a_street_that_moves_stay_communities(district, noon):
    inside = dict(Place.objects.values_list("pk", "community_id"))
    street, top = district["330102001"].pk, district["330102"].pk
    actions.move_place(by=HOUSE_ITSELF, at=noon, place=street, parent=top, on=DAY)
    assert dict(Place.objects.values_list("pk", "community_id")) == inside
    assert len(last_line("PlaceMoved")["rows"]) == 2  # the street, and that it moved


def test_a_place_cannot_move_into_itself_or_where_it_may_not_stand(district, noon):
    grid = new_place(district, noon)
    yard = new_place(
        district,
        noon,
        kind=Kind.COURTYARD,
        parent=grid.pk,
        code=f"{FIRST}-Y1",
        name={"zh-Hans": "院"},
    )
    before = state()
    for place, parent, refusal in (
        (grid.pk, district["330102001"].pk, domain.WrongParent),
        (yard.pk, yard.pk, domain.WrongParent),
        (district[FIRST].pk, district[BUILDING].pk, domain.WrongParent),
        (grid.pk, 10**9, NoSuchThing),
    ):
        with pytest.raises(refusal):
            actions.move_place(by=district.keeper, at=noon, place=place, parent=parent, on=DAY)
    assert state() == before


def test_a_merge_ends_one_place_and_fills_the_other(district, noon):
    gone, kept = district[FIRST], district[SECOND]
    actions.merge_places(by=district.keeper, at=noon, place=gone.pk, into=kept.pk, on=DAY)
    gone = district[FIRST]
    assert (gone.valid_to, gone.merged_into_id) == (DAY, kept.pk)
    inside = Place.objects.filter(code__startswith=BUILDING)
    assert set(inside.values_list("community_id", flat=True)) == {kept.pk}
    assert sorted(PlaceMove.objects.values_list("change", flat=True)) == ["merged", "moved"]
    digests_hold(last_line("PlacesMerged"))
    tree = queries.tree(1)
    assert [node.code for node in tree.children(district["330102001"].pk)] == [SECOND]
    assert tree.communities_under(kept.pk) == {gone.pk, kept.pk}


def test_what_has_ended_stays_as_it_is(district, noon):
    keeper = district.keeper
    actions.merge_places(
        by=keeper, at=noon, place=district[FIRST].pk, into=district[SECOND].pk, on=DAY
    )
    before = state()
    gone, kept = district[FIRST].pk, district[SECOND].pk
    with pytest.raises(domain.PlaceEnded):
        actions.rename_place(by=keeper, at=noon, place=gone, name={"zh-Hans": "新"}, on=DAY)
    with pytest.raises(domain.PlaceEnded):
        actions.move_place(by=keeper, at=noon, place=gone, parent=district["330102001"].pk, on=DAY)
    with pytest.raises(domain.PlaceEnded):
        actions.merge_places(by=keeper, at=noon, place=gone, into=kept, on=DAY)
    with pytest.raises(domain.PlaceEnded):
        new_place(district, noon, parent=gone)
    with pytest.raises(domain.InsideItself):
        actions.merge_places(by=keeper, at=noon, place=kept, into=kept, on=DAY)
    with pytest.raises(domain.DifferentKinds):
        actions.merge_places(by=keeper, at=noon, place=district[BUILDING].pk, into=kept, on=DAY)
    assert state() == before


def test_a_load_is_one_line_and_the_same_again_changes_nothing(district, noon, rows):
    loader = replace(district.keeper, kind="system")
    body = last_line("PlacesLoaded")
    assert body["event"] == {
        "place_id": district["330102"].pk,
        "added": 8,
        "renamed": 0,
        "drawn": 0,
    }
    digests_hold(body)
    before = state()
    again = actions.load_places(by=loader, at=noon, rows=rows, on=DAY)
    assert (again.added, again.renamed, again.unchanged) == (0, 0, 8)
    assert state() == before


def test_a_load_renames_what_came_with_another_name(district, noon):
    loader = replace(district.keeper, kind="system")
    row = PlaceRow(
        kind=Kind.STREET, code="330102001", parent_code="330102", name={"zh-Hans": "清波坊街道"}
    )
    done = actions.load_places(by=loader, at=noon, rows=[row], on=DAY)
    assert (done.added, done.renamed, done.unchanged) == (0, 1, 0)
    assert district["330102001"].name == {"zh-Hans": "清波坊街道"}
    assert PlaceMove.objects.get().old_name == {"zh-Hans": "清波街道"}
    digests_hold(last_line("PlacesLoaded"))


def test_a_bad_row_stops_the_whole_load(district, noon):
    before = state()
    good = PlaceRow(
        kind=Kind.GRID, code=f"{FIRST}-G1", parent_code=FIRST, name={"zh-Hans": "第一网格"}
    )
    lost = replace(good, code=f"{FIRST}-G2", parent_code="330102001999")
    with pytest.raises(NoSuchThing):
        actions.load_places(by=district.keeper, at=noon, rows=[good, lost], on=DAY)
    with pytest.raises(NotAllowed):
        actions.load_places(
            by=replace(district.keeper, permissions=frozenset()), at=noon, rows=[good], on=DAY
        )
    assert state() == before


def test_the_history_cannot_be_rewritten(district, noon):
    actions.rename_place(
        by=district.keeper, at=noon, place=district[BUILDING].pk, name={"zh-Hans": "乙"}, on=DAY
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        PlaceMove.objects.update(on=date(2026, 1, 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        PlaceMove.objects.all().delete()
    assert PlaceMove.objects.get().on == DAY

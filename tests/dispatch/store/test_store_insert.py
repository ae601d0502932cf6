"""A row of the catalogue can be put in under a free id only."""

from __future__ import annotations

import pytest

from dispatch.model.catalog import Place, Vehicle
from dispatch.model.errors import Conflict
from dispatch.store.protocol import EditableRow, Store
from tests.dispatch.store.example_city import CITY, Example


@pytest.fixture(params=["place", "rider", "rider_place", "vehicle", "shift"])
def row(request: pytest.FixtureRequest, example: Example) -> EditableRow:
    """A row of each noun that the example has already, with other values."""
    made: dict[str, EditableRow] = {
        "place": example.place("P001", name="別の医院", lat=36.0, lon=139.0),
        "rider": example.rider("R0001", name="別の人", kana="べつのひと", phone=""),
        "rider_place": example.home(),
        "vehicle": Vehicle(service_id=CITY, id="V1", name="別の車", layouts=[[9, 0]]),
        "shift": example.shift("S1"),
    }
    return made[request.param]


def _everything(store: Store) -> list[object]:
    people = (*store.riders(CITY), *store.all_rider_places(CITY))
    rows = (*store.places(CITY), *people, *store.vehicles(CITY), *store.shifts(CITY))
    return [one.model_dump() for one in rows]


def _insert(store: Store, *rows: EditableRow) -> None:
    """All rows in one unit of work."""
    with store.writing() as work:
        for row in rows:
            work.insert(row)


def test_an_id_in_use_is_refused_and_nothing_changes(store: Store, row: EditableRow) -> None:
    """Also what was written before in the same unit of work is gone."""
    before = _everything(store)
    with pytest.raises(Conflict) as refused:
        _insert(store, Place(service_id=CITY, id="P900", name="前", lat=36.0, lon=139.0), row)
    assert (refused.value.code, refused.value.values) == ("already_exists", {"id": row.id})
    assert _everything(store) == before


def test_a_free_id_is_taken_once_also_within_one_unit_of_work(store: Store, example: Example) -> None:
    """The second row of one id is refused; after the first was removed the id is free again."""
    new = example.place("P900", name="新しい", lat=36.0, lon=139.0)
    again = example.place("P900", name="もう一つ", lat=36.0, lon=139.0)
    with pytest.raises(Conflict, match="already_exists"):
        _insert(store, new, again)
    with store.writing() as work:
        work.insert(new)
        work.remove(new)
        work.insert(again)
    assert store.place(CITY, "P900").name == "もう一つ"

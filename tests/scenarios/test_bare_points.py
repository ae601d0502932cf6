"""Bare points: booked like places, and nowhere written down but in the reservation itself."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from dispatch.model.spot import Spot, SpotKind, SpotRef
from dispatch.model.stop import spots_of
from dispatch.plan_json import plan_json
from maps.geo import LatLon
from tests.scenarios.town import SERVICE, TUESDAY, Town

FIELD = LatLon(36.39123, 139.85432)


def test_a_plan_says_nothing_of_where_a_bare_point_is(town: Town) -> None:
    """Two trips from the same field: each visit has a key of its own that leads to the field, and neither the plan,
    its file nor the journal holds the coordinates."""
    for rider, after in (("R1", "9:00"), ("R2", "13:00")):
        form = town.wish(rider, origin="home", destination="clinic", after=after)
        town.book(replace(form, origin=SpotRef(kind=SpotKind.POINT, at=FIELD)))
    state = town.desk.day_state(service_id=SERVICE, day=TUESDAY)
    spots = spots_of(state)
    points = [v.spot_key for route in state.plan.routes for v in route.visits if v.spot_key.startswith("point:")]
    assert len(points) == len(set(points)) == 2
    assert {spots[key].at for key in points} == {FIELD}
    journal = " ".join(record.body for record in town.store.journal(SERVICE, TUESDAY).records)
    written = plan_json(state) + repr(state.plan) + journal
    assert "36.39" not in written
    assert "139.85" not in written
    assert town.desk.check(service_id=SERVICE, day=TUESDAY) == ()


@given(st.builds(Spot, kind=st.sampled_from(SpotKind), id=st.text(max_size=5), at=st.just(FIELD)), st.text(min_size=1))
def test_only_a_bare_point_takes_its_owners_name(spot: Spot, owner: str) -> None:
    """A place and a rider's place keep their own id whoever rides there."""
    owned = spot.owned_by(owner)
    assert owned.id == (owner if spot.kind is SpotKind.POINT else spot.id)
    assert replace(owned, id=spot.id) == spot
